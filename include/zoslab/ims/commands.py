"""Type-1 commands: /CHE /DIS /DBR /STA /STO /DBD. Source: ims.md section 3; the displays' columns are our own choice.

/DBR, /DBD, /STA and /STO are asynchronous: DFS058I first, then one DFS0488I for each database that failed or a last
one with RC=00.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims.control import close_database
from zoslab.ims.errors import ImsError, RegionDown
from zoslab.ims.open_databases import STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES
from zoslab.ims.region import RUNNING, ControlRegion


def command(region: ControlRegion, text: str) -> list[str]:
    """Carry out a command and return its response lines."""
    words = text.upper().strip().rstrip(".").replace(",", " ").split()
    verb = words[0].lstrip("/")[:3] if words else ""
    handler = _VERBS.get(verb)
    if handler is None:
        return [f"DFS065 COMMAND {words[0] if words else ''} IS INVALID {region.imsid}"]
    if region.state != RUNNING:
        return [f"DFS3649A COMMAND {words[0]} IS NOT VALID NOW, IMS IS {region.state} {region.imsid}"]
    try:
        with region.as_itself():
            return handler(region, words[1:])
    except ImsError as error:
        return [str(error)]


def _accepted(region: ControlRegion, verb: str, outcome: str = "COMPLETED") -> str:
    return f"DFS058I {region.clock.now():%H:%M:%S} {verb} COMMAND {outcome} {region.imsid}"


def _checkpoint(region: ControlRegion, words: list[str]) -> list[str]:
    if words == ["FREEZE"]:
        region.spawn("freeze", lambda: _freeze(region))
        return [_accepted(region, "CHECKPOINT", "IN PROGRESS")]
    if words not in ([], ["SIMPLE"]):
        return [f"DFS110 KEYWORD {words[0]} IS INVALID {region.imsid}"]
    region.checkpoint()
    return [_accepted(region, "CHECKPOINT")]


def _freeze(region: ControlRegion) -> None:
    try:
        region.freeze()
    except RegionDown:
        return
    except ImsError as error:
        region.host.message(f"{error} {region.imsid}")


def _names(region: ControlRegion, words: list[str]) -> list[str]:
    if not words or words[0] not in ("DB", "DATABASE"):
        raise ImsError(f"DFS110 EXPECTED DB name, FOUND {' '.join(words) or 'NOTHING'} {region.imsid}")
    names = [word for word in words[1:] if word not in ("NOFEOV", "LOCAL", "ALL", "ACCESS")]
    if "GLOBAL" in names:
        raise ImsError(f"DFS110 KEYWORD GLOBAL IS NOT SUPPORTED {region.imsid}")
    return sorted(region.databases.entries) if "ALL" in words[1:] else names


def _for_each(
    region: ControlRegion, verb: str, names: list[str], action: Callable[[str], None], final: str = "00"
) -> list[str]:
    lines, failed = [_accepted(region, verb)], False
    for name in names:
        try:
            region.databases.entry(name)
            action(name)
        except ImsError as error:
            failed = True
            lines += [str(error), f"DFS0488I {verb} COMMAND COMPLETED. DBN= {name} RC=04 {region.imsid}"]
        else:
            lines.append(f"DFS0488I {verb} COMMAND COMPLETED. DBN= {name} RC={final} {region.imsid}")
    for line in lines[1:] if failed else []:
        region.host.message(line)
    return lines


def _dbr(region: ControlRegion, words: list[str]) -> list[str]:
    names = _names(region, words)
    lines = _for_each(region, "DBR", names, lambda name: close_database(region, name, STOPPED_ACCESS))
    if "NOFEOV" not in words:
        region.log.switch()
        region.checkpoint()
    return lines


def _dbd(region: ControlRegion, words: list[str]) -> list[str]:
    names = _names(region, words)
    lines = _for_each(region, "DBD", names, lambda name: close_database(region, name, STOPPED_UPDATES))
    if "NOFEOV" not in words:
        region.log.switch()
        region.checkpoint()
    return lines


def _start(region: ControlRegion, words: list[str]) -> list[str]:
    return _for_each(region, "STA", _names(region, words), region.databases.start)


def _stop(region: ControlRegion, words: list[str]) -> list[str]:
    return _for_each(region, "STO", _names(region, words), lambda name: region.databases.stop(name, STOPPED_SCHEDULING))


def _display(region: ControlRegion, words: list[str]) -> list[str]:
    kind = words[0] if words else ""
    handler = _DISPLAYS.get(kind)
    if handler is None:
        return [f"DFS110 KEYWORD {kind} IS INVALID {region.imsid}"]
    return [*handler(region, words[1:]), f"*{region.clock.now():%y%j/%H%M%S}* {region.imsid}"]


def _display_databases(region: ControlRegion, words: list[str]) -> list[str]:
    names = sorted(region.databases.entries) if words in ([], ["ALL"]) else words
    lines = ["   DATABASE TYPE     TOTAL UNUSED TOTAL UNUSED ACC  CONDITIONS"]
    for name in names:
        conditions = {"STOACC": "STOPPED", "STOSCHD": "STOPPED", "STOUPDS": "DBDUMPED"}
        shown = [conditions.get(status, status) for status in region.databases.status(name) if status != "OPEN"]
        lines.append(f"   {name:8} DL/I                               UP   {', '.join(dict.fromkeys(shown))}")
    return lines


def _display_olds(region: ControlRegion, words: list[str]) -> list[str]:
    lines = ["   OLDS-DDNAME % FULL RATE ARCH-JOB ARCH-STATUS OTHER-STS"]
    for olds in region.ring.ring:
        status = "IN USE" if olds is region.ring.current else olds.status
        other = "CURRENT" if olds is region.ring.current else ""
        lines.append(f"   {olds.ddname:11} {olds.percent_full:6}                {status:11} {other}")
    lines.append(
        f"   DUAL OLDS LOGGING INACTIVE, WADS = {' '.join(f'*DFSWADS{n}' for n in region.configuration.storage.wads)}"
    )
    return lines


def _display_active(region: ControlRegion, words: list[str]) -> list[str]:
    lines = ["   REGID JOBNAME   TYPE TRAN/STEP PROGRAM  STATUS"]
    lines += [f"   {number:5}           TP   {name:8}           ACTIVE" for number, name in region.programs.items()]
    return lines if region.programs else [*lines, "   NO ACTIVE REGIONS"]


def _display_status(region: ControlRegion, words: list[str]) -> list[str]:
    used, changed = region.engine.pool.census()
    suspended = region.suspension.since
    return [
        f"   IMS {region.imsid} {region.state}",
        f"   LAST CHECKPOINT {region.last_checkpoint.checkpoint if region.last_checkpoint else 'NONE'}",
        f"   BUFFERS IN USE {used} CHANGED {changed}  LOCK WAITS {region.engine.locks.waiting()}",
        f"   UPDATES {'SUSPENDED' if suspended else 'ALLOWED'}",
    ]


_VERBS: dict[str, Callable[[ControlRegion, list[str]], list[str]]] = {
    "CHE": _checkpoint,
    "DIS": _display,
    "DBR": _dbr,
    "DBD": _dbd,
    "STA": _start,
    "STO": _stop,
}
_DISPLAYS: dict[str, Callable[[ControlRegion, list[str]], list[str]]] = {
    "DB": _display_databases,
    "DATABASE": _display_databases,
    "OLDS": _display_olds,
    "ACT": _display_active,
    "ACTIVE": _display_active,
    "STATUS": _display_status,
}
