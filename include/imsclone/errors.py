"""Every message a user can see: a typed exception with an id, a text, and what to do about it.

An id is ``CLNnnns``; the severity ``s`` is E (error) or W (warning). Ranges: 1nn spec files, 2nn plan, 3nn z/OSMF and
JCL, 4nn listings and steps, 5nn ledger, 6nn command line and report, 7nn operators, 8nn definitions and masking. Each
package keeps its own exceptions beside its code; ``docs/messages.md`` lists all of them and a test keeps it in step.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, ClassVar

MESSAGE_ID = re.compile(r"CLN\d{3}[EW]")
SHOWN_PER_MESSAGE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written. ``line`` counts from 1, 0 means no line; ``key`` is the path to the value."""

    file: str
    line: int
    key: str = ""

    def __str__(self) -> str:
        line = f" line {self.line}" if self.line else ""
        return f"{self.file}{line}" + (f", {self.key}" if self.key else "")


class CloneError(Exception):
    """A message with an id. ``text`` and ``remedy`` are templates that the keyword arguments fill.

    A subclass without an ``id`` of its own only groups messages.
    """

    id: ClassVar[str] = ""
    text: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    known: ClassVar[dict[str, type[CloneError]]] = {}

    def __init_subclass__(cls) -> None:
        if "id" not in cls.__dict__:
            return
        if not MESSAGE_ID.fullmatch(cls.id) or not cls.text or not cls.remedy:
            raise TypeError(f"{cls.__name__} needs an id CLNnnnE or CLNnnnW, a text and a remedy")
        other = CloneError.known.get(cls.id)
        if other is not None and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.id} is both {other.__name__} and {cls.__name__}")
        CloneError.known[cls.id] = cls

    def __init__(self, place: Place | None = None, **values: Any) -> None:
        self.place, self.values = place, values
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole message on one line: id, what, where, remedy."""
        where = f" {self.place}." if self.place else ""
        return f"{self.id}  {self.text.format(**self.values)}{where} {self.remedy.format(**self.values)}"

    @property
    def is_warning(self) -> bool:
        """Whether work may go on."""
        return self.id.endswith("W")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.place, self.values)


def _restore(kind: type[CloneError], place: Place | None, values: dict[str, Any]) -> CloneError:
    return kind(place, **values)


class Rejected(CloneError):
    """Several problems, reported together. ``problems`` holds all of them, the text the first of each id."""

    def __init__(self, place: Place | None = None, *, problems: Sequence[CloneError], **values: Any) -> None:
        self.problems = tuple(problems)
        super().__init__(place, problems=self.problems, count=len(self.problems), **values)

    @property
    def message(self) -> str:
        return "\n".join([super().message, *shortened(self.problems)])


def shortened(problems: Sequence[CloneError]) -> list[str]:
    """One line a problem; of each id the first few, then how many more there are."""
    by_id: dict[str, list[CloneError]] = {}
    for problem in problems:
        by_id.setdefault(problem.id, []).append(problem)
    lines = []
    for message_id, alike in by_id.items():
        lines += [str(problem) for problem in alike[:SHOWN_PER_MESSAGE]]
        if len(alike) > SHOWN_PER_MESSAGE:
            lines.append(f"{message_id}  ... and {len(alike) - SHOWN_PER_MESSAGE} more of this kind.")
    return lines


def all_messages() -> list[type[CloneError]]:
    """Every message, by id: the engine's, and those of modules that are entry points ``imsclone.messages``."""
    package = importlib.import_module("imsclone")
    for module in pkgutil.walk_packages(package.__path__, "imsclone."):
        if ".alembic" not in module.name:
            importlib.import_module(module.name)
    for further in entry_points(group="imsclone.messages"):
        further.load()
    return [CloneError.known[message_id] for message_id in sorted(CloneError.known)]


def message_table() -> str:
    """The page docs/messages.md."""
    rows = [
        f"| {kind.id} | {_cell(kind.text)} | {_cell(kind.remedy)} | {_cell(first_line(kind))} |"
        for kind in all_messages()
    ]
    head = [
        "# Messages",
        "",
        "Every message of `imsclone`, by id. E ends the work that was asked for, W does not.",
        "This page is written by `imsclone messages --markdown`.",
        "",
        "| Id | Text | What to do | Meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def first_line(kind: type[CloneError]) -> str:
    """What a message means, from its docstring."""
    return (kind.__doc__ or "").strip().split("\n")[0]


def _cell(text: str) -> str:
    """Text for a cell of a table: the values a template takes are shown as words in angle brackets."""
    bare = re.sub(r"\{(\w+)[^}]*\}", r"&lt;\1&gt;", text)
    return bare.replace("|", "\\|").replace("\n", " ")
