"""The entry-sequenced data set: records in the order they came, known by their RBA.

Source: DFSMS Using Data Sets, "Entry-sequenced data sets". The high-used RBA ends behind the last control interval
in use, and is kept per interval: no end-of-file mark has to be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import RecordNotFound, RecordTooLong
from zoslab.dasd.vsam.intervals import ControlIntervals, TrackSpace
from zoslab.dasd.vsam.statistics import Atomic, Holder


class Esds:
    """An open entry-sequenced data set."""

    def __init__(
        self, data: TrackSpace, ci_size: int = 4096, holder: Holder | None = None, atomic: Atomic = nullcontext
    ) -> None:
        self.data = ControlIntervals(data, ci_size)
        self.ci_size = ci_size
        self.holder = holder or Holder()
        self.atomic = atomic

    def create(self) -> None:
        """Make the data set empty."""
        with self.holder.changing(self.atomic):
            self.holder.put(hurba=0, records=0)

    def add(self, record: bytes) -> int:
        """Append a record; return its RBA."""
        return self.load([record])[0]

    def load(self, records: Iterable[bytes]) -> list[int]:
        """Append records; return their RBAs.

        :raises RecordTooLong: a record does not fit into a control interval; nothing of its interval is stored.
        """
        rbas: list[int] = []
        with self.holder.changing(self.atomic):
            number = self.holder.now.hurba // self.ci_size - 1
            batch = control_interval.parse(self.data.read_ci(number)) if number >= 0 else []
            start = len(batch)
            for record in records:
                if not 0 < len(record) <= control_interval.capacity(self.ci_size):
                    raise RecordTooLong(f"a record of {len(record)} bytes, control intervals have {self.ci_size}")
                if number < 0 or not self._fits([*batch, record]):
                    self._write(number, batch, start)
                    number, batch, start = number + 1, [], 0
                    self.data.open_new(number)
                rbas.append(number * self.ci_size + sum(map(len, batch)))
                batch.append(record)
            self._write(number, batch, start)
            self.holder.put(hurba=(number + 1) * self.ci_size, records=self.holder.now.records + len(rbas))
        return rbas

    def read(self, rba: int) -> bytes:
        """Return the record at ``rba``.

        :raises RecordNotFound: no record starts there.
        """
        number, wanted = divmod(rba, self.ci_size)
        with self.holder.lock:
            for offset, record in self._records(number) if rba < self.holder.now.hurba else []:
                if offset == wanted:
                    return record
        raise RecordNotFound(f"no record starts at RBA {rba}")

    def update(self, rba: int, record: bytes) -> None:
        """Replace the record at ``rba`` by one of the same length.

        :raises RecordTooLong: the lengths differ.
        """
        number, offset = divmod(rba, self.ci_size)
        with self.holder.changing(self.atomic):
            if len(self.read(rba)) != len(record):
                raise RecordTooLong(f"the record at RBA {rba} cannot change its length to {len(record)}")
            image = self.data.read_ci(number)
            self.data.write_ci(number, image[:offset] + record + image[offset + len(record) :])
            self.holder.count(updated=1)

    def browse(self, from_rba: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield (RBA, record) of the records that start at or behind ``from_rba``."""
        number = from_rba // self.ci_size
        while number * self.ci_size < self.holder.now.hurba:
            with self.holder.lock:
                found = self._records(number)
            for offset, record in found:
                if (rba := number * self.ci_size + offset) >= from_rba:
                    yield rba, record
            number += 1

    def _records(self, number: int) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        offset = 0
        for record in control_interval.parse(self.data.read_ci(number)):
            found.append((offset, record))
            offset += len(record)
        return found

    def _fits(self, records: list[bytes]) -> bool:
        return control_interval.space_needed([len(record) for record in records]) <= self.ci_size

    def _write(self, number: int, batch: list[bytes], start: int) -> None:
        if len(batch) > start:
            self.data.write_ci(number, control_interval.build(batch, self.ci_size))
