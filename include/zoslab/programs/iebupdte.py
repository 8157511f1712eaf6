"""IEBUPDTE: add and replace members of a source library. Source: DFSMSdfp Utilities, IEBUPDTE.

Statements: ``./ ADD`` and ``./ REPL`` with NAME=, LEVEL=, SOURCE=, LIST=, then the member's records; ``./ ENDUP``.
CHANGE, REPRO, NUMBER, DELETE, LABEL and ALIAS are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.dasd.pds import Pds
    from zoslab.jes.step import Listing, Step

FUNCTION = re.compile(r"\./\w{0,8}\s+(\w+)(?:\s+(\S+))?")
OPERANDS = {"NAME", "LEVEL", "SOURCE", "LIST"}
CARD = 80
FAILED = 12
MEMBER = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")


class ControlError(Exception):
    """A control statement that cannot be carried out; the text is the message."""


@dataclass(frozen=True)
class Update:
    """One function: ADD or REPL of a member, with its records of 80 characters."""

    function: str
    member: str
    statement: str
    records: tuple[str, ...]


@program("IEBUPDTE")
def iebupdte(step: Step) -> int:
    """Carry out SYSIN on the library of SYSUT2; PARM=NEW or MOD."""
    listing = step.print("SYSPRINT")
    listing.line(f"{'SYSIN':<61}NEW MASTER")
    library = step.dd("SYSUT2").dataset
    if step.parm.strip() not in ("", "NEW", "MOD"):
        return _end(listing, f"IEB801I PARM {step.parm} IS NOT NEW OR MOD")
    if library is None or library.lrecl != CARD:
        return _end(listing, f"IEB804I SYSUT2 IS NOT A LIBRARY OF RECORDS OF {CARD} BYTES")
    members = library.pds()
    step.authorise(library.dsname, "UPDATE")
    try:
        for update in updates(step.dd("SYSIN").records()):
            listing.line(f" {update.statement}")
            listing.line(_carry_out(members, update))
    except ControlError as error:
        return _end(listing, str(error))
    return _end(listing)


def _end(listing: Listing, error: str = "") -> int:
    """Print the closing messages and return the condition code."""
    code = FAILED if error else 0
    if error:
        listing.line(error)
    listing.line(f"IEB818I HIGHEST CONDITION CODE WAS {code:08d}")
    listing.line("IEB819I END OF JOB IEBUPDTE.")
    return code


def updates(lines: Iterable[str]) -> Iterator[Update]:
    """Yield the functions of a control data set.

    :raises ControlError: a statement is not supported, or records stand before the first one.
    """
    current: tuple[str, str, str] | None = None
    records: list[str] = []
    for line in lines:
        if not line.startswith("./"):
            if current is None:
                raise ControlError(f"IEB802I INVALID OPERATION: RECORD BEFORE THE FIRST FUNCTION: {line[:40]}")
            records.append(line)
            continue
        if current is not None:
            yield Update(*current, tuple(records))
            records = []
        current = _function(line)
        if current is None:
            return
    if current is not None:
        yield Update(*current, tuple(records))


def _function(line: str) -> tuple[str, str, str] | None:
    """Return function and member, or None for ENDUP."""
    found = FUNCTION.match(line)
    if found is None or found[1] not in ("ADD", "REPL", "ENDUP"):
        raise ControlError(f"IEB802I INVALID OPERATION: {line.strip()}")
    if found[1] == "ENDUP":
        return None
    operands = dict(one.partition("=")[::2] for one in (found[2] or "").split(",") if one)
    unknown = sorted(set(operands) - OPERANDS)
    if unknown:
        raise ControlError(f"IEB803I INVALID KEYWORD {unknown[0]}: {line.strip()}")
    if not MEMBER.fullmatch(operands.get("NAME", "")):
        raise ControlError(f"IEB806I INVALID NAME: {line.strip()}")
    return found[1], operands["NAME"], line.strip()


def _carry_out(members: Pds, update: Update) -> str:
    """Write the member and return the message about it."""
    known = update.member in members
    if update.function == "REPL" and not known:
        raise ControlError(f"IEB807I MEMBER NOT FOUND: {update.member}")
    if update.function == "ADD" and known:
        raise ControlError(f"IEB808I MEMBER ALREADY THERE, USE REPL: {update.member}")
    members.write(update.member, [ebcdic.encode(record[:CARD], CARD) for record in update.records])
    if known:
        return f"IEB817I MEMBER NAME ({update.member:<8}) FOUND IN NM DIRECTORY. TTR IS NOW ALTERED."
    return f"IEB816I MEMBER NAME ({update.member:<8}) NOT FOUND IN NM DIRECTORY. STOWED WITH TTR."
