"""CSLUSPOC: IMS commands in batch, to the members of an IMSplex. Source: ims.md section 3, batch SPOC utility.

Own layout: the head of each answer. Its table follows APAR PM61871: headings, a rule of dashes under each, then the
lines; messages stand in the columns MbrName and Messages. A member that does not answer within WAIT goes on; one that
restarts is not there yet, because IMS tells OM that it is ready (CSLOMRDY) when it has restarted.
"""

from __future__ import annotations

import contextvars
import re
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from zoslab.ims import subsystems
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import ImsError
from zoslab.ims.om import COLUMNS, CommandRejected, Response, codes
from zoslab.ims.region import RUNNING, STOPPING, ControlRegion
from zoslab.ims.type2 import execute_all
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

REJECTED, SOME_FAILED = 8, 4
WIDTH = 132
DEFAULT_WAIT = "5:00"
_PARM = re.compile(r"([A-Z]+)=(\([^)]*\)|[^,]*)")
_KEYWORDS = {"IMSPLEX": r"\w{1,8}", "ROUTE": r".*", "WAIT": r"\d{1,5}|\d{1,3}:\d\d", "F": "WRAP|BYRSC"}

Table = list[dict[str, str]]


@program("CSLUSPOC")
def csluspoc(step: Step) -> int:
    """PARM='IMSPLEX=plex,ROUTE=(a,b)|*,WAIT=sec,F=WRAP': run the commands in SYSIN."""
    listing = step.print("SYSPRINT")
    parm = {match[1]: match[2].strip("()") for match in _PARM.finditer(step.parm)}
    wrong = [name for name, text in parm.items() if not re.fullmatch(_KEYWORDS.get(name, "(?!)"), text)]
    if wrong or "IMSPLEX" not in parm:
        found = f"{wrong[0]}={parm[wrong[0]]} IS NOT SUPPORTED" if wrong else "IMSPLEX= IS MISSING"
        listing.line(f"CSLM400E INVALID PARM: {found}")
        return REJECTED
    regions = [one for one in subsystems.members(step.system, parm["IMSPLEX"]) if one.state in (RUNNING, STOPPING)]
    route = parm.get("ROUTE", "*").split(",")
    chosen = _chosen(regions, [name for name in route if name])
    highest = 0
    for command in commands(step.dd("SYSIN").records()):
        highest = max(highest, _one(listing, command, chosen, parm))
    return highest


def _chosen(regions: list[ControlRegion], route: list[str]) -> list[ControlRegion]:
    """Return the members that are to carry commands out: ``*`` is all, ``%`` any one of them."""
    if "%" in route:
        return regions[:1]
    return [region for region in regions if not route or "*" in route or region.imsid in route]


def commands(lines: Iterable[str]) -> Iterable[str]:
    """Return the commands: one a statement, ``+`` continues, comments are left out."""
    pending = ""
    for line in lines:
        text = re.sub(r"/\*.*?\*/", " ", line[:72]).strip()
        if not text or text.startswith("*"):
            continue
        if text.endswith("+"):
            pending += f"{text[:-1].strip()} "
        else:
            yield pending + text
            pending = ""
    if pending:
        yield pending.strip()


def seconds(wait: str) -> float:
    """Return the seconds of WAIT=sec or WAIT=m:ss."""
    minutes, _, rest = wait.rpartition(":")
    return int(minutes or 0) * 60.0 + int(rest)


def _one(listing: Listing, command: str, regions: list[ControlRegion], parm: dict[str, str]) -> int:
    listing.line(f"COMMAND : {command}")
    listing.line(f"IMSPLEX : {parm['IMSPLEX']}   MEMBERS : {','.join(region.imsid for region in regions)}")
    if not regions:
        return _refused(listing, 0x02000010, 0x4200, "NO CLIENTS TO ROUTE THE COMMAND TO")
    try:
        responses = _within(seconds(parm.get("WAIT", DEFAULT_WAIT)), regions, command)
    except CommandRejected as error:
        return _refused(listing, 0x02000004, error.reason, str(error))
    except (ImsError, DbrcError) as error:
        return _refused(listing, 0x0200000C, 0x3014, str(error))
    if responses is None:
        return _refused(listing, 0x0200000C, 0x3010, "THE COMMAND DID NOT END WITHIN WAIT; IT GOES ON")
    code, reason = codes(responses)
    listing.line(f"RC=X'{code:08X}' RSN=X'{reason:08X}'")
    for line in answer(responses, parm.get("F", "WRAP")):
        listing.line(line)
    return SOME_FAILED if code else 0


def _refused(listing: Listing, code: int, reason: int, text: str) -> int:
    listing.line(f"RC=X'{code:08X}' RSN=X'{reason:08X}' {text}")
    listing.line()
    return REJECTED


def _within(wait: float, regions: list[ControlRegion], command: str) -> list[Response] | None:
    """Carry a command out; None if it takes longer than ``wait``."""
    found: list[Response] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            found.extend(execute_all(regions, command))
        except (ImsError, DbrcError) as error:
            failed.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name="om-command", daemon=True)
    thread.start()
    thread.join(wait)
    if thread.is_alive():
        return None
    if failed:
        raise failed[0]
    return found


def answer(responses: Sequence[Response], form: str) -> list[str]:
    """Return the lines that show what the members answered."""
    rows: Table = [{**row.columns, "CC": f"{row.code:X}"} for response in responses for row in response.rows]
    messages: Table = [
        {"MbrName": response.member, "Messages": line} for response in responses for line in response.lines
    ]
    lines: list[str] = []
    for table, order in ((rows, COLUMNS), (messages, ("MbrName", "Messages"))):
        names = [name for name in order if any(name in row for row in table)]
        names.sort(key=lambda name: name == "CCText")
        if names:
            lines += _by_resource(table, names) if form == "BYRSC" else _wrapped(table, names)
    return lines or [""]


def _by_resource(table: Table, names: list[str]) -> list[str]:
    lines = []
    for row in table:
        lines += [f"{name:8} : {row[name]}" for name in names if name in row] + [""]
    return lines


def _wrapped(table: Table, names: list[str]) -> list[str]:
    """Return a table; what does not fit a line goes on below, in its column."""
    widths = [max(len(name), *(len(row.get(name, "")) for row in table)) for name in names]
    start = sum(widths[:-1]) + len(names) - 1
    widths[-1] = min(widths[-1], WIDTH - start)
    lines = [_line(names, widths), " ".join("-" * width for width in widths)]
    for row in table:
        cells = [row.get(name, "") for name in names]
        lines.append(_line([*cells[:-1], cells[-1][: widths[-1]]], widths))
        rest = cells[-1][widths[-1] :]
        while rest:
            lines.append(" " * start + rest[: widths[-1]])
            rest = rest[widths[-1] :]
    return [*lines, ""]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
