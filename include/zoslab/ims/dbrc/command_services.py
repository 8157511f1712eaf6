"""What IMS commands record about databases: quiesce, prohibited authorization, read only; and groups they name.

Source: ims.md section 3: QUIESCE IN PROGRESS and QUIESCE HELD; /DBR GLOBAL prohibits further authorization. An online
IMS may still be authorized for a quiesced database: it keeps the quiesce itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zoslab.ims.dbrc.database_records import Db
from zoslab.ims.dbrc.event_records import DbdsGroup
from zoslab.ims.dbrc.haldb_services import HaldbServices


class CommandServices(HaldbServices):
    """The part of DBRC's services that commands use."""

    def record_quiesce(self, names: Iterable[str], *, in_progress: bool = False, held: bool = False) -> list[str]:
        """Set the quiesce flags of databases and partitions; return those that are not registered."""
        with self.recon.unit() as unit:
            missing = []
            for name in names:
                db = unit.find(Db(name))
                if db is None:
                    missing.append(name)
                else:
                    unit.put(replace(db, quiesce_in_progress=in_progress, quiesce_held=held))
            return missing

    def quiesced(self) -> list[Db]:
        """Return the databases and partitions with a quiesce flag."""
        with self.recon.unit() as unit:
            return [db for db in unit.all(Db) if db.quiesce_in_progress or db.quiesce_held]

    def record_global(self, name: str, *, prohibited: bool | None = None, read_only: bool | None = None) -> None:
        """Record what a global command does to a database; a HALDB's partitions take part."""
        with self.recon.unit() as unit:
            for db in [one for one in unit.all(Db) if name in (one.dbname, one.master)]:
                changed = replace(db, prohibited=db.prohibited if prohibited is None else prohibited)
                unit.put(replace(changed, read_only=db.read_only if read_only is None else read_only))

    def group(self, name: str) -> list[str]:
        """Return the databases of a database group or DBDS group; none if there is no such group."""
        with self.recon.unit() as unit:
            found = unit.find(DbdsGroup(name))
            return list(dict.fromkeys(member.dbname for member in found.members)) if found else []
