"""What LIST prints about databases and their data sets: DB (also of a HALDB and its partitions), DBDS, AREA.

Words and order of DB and DBDS are those of a real IMS 15 listing; columns are our own. Uncertain wording, because no
listing of them is public: all lines of a HALDB's master and of its partitions, and AREA with its data sets. Lines of
DB that show what CHANGE.DB can set beyond the real listing are only printed where it was set.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoslab import ebcdic
from zoslab.ims.dbrc.database_records import Db, Dbds
from zoslab.ims.dbrc.haldb_records import HaldbMaster, Partition
from zoslab.ims.dbrc.records import Authorization
from zoslab.ims.dbrc.text import null, on, yes

HEX_LINE = 32


def db(record: Db, datasets: Sequence[Dbds]) -> list[str]:
    """DB; its counters are taken from its data sets. Own line: the last of the flags and counters."""
    return [
        "DB",
        f" DBD={record.dbname:44} DMB#={record.dmb:<7} TYPE={record.db_type}",
        f" SHARE LEVEL={record.share_level:<15} GSGNAME={null(record.gsgname):12} USID={record.usid:010}",
        *_usids(record),
        *_flags(record, datasets),
        *_options(record),
        *associated(record.authorized),
    ]


def _usids(record: Db) -> list[str]:
    return [
        f" AUTHORIZED USID={record.authorized_usid:010}  RECEIVE USID={record.receive_usid:010} "
        f"HARD USID={record.hard_usid:010}",
        f" RECEIVE NEEDED USID={record.receive_needed_usid:010}",
        f" DBRCVGRP={null(record.dbrcvgrp)}",
    ]


def _flags(record: Db, datasets: Sequence[Dbds]) -> list[str]:
    state = max((held.state for held in record.authorized), default=0)
    recovery = sum(dataset.recov_needed for dataset in datasets)
    image_copy = sum(dataset.ic_needed for dataset in datasets)
    eeqe = sum(dataset.eeqe_count for dataset in datasets)
    pairs = (
        (f"BACKOUT NEEDED        ={on(record.backout_count > 0)}", f"RECOVERY NEEDED COUNT   ={recovery}"),
        (f"READ ONLY             ={on(record.read_only)}", f"IMAGE COPY NEEDED COUNT ={image_copy}"),
        (f"PROHIBIT AUTHORIZATION={on(record.prohibited)}", f"AUTHORIZED SUBSYSTEMS   ={len(record.authorized)}"),
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
    heading = " FLAGS:                             COUNTERS:"
    return [heading, *(f"  {left:34} {right}".rstrip() for left, right in pairs)]


def _options(record: Db) -> list[str]:
    """Return own lines for options that are not as INIT.DB leaves them."""
    shown = (
        (record.user_recovery, f"USER RECOVERABLE      ={yes(record.user_recovery)}"),
        (record.data_exit, f"DATA CONVERSION EXIT  ={yes(record.data_exit)}"),
        (bool(record.tracking), f"TRACKING LEVEL        ={record.tracking}"),
        (record.full_segment, f"FULL SEGMENT LOGGING  ={yes(record.full_segment)}"),
    )
    return [f"  {line}" for wanted, line in shown if wanted]


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


def master(record: Db, head: HaldbMaster, partitions: int) -> list[str]:
    """DB of a HALDB's master. Uncertain wording."""
    return [
        "DB",
        f" DBD={record.dbname:44} DMB#={record.dmb:<7} TYPE={record.db_type}",
        f" SHARE LEVEL={record.share_level:<15} GSGNAME={null(record.gsgname):12}",
        f" PSNAME={null(head.psname):9} DBORG={head.dborg:8} DSORG={head.dsorg:8} "
        f"CURRENT PARTITION ID={head.last_partition_id:05}",
        f" PARTITIONS={partitions:<10} DATA SET GROUP MEMBERS={head.data_set_groups}",
        " FLAGS:",
        f"  RECOVERABLE           ={yes(record.recoverable)}",
        f"  ONLINE REORG CAPABLE  ={yes(record.olr_capable)}",
        f"  PROHIBIT AUTHORIZATION={on(record.prohibited)}",
        f"  READ ONLY             ={on(record.read_only)}",
        f"  IC REQUIRED           ={yes(record.icreq)}",
        f"  OSAM8G                ={yes(record.osam8g)}",
        f"  ALTER IN PROGRESS     ={yes(record.alter)}",
        *_options(record),
    ]


