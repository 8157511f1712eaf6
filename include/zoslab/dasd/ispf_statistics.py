"""The statistics ISPF keeps of a member in its directory entry.

Source: z/OS ISPF Edit and Edit Macros, "Statistics for PDS members", and directory entries ISPF wrote: 15 halfwords,
20 when a line count exceeds 65535. Dates are packed decimal: century (0 for 19, 1 for 20), year, day of the year.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from zoslab.layout import Layout, Number, Raw, Text

_EXTENDED = 0x20
_LARGEST_SHORT = 0xFFFF
_HIGHEST_LEVEL = 99


class StatisticsEntry(Layout):
    """The user data of a member with statistics."""

    size = 30
    version = Number(0, 1)  # VV of VV.MM
    level = Number(1, 1)  # MM
    flags = Number(2, 1)  # X'80' SCLM, X'20' extended
    second = Raw(3, 1)  # of the last change
    created = Raw(4, 4)  # packed date
    changed = Raw(8, 4)  # packed date
    hour = Raw(12, 1)
    minute = Raw(13, 1)
    lines = Number(14, 2)  # now
    initial = Number(16, 2)  # when the member was made
    modified = Number(18, 2)  # changed since
    user = Text(20, 8)  # who changed it last


class ExtendedEntry(StatisticsEntry):
    """The same with line counts of four bytes."""

    size = 40
    all_lines = Number(28, 4)
    all_initial = Number(32, 4)
    all_modified = Number(36, 4)


@dataclass(frozen=True)
class Statistics:
    """Statistics of a member: VV.MM, dates, line counts and the user who changed it last."""

    version: int
    level: int
    created: datetime.date
    changed: datetime.datetime
    lines: int
    initial: int
    modified: int
    user: str

    @classmethod
    def first(cls, lines: int, user: str, now: datetime.datetime) -> Statistics:
        """Return the statistics of a new member."""
        return cls(1, 0, now.date(), now.replace(microsecond=0), lines, lines, 0, user)

    def saved(self, lines: int, modified: int, user: str, now: datetime.datetime) -> Statistics:
        """Return the statistics after the member was changed: the level goes up, to 99 at most."""
        level = min(self.level + 1, _HIGHEST_LEVEL)
        now = now.replace(microsecond=0)
        return replace(self, level=level, changed=now, lines=lines, modified=modified, user=user)

    @classmethod
    def of(cls, user_data: bytes) -> Statistics | None:
        """Return the statistics in the user data of a member, None if it holds something else."""
        if len(user_data) < StatisticsEntry.size:
            return None
        short = StatisticsEntry.of(user_data)
        extended = short.flags & _EXTENDED and len(user_data) >= ExtendedEntry.size
        full = ExtendedEntry.of(user_data) if extended else None
        try:
            changed = datetime.datetime.combine(_date(short.changed), _time(short))
            created = _date(short.created)
        except ValueError:
            return None
        return cls(
            short.version,
            short.level,
            created,
            changed,
            full.all_lines if full else short.lines,
            full.all_initial if full else short.initial,
            full.all_modified if full else short.modified,
            short.user,
        )

    def user_data(self) -> bytes:
        """Return the user data of the directory entry."""
        extended = max(self.lines, self.initial, self.modified) > _LARGEST_SHORT
        entry = ExtendedEntry() if extended else StatisticsEntry(bytearray(28) + b"\x40\x40")
        entry.version, entry.level, entry.flags = self.version, self.level, _EXTENDED if extended else 0
        entry.created, entry.changed = _packed_date(self.created), _packed_date(self.changed.date())
        entry.hour, entry.minute, entry.second = (
            bytes.fromhex(f"{part:02d}") for part in (self.changed.hour, self.changed.minute, self.changed.second)
        )
        counts = (self.lines, self.initial, self.modified)
        entry.lines, entry.initial, entry.modified = (min(count, _LARGEST_SHORT) for count in counts)
        entry.user = self.user
        if isinstance(entry, ExtendedEntry):
            entry.all_lines, entry.all_initial, entry.all_modified = counts
        return bytes(entry)


def _packed_date(date: datetime.date) -> bytes:
    return bytes.fromhex(f"{date.year // 100 - 19:02d}{date.year % 100:02d}{date:%j}F")


def _date(packed: bytes) -> datetime.date:
    """:raises ValueError: it is no packed date."""
    digits = packed.hex()
    if digits[7] not in "cf" or int(digits[:2]) > 1:
        raise ValueError(f"{digits} is no date")
    year = 1900 + 100 * int(digits[:2]) + int(digits[2:4])
    return datetime.datetime.strptime(f"{year}{int(digits[4:7]):03d}", "%Y%j").date()


def _time(entry: StatisticsEntry) -> datetime.time:
    return datetime.time(int(entry.hour.hex()), int(entry.minute.hex()), int(entry.second.hex()))
