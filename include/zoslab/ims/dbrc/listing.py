"""What LIST prints about the RECON and what happened to data sets: one function per record kind.

Words and order of RECON are those of a real IMS 15 listing, of ALLOC those of IBM's field table; columns are our own.
IMAGE, CAGRP, CA, REORG, RECOV, DBDSGRP and GSG are written in their manner from what the records hold (uncertain
wording). Every field of a record is printed, so that a listing says all the RECON knows. Databases and data sets:
`zoslab.ims.dbrc.database_listing`; logs and subsystems: `zoslab.ims.dbrc.log_listing`.
"""

from __future__ import annotations

from zoslab.ims.dbrc.database_records import Alloc, Ca, CaGroup, Image, ImageDataSet
from zoslab.ims.dbrc.event_records import DbdsGroup, Gsg, Recov, Reorg
from zoslab.ims.dbrc.records import Header, HeaderExtension
from zoslab.ims.dbrc.stamps import Stamp, text
from zoslab.ims.dbrc.text import key_time, null, volumes, yes

RULE = "-" * 74


def recon(header: Header, extension: HeaderExtension, databases: int) -> list[str]:
    """RECON, as LIST.RECON STATUS shows it."""
    sizes, alerts = header.size_alert or ("15", "16", "95"), header.log_alert or ("3", "16")
    return [
        "RECON",
        " RECOVERY CONTROL DATA SET, IMS V15R1",
        f" DMB#={header.last_dmb:<29} INIT TOKEN={_token(header.init_token)}",
        f" {'FORCER' if header.forcer else 'NOFORCER':9} LOG DSN CHECK={header.check:10} "
        f"STARTNEW={yes(header.startnew)}",
        f" TAPE UNIT={header.tape_unit:9} DASD UNIT={header.dasd_unit:9} "
        f"{'TRACEON' if header.traceon else 'TRACEOFF':9}  SSID={null(header.ssid)}",
        f" LIST DLOG={yes(header.listdl):18} CA/IC/LOG DATA SETS CATALOGED={yes(header.catds)}",
        f" MINIMUM VERSION = {header.minvers:10} CROSS DBRC SERVICE LEVEL ID= {header.cdslid:05}",
        f" REORG NUMBER VERIFICATION={yes(header.reorgv)}",
        f" LOG RETENTION PERIOD={header.logret}",
        f" COMMAND AUTH={header.cmdauth:5} HLQ={null(header.safhlq)}",
        f" RCNQUAL={null(header.rcnqual)}",
        f" CATALOG={null(header.catalog)}",
        f" ACCESS={header.access:11} LIST={header.listing}",
        f" SIZALERT DSNUM={sizes[0]:7} VOLNUM={sizes[1]:6} PERCENT= {sizes[2]}",
        f" LOGALERT DSNUM={alerts[0]:7} VOLNUM={alerts[1]}",
        "",
        " TIME STAMP INFORMATION:",
        "",
        f"  TIMEZIN = {header.timezin}",
        *([f"  TIMEZONE = {' '.join(header.timezones)}"] if header.timezones else []),
        "",
        "  OUTPUT FORMAT:  DEFAULT = LOCORG NONE   PUNC YYYY",
        "                  CURRENT = LOCORG NONE   PUNC YYYY",
        "",
        f" IMSPLEX = {header.imsplex or '** NONE **':12} GROUP ID = {header.group_id or '** NONE **'}",
        "",
        " -DDNAME-      -STATUS-       -DATA SET NAME-",
        *(f" {entry.ddname:13} {entry.status:14} {entry.dsname}" for entry in extension.datasets),
        "",
        f" NUMBER OF REGISTERED DATABASES = {databases:8}",
    ]


def _token(stamp: Stamp) -> str:
    """Return yydddFhhmmsstt with a closing F, as INIT TOKEN shows it."""
    return "00000F0000000F" if stamp is None else f"{stamp:%y%j}F{stamp:%H%M%S}{stamp.microsecond // 100000}F"


def image(record: Image) -> list[str]:
    """IMAGE: in use with its run time, or available with the time it was defined."""
    time = "CREATE" if record.available else "RUN"
    head = [
        "IMAGE",
        f" {time:7} = {key_time(record.run)}   RECORD COUNT ={record.record_count:07}",
        f" STOP    = {text(record.stop):33} {'AVAILABLE' if record.available else record.ic_type:9} "
        f"USID={record.usid:010}",
    ]
    if record.udata:
        head.append(f" UDATA={record.udata}")
    for number, copy in enumerate(record.copies, 1):
        head += ["", f" IC{number}{'  INVALID' if copy.invalid else ''}", *_copy(copy)]
    return head


