"""The parameters of a DD statement to a `DdDefinition`. z/OS MVS JCL Reference, "DD statement"."""

from __future__ import annotations

import re

from zoslab.jes import keywords
from zoslab.jes.errors import JclError
from zoslab.jes.model import DataControl, DdDefinition, Disposition, SpaceRequest
from zoslab.jes.nodes import DdNode
from zoslab.jes.operands import Value, invalid, joined, words
from zoslab.jes.statements import Statement

_QUALIFIER = r"[A-Z@#$][A-Z0-9@#$-]{0,7}"
_DSNAME = re.compile(rf"{_QUALIFIER}(\.{_QUALIFIER})*")
_TEMPORARY = re.compile(r"&&?([A-Z@#$][A-Z0-9@#$]{0,7})")
_MEMBER = re.compile(r"[A-Z@#${][A-Z0-9@#${]{0,7}|[+-]?\d{1,3}")
_STATUS = frozenset(("NEW", "OLD", "SHR", "MOD"))
_NORMAL = frozenset(("", "KEEP", "DELETE", "CATLG", "UNCATLG", "PASS"))
_RECFM = re.compile(r"(F|V|U|FB|VB|FBS|VBS|FS|VS)[AM]?")


def definition(node: DdNode, name: str) -> DdDefinition:
    """Convert one DD statement; ``name`` is its ddname, which parts of a concatenation share.

    :raises JclError: for a value that the keyword does not take.
    """
    statement, values = node.statement, node.values
    dsname, member, refers = _dsname(statement, _text(values, "DSN"))
    volumes, volume_refers = _volumes(statement, values.get("VOL", ""))
    dummy = "DUMMY" in values or dsname == "NULLFILE"
    found = DdDefinition(
        name=name,
        number=statement.number,
        dsname="" if dummy else dsname,
        member="" if dummy else member,
        refers=refers,
        disposition=_disposition(statement, values.get("DISP", "")),
        volumes=volumes,
        volume_refers=volume_refers,
        unit=_unit(statement, values.get("UNIT", "")),
        space=_space(statement, values["SPACE"]) if "SPACE" in values else None,
        dcb=_dcb(statement, values),
        like=_text(values, "LIKE"),
        storclas=_text(values, "STORCLAS"),
        sysout=_sysout(statement, values),
        data=statement.data if "*" in values or "DATA" in values else None,
        dummy=dummy,
    )
    _check(statement, values, found)
    return found


def _check(statement: Statement, values: dict[str, Value], dd: DdDefinition) -> None:
    if _text(values, "DSNTYPE") not in ("", "PDS", "BASIC"):
        raise invalid(statement, "DSNTYPE", values["DSNTYPE"])
    kinds = [bool(dd.sysout), dd.data is not None, bool(dd.dsname or dd.refers)]
    if sum(kinds) > 1:
        raise statement.error("IEFC631I MUTUALLY EXCLUSIVE KEYWORDS STAND ON THE DD STATEMENT")
    if not any(kinds) and not dd.dummy and dd.space is None and not dd.volume_only:
        raise statement.error(f"IEFC629I DD {dd.name} SAYS NEITHER DSN, SYSOUT, IN-STREAM DATA, VOLUME NOR DUMMY")


def _text(values: dict[str, Value], keyword: str) -> str:
    return joined(values.get(keyword, ""))


def _dsname(statement: Statement, text: str) -> tuple[str, str, str]:
    """Return (dsname, member, backward reference).

    :raises JclError: the name breaks the rules for data set names.
    """
    if text.startswith("*."):
        return "", "", text[2:]
    name, _, member = text.partition("(")
    member = member.removesuffix(")")
    if member and not _MEMBER.fullmatch(member):
        raise invalid(statement, "DSN", text)
    if not name or _temporary(name):
        return _temporary(name), member, ""
    if len(name) > 44 or not _DSNAME.fullmatch(name):
        raise invalid(statement, "DSN", text)
    return name, member, ""


def _temporary(name: str) -> str:
    found = _TEMPORARY.fullmatch(name)
    return f"&&{found.group(1)}" if found else ""


def _disposition(statement: Statement, value: Value) -> Disposition:
    """Fill the defaults in; a normal disposition of "" is decided when it is known whether the data set was there."""
    status, normal, abnormal = [*words(value), "", "", ""][:3]
    status = status or "NEW"
    wrong = status not in _STATUS or normal not in _NORMAL or abnormal not in _NORMAL - {"PASS"}
    if wrong or len(words(value)) > 3:
        raise invalid(statement, "DISP", joined(value))
    return Disposition(status, normal, abnormal)


