"""Find data set names and subsystem ids in dumped bytes. Pure; needs no knowledge of a module's layout.

A data set name is found by the masks: text with periods to which one of them applies. Constants stand next to each
other without a separator, so a name may start in the middle of what looks like a longer one; the start that a mask
accepts counts. A subsystem id is found where it stands alone: nothing of a name follows it, and nothing of a name is
before it unless it starts on a fullword, as assembled constants do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from imsclone.listings.amaspzap import Dump
from imsclone.listings.code_page import CODE_PAGE, encode
from imsclone.masks import RenameMasks
from imsclone.names import DATA_SET_NAME_LENGTH, QUALIFIER_LENGTH
from imsclone.zap.errors import ZapNoRoom

BLANK = 0x40
FULLWORD = 4
ID_LENGTH = 4
_NAME = r"[A-Z@#$][A-Z0-9@#$-]{0,7}"
_REST = re.compile(rf"(?:\.{_NAME})+")
_QUALIFIER = re.compile(_NAME)
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$".encode(CODE_PAGE))


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes to replace at an offset in a control section or block; as long after as before."""

    offset: int
    before: bytes
    after: bytes
    old: str
    new: str


def data_set_names(dump: Dump, masks: RenameMasks) -> tuple[Change, ...]:
    """Return the changes for every data set name that a mask renames.

    :raises ZapNoRoom: a new name is longer than the old one with the blanks behind it.
    """
    text = dump.data.decode(CODE_PAGE)
    found: list[Change] = []
    position = 0
    while (dot := text.find(".", position)) >= 0:
        named = _name_around(text, dot, position, masks)
        if named is None:
            position = dot + 1
            continue
        start, old, new = named
        if new != old:
            found.append(_change(dump, start, old, new))
        position = start + len(old)
    return tuple(found)


def subsystem_ids(dump: Dump, ids: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the changes for every place where one of the ids stands alone, in order of offsets."""
    found = [change for old, new in ids.items() for change in _ids(dump, old, new)]
    return tuple(sorted(found, key=lambda change: change.offset))


def _name_around(text: str, dot: int, floor: int, masks: RenameMasks) -> tuple[int, str, str] | None:
    """Return start, name and new name of the name whose first period this is; the longest start that is renamed."""
    rest = _REST.match(text, dot)
    if rest is None:
        return None
    for start in range(max(floor, dot - QUALIFIER_LENGTH), dot):
        if not _QUALIFIER.fullmatch(text, start, dot):
            continue
        name = text[start : rest.end()][:DATA_SET_NAME_LENGTH].rstrip(".")
        renamed = masks.apply(name)
        if renamed is not None:
            return start, name, renamed.name
    return None


def _change(dump: Dump, start: int, old: str, new: str) -> Change:
    end = start + len(old)
    while end < len(dump.data) and end - start < DATA_SET_NAME_LENGTH and dump.data[end] == BLANK:
        end += 1
    room = end - start
    if len(new) > room:
        where = dump.member or dump.cchhr
        raise ZapNoRoom(where=where, offset=dump.offset + start, old=old, new=new, length=len(new), room=room)
    length = max(len(old), len(new))
    return Change(dump.offset + start, dump.data[start : start + length], encode(new, length), old, new)


def _ids(dump: Dump, old: str, new: str) -> Iterator[Change]:
    wanted, data = encode(old, ID_LENGTH), dump.data
    position = data.find(wanted)
    while position >= 0:
        after = data[position + ID_LENGTH : position + ID_LENGTH + 1]
        before = data[position - 1 : position] if position else b""
        is_start = not _is_name(before) or (dump.offset + position) % FULLWORD == 0
        if is_start and not _is_name(after) and after != encode("."):
            yield Change(dump.offset + position, wanted, encode(new, ID_LENGTH), old, new)
        position = data.find(wanted, position + ID_LENGTH)


def _is_name(byte: bytes) -> bool:
    return bool(byte) and byte[0] in _NAME_CHARACTERS
