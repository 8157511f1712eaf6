"""What AMASPZAP prints. MVS Diagnosis: Tools and Service Aids, "Reading SPZAP output"."""

from __future__ import annotations

from collections.abc import Iterator

from zoslab import ebcdic
from zoslab.programs.amaspzap.opcodes import MNEMONICS

TITLE = "AMASPZAP  INSPECTS, MODIFIES, AND DUMPS CSECTS OR SPECIFIC DATA RECORDS ON DIRECT ACCESS STORAGE."
BYTES, WORD = 32, 4
TRANSLATED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,'()*/+-=&$@#")


def heading(cchhr: str, length: int, member: str = "", csect: str = "") -> str:
    """Return the line above a dump: where the block is, how long it is, and whose section it holds."""
    text = f"**CCHHR- {cchhr}   RECORD LENGTH- {length:06X}"
    if member:
        text += f"         MEMBER NAME  {member:<8}"
    return f"{text}  CSECT NAME  {csect}" if member and csect else text.rstrip()


def dump(data: bytes, first: int, translated: bool) -> Iterator[str]:
    """Yield the lines of a dump whose first byte has the offset ``first``."""
    for at in range(0, len(data), BYTES):
        row = data[at : at + BYTES]
        yield from _translated(row, first + at) if translated else (_hexadecimal(row, first + at),)


def _hexadecimal(row: bytes, offset: int) -> str:
    words = [row[at : at + WORD].hex().upper() for at in range(0, len(row), WORD)]
    halves = ["   ".join(f"{word:<8}" for word in words[at : at + 4]) for at in (0, 4)]
    return f" {offset:06X}   {'     '.join(halves)}".rstrip()


def _translated(row: bytes, offset: int) -> Iterator[str]:
    """Yield a line of halfwords and one of mnemonics, with the text in two pieces at the right."""
    halves = [row[at : at + 2] for at in range(0, len(row), 2)]
    text = "".join(one if one in TRANSLATED else "." for one in row.decode(ebcdic.CODE_PAGE))
    digits = " ".join(half.hex().upper() for half in halves)
    names = " ".join(f"{MNEMONICS.get(half[0], ''):<4.4}" for half in halves)
    yield f" {offset:06X}   {digits:<79}  *{text[:16]:<16}*"
    yield f"{'':10}{names:<79}  *{text[16:]:<16}*"
