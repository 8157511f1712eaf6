"""Assembler macro statements as DBD and PSB source uses them.

Source: HLASM Language Reference, statement format: columns 1-71 statement, 72 continuation mark, 16-71 continued
text, 73-80 sequence numbers; IMS System Utilities, DBDGEN coding conventions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zoslab.ims.errors import ImsError

Value = str | tuple["Value", ...]


class SourceError(ImsError):
    """A definition statement that is wrong; names its line and what was expected there."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"LINE {line}: {text}")
        self.line = line


@dataclass(frozen=True)
class Statement:
    """One macro call; ``line`` is the number of its first line."""

    line: int
    label: str
    operation: str
    positional: tuple[Value, ...]
    keywords: dict[str, Value]

    def text(self, keyword: str, default: str | None = None) -> str:
        """Return an operand that must be one word; ``(word)`` is the same as ``word``."""
        value = self.keywords.get(keyword, "")
        while isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if isinstance(value, tuple):
            raise SourceError(self.line, f"{self.operation} {keyword}= takes one value, found a list")
        if value:
            return value
        if default is None:
            raise SourceError(self.line, f"{self.operation} needs {keyword}=")
        return default

    def words(self, keyword: str) -> tuple[Value, ...]:
        """Return an operand as a list; one word is a list of one."""
        value = self.keywords.get(keyword, ())
        return value if isinstance(value, tuple) else (value,)

    def number(self, keyword: str, default: int | None = None) -> int:
        """Return an operand that must be a number."""
        text = self.text(keyword, None if default is None else str(default))
        if not text.isdigit():
            raise SourceError(self.line, f"{self.operation} {keyword}= takes a number, found {text}")
        return int(text)

    def allow(self, *keywords: str) -> None:
        """Refuse operands that are not in ``keywords``."""
        for keyword in self.keywords:
            if keyword not in keywords:
                raise SourceError(self.line, f"{self.operation} {keyword}= is not supported")


def read(lines: Iterable[str]) -> list[Statement]:
    """Return the statements of a source member.

    :raises SourceError: a statement is broken.
    """
    statements: list[Statement] = []
    source = [line.rstrip("\n")[:72].ljust(72) for line in lines]
    number = 0
    while number < len(source):
        first = number
        if source[first].startswith(("*", ".*")) or not source[first][:71].strip():
            number += 1
            continue
        label, operation, rest, number = _head(source, first)
        operands, number = _operands(source, rest, number, first + 1)
        positional, keywords = _split(operands, first + 1)
        statements.append(Statement(first + 1, label, operation.upper(), positional, keywords))
    return statements


def _head(source: list[str], first: int) -> tuple[str, str, str, int]:
    text = source[first][:71]
    label = "" if text.startswith(" ") else text.split(None, 1)[0]
    words = text[len(label) :].lstrip().split(None, 1)
    if not words:
        raise SourceError(first + 1, "a label stands alone; expected an operation")
    return label, words[0], words[1] if len(words) > 1 else "", first


def _operands(source: list[str], text: str, number: int, line: int) -> tuple[str, int]:
    """Return the operand field over all its continuation lines, and the number of the next statement."""
    operands, over = "", False
    while True:
        if not over:
            end = _end_of_operand(text)
            operands += text[:end]
            over = end < len(text) and not operands.endswith(",")
        continued = source[number][71] != " "
        number += 1
        if not continued:
            if operands.endswith(","):
                raise SourceError(line, "the statement ends with a comma but column 72 marks no continuation")
            return operands, number
        if number >= len(source):
            raise SourceError(line, "column 72 marks a continuation but the source ends")
        if source[number][:15].strip():
            raise SourceError(number + 1, "a continuation line starts in column 16; columns 1-15 must be blank")
        text = source[number][15:71]


def _end_of_operand(text: str) -> int:
    quoted = False
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == " " and not quoted:
            return place
    return len(text)


def _split(operands: str, line: int) -> tuple[tuple[Value, ...], dict[str, Value]]:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    for part in _commas(operands, line):
        name, equals, value = part.partition("=")
        if equals and name.isalnum():
            if name.upper() in keywords:
                raise SourceError(line, f"{name.upper()}= is coded twice")
            keywords[name.upper()] = _value(value, line)
        elif part:
            positional.append(_value(part, line))
    return tuple(positional), keywords


def _commas(text: str, line: int) -> list[str]:
    parts, depth, start, quoted = [], 0, 0, False
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
            if depth < 0:
                raise SourceError(line, "a parenthesis is closed that was not opened")
        elif not quoted and character == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    if depth or quoted:
        raise SourceError(line, "a parenthesis or quote is not closed")
    return [*parts, text[start:]]


def _value(text: str, line: int) -> Value:
    if text.startswith("(") and text.endswith(")"):
        return tuple(_value(part, line) for part in _commas(text[1:-1], line))
    return text if "'" in text else text.upper()