def partition(record: Db, part: Partition, datasets: Sequence[Dbds], around: tuple[str, str]) -> list[str]:
    """DB of a partition; ``around`` are the partitions before and after it in key order. Uncertain wording."""
    characters = ebcdic.decode(part.high_key) if part.high_key else ""
    printable = "".join(one if one.isprintable() else "." for one in characters)
    digits = part.high_key.hex().upper()
    return [
        "DB",
        f" DBD={record.dbname:9} MASTER DB={record.master:9} CHANGE#={part.change_count:<6} TYPE={record.db_type}",
        f" USID={record.usid:010}",
        *_usids(record),
        f" DSN PREFIX={part.dsn_prefix:38} PARTITION ID={part.partition_id:05}",
        f" PREVIOUS PARTITION={null(around[0]):9} NEXT PARTITION={null(around[1])}",
        f" OLRIMSID={null(part.olrimsid):9} ACTIVE DBDS={part.active:4} REORG#={part.reorg_number:05}",
        " ANCHOR POINTS:",
        f"  RANDOMIZER={null(part.randomizer):9} ANCHOR={part.anchors:<4} HIGH BLOCK#={part.high_block:<9} "
        f"BYTES={part.max_bytes}",
        " FREE SPACE:",
        f"  FREE BLOCK FREQ FACTOR={part.fbff:<4} FREE SPACE PERCENTAGE={part.fspf}",
        *([" OSAM BLOCK SIZE:", f"  BLOCKSZE={', '.join(part.block_sizes)}"] if part.block_sizes else []),
        f" PARTITION HIGH KEY/STRING (CHAR): (LENGTH={len(part.high_key)})",
        *(f"   |{printable[at : at + HEX_LINE]}|" for at in range(0, len(printable), HEX_LINE)),
        " PARTITION HIGH KEY/STRING (HEX):",
        *(f"   {digits[at : at + 2 * HEX_LINE]}" for at in range(0, len(digits), 2 * HEX_LINE)),
        *_flags(record, datasets),
        f"  PARTITION INIT NEEDED ={yes(part.init_needed)}",
        f"  PARTITION DISABLED    ={yes(part.disabled)}",
        f"  ONLINE REORG ACTIVE   ={yes(record.olr_active)}",
        *_options(record),
        *associated(record.authorized),
    ]


def dbds(record: Dbds, available: int, used: int) -> list[str]:
    """DBDS, with how many image copy data sets are defined beforehand and in use."""
    return [
        "DBDS",
        f" DSN={record.dsn:57} TYPE={record.db_type}",
        f" DBD={record.dbname:9} DDN={record.ddname:8} DSID={record.dsid:03} DBORG={null(record.dborg):8} "
        f"DSORG={null(record.dsorg)}",
        *_copies(record, available, used),
        *_needs(record),
    ]


def _copies(record: Dbds, available: int, used: int) -> list[str]:
    return [
        f" CAGRP={null(record.cagrp):9} GENMAX={record.genmax:<5} IC AVAIL={available:<5} IC USED={used:<5} "
        f"DSSN={record.dssn:08}",
        f" {'REUSE' if record.reuse else 'NOREUSE':15} RECOVPD={record.recovpd}",
        f" DEFLTJCL={null(record.defltjcl):9} ICJCL={null(record.icjcl):9} OICJCL={null(record.oicjcl):9} "
        f"RECOVJCL={null(record.recovjcl)}",
        f" RECVJCL={null(record.recvjcl)}",
    ]


def _needs(record: Dbds) -> list[str]:
    return [
        " FLAGS:                             COUNTERS:",
        f"  IC NEEDED      ={on(record.ic_needed)}",
        f"  IC RECOMMENDED ={on(record.ic_recommended)}",
        f"  RECOV NEEDED   ={on(record.recov_needed)}",
        f"  RECEIVE NEEDED ={on(record.receive_needed):16} EEQE COUNT              ={record.eeqe_count}",
        *(f"  EEQE={one}" for one in record.eeqes),
    ]


def area(record: Dbds, available: int, used: int) -> list[str]:
    """AREA, with its data sets. Uncertain wording."""
    return [
        "AREA",
        f" DBD={record.dbname:9} AREA={record.ddname:9} TYPE={record.db_type:4} DSID={record.dsid:05} "
        f"DBORG={record.dborg} DSORG={record.dsorg}",
        *_copies(record, available, used),
        f" {'PREOPEN' if record.preopen else 'NOPREO'}  {'PRELOAD' if record.preload else 'NOPREL'}  "
        f"{'VSO' if record.vso else 'NOVSO'}  {'LKASID' if record.lkasid else 'NOLKASID'}  "
        f"{'MAS' if record.mas else 'NOMAS'}",
        f" CFSTR1={null(record.cfstr1):17} CFSTR2={null(record.cfstr2)}",
        *_needs(record),
        f"  PROHIBIT AUTHORIZATION={on(record.prohibited)}",
        f"  READ ONLY             ={on(record.read_only)}",
        " ADS LIST:",
        *(f"  ADDN={one.ddname:9} ADSN={one.dsn:45} STATUS={one.status}" for one in record.ads),
    ]
