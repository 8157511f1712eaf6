"""The tables a utility writes its control statements in: commands, keywords, abbreviations, kinds of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Keyword:
    """One operand of a command: ``least`` to ``most`` values (``most`` None: any number), or nested operands."""

    name: str
    abbreviations: tuple[str, ...] = ()
    least: int = 0
    most: int | None = 0
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    longest: int = 0
    operands: tuple[Keyword, ...] | None = None
    positional: tuple[int, int] = (0, 0)


def flag(name: str, *abbreviations: str, required: bool = False) -> Keyword:
    """Return a keyword without a value."""
    return Keyword(name, abbreviations, required=required)


def value(
    name: str,
    *abbreviations: str,
    required: bool = False,
    choices: Iterable[str] = (),
    pattern: str = "",
    longest: int = 0,
    least: int = 1,
    most: int | None = 1,
) -> Keyword:
    """Return a keyword with one value (or ``least`` to ``most``); ``pattern`` must match each value whole."""
    return Keyword(name, abbreviations, least, most, required, tuple(choices), pattern, longest)


def values(name: str, *abbreviations: str, required: bool = False, pattern: str = "", longest: int = 0) -> Keyword:
    """Return a keyword with one or more values; a value may be a group: ``((A,B),(C,D))``."""
    return Keyword(name, abbreviations, 1, None, required, (), pattern, longest)


def nested(
    name: str,
    *operands: Keyword,
    abbreviations: Iterable[str] = (),
    required: bool = False,
    positional: tuple[int, int] = (0, 0),
) -> Keyword:
    """Return a keyword whose parentheses hold keywords: ``CLUSTER(NAME(A) INDEXED)``."""
    return Keyword(name, tuple(abbreviations), required=required, operands=operands, positional=positional)


@dataclass(frozen=True, init=False)
class Command:
    """One command: its verb, keywords, how many positional values it takes, and which keywords exclude each other.

    ``one_of`` are sets of keywords of which exactly one must be given.
    """

    verb: str
    operands: tuple[Keyword, ...]
    abbreviations: tuple[str, ...]
    positional: tuple[int, int]
    exclusive: tuple[tuple[str, ...], ...]
    one_of: tuple[tuple[str, ...], ...]

    def __init__(
        self,
        verb: str,
        *operands: Keyword,
        abbreviations: Sequence[str] = (),
        positional: tuple[int, int] = (0, 0),
        exclusive: Iterable[Sequence[str]] = (),
        one_of: Iterable[Sequence[str]] = (),
    ) -> None:
        held = {
            "verb": verb,
            "operands": operands,
            "abbreviations": tuple(abbreviations),
            "positional": positional,
            "exclusive": tuple(tuple(names) for names in exclusive),
            "one_of": tuple(tuple(names) for names in one_of),
        }
        for name, content in held.items():
            object.__setattr__(self, name, content)


class Grammar:
    """The commands of one utility and the margins of its input records (first and last column)."""

    def __init__(self, *commands: Command, margins: tuple[int, int] = (1, 72)) -> None:
        self.margins = margins
        self.commands = {name: command for command in commands for name in (command.verb, *command.abbreviations)}
