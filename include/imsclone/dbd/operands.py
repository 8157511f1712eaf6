"""Values of a statement's keywords, each checked as it is taken; what is wrong is collected."""

from __future__ import annotations

import re
from collections.abc import Iterable

from imsclone.dbd.errors import DbdKeywordMissing, DbdNameUnknown, DbdValueRefused
from imsclone.dbd.statements import Statement, Value
from imsclone.errors import CloneError, Place

NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$_]{0,7}")


def shown(value: Value) -> str:
    """Write a value as it stands in source."""
    return value if isinstance(value, str) else "(" + ",".join(map(shown, value)) + ")"


def parts(value: Value) -> tuple[Value, ...]:
    """Take a value and a list of one as the same."""
    return value if isinstance(value, tuple) else (value,)


class Operands:
    """The operands of one statement."""

    def __init__(self, statement: Statement, problems: list[CloneError]) -> None:
        self.statement = statement
        self.problems = problems

    def place(self, keyword: str) -> Place:
        """Say where a keyword was written."""
        line = self.statement.lines.get(keyword, self.statement.place.line)
        return Place(self.statement.place.file, line)

    def refuse(self, keyword: str, rule: str) -> None:
        """Note that a value breaks a rule."""
        value = shown(self.statement.operands.get(keyword, ""))
        operation = self.statement.operation
        self.problems.append(
            DbdValueRefused(self.place(keyword), operation=operation, keyword=keyword, value=value, rule=rule)
        )

    def missing(self, keyword: str) -> None:
        """Note that a keyword is not there."""
        operation = self.statement.operation
        self.problems.append(DbdKeywordMissing(self.statement.place, operation=operation, keyword=keyword))

    def unknown(self, keyword: str, kind: str, name: str, known: Iterable[str]) -> None:
        """Note that a name is not defined."""
        there = ", ".join(known) or "none"
        operation = self.statement.operation
        self.problems.append(
            DbdNameUnknown(self.place(keyword), operation=operation, keyword=keyword, kind=kind, name=name, known=there)
        )

    def has(self, keyword: str) -> bool:
        """Whether a keyword has a value."""
        return bool(self.statement.operands.get(keyword))

    def raw(self, keyword: str) -> tuple[Value, ...]:
        """Return the parts of a value; none if the keyword is not there or empty."""
        return parts(self.statement.operands[keyword]) if self.has(keyword) else ()

    def words(self, keyword: str, most: int = 0) -> tuple[str, ...]:
        """Return a value as words."""
        found = self.raw(keyword)
        if most and len(found) > most:
            self.refuse(keyword, f"takes at most {most} values")
        if any(not isinstance(one, str) for one in found):
            self.refuse(keyword, "takes no lists within its list")
        return tuple(one for one in found if isinstance(one, str))

    def word(self, keyword: str, allowed: Iterable[str] = (), default: str = "") -> str:
        """Return a value that is one word."""
        found = (*self.words(keyword, 1), default)[0] or default
        choice = tuple(allowed)
        if choice and found not in choice and self.has(keyword):
            self.refuse(keyword, f"takes one of {', '.join(choice)}")
            return default
        return found

    def names(self, keyword: str, most: int = 0, also: str = "") -> tuple[str, ...]:
        """Return names of one to eight characters; those that start with ``also`` may be longer words."""
        found = self.words(keyword, most)
        for one in found:
            if not NAME.fullmatch(one) and not (also and one.startswith(also)):
                self.refuse(keyword, "a name has 1 to 8 letters, digits, @, # or $, and starts with no digit")
        return found

    def name(self, keyword: str = "NAME") -> str:
        """Return one name that must be there."""
        if not self.has(keyword):
            self.missing(keyword)
            return ""
        return (*self.names(keyword, 1), "")[0]

    def numbers(self, keyword: str, most: int, *, least: int = 0) -> tuple[int, ...]:
        """Return numbers; a position left empty is 0."""
        found = []
        for one in self.words(keyword, most):
            if not one.isdecimal() and one:
                self.refuse(keyword, "takes whole numbers")
                return (least,)
            found.append(int(one or 0))
        if any(one < least for one in found):
            self.refuse(keyword, f"takes numbers from {least}")
        return tuple(found)

    def number(self, keyword: str, default: int = 0, *, least: int = 0) -> int:
        """Return one number."""
        return (*self.numbers(keyword, 1, least=least), default)[0]
