"""What LIST prints about logs and subsystems: one function per record kind.

PRILOG and PRIOLD are in words and order as IBM's samples ("Closing an open online PRILOG record", "Performing multiple
cold starts in a test environment"). LOGALL, SSYS and BACKOUT are written in their manner from what the records hold.
"""

from __future__ import annotations

from zoslab.ims.dbrc.kinds import size
from zoslab.ims.dbrc.log_records import Backout, LogAll, LogDataSet, PriLog, PriOld, PriOlds, Subsystem
from zoslab.ims.dbrc.stamps import Stamp, text
from zoslab.ims.dbrc.text import key_time, null, on, yes


def log(record: PriLog) -> list[str]:
    """PRILOG, PRISLD, SECLOG, SECSLD."""
    lines = [
        f"{record.NAME:44} RECORD SIZE={size(record):8}",
        f" START = {key_time(record.start):35} SSID={record.ssid:8} VERSION={record.version}",
        f" STOP  = {text(record.stop):35} #DSN={len(record.datasets)}",
        f" GSGNAME={null(record.gsgname)}",
        f" FIRST RECORD ID= {record.first_record:016X}       PRILOG TOKEN= {record.prilog_token}",
        f" EARLIEST CHECKPOINT = {text(record.earliest_checkpoint)}",
    ]
    for dataset in record.datasets:
        lines += ["", *_data_set(dataset)]
    return lines


def _data_set(dataset: LogDataSet) -> list[str]:
    lines = [
        f" DSN={dataset.dsn:52} UNIT={dataset.unit}",
        f" START = {text(dataset.start):35} FIRST DS LSN= {dataset.first_lsn:016X}",
        f" STOP  = {text(dataset.stop):35} LAST  DS LSN= {dataset.last_lsn:016X}",
        f" FILE SEQ={dataset.file_seq:04}    #VOLUMES={len(dataset.volumes):04}{'    ERROR' if dataset.error else ''}",
    ]
    for volume in dataset.volumes:
        lines += [
            "",
            f"   VOLSER={volume.volser:6} STOPTIME = {text(volume.stop)}",
            f"    CKPTCT={volume.checkpoints}     CHKPT ID = {text(volume.checkpoint)}",
            f"    LOCK SEQUENCE#= {volume.lock_sequence:012X}",
        ]
    return lines


def log_all(record: LogAll) -> list[str]:
    """LOGALL."""
    return [
        f"{'LOGALL':44} RECORD SIZE={size(record):8}",
        f" START = {key_time(record.start):35} SSID={record.ssid}",
        f" DBDS ALLOC={len(record.allocations):<8} -DBD-     -DDN-     -ALLOC-",
        *(f"{'':21}{one.dbname:9} {one.ddname:9} {one.count}" for one in record.allocations),
    ]


def olds(record: PriOld, earliest: Stamp) -> list[str]:
    """PRIOLD, SECOLD; own reading: the earliest checkpoint is the one that a restart needs (DFS3804I)."""
    lines = [
        f"{record.NAME:44} RECORD SIZE={size(record):8}",
        f" SSID={record.ssid:15} # DD ENTRIES={len(record.olds)}",
        f" EARLIEST CHECKPOINT = {text(earliest)}",
    ]
    for one in record.olds:
        lines += ["", *_online(one)]
    return lines


def _online(one: PriOlds) -> list[str]:
    return [
        f" DDNAME={one.ddname:10} DSN={one.dsn}",
        f" START = {text(one.start):35} FIRST DS LSN= {one.first_lsn:016X}",
        f" STOP  = {text(one.stop):35} LAST  DS LSN= {one.last_lsn:016X}",
        f" LOCK SEQUENCE# = {one.lock_sequence:012X}",
        f" STATUS={one.status:41} FEOV={yes(one.feov):5} {'AVAIL' if one.available else 'UNAVAIL'}"
        f"{'  ERROR' if one.error else ''}",
        f" PRILOG TIME={text(one.prilog_time):31} ARCHIVE JOB NAME={null(one.archive_job)}",
        f" VERSION={one.version}",
    ]


def subsystem(record: Subsystem) -> list[str]:
    """SSYS."""
    lines = [
        "SSYS",
        f" SSID={record.ssid:9} LOG START={text(record.log_start)}",
        f" SSTYPE={record.ss_type:7} ABNORMAL TERM={on(record.abnormal):4} "
        f"RECOVERY STARTED={yes(record.recovery_started):4} BACKUP=NO",
        " TRACKED=NO     TRACKER TERM=OFF   SHARING COVERED DBS=NO",
        f" IRLMID={null(record.irlmid):9} IRLM STATUS={'FAILED' if record.irlm_failed else 'NORMAL':7} "
        f"GSGNAME={null(record.gsgname)}",
        "",
        f" AUTHORIZED DATA BASES/AREAS={len(record.authorized):<4} VERSION={record.version:5} XRF CAPABLE=NO",
    ]
    if record.authorized:
        lines += [
            "                                         ENCODED",
            "    -DBD-     -AREA-    -ACCESS INTENT-  -STATE-",
            *(f"    {one.name:9} {null(one.area):9} {one.access:16} {one.state}" for one in record.authorized),
        ]
    return lines


def backout(record: Backout) -> list[str]:
    """BACKOUT."""
    lines = ["BACKOUT", f" SSID={record.ssid:9} #UORS={len(record.units):<5} VERSION={record.version}"]
    for unit in record.units:
        lines += [
            "",
            f" RECOVERY TOKEN={unit.token.hex().upper()}",
            f" TIME={text(unit.time)}  PSB={null(unit.psb)}",
            f" INFLT={yes(unit.inflight):4} INDOUBT={yes(unit.indoubt):4} BMP={yes(unit.bmp):4} "
            f"COLDEND={yes(unit.coldend)}",
            f" DBD={', '.join(unit.dbnames)}",
            f" BKO={', '.join(unit.backed_out)}",
        ]
    return lines
