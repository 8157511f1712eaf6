"""Operands of commands as values: time stamps and numbers in the forms DBRC takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import stamps
from zoslab.ims.dbrc.errors import WrongOperand
from zoslab.programs.statements import Statement


def stamp(statement: Statement, name: str) -> datetime | None:
    """Return a time stamp; None if it is not given or zeros.

    :raises WrongOperand: there is no such time.
    """
    if not statement.has(name):
        return None
    try:
        return stamps.parse(statement.text(name))
    except stamps.BadStamp as error:
        raise WrongOperand(f"{name}: {error}") from error


def required_stamp(statement: Statement, name: str) -> datetime:
    """Return a time stamp that must be given and not be zeros.

    :raises WrongOperand: it is not.
    """
    found = stamp(statement, name)
    if found is None:
        raise WrongOperand(f"{name} IS REQUIRED WITH {statement.verb} HERE")
    return found


def required(statement: Statement, *names: str) -> None:
    """Refuse a statement that lacks operands this form of the command needs.

    :raises WrongOperand: naming the first that is missing.
    """
    for name in names:
        if not statement.has(name):
            raise WrongOperand(f"{name} IS REQUIRED WITH {statement.verb} HERE")


def hexadecimal(statement: Statement, name: str, default: int = 0) -> int:
    """Return a number given in hexadecimal, as log sequence numbers are listed."""
    return int(statement.text(name), 16) if statement.has(name) else default


def ddname(statement: Statement) -> str:
    """Return what DDN or AREA names."""
    return statement.text("DDN") or statement.text("AREA")


DBDS_TEXTS = {
    "DSN": "dsn",
    "DBORG": "dborg",
    "DSORG": "dsorg",
    "DEFLTJCL": "defltjcl",
    "ICJCL": "icjcl",
    "OICJCL": "oicjcl",
    "RECOVJCL": "recovjcl",
    "RECVJCL": "recvjcl",
    "CFSTR1": "cfstr1",
    "CFSTR2": "cfstr2",
}
DBDS_FLAGS: dict[str, tuple[str, bool]] = {
    "REUSE": ("reuse", True),
    "NOREUSE": ("reuse", False),
    "ICON": ("ic_needed", True),
    "ICOFF": ("ic_needed", False),
    "RECOV": ("recov_needed", True),
    "NORECOV": ("recov_needed", False),
    "AUTH": ("prohibited", False),
    "NOAUTH": ("prohibited", True),
    "READON": ("read_only", True),
    "READOFF": ("read_only", False),
    "PREOPEN": ("preopen", True),
    "NOPREO": ("preopen", False),
    "PRELOAD": ("preload", True),
    "NOPREL": ("preload", False),
    "VSO": ("vso", True),
    "NOVSO": ("vso", False),
    "LKASID": ("lkasid", True),
    "NOLKASID": ("lkasid", False),
    "MAS": ("mas", True),
    "NOMAS": ("mas", False),
}


def dbds_values(statement: Statement) -> dict[str, Any]:
    """Return the fields of a DBDS or AREA record that a statement gives.

    :raises WrongOperand: GENMAX is out of range.
    """
    values: dict[str, Any] = {field: statement.text(name) for name, field in DBDS_TEXTS.items() if statement.has(name)}
    values.update({field: content for name, (field, content) in DBDS_FLAGS.items() if statement.has(name)})
    values.update({name.lower(): statement.number(name) for name in ("GENMAX", "RECOVPD") if statement.has(name)})
    if not 0 < values.get("genmax", 1) < 256:
        raise WrongOperand("GENMAX MUST BE 1 TO 255")
    return values
