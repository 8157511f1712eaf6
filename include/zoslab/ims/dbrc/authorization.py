"""Which subsystem may use a database: share levels, access intents, the flags that forbid it.

Source: IMS System Administration, "Share levels" and "Database authorization". Own layout: the encoded state's values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zoslab.ims.dbrc.database_records import Alloc, Db, Dbds
from zoslab.ims.dbrc.errors import AuthorizationConflict, AuthorizationRefused, NotRegistered
from zoslab.ims.dbrc.haldb_records import Partition
from zoslab.ims.dbrc.log_records import Subsystem
from zoslab.ims.dbrc.records import Authorization
from zoslab.ims.dbrc.unit import Unit

STATES = {"READ-ONLY": 1, "READ": 3, "UPDATE": 6, "EXCLUSIVE": 7}
UPDATING = ("UPDATE", "EXCLUSIVE")
Verify = Callable[[str], bool]
REORG = "REORG"
"""Exclusive use by a utility that writes data sets anew: no image copy must be made first."""
INTENTS = {
    **{"RO": "READ-ONLY", "RD": "READ", "UP": "UPDATE", "EX": "EXCLUSIVE", REORG: "EXCLUSIVE"},
    **{name: name for name in STATES},
}


def assumed(_ssid: str) -> bool:
    """Take every subsystem for one whose locks are known."""
    return True


def authorize(
    unit: Unit, ssid: str, dbname: str, access: str, area: str = "", verify: Verify = assumed
) -> Authorization | None:
    """Let a subsystem use a database or an area; None if the database is not registered and the RECON says NOFORCER.

    :param verify: asked for each subsystem that shares the blocks: whether IRLM knows its locks.
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
        if not (held.name == ssid or (area and held.area and area != held.area)):
            _check_other(unit, db, subsystem, intent, held)
    lost = unverified(unit, ssid, dbname, verify) if db.share_level > 1 else ""
    if lost:
        raise AuthorizationRefused(
            f"DATABASE {dbname} IS AUTHORIZED TO {lost}, WHICH IS NOT ACTIVE AND WHOSE LOCKS IRLM DOES NOT KNOW. "
            f"RESTART {lost} FIRST. REASON CODE 09"
        )
    granted = Authorization(ssid, area, intent, STATES[intent])
    unit.put(replace(db, authorized=(*others, granted)))
    theirs = tuple(held for held in subsystem.authorized if (held.name, held.area) != (dbname, area))
    unit.put(replace(subsystem, authorized=(*theirs, replace(granted, name=dbname))))
    return granted


def _check_other(unit: Unit, db: Db, subsystem: Subsystem, intent: str, held: Authorization) -> None:
    """Refuse what does not go with another subsystem's use of a database."""
    by_block = _share_blocks(db, subsystem, unit.find(Subsystem(held.name)) or Subsystem(held.name))
    if not compatible(db.share_level if by_block else min(db.share_level, 1), intent, held.access):
        level = f"SHARE LEVEL {db.share_level}" + ("" if by_block or db.share_level < 2 else " WITHOUT A COMMON IRLM")
        raise AuthorizationConflict(
            f"DATABASE {db.dbname} {level}: {intent} FOR {subsystem.ssid} CONFLICTS WITH {held.access} "
            f"HELD BY {held.name}"
        )


def _share_blocks(db: Db, one: Subsystem, other: Subsystem) -> bool:
    """Tell whether two subsystems share blocks of a database.

    Without IRLM, or at level 2 with another one, a subsystem shares a database only as at level 1.
    """
    irlms = (one.irlmid, other.irlmid)
    return db.share_level > 1 and all(irlms) and (db.share_level > 2 or irlms[0] == irlms[1])


def unverified(unit: Unit, ssid: str, dbname: str, verify: Verify) -> str:
    """Return a subsystem that shares a database's blocks, is not active, and whose locks IRLM does not know.

    What it had in flight may be in the database. Own rule: an open ALLOC of one that ended abnormally counts like an
    authorization, for the RECON of a clone has lost those.
    """
    db, subsystem = unit.find(Db(dbname)), unit.find(Subsystem(ssid))
    if db is None or subsystem is None:
        return ""
    updating = {held.name for held in db.authorized if held.access in UPDATING}
    opened = {one.start for one in unit.all(Alloc, dbname) if one.dealloc is None}
    for other in unit.logs(Subsystem):
        left = other.abnormal and other.log_start is not None and other.log_start in opened
        used = left or other.ssid in updating
        if other.ssid != ssid and used and _share_blocks(db, subsystem, other) and not verify(other.ssid):
            return other.ssid
    return ""


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
