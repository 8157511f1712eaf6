"""Text that may stand on a card: made only from checked names, numbers and fixed words."""

from __future__ import annotations

import re

from imsclone.jcl.errors import TextRefused, WordTooLong

LAST_COLUMN = 71
CONTINUE_COLUMN = 16
CONTINUATION = "//".ljust(CONTINUE_COLUMN - 1)
"""JCL Reference: text broken at column 71 goes on in column 16 of the next line, behind //."""

_KEYWORD = re.compile(r"[A-Z][A-Z0-9]{0,31}")
_PRINTABLE = re.compile(r"[ -~]{1,60}")


class Card(str):
    """Text of a statement whose every part was checked."""

    __slots__ = ()


def keyword(value: object) -> Card:
    """Return a word of the product's own, such as a policy, in upper case.

    :raises TextRefused: it is no plain word.
    """
    word = str(value).upper()
    if not _KEYWORD.fullmatch(word):
        raise TextRefused(value=str(value), rule="a keyword is 1 to 32 letters and digits")
    return Card(word)


def quoted(value: object) -> Card:
    """Return text between apostrophes, those inside doubled.

    :raises TextRefused: it has other than printable ASCII characters.
    """
    text = str(value)
    if not _PRINTABLE.fullmatch(text) or "&" in text:
        raise TextRefused(value=text, rule="quoted text is printable and holds no ampersand")
    return Card("'" + text.replace("'", "''") + "'")


def control(text: str, indent: int = 3) -> Card:
    """Lay one utility statement out on lines of 71 columns, each but the last continued by a hyphen.

    It is broken at blanks and behind commas, never inside apostrophes. IDCAMS, ICKDSF, DFSMSdss and DBRC share
    this form (Access Method Services Commands, continuing commands).

    :raises WordTooLong: a word fits on no line.
    """
    lines: list[str] = []
    line = ""
    for piece, glued in _pieces(text):
        start = " " if not lines else " " * indent
        candidate = line + ("" if glued else " ") + piece if line else start + piece
        if len(candidate) > LAST_COLUMN - 2 and line:
            lines.append(line + " -")
            candidate = " " * indent + piece
        if len(candidate) > LAST_COLUMN - 2:
            raise WordTooLong(word=piece, length=len(piece), limit=LAST_COLUMN - 2 - indent)
        line = candidate
    return Card("\n".join([*lines, line]))


def statement(text: str) -> Card:
    """Lay one JCL statement out: broken behind commas, or inside apostrophes at column 71.

    :raises WordTooLong: a word fits on no line.
    """
    head, operands = _head(text)
    lines: list[str] = []
    line = head
    room = LAST_COLUMN - CONTINUE_COLUMN + 1
    for operand in operands:
        if len(line) + len(operand) <= LAST_COLUMN:
            line += operand
        elif len(operand) <= room:
            lines.append(line.rstrip())
            line = CONTINUATION + operand
        elif "'" in operand:
            line = _broken_text(lines, line, operand)
        else:
            raise WordTooLong(word=operand, length=len(operand), limit=room)
    return Card("\n".join([*lines, line]))


def _broken_text(lines: list[str], line: str, operand: str) -> str:
    """Fill lines up to column 71 inside apostrophes; return the line that is left to go on with."""
    text = line + operand
    quote = len(line) + operand.index("'")
    if quote >= LAST_COLUMN - 1:
        lines.append(line.rstrip())
        text = CONTINUATION + operand
    while len(text) > LAST_COLUMN:
        lines.append(text[:LAST_COLUMN])
        text = CONTINUATION + text[LAST_COLUMN:]
    return text


def _head(text: str) -> tuple[str, list[str]]:
    """Take a statement apart into name and operation, and its operands each with its comma."""
    words = text.split(None, 2) if not text.startswith("// ") else ["//", *text[2:].split(None, 1)]
    name, operation, rest = words[0], words[1], words[2] if len(words) > 2 else ""
    operands, current, inside = [], "", False
    for character in rest.strip():
        if character == "'":
            inside = not inside
        if character.isspace() and not inside:
            continue
        current += character
        if character == "," and not inside:
            operands.append(current)
            current = ""
    return f"{name:<10} {operation} ", [*operands, current] if current else operands


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Take a statement apart at blanks and behind commas; True for a piece that follows without a blank."""
    found: list[tuple[str, bool]] = []
    current, inside, glued = "", False, False
    for character in text.strip() + " ":
        if character == "'":
            inside = not inside
        if character.isspace() and not inside:
            if current:
                found.append((current, glued))
            current, glued = "", False
            continue
        current += character
        if character == "," and not inside:
            found.append((current, glued))
            current, glued = "", True
    return found
