"""Finding and deleting databases and their data sets, as several commands do."""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbrc import allocations
from zoslab.ims.dbrc.database_records import Alloc, CaGroup, Db, Dbds, Image
from zoslab.ims.dbrc.errors import NotAllowed, NotRegistered
from zoslab.ims.dbrc.event_records import DbdsGroup, Recov, Reorg
from zoslab.ims.dbrc.unit import Unit


def database(unit: Unit, dbname: str) -> Db:
    """Return a DB record.

    :raises NotRegistered: there is none.
    """
    found = unit.find(Db(dbname))
    if found is None:
        raise NotRegistered(f"DATABASE {dbname} IS NOT REGISTERED")
    return found


def not_in_use(db: Db) -> None:
    """Refuse to go on while a subsystem holds the database.

    :raises NotAllowed: naming the subsystems.
    """
    if db.authorized:
        raise NotAllowed(f"DATABASE {db.dbname} IS IN USE BY {', '.join(held.name for held in db.authorized)}")


def delete_data_set(unit: Unit, dataset: Dbds) -> None:
    """Delete a data set's record and all that is recorded about it; groups lose it as a member."""
    for alloc in unit.all(Alloc, dataset.dbname, dataset.ddname):
        allocations.delete(unit, alloc)
    for kind in (Image, Reorg, Recov):
        for event in unit.all(kind, dataset.dbname, dataset.ddname):
            unit.delete(event)
    groups: list[CaGroup | DbdsGroup] = [*unit.all(CaGroup), *unit.all(DbdsGroup)]
    for group in groups:
        left = tuple(m for m in group.members if (m.dbname, m.ddname) != (dataset.dbname, dataset.ddname))
        if left != group.members:
            unit.put(replace(group, members=left))
    unit.delete(dataset)
