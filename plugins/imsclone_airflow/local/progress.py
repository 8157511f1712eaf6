"""One line for each step of a run as it starts and ends, through Airflow's listener interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from airflow.listeners import hookimpl

NAME_WIDTH = 44
SHOWN_LINES = 8


class Progress:
    """Listens to the tasks that run in this process.

    :param say: writes text; it ends no line by itself.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.began = time.monotonic()
        self.step_began = self.began
        self.failure = ""

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Show that a step starts."""
        self.step_began = time.monotonic()
        self.say(f"{self.step_began - self.began:6.1f} s  {_label(task_instance):<{NAME_WIDTH}} ")

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        """Show that it ended."""
        self._ended("done")

    @hookimpl
    def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
        """Show that there was nothing to do."""
        self._ended("skipped")

    @hookimpl
    def on_task_instance_failed(
        self, previous_state: Any, task_instance: Any, error: str | BaseException | None
    ) -> None:
        """Show that it failed, and remember why: the first failure is the cause."""
        self._ended("FAILED")
        said = "\n".join((str(error) or type(error).__name__).split("\n")[:SHOWN_LINES])
        self.failure = self.failure or f"{_label(task_instance)}: {said}"

    def _ended(self, how: str) -> None:
        self.say(f"{how:<8} {time.monotonic() - self.step_began:6.1f} s\n")


def _label(task_instance: Any) -> str:
    mapped = getattr(task_instance, "rendered_map_index", None)
    return f"{task_instance.task_id} {mapped}" if mapped else str(task_instance.task_id)
