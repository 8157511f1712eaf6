"""COPY DATASET with FASTREPLICATION: extents by FlashCopy. DFSMSdss Storage Administration, "Moving data sets".

Own choice: a statement without FASTREPLICATION moves tracks, where DFSMSdss would prefer FlashCopy; NONE and no keyword
are one here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.extent_copy import Run
from zoslab.dasd.space import DataSetSpace
from zoslab.programs.adrdssu.messages import Refused, Task

if TYPE_CHECKING:
    from zoslab.jes.step import Step

Pair = tuple[str, str]
"""Serials of a source and a target volume."""


class FastReplication:
    """What a statement says about FlashCopy. ``missed`` tells whether tracks of the data set at hand were moved."""

    def __init__(self, step: Step, task: Task, wanted: str) -> None:
        self._step, self._task = step, task
        self._required, self._wanted = wanted.startswith("REQ"), wanted.startswith(("REQ", "PREF"))
        self.missed = not self._wanted

    def begin(self) -> None:
        """Go on to the next data set."""
        self.missed = not self._wanted

    def copy(self, source: DataSetSpace, target: DataSetSpace, tracks: int) -> bool:
        """Copy the first tracks of a component; False if they have to be moved.

        :raises Refused: FlashCopy is required and cannot be used.
        """
        if not self._wanted:
            return False
        try:
            for (one, other), runs in _runs(source, target, tracks).items():
                dasd = self._step.system.dasd
                dasd.flash.extents.establish(dasd.device_of(one), dasd.device_of(other), runs, background=True)
        except FlashCopyRefused as error:
            unusable = f"FAST REPLICATION COULD NOT BE USED FOR DATA SET {source.dsname}, RETURN CODE 3"
            self._task.say("ADR918I", "TOMI (01)", f"{unusable}: {error}".upper())
            if self._required:
                raise Refused("ADR938E", f"fast replication is required, but {error}") from error
            self.missed = True
            return False
        return True


def _runs(source: DataSetSpace, target: DataSetSpace, tracks: int) -> dict[Pair, list[Run]]:
    """Return the tracks of both sides by devices, in as few runs as their extents allow."""
    found: dict[Pair, list[Run]] = defaultdict(list)
    for one, other, first, second in _places(source, target, tracks):
        runs = found[one, other]
        if runs and (first, second) == (runs[-1].source + runs[-1].tracks, runs[-1].target + runs[-1].tracks):
            runs[-1] = runs[-1]._replace(tracks=runs[-1].tracks + 1)
        else:
            runs.append(Run(first, second, 1))
    return found


def _places(source: DataSetSpace, target: DataSetSpace, tracks: int) -> Iterator[tuple[str, str, int, int]]:
    for number in range(tracks):
        (from_volume, first), (to_volume, second) = source.locate(number), target.locate(number)
        yield from_volume.volser, to_volume.volser, first, second
