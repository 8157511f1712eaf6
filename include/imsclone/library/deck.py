"""IEBUPDTE input that carries members as they are. Source: DFSMSdfp Utilities, IEBUPDTE; JCL Reference, DLM."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from imsclone.jcl.card import Card
from imsclone.library.edit import RECORD, EditedMember
from imsclone.library.errors import DeckRefused, DelimiterMissing
from imsclone.names import MemberName

DELIMITERS = ("@@", "$$", "##", "><", "%%", "?!", "Z@", "Q$", "X#")


@dataclass(frozen=True, slots=True)
class Deck:
    """In-stream data for IEBUPDTE; ``delimiter`` starts no line of it."""

    delimiter: Card
    cards: tuple[Card, ...]
    members: tuple[str, ...]


def deck(members: Iterable[EditedMember], existing: Collection[str] = ()) -> Deck:
    """Return the deck that writes members under their target names.

    :param existing: members the library has, which are replaced and not added; by default those edited in place.
    :raises DeckRefused: a line is no card or would be read as a statement of IEBUPDTE.
    :raises DelimiterMissing: no delimiter is left.
    """
    lines: list[str] = []
    names: list[str] = []
    for member in members:
        there = member.target in existing or member.target == member.name
        lines.append(f"./ {'REPL' if there else 'ADD'} NAME={MemberName(member.target)},LIST=ALL")
        for number, line in enumerate(member.lines, 1):
            _check(member.name, number, line)
            lines.append(line)
        names.append(member.target)
    lines.append("./ ENDUP")
    return Deck(_delimiter(lines), tuple(Card(line) for line in lines), tuple(names))


def _check(member: str, number: int, line: str) -> None:
    said = ""
    if len(line) > RECORD:
        said = f"has {len(line)} columns, a card has {RECORD}"
    elif line.startswith("./"):
        said = "starts with ./, which IEBUPDTE reads as its own"
    elif not line.isascii() or not line.replace(" ", "A").isprintable():
        said = "holds a character that no card can hold"
    if said:
        raise DeckRefused(member=member, line=number, said=said, shown=line[:40])


def _delimiter(lines: Sequence[str]) -> Card:
    starts = {line[:2] for line in lines}
    for delimiter in DELIMITERS:
        if delimiter not in starts:
            return Card(delimiter)
    raise DelimiterMissing(tried=" ".join(DELIMITERS))
