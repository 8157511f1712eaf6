"""Automatic restart: which command brings a started task back after the system has failed.

Stands for the automatic restart manager (z/OS MVS Sysplex Services Guide, IXCARM REGISTER and DEREGISTER). Own
layout: ``arm.json``, one entry an element.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path

from zoslab.dasd import commit

current_jobid: ContextVar[str] = ContextVar("current_jobid", default="")
"""The job or started task that this context runs for."""


@dataclass(frozen=True)
class Element:
    """Something to be restarted: ``jobid`` is the task that registered it."""

    name: str
    restart_command: str
    jobid: str


class AutomaticRestart:
    """Registered elements, kept in the system's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "arm.json"
        self._lock = threading.Lock()
        self._elements: dict[str, Element] = {}
        if self._path.exists():
            self._elements = {state["name"]: Element(**state) for state in commit.read_json(self._path)}

    def register(self, element: str, restart_command: str, jobid: str | None = None) -> None:
        """Have ``restart_command`` issued at the next IPL unless the element is deregistered, or its task ends, before.

        :param jobid: the task; by default the one in whose thread the caller runs.
        """
        with self._lock:
            self._elements[element] = Element(element, restart_command, current_jobid.get() if jobid is None else jobid)
            self._save()

    def deregister(self, element: str) -> None:
        """Forget an element; it need not be registered."""
        with self._lock:
            if self._elements.pop(element, None) is not None:
                self._save()

    def ended(self, jobid: str) -> None:
        """Forget what a task had registered: it ended while the system was up."""
        for element in self.elements():
            if element.jobid == jobid:
                self.deregister(element.name)

    def elements(self) -> list[Element]:
        with self._lock:
            return list(self._elements.values())

    def _save(self) -> None:
        commit.write_json(self._path, [asdict(element) for element in self._elements.values()])
