"""Modal commands: IF LASTCC|MAXCC ... THEN, ELSE, DO ... END, SET, CANCEL. AMS Commands, "Modal commands".

A modal command stands before another command in one statement. It is blanked out of the input records, so that what
is left keeps its place. A clause that is not taken is listed and not run.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from zoslab.programs.statement_source import Source

_IF = re.compile(
    r"\s*IF\s+(?P<which>LASTCC|MAXCC)\s*(?P<op>=|¬=|\^=|<>|>=|<=|>|<|EQ\b|NE\b|GT\b|LT\b|GE\b|LE\b)\s*(?P<code>\d{1,2})"
    r"\s*,?\s*THEN\b\s*",
    re.IGNORECASE,
)
_SET = re.compile(r"\s*SET\s+(?P<which>LASTCC|MAXCC)\s*(?:=|EQ\b)\s*(?P<code>\d{1,2})\s*;?\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(?P<word>IF|ELSE|DO|END|SET|CANCEL)\b(?!\()\s*", re.IGNORECASE)
_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    **dict.fromkeys(("=", "EQ"), operator.eq),
    **dict.fromkeys(("¬=", "^=", "<>", "NE"), operator.ne),
    **dict.fromkeys((">", "GT"), operator.gt),
    **dict.fromkeys(("<", "LT"), operator.lt),
    **dict.fromkeys((">=", "GE"), operator.ge),
    **dict.fromkeys(("<=", "LE"), operator.le),
}
HIGHEST = 16


class ModalError(Exception):
    """A modal command that cannot be understood: processing ends with condition code 16."""


@dataclass
class Codes:
    """The condition codes that SET sets and IF tests."""

    last: int = 0
    maximum: int = 0

    def note(self, code: int) -> None:
        """Take the condition code of a command."""
        self.last, self.maximum = code, max(self.maximum, code)

    def of(self, which: str) -> int:
        return self.last if which.upper() == "LASTCC" else self.maximum

    def set(self, which: str, code: int) -> None:
        """SET: LASTCC also raises MAXCC."""
        code = min(code, HIGHEST)
        if which.upper() == "LASTCC":
            self.note(code)
        else:
            self.maximum = code


@dataclass
class _Clause:
    """An IF whose ELSE may follow: what its condition was, and whether it is looked at at all."""

    taken: bool
    active: bool


@dataclass
class _Group:
    """An open DO: whether it is run, and the IFs whose ELSE may follow its END."""

    active: bool
    clauses: list[_Clause]


@dataclass
class Modal:
    """Where in IF, ELSE and DO the input is."""

    codes: Codes = field(default_factory=Codes)
    cancelled: bool = False
    _groups: list[_Group] = field(default_factory=list)
    _clauses: list[_Clause] = field(default_factory=list)

    def remainder(self, source: Source) -> list[str] | None:
        """Return the records of the command in a statement without its modal commands; None if it is not to be run.

        :raises ModalError: a modal command is not complete, or ELSE or END has no partner.
        """
        at, active = 0, self._active
        opened: list[_Clause] = []
        if not (first := _WORD.match(source.text)) or first["word"].upper() not in ("ELSE", "END"):
            self._clauses = []
        while found := _WORD.match(source.text, at):
            word = found["word"].upper()
            if word == "IF":
                at, active = self._condition(source.text, at, active, opened)
            elif word == "ELSE":
                at, active = found.end(), self._otherwise()
            elif word == "SET":
                at = self._set(source.text, at, active)
            elif word == "DO":
                at = found.end()
                self._groups.append(_Group(active, [*self._clauses, *opened]))
                self._clauses, opened = [], []
            elif word == "END":
                at = found.end()
                self._end()
            else:
                at, self.cancelled = len(source.text), active
        self._clauses += opened
        if not active or not source.text[at:].strip(" ;"):
            return None
        return _blanked(source, at)

    @property
    def _active(self) -> bool:
        return not self._groups or self._groups[-1].active

    def _condition(self, text: str, at: int, active: bool, opened: list[_Clause]) -> tuple[int, bool]:
        found = _IF.match(text, at)
        if found is None:
            raise ModalError("IF NEEDS LASTCC OR MAXCC, A COMPARISON, A NUMBER AND THEN")
        holds = _OPERATORS[found["op"].upper()](self.codes.of(found["which"]), int(found["code"]))
        opened.append(_Clause(holds, active))
        return found.end(), active and holds

    def _otherwise(self) -> bool:
        if not self._clauses:
            raise ModalError("ELSE WITHOUT IF")
        clause = self._clauses.pop()
        return clause.active and not clause.taken

    def _end(self) -> None:
        if not self._groups:
            raise ModalError("END WITHOUT DO")
        self._clauses = self._groups.pop().clauses

    def _set(self, text: str, at: int, active: bool) -> int:
        found = _SET.match(text, at)
        if found is None:
            raise ModalError("SET NEEDS LASTCC OR MAXCC = NUMBER")
        if active:
            self.codes.set(found["which"], int(found["code"]))
        return found.end()


def _blanked(source: Source, end: int) -> list[str]:
    """Return the records of a statement, blank up to the character at ``end``."""
    line, column = source.place(end)
    first = source.starts[0][1]
    records = list(source.lines)
    for number in range(line - first):
        records[number] = _continued(records[number])
    records[line - first] = " " * (column - 1) + records[line - first][column - 1 :]
    return records


def _continued(record: str) -> str:
    """Return a blank record that is continued by the next."""
    return "-".rjust(max(len(record.rstrip()), 3))
