"""The DBRC commands: IMS Commands, Volume 3, "DBRC commands", as far as their operands are public.

Own operands, for what no public page shows or what DBRC takes from DBDLIB: DBORG, DSORG and DSID of INIT.DBDS; CALIST,
PURGTIME and RECDCT of CA commands; INFLT, INDOUBT, BMP and COLDEND of BKOUT commands and DELETE of CHANGE.BKOUT;
ALLOLDS of LIST.LOG; CKPTCT, CHKPTID, FILESEQ, LOCKSEQ and VERSION of PRILOG commands.
HALDB, areas and GENJCL are not there.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.programs.statements import Command, Grammar, Keyword, flag, value, values

NAME = r"[A-Z@#$][A-Z0-9@#$]{0,7}"
DSNAME = r"(?=.{1,44}$)[A-Z@#$][A-Z0-9@#$-]{0,7}(\.[A-Z@#$][A-Z0-9@#$-]{0,7})*"
VOLSER = r"[A-Z0-9@#$-]{1,6}"
DIGITS = r"\d{1,9}"
HEX = r"[0-9A-F]{1,16}"
STAMP = r"[0-9.: +-]{7,}"


def name(keyword: str, required: bool = False) -> Keyword:
    """A name of up to 8 characters."""
    return value(keyword, required=required, pattern=NAME)


def dsname(keyword: str, required: bool = False) -> Keyword:
    """A data set name."""
    return value(keyword, required=required, pattern=DSNAME)


def stamp(keyword: str, required: bool = False) -> Keyword:
    """A time stamp."""
    return value(keyword, required=required, pattern=STAMP)


def unit(keyword: str) -> Keyword:
    """A unit name, generic or esoteric."""
    return value(keyword, pattern=r"[A-Z0-9@#$/-]{1,8}")


def digits(keyword: str) -> Keyword:
    """A decimal number."""
    return value(keyword, pattern=DIGITS)


def volsers(keyword: str) -> Keyword:
    """One or more volume serials."""
    return values(keyword, pattern=VOLSER)


def flags(*names: str) -> tuple[Keyword, ...]:
    """Keywords without a value."""
    return tuple(flag(one) for one in names)


RECON = (
    value("ACCESS", choices=("SERIAL", "PARALLEL")),
    *flags("CATDS", "NOCATDS", "FORCER", "NOFORCER", "NOCHECK", "CHECK17", "CHECK44", "NOPLEX", "LISTDL", "NOLISTDL"),
    *flags("REORGV", "NOREORGV", "STARTNEW", "NONEW", "TRACEON", "TRACEOFF", "NOCATALG"),
    digits("CDSLID"),
    value("CMDAUTH", most=3, pattern=NAME),
    unit("DASDUNIT"),
    unit("TAPEUNIT"),
    name("CATALOG"),
    value("IMSPLEX", most=2, pattern=NAME),
    value("LIST", choices=("STATIC", "CONCURR")),
    value("LOGALERT", least=2, most=2, pattern=DIGITS),
    value("LOGRET", pattern=r"\d{2}\.\d{3}( \d{2}:\d{2}(:\d{2}(\.\d)?)?)?"),
    value("MINVERS", pattern=r"\d{2}\.\d"),
    value("SIZALERT", least=3, most=3, pattern=DIGITS),
    value("SSID", pattern=NAME),
    value("TIMEZIN", pattern=r"%SYS|[+-]\d{1,2}(:\d{2})?"),
)
RECON_SETS = [
    ("CATDS", "NOCATDS"),
    ("FORCER", "NOFORCER"),
    ("NOCHECK", "CHECK17", "CHECK44"),
    ("IMSPLEX", "NOPLEX"),
    ("LISTDL", "NOLISTDL"),
    ("REORGV", "NOREORGV"),
    ("STARTNEW", "NONEW"),
    ("TRACEON", "TRACEOFF"),
    ("CATALOG", "NOCATALG"),
]
DATA_SET = (name("DBD", required=True), name("DDN"), name("AREA"))
ONE_DATA_SET = [("DDN", "AREA")]
JCL = tuple(name(one) for one in ("DEFLTJCL", "ICJCL", "OICJCL", "RECOVJCL", "RECVJCL"))
IMAGE = (
    *DATA_SET,
    dsname("ICDSN"),
    dsname("ICDSN2"),
    digits("FILESEQ"),
    digits("FILESEQ2"),
    unit("UNIT"),
    unit("UNIT2"),
    volsers("VOLLIST"),
    volsers("VOLLIST2"),
)
IMAGE_RUN = (
    stamp("STOPTIME"),
    digits("RECDCT"),
    value("UDATA", longest=80),
    *flags("BATCH", "ONLINE", "CIC", "SMSCIC", "SMSNOCIC", "INVALID", "VALID", "INVALID2", "VALID2"),
)
IMAGE_TYPES = ("BATCH", "ONLINE", "CIC", "SMSCIC", "SMSNOCIC")
IMAGE_SETS = [IMAGE_TYPES, ("INVALID", "VALID"), ("INVALID2", "VALID2")]
LOG = (
    name("SSID"),
    value("OLDS", pattern=NAME),
    *flags("SLDS", "RLDS"),
    dsname("DSN"),
    unit("UNIT"),
    volsers("VOLSER"),
    stamp("STARTIME"),
    digits("FILESEQ"),
    digits("CKPTCT"),
    stamp("CHKPTID"),
    value("LOCKSEQ", pattern=HEX),
)
LOG_SETS = [("OLDS", "SLDS", "RLDS")]
GROUP = (name("GRPNAME", required=True), digits("GRPMAX"), name("CAJCL"), name("DEFLTJCL"), digits("RECOVPD"))
CA = (
    name("GRPNAME", required=True),
    dsname("CADSN"),
    unit("UNIT"),
    volsers("VOLLIST"),
    digits("FILESEQ"),
    stamp("STOPTIME"),
    digits("RECDCT"),
)
BACKOUT = (
    name("SSID", required=True),
    value("UOR", pattern=r"[0-9A-F]{32}"),
    stamp("UORTIME"),
    name("PSB"),
    values("DBD", pattern=NAME),
    values("BKO", pattern=NAME),
    *flags("INFLT", "INDOUBT", "BMP", "COLDEND"),
)
SSID = name("SSID", required=True)
DBD = name("DBD", required=True)


def _command(
    verb: str,
    *operands: Keyword,
    exclusive: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
) -> Command:
    return Command(verb, *operands, exclusive=exclusive, one_of=one_of)


DB_FLAGS = ("AUTH", "NOAUTH", "READOFF", "READON", "ICREQ", "NOICREQ", "RECOVABL", "NONRECOV")
DB_SETS = [
    ("AUTH", "NOAUTH"),
    ("READOFF", "READON"),
    ("ICREQ", "NOICREQ"),
    ("RECOVABL", "NONRECOV"),
    ("DBQUI", "NODBQUI"),
]
SHARE = value("SHARELVL", pattern="[0-3]")

GRAMMAR = Grammar(
    _command("INIT.RECON", *RECON, exclusive=RECON_SETS),
    _command("CHANGE.RECON", *RECON, value("REPLACE", pattern="RECON[123]"), exclusive=RECON_SETS),
    _command("INIT.DB", DBD, SHARE, name("GSGNAME"), name("DBRCVGRP"), *flags("TYPEIMS", "TYPEFP", *DB_FLAGS[4:]),
             exclusive=[("TYPEIMS", "TYPEFP"), *DB_SETS]),
    _command("CHANGE.DB", name("DBD"), SHARE, name("GSGNAME"), digits("BACKOUT"), name("SSID"),
             *flags("ALL", "NOBACK", "UNAUTH", *DB_FLAGS, "DBQUI", "NODBQUI", "DBQUIH", "NODBQUIH"),
             exclusive=[*DB_SETS, ("DBQUIH", "NODBQUIH"), ("BACKOUT", "NOBACK")], one_of=[("ALL", "DBD")]),
    _command("DELETE.DB", DBD),
    _command("INIT.DBDS", *DATA_SET, dsname("DSN", required=True), digits("GENMAX"), digits("RECOVPD"), *JCL,
             value("DBORG", pattern=NAME), value("DSORG", choices=("OSAM", "VSAM")), digits("DSID"),
             *flags("REUSE", "NOREUSE"), exclusive=[("REUSE", "NOREUSE")], one_of=ONE_DATA_SET),
    _command("CHANGE.DBDS", *DATA_SET, dsname("DSN"), digits("GENMAX"), digits("RECOVPD"), *JCL,
             *flags("REUSE", "NOREUSE", "ICON", "ICOFF", "RECOV", "NORECOV"),
             exclusive=[("REUSE", "NOREUSE"), ("ICON", "ICOFF"), ("RECOV", "NORECOV")], one_of=ONE_DATA_SET),
    _command("DELETE.DBDS", *DATA_SET, one_of=ONE_DATA_SET),
    _command("NOTIFY.ALLOC", *DATA_SET, stamp("ALLTIME", True), stamp("STARTIME"), stamp("DEALTIME"), digits("DSSN"),
             digits("USID"), flag("QUIESCE"), one_of=[("STARTIME", "DEALTIME"), *ONE_DATA_SET]),
    _command("DELETE.ALLOC", *DATA_SET, stamp("ALLTIME", True), one_of=ONE_DATA_SET),
    _command("INIT.IC", *IMAGE, one_of=ONE_DATA_SET),
    _command("NOTIFY.IC", *IMAGE, *IMAGE_RUN, stamp("RUNTIME", True), digits("USID"), exclusive=IMAGE_SETS,
             one_of=ONE_DATA_SET),
    _command("CHANGE.IC", *IMAGE, *IMAGE_RUN, stamp("RECTIME", True), exclusive=IMAGE_SETS, one_of=ONE_DATA_SET),
    _command("DELETE.IC", *DATA_SET, stamp("RECTIME", True), one_of=ONE_DATA_SET),
    _command("NOTIFY.PRILOG", *LOG, stamp("RUNTIME"), value("FIRSTREC", pattern=HEX), value("LASTREC", pattern=HEX),
             value("VERSION", pattern=r"\d{1,2}\.\d"), one_of=LOG_SETS),
    _command("CHANGE.PRILOG", *LOG, stamp("DSSTART"), *flags("ERROR", "NOERROR"),
             *flags("ARCHIVED", "NOARCH", "AVAIL", "UNAVAIL"), exclusive=[*LOG_SETS, ("ERROR", "NOERROR"),
             ("ARCHIVED", "NOARCH"), ("AVAIL", "UNAVAIL")]),
    _command("DELETE.LOG", value("OLDS", pattern=NAME), name("SSID"), stamp("STARTIME"), stamp("TOTIME"),
             *flags("INACTIVE", "LASTCLOS"), one_of=[("OLDS", "STARTIME", "INACTIVE")]),
    _command("INIT.CAGRP", *GROUP, values("GRPMEM", required=True, pattern=NAME), *flags("REUSE", "NOREUSE"),
             exclusive=[("REUSE", "NOREUSE")]),
    _command("DELETE.CAGRP", name("GRPNAME", True)),
    _command("NOTIFY.CA", *CA, stamp("RUNTIME", True), values("CALIST", pattern=NAME),
             values("PURGTIME", pattern=STAMP), digits("DSSN"), value("LRID", pattern=DIGITS), digits("USID")),
    _command("CHANGE.CA", *CA, stamp("RECTIME", True), *flags("INVALID", "VALID"), exclusive=[("INVALID", "VALID")]),
    _command("DELETE.CA", name("GRPNAME", True), stamp("RECTIME", True)),
    _command("NOTIFY.SUBSYS", SSID, *flags("ONLINE", "BATCH", "NORMAL", "ABNORMAL", "STARTRCV"), stamp("STARTIME"),
             name("IRLMID"), exclusive=[("ONLINE", "BATCH"), ("NORMAL", "ABNORMAL", "STARTRCV")]),
    _command("CHANGE.SUBSYS", SSID, name("IRLMID"), *flags("STARTRCV", "ENDRECOV", "NORMAL", "ABNORMAL"),
             one_of=[("STARTRCV", "ENDRECOV", "NORMAL", "ABNORMAL", "IRLMID")]),
    _command("DELETE.SUBSYS", SSID),
    _command("NOTIFY.BKOUT", *BACKOUT, exclusive=[("INFLT", "INDOUBT")]),
    _command("CHANGE.BKOUT", *BACKOUT, flag("DELETE"), exclusive=[("INFLT", "INDOUBT")]),
    _command("DELETE.BKOUT", SSID),
    _command("LIST.RECON", flag("STATUS")),
    _command("LIST.DB", name("DBD"), *flags("ALL", "TYPEIMS", "TYPEFP", "DBDS"),
             exclusive=[("ALL", "TYPEIMS", "TYPEFP", "DBD")]),
    _command("LIST.DBDS", DBD, name("DDN"), name("AREA"), exclusive=[("DDN", "AREA")]),
    _command("LIST.LOG", *flags("ALL", "OPEN", "ALLOLDS"), value("OLDS", pattern=NAME), name("SSID"), stamp("STARTIME"),
             exclusive=[("ALL", "OPEN", "ALLOLDS", "OLDS", "STARTIME")]),
    _command("LIST.SUBSYS", name("SSID"), *flags("ALL", "ONLINE", "BATCH"),
             exclusive=[("SSID", "ALL", "ONLINE", "BATCH")]),
    _command("LIST.BKOUT", name("SSID"), flag("ALL"), exclusive=[("SSID", "ALL")]),
    _command("LIST.CAGRP", name("GRPNAME"), flag("ALL"), exclusive=[("GRPNAME", "ALL")]),
    _command("LIST.HISTORY", DBD, name("DDN"), name("AREA"), exclusive=[("DDN", "AREA")]),
)  # fmt: skip
