"""LIST: which records each form shows, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar, cast

from zoslab.ims.dbrc import database_listing, listing, log_listing
from zoslab.ims.dbrc.database_records import Alloc, Ca, CaGroup, Db, Dbds, Image
from zoslab.ims.dbrc.errors import NotRegistered
from zoslab.ims.dbrc.event_records import DbdsGroup, Gsg, Recov, Reorg
from zoslab.ims.dbrc.haldb_records import HaldbMaster, Partition
from zoslab.ims.dbrc.log_records import Backout, LogAll, PriLog, PriOld, PriSld, SecLog, SecOld, SecSld, Subsystem
from zoslab.ims.dbrc.operands import ddname, required_stamp
from zoslab.ims.dbrc.records import HeaderExtension, Record
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

R = TypeVar("R", bound=Record)
Lines = list[str]
LOGS: tuple[type[PriLog], ...] = (PriLog, SecLog, PriSld, SecSld)
OLDS: tuple[type[PriOld], ...] = (PriOld, SecOld)


class Listing:
    """The records of the RECON, read once, for one LIST command.

    Its methods yield the lines of each record and raise `NotRegistered` if the record that is named is not there.
    """

    def __init__(self, unit: Unit, extension: HeaderExtension) -> None:
        self.header, self.extension = unit.header, extension
        self.records: dict[type[Record], list[Record]] = {}
        for record in unit.every():
            self.records.setdefault(type(record), []).append(record)

    def of(self, kind: type[R], **fields: object) -> list[R]:
        """Return the records of a kind whose fields have these values."""
        found = cast("list[R]", self.records.get(kind, []))
        return [record for record in found if all(getattr(record, name) == held for name, held in fields.items())]

    def run(self, statement: Statement) -> Iterator[Lines]:
        """Yield what the command asks for."""
        forms: dict[str, Callable[[Statement], Iterator[Lines]]] = {
            "LIST.RECON": self.recon,
            "LIST.DB": self.databases,
            "LIST.DBDS": self.data_sets,
            "LIST.LOG": self.logs,
            "LIST.SUBSYS": self.subsystems,
            "LIST.BKOUT": self.backouts,
            "LIST.CAGRP": self.groups,
            "LIST.DBDSGRP": self.data_set_groups,
            "LIST.GSG": self.service_groups,
            "LIST.HISTORY": self.history,
        }
        return forms[statement.verb](statement)

    def recon(self, statement: Statement) -> Iterator[Lines]:
        """The header; without STATUS, everything."""
        registered = [db for db in self.of(Db) if db.db_type != "PART"]
        yield listing.recon(self.header, self.extension, len(registered))
        if statement.has("STATUS"):
            return
        for group in self.of(CaGroup):
            yield from self.group(group)
        yield from map(listing.group, self.of(DbdsGroup))
        yield from map(listing.gsg, self.of(Gsg))
        yield from self.all_logs(lambda log: True)
        for subsystem in self.of(Subsystem):
            yield log_listing.subsystem(subsystem)
        for backout in self.of(Backout):
            yield log_listing.backout(backout)
        for db in registered:
            yield from self.database(db, with_data_sets=True)

    def databases(self, statement: Statement) -> Iterator[Lines]:
        """Databases by name or type; with DBDS also their data sets."""
        chosen = self.of(Db, dbname=statement.text("DBD")) if statement.has("DBD") else self.of(Db)
        if statement.has("DBD") and not chosen:
            raise NotRegistered(f"DATABASE {statement.text('DBD')} IS NOT REGISTERED")
        if not statement.has("DBD"):
            chosen = [db for db in chosen if db.db_type != "PART"]
        for keyword, kind in (("TYPEIMS", "IMS"), ("TYPEFP", "FP"), ("TYPHALDB", "HALDB")):
            chosen = [db for db in chosen if not statement.has(keyword) or db.db_type == kind]
        for db in chosen:
            yield from self.database(db, with_data_sets=statement.has("DBDS"))

    def database(self, db: Db, *, with_data_sets: bool) -> Iterator[Lines]:
        """One database; a HALDB with its partitions."""
        if db.db_type == "HALDB":
            partitions = self.partitions(db.dbname)
            for head in self.of(HaldbMaster, dbname=db.dbname):
                yield database_listing.master(db, head, len(partitions))
            for part in partitions:
                for one in self.of(Db, dbname=part.name):
                    yield from self.database(one, with_data_sets=with_data_sets)
            return
        found = sorted(self.of(Dbds, dbname=db.dbname), key=lambda dataset: dataset.dsid)
        yield self.partition(db, found) if db.db_type == "PART" else database_listing.db(db, found)
        for dataset in found if with_data_sets else []:
            yield from self.data_set(dataset)

    def partitions(self, master: str) -> list[Partition]:
        """A HALDB's partitions in key order."""
        return sorted(self.of(Partition, master=master), key=lambda part: (part.high_key, part.partition_id))

    def partition(self, db: Db, datasets: list[Dbds]) -> Lines:
        """The lines of a partition's DB record."""
        ordered = self.partitions(db.master)
        names = ["", *(part.name for part in ordered), ""]
        at = names.index(db.dbname)
        return database_listing.partition(db, ordered[at - 1], datasets, (names[at - 1], names[at + 1]))

    def data_sets(self, statement: Statement) -> Iterator[Lines]:
        """Data sets of a database."""
        dbname, name = statement.text("DBD"), ddname(statement)
        found = [dataset for dataset in self.of(Dbds, dbname=dbname) if name in ("", dataset.ddname)]
        if not found:
            raise NotRegistered(f"DBDS DBD={dbname} {'DDN=' + name if name else ''} IS NOT REGISTERED")
        for dataset in sorted(found, key=lambda dataset: dataset.dsid):
            yield from self.data_set(dataset)

    def data_set(self, dataset: Dbds) -> Iterator[Lines]:
        """One data set with its allocations and image copies."""
        names = {"dbname": dataset.dbname, "ddname": dataset.ddname}
        images = self.of(Image, **names)
        available = sum(image.available for image in images)
        lines = database_listing.area if dataset.db_type == "FP" else database_listing.dbds
        yield lines(dataset, available, len(images) - available)
        for alloc in self.of(Alloc, **names):
            yield listing.alloc(alloc)
        for image in images:
            yield listing.image(image)
        yield from map(listing.reorg, self.of(Reorg, **names))
        yield from map(listing.recov, self.of(Recov, **names))

    def logs(self, statement: Statement) -> Iterator[Lines]:
        """Logs: all, open ones, those of a subsystem, of a start time, or the online log data sets only."""
        ssid = statement.text("SSID")
        start = required_stamp(statement, "STARTIME") if statement.has("STARTIME") else None
        if statement.has("OLDS") or statement.has("ALLOLDS"):
            yield from self.olds(ssid, statement.text("OLDS"))
            return

        def wanted(log: PriLog) -> bool:
            still = log.stop is None or not statement.has("OPEN")
            return still and ssid in ("", log.ssid) and start in (None, log.start)

        yield from self.all_logs(wanted, ssid, with_olds=start is None)

    def all_logs(self, wanted: Callable[[PriLog], bool], ssid: str = "", *, with_olds: bool = True) -> Iterator[Lines]:
        """The logs that are wanted, each with its LOGALL, then the online log data sets."""
        for kind in LOGS:
            for log in filter(wanted, self.of(kind)):
                yield log_listing.log(log)
                if kind is PriLog or not self.of(PriLog, ssid=log.ssid, start=log.start):
                    yield from map(log_listing.log_all, self.of(LogAll, ssid=log.ssid, start=log.start))
        if with_olds:
            yield from self.olds(ssid, "")

    def olds(self, ssid: str, name: str) -> Iterator[Lines]:
        """The online log data sets of one or all subsystems."""
        for kind in OLDS:
            for record in self.of(kind):
                if ssid in ("", record.ssid) and (not name or any(olds.ddname == name for olds in record.olds)):
                    times = {olds.prilog_time for olds in record.olds}
                    held = [log for log in self.of(PriSld, ssid=record.ssid) if log.start in times]
                    earliest = min((log.earliest_checkpoint for log in held if log.earliest_checkpoint), default=None)
                    yield log_listing.olds(record, record.restart or earliest)

    def subsystems(self, statement: Statement) -> Iterator[Lines]:
        """Subsystems by name or type."""
        ssid = statement.text("SSID")
        found = self.of(Subsystem, ssid=ssid) if ssid else self.of(Subsystem)
        if ssid and not found:
            raise NotRegistered(f"NO SSYS RECORD FOR SUBSYSTEM {ssid}")
        for kind in ("ONLINE", "BATCH"):
            found = [record for record in found if not statement.has(kind) or record.ss_type == kind]
        for record in found:
            yield log_listing.subsystem(record)

    def backouts(self, statement: Statement) -> Iterator[Lines]:
        """Backout records by subsystem."""
        ssid = statement.text("SSID")
        found = self.of(Backout, ssid=ssid) if ssid else self.of(Backout)
        if ssid and not found:
            raise NotRegistered(f"SUBSYSTEM {ssid} HAS NO BACKOUT RECORD")
        for record in found:
            yield log_listing.backout(record)

    def groups(self, statement: Statement) -> Iterator[Lines]:
        """Change accumulation groups with their runs."""
        name = statement.text("GRPNAME")
        found = self.of(CaGroup, grpname=name) if name else self.of(CaGroup)
        if name and not found:
            raise NotRegistered(f"CHANGE ACCUMULATION GROUP {name} IS NOT DEFINED")
        for group in found:
            yield from self.group(group)

    def group(self, group: CaGroup) -> Iterator[Lines]:
        """One group with its runs."""
        runs = self.of(Ca, grpname=group.grpname)
        available = sum(run.available for run in runs)
        yield listing.ca_group(group, available, len(runs) - available)
        for run in runs:
            yield listing.ca(run)

    def data_set_groups(self, statement: Statement) -> Iterator[Lines]:
        """Groups of data sets and databases."""
        name = statement.text("GRPNAME")
        found = self.of(DbdsGroup, grpname=name) if name else self.of(DbdsGroup)
        if name and not found:
            raise NotRegistered(f"GROUP {name} IS NOT DEFINED")
        yield from map(listing.group, found)

    def service_groups(self, statement: Statement) -> Iterator[Lines]:
        """Global service groups."""
        name = statement.text("GSGNAME")
        found = self.of(Gsg, gsgname=name) if name else self.of(Gsg)
        if name and not found:
            raise NotRegistered(f"GLOBAL SERVICE GROUP {name} IS NOT DEFINED")
        yield from map(listing.gsg, found)

    def history(self, statement: Statement) -> Iterator[Lines]:
        """A data set with everything that recovery would use: its runs of change accumulation and its logs too."""
        yield from self.data_sets(statement)
        dbname, name = statement.text("DBD"), ddname(statement)
        for run in self.of(Ca):
            if any(c.dbname == dbname and name in ("", c.ddname) for c in run.changes):
                yield listing.ca(run)
        starts = {alloc.start for alloc in self.of(Alloc, dbname=dbname) if name in ("", alloc.ddname)}
        yield from self.all_logs(lambda log: log.start in starts, with_olds=False)
