"""The attributes a key-sequenced data set is defined with, and the sizes that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import KeyOutsideRecord, RecordTooLong, UnsuitableAttributes

INDEX_SIZES = (512, 1024, 2048, 4096, 6144, 8192, 16384, 32768)


@dataclass(frozen=True, slots=True)
class KsdsAttributes:
    """What DEFINE CLUSTER says. Lengths in bytes, free space in percent, control areas in tracks."""

    key_offset: int
    key_length: int
    ci_size: int = 4096
    index_ci_size: int = 2048
    max_record: int = 0
    tracks_per_ca: int = 15
    free_ci: int = 0
    free_ca: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.key_length <= 255 or self.key_offset < 0:
            raise UnsuitableAttributes(f"key length {self.key_length} at {self.key_offset}: use 1 to 255 bytes")
        if not 0 <= self.free_ci < 100 or not 0 <= self.free_ca < 100:
            raise UnsuitableAttributes(f"free space {self.free_ci} {self.free_ca}: use percentages below 100")
        if not self.key_offset + self.key_length <= self.longest <= control_interval.capacity(self.ci_size):
            raise UnsuitableAttributes(
                f"records of {self.longest} bytes with a key of {self.key_length} at {self.key_offset} in control "
                f"intervals of {self.ci_size}: records may not span intervals"
            )

    @property
    def longest(self) -> int:
        """The longest record."""
        return self.max_record or control_interval.capacity(self.ci_size)

    def key(self, record: bytes) -> bytes:
        """Return the key of a record that may be stored.

        :raises KeyOutsideRecord: the record is too short.
        :raises RecordTooLong: the record is longer than the data set was defined for.
        """
        end = self.key_offset + self.key_length
        if len(record) < end:
            raise KeyOutsideRecord(f"a record of {len(record)} bytes ends before its key, which ends at {end}")
        if len(record) > self.longest:
            raise RecordTooLong(f"a record of {len(record)} bytes, the data set holds at most {self.longest}")
        return record[self.key_offset : end]

    def key_of(self, record: bytes) -> bytes:
        """Return the key of a stored record."""
        return record[self.key_offset : self.key_offset + self.key_length]


def index_ci_size(key_length: int, cis_per_ca: int) -> int:
    """Return the index control interval size that holds a control area's entries, as DEFINE would choose it.

    Own rule: full keys up to 24 bytes, longer ones at 24 compressed, plus the free list.
    """
    pointer = 1 if cis_per_ca <= 256 else 2
    needed = 40 + cis_per_ca * (min(key_length, 24) + 2 + 2 * pointer) + 4 * key_length
    return next((size for size in INDEX_SIZES if size >= needed), INDEX_SIZES[-1])
