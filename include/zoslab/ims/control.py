"""Taking databases and partitions away from programs and giving them back: what /DBR, /DBD, /STO, /STA and UPDATE DB
have in common.

Source: ims.md section 3; IMS Commands, /DBRECOVERY and /DBDUMP: the command is refused for a database that a BMP uses
(DFS0565I), waits for message programs (ACTIVE-DBCMD in /DIS ACTIVE) and cannot be processed while the database is
being quiesced. Own layout: the text of DFS0565I and its reason codes.
"""

from __future__ import annotations

from zoslab.ims.active import BMP
from zoslab.ims.database import database_lock
from zoslab.ims.database_entry import LOCKED, STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.region import ControlRegion

IN_USE_BY_BMP, TOOK_TOO_LONG, QUIESCED = 1, 2, 3
VERBS = {STOPPED_ACCESS: "DBR", STOPPED_UPDATES: "DBD", STOPPED_SCHEDULING: "STO", LOCKED: "LOCK"}


class TakeRefused(ImsError):
    """DFS0565I: the database stays as it was."""

    def __init__(self, verb: str, name: str, reason: int, psb: str, imsid: str) -> None:
        by = f" PSBNAME = {psb}" if psb else ""
        super().__init__(
            f"DFS0565I {verb} COMMAND NOT SUCCESSFUL FOR DATABASE {name}. REASON CODE = {reason}.{by} {imsid}"
        )


def close_database(region: ControlRegion, name: str, stop: str) -> None:
    """Stop a database or partition, wait for the units of recovery that use it, write and close it.

    :raises TakeRefused: a BMP uses it, a program kept it too long, or it is quiesced; it is as it was.
    """
    entry = region.databases.entry(name)
    verb, before = VERBS[stop], set(entry.stops)
    if region.engine.recovery.updates.state(region.databases.quiescable(name)):
        raise TakeRefused(verb, name, QUIESCED, "", region.imsid)
    parts = region.databases.parts(name)
    blocking = _batch_user(region, set(parts), updates=stop == STOPPED_UPDATES)
    if blocking:
        raise TakeRefused(verb, name, IN_USE_BY_BMP, blocking, region.imsid)
    region.databases.stop(name, stop)
    unit = region.engine.recovery.begin(verb, 0)
    region.database_commands[name] = verb
    try:
        region.engine.recovery.lock(unit, database_lock(parts[0]))
        if stop == STOPPED_UPDATES and entry.master:
            region.engine.recovery.updates.forbid(name)
            region.engine.pool.flush()
        else:
            region.databases.close(name)
    except UserAbend:
        region.databases.stops.set(name, before)
        raise TakeRefused(verb, name, TOOK_TOO_LONG, "", region.imsid) from None
    finally:
        del region.database_commands[name]
        region.engine.locks.release_all(unit.number)


def _batch_user(region: ControlRegion, databases: set[str], *, updates: bool) -> str:
    """Return the PSB of a BMP that stands in the way."""
    found = (one for one in list(region.programs.values()) if one.kind == BMP)
    return next((one.psb.name for one in found if one.uses(databases, updates=updates)), "")


def stop_scheduling(region: ControlRegion, name: str) -> None:
    """/STO DB, UPDATE DB STOP(SCHD): no further program gets it, but it stays open; a partition is closed."""
    if region.databases.entry(name).master:
        close_database(region, name, STOPPED_SCHEDULING)
    else:
        region.databases.stop(name, STOPPED_SCHEDULING)


def start_database(region: ControlRegion, name: str, access: str = "") -> None:
    """/STA DB, UPDATE DB START(ACCESS): lift the stops and open it, with another access if one is given.

    :raises ImsError: it is quiesced or cannot be opened.
    """
    entry = region.databases.entry(name)
    owner = region.databases.entry(region.databases.parts(name)[0])
    differently = STOPPED_UPDATES in entry.stops or (entry.master and entry.refuses) or access not in ("", entry.access)
    if owner.database is not None and differently:
        reopen(region, name)
    if access:
        entry.access = access
    region.databases.start(name)


def reopen(region: ControlRegion, name: str) -> None:
    """Close a database that is open in another way than it must be, as soon as no unit of recovery uses it.

    :raises TakeRefused: a BMP uses it, or a program kept it too long.
    """
    parts = region.databases.parts(name)
    blocking = _batch_user(region, set(parts), updates=False)
    if blocking:
        raise TakeRefused("STA", name, IN_USE_BY_BMP, blocking, region.imsid)
    unit = region.engine.recovery.begin("STA", 0)
    try:
        region.engine.recovery.lock(unit, database_lock(parts[0]))
        region.databases.close(name)
    except UserAbend:
        raise TakeRefused("STA", name, TOOK_TOO_LONG, "", region.imsid) from None
    finally:
        region.engine.locks.release_all(unit.number)
