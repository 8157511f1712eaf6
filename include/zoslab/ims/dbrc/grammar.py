"""The DBRC commands: IMS Commands, Volume 3, "DBRC commands", as far as their operands are public.

Own operands, for what no public page shows or what DBRC takes from DBDLIB: DBORG, DSORG and DSID of INIT.DBDS, for
steps without a DD IMS; DBORG, DSORG and DSGCNT of INIT.DB TYPHALDB; CALIST, PURGTIME and RECDCT of CA commands; INFLT,
INDOUBT, BMP and COLDEND of BKOUT commands and DELETE of CHANGE.BKOUT; ALLOLDS of LIST.LOG; CKPTCT, CHKPTID, FILESEQ,
LOCKSEQ and VERSION of PRILOG commands; LIST.GSG. The verbs of GENJCL share one set of operands.
"""

from __future__ import annotations

from zoslab.ims.dbrc.grammar_databases import DATABASES
from zoslab.ims.dbrc.grammar_operands import (
    BACKOUT,
    CA,
    DATA_SET,
    DBD,
    DIGITS,
    GROUP,
    HEX,
    IMAGE,
    IMAGE_RUN,
    IMAGE_SETS,
    LOG,
    LOG_SETS,
    NAME,
    ONE_DATA_SET,
    RECON,
    RECON_SETS,
    SSID,
    STAMP,
    command,
    digits,
    dsname,
    flags,
    name,
    stamp,
)
from zoslab.programs.statements import Command, Grammar, flag, value, values

GENJCL_KINDS = ("ARCHIVE", "CA", "CLOSE", "IC", "OIC", "RECEIVE", "RECOV", "USER")


def _log_commands(kind: str) -> tuple[Command, ...]:
    """NOTIFY and CHANGE of a primary or secondary log."""
    return (
        command("NOTIFY." + kind, *LOG, stamp("RUNTIME"), value("FIRSTREC", pattern=HEX), value("LASTREC", pattern=HEX),
                value("VERSION", pattern=r"\d{1,2}\.\d"), one_of=LOG_SETS),
        command("CHANGE." + kind, *LOG, stamp("DSSTART"), *flags("ERROR", "NOERROR"),
                *flags("ARCHIVED", "NOARCH", "AVAIL", "UNAVAIL"), exclusive=[*LOG_SETS, ("ERROR", "NOERROR"),
                ("ARCHIVED", "NOARCH"), ("AVAIL", "UNAVAIL")]),
    )  # fmt: skip


def _genjcl(kind: str) -> Command:
    return command(
        "GENJCL." + kind, name("DBD"), name("DDN"), name("AREA"), name("SSID"), name("GROUP"), name("GRPNAME"),
        name("MEMBER"), name("JOB"), values("USERKEYS", longest=44), value("PRILOG", pattern=STAMP),
        value("OLDS", pattern=NAME), value("MAXOLDS", pattern=r"\d{1,2}"), stamp("RCVTIME"),
        *flags("ALL", "LIST", "NOLIST", "ONEJOB", "NOJOB"),
        exclusive=[("DDN", "AREA"), ("LIST", "NOLIST"), ("ALL", "OLDS", "PRILOG"), ("JOB", "NOJOB"), ("DBD", "GROUP")],
    )  # fmt: skip


