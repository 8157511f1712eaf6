"""RECON records as typed values, from a listing of DBRC.

Every value keeps the record it was read from, and records of kinds that have no type here are kept as they are, so
that nothing of a listing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from imsclone.listings.recon_records import Field, ReconRecord, clean, listing
from imsclone.listings.recon_types import (
    Allocation,
    AreaDataSet,
    Backout,
    ChangeAccumulation,
    CopiedDataSet,
    Database,
    DatabaseDataSet,
    Header,
    ImageCopy,
    Log,
    LogDataSet,
    OnlineLog,
    OnlineLogs,
    Partition,
    Recon,
    ReconDd,
    Subsystem,
    UnitOfRecovery,
)
from imsclone.listings.stamps import stamp_or_none

LOG_KINDS = ("PRILOG", "SECLOG", "PRISLD", "SECSLD", "IPRI", "ISEC", "IPRISL", "ISECSL")
OLDS_KINDS = ("PRIOLD", "SECOLD", "IPRIOL", "ISECOL")
_DD_ROW = re.compile(r"\s*(RECON[123])\s+([A-Z][A-Z0-9 ]*?)\s{2,}(\S*)\s*")
_AUTHORIZED = re.compile(r"\s+([A-Z@#$][A-Z0-9@#$]{0,7})\s+(\S.*?)\s+(\d+)\s*(\S*)\s*")


def read(text: str, offset: timedelta = timedelta()) -> Recon:
    """Read a listing of LIST.RECON or of several LIST commands.

    :param offset: of printed times from UTC where they carry none.
    :raises ListingIncomplete: the listing has no end.
    """
    whole = listing(text)
    by_kind: dict[str, list[ReconRecord]] = {}
    for record in whole.records:
        by_kind.setdefault(record.kind, []).append(record)

    def records(*kinds: str) -> list[ReconRecord]:
        return [record for kind in kinds for record in by_kind.pop(kind, [])]

    headers, databases = records("RECON"), records("DB")
    return Recon(
        header=_header(headers[0]) if headers else None,
        databases=tuple(map(_database, databases)),
        partitions=tuple(_partition(one) for one in databases if one.get("TYPE") == "PART"),
        data_sets=tuple(_data_set(one) for one in records("DBDS", "AREA")),
        images=tuple(_image(one) for one in records("IMAGE")),
        allocations=tuple(_allocation(one, offset) for one in records("ALLOC")),
        logs=tuple(_log(one, offset) for one in records(*LOG_KINDS)),
        online_logs=tuple(_online_logs(one, offset) for one in records(*OLDS_KINDS)),
        subsystems=tuple(_subsystem(one) for one in records("SSYS")),
        backouts=tuple(_backout(one) for one in records("BACKOUT")),
        change_accumulations=tuple(_accumulation(one) for one in records("CA")),
        others=tuple(record for left in by_kind.values() for record in left),
        listing=whole,
    )


def _header(record: ReconRecord) -> Header:
    rows = [match.groups() for line in record.lines if (match := _DD_ROW.fullmatch(line))]
    return Header(
        ssid=record.get("SSID"),
        cataloged=record.get("CA/IC/LOG DATA SETS CATALOGED") == "YES",
        imsplex=record.get("IMSPLEX"),
        group_id=record.get("GROUP ID"),
        catalog=record.get("CATALOG"),
        data_sets=tuple(ReconDd(ddname, status, clean(dsname)) for ddname, status, dsname in rows),
        databases=_number(record.get("NUMBER OF REGISTERED DATABASES")),
        record=record,
    )


def _database(record: ReconRecord) -> Database:
    return Database(
        dbd=record.get("DBD"),
        kind=record.get("TYPE"),
        authorized=_table(record, "-SSID-"),
        image_copy_needed=_number(record.get("IMAGE COPY NEEDED COUNT")),
        recovery_needed=_number(record.get("RECOVERY NEEDED COUNT")),
        backout_needed=record.get("BACKOUT NEEDED") == "ON",
        record=record,
    )


def _partition(record: ReconRecord) -> Partition:
    hexadecimal = next((n for n, line in enumerate(record.lines) if "STRING (HEX)" in line), len(record.lines))
    digits = (re.fullmatch(r" {3}([0-9A-F]+)", line) for line in record.lines[hexadecimal + 1 :])
    return Partition(
        name=record.get("DBD"),
        master=record.get("MASTER DB"),
        partition_id=_number(record.get("PARTITION ID")),
        dsn_prefix=record.get("DSN PREFIX"),
        high_key="".join(match[1] for match in digits if match),
        reorg_number=_number(record.get("REORG#")),
        init_needed=record.get("PARTITION INIT NEEDED") == "YES",
        disabled=record.get("PARTITION DISABLED") == "YES",
        record=record,
        active=("M", "V") if record.get("ACTIVE DBDS").startswith("M") else ("A", "J"),
    )


def _data_set(record: ReconRecord) -> DatabaseDataSet:
    return DatabaseDataSet(
        dbd=record.get("DBD"),
        ddname=record.get("DDN") or record.get("AREA"),
        dsname=record.get("DSN"),
        organization=record.get("DSORG"),
        reuse="REUSE" in record.words(),
        image_copy_needed=record.get("IC NEEDED") == "ON",
        record=record,
        area_data_sets=tuple(
            AreaDataSet(_first(group, "ADDN"), _first(group, "ADSN"), _first(group, "STATUS"))
            for group in record.groups("ADDN")
        ),
    )


def _image(record: ReconRecord) -> ImageCopy:
    time = record.get("RUN") or record.get("CREATE")
    return ImageCopy(
        dbd=record.dbds[0],
        ddname=record.dbds[1],
        time=time.rstrip("*"),
        available="AVAILABLE" in record.words(),
        data_sets=tuple(_copied(group) for group in record.groups("DSN")),
        record=record,
    )


def _accumulation(record: ReconRecord) -> ChangeAccumulation:
    return ChangeAccumulation(
        group=record.get("CAGRP"),
        time=record.get("RUN").rstrip("*"),
        data_set=_copied(next(record.groups("DSN"), ())),
        record=record,
    )


def _allocation(record: ReconRecord, offset: timedelta) -> Allocation:
    ended = record.get("DEALLOC")
    return Allocation(
        dbd=record.dbds[0],
        ddname=record.dbds[1],
        time=record.get("ALLOC").rstrip("*"),
        log_start=record.get("START"),
        deallocated=stamp_or_none(ended, offset) if ended else None,
        record=record,
    )


def _log(record: ReconRecord, offset: timedelta) -> Log:
    return Log(
        kind=record.kind,
        ssid=record.get("SSID"),
        start=record.get("START").rstrip("*"),
        stop=record.get("STOP"),
        stopped=stamp_or_none(record.get("STOP"), offset),
        first=record.get("FIRST RECORD ID"),
        version=record.get("VERSION"),
        data_sets=tuple(_log_data_set(group) for group in record.groups("DSN")),
        record=record,
    )


def _log_data_set(group: Sequence[Field]) -> LogDataSet:
    return LogDataSet(
        dsname=_first(group, "DSN"),
        unit=_first(group, "UNIT"),
        start=_first(group, "START"),
        stop=_first(group, "STOP"),
        first=_first(group, "FIRST DS LSN"),
        last=_first(group, "LAST DS LSN"),
        volsers=_volsers(group),
        file_sequence=_first(group, "FILE SEQ"),
        checkpoints=_first(group, "CKPTCT"),
        checkpoint=_first(group, "CHKPT ID"),
        lock_sequence=_first(group, "LOCK SEQUENCE#"),
        error=_says(group, "ERROR"),
    )


def _online_logs(record: ReconRecord, offset: timedelta) -> OnlineLogs:
    olds = tuple(_online_log(group, offset) for group in record.groups("DDNAME"))
    found = record.get("EARLIEST CHECKPOINT")
    restart = stamp_or_none(found, offset) if found else None
    return OnlineLogs(kind=record.kind, ssid=record.get("SSID"), olds=olds, record=record, restart=restart)


def _online_log(group: Sequence[Field], offset: timedelta) -> OnlineLog:
    return OnlineLog(
        ddname=_first(group, "DDNAME"),
        dsname=_first(group, "DSN"),
        start=_first(group, "START"),
        stop=_first(group, "STOP"),
        stopped=stamp_or_none(_first(group, "STOP"), offset),
        first=_first(group, "FIRST DS LSN"),
        last=_first(group, "LAST DS LSN"),
        lock_sequence=_first(group, "LOCK SEQUENCE#") or _first(group, "LOCK SEQUENCE #"),
        status=_first(group, "STATUS"),
        prilog_time=_first(group, "PRILOG TIME"),
        version=_first(group, "VERSION"),
        available=not _says(group, "UNAVAIL"),
        error=_says(group, "ERROR"),
    )


def _subsystem(record: ReconRecord) -> Subsystem:
    return Subsystem(
        ssid=record.get("SSID"),
        kind=record.get("SSTYPE"),
        log_start=record.get("LOG START"),
        abnormal=record.get("ABNORMAL TERM") == "ON",
        databases=_table(record, "-DBD-"),
        record=record,
    )


def _backout(record: ReconRecord) -> Backout:
    units = tuple(_unit(group) for group in record.groups("RECOVERY TOKEN"))
    return Backout(ssid=record.get("SSID"), units=units, record=record)


def _unit(group: Sequence[Field]) -> UnitOfRecovery:
    return UnitOfRecovery(
        token=_first(group, "RECOVERY TOKEN"),
        time=_first(group, "TIME"),
        psb=_first(group, "PSB"),
        flags=tuple(name for name in ("INFLT", "INDOUBT", "BMP", "COLDEND") if _first(group, name) == "YES"),
        databases=_names(_first(group, "DBD")),
        backed_out=_names(_first(group, "BKO")),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in re.split(r"[,\s]+", text) if name))


def _copied(group: Sequence[Field]) -> CopiedDataSet:
    return CopiedDataSet(
        _first(group, "DSN"), _volsers(group), _first(group, "UNIT"), _number(_first(group, "FILE SEQ")) or 1
    )


def _volsers(group: Sequence[Field]) -> tuple[str, ...]:
    return _names(" ".join(one.value for one in group if one.name == "VOLSER"))


def _first(group: Sequence[Field], name: str) -> str:
    return next((clean(one.value) for one in group if one.name == name), "")


def _says(group: Sequence[Field], word: str) -> bool:
    return any(word in one.words for one in group)


def _table(record: ReconRecord, heading: str) -> tuple[str, ...]:
    """Return the first column of the table under a heading."""
    position = next((number for number, line in enumerate(record.lines) if heading in line), None)
    if position is None:
        return ()
    rows = (_AUTHORIZED.fullmatch(line) for line in record.lines[position + 1 :])
    return tuple(match[1] for match in rows if match)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
