"""Which subsystem may use a database: share levels, access intents, the flags that forbid it.

Source: IMS System Administration, "Share levels" and "Database authorization". Own layout: the encoded state's values.
"""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbrc.database_records import Db, Dbds
from zoslab.ims.dbrc.errors import AuthorizationConflict, AuthorizationRefused, NotRegistered
from zoslab.ims.dbrc.haldb_records import Partition
from zoslab.ims.dbrc.log_records import Subsystem
from zoslab.ims.dbrc.records import Authorization
from zoslab.ims.dbrc.unit import Unit

STATES = {"READ-ONLY": 1, "READ": 3, "UPDATE": 6, "EXCLUSIVE": 7}
UPDATING = ("UPDATE", "EXCLUSIVE")
REORG = "REORG"
"""Exclusive use by a utility that writes data sets anew: no image copy must be made first."""
INTENTS = {
    **{"RO": "READ-ONLY", "RD": "READ", "UP": "UPDATE", "EX": "EXCLUSIVE", REORG: "EXCLUSIVE"},
    **{name: name for name in STATES},
}


def authorize(unit: Unit, ssid: str, dbname: str, access: str, area: str = "") -> Authorization | None:
    """Let a subsystem use a database or an area; None if the database is not registered and the RECON says NOFORCER.

    :raises AuthorizationRefused: naming the flag or the subsystem in the way.
    :raises NotRegistered: the subsystem has not signed on, or FORCER and the database is not registered.
    """
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is None:
        raise NotRegistered(f"SUBSYSTEM {ssid} IS NOT SIGNED ON")
    db = unit.find(Db(dbname))
    if db is None:
        if unit.header.forcer:
            raise NotRegistered(f"DATABASE {dbname} IS NOT REGISTERED AND THE RECON SAYS FORCER")
        return None
    intent = INTENTS[access]
    _check_flags(unit, db, intent, subsystem, copied=access != REORG)
    if area:
        _check_area(unit, db, area, intent)
    others = [held for held in db.authorized if (held.name, held.area) != (ssid, area)]
    for held in others:
        apart = held.name == ssid or (area and held.area and area != held.area)
        if not apart and not compatible(db.share_level, intent, held.access):
            raise AuthorizationConflict(
                f"DATABASE {dbname} SHARE LEVEL {db.share_level}: {intent} FOR {ssid} CONFLICTS WITH {held.access} "
                f"HELD BY {held.name}"
            )
    granted = Authorization(ssid, area, intent, STATES[intent])
    unit.put(replace(db, authorized=(*others, granted)))
    theirs = tuple(held for held in subsystem.authorized if (held.name, held.area) != (dbname, area))
    unit.put(replace(subsystem, authorized=(*theirs, replace(granted, name=dbname))))
    return granted


def _check_flags(unit: Unit, db: Db, intent: str, subsystem: Subsystem, *, copied: bool) -> None:
    updates = intent in UPDATING
    datasets = [one for one in unit.all(Dbds, db.dbname) if one.db_type != "FP"]
    part = unit.find(Partition(db.master, db.dbname)) if db.db_type == "PART" else None
    reasons = {
        "HALDB MASTER (ITS PARTITIONS ARE AUTHORIZED)": db.db_type == "HALDB",
        "PARTITION DISABLED": part is not None and part.disabled,
        "PARTITION INIT NEEDED": part is not None and part.init_needed and intent != "EXCLUSIVE",
        "PROHIBIT AUTHORIZATION": db.prohibited,
        "BACKOUT NEEDED": db.backout_count > 0 and updates,
        "RECOVERY NEEDED": any(dataset.recov_needed for dataset in datasets),
        "IMAGE COPY NEEDED": updates and copied and db.icreq and any(dataset.ic_needed for dataset in datasets),
        "READ ONLY": db.read_only and updates,
        "QUIESCE": updates and subsystem.ss_type != "ONLINE" and (db.quiesce_in_progress or db.quiesce_held),
    }
    for reason, holds in reasons.items():
        if holds:
            raise AuthorizationRefused(f"DATABASE {db.dbname} CANNOT BE AUTHORIZED FOR {intent}: {reason} IS ON")


def _check_area(unit: Unit, db: Db, name: str, intent: str) -> None:
    found = unit.find(Dbds(db.dbname, name))
    if found is None:
        raise NotRegistered(f"AREA {name} OF {db.dbname} IS NOT REGISTERED")
    updates = intent in UPDATING
    reasons = {
        "PROHIBIT AUTHORIZATION": found.prohibited,
        "RECOVERY NEEDED": found.recov_needed,
        "IMAGE COPY NEEDED": updates and db.icreq and found.ic_needed,
        "READ ONLY": found.read_only and updates,
        "NO AREA DATA SET AVAILABLE": not any(ads.status == "AVAIL" for ads in found.ads),
    }
    for reason, holds in reasons.items():
        if holds:
            raise AuthorizationRefused(f"AREA {name} OF {db.dbname} CANNOT BE AUTHORIZED FOR {intent}: {reason}")


def compatible(share_level: int, wanted: str, held: str) -> bool:
    """Say whether two subsystems may hold a database at once.

    Level 0: one at a time; 1: one that updates and any that read without integrity, or readers only; 2 and 3: any.
    """
    if "EXCLUSIVE" in (wanted, held) or share_level == 0:
        return False
    if share_level == 1 and "UPDATE" in (wanted, held):
        return "READ-ONLY" in (wanted, held)
    return True


def release(unit: Unit, ssid: str, dbname: str, area: str = "") -> None:
    """Take a subsystem's authorization for a database, or for one area only, away; without one nothing happens."""

    def goes(held: Authorization, name: str) -> bool:
        return held.name == name and area in ("", held.area)

    db = unit.find(Db(dbname))
    if db is not None and any(goes(held, ssid) for held in db.authorized):
        unit.put(replace(db, authorized=tuple(held for held in db.authorized if not goes(held, ssid))))
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None and any(goes(held, dbname) for held in subsystem.authorized):
        kept = tuple(held for held in subsystem.authorized if not goes(held, dbname))
        unit.put(replace(subsystem, authorized=kept))


def release_all(unit: Unit, ssid: str) -> None:
    """Take all authorizations of a subsystem away, also those only the database records know of."""
    for db in unit.all(Db):
        if any(held.name == ssid for held in db.authorized):
            release(unit, ssid, db.dbname)
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None and subsystem.authorized:
        unit.put(replace(subsystem, authorized=()))
