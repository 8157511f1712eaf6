"""Opening VSAM data sets that are on volumes. All openers share one object, found by device and data component."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TypeVar
from weakref import WeakValueDictionary

from zoslab.dasd.image import Device
from zoslab.dasd.vsam.component import (
    ComponentSpace,
    VvdsMissing,
    changing_vvds,
    exclusive,
    ksds_attributes,
    require_vvds,
    statistics,
    with_statistics,
)
from zoslab.dasd.vsam.esds import Esds
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.statistics import Holder, Statistics
from zoslab.dasd.vvds import Vvds
from zoslab.dasd.vvds_record import VvdsRecord

Key = tuple[tuple[str | Device, ...], ...]
Opened = TypeVar("Opened", Ksds, Esds)
_OPENING = threading.Lock()
_OPEN: WeakValueDictionary[Key, Ksds | Esds] = WeakValueDictionary()


class Recorded:
    """The VVRs of one data set: where its statistics are loaded from and saved to. Data component first."""

    def __init__(self, spaces: Sequence[ComponentSpace]) -> None:
        self._spaces = spaces
        self.device = spaces[0].parts[0][0].device
        self._find_vvds()

    def _find_vvds(self) -> None:
        """Look where the VVDSs are: a copy of another volume may have put them elsewhere."""
        self._vvds = [require_vvds(space.parts[0][0]) for space in self._spaces]

    def records(self) -> list[VvdsRecord]:
        """Return the VVRs.

        :raises VvdsMissing: one is not there.
        """
        with changing_vvds(self.device):
            return [_vvr(vvds, space.dsname) for vvds, space in zip(self._vvds, self._spaces, strict=True)]

    def load(self) -> Statistics:
        self._find_vvds()
        records = self.records()
        return statistics(records[0], records[1] if len(records) > 1 else None)

    def save(self, now: Statistics) -> None:
        with changing_vvds(self.device):
            for vvds, space, record in zip(self._vvds, self._spaces, self.records(), strict=True):
                size = record.volume().ci_size
                changed = with_statistics(record, now, ControlIntervals(space, size).count * size)
                if changed != record:
                    vvds.replace(changed)


def open_ksds(data: ComponentSpace, index: ComponentSpace) -> Ksds:
    """Open a key-sequenced data set.

    :raises VvdsMissing: a component has no VVR.
    """
    recorded = Recorded([data, index])
    attributes = ksds_attributes(*recorded.records())
    known = _known(data, index)
    if isinstance(known, Ksds) and known.attributes == attributes:
        return known
    holder = Holder(recorded.load, recorded.save)
    ksds = Ksds(data, index, attributes, holder, lambda: exclusive(recorded.device, holder.lock))
    return _entered(ksds, known, data, index)


def open_esds(data: ComponentSpace) -> Esds:
    """Open an entry-sequenced data set.

    :raises VvdsMissing: it has no VVR.
    """
    recorded = Recorded([data])
    ci_size = recorded.records()[0].volume().ci_size
    known = _known(data)
    if isinstance(known, Esds) and known.ci_size == ci_size:
        return known
    holder = Holder(recorded.load, recorded.save)
    esds = Esds(data, ci_size, holder, lambda: exclusive(recorded.device, holder.lock))
    return _entered(esds, known, data)


def open_intervals(data: ComponentSpace) -> ControlIntervals:
    """Open a linear data set, or any component by control interval.

    :raises VvdsMissing: it has no VVR.
    """
    return ControlIntervals(data, Recorded([data]).records()[0].volume().ci_size)


def _key(*spaces: ComponentSpace) -> Key:
    return tuple((space.dsname, *(volume.device for volume, _ in space.parts)) for space in spaces)


def _entered(opened: Opened, known: Ksds | Esds | None, *spaces: ComponentSpace) -> Opened:
    """Enter a data set among the open ones, unless another thread was first; ``known`` is out of date."""
    with _OPENING:
        first = _OPEN.get(_key(*spaces))
        if first is not None and first is not known and isinstance(first, type(opened)):
            return first
        _OPEN[_key(*spaces)] = opened
        return opened


def _known(*spaces: ComponentSpace) -> Ksds | Esds | None:
    """Return the data set if it is open, brought up to date with what another system or a copy put on the volume."""
    with _OPENING:
        known = _OPEN.get(_key(*spaces))
    if known is not None:
        with known.holder.lock:
            known.holder.reopen()
            for component in (known.data, known.tree.intervals) if isinstance(known, Ksds) else (known.data,):
                if isinstance(component.space, ComponentSpace):
                    component.space.refresh()
    return known


def _vvr(vvds: Vvds, name: str) -> VvdsRecord:
    record = vvds.find(name)
    if record is None:
        raise VvdsMissing(f"{vvds.self_record.name} has no record of {name}")
    return record
