"""Operands that several DBRC commands share. IMS Commands, Volume 3, "DBRC commands", as far as they are public."""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.programs.statements import Command, Keyword, flag, value, values

NAME = r"[A-Z@#$][A-Z0-9@#$]{0,7}"
DSNAME = r"(?=.{1,44}$)[A-Z@#$][A-Z0-9@#$-]{0,7}(\.[A-Z@#$][A-Z0-9@#$-]{0,7})*"
VOLSER = r"[A-Z0-9@#$-]{1,6}"
DIGITS = r"\d{1,9}"
HEX = r"[0-9A-F]{1,16}"
ZONE = r"%SYS|[A-Z]{3}|[+-]\d{1,2}(:\d{2})?"
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
    value("TIMEZIN", pattern=ZONE),
    value("TIMEZONE", most=2, pattern=ZONE),
    value("TIMEFMT", most=5, pattern=r"[IOB]|UTC|LOCORG|LOC|PUNC|COMP|YYYY|YY|LABEL|NONE|OFFSET|-?\d{1,2}(:\d{2})?"),
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
NO_CHOICE: Sequence[Sequence[str]] = ()
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


def command(
    verb: str,
    *operands: Keyword,
    exclusive: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
) -> Command:
    """One DBRC command: its operands, and which of them exclude each other."""
    return Command(verb, *operands, exclusive=exclusive, one_of=one_of)
