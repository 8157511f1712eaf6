"""Partitioned data sets: a directory, then the members, each ended by an end-of-file mark.

Source: DFSMS Using Data Sets, "Processing a PDS". A member that is replaced is written behind all others and its old
blocks stay until the PDS is compressed; DS1LSTAR is the last end-of-file mark. A change is first written where no
entry leads and takes effect with the directory, in one step.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from weakref import WeakKeyDictionary

from zoslab.dasd import pds_directory
from zoslab.dasd.block_writer import BlockWriter
from zoslab.dasd.errors import DasdError
from zoslab.dasd.image import Device, atomic, enqueued
from zoslab.dasd.pds_directory import DirectoryFull as DirectoryFull
from zoslab.dasd.pds_directory import Member as Member
from zoslab.dasd.pds_directory import Place
from zoslab.dasd.record_format import RecordFormat
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.track import Record

_NAME = re.compile(r"[A-Z$#@][A-Z0-9$#@{]{0,7}")
_PDSE = 0x08
_DIRECTORIES: WeakKeyDictionary[Device, threading.RLock] = WeakKeyDictionary()
"""The enqueue on the directories of a device."""

UserData = Callable[[list[Place]], bytes]
"""Makes the user data of a member from the places of its blocks."""


class MemberNotFound(DasdError):
    """The directory has no entry of that name (BLDL return code 4, S013-18)."""


class MemberExists(DasdError):
    """The directory has an entry of that name already."""


class InvalidMemberName(DasdError):
    """The text is no member name: 1 to 8 of A-Z, 0-9, $, #, @, not starting with a digit."""


class NotPartitioned(DasdError):
    """The data set is not a PDS: another organisation, a PDSE, or without a directory."""


