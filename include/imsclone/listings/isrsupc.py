"""SuperC search listings (ISRSUPC): which members hold which lines.

Source: ISPF, SuperC "Search-For" listing: a heading for each member, then line number and line; a summary closes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete

_MEMBER = re.compile(r"[ 01]?\s{0,2}(?P<member>[A-Z@#$][A-Z0-9@#$]{0,7})\s+-{4,}\s*STRING\(S\) FOUND.*")
_LINE = re.compile(r"[ 01]?\s*(?P<number>\d{1,8})\s{2}(?P<text>.*)")
_SUMMARY = re.compile(r"[ 0]?\s*(?P<found>\d+)\s+(?P<lines>\d+)\s+(?P<members>\d+)\s+(?P<searched>\d+)\b.*")
_SHORT = re.compile(r".*LINES-FOUND\s+(?P<found>\d+)\s*")
_SUMMARY_HEAD = "LINES-FOUND"


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of a member that holds one of the words."""

    member: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """One search of one library; the counts of what was searched are 0 where the listing has none."""

    hits: tuple[Hit, ...]
    members_processed: int
    lines_processed: int

    @property
    def members(self) -> tuple[str, ...]:
        """The members with hits, in order."""
        return tuple(dict.fromkeys(hit.member for hit in self.hits))


def search(listing: str) -> Search:
    """Read a search listing.

    :raises ListingIncomplete: the summary is missing, or counts other hits than are listed.
    """
    hits: list[Hit] = []
    member = ""
    lines = listing.splitlines()
    for position, line in enumerate(lines):
        if _SUMMARY_HEAD in line:
            return _summed(hits, lines[position:])
        heading = _MEMBER.fullmatch(line)
        match = _LINE.fullmatch(line)
        if heading:
            member = heading["member"]
        elif match and member:
            hits.append(Hit(member, int(match["number"]), match["text"].rstrip()))
    raise ListingIncomplete(utility="ISRSUPC", message="summary", said=f"{len(hits)} lines found before it ends")


def _summed(hits: list[Hit], rest: list[str]) -> Search:
    short = _SHORT.fullmatch(rest[0])
    match = next((match for line in rest[1:] if (match := _SUMMARY.match(line))), None)
    figures = match.groupdict() if match else short.groupdict() if short else {}
    if "found" not in figures:
        raise ListingIncomplete(utility="ISRSUPC", message="summary", said="its figures are missing")
    if int(figures["found"]) != len(hits):
        said = f"{len(hits)} lines are listed where it counts {figures['found']}"
        raise ListingIncomplete(utility="ISRSUPC", message="agreeing summary", said=said)
    return Search(tuple(hits), int(figures.get("searched", 0)), int(figures.get("lines", 0)))
