"""The DBRC commands about databases, HALDB partitions, data sets, areas and groups of them."""

from __future__ import annotations

from zoslab.ims.dbrc.grammar_operands import (
    DATA_SET,
    DBD,
    DSNAME,
    JCL,
    NAME,
    ONE_DATA_SET,
    command,
    digits,
    dsname,
    flags,
    name,
)
from zoslab.programs.statements import flag, value, values

NULL = r"\*\*NULL\*\*"
ON_OFF = (
    ("ICREQ", "NOICREQ"),
    ("RECOVABL", "NONRECOV", "USERRCOV"),
    ("OLRCAP", "OLRNOCAP"),
    ("DATXEXIT", "NODATXEX"),
    ("OSAM8G", "NOOSAM8G"),
    ("RCVTRACK", "DBTRACK"),
    ("FULLSEG", "NOFULLSG"),
)
CHANGED_ONLY = (
    ("AUTH", "NOAUTH"),
    ("READOFF", "READON"),
    ("DBQUI", "NODBQUI"),
    ("DBQUIH", "NODBQUIH"),
    ("ALTER", "NOALTER"),
    ("OLRRESET", "OLRDEL"),
)
TYPES = ("TYPEIMS", "TYPEFP", "TYPHALDB")
SHARE = value("SHARELVL", pattern="[0-3]")
PARTSEL = value("PARTSEL", pattern=f"{NAME}|{NULL}")
PREFIX = r"(?=.{1,37}$)" + DSNAME.partition(")")[2]
PART = value("PART", required=True, pattern=r"[A-Z@#$][A-Z0-9@#$]{0,6}")
PARTITION = (
    value("ANCHOR", pattern=r"\d{1,3}"),
    value("BLOCKSZE", most=10, pattern=r"\d{1,5}"),
    value("BYTES", pattern=r"\d{1,8}"),
    value("DSNPREFX", pattern=PREFIX),
    value("FBFF", pattern=r"\d{1,3}"),
    value("FSPF", pattern=r"\d{1,2}"),
    value("GENMAX", pattern=r"\d{1,3}"),
    value("HIBLOCK", pattern=r"\d{1,8}"),
    value("KEYSTRNG", longest=256),
    name("RANDOMZR"),
    digits("RECOVPD"),
    *JCL,
    *flags("REUSE", "NOREUSE"),
)
AREA_OPTIONS = (
    ("PREOPEN", "NOPREO"),
    ("PRELOAD", "NOPREL"),
    ("VSO", "NOVSO"),
    ("LKASID", "NOLKASID"),
    ("MAS", "NOMAS"),
)
STRUCTURES = (
    value("CFSTR1", pattern=r"[A-Z@#$][A-Z0-9@#$_]{0,15}"),
    value("CFSTR2", pattern=r"[A-Z@#$][A-Z0-9@#$_]{0,15}"),
)
ADS = (DBD, name("AREA", True), value("ADDN", required=True, pattern=NAME))
MEMBERS = (values("MEMBERS", pattern=NAME), values("DBGRP", pattern=NAME), values("RECOVGRP", pattern=NAME))

DATABASES = (
    command("INIT.DB", DBD, SHARE, PARTSEL, name("GSGNAME"), name("DBRCVGRP"), *flags(*TYPES),
            *(flag(one) for pair in ON_OFF for one in pair), value("DSGCNT", pattern="[1-9]|10"),
            value("DBORG", pattern=NAME), value("DSORG", choices=("OSAM", "VSAM")), exclusive=[TYPES, *ON_OFF]),
    command("CHANGE.DB", name("DBD"), name("AREA"), SHARE, PARTSEL, name("GSGNAME"), digits("BACKOUT"), name("SSID"),
            value("DSNPREFX", pattern=PREFIX), *flags("ALL", "NOBACK", "UNAUTH", *TYPES[:2]),
            *(flag(one) for pair in (*ON_OFF, *CHANGED_ONLY) for one in pair),
            exclusive=[*ON_OFF, *CHANGED_ONLY, ("BACKOUT", "NOBACK"), TYPES[:2]],
            one_of=[("ALL", "DBD")]),
    command("DELETE.DB", DBD),
    command("INIT.PART", DBD, PART, *PARTITION, exclusive=[("REUSE", "NOREUSE")]),
    command("CHANGE.PART", DBD, PART, *PARTITION, *flags("PINIT", "NOPINIT", "PARTDABL", "PARTENBL"),
            exclusive=[("REUSE", "NOREUSE"), ("PINIT", "NOPINIT"), ("PARTDABL", "PARTENBL")]),
    command("DELETE.PART", DBD, PART),
    command("INIT.DBDS", *DATA_SET, dsname("DSN"), digits("GENMAX"), digits("RECOVPD"), *JCL, *STRUCTURES,
            value("DBORG", pattern=NAME), value("DSORG", choices=("OSAM", "VSAM")), digits("DSID"),
            *flags("REUSE", "NOREUSE"), *(flag(one) for pair in AREA_OPTIONS for one in pair),
            exclusive=[("REUSE", "NOREUSE"), *AREA_OPTIONS], one_of=ONE_DATA_SET),
    command("CHANGE.DBDS", *DATA_SET, dsname("DSN"), digits("GENMAX"), digits("RECOVPD"), *JCL, *STRUCTURES,
            values("ADDEQE", pattern=r"[0-9A-F]{1,8}"), values("DELEQE", pattern=r"[0-9A-F]{1,8}"),
            *flags("REUSE", "NOREUSE", "ICON", "ICOFF", "RECOV", "NORECOV", "AUTH", "NOAUTH", "READON", "READOFF"),
            *(flag(one) for pair in AREA_OPTIONS for one in pair),
            exclusive=[("REUSE", "NOREUSE"), ("ICON", "ICOFF"), ("RECOV", "NORECOV"), ("AUTH", "NOAUTH"),
                       ("READON", "READOFF"), *AREA_OPTIONS], one_of=ONE_DATA_SET),
    command("DELETE.DBDS", *DATA_SET, one_of=ONE_DATA_SET),
    command("INIT.ADS", *ADS, dsname("ADSN", True), *flags("AVAIL", "UNAVAIL"), exclusive=[("AVAIL", "UNAVAIL")]),
    command("CHANGE.ADS", *ADS, dsname("ADSN"), value("NEWADDN", pattern=NAME),
            *flags("AVAIL", "UNAVAIL", "CREATE"), exclusive=[("AVAIL", "UNAVAIL", "CREATE")]),
    command("DELETE.ADS", *ADS),
    command("INIT.DBDSGRP", name("GRPNAME", True), *MEMBERS, one_of=[("MEMBERS", "DBGRP", "RECOVGRP")]),
    command("CHANGE.DBDSGRP", name("GRPNAME", True), *(values(verb + end, pattern=NAME) for verb in ("ADD", "DEL")
            for end in ("MEM", "DB", "RECOV"))),
    command("DELETE.DBDSGRP", name("GRPNAME", True)),
)  # fmt: skip
__all__ = ["AREA_OPTIONS", "DATABASES", "NULL"]