def _copy(copy: ImageDataSet) -> list[str]:
    return [
        f" DSN={copy.dsn:57} FILE SEQ={copy.file_seq:04}",
        f" UNIT={copy.unit:31} VOLS DEF={len(copy.volsers):04} VOLS USED={len(copy.volsers):04}",
        *volumes(copy.volsers),
    ]


def alloc(record: Alloc) -> list[str]:
    """ALLOC."""
    lines = [
        "ALLOC",
        f" ALLOC   ={key_time(record.alloc):34} ALLOC LRID ={record.alloc_lrid:016}",
        f" DSSN={record.dssn:010} USID={record.usid:010} START = {text(record.start)}",
    ]
    if record.dealloc is not None:
        lines.append(f" DEALLOC ={text(record.dealloc):34} DEALLOC LRID ={record.dealloc_lrid:016}")
    if record.quiesce:
        lines.append(" QUIESCE")
    return lines


def ca_group(record: CaGroup, available: int, used: int) -> list[str]:
    """CAGRP, with the number of CA data sets defined beforehand and in use."""
    return [
        "CAGRP",
        f" GRPNAME={record.grpname:9} GRPMAX={record.grpmax:<6} CA AVAIL={available:<5} CA USED={used}",
        f" {'REUSE' if record.reuse else 'NOREUSE':9} CAJCL={null(record.cajcl):9} "
        f"DEFLTJCL={null(record.defltjcl):9} RECOVPD={record.recovpd}",
        f" #MEMBERS={len(record.members):<8} -DBD-     -DDN/AREA-",
        *(f"{'':19}{member.dbname:9} {member.ddname}" for member in record.members),
    ]


def ca(record: Ca) -> list[str]:
    """CA."""
    lines = [
        "CA",
        f" DSN={record.dsn:57} FILE SEQ={record.file_seq:04}",
        f" CAGRP={record.grpname:12} UNIT={record.unit:12} VOLS DEF={len(record.volsers):04} "
        f"VOLS USED={len(record.volsers):04}{'  INVALID' if record.invalid else ''}",
        *volumes(record.volsers),
        f" {'CREATE' if record.available else 'RUN':7} = {key_time(record.run)}   "
        f"RECORD COUNT ={record.record_count:07}",
        f" STOP    = {text(record.stop)}{'    AVAILABLE' if record.available else ''}",
    ]
    for change in record.changes:
        lines += [
            f"  DBD={change.dbname:8} DDN={change.ddname:8} PURGETIME = {text(change.purge)}",
            f"   CHANGES ACCUMULATED={yes(change.changes):3} COMPLETE CA={yes(change.complete):3} "
            f"LRID={change.lrid:016} DSSN={change.dssn:010} USID={change.usid:010}",
        ]
    return lines


def reorg(record: Reorg) -> list[str]:
    """REORG."""
    return [
        "REORG",
        f" RUN     = {key_time(record.run)}   USID={record.usid:010}",
        f" STOP    = {text(record.stop):33} ONLINE={yes(record.online)}",
    ]


def recov(record: Recov) -> list[str]:
    """RECOV; zeros say that the recovery was to the end of the logs."""
    return [
        "RECOV",
        f" RUN     = {key_time(record.run)}   RUN USID={record.usid:010}",
        f" RECOV TO= {text(record.to)}",
    ]


def group(record: DbdsGroup) -> list[str]:
    """DBDSGRP."""
    return [
        "DBDSGRP",
        f" GRPNAME={record.grpname:9} TYPE={record.form:9} #MEMBERS={len(record.members)}",
        "    -DBD-     -DDN/AREA-" if record.form == "MEMBERS" else "    -DBD-",
        *(f"    {member.dbname:9} {member.ddname}".rstrip() for member in record.members),
    ]


def gsg(record: Gsg) -> list[str]:
    """GSG."""
    return [
        "GSG",
        f" GSGNAME={record.gsgname:9} #SGS={len(record.groups)}",
        *(
            f"  SGNAME={one.name:9} SITE={'LOCAL' if one.local else 'REMOTE':7} ROLE={one.role}"
            for one in record.groups
        ),
    ]
