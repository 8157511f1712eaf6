"""Bulk rewrite of a VVDS: every record through a function, in place, control interval by control interval.

What no longer fits its control interval goes to new ones at the end. They are written before anything is changed in
place, so that after a failure every record is there at least once, under its old name, its new one or both; running
the rewrite again ends it, provided that the function leaves its own results alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vvds import CI_SIZE, FIRST_CI, Rewritten, Transform, Vvds, fits, room, vvds_name
from zoslab.dasd.vvds_record import decode, encode


def rewrite(vvds: Vvds, transform: Transform, volser: str | None, catalog: Callable[[str], str]) -> Rewritten:
    """Rewrite all records; rename catalogs by ``catalog``, and the VVDS itself for a new ``volser``."""
    run = _Run(vvds)
    run.transform(transform)
    vvds.append(run.overflow)
    run.write()
    me = vvds.self_record
    name = vvds_name(volser) if volser else me.name
    vvds.write_raw(1, [encode(replace(me, name=name, cluster=name, catalog=catalog(me.catalog)))])
    vvds.set_catalogs(list(dict.fromkeys(catalog(known) for known in vvds.catalogs())))
    vvds.remap({number: room(records) for number, records in run.whole.items()})
    return Rewritten(run.kept, run.changed, run.removed)


class _Run:
    def __init__(self, vvds: Vvds) -> None:
        self.vvds = vvds
        self.whole: dict[int, list[bytes]] = {}
        self.overflow: list[list[bytes]] = []
        self.kept = self.changed = self.removed = 0

    def transform(self, transform: Transform) -> None:
        seen: set[str] = set()
        for number, image in self.vvds.images():
            fitting: list[bytes] = []
            for raw in control_interval.parse(image):
                before = decode(raw)
                after = transform(before)
                if after is None or after.name in seen:
                    self.removed += 1
                    continue
                seen.add(after.name)
                changed = after != before
                new = encode(after) if changed else raw
                self.changed, self.kept = self.changed + changed, self.kept + (not changed)
                if fits([*fitting, new]):
                    fitting.append(new)
                else:
                    self._overflow(new)
            self.whole[number] = fitting

    def _overflow(self, raw: bytes) -> None:
        if self.overflow and fits([*self.overflow[-1], raw]):
            self.overflow[-1].append(raw)
        else:
            self.overflow.append([raw])

    def write(self) -> None:
        """Write the changed control intervals, track by track."""
        per_track = self.vvds.intervals.per_track
        for track in sorted({number // per_track for number in self.whole}):
            first = track * per_track
            held = [record.data for record in self.vvds.intervals.space.read(track)]
            for number in range(max(first, FIRST_CI), first + per_track):
                if number in self.whole:
                    held[number - first] = control_interval.build(self.whole[number], CI_SIZE)
            self.vvds.intervals.write_track(track, held)
