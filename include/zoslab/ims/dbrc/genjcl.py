"""GENJCL: jobs made from skeleton JCL and what the RECON knows. IMS System Utilities, "Skeletal JCL execution members".

Skeletons are members of JCLPDS; what is made goes to JCLOUT. In a skeleton ``%NAME`` is a keyword; the records between
``%SELECT kind(...)`` and ``%ENDSEL`` are repeated for each data set of a kind (OLDS, RLDS, SLDS, DBDS, IC) that
belongs to what the command names. Own rules: the operands of %SELECT are not read, because the command says what is
selected; %DELETE and the other groups are refused. An unknown keyword is refused too.
Keywords: %STPNO %SSID %DBNAME %DDNAME %DBDSN %ICDSN %GRPNAME %RCVTIME %TIME; inside %SELECT %DSN %DDN %VOLSER %UNIT
%FILESEQ %DBD; and those of USERKEYS. The names of the groups are IBM's, those of most keywords are our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from zoslab.ims.dbrc import allocations, databases, logs, stamps
from zoslab.ims.dbrc.database_records import Alloc, CaGroup, Dbds, Image
from zoslab.ims.dbrc.errors import NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.event_records import DbdsGroup
from zoslab.ims.dbrc.log_records import LogDataSet, PriLog, PriOld, PriOlds, PriSld
from zoslab.ims.dbrc.operands import ddname, required, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

KEYWORD = re.compile(r"%([A-Z][A-Z0-9]{0,7})\b")
GROUP = re.compile(r"%(SELECT|ENDSEL|DELETE|ENDDEL|SET|ASSIGN)\b\s*(\w*)")
DEFAULTS = {"ARCHIVE": "ARCHJCL", "CLOSE": "LOGCLJCL", "CA": "CAJCL", "USER": ""}
DATA_SET_MEMBERS = {"IC": "icjcl", "OIC": "oicjcl", "RECOV": "recovjcl", "RECEIVE": "recvjcl"}
Row = Mapping[str, str]


class Skeletons(Protocol):
    """JCLPDS and JCLOUT."""

    def skeleton(self, member: str) -> Sequence[str] | None: ...
    def write(self, records: Iterable[str]) -> None: ...


@dataclass(frozen=True)
class Task:
    """One use of a skeleton: its keywords, and the rows of each kind that %SELECT repeats."""

    member: str
    keys: Row
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def generate(statement: Statement, unit: Unit, now: datetime, library: Skeletons) -> list[str]:
    """Write the jobs a GENJCL command asks for to JCLOUT and return their records.

    :raises WrongOperand: an operand is missing, or a skeleton has a keyword or group that is not known.
    :raises NotRegistered: what the command names is not in the RECON, or a skeleton is not in JCLPDS.
    """
    tasks = _tasks(statement, unit)
    user = {}
    for pair in statement.groups("USERKEYS"):
        if len(pair) != 2 or not KEYWORD.fullmatch(pair[0]):
            raise WrongOperand("USERKEYS TAKES PAIRS: ((%KEY,'VALUE'),...)")
        user[pair[0][1:]] = pair[1]
    lines: list[str] = []
    for number, task in enumerate(tasks, 1):
        keys = {"STPNO": f"{number:02}", "TIME": stamps.text(now), **task.keys, **user}
        if not statement.has("NOJOB") and (number == 1 or not statement.has("ONEJOB")):
            job = statement.text("JOB", "JOBJCL")
            lines += _expanded(job, _member(library, job), keys, {})
        member = statement.text("MEMBER", task.member)
        lines += _expanded(member, _member(library, member), keys, task.rows)
    library.write(lines)
    return lines


def _member(library: Skeletons, member: str) -> Sequence[str]:
    found = library.skeleton(member)
    if found is None:
        raise NotRegistered(f"SKELETON {member} IS NOT IN JCLPDS")
    return found


def _expanded(member: str, skeleton: Sequence[str], keys: Row, rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    block: list[str] | None = None
    kind = ""
    for record in skeleton:
        match = GROUP.match(record.strip())
        if match is None:
            if block is None:
                yield _filled(member, record, keys)
            else:
                block.append(record)
        elif match[1] == "SELECT" and block is None:
            block, kind = [], match[2]
        elif match[1] == "ENDSEL" and block is not None:
            yield from (_filled(member, one, {**keys, **row}) for row in rows.get(kind, ()) for one in block)
            block = None
        else:
            raise WrongOperand(f"SKELETON {member}: %{match[1]} IS NOT SUPPORTED HERE")
    if block is not None:
        raise WrongOperand(f"SKELETON {member}: %SELECT {kind} IS NOT CLOSED")


def _filled(member: str, record: str, keys: Row) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in keys:
            raise WrongOperand(f"SKELETON {member}: %{match[1]} IS NOT KNOWN HERE")
        return keys[match[1]]

    filled = KEYWORD.sub(value, record)
    if len(filled.rstrip()) > 80:
        raise WrongOperand(f"SKELETON {member}: A RECORD IS LONGER THAN 80 CHARACTERS WITH ITS VALUES")
    return filled


def _tasks(statement: Statement, unit: Unit) -> list[Task]:
    kind = statement.verb.partition(".")[2]
    forms: dict[str, Callable[[Statement, Unit], list[Task]]] = {
        "ARCHIVE": _archive,
        "CLOSE": _close,
        "CA": _accumulation,
        "USER": _user,
    }
    found = forms[kind](statement, unit) if kind in forms else _data_sets(statement, unit, kind)
    if not found:
        raise NotAllowed(f"{statement.verb} FINDS NOTHING TO DO")
    return found


def _archive(statement: Statement, unit: Unit) -> list[Task]:
    tasks = []
    for record in unit.logs(PriOld):
        named = [one for one in record.olds if statement.text("OLDS") in ("", one.ddname)]
        due = [_olds(one) for one in named if one.status == logs.NEEDED]
        if due and statement.text("SSID") in ("", record.ssid):
            most = statement.number("MAXOLDS") or len(due)
            jobs = [due[at : at + most] for at in range(0, len(due), most)]
            tasks += [Task("ARCHJCL", {"SSID": record.ssid}, {"OLDS": one}) for one in jobs]
    return tasks


def _close(statement: Statement, unit: Unit) -> list[Task]:
    required(statement, "SSID")
    record = unit.find(PriOld(statement.text("SSID"))) or PriOld()
    wanted = stamp(statement, "PRILOG")
    opened = [
        _olds(one)
        for one in record.olds
        if one.stop is None and statement.text("OLDS") in ("", one.ddname) and wanted in (None, one.prilog_time)
    ]
    return [Task("LOGCLJCL", {"SSID": statement.text("SSID")}, {"OLDS": opened})] if opened else []


def _olds(one: PriOlds) -> Row:
    return {"DDN": one.ddname, "DSN": one.dsn}


def _accumulation(statement: Statement, unit: Unit) -> list[Task]:
    required(statement, "GRPNAME")
    group = unit.find(CaGroup(statement.text("GRPNAME")))
    if group is None:
        raise NotRegistered(f"CHANGE ACCUMULATION GROUP {statement.text('GRPNAME')} IS NOT DEFINED")
    members = [allocations.data_set(unit, one.dbname, one.ddname) for one in group.members]
    starts = {alloc.start for one in members for alloc in unit.all(Alloc, one.dbname, one.ddname)}
    rows = {"DBDS": [_data_set_row(one) for one in members], **_log_rows(unit, starts)}
    return [Task(group.cajcl or "CAJCL", {"GRPNAME": group.grpname}, rows)]


def _data_set_row(one: Dbds) -> Row:
    return {"DBD": one.dbname, "DDN": one.ddname, "DSN": one.ads[0].dsn if one.ads else one.dsn}


def _log_rows(unit: Unit, starts: set[datetime | None]) -> dict[str, list[Row]]:
    kinds: dict[str, type[PriLog]] = {"RLDS": PriLog, "SLDS": PriSld}
    return {
        name: [_log_row(one) for log in unit.logs(kind) if log.start in starts for one in log.datasets]
        for name, kind in kinds.items()
    }


def _log_row(one: LogDataSet) -> Row:
    volsers = ",".join(volume.volser for volume in one.volumes)
    return {"DSN": one.dsn, "UNIT": one.unit, "VOLSER": volsers, "FILESEQ": str(one.file_seq)}


def _user(statement: Statement, unit: Unit) -> list[Task]:
    required(statement, "MEMBER")
    if statement.has("DBD"):
        return _data_sets(statement, unit, "USER")
    return [Task(statement.text("MEMBER"), {"SSID": statement.text("SSID")})]


def _data_sets(statement: Statement, unit: Unit, kind: str) -> list[Task]:
    """Return one task for each data set that is named, by its database or by a group."""
    tasks = []
    for dataset in _named(statement, unit):
        images = unit.all(Image, dataset.dbname, dataset.ddname)
        wanted = [one for one in images if one.available == (kind in ("IC", "OIC")) and one.copies]
        row = _data_set_row(dataset)
        keys = {"DBNAME": dataset.dbname, "DDNAME": dataset.ddname, "DBDSN": row["DSN"]}
        keys["RCVTIME"] = statement.text("RCVTIME")
        if wanted:
            keys["ICDSN"] = wanted[-1].copies[0].dsn
        starts = {alloc.start for alloc in unit.all(Alloc, dataset.dbname, dataset.ddname)}
        copies: list[Row] = [{"DSN": one.copies[0].dsn, "UNIT": one.copies[0].unit} for one in wanted[-1:]]
        rows: dict[str, Sequence[Row]] = {"DBDS": [row], "IC": copies, **_log_rows(unit, starts)}
        member = getattr(dataset, DATA_SET_MEMBERS[kind]) if kind in DATA_SET_MEMBERS else ""
        tasks.append(Task(member or dataset.defltjcl, keys, rows))
    return tasks


def _named(statement: Statement, unit: Unit) -> list[Dbds]:
    if statement.has("GROUP"):
        group = unit.find(DbdsGroup(statement.text("GROUP")))
        if group is None:
            raise NotRegistered(f"GROUP {statement.text('GROUP')} IS NOT DEFINED")
        return [one for member in group.members for one in unit.all(Dbds, member.dbname, member.ddname)]
    required(statement, "DBD")
    databases.database(unit, statement.text("DBD"))
    if ddname(statement):
        return [allocations.data_set(unit, statement.text("DBD"), ddname(statement))]
    return sorted(unit.all(Dbds, statement.text("DBD")), key=lambda one: one.dsid)
