"""AMASPZAP listings: dumps of load modules and blocks as bytes, and what became of VER and REP.

Source: MVS Diagnosis: Tools and Service Aids, "Reading SPZAP output". A dump names cylinder, track and record, the
member and the control section; its lines are an offset and words in hexadecimal. DUMPT adds text and mnemonics,
which are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete, ListingUnreadable
from imsclone.listings.messages import Message, messages

_HEAD = re.compile(
    r"\W*CCHHR-\s*(?P<cchhr>[0-9A-F]{10})\s+RECORD LENGTH-\s*(?P<length>[0-9A-F]{4,8})"
    r"(?:\s+KEY LENGTH-\s*\S+)?(?:\s+MEMBER NAME\s+(?P<member>\S+))?(?:\s+CSECT NAME\s+(?P<csect>\S+))?\s*"
)
_LINE = re.compile(r"\s*(?P<offset>[0-9A-F]{6,8})\s{2,}(?P<words>[0-9A-F]{2,8}(?:\s{1,8}[0-9A-F]{2,8})*)\s*(?:\*.*)?")
_CLOSING = "AMA100I"
_REJECTED = "AMA104I"
_LEFT_UNDONE = frozenset({"AMA102I", "AMA103I", "AMA105I", "AMA111I", "AMA115I", "AMA133I"})
"""Member, section or record not there; offset outside it; statement skipped or not valid; DD not usable; I/O error;
checksum wrong. All AMASPZAP messages end with I, so the severity of an id says nothing."""
_NO_IDR_SPACE, _OVERRIDDEN = "AMA120I", "AMA128I"


@dataclass(frozen=True, slots=True)
class Dump:
    """Bytes of one control section, or of one block, from :attr:`offset` on.

    ``member`` and ``csect`` are empty in a dump by blocks; ``cchhr`` is the block's cylinder, track and record.
    """

    cchhr: str
    member: str
    csect: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ZapResult:
    """What became of a run with REP statements.

    ``rejected`` are the VERs that found something else, ``problems`` all else because of which a byte was not replaced.
    """

    rejected: tuple[Message, ...]
    problems: tuple[Message, ...]

    @property
    def done(self) -> bool:
        """Whether every byte was replaced."""
        return not self.rejected and not self.problems


def dumps(listing: str) -> tuple[Dump, ...]:
    """Return the dumped bytes, one value for each control section and block.

    :raises ListingIncomplete: the listing has no end.
    :raises ListingUnreadable: offsets do not follow each other.
    """
    _closed(listing)
    return tuple(_joined(list(_blocks(listing))))


def zapped(listing: str) -> ZapResult:
    """Return what became of VER and REP.

    :raises ListingIncomplete: the listing has no end.
    """
    _closed(listing)
    found = tuple(messages(listing, "AMA"))
    rejected = tuple(message for message in found if message.id == _REJECTED)
    undone = _LEFT_UNDONE if any(message.id == _OVERRIDDEN for message in found) else _LEFT_UNDONE | {_NO_IDR_SPACE}
    return ZapResult(rejected, tuple(message for message in found if message.id in undone))


def _closed(listing: str) -> None:
    if not any(message.id == _CLOSING for message in messages(listing, "AMA")):
        raise ListingIncomplete(utility="AMASPZAP", message=_CLOSING, said="it did not end")


def _blocks(listing: str) -> Iterator[Dump]:
    current: Dump | None = None
    for number, line in enumerate(listing.splitlines(), 1):
        head = _HEAD.fullmatch(line.rstrip())
        if head:
            if current and current.data:
                yield current
            member, csect = head["member"] or "", head["csect"] or ""
            current = Dump(head["cchhr"], member, csect, -1, b"")
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match and current:
            current = _longer(current, int(match["offset"], 16), bytes.fromhex(match["words"]), number, line)
    if current and current.data:
        yield current


def _longer(dump: Dump, offset: int, data: bytes, number: int, line: str) -> Dump:
    if dump.offset < 0:
        return Dump(dump.cchhr, dump.member, dump.csect, offset, data)
    expected = dump.offset + len(dump.data)
    if offset != expected:
        said = f"offset {offset:06X} follows where {expected:06X} was expected"
        raise ListingUnreadable(utility="AMASPZAP", line=number, said=said, shown=line.strip())
    return Dump(dump.cchhr, dump.member, dump.csect, dump.offset, dump.data + data)


def _joined(blocks: list[Dump]) -> Iterator[Dump]:
    """Put the parts of a control section that lies in several blocks together; blocks stay as they are."""
    current: Dump | None = None
    for block in blocks:
        goes_on = current is not None and block.csect and (block.member, block.csect) == (current.member, current.csect)
        if current is not None and goes_on and block.offset == current.offset + len(current.data):
            current = Dump(current.cchhr, current.member, current.csect, current.offset, current.data + block.data)
            continue
        if current is not None:
            yield current
        current = block
    if current is not None:
        yield current
