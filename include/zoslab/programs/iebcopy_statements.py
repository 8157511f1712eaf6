"""The control statements of IEBCOPY. Source: DFSMSdfp Utilities, IEBCOPY, "Utility control statements"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

VERBS = {"COPY": "COPY", "C": "COPY", "SELECT": "SELECT", "S": "SELECT", "EXCLUDE": "EXCLUDE", "E": "EXCLUDE"}
KEYWORDS = {"OUTDD": "OUTDD", "O": "OUTDD", "INDD": "INDD", "I": "INDD", "MEMBER": "MEMBER", "M": "MEMBER"}
ALLOWED = {"COPY": {"OUTDD", "INDD"}, "SELECT": {"MEMBER"}, "EXCLUDE": {"MEMBER"}}
NAME = re.compile(r"[A-Z@#$][A-Z0-9@#${]{0,7}")
TOKEN = re.compile(r"[(),=]|[^(),=\s]+")
Value = str | list["Value"]


class ControlError(Exception):
    """A control statement that cannot be carried out; the text is the message."""


@dataclass(frozen=True)
class Input:
    """An input library; ``replace``: all its members replace those of the output."""

    ddname: str
    replace: bool = False


@dataclass(frozen=True)
class Selection:
    """A member that is selected, perhaps under a new name, perhaps in place of one in the output."""

    name: str
    new_name: str = ""
    replace: bool = False


@dataclass(frozen=True)
class Copy:
    """One COPY with the SELECT or EXCLUDE statements that follow it."""

    outdd: str
    inputs: tuple[Input, ...]
    select: tuple[Selection, ...] = ()
    exclude: tuple[str, ...] = ()


def generated(parm: str) -> Copy:
    """Return what is done without SYSIN.

    :raises ControlError: PARM says something that is not supported.
    """
    words = {word for word in re.split(r"[,\s]+", parm.upper()) if word}
    if words - {"COPY", "COMPRESS", "REPLACE"}:
        raise ControlError(f"IEB1043E PARM {parm} IS NOT SUPPORTED: COPY, COMPRESS, REPLACE ARE")
    source = "SYSUT2" if "COMPRESS" in words else "SYSUT1"
    return Copy("SYSUT2", (Input(source, "REPLACE" in words),))


def operations(lines: Iterable[str]) -> Iterator[Copy]:
    """Yield the copies that SYSIN asks for.

    :raises ControlError: a statement is not understood.
    """
    current: Copy | None = None
    for verb, operands in _statements(lines):
        if verb == "COPY":
            if current is not None:
                yield current
            current = _copy(operands)
            continue
        if current is None:
            raise ControlError(f"IEB101I {verb} STANDS BEFORE COPY")
        members = _list(operands.get("MEMBER", []))
        if verb == "SELECT":
            current = replace(current, select=(*current.select, *map(_selection, members)))
        else:
            current = replace(current, exclude=(*current.exclude, *map(_name, members)))
        if current.select and current.exclude:
            raise ControlError("IEB101I SELECT AND EXCLUDE STAND FOR ONE COPY")
    if current is None:
        raise ControlError("IEB101I NO COPY STATEMENT")
    yield current


def _copy(operands: dict[str, Value]) -> Copy:
    outdd, inputs = operands.get("OUTDD"), operands.get("INDD")
    if not isinstance(outdd, str) or not inputs:
        raise ControlError("IEB101I COPY NEEDS OUTDD AND INDD")
    return Copy(outdd, tuple(_input(each) for each in _list(inputs)))


def _input(value: Value) -> Input:
    if isinstance(value, str):
        return Input(_name(value))
    if len(value) == 2 and value[1] == "R":
        return Input(_name(value[0]), True)
    raise ControlError(f"IEB101I INDD NOT UNDERSTOOD: {value}")


def _selection(value: Value) -> Selection:
    """Return NAME, (NAME,NEW), (NAME,,R), (NAME,NEW,R)."""
    if isinstance(value, str):
        return Selection(_name(value))
    name, new, how = [*value, "", ""][:3]
    if len(value) > 3 or how not in ("", "R"):
        raise ControlError(f"IEB101I MEMBER NOT UNDERSTOOD: {value}")
    return Selection(_name(name), _name(new) if new else "", how == "R")


def _name(value: Value) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ControlError(f"IEB101I NOT A NAME: {value}")
    return value


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _statements(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Value]]]:
    """Join continued records (a comma at the end) and yield verb and operands."""
    whole = ""
    for line in lines:
        text = line[:71]
        if not whole and text[:1] not in ("", " "):
            text = text.partition(" ")[2]
        whole += text.strip() if whole else text.strip() + " " * (" " not in text.strip())
        if not whole.rstrip().endswith(","):
            yield _statement(whole)
            whole = ""
    if whole:
        yield _statement(whole)


def _statement(text: str) -> tuple[str, dict[str, Value]]:
    word, _, rest = text.strip().partition(" ")
    verb = VERBS.get(word.upper())
    if verb is None:
        raise ControlError(f"IEB101I {word} IS NOT SUPPORTED: COPY, SELECT AND EXCLUDE ARE")
    operands: dict[str, Value] = {}
    tokens = TOKEN.findall(rest.upper().replace(" ", ""))
    while tokens:
        keyword = KEYWORDS.get(tokens.pop(0))
        if keyword not in ALLOWED[verb] or keyword in operands or not tokens or tokens.pop(0) != "=":
            raise ControlError(f"IEB101I OPERAND NOT UNDERSTOOD: {text.strip()}")
        operands[str(keyword)] = _value(tokens, text)
        if tokens and tokens.pop(0) != ",":
            raise ControlError(f"IEB101I OPERAND NOT UNDERSTOOD: {text.strip()}")
    return verb, operands


def _value(tokens: list[str], text: str) -> Value:
    """Return a word or, for parentheses, a list in which an omitted value is an empty word."""
    if not tokens:
        raise ControlError(f"IEB101I VALUE MISSING: {text.strip()}")
    if tokens[0] != "(":
        return tokens.pop(0)
    tokens.pop(0)
    found: list[Value] = []
    while tokens:
        found.append("" if tokens[0] in (",", ")") else _value(tokens, text))
        if not tokens:
            break
        if tokens.pop(0) == ")":
            return found
    raise ControlError(f"IEB101I PARENTHESIS NOT CLOSED: {text.strip()}")
