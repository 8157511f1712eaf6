"""The directory of a partitioned data set: keyed blocks of 256 bytes at its start, entries in order of member name.

Source: DFSMS Using Data Sets, "Structure of a PDS", and directories written by MVS. The key of a block is its last
name; the first two bytes count the bytes in use, themselves included; an entry named X'FF' ends the directory; unused
blocks are zero. In an entry, TTR counts tracks from the start of the data set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from zoslab.dasd.errors import DasdError
from zoslab.layout import Layout, Number, Raw, Text

BLOCK_SIZE = 256
USED = 2
HIGHEST = b"\xff" * 8
ALIAS, TTRN_COUNT, TTRN_SHIFT, HALFWORDS = 0x80, 0x60, 5, 0x1F
LARGEST_USER_DATA = 62
_NOTE_LIST = 3

Place = tuple[int, int]
Block = tuple[bytes, bytes]
"""Key and data of a directory block."""


class BrokenDirectory(DasdError):
    """The directory contradicts itself; the PDS cannot be used."""


class DirectoryFull(DasdError):
    """The directory blocks of the PDS cannot take another entry (an access method would end with SE37 or S337-4)."""


class DirectoryEntry(Layout):
    """The fixed part of an entry; user data of twice ``halfwords`` bytes follows."""

    size = 12
    pds2name = Text(0, 8)  # member name or alias
    pds2ttrp = Raw(8, 3)  # TTR of the first block
    pds2indc = Number(11, 1)  # X'80' alias, X'60' TTRNs in the user data, X'1F' halfwords of user data


@dataclass(frozen=True, slots=True)
class Member:
    """A directory entry. The user data starts with ``user_ttrs`` pointers of four bytes (TTRN) into the data set."""

    name: str
    ttr: Place
    user_data: bytes = b""
    alias: bool = False
    user_ttrs: int = 0

    @lru_cache(maxsize=16384)  # noqa: B019  (members are values; one entry is built again with every change)
    def entry(self) -> bytes:
        """Return the entry as it stands in a block."""
        if len(self.user_data) > LARGEST_USER_DATA or len(self.user_data) % 2:
            raise DasdError(
                f"Member {self.name}: {len(self.user_data)} bytes of user data; even and at most 62 are possible."
            )
        flags = (ALIAS if self.alias else 0) | self.user_ttrs << TTRN_SHIFT | len(self.user_data) // 2
        fixed = DirectoryEntry(pds2name=self.name, pds2ttrp=ttr_bytes(self.ttr), pds2indc=flags)
        return bytes(fixed) + self.user_data

    def relocated(self, moved: Mapping[Place, Place]) -> Member:
        """Return the entry with its pointers led to where the blocks are now.

        :raises DasdError: it points to a note list, which has pointers of its own.
        """
        data = bytearray(self.user_data)
        for at in range(0, 4 * self.user_ttrs, 4):
            if data[at + _NOTE_LIST]:
                raise DasdError(f"Member {self.name} has a note list (overlay or user TTRs), which is not supported.")
            place = ttr_place(bytes(data[at : at + 3]))
            data[at : at + 3] = ttr_bytes(moved.get(place, place))
        return replace(self, ttr=moved.get(self.ttr, self.ttr), user_data=bytes(data))


def ttr_bytes(place: Place) -> bytes:
    """Return a place as the three bytes TTR."""
    return place[0].to_bytes(2, "big") + place[1].to_bytes(1, "big")


def ttr_place(ttr: bytes) -> Place:
    """Return track and record of the three bytes TTR."""
    return int.from_bytes(ttr[:2], "big"), ttr[2]


def parse(blocks: Iterable[Block]) -> list[Member]:
    """Return the members in the order of the directory.

    :raises BrokenDirectory: a block or an entry contradicts itself.
    """
    members: list[Member] = []
    for key, data in blocks:
        members += _members_of(data)
        if key == HIGHEST:
            break
    return members


def build(members: Iterable[Member], count: int) -> list[Block]:
    """Return ``count`` directory blocks holding ``members``.

    :raises DirectoryFull: they need more blocks.
    """
    entries = sorted(member.entry() for member in members)
    entries.append(HIGHEST + bytes(4))
    blocks: list[Block] = []
    parts: list[bytes] = []
    used = USED
    for entry in entries:
        if used + len(entry) > BLOCK_SIZE:
            blocks.append(_block(parts))
            parts, used = [], USED
        parts.append(entry)
        used += len(entry)
    blocks.append(_block(parts))
    if len(blocks) > count:
        raise DirectoryFull(
            f"{len(entries) - 1} members need {len(blocks)} directory blocks, there are {count}. "
            "Delete members, or copy to a PDS with more directory blocks."
        )
    return blocks + [(bytes(8), bytes(BLOCK_SIZE))] * (count - len(blocks))


def bytes_in_last(blocks: Iterable[Block]) -> int:
    """Return the bytes used in the last directory block in use (DS1NOBDB)."""
    return next((int.from_bytes(data[:USED], "big") & 0xFF for key, data in blocks if key == HIGHEST), 0)


def _block(parts: list[bytes]) -> Block:
    data = b"".join(parts)
    return parts[-1][:8], ((len(data) + USED).to_bytes(USED, "big") + data).ljust(BLOCK_SIZE, b"\0")


@lru_cache(maxsize=1024)
def _members_of(data: bytes) -> tuple[Member, ...]:
    """Return the members in one block; cached because a change of a directory leaves most blocks as they are."""
    used = int.from_bytes(data[:USED], "big")
    if len(data) != BLOCK_SIZE or used > BLOCK_SIZE:
        raise BrokenDirectory(f"A directory block has {len(data)} bytes and says {used} are used.")
    members = []
    at = USED
    while at < used and data[at : at + 8] != HIGHEST:
        flags = data[at + 11] if at + DirectoryEntry.size <= used else HALFWORDS
        end = at + DirectoryEntry.size + 2 * (flags & HALFWORDS)
        if end > used:
            raise BrokenDirectory(f"The directory entry at offset {at} of a block ends behind byte {used}.")
        members.append(_member(data[at:end]))
        at = end
    return tuple(members)


def _member(raw: bytes) -> Member:
    entry = DirectoryEntry.of(raw)
    flags = entry.pds2indc
    return Member(
        name=entry.pds2name,
        ttr=ttr_place(entry.pds2ttrp),
        user_data=raw[DirectoryEntry.size :],
        alias=bool(flags & ALIAS),
        user_ttrs=(flags & TTRN_COUNT) >> TTRN_SHIFT,
    )
