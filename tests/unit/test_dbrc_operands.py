"""Every DSPURX00 command of the reference with each of its operands: accepted as documented, refused when wrong.

``DOCUMENTED`` is the reference's list, to be compared with it line by line; ``CASES`` says how each operand is tried.
"""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from zoslab.ims.dbrc.grammar import GRAMMAR

_spec = importlib.util.spec_from_file_location("dbrc_commands", Path(__file__).with_name("test_dbrc_commands.py"))
dbrc_commands = importlib.util.module_from_spec(_spec)
sys.modules["dbrc_commands"] = dbrc_commands
_spec.loader.exec_module(dbrc_commands)
Recon, at, stamp, wrapped = dbrc_commands.Recon, dbrc_commands.at, dbrc_commands.stamp, dbrc_commands.wrapped

RECON = (
    "ACCESS CATDS NOCATDS CDSLID CMDAUTH DASDUNIT FORCER NOFORCER NOCHECK CHECK17 CHECK44 IMSPLEX NOPLEX LIST LISTDL "
    "NOLISTDL LOGALERT LOGRET MINVERS REORGV NOREORGV SIZALERT SSID STARTNEW NONEW TAPEUNIT TRACEON TRACEOFF TIMEZONE "
    "TIMEZIN TIMEFMT CATALOG NOCATALG"
)
JCL = "ICJCL OICJCL RECOVJCL RECVJCL"
PARTITION = f"ANCHOR BLOCKSZE BYTES DSNPREFX FBFF FSPF GENMAX HIBLOCK KEYSTRNG RANDOMZR RECOVPD REUSE {JCL}"
IMAGE_SETS = "ICDSN ICDSN2 FILESEQ FILESEQ2 UNIT UNIT2 VOLLIST VOLLIST2"
GENJCL = ("ARCHIVE", "CA", "CLOSE", "IC", "OIC", "RECEIVE", "RECOV", "USER")
DOCUMENTED = {
    "INIT.RECON": RECON,
    "CHANGE.RECON": f"{RECON} DUAL REPLACE UPGRADE CHECKUP",
    "INIT.DB": "TYPEIMS TYPEFP TYPHALDB SHARELVL RECOVABL NONRECOV USERRCOV GSGNAME RCVTRACK DBTRACK ICREQ NOICREQ "
    "PARTSEL OLRCAP OLRNOCAP DATXEXIT NODATXEX OSAM8G NOOSAM8G FULLSEG NOFULLSG",
    "CHANGE.DB": "ALL AREA ALTER NOALTER AUTH NOAUTH DBQUI NODBQUI DBQUIH NODBQUIH ICREQ NOICREQ NOBACK BACKOUT "
    "FULLSEG NOFULLSG NONRECOV RECOVABL USERRCOV OLRCAP OLRNOCAP OLRRESET OLRDEL OSAM8G NOOSAM8G PARTSEL READON "
    "READOFF SHARELVL TYPEIMS TYPEFP UNAUTH DSNPREFX",
    "DELETE.DB": "DBD",
    "INIT.PART": f"KEYSTRNG {PARTITION}",
    "DELETE.PART": "PART",
    "INIT.DBDS": f"DDN AREA DSN GENMAX {JCL} DEFLTJCL REUSE NOREUSE RECOVPD PREOPEN PRELOAD VSO CFSTR1 CFSTR2 LKASID",
    "CHANGE.DBDS": "DDN AREA DSN GENMAX REUSE NOREUSE ICON ICOFF RECOV NORECOV ADDEQE DELEQE VSO NOVSO",
    "DELETE.DBDS": "DDN AREA",
    "INIT.IC": "DDN ICDSN ICDSN2 UNIT UNIT2 VOLLIST VOLLIST2 FILESEQ FILESEQ2",
    "CHANGE.IC": f"DDN {IMAGE_SETS} INVALID VALID INVALID2 VALID2 RECDCT STOPTIME UDATA",
    "NOTIFY.IC": f"DDN AREA {IMAGE_SETS} RUNTIME STOPTIME RECDCT BATCH ONLINE CIC SMSCIC SMSNOCIC",
    "NOTIFY.UIC": "DDN AREA RUNTIME UDATA",
    "NOTIFY.REORG": "DDN RUNTIME STOPTIME",
    "NOTIFY.ALLOC": "DDN AREA ALLTIME STARTIME DEALTIME",
    "NOTIFY.PRILOG": "OLDS RLDS SLDS SSID STARTIME DSN FIRSTREC LASTREC VOLSER UNIT RUNTIME",
    "CHANGE.PRILOG": "OLDS RLDS SLDS STARTIME DSSTART DSN VOLSER UNIT ERROR NOERROR ARCHIVED NOARCH AVAIL UNAVAIL",
    "DELETE.LOG": "OLDS SSID STARTIME TOTIME INACTIVE",
    "CHANGE.SUBSYS": "STARTRCV ENDRECOV NORMAL ABNORMAL IRLMID",
    "DELETE.SUBSYS": "SSID",
    "INIT.CAGRP": "GRPNAME GRPMEM GRPMAX CAJCL DEFLTJCL RECOVPD REUSE NOREUSE",
    "INIT.DBDSGRP": "MEMBERS DBGRP RECOVGRP",
    "LIST.RECON": "STATUS",
    "LIST.DB": "ALL TYPEIMS TYPEFP TYPHALDB DBD DBDS",
    "LIST.DBDS": "DBD DDN AREA",
    "LIST.LOG": "ALL OPEN OLDS SSID STARTIME",
    "LIST.SUBSYS": "ALL SSID ONLINE BATCH",
    "LIST.BKOUT": "ALL SSID",
    "LIST.CAGRP": "ALL GRPNAME",
    "LIST.DBDSGRP": "ALL GRPNAME",
    "LIST.HISTORY": "DBD DDN AREA",
    "GENJCL.ARCHIVE": "OLDS SSID ALL MAXOLDS MEMBER JOB LIST NOLIST",
    "GENJCL.CA": "GRPNAME LIST NOLIST MEMBER",
    "GENJCL.CLOSE": "SSID OLDS PRILOG LIST",
    "GENJCL.IC": "DBD DDN AREA GROUP LIST NOLIST ONEJOB MEMBER JOB NOJOB USERKEYS",
    "GENJCL.OIC": "DBD DDN LIST",
    "GENJCL.RECEIVE": "DBD DDN LIST",
    "GENJCL.RECOV": "DBD DDN AREA RCVTIME LIST",
    "GENJCL.USER": "MEMBER USERKEYS LIST",
}
ACCT, CUST, AREA = "DBD(ACCT) DDN(ACCTDD)", "DBD(CUST) DDN(CUSTDD)", "DBD(TELL) AREA(TELL1)"
BASES = {
    "INIT.DB": "DBD(NEW)",
    "CHANGE.DB": "DBD(ACCT)",
    "INIT.PART": "DBD(HIST) PART(HISTB) KEYSTRNG(ZZ) DSNPREFX(IMSP.DB.HIST)",
    "DELETE.PART": "DBD(HIST)",
    "INIT.DBDS": "DBD(ACCT) DDN(NEW) DSN(IMSP.DB.NEW)",
    "CHANGE.DBDS": ACCT,
    "INIT.IC": f"{CUST} ICDSN(IMSP.IC.NEW)",
    "CHANGE.IC": f"{ACCT} RECTIME({stamp(5)})",
    "NOTIFY.IC": f"{ACCT} ICDSN(IMSP.IC.NEW) RUNTIME({stamp(50)})",
    "NOTIFY.UIC": f"{ACCT} RUNTIME({stamp(50)}) UDATA('A DUMP')",
    "NOTIFY.REORG": f"{ACCT} RUNTIME({stamp(50)})",
    "NOTIFY.ALLOC": f"{ACCT} ALLTIME({stamp(13)}) STARTIME({stamp(10)})",
    "NOTIFY.PRILOG": f"RLDS SSID(IMS9) STARTIME({stamp(3)}) DSN(A.RLDS) VOLSER(V00001)",
    "CHANGE.PRILOG": f"RLDS STARTIME({stamp(10)}) SSID(IMSP) DSSTART({stamp(10)})",
    "CHANGE.SUBSYS": "SSID(NIGHTJOB)",
    "INIT.CAGRP": "GRPNAME(NEWGRP) GRPMEM((ACCT,ACCTDD))",
    "INIT.DBDSGRP": "GRPNAME(NEWGRP)",
    "LIST.DBDS": "DBD(ACCT)",
    "LIST.HISTORY": "DBD(ACCT)",
    "GENJCL.CA": "GRPNAME(BANKGRP)",
    "GENJCL.CLOSE": "SSID(IMSP)",
    **{f"GENJCL.{kind}": ACCT for kind in ("IC", "OIC", "RECEIVE", "RECOV")},
    "GENJCL.USER": "MEMBER(MYJCL)",
}
VALUES = {
    **dict.fromkeys(("DASDUNIT", "TAPEUNIT", "UNIT", "UNIT2"), "3390"),
    **dict.fromkeys(
        ("GENMAX", "RECOVPD", "RECDCT", "CDSLID", "FILESEQ", "FILESEQ2", "GRPMAX", "BYTES", "HIBLOCK"), "7"
    ),
    **dict.fromkeys(
        ("ICJCL", "OICJCL", "RECOVJCL", "RECVJCL", "DEFLTJCL", "CAJCL", "MEMBER", "JOB", "IRLMID"), "MYJCL"
    ),
    **dict.fromkeys(("VOLLIST", "VOLLIST2", "VOLSER"), "V00001,V00002"),
    **dict.fromkeys(("ICDSN", "ICDSN2", "DSN"), "IMSP.SOME.DATASET"),
    **dict.fromkeys(("STOPTIME", "RCVTIME", "RUNTIME", "TOTIME"), stamp(60)),
    **{"ANCHOR": "3", "FBFF": "5", "FSPF": "10", "RANDOMZR": "DFSHDC40", "BLOCKSZE": "4096,8192", "DSNPREFX": "A.B"},
    **{"ACCESS": "PARALLEL", "CMDAUTH": "SAF,HLQ,QUAL", "IMSPLEX": "PLEX1,GRP", "LIST": "CONCURR", "LOGALERT": "3,16"},
    **{"LOGRET": "'00.002'", "MINVERS": "'14.1'", "SIZALERT": "10,11,90", "SSID": "IMSP", "TIMEZONE": "CET,+1"},
    **{
        "TIMEZIN": "%SYS",
        "TIMEFMT": "O,LOCORG,OFFSET,PUNC,YYYY",
        "CATALOG": "DFSC",
        "GSGNAME": "GSG1",
        "SHARELVL": "2",
    },
    **{"PARTSEL": "MYSELECT", "BACKOUT": "2", "KEYSTRNG": "X'FFFF'", "CFSTR1": "CF_ONE", "CFSTR2": "CF_TWO"},
    **{"UDATA": "'OTHER TEXT'", "ADDEQE": "1000,2000", "FIRSTREC": "1A", "LASTREC": "2B", "MAXOLDS": "5"},
    **{"GRPNAME": "BANKGRP", "USERKEYS": "(%KEY,'VALUE')", "GROUP": "BANKDB"},
}
"""What an operand is tried with where no case says otherwise."""
FREE_TEXT = ("KEYSTRNG", "UDATA")
"""Operands that take any text but none."""
SPECIAL = {
    ("CHANGE.RECON", "REPLACE"): "REPLACE(RECON2)",
    ("CHANGE.RECON", "CHECKUP"): "UPGRADE CHECKUP",
    ("CHANGE.DB", "ALL"): "ALL NOAUTH",
    ("CHANGE.DB", "AREA"): "DBD(TELL) AREA(TELL1) NOAUTH",
    ("CHANGE.DB", "NOBACK"): "DBD(CUST) NOBACK",
    ("CHANGE.DB", "PARTSEL"): "DBD(HIST) PARTSEL(MYSELECT)",
    ("CHANGE.DB", "DSNPREFX"): "DBD(HISTA) DSNPREFX(IMST.DB.HIST)",
    ("CHANGE.DB", "UNAUTH"): "DBD(CUST) UNAUTH SSID(IMSP)",
    ("CHANGE.DB", "TYPEFP"): "DBD(EMPTY) TYPEFP",
    ("CHANGE.DB", "TYPEIMS"): "DBD(EMPTY) TYPEIMS",
    **{
        ("CHANGE.DB", word): f"DBD(HIST) {word}"
        for word in ("ALTER", "NOALTER", "OLRCAP", "OLRNOCAP", "OSAM8G", "NOOSAM8G")
    },
    **{("CHANGE.DB", word): f"DBD(HISTA) {word}" for word in ("OLRRESET", "OLRDEL")},
    ("INIT.DB", "TYPHALDB"): "DBD(NEW) TYPHALDB DBORG(PHDAM) SHARELVL(1)",
    **{
        ("INIT.DB", word): f"DBD(NEW) TYPHALDB DBORG(PHIDAM) SHARELVL(1) {word}"
        for word in ("PARTSEL(MYSEL)", "OLRCAP", "OLRNOCAP", "OSAM8G", "NOOSAM8G")
    },
    ("DELETE.DB", "DBD"): "DBD(BARE)",
    ("DELETE.PART", "PART"): "DBD(HIST) PART(HISTA)",
    ("DELETE.DBDS", "DDN"): CUST,
    ("DELETE.DBDS", "AREA"): AREA,
    ("INIT.DBDS", "DDN"): "DBD(ACCT) DDN(NEW) DSN(IMSP.DB.NEW)",
    ("INIT.DBDS", "DSN"): "DBD(ACCT) DDN(NEW) DSN(IMSP.DB.NEW)",
    ("INIT.DBDS", "AREA"): "DBD(TELL) AREA(TELL2)",
    **{("INIT.DBDS", word): f"DBD(TELL) AREA(TELL2) {word}" for word in ("PREOPEN", "PRELOAD", "VSO", "LKASID")},
    **{("INIT.DBDS", word): f"DBD(TELL) AREA(TELL2) VSO {word}(CF_ONE)" for word in ("CFSTR1", "CFSTR2")},
    ("CHANGE.DBDS", "DDN"): f"{ACCT} ICON",
    ("CHANGE.DBDS", "DSN"): "DBD(BARE) DDN(BAREDD) DSN(IMST.DB.BARE)",
    ("CHANGE.DBDS", "AREA"): f"{AREA} GENMAX(4)",
    **{("CHANGE.DBDS", word): f"{AREA} {word}" for word in ("VSO", "NOVSO")},
    ("CHANGE.DBDS", "DELEQE"): f"{ACCT} DELEQE(3000)",
    ("INIT.IC", "DDN"): f"{CUST} ICDSN(IMSP.IC.NEW)",
    ("INIT.IC", "ICDSN"): f"{CUST} ICDSN(IMSP.IC.NEW)",
    **{
        ("INIT.IC", word): f"{CUST} ICDSN(A.B) ICDSN2(A.C) {word}({VALUES[word]})"
        for word in ("UNIT2", "VOLLIST2", "FILESEQ2")
    },
    ("CHANGE.IC", "DDN"): f"{ACCT} RECTIME({stamp(5)}) INVALID",
    ("NOTIFY.IC", "DDN"): f"{ACCT} ICDSN(A.B) RUNTIME({stamp(50)})",
    ("NOTIFY.IC", "ICDSN"): f"{ACCT} ICDSN(A.B) RUNTIME({stamp(50)})",
    ("NOTIFY.IC", "RUNTIME"): f"{ACCT} ICDSN(A.B) RUNTIME({stamp(50)})",
    ("NOTIFY.IC", "AREA"): f"{AREA} ICDSN(A.B) RUNTIME({stamp(50)})",
    **{
        ("NOTIFY.IC", word): f"{ACCT} ICDSN(A.B) ICDSN2(A.C) RUNTIME({stamp(50)}) {word}({VALUES[word]})"
        for word in ("UNIT2", "VOLLIST2", "FILESEQ2")
    },
    **{("NOTIFY.UIC", word): BASES["NOTIFY.UIC"] for word in ("DDN", "RUNTIME", "UDATA")},
    ("NOTIFY.UIC", "AREA"): f"{AREA} RUNTIME({stamp(50)}) UDATA('A DUMP')",
    **{("NOTIFY.REORG", word): BASES["NOTIFY.REORG"] for word in ("DDN", "RUNTIME")},
    **{("NOTIFY.ALLOC", word): BASES["NOTIFY.ALLOC"] for word in ("DDN", "ALLTIME", "STARTIME")},
    ("NOTIFY.ALLOC", "AREA"): f"{AREA} ALLTIME({stamp(13)}) STARTIME({stamp(10)})",
    ("NOTIFY.ALLOC", "DEALTIME"): f"{ACCT} ALLTIME({stamp(41)}) DEALTIME({stamp(45)})",
    **{("NOTIFY.PRILOG", word): BASES["NOTIFY.PRILOG"] for word in ("RLDS", "SSID", "STARTIME", "DSN", "VOLSER")},
    ("NOTIFY.PRILOG", "SLDS"): f"SLDS SSID(IMS9) STARTIME({stamp(3)}) DSN(A.SLDS) VOLSER(V00001)",
    ("NOTIFY.PRILOG", "OLDS"): f"OLDS(DFSOLP00) SSID(IMS9) STARTIME({stamp(3)}) DSN(A.OLP00)",
    ("CHANGE.PRILOG", "RLDS"): f"{BASES['CHANGE.PRILOG']} ERROR",
    ("CHANGE.PRILOG", "STARTIME"): f"{BASES['CHANGE.PRILOG']} ERROR",
    ("CHANGE.PRILOG", "DSSTART"): f"{BASES['CHANGE.PRILOG']} ERROR",
    ("CHANGE.PRILOG", "SLDS"): f"SLDS STARTIME({stamp(10)}) SSID(IMSP) DSSTART({stamp(10)}) ERROR",
    ("CHANGE.PRILOG", "OLDS"): "OLDS(DFSOLP00) SSID(IMSP) DSN(A.B)",
    ("CHANGE.PRILOG", "VOLSER"): f"{BASES['CHANGE.PRILOG']} VOLSER(V00001)",
    **{
        ("CHANGE.PRILOG", word): f"OLDS(DFSOLP00) SSID(IMSP) {word}"
        for word in ("ARCHIVED", "NOARCH", "AVAIL", "UNAVAIL")
    },
    ("DELETE.LOG", "OLDS"): "OLDS(DFSOLP00) SSID(IMSP)",
    ("DELETE.LOG", "SSID"): f"STARTIME({stamp(100)}) SSID(OLD1)",
    ("DELETE.LOG", "STARTIME"): f"STARTIME({stamp(100)})",
    ("DELETE.LOG", "TOTIME"): f"INACTIVE TOTIME({stamp(60)})",
    ("DELETE.LOG", "INACTIVE"): "INACTIVE",
    ("CHANGE.SUBSYS", "ENDRECOV"): "SSID(HALFJOB) ENDRECOV",
    ("DELETE.SUBSYS", "SSID"): "SSID(NIGHTJOB)",
    ("INIT.CAGRP", "GRPNAME"): BASES["INIT.CAGRP"],
    ("INIT.CAGRP", "GRPMEM"): BASES["INIT.CAGRP"],
    ("INIT.DBDSGRP", "MEMBERS"): "GRPNAME(NEWGRP) MEMBERS((ACCT,ACCTDD),(CUST,CUSTDD))",
    ("INIT.DBDSGRP", "DBGRP"): "GRPNAME(NEWGRP) DBGRP(ACCT,CUST)",
    ("INIT.DBDSGRP", "RECOVGRP"): "GRPNAME(NEWGRP) RECOVGRP(ACCT,CUST)",
    ("LIST.DB", "DBD"): "DBD(ACCT)",
    ("LIST.DB", "DBDS"): "DBD(ACCT) DBDS",
    ("LIST.DBDS", "DBD"): "DBD(ACCT)",
    ("LIST.DBDS", "DDN"): ACCT,
    ("LIST.DBDS", "AREA"): AREA,
    ("LIST.LOG", "OLDS"): "OLDS(DFSOLP00) SSID(IMSP)",
    ("LIST.LOG", "STARTIME"): f"STARTIME({stamp(10)}) SSID(IMSP)",
    ("LIST.LOG", "SSID"): "ALL SSID(IMSP)",
    ("LIST.DBDSGRP", "GRPNAME"): "GRPNAME(BANKDB)",
    ("LIST.HISTORY", "DBD"): "DBD(ACCT)",
    ("LIST.HISTORY", "DDN"): ACCT,
    ("LIST.HISTORY", "AREA"): AREA,
    ("GENJCL.ARCHIVE", "OLDS"): "OLDS(DFSOLP02)",
    ("GENJCL.CA", "GRPNAME"): "GRPNAME(BANKGRP)",
    ("GENJCL.CLOSE", "SSID"): "SSID(IMSP)",
    ("GENJCL.CLOSE", "OLDS"): "SSID(IMSP) OLDS(DFSOLP03)",
    ("GENJCL.CLOSE", "PRILOG"): f"SSID(IMSP) PRILOG({stamp(10)})",
    ("GENJCL.IC", "GROUP"): "GROUP(BANKDB)",
    **{(f"GENJCL.{kind}", word): ACCT for kind in ("IC", "OIC", "RECEIVE", "RECOV") for word in ("DBD", "DDN")},
    **{(f"GENJCL.{kind}", "AREA"): AREA for kind in ("IC", "RECOV")},
    ("GENJCL.USER", "MEMBER"): "MEMBER(MYJCL)",
}


