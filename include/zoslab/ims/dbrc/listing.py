"""What LIST prints about the RECON, databases and their data sets: one function per record kind.

Words and order of RECON, DB and DBDS are those of a real IMS 15 listing, of ALLOC those of IBM's field table; columns
are our own. IMAGE, CAGRP and CA are written in their manner from what the records hold. Every field of a record is
printed, so that a listing says all the RECON knows. Logs and subsystems: `zoslab.ims.dbrc.log_listing`.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.ims.dbrc.database_records import Alloc, Ca, CaGroup, Db, Dbds, Image, ImageDataSet
from zoslab.ims.dbrc.records import Authorization, Header, HeaderExtension
from zoslab.ims.dbrc.stamps import Stamp, text

RULE = "-" * 74
DBDS_LABELS = ("-DBD-", "-DDN-")


def null(value: str) -> str:
    """Return the text, or what DBRC prints for none."""
    return value or "**NULL**"


def yes(flag: bool) -> str:
    """Return YES or NO."""
    return "YES" if flag else "NO"


def on(flag: bool) -> str:
    """Return ON or OFF."""
    return "ON" if flag else "OFF"


def key_time(stamp: Stamp) -> str:
    """Return a time stamp that is part of the record's key: it carries an asterisk."""
    return text(stamp) + "*"


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


def db(record: Db, datasets: Sequence[Dbds]) -> list[str]:
    """DB; its counters are taken from its data sets. Own line: the last of the flags and counters."""
    state = max((held.state for held in record.authorized), default=0)
    recovery = sum(dataset.recov_needed for dataset in datasets)
    image_copy = sum(dataset.ic_needed for dataset in datasets)
    eeqe = sum(dataset.eeqe_count for dataset in datasets)
    return [
        "DB",
        f" DBD={record.dbname:44} DMB#={record.dmb:<7} TYPE={record.db_type}",
        f" SHARE LEVEL={record.share_level:<15} GSGNAME={null(record.gsgname):12} USID={record.usid:010}",
        f" AUTHORIZED USID={record.authorized_usid:010}  RECEIVE USID={record.receive_usid:010} "
        f"HARD USID={record.hard_usid:010}",
        f" RECEIVE NEEDED USID={record.receive_needed_usid:010}",
        f" DBRCVGRP={null(record.dbrcvgrp)}",
        " FLAGS:                             COUNTERS:",
        *(
            f"  {left:34} {right}".rstrip()
            for left, right in (
                (f"BACKOUT NEEDED        ={on(record.backout_count > 0)}", f"RECOVERY NEEDED COUNT   ={recovery}"),
                (f"READ ONLY             ={on(record.read_only)}", f"IMAGE COPY NEEDED COUNT ={image_copy}"),
                (
                    f"PROHIBIT AUTHORIZATION={on(record.prohibited)}",
                    f"AUTHORIZED SUBSYSTEMS   ={len(record.authorized)}",
                ),
                (f"RECOVERABLE           ={yes(record.recoverable)}", f"HELD AUTHORIZATION STATE={state}"),
                ("", f"EEQE COUNT              ={eeqe}"),
                (
                    f"TRACKING SUSPENDED    ={yes(record.tracking_suspended)}",
                    f"RECEIVE REQUIRED COUNT  ={record.receive_required_count}",
                ),
                (f"OFR REQUIRED          ={yes(record.ofr_required)}", ""),
                (f"REORG INTENT          ={yes(record.reorg_intent)}", ""),
                (f"QUIESCE IN PROGRESS   ={yes(record.quiesce_in_progress)}", ""),
                (f"QUIESCE HELD          ={yes(record.quiesce_held)}", ""),
                (f"IC REQUIRED           ={yes(record.icreq)}", f"BACKOUT COUNT           ={record.backout_count}"),
            )
        ),
        *associated(record.authorized),
    ]


def associated(held: Sequence[Authorization]) -> list[str]:
    """Return the table of the subsystems that hold a database."""
    if not held:
        return []
    return [
        "",
        " ASSOCIATED SUBSYSTEM INFORMATION:",
        "                                    ENCODED",
        "    -SSID-    -ACCESS INTENT-       -STATE-    -SS ROLE-",
        *(f"    {one.name:9} {one.access:21} {one.state:<10} ACTIVE" for one in held),
    ]


def dbds(record: Dbds, available: int, used: int) -> list[str]:
    """DBDS, with how many image copy data sets are defined beforehand and in use."""
    return [
        "DBDS",
        f" DSN={record.dsn:57} TYPE={record.db_type}",
        f" DBD={record.dbname:9} DDN={record.ddname:8} DSID={record.dsid:03} DBORG={null(record.dborg):8} "
        f"DSORG={null(record.dsorg)}",
        f" CAGRP={null(record.cagrp):9} GENMAX={record.genmax:<5} IC AVAIL={available:<5} IC USED={used:<5} "
        f"DSSN={record.dssn:08}",
        f" {'REUSE' if record.reuse else 'NOREUSE':15} RECOVPD={record.recovpd}",
        f" DEFLTJCL={null(record.defltjcl):9} ICJCL={null(record.icjcl):9} OICJCL={null(record.oicjcl):9} "
        f"RECOVJCL={null(record.recovjcl)}",
        f" RECVJCL={null(record.recvjcl)}",
        " FLAGS:                             COUNTERS:",
        f"  IC NEEDED      ={on(record.ic_needed)}",
        f"  IC RECOMMENDED ={on(record.ic_recommended)}",
        f"  RECOV NEEDED   ={on(record.recov_needed)}",
        f"  RECEIVE NEEDED ={on(record.receive_needed):16} EEQE COUNT              ={record.eeqe_count}",
    ]


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
        *_volumes(copy.volsers),
    ]


def _volumes(volsers: Sequence[str]) -> list[str]:
    return [
        f"{'':38}VOLSER=" + ", ".join(volsers[at : at + 4]) if at == 0 else f"{'':45}" + ", ".join(volsers[at : at + 4])
        for at in range(0, len(volsers), 4)
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


def ca_group(record: CaGroup, runs: int) -> list[str]:
    """CAGRP, with the number of CA records it has."""
    return [
        "CAGRP",
        f" GRPNAME={record.grpname:9} GRPMAX={record.grpmax:<6} CA AVAIL=0     CA USED={runs}",
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
        *_volumes(record.volsers),
        f" RUN     = {key_time(record.run)}   RECORD COUNT ={record.record_count:07}",
        f" STOP    = {text(record.stop)}",
    ]
    for change in record.changes:
        lines += [
            f"  DBD={change.dbname:8} DDN={change.ddname:8} PURGETIME = {text(change.purge)}",
            f"   CHANGES ACCUMULATED={yes(change.changes):3} COMPLETE CA={yes(change.complete):3} "
            f"LRID={change.lrid:016} DSSN={change.dssn:010} USID={change.usid:010}",
        ]
    return lines
