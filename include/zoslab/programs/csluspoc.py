"""CSLUSPOC: IMS commands in batch, to the members of an IMSplex. Source: ims.md section 3, batch SPOC utility.

Own layout: the listing; IBM documents the PARM and the input, of the listing only that it holds the responses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoslab.ims import subsystems
from zoslab.ims.errors import ImsError
from zoslab.ims.region import ControlRegion
from zoslab.ims.type2 import CommandRejected, Response, execute
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

REJECTED, SOME_FAILED = 8, 4
_PARM = re.compile(r"([A-Z]+)=(\([^)]*\)|[^,]*)")
_KEYWORDS = frozenset({"IMSPLEX", "ROUTE", "WAIT", "F"})


@program("CSLUSPOC")
def csluspoc(step: Step) -> int:
    """PARM='IMSPLEX=plex,ROUTE=(a,b)|*,WAIT=sec,F=WRAP': run the commands in SYSIN."""
    listing = step.print("SYSPRINT")
    parm = {match[1]: match[2].strip("()") for match in _PARM.finditer(step.parm)}
    unknown = sorted(set(parm) - _KEYWORDS)
    if unknown or not parm.get("IMSPLEX"):
        listing.line(
            f"CSLM400E INVALID PARM: {unknown[0] if unknown else 'IMSPLEX='} {'UNKNOWN' if unknown else 'MISSING'}"
        )
        return REJECTED
    regions = subsystems.members(step.system, parm["IMSPLEX"])
    route = [name for name in parm.get("ROUTE", "*").split(",") if name not in ("", "*", "%")]
    chosen = [region for region in regions if not route or region.imsid in route]
    highest = 0
    for command in commands(step.dd("SYSIN").records()):
        highest = max(highest, _one(listing, command, chosen, parm["IMSPLEX"]))
    return highest


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


def _one(listing: Listing, command: str, regions: list[ControlRegion], imsplex: str) -> int:
    listing.line(f"COMMAND : {command}")
    listing.line(f"IMSPLEX : {imsplex}   MEMBERS : {','.join(region.imsid for region in regions)}")
    if not regions:
        listing.line("RC=X'02000010' RSN=X'00004200' NO CLIENTS TO ROUTE THE COMMAND TO")
        return REJECTED
    try:
        responses = [execute(region, command) for region in regions]
    except CommandRejected as error:
        listing.line(f"RC=X'02000004' RSN=X'00001008' {error}")
        return REJECTED
    except ImsError as error:
        listing.line(f"RC=X'0200000C' RSN=X'00003000' {error}")
        return REJECTED
    failed = any(response.code for response in responses)
    listing.line(f"RC=X'{'0200000C' if failed else '00000000'}' RSN=X'{'00003004' if failed else '00000000'}'")
    _show(listing, responses)
    return SOME_FAILED if failed else 0


def _show(listing: Listing, responses: list[Response]) -> None:
    if any(response.rows for response in responses):
        title = next((response.title for response in responses if response.title), "")
        listing.line(f"DBName   MbrName  CC   {title}".rstrip())
        for response in responses:
            for row in response.rows:
                listing.line(f"{row.name:8} {row.member:8} {row.code:4X} {row.text}".rstrip())
    for response in responses:
        for line in response.lines:
            listing.line(f" {response.member:8} {line}")
    listing.line()