def rows():
    """Return (command, operand, the whole statement) for each documented operand."""
    for command, operands in DOCUMENTED.items():
        if command == "INIT.RECON":
            continue
        for operand in dict.fromkeys(operands.split()):
            yield command, operand, f"{command} {_case(command, operand)}".strip()


def _case(command, operand):
    if (command, operand) in SPECIAL:
        return SPECIAL[command, operand]
    for (verb, word), text in SPECIAL.items():
        if verb == command and word.partition("(")[0] == operand:
            return text
    base = BASES.get(command, "")
    coded = f"{operand}({VALUES[operand]})" if _takes_a_value(command, operand) else operand
    kept = re.sub(rf"\b{operand}\((?:[^()']|'[^']*'|\([^()]*\))*\) ?", "", base)
    return f"{kept} {coded}"


def _takes_a_value(command, operand):
    return _keywords(command)[operand].most != 0


def _keywords(command):
    return {one.name: one for one in GRAMMAR.commands[command].operands}


@pytest.fixture(scope="module")
def whole():
    """A RECON with databases of every type, logs, copies, subsystems and groups."""
    made = Recon()
    for command in (
        "INIT.RECON SSID(IMSP) CATDS CHECK44 NONEW DASDUNIT(3390) TAPEUNIT(3490)",
        "INIT.GSG GSGNAME(GSG1)",
        "INIT.DB DBD(ACCT) SHARELVL(1) TYPEIMS",
        "INIT.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMSP.DB.ACCT) GENMAX(3) DBORG(HDAM) DSORG(OSAM)",
        "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) ADDEQE(3000)",
        "INIT.DB DBD(CUST) SHARELVL(1)",
        "INIT.DBDS DBD(CUST) DDN(CUSTDD) DSN(IMSP.DB.CUST) GENMAX(2) REUSE DBORG(HIDAM) DSORG(OSAM)",
        "INIT.DB DBD(BARE) SHARELVL(1)",
        "INIT.DBDS DBD(BARE) DDN(BAREDD) DSN(IMSP.DB.BARE) DBORG(HDAM) DSORG(OSAM)",
        "INIT.DB DBD(EMPTY) SHARELVL(1)",
        "INIT.DB DBD(TELL) TYPEFP SHARELVL(1)",
        "INIT.DBDS DBD(TELL) AREA(TELL1) GENMAX(2)",
        "INIT.ADS DBD(TELL) AREA(TELL1) ADDN(TELL1) ADSN(IMSP.DB.TELL1) AVAIL",
        "INIT.DB DBD(HIST) TYPHALDB DBORG(PHIDAM) DSORG(OSAM) SHARELVL(1)",
        "INIT.PART DBD(HIST) PART(HISTA) KEYSTRNG(MM) DSNPREFX(IMSP.DB.HIST) BLOCKSZE(4096) GENMAX(5)",
        "INIT.DBDSGRP GRPNAME(BANKDB) DBGRP(ACCT,CUST)",
        "INIT.CAGRP GRPNAME(BANKGRP) GRPMAX(3) GRPMEM((CUST,CUSTDD))",
    ):
        made.good(*wrapped(command))
    fill(made)
    return made


