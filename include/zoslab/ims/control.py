"""Taking databases away from programs: what /DBR, /DBD and UPDATE DB STOP have in common."""

from __future__ import annotations

from zoslab.ims.database import database_lock
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.region import ControlRegion

WAIT = 30.0


def close_database(region: ControlRegion, name: str, stop: str) -> None:
    """Stop a database, wait for the units of recovery that use it, write and close it.

    :raises ImsError: a program kept it too long; it is started again.
    """
    entry = region.databases.entry(name)
    before = set(entry.stops)
    region.databases.stop(name, stop)
    unit = region.engine.recovery.begin("DBR", 0)
    try:
        region.engine.recovery.lock(unit, database_lock(region.databases.parts(name)[0]))
        region.databases.close(name)
    except UserAbend as busy:
        entry.stops.clear()
        entry.stops.update(before)
        raise ImsError(f"DFS0489I DATABASE {name} IS IN USE, {busy.reason} {region.imsid}") from None
    finally:
        region.engine.locks.release_all(unit.number)
