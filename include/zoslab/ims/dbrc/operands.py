"""Operands of commands as values: time stamps and numbers in the forms DBRC takes."""

from __future__ import annotations

from datetime import datetime

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
