"""AMASPZAP statements that replace names, each REP behind the VER of what stands there.

Source: MVS Diagnosis: Tools and Service Aids, SPZAP control statements: 71 columns, hexadecimal digits in pairs. All
VERs come before the first REP: one that is rejected stops the REPs behind it, so a module changes whole or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imsclone.jcl.card import Card
from imsclone.listings.amaspzap import Dump
from imsclone.masks import RenameMasks
from imsclone.names import MemberName
from imsclone.zap.errors import IdNotFound
from imsclone.zap.find import Change, data_set_names, subsystem_ids

BYTES_PER_CARD = 16


@dataclass(frozen=True, slots=True)
class Zap:
    """The changes of one control section, or of one block.

    ``member`` and ``csect`` name a load module's control section; otherwise ``cchhr`` is the block's address.
    """

    member: str
    csect: str
    cchhr: str
    changes: tuple[Change, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """The statements."""
        first = f" NAME {MemberName(self.member)} {MemberName(self.csect)}" if self.member else f" CCHHR {self.cchhr}"
        pieces = [piece for change in self.changes for piece in _pieces(change)]
        verify = [Card(f" VER {offset:06X} {before.hex().upper()}") for offset, before, _ in pieces]
        replace = [Card(f" REP {offset:06X} {after.hex().upper()}") for offset, _, after in pieces]
        return (Card(first), *verify, *replace)


def for_data_set_names(dumps: Iterable[Dump], masks: RenameMasks) -> tuple[Zap, ...]:
    """Return the zaps for members or blocks in which a data set name changes (MDA members, resource definitions)."""
    return _zaps((dump, data_set_names(dump, masks)) for dump in dumps)


def for_subsystem_ids(dumps: Iterable[Dump], ids: Mapping[str, str]) -> tuple[Zap, ...]:
    """Return the zaps for modules that hold a default subsystem id.

    A module that holds a target's id already is left alone.

    :raises IdNotFound: a module holds neither a source's id nor a target's.
    """
    found = [(dump, subsystem_ids(dump, ids)) for dump in dumps]
    targets = {new: new for new in ids.values()}
    for member in {dump.member for dump, _ in found}:
        ours = [(dump, changes) for dump, changes in found if dump.member == member]
        if not any(changes or subsystem_ids(dump, targets) for dump, changes in ours):
            raise IdNotFound(where=member, ids=", ".join(ids))
    return _zaps(found)


def for_blocks(dumps: Iterable[Dump], masks: RenameMasks, ids: Mapping[str, str]) -> tuple[Zap, ...]:
    """Return the zaps for blocks of a data set in which data set names and subsystem ids change."""
    pairs = []
    for dump in dumps:
        names = data_set_names(dump, masks)
        taken = [range(change.offset, change.offset + len(change.before)) for change in names]
        free = [one for one in subsystem_ids(dump, ids) if not any(one.offset in span for span in taken)]
        pairs.append((dump, tuple(sorted((*names, *free), key=lambda change: change.offset))))
    return _zaps(pairs)


def _zaps(pairs: Iterable[tuple[Dump, tuple[Change, ...]]]) -> tuple[Zap, ...]:
    return tuple(Zap(dump.member, dump.csect, dump.cchhr, changes) for dump, changes in pairs if changes)


def _pieces(change: Change) -> Iterable[tuple[int, bytes, bytes]]:
    for at in range(0, len(change.before), BYTES_PER_CARD):
        end = at + BYTES_PER_CARD
        yield change.offset + at, change.before[at:end], change.after[at:end]
