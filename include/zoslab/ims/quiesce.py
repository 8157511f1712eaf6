"""Quiescing databases over all members of an IMSplex: UPDATE DB, AREA and DATAGRP with START or STOP(QUIESCE).

Source: ims.md section 3: updates in flight reach their sync points, buffers are written, open ALLOC records are closed
(a recovery point), the RECON says QUIESCE IN PROGRESS and, with OPTION(HOLD), QUIESCE HELD until STOP(QUIESCE).
Own rules: the log gets an X'4C51' record for each database at the point and an X'4C52' when updates go on. A hold
outlives its IMS: it is in the RECON, and an IMS that starts takes it over. A quiesce that was in progress when its
IMS failed is cleared by the next start.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from zoslab.ims import subsystems
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import DatabaseUnavailable, ImsError
from zoslab.ims.log_records import LogRecord, Type

if TYPE_CHECKING:
    from zoslab.ims.region import ControlRegion

TIMEOUT = 30.0
"""Seconds; the default that IMS documents for DBQUIESCETO."""


class QuiesceFailed(ImsError):
    """The databases could not be quiesced; everything is as before."""


class QuiesceTimeout(QuiesceFailed):
    """Units of recovery did not reach a sync point in time."""


def recorded(names: Iterable[str]) -> list[str]:
    """Return the databases of the RECON that names of databases, partitions and areas stand for."""
    return list(dict.fromkeys(name.partition("/")[0] for name in names))


def start(regions: Sequence[ControlRegion], names: Sequence[str], *, hold: bool, timeout: float = TIMEOUT) -> None:
    """Quiesce databases on all members; without ``hold`` updates go on at once. All of them or none.

    :raises QuiesceFailed: with the reason; nothing is quiesced then.
    """
    master = regions[0]
    missing = _record(master, names, in_progress=True)
    try:
        if missing:
            raise QuiesceFailed(f"DATABASE {', '.join(missing)} IS NOT REGISTERED WITH DBRC")
        _reach(regions, names, timeout)
        if hold:
            _record(master, names, held=True)
    except BaseException:
        _release(regions, names)
        raise
    if not hold:
        stop(regions, names)


def _record(master: ControlRegion, names: Iterable[str], *, in_progress: bool = False, held: bool = False) -> list[str]:
    with master.engine.gate.passing():
        return master.dbrc.record_quiesce(recorded(names), in_progress=in_progress, held=held)


def _reach(regions: Sequence[ControlRegion], names: Sequence[str], timeout: float) -> None:
    until = time.monotonic() + timeout
    for region in regions:
        region.engine.recovery.updates.mark(names, region.engine.recovery.last_number + 1)
    for region in regions:
        updates = region.engine.recovery.updates
        if not updates.drain(names, max(until - time.monotonic(), 0.0)):
            holding = {unit.psb for unit in region.engine.recovery.active() if unit.number in updates.users(names)}
            raise QuiesceTimeout(
                f"NO SYNC POINT WITHIN {timeout:g} SECONDS ON {region.imsid}: PSB {', '.join(sorted(holding)) or '?'}"
            )
    for region in regions:
        _point(region, names)


def _point(region: ControlRegion, names: Sequence[str]) -> None:
    """Make what is on disk the recovery point of one member."""
    with region.as_itself():
        region.engine.pool.flush()
        region.databases.deallocate(names)
        for name in names:
            region.log.append(LogRecord(Type.DATABASE_QUIESCE, dbd=recorded([name])[0]))
        region.log.force()


def stop(regions: Sequence[ControlRegion], names: Sequence[str]) -> None:
    """Let updates go on: they count from a new ALLOC record."""
    for region in regions:
        quiesced = region.engine.recovery.updates.closed(names)
        with region.as_itself():
            region.databases.allocate(quiesced)
            for name in sorted(quiesced):
                region.log.append(LogRecord(Type.DATABASE_RESUME, dbd=recorded([name])[0]))
    _release(regions, names)


def _release(regions: Sequence[ControlRegion], names: Sequence[str]) -> None:
    """Open the gates and take the flags back, also of members that went away meanwhile."""
    left = set(names)
    for region in regions:
        region.engine.recovery.updates.open(names)
    for region in regions:
        left -= region.engine.recovery.updates.closed(names)
    try:
        _record(regions[0], left)
    except (ImsError, DbrcError):
        if not regions[0].ended.is_set():
            raise


def restore(region: ControlRegion) -> None:
    """Take over, when an IMS starts, what the RECON says is held; clear what a failed IMS left in progress."""
    stale = []
    for db in region.dbrc.quiesced():
        try:
            names = region.databases.quiescable(db.dbname)
        except (DatabaseUnavailable, ImsError):
            continue
        if db.quiesce_held:
            region.engine.recovery.updates.close(names)
            with region.engine.gate.passing():
                region.databases.deallocate(names)
        elif not any(one.engine.recovery.updates.state(names) for one in subsystems.peers(region)):
            stale.append(db.dbname)
    if stale:
        _record(region, stale)