def _volumes(statement: Statement, value: Value) -> tuple[tuple[str, ...], str]:
    """VOL=SER=A, VOL=SER=(A,B), VOL=REF=x, and the same after (PRIVATE,RETAIN,sequence,count,...)."""
    volumes: list[str] = []
    refers = ""
    for part in [value] if isinstance(value, str) else [joined(one) for one in value]:
        keyword, equals, operand = part.partition("=")
        if equals and keyword == "SER":
            volumes += operand.strip("()").split(",")
        elif equals and keyword == "REF":
            refers = operand
        elif equals or not re.fullmatch(r"|PRIVATE|RETAIN|\d+", part):
            raise invalid(statement, "VOL", part)
    for volser in volumes:
        if not re.fullmatch(r"[A-Z0-9@#$]{1,6}", volser):
            raise invalid(statement, "VOL=SER", volser)
    return tuple(volumes), refers


def _unit(statement: Statement, value: Value) -> str:
    first, *rest = words(value) or [""]
    device = re.fullmatch(r"/?[0-9A-F]{3,4}", first)
    if first and first not in keywords.UNITS and not device:
        raise statement.error(f"IEF210I UNIT FIELD SPECIFIES INCORRECT DEVICE NAME {first}")
    if any(not re.fullmatch(r"|P|DEFER|\d{1,2}", part) for part in rest):
        raise invalid(statement, "UNIT", joined(value))
    return first


def _space(statement: Statement, value: Value) -> SpaceRequest:
    if isinstance(value, str) or len(value) < 2:
        raise invalid(statement, "SPACE", joined(value))
    unit, amounts, *rest = value
    numbers = words(amounts)
    extras = [word for word in words(tuple(rest)) if word]
    correct = (
        (unit in ("TRK", "CYL") or (isinstance(unit, str) and unit.isdigit()))
        and 1 <= len(numbers) <= 3
        and all(number.isdigit() or number == "" for number in numbers)
        and numbers[0] != ""
        and all(word in ("CONTIG", "ROUND") for word in extras)
    )
    if not correct:
        raise invalid(statement, "SPACE", f"({joined(value)})")
    primary, secondary, directory = [int(number or 0) for number in [*numbers, "", ""][:3]]
    return SpaceRequest(str(unit), primary, secondary, directory)


def _dcb(statement: Statement, values: dict[str, Value]) -> DataControl:
    recfm = _text(values, "RECFM") or None
    dsorg = _text(values, "DSORG") or None
    if recfm and not _RECFM.fullmatch(recfm):
        raise invalid(statement, "RECFM", recfm)
    if dsorg and dsorg not in ("PS", "PO", "DA", "PSU", "POU", "DAU"):
        raise invalid(statement, "DSORG", dsorg)
    return DataControl(
        dsorg,
        recfm,
        _number(statement, values, "LRECL", 32760),
        _number(statement, values, "BLKSIZE", 32760),
        _number(statement, values, "KEYLEN", 255),
    )


def _number(statement: Statement, values: dict[str, Value], keyword: str, limit: int) -> int | None:
    text = _text(values, keyword)
    if not text:
        return None
    if not text.isdigit() or int(text) > limit:
        raise invalid(statement, keyword, text)
    return int(text)


def _sysout(statement: Statement, values: dict[str, Value]) -> str:
    """Return the class, ``*`` for MSGCLASS, with ``INTRDR`` behind a comma for the internal reader."""
    if "SYSOUT" not in values:
        return ""
    parts = words(values["SYSOUT"])
    if not re.fullmatch(r"[A-Z0-9*]", parts[0]) or parts[1:] not in ([], ["INTRDR"]):
        raise invalid(statement, "SYSOUT", joined(values["SYSOUT"]))
    return ",".join(parts)


def resolve_ddnames(name: str, groups: dict[str, list[DdNode]]) -> list[DdNode] | None:
    """Follow DDNAME=other: the parts of ``other`` under this name, or None if there is no such DD (it is DUMMY)."""
    parts = groups[name]
    wanted = _text(parts[0].values, "DDNAME")
    if not wanted:
        return parts
    if wanted == name or len(parts) > 1:
        raise JclError(*invalid(parts[0].statement, "DDNAME", wanted).findings)
    return groups.get(wanted)