def fill(made):
    dbrc = made.dbrc
    dbrc.sign_on("IMSP")
    for number, begin in enumerate((10, 20)):
        dbrc.olds_opened("IMSP", f"DFSOLP0{number}", f"IMSP.OLP0{number}", at(begin), 1000 * begin)
        dbrc.olds_closed("IMSP", f"DFSOLP0{number}", at(begin + 10), 1000 * begin, 1000 * begin + 9)
        slds = dbrc_commands.ArchivedLog(
            f"IMSP.SLDS.G000{number}V00", "IMSP05", checkpoints=1, checkpoint=at(begin + 1)
        )
        rlds = dbrc_commands.ArchivedLog(f"IMSP.RLDS.G000{number}V00", "IMSP06")
        dbrc.olds_archived("IMSP", f"DFSOLP0{number}", slds, rlds)
    dbrc.olds_opened("IMSP", "DFSOLP02", "IMSP.OLP02", at(30), 30000)
    dbrc.olds_closed("IMSP", "DFSOLP02", at(40), 30000, 30009)
    dbrc.olds_opened("IMSP", "DFSOLP03", "IMSP.OLP03", at(40), 40000)
    dbrc.alloc("ACCT", "ACCTDD", "IMSP", at(41))
    for command in (
        f"NOTIFY.IC {ACCT} RUNTIME({stamp(5)}) ICDSN(IMSP.IC.ACCT) ICDSN2(IMSP.IC2.ACCT) VOLLIST(V1) VOLLIST2(V2)",
        "NOTIFY.SUBSYS SSID(NIGHTJOB) BATCH ABNORMAL",
        "NOTIFY.SUBSYS SSID(HALFJOB) BATCH ABNORMAL",
        "CHANGE.SUBSYS SSID(HALFJOB) STARTRCV",
        f"NOTIFY.BKOUT SSID(IMSP) UOR({'C9D4E2D7' * 4}) UORTIME({stamp(39)}) PSB(BANKPSB) DBD(CUST)",
        f"NOTIFY.PRILOG RLDS SSID(OLD1) STARTIME({stamp(100)}) FIRSTREC(1)",
        f"NOTIFY.PRILOG RLDS SSID(OLD1) STARTIME({stamp(100)}) DSN(A.OLD) VOLSER(V1) RUNTIME({stamp(110)})",
        f"NOTIFY.PRILOG RLDS SSID(OLD1) STARTIME({stamp(100)}) RUNTIME({stamp(110)})",
    ):
        made.good(*wrapped(command))


