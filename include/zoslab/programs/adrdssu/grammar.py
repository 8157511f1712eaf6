"""The statements of DFSMSdss that are supported, with their abbreviations. DFSMSdss Storage Administration."""

from __future__ import annotations

from zoslab.programs.statements import Command, Grammar, flag, nested, value, values

VOLSER, DDNAME, MASK = r"[A-Z0-9@#$/-]{1,8}", r"[A-Z@#$][A-Z0-9@#$]{0,7}", r"[A-Z0-9@#$%*.-]{1,44}"
COPY = Command(
    "COPY",
    flag("FULL"),
    nested(
        "DATASET",
        values("INCLUDE", "INC", pattern=MASK),
        values("EXCLUDE", "EXC", pattern=MASK),
        values("BY"),
        abbreviations=("DS",),
    ),
    values("INDYNAM", "INDY", "IDY", pattern=VOLSER),
    values("OUTDYNAM", "OUTDY", "ODY", pattern=VOLSER),
    values("INDDNAME", "INDD", "IDD", pattern=DDNAME),
    values("OUTDDNAME", "OUTDD", "ODD", pattern=DDNAME),
    values("PHYSINDYNAM", "PIDY", pattern=VOLSER),
    values("PHYSINDDNAME", "PIDD", pattern=DDNAME),
    values("LOGINDYNAM", "LIDY", pattern=VOLSER),
    values("LOGINDDNAME", "LIDD", pattern=DDNAME),
    value("FASTREPLICATION", "FASTREP", "FR", choices=("REQUIRED", "REQ", "PREFERRED", "PREF", "NONE")),
    flag("FCNOCOPY", "FCNC"),
    flag("FCCGFREEZE", "FCFREEZE", "FCFRZ"),
    flag("COPYVOLID", "CPVOLID"),
    flag("DUMPCONDITIONING", "DUMPCOND", "DCOND"),
    flag("PURGE", "PUR"),
    values("ALLDATA", "ALLD", pattern=MASK),
    flag("ALLEXCP", "ALLX"),
    flag("ADMINISTRATOR", "ADMIN"),
    flag("CANCELERROR", "CANERR"),
    flag("CHECKVTOC", "CHKVTOC"),
    value("TOLERATE", "TOL", choices=("ENQFAILURE", "ENQF")),
    values("RENAMEUNCONDITIONAL", "RENAMEU", "RENUNC", pattern=MASK),
    flag("REPLACE", "REP"),
    flag("REPLACEUNCONDITIONAL", "REPLACEU", "REPUNC"),
    flag("CATALOG", "CAT"),
    value("RECATALOG", "RECAT", longest=44),
    one_of=[("FULL", "DATASET")],
    exclusive=[
        ("COPYVOLID", "DUMPCONDITIONING"),
        ("INDYNAM", "INDDNAME", "PHYSINDYNAM", "PHYSINDDNAME", "LOGINDYNAM", "LOGINDDNAME"),
        ("OUTDYNAM", "OUTDDNAME"),
        ("REPLACE", "REPLACEUNCONDITIONAL"),
        ("CATALOG", "RECATALOG"),
        *(
            ("FULL", name)
            for name in (
                *("PHYSINDYNAM", "PHYSINDDNAME", "LOGINDYNAM", "LOGINDDNAME", "RENAMEUNCONDITIONAL"),
                *("REPLACE", "REPLACEUNCONDITIONAL", "CATALOG", "RECATALOG"),
            )
        ),
        *(("DATASET", name) for name in ("COPYVOLID", "DUMPCONDITIONING", "FCCGFREEZE", "FCNOCOPY")),
    ],
)
CGCREATED = Command(
    "CGCREATED",
    value("FCCGVERIFY", "FCCGVFY", pattern=VOLSER),
    values("ACCESSVOLUME", "ACCVOL", required=True, pattern=VOLSER),
    abbreviations=("CGCREATE", "CGCRE"),
)
COMMANDS = Grammar(COPY, CGCREATED, Command("PARALLEL"), Command("SERIAL"))
