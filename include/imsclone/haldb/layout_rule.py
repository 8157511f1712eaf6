"""How a HALDB was partitioned at a past time: a layout that is proven, or why none is. Pure.

A RECON tells what is, not what was: DELETE.PART leaves no trace, INIT.PART and CHANGE.PART no time. So these prove how
the partitions were defined at a time, and nothing else does:

1. Two looks, one before the time and one behind it, with the same definitions. Every INIT.PART raises the last
   partition ID, which is never lowered; every CHANGE.PART raises a change version number; a partition that was deleted
   does not come back under its ID. So nothing was changed and changed back between them.
2. One look behind the time, if the HALDB's definitions never changed: no partition ID up to the last one is gone, so
   none was ever deleted; every change version number is the one that INIT.PART gives (own reading: 1 at most); and
   every partition has an image copy or an allocation of before the time, so that it was there.

Reorganization number, data sets in use (A to J or M to V) and *partition init needed* of a partition follow from the
nearest look before the time if nothing happened to it since, from the nearest one behind it if nothing happened to it
in between: the two say the same, or they are as many reorganizations apart as there are REORG records between them, all
on one side of the time. With one look alone the number counts one initialisation, or REORG records, all of before the
time, and nothing else: an initialisation leaves no record.

Not seen: a HALDB that was deleted and defined anew, between two looks, to the same IDs, keys and versions. DELETE.DB
deletes the image copies, too, without which nothing of before it can be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from imsclone.haldb.layout import HaldbLayout, Observation, PartitionLayout, State
from imsclone.listings.recon_types import Recon
from imsclone.listings.stamps import stamp, stamp_or_none

NEVER_CHANGED = ("", "0", "1")
SHOWN = 4


@dataclass(frozen=True)
class Proven:
    """The layout at the time."""

    layout: HaldbLayout
    states: dict[str, State]


def layout_at(moment: datetime, looks: Sequence[Observation], recon: Recon) -> Proven | str:
    """Return how one HALDB was partitioned at a time, or why that is not known.

    :param looks: those at this HALDB, in any order; the last one is of ``recon``.
    :param recon: tells of reorganizations, and that partitions were there.
    """
    before = max((one for one in looks if one.first <= moment), key=lambda one: one.first, default=None)
    behind = min((one for one in looks if one.last >= moment), key=lambda one: one.last, default=None)
    if behind is None:
        return "its RECON was not read since"
    if before is None or before.layout != behind.layout:
        why = "; ".join(_undated(behind.layout, moment, recon))
        if why:
            return f"{_looks(before, behind)}: {why}"
    return _with_states(moment, before, behind, recon)


def _undated(layout: HaldbLayout, moment: datetime, recon: Recon) -> Iterator[str]:
    """Yield what may have happened at any time."""
    gone = sorted(set(range(1, layout.last_id + 1)) - {one.id for one in layout.partitions})
    if gone:
        yield f"at an unknown time partition ID {', '.join(map(str, gone[:SHOWN]))} was deleted"
    changed = [one.name for one in layout.partitions if one.version.lstrip("0") not in NEVER_CHANGED]
    if changed or layout.version.lstrip("0") not in NEVER_CHANGED:
        yield f"at an unknown time {', '.join(changed[:SHOWN]) or layout.name} was changed"
    new = [one.name for one in layout.partitions if not _was_there(one, moment, recon)]
    if new:
        yield f"nothing is recorded of {', '.join(new[:SHOWN])} at that time"


def _was_there(one: PartitionLayout, moment: datetime, recon: Recon) -> bool:
    copied = (image.time for image in recon.images if image.dbd == one.name and not image.available)
    updated = (alloc.time for alloc in recon.allocations if alloc.dbd == one.name)
    return any(stamp(time) <= moment for times in (copied, updated) for time in times)


def _with_states(moment: datetime, before: Observation | None, behind: Observation, recon: Recon) -> Proven | str:
    found = {
        one.name: _state(one.name, moment, before if before and before.layout == behind.layout else None, behind, recon)
        for one in behind.layout.partitions
    }
    unknown = [name for name, state in found.items() if state is None]
    if unknown:
        what = f"{', '.join(unknown[:SHOWN])} was reorganised or initialised, and no REORG record tells when"
        return f"{_looks(before, behind)}: since then {what}"
    return Proven(behind.layout, {name: state for name, state in found.items() if state is not None})


def _state(name: str, moment: datetime, before: Observation | None, behind: Observation, recon: Recon) -> State | None:
    """Return what a partition was like at a time, None if that is not known."""
    later = behind.states[name]
    known = [time for time in _reorganised(name, recon) if time <= behind.first]
    if before is None:
        recorded = later.reorg == len(known) or later.reorg == (0 if known else 1)
        return later if recorded and all(time <= moment for time in known) else None
    earlier = before.states[name]
    if earlier == later:
        return later
    times = [time for time in known if time > before.last]
    if later.reorg - earlier.reorg != len(times) or not times:
        return None
    return earlier if min(times) > moment else later if max(times) <= moment else None


def _reorganised(name: str, recon: Recon) -> list[datetime]:
    """Return when a partition was reorganised, by the records of its first data set."""
    found: dict[str, list[datetime]] = {}
    for record in recon.others:
        if record.kind == "REORG" and record.dbds[0] == name:
            time = stamp_or_none(record.get("RUN").rstrip("*"))
            found.setdefault(record.dbds[1], []).extend([time] if time is not None else [])
    return sorted(set(found[min(found)])) if found else []


def _looks(before: Observation | None, behind: Observation) -> str:
    """Say which looks are nearest, and what lies between them."""
    if before is None:
        return f"the first look at its RECON behind that is of {_shown(behind.first)}, none before"
    between = f"the nearest looks at its RECON are of {_shown(before.last)} and {_shown(behind.first)}"
    changes = list(differences(before.layout, behind.layout))
    return f"{between}; between them {', '.join(changes[:SHOWN])}" if changes else between


def differences(first: HaldbLayout, second: HaldbLayout) -> Iterable[str]:
    """Yield what was done to partitions between two layouts."""
    earlier, later = ({one.name: one for one in layout.partitions} for layout in (first, second))
    for name in sorted(earlier.keys() | later.keys()):
        if name not in later:
            yield f"{name} was deleted"
        elif name not in earlier:
            yield f"{name} was defined"
        elif earlier[name] != later[name]:
            yield f"{name} was changed"
    if (first.last_id, first.routine, first.version) != (second.last_id, second.routine, second.version):
        yield f"the last partition ID went from {first.last_id} to {second.last_id}"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y.%j %H:%M:%S}"