class Pds:
    """A partitioned data set. Threads may change it at once: each change is made to the directory as it is then."""

    def __init__(self, space: DataSetSpace) -> None:
        """:raises NotPartitioned: the DSCB says it is something else."""
        dscb = space.dscb
        if not dscb.dsorg.startswith("PO") or dscb.ds1smsfg & _PDSE:
            kind = "a PDSE" if dscb.ds1smsfg & _PDSE else f"DSORG={dscb.dsorg or 'none'}"
            raise NotPartitioned(f"{space.dsname} is {kind}, not a PDS.")
        self._space = space

    @property
    def dsname(self) -> str:
        return self._space.dsname

    @property
    def format(self) -> RecordFormat:
        """:raises BadRecordFormat: the data set has no attributes yet."""
        return RecordFormat.of(self._space.dscb)

    def create(self, directory_blocks: int) -> None:
        """Write an empty directory of that many blocks; members that were there are gone.

        :raises NoSpace: the blocks do not fit the data set.
        """
        if directory_blocks < 1:
            raise DirectoryFull(f"{self.dsname}: a PDS needs at least one directory block.")
        blocks = pds_directory.build([], directory_blocks)
        with self._atomic():
            writer = BlockWriter(self._space)
            for key, data in blocks:
                writer.write(data, key)
            writer.write_end_of_file()
            writer.flush()
            self._set_end(writer.last, blocks)

    def members(self) -> list[Member]:
        """Return the directory in order of name.

        :raises NotPartitioned: no directory was ever written. :raises BrokenDirectory: it contradicts itself.
        """
        return pds_directory.parse((record.key, record.data) for _, record in self._directory())

    def member(self, name: str) -> Member:
        """:raises MemberNotFound: there is none of that name."""
        found = next((member for member in self.members() if member.name == name), None)
        if found is None:
            raise MemberNotFound(f"Member {name} is not in {self.dsname}.")
        return found

    def __contains__(self, name: str) -> bool:
        return any(member.name == name for member in self.members())

    def blocks(self, name: str) -> list[bytes]:
        """Return the blocks of a member."""
        return [record.data for _, record in self._member_records(self.member(name))]

    def read(self, name: str) -> list[bytes]:
        """Return the records of a member, as the DSCB's record format has them.

        :raises BadBlock: a block contradicts it.
        """
        return list(self.format.deblock(self.blocks(name)))

    def write(self, name: str, records: Iterable[bytes], user_data: bytes = b"") -> Member:
        """Add or replace a member.

        :raises NoSpace: E37; the member is as it was. :raises DirectoryFull: likewise.
        """
        return self.write_blocks(name, self.format.block(records), lambda _: user_data)

    def write_blocks(
        self, name: str, blocks: Iterable[bytes], user_data: UserData = lambda _: b"", user_ttrs: int = 0
    ) -> Member:
        """Add or replace a member given as blocks, ``user_data`` being told where they are."""
        check_name(name)
        with self._atomic():
            members = [member for member in self.members() if member.name != name]
            writer = BlockWriter(self._space, self._space.last)
            places = [writer.write(block) for block in blocks]
            end = writer.write_end_of_file()
            writer.flush()
            member = Member(name, (places or [end])[0], user_data(places), user_ttrs=user_ttrs)
            self._set_end(end, self._put([*members, member]))
        return member

    def update_block(self, name: str, index: int, block: bytes) -> None:
        """Rewrite a block of a member in place with one of the same length (what AMASPZAP does).

        :raises DasdError: the length differs.
        """
        (rel_track, number), record = list(self._member_records(self.member(name)))[index]
        if len(record.data) != len(block):
            raise DasdError(
                f"Block {index + 1} of {self.dsname}({name}) has {len(record.data)} bytes and cannot be rewritten "
                f"with {len(block)}."
            )
        records = [r._replace(data=block) if r.number == number else r for r in self._space.read(rel_track)]
        self._space.write(rel_track, records)

    def add_alias(self, alias: str, name: str) -> Member:
        """Give a member another name.

        :raises MemberExists: the name is taken.
        """
        check_name(alias)
        with self._atomic():
            member = replace(self.member(name), name=alias, alias=True)
            self._require_new(alias)
            self._set_directory([*self.members(), member])
        return member

    def set_user_data(self, name: str, user_data: bytes) -> None:
        """Replace the user data of an entry, for instance its ISPF statistics."""
        with self._atomic():
            changed = replace(self.member(name), user_data=user_data)
            self._set_directory([changed if member.name == name else member for member in self.members()])

    def delete(self, name: str) -> None:
        """Remove an entry. The blocks stay until the PDS is compressed.

        :raises MemberNotFound: there is none of that name.
        """
        with self._atomic():
            self.member(name)
            self._set_directory([member for member in self.members() if member.name != name])

    def rename(self, old: str, new: str) -> None:
        """Rename a member.

        :raises MemberNotFound: there is no ``old``. :raises MemberExists: there is a ``new``.
        """
        check_name(new)
        with self._atomic():
            renamed = replace(self.member(old), name=new)
            self._require_new(new)
            self._set_directory([renamed if member.name == old else member for member in self.members()])

    def copy_from(self, source: Pds, name: str, new_name: str | None = None) -> Member:
        """Copy a member block by block with its user data, pointers into it adjusted (what IEBCOPY does).

        :raises DasdError: it has a note list.
        """
        member = source.member(name)
        records = list(source._member_records(member))
        return self.write_blocks(
            new_name or name,
            [record.data for _, record in records],
            lambda places: member.relocated(dict(zip((place for place, _ in records), places, strict=True))).user_data,
            member.user_ttrs,
        )

    def compress(self) -> None:
        """Move the members together so that the space of replaced and deleted ones can be used again."""
        with self._atomic():
            members = self.members()
            records = {member.ttr: list(self._member_records(member)) for member in members}
            directory = list(self._directory())
            (last_track, last_number), _ = directory[-1]
            writer = BlockWriter(self._space, (last_track, last_number))
            writer.write_end_of_file()
            moved: dict[Place, Place] = {}
            for ttr in sorted(records):
                for place, record in records[ttr]:
                    moved[place] = writer.write(record.data)
                end = writer.write_end_of_file()
                moved.setdefault(ttr, end)
            writer.flush()
            self._set_end(writer.last, self._put([member.relocated(moved) for member in members]))

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        """Make the changes of the block whole or not at all; what was allocated for them goes back with them."""
        device = self._space.parts[0][0].device
        try:
            with atomic(device), enqueued(device, _DIRECTORIES.setdefault(device, threading.RLock())):
                self._space.refresh()
                yield
        except BaseException:
            self._space.refresh()
            raise

    def _directory(self) -> Iterator[tuple[Place, Record]]:
        """Yield the directory blocks with their places."""
        self._space.refresh()
        written = self._space.last != (0, 0)
        for place, record in self._records_from((0, 1)) if written else ():
            if record.is_end_of_file:
                return
            if len(record.key) != 8:
                break
            yield place, record
        raise NotPartitioned(f"{self.dsname} has no directory. Allocate it with directory blocks.")

    def _member_records(self, member: Member) -> Iterator[tuple[Place, Record]]:
        """Yield the blocks of a member with their places."""
        for place, record in self._records_from(member.ttr):
            if record.is_end_of_file:
                return
            yield place, record
        raise DasdError(
            f"Member {member.name} of {self.dsname} runs to the end of the data set without an end-of-file mark."
        )

    def _records_from(self, start: Place) -> Iterator[tuple[Place, Record]]:
        first_track, first_number = start
        for rel_track in range(first_track, self._space.tracks):
            for record in self._space.read(rel_track):
                if rel_track > first_track or record.number >= first_number:
                    yield (rel_track, record.number), record

    def _require_new(self, name: str) -> None:
        if name in self:
            raise MemberExists(f"Member {name} is in {self.dsname} already.")

    def _set_directory(self, members: list[Member]) -> None:
        self._set_end(self._space.last, self._put(members))

    def _put(self, members: list[Member]) -> list[pds_directory.Block]:
        """Write the directory blocks that ``members`` change, and return all."""
        old = list(self._directory())
        blocks = pds_directory.build(members, len(old))
        changed: dict[int, dict[int, Record]] = {}
        for ((rel_track, number), record), (key, data) in zip(old, blocks, strict=True):
            if (record.key, record.data) != (key, data):
                changed.setdefault(rel_track, {})[number] = Record(number, key, data)
        for rel_track, records in changed.items():
            self._space.write(rel_track, [records.get(r.number, r) for r in self._space.read(rel_track)])
        return blocks

    def _set_end(self, last: Place, blocks: list[pds_directory.Block]) -> None:
        """Note the last block and the bytes used in the last directory block in the DSCB."""
        volume, entry = self._space.parts[0]
        if self._space.last != last:
            self._space.last = last
        used = pds_directory.bytes_in_last(blocks)
        if self._space.dscb.ds1nobdb != used:
            volume.update_dscb(entry.dsname, ds1nobdb=used)


def check_name(name: str) -> str:
    """Return ``name`` if it can be a member's.

    :raises InvalidMemberName: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise InvalidMemberName(f"{name!r} is no member name: 1 to 8 of A-Z, 0-9, $, #, @, not starting with a digit.")
    return name
