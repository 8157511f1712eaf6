"""An area: its parts, its data sets, its control interval 0.

Source: ims.md section 5: root addressable part of units of work (base and dependent overflow), a reorganisation unit
of work, independent overflow, sequential dependents. Own layout: one control interval at the start (IMS has two), and
what stands in it; the space maps of independent overflow, each entry the unit of work that owns an interval.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from zoslab.dasd.vsam.errors import VsamError
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.statistics import Atomic, Holder
from zoslab.ims.dbd import Area
from zoslab.ims.dedb import interval
from zoslab.ims.errors import ImsError
from zoslab.layout import Layout, Number, Text

OWNER = 4


class AreaControl(Layout):
    """Own layout: control interval 0, behind its prefix."""

    eye = Text(0, 4)
    area = Text(4, 8)
    ci_size = Number(12, 4)
    uow = Number(16, 4)
    uow_overflow = Number(20, 4)
    root = Number(24, 4)
    root_overflow = Number(28, 4)
    intervals = Number(32, 4)
    cycle = Number(36, 4)
    next_sequential = Number(40, 4)


@dataclass(frozen=True)
class AreaParts:
    """Where the parts of an area begin, in control intervals."""

    area: Area

    @property
    def units(self) -> int:
        """Units of work of the root addressable part."""
        return self.area.root[0] - self.area.root[1]

    @property
    def base(self) -> int:
        """Intervals with a root anchor point in one unit of work."""
        return self.area.uow[0] - self.area.uow[1]

    @property
    def anchors(self) -> int:
        return self.units * self.base

    @property
    def reorganisation(self) -> int:
        return 1 + self.units * self.area.uow[0]

    @property
    def overflow(self) -> int:
        """First interval of independent overflow."""
        return self.reorganisation + self.area.uow[0]

    @property
    def sequential(self) -> int:
        """First interval of the sequential dependent part."""
        return self.overflow + self.area.root[1] * self.area.uow[0]

    @property
    def mapped(self) -> int:
        """Intervals that one space map covers, itself included."""
        return (self.area.size - interval.Prefix.size - interval.Suffix.size) // OWNER

    def anchor(self, number: int) -> int:
        """Return the interval of a root anchor point."""
        unit, place = divmod(number, self.base)
        return 1 + unit * self.area.uow[0] + place

    def unit_of(self, number: int) -> int:
        """Return the unit of work of an interval of the root addressable part, -1 for others."""
        return (number - 1) // self.area.uow[0] if 1 <= number < self.reorganisation else -1

    def dependent_overflow(self, unit: int) -> range:
        first = 1 + unit * self.area.uow[0]
        return range(first + self.base, first + self.area.uow[0])

    def map_entry(self, number: int) -> tuple[int, int]:
        """Return space map and offset in it of an interval of independent overflow."""
        run, place = divmod(number - self.overflow, self.mapped)
        return self.overflow + run * self.mapped, interval.Prefix.size + place * OWNER

    def kind(self, number: int) -> int:
        """Return what an interval is for."""
        if number == 0:
            return interval.CONTROL
        if number < self.reorganisation:
            place = (number - 1) % self.area.uow[0]
            return interval.BASE if place < self.base else interval.DEPENDENT_OVERFLOW
        if number < self.overflow:
            return interval.REORGANISATION
        if number < self.sequential:
            is_map = (number - self.overflow) % self.mapped == 0
            return interval.SPACE_MAP if is_map else interval.INDEPENDENT_OVERFLOW
        return interval.SEQUENTIAL


class AreaCluster(Protocol):
    """The entry-sequenced cluster of an area data set (``zoslab.dasd.vsam.esds.Esds``)."""

    data: ControlIntervals
    ci_size: int
    holder: Holder
    atomic: Atomic


class AreaFile:
    """The data sets of an area as control intervals: all are written, the first that can be is read.

    A data set that cannot be written is used no more, and ``lost`` is told which; without another one it is an error.

    ``blocks`` is the number of control intervals that are formatted. An area that is not available has no data sets;
    ``size`` is its control interval then.
    """

    def __init__(self, clusters: Sequence[AreaCluster], name: str, size: int = 0) -> None:
        self.clusters, self.name = list(clusters), name
        self.block_size = self.step = self.clusters[0].ci_size if self.clusters else size
        self.first = 0
        self._latch = threading.RLock()
        self.lost: Callable[[AreaCluster, int, Exception], None] = lambda cluster, rba, error: None
        self.blocks = min((one.holder.now.hurba for one in self.clusters), default=0) // self.step

    def read(self, number: int) -> bytes:
        """Return a control interval.

        :raises ImsError: no data set of the area can be read.
        """
        failures = []
        for cluster in self.clusters:
            try:
                with self._latch:
                    return cluster.data.read_ci(number)
            except (VsamError, OSError) as error:
                failures.append(str(error))
        raise self.unreadable(number, *failures)

    def unreadable(self, number: int, *failures: str) -> ImsError:
        """Return the error of a control interval that no data set gives."""
        why = "; ".join(failures) or "THE AREA IS NOT AVAILABLE"
        return ImsError(f"DFS2580I AREA {self.name} CI {number} CANNOT BE READ: {why}")

    def write(self, number: int, data: bytes) -> None:
        """Write a control interval to every data set.

        :raises ImsError: no data set of the area can be written.
        """
        with self._latch:
            for cluster in list(self.clusters):
                try:
                    cluster.data.write_ci(number, data)
                except (VsamError, OSError) as error:
                    if len(self.clusters) == 1:
                        text = f"AREA={self.name} WRITE ERROR, CI-RBA={number * self.step:08X}: {error}"
                        raise ImsError(f"DFS3713A {text}") from error
                    self.clusters.remove(cluster)
                    self.lost(cluster, number * self.step, error)

    def scan(self, first: int, stop: int) -> Iterator[bytes]:
        """Yield control intervals in order."""
        return map(self.read, range(first, stop))

    def write_run(self, first: int, run: Sequence[bytes]) -> None:
        """Write consecutive control intervals."""
        for number, data in enumerate(run, first):
            self.write(number, data)

    def erase(self) -> None:
        """Make the data sets empty."""
        for cluster in self.clusters:
            with self._latch, cluster.holder.changing(cluster.atomic):
                cluster.holder.put(hurba=0, records=0)
        self.blocks = 0


def control_of(image: bytes) -> AreaControl:
    """Return what control interval 0 says.

    :raises ImsError: the area was not formatted by DBFUMIN0.
    """
    found = AreaControl.of(image[interval.Prefix.size : interval.Prefix.size + AreaControl.size])
    if found.raw[:4] != AreaControl(eye="DMAC").raw[:4]:
        raise ImsError("DFS2581I THE AREA IS NOT INITIALIZED, RUN DBFUMIN0")
    return found


def require_same(control: AreaControl, area: Area) -> None:
    """Refuse an area that was formatted with other operands than the DBD has now.

    :raises ImsError: naming both.
    """
    formatted = Area(control.area, control.ci_size, (control.uow, control.uow_overflow),
                     (control.root, control.root_overflow))  # fmt: skip
    if formatted != area:
        raise ImsError(f"DFS2582I AREA {area.ddname} WAS FORMATTED AS {formatted}, THE DBD SAYS {area}")


def format_area(file: AreaFile, area: Area) -> int:
    """Format an empty area from end to end; return its control intervals.

    :raises ImsError: its data set holds something, is of another CI size, or is too small.
    """
    parts = AreaParts(area)
    for cluster in file.clusters:
        if cluster.ci_size != area.size:
            raise ImsError(f"AREA {area.ddname}: CI SIZE {cluster.ci_size}, THE DBD SAYS {area.size}")
        if cluster.holder.now.hurba:
            raise ImsError(f"AREA {area.ddname}: THE DATA SET IS NOT EMPTY")
        if cluster.data.count <= parts.sequential:
            least = parts.sequential + 1
            raise ImsError(f"AREA {area.ddname}: {cluster.data.count} CONTROL INTERVALS, {least} ARE NEEDED")
    count = min(cluster.data.count for cluster in file.clusters)
    for cluster in file.clusters:
        _format(cluster, parts, count)
    file.blocks = count
    return count


def _format(cluster: AreaCluster, parts: AreaParts, count: int) -> None:
    area, size = parts.area, parts.area.size
    control = bytearray(interval.build(size, 0, interval.CONTROL))
    content = AreaControl(
        eye="DMAC", area=area.ddname, ci_size=size, uow=area.uow[0], uow_overflow=area.uow[1], root=area.root[0],
        root_overflow=area.root[1], intervals=count, next_sequential=parts.sequential * size,
    )  # fmt: skip
    control[interval.Prefix.size : interval.Prefix.size + AreaControl.size] = bytes(content)
    per_track = cluster.data.per_track
    with cluster.holder.changing(cluster.atomic):
        for track in range(-(-count // per_track)):
            numbers = range(track * per_track, (track + 1) * per_track)
            built = [interval.build(size, number, parts.kind(number)) for number in numbers]
            cluster.data.write_track(track, [bytes(control), *built[1:]] if track == 0 else built)
        cluster.holder.put(hurba=count * size, records=count)