@pytest.fixture
def recon(whole):
    return whole.copy("IMSP")


ROWS = list(rows())


@pytest.mark.parametrize(("command", "operand", "statement"), ROWS, ids=[f"{one[0]} {one[1]}" for one in ROWS])
def test_a_documented_operand_is_accepted(recon, command, operand, statement):
    assert re.search(rf"\b{operand}\b", statement), "the case does not try its operand"
    lines = []
    code = dbrc_commands.run(recon.dbrc, wrapped(statement), lines.append, AnySkeleton())
    assert code == 0, "\n".join(lines)


class AnySkeleton:
    """A JCLPDS that has every member."""

    def skeleton(self, member):
        return [f"//{member:8} JOB"]

    def write(self, records):
        assert list(records)


@pytest.mark.parametrize(("command", "operand", "statement"), ROWS, ids=[f"{one[0]} {one[1]}" for one in ROWS])
def test_the_same_operand_written_wrongly_is_refused_and_nothing_is_changed(recon, command, operand, statement):
    coded = re.search(rf"\b{operand}(\((?:[^()']|'[^']*'|\([^()]*\))*\))?", statement)
    value = "" if operand in FREE_TEXT else "!?!"
    for wrong in (f"{operand}X(1)", f"{operand}({value})", f"{coded[0]} {coded[0]}"):
        text = recon.refused(*wrapped(statement.replace(coded[0], wrong, 1)))
        assert "DSP0209I" in text


@pytest.mark.parametrize("operand", dict.fromkeys(DOCUMENTED["INIT.RECON"].split()))
def test_each_operand_of_init_recon_is_accepted_on_empty_data_sets(operand):
    coded = f"{operand}({VALUES[operand]})" if _takes_a_value("INIT.RECON", operand) else operand
    base = "" if operand == "SSID" else "SSID(IMSP) "
    Recon().good(*wrapped(f"INIT.RECON {base}{coded}"))
    Recon().refused(*wrapped(f"INIT.RECON {base}{operand}X"))


def test_the_grammar_has_every_documented_command_and_operand_and_every_operand_is_tried():
    for command, operands in DOCUMENTED.items():
        known = set(_keywords(command))
        assert set(operands.split()) <= known, (command, set(operands.split()) - known)
    assert len(ROWS) > 250


def test_reference_commands_are_all_there():
    """The commands of the reference's table, GENJCL among them."""
    assert {f"GENJCL.{kind}" for kind in GENJCL} <= set(DOCUMENTED)
    assert set(DOCUMENTED) <= set(GRAMMAR.commands)
