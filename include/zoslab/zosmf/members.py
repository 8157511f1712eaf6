"""GET /zosmf/restfiles/ds/{dsn}/member: the directory of a library, with ISPF statistics or load module attributes.

Source: z/OSMF Programming Guide, "List the members of a z/OS data set"; in a pattern ``*`` is any text, ``%`` one.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from zoslab.dasd.ispf_statistics import Statistics
from zoslab.dasd.loadmodule import LoadModuleEntry
from zoslab.dasd.pds import Member
from zoslab.zos import Zos
from zoslab.zosmf import contents
from zoslab.zosmf.access import reading
from zoslab.zosmf.errors import FILES_ISPF, FILES_SERVICE, ZosmfError
from zoslab.zosmf.names import Place
from zoslab.zosmf.paging import Page

ATTRIBUTES = ("member", "base")
LONGEST_PATTERN = 8


def answer(system: Zos, request: Request, place: Place) -> Response:
    """Return the page of the member list that the request asks for."""
    page = Page.of(request, ATTRIBUTES)
    wanted = _pattern(request.query_params.get("pattern", "*").upper())
    with reading(system, request.user.display_name, place, FILES_ISPF):
        found = contents.find(system.datasets, place)
        members = found.pds().members()
        modules = found.recfm.startswith("U")
    names = {member.ttr: member.name for member in members if not member.alias}
    chosen = [member for member in members if wanted.fullmatch(member.name)]

    def item(member: Member) -> dict[str, Any]:
        described: dict[str, Any] = {"member": member.name}
        if page.attributes == "base":
            described |= _module(member, names) if modules else _statistics(member)
        return described

    return JSONResponse(page.document(chosen, lambda member: member.name, item))


def _pattern(text: str) -> re.Pattern[str]:
    if len(text) > LONGEST_PATTERN:
        raise ZosmfError(400, FILES_SERVICE, 4, 13, f"Member pattern '{text}' is longer than 8 characters")
    return re.compile(re.escape(text).replace(r"\*", ".*").replace("%", "."))


def _statistics(member: Member) -> dict[str, Any]:
    found = Statistics.of(member.user_data)
    if found is None:
        return {}
    return {
        "vers": found.version,
        "mod": found.level,
        "c4date": f"{found.created:%Y/%m/%d}",
        "m4date": f"{found.changed:%Y/%m/%d}",
        "cnorc": found.lines,
        "inorc": found.initial,
        "mnorc": found.modified,
        "mtime": f"{found.changed:%H:%M}",
        "msec": f"{found.changed:%S}",
        "user": found.user.strip(),
        "sclm": "N",
    }


def _module(member: Member, names: dict[tuple[int, int], str]) -> dict[str, Any]:
    found = {"ttr": f"{member.ttr[0]:04X}{member.ttr[1]:02X}"}
    if member.alias:
        found["alias-of"] = names.get(member.ttr, "")
    if len(member.user_data) >= LoadModuleEntry.size:
        entry = LoadModuleEntry.of(member.user_data)
        found |= {"size": f"{entry.pds2stor:08X}", "attr": bytes(entry.pds2atr).hex().upper()}
        found["ac"] = f"{entry.pdsapfac:02X}"
    return found