GRAMMAR = Grammar(
    command("INIT.RECON", *RECON, exclusive=RECON_SETS),
    command("CHANGE.RECON", *RECON, value("REPLACE", pattern="RECON[123]"), *flags("DUAL", "UPGRADE", "CHECKUP"),
            exclusive=[*RECON_SETS, ("REPLACE", "DUAL")]),
    *DATABASES,
    command("NOTIFY.ALLOC", *DATA_SET, stamp("ALLTIME", True), stamp("STARTIME"), stamp("DEALTIME"), digits("DSSN"),
            digits("USID"), flag("QUIESCE"), one_of=[("STARTIME", "DEALTIME"), *ONE_DATA_SET]),
    command("DELETE.ALLOC", *DATA_SET, stamp("ALLTIME", True), one_of=ONE_DATA_SET),
    command("INIT.IC", *IMAGE, one_of=ONE_DATA_SET),
    command("NOTIFY.IC", *IMAGE, *IMAGE_RUN, stamp("RUNTIME", True), digits("USID"), exclusive=IMAGE_SETS,
            one_of=ONE_DATA_SET),
    command("CHANGE.IC", *IMAGE, *IMAGE_RUN, stamp("RECTIME", True), exclusive=IMAGE_SETS, one_of=ONE_DATA_SET),
    command("DELETE.IC", *DATA_SET, stamp("RECTIME", True), one_of=ONE_DATA_SET),
    command("NOTIFY.UIC", *DATA_SET, stamp("RUNTIME", True), value("UDATA", required=True, longest=80),
            one_of=ONE_DATA_SET),
    command("CHANGE.UIC", *DATA_SET, stamp("RECTIME", True), value("UDATA", required=True, longest=80),
            one_of=ONE_DATA_SET),
    command("DELETE.UIC", *DATA_SET, stamp("RECTIME", True), one_of=ONE_DATA_SET),
    command("NOTIFY.REORG", *DATA_SET, stamp("RUNTIME", True), stamp("STOPTIME"), digits("USID"), flag("ONLINE"),
            one_of=ONE_DATA_SET),
    command("DELETE.REORG", *DATA_SET, stamp("RECTIME", True), one_of=ONE_DATA_SET),
    command("NOTIFY.RECOV", *DATA_SET, stamp("RUNTIME", True), stamp("RCVTIME"), digits("RUNUSID"),
            one_of=ONE_DATA_SET),
    command("DELETE.RECOV", *DATA_SET, stamp("RECTIME", True), one_of=ONE_DATA_SET),
    *_log_commands("PRILOG"),
    *_log_commands("SECLOG"),
    command("DELETE.LOG", value("OLDS", pattern=NAME), name("SSID"), stamp("STARTIME"), stamp("TOTIME"),
            *flags("INACTIVE", "LASTCLOS"), one_of=[("OLDS", "STARTIME", "INACTIVE")]),
    command("INIT.CAGRP", *GROUP, values("GRPMEM", required=True, pattern=NAME), *flags("REUSE", "NOREUSE"),
            exclusive=[("REUSE", "NOREUSE")]),
    command("CHANGE.CAGRP", *GROUP, values("ADDMEM", pattern=NAME), values("DELMEM", pattern=NAME),
            *flags("REUSE", "NOREUSE"), exclusive=[("REUSE", "NOREUSE"), ("ADDMEM", "DELMEM")]),
    command("DELETE.CAGRP", name("GRPNAME", True)),
    command("INIT.CA", name("GRPNAME", True), dsname("CADSN", True), *CA[2:5]),
    command("NOTIFY.CA", *CA, stamp("RUNTIME", True), values("CALIST", pattern=NAME),
            values("PURGTIME", pattern=STAMP), digits("DSSN"), value("LRID", pattern=DIGITS), digits("USID")),
    command("CHANGE.CA", *CA, stamp("RECTIME", True), *flags("INVALID", "VALID"), exclusive=[("INVALID", "VALID")]),
    command("DELETE.CA", name("GRPNAME", True), stamp("RECTIME", True)),
    command("NOTIFY.SUBSYS", SSID, *flags("ONLINE", "BATCH", "NORMAL", "ABNORMAL", "STARTRCV"), stamp("STARTIME"),
            name("IRLMID"), exclusive=[("ONLINE", "BATCH"), ("NORMAL", "ABNORMAL", "STARTRCV")]),
    command("CHANGE.SUBSYS", SSID, name("IRLMID"), *flags("STARTRCV", "ENDRECOV", "NORMAL", "ABNORMAL"),
            one_of=[("STARTRCV", "ENDRECOV", "NORMAL", "ABNORMAL", "IRLMID")]),
    command("DELETE.SUBSYS", SSID),
    command("NOTIFY.BKOUT", *BACKOUT, exclusive=[("INFLT", "INDOUBT")]),
    command("CHANGE.BKOUT", *BACKOUT, flag("DELETE"), exclusive=[("INFLT", "INDOUBT")]),
    command("DELETE.BKOUT", SSID),
    command("INIT.GSG", name("GSGNAME", True)),
    command("DELETE.GSG", name("GSGNAME", True)),
    command("INIT.SG", name("GSGNAME", True), name("SGNAME", True), value("ROLE", choices=("ACTIVE", "TRACKING")),
            *flags("LOCAL", "REMOTE"), exclusive=[("LOCAL", "REMOTE")]),
    command("DELETE.SG", name("GSGNAME", True), name("SGNAME", True)),
    *map(_genjcl, GENJCL_KINDS),
    command("LIST.RECON", flag("STATUS")),
    command("LIST.DB", name("DBD"), *flags("ALL", "TYPEIMS", "TYPEFP", "TYPHALDB", "DBDS"),
            exclusive=[("ALL", "TYPEIMS", "TYPEFP", "TYPHALDB", "DBD")]),
    command("LIST.DBDS", DBD, name("DDN"), name("AREA"), exclusive=[("DDN", "AREA")]),
    command("LIST.LOG", *flags("ALL", "OPEN", "ALLOLDS"), value("OLDS", pattern=NAME), name("SSID"), stamp("STARTIME"),
            exclusive=[("ALL", "OPEN", "ALLOLDS", "OLDS", "STARTIME")]),
    command("LIST.SUBSYS", name("SSID"), *flags("ALL", "ONLINE", "BATCH"),
            exclusive=[("SSID", "ALL", "ONLINE", "BATCH")]),
    command("LIST.BKOUT", name("SSID"), flag("ALL"), exclusive=[("SSID", "ALL")]),
    command("LIST.CAGRP", name("GRPNAME"), flag("ALL"), exclusive=[("GRPNAME", "ALL")]),
    command("LIST.DBDSGRP", name("GRPNAME"), flag("ALL"), exclusive=[("GRPNAME", "ALL")]),
    command("LIST.GSG", name("GSGNAME"), flag("ALL"), exclusive=[("GSGNAME", "ALL")]),
    command("LIST.HISTORY", DBD, name("DDN"), name("AREA"), exclusive=[("DDN", "AREA")]),
)  # fmt: skip
