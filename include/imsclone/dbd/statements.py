"""Assembler source as text of statements: columns, continuation, comments, nested operands.

Source: HLASM Language Reference, "Statement coding format": 1 to 71 begin to end, 72 continuation, 16 continue,
73 to 80 sequence field. Operands end at the first blank outside apostrophes; what follows is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from imsclone.dbd.errors import DbdMalformed
from imsclone.dbd.grammar import END, PASSED_OVER
from imsclone.errors import CloneError, Place

END_COLUMN, CONTINUE_COLUMN, LAST_COLUMN = 71, 16, 80
COMMENTS = ("*", ".*")

Value = str | tuple["Value", ...]


@dataclass(frozen=True)
class Statement:
    """One statement; ``lines`` says where each keyword was written."""

    place: Place
    label: str
    operation: str
    operands: Mapping[str, Value]
    lines: Mapping[str, int]


@dataclass
class _Card:
    """A statement that is being put together from its lines."""

    line: int
    label: str
    operation: str
    text: str = ""
    quoted: bool = False
    ended: bool = False
    starts: list[tuple[int, int]] = field(default_factory=list)

    def take(self, text: str, line: int) -> None:
        """Add the operands of one line; behind the first blank outside apostrophes is a remark."""
        if self.ended:
            return
        self.starts.append((len(self.text), line))
        for position, letter in enumerate(text):
            if letter == "'":
                self.quoted = not self.quoted
            elif letter == " " and not self.quoted:
                self.ended = position > 0 and text[position - 1] != ","
                self.text += text[:position]
                return
        self.text += text

    def line_of(self, offset: int) -> int:
        """Say on which line the operand at an offset was written."""
        return max((line for start, line in self.starts if start <= offset), default=self.line)


def read_statements(text: str, file: str, problems: list[CloneError]) -> list[Statement]:
    """Read the statements of a source up to END that say something; what cannot be read is added to ``problems``."""
    found = []
    for card in _cards(text, file, problems):
        if card.operation == END:
            break
        if card.operation in PASSED_OVER:
            continue
        try:
            found.append(_statement(card, file))
        except ValueError as error:
            problems.append(DbdMalformed(Place(file, card.line), said=str(error)))
    return found


def _cards(text: str, file: str, problems: list[CloneError]) -> Iterator[_Card]:
    card: _Card | None = None
    for number, line in enumerate(text.splitlines(), 1):
        bad = _broken(line, continues=card is not None)
        if bad:
            problems.append(DbdMalformed(Place(file, number), said=bad))
            card = None
            continue
        body = line[:END_COLUMN]
        if card is None:
            if not body.strip() or line.startswith(COMMENTS):
                continue
            card = _first(body, number)
        else:
            card.take(body[CONTINUE_COLUMN - 1 :], number)
        if not line[END_COLUMN : END_COLUMN + 1].strip():
            yield card
            card = None
    if card is not None:
        problems.append(DbdMalformed(Place(file, card.line), said="the source ends where it is continued"))


def _broken(line: str, continues: bool) -> str:
    if "\t" in line:
        return "a tab has no column"
    if len(line.rstrip()) > LAST_COLUMN:
        return f"the line has {len(line.rstrip())} columns, a source line has 80"
    if continues and line[: CONTINUE_COLUMN - 1].strip():
        return "the line before is continued, and columns 1 to 15 are not blank"
    if continues and line[CONTINUE_COLUMN - 1 : END_COLUMN].strip() and line[CONTINUE_COLUMN - 1] == " ":
        return "the line before is continued, and column 16 is blank"
    return ""


def _first(body: str, number: int) -> _Card:
    label = body.split(" ", 1)[0]
    rest = body[len(label) :].lstrip()
    operation, _, operands = rest.partition(" ")
    card = _Card(number, label.upper(), operation.upper())
    if operands.strip():
        card.take(operands.lstrip(), number)
    return card


def _statement(card: _Card, file: str) -> Statement:
    if card.quoted:
        raise ValueError("an apostrophe is not closed")
    operands: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for offset, text in _split(card.text):
        keyword, equals, value = text.partition("=")
        if not text:
            continue
        name = keyword.upper()
        if not equals or not name.isalnum():
            raise ValueError(f"{text} is not keyword=value")
        if name in operands:
            raise ValueError(f"{name}= stands twice")
        operands[name], lines[name] = _value(value), card.line_of(offset)
    return Statement(Place(file, card.line), card.label, card.operation, operands, lines)


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Split at the commas outside parentheses and apostrophes; each part comes with its offset."""
    depth, start, quoted = 0, 0, False
    for position, letter in enumerate(text):
        quoted ^= letter == "'"
        if quoted:
            continue
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            raise ValueError("a parenthesis is closed that was not opened")
        if letter == "," and depth == 0:
            yield start, text[start:position]
            start = position + 1
    if depth:
        raise ValueError("a parenthesis is not closed")
    yield start, text[start:]


def _value(text: str) -> Value:
    if text.startswith("(") and text.endswith(")"):
        return tuple(_value(part) for _, part in _split(text[1:-1]))
    return text if "'" in text else text.upper()
