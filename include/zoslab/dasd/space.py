"""The tracks of one data set over its volumes: what every access method reads and writes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from zoslab.dasd import track
from zoslab.dasd.dscb import LARGE_FORMAT, LAST_VOLUME, Format1
from zoslab.dasd.errors import OutsideDataSet
from zoslab.dasd.extent import Extent
from zoslab.dasd.track import Record
from zoslab.dasd.volume import Volume
from zoslab.dasd.vtoc import VtocEntry

Part = tuple[Volume, VtocEntry]


class DataSetSpace:
    """The space of a data set, track 0 being its first on its first volume.

    :param parts: its volumes in sequence, with its entry in the VTOC of each.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)
        self._map()

    @property
    def dsname(self) -> str:
        return self.parts[0][1].dsname

    @property
    def dscb(self) -> Format1:
        """A copy of the format-1 DSCB on the first volume as it is now."""
        volume, entry = self.parts[0]
        return volume.vtoc.require(entry.dsname).dscb

    @property
    def tracks(self) -> int:
        """Tracks allocated on all volumes."""
        return self._starts[-1]

    @property
    def track_length(self) -> int:
        """Capacity of each track (``Geometry.track_length``)."""
        return self.parts[0][0].geometry.track_length

    def locate(self, rel_track: int) -> tuple[Volume, int]:
        """Return the volume a track is on and its number there.

        :raises OutsideDataSet: the data set has no such track.
        """
        if not 0 <= rel_track < self._starts[-1]:
            raise OutsideDataSet(f"track {rel_track} of {self.dsname}, which has {self._starts[-1]}")
        index = bisect_right(self._starts, rel_track) - 1
        volume, extent = self._extents[index]
        return volume, extent.low + rel_track - self._starts[index]

    def read(self, rel_track: int) -> list[Record]:
        """Return the records of a track."""
        volume, number = self.locate(rel_track)
        return volume.read_records(number)

    def write(self, rel_track: int, records: Iterable[Record]) -> None:
        """Replace the records of a track.

        :raises TrackOverflow: they do not fit.
        """
        volume, number = self.locate(rel_track)
        volume.write_records(number, records)

    def extend(self) -> None:
        """Get the secondary quantity on the last volume.

        :raises NoSpace: with the system code of the abend that follows from it.
        """
        volume, entry = self.parts[-1]
        volume.extend(entry.dsname)
        self.refresh()

    def refresh(self) -> None:
        """See extents that were added or released through another object."""
        self.parts = [(volume, volume.vtoc.require(entry.dsname)) for volume, entry in self.parts]
        self._map()

    @property
    def last(self) -> tuple[int, int]:
        """Track and record of the last block written (DS1LSTAR); (0, 0) before anything is.

        Setting it also marks the last volume and sets DS1TRBAL from what is on that track.
        """
        first = 0
        found = (0, 0)
        for volume, entry in self.parts:
            dscb = volume.vtoc.require(entry.dsname).dscb
            rel_track = int.from_bytes(dscb.ds1lstar[:2], "big")
            if dscb.ds1flag1 & LARGE_FORMAT:
                rel_track += dscb.ds1ttthi << 16
            if dscb.ds1lstar != bytes(3):
                found = (first + rel_track, dscb.ds1lstar[2])
            if dscb.ds1dsind & LAST_VOLUME:
                return (first + rel_track, dscb.ds1lstar[2])
            first += entry.tracks
        return found

    @last.setter
    def last(self, place: tuple[int, int]) -> None:
        rel_track, record = place
        if rel_track or record:
            self.locate(rel_track)
        first = 0
        for volume, entry in self.parts:
            with volume.batch():
                if first <= rel_track < first + entry.tracks or not self.tracks:
                    self._set_last(volume, entry, rel_track - first, record)
                elif len(self.parts) > 1:
                    self._clear_last(volume, entry)
            first += entry.tracks

    def _set_last(self, volume: Volume, entry: VtocEntry, rel_track: int, record: int) -> None:
        dscb = volume.vtoc.require(entry.dsname).dscb
        high, low = divmod(rel_track, 1 << 16)
        dscb.ds1lstar = low.to_bytes(2, "big") + bytes([record])
        dscb.ds1ttthi = high
        if high:
            dscb.ds1flag1 |= LARGE_FORMAT
        written = []
        if record:
            located, number = DataSetSpace([(volume, entry)]).locate(rel_track)
            written = [each for each in located.read_records(number) if each.number <= record]
        dscb.ds1trbal = track.balance(written, volume.geometry)
        dscb.ds1dsind |= LAST_VOLUME
        volume.vtoc.replace(entry.dsname, dscb)

    def _clear_last(self, volume: Volume, entry: VtocEntry) -> None:
        dscb = volume.vtoc.require(entry.dsname).dscb
        if dscb.ds1dsind & LAST_VOLUME:
            dscb.ds1dsind &= ~LAST_VOLUME & 0xFF
            volume.vtoc.replace(entry.dsname, dscb)

    def _map(self) -> None:
        """Lay the extents of all parts end to end."""
        self._extents: list[tuple[Volume, Extent]] = []
        self._starts = [0]
        for volume, entry in self.parts:
            for extent in entry.extents:
                self._extents.append((volume, extent))
                self._starts.append(self._starts[-1] + extent.tracks)
