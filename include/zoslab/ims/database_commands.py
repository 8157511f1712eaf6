"""/DBR, /DBD, /STA and /STO for databases, partitions and areas, on one IMS or on all that share the RECONs.

Source: DFS0488I: RC 00; 01 the authorization state is incompatible; 02 not all data sharing partners could be reached;
04 failed otherwise; with ALL one message for each name in error and a last one. /DBR GLOBAL prohibits further
authorization in the RECON, /DBD GLOBAL allows readers only, /STA GLOBAL takes both back. DFS3462I is IMS's.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims import subsystems
from zoslab.ims.command_operands import Operands, Verb
from zoslab.ims.control import close_database, start_database, stop_scheduling
from zoslab.ims.database_entry import STOPPED_ACCESS, STOPPED_UPDATES
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import ImsError
from zoslab.ims.region import RUNNING, ControlRegion

DONE, INCOMPATIBLE, PARTNERS, FAILED = 0, 1, 2, 4
RECORDED: dict[str, dict[str, bool]] = {
    "DBR": {"prohibited": True},
    "DBD": {"read_only": True},
    "STA": {"prohibited": False, "read_only": False},
    "STO": {},
}


def carry_out(region: ControlRegion, verb: Verb, operands: Operands) -> None:
    """Do the command and say on the console what became of each name."""
    codes = {name: _everywhere(region, verb, operands, name) for name in operands.names}
    what = "AREA" if operands.resource == "AREA" else "DBN"
    for name, code in codes.items():
        if code or not operands.every:
            region.host.message(f"DFS0488I {verb.name} COMMAND COMPLETED. {what}= {name} RC={code:02d} {region.imsid}")
    if verb.point and "NOFEOV" not in operands.keywords and not all(codes.values()):
        region.log.switch()
        region.checkpoint()
    if operands.every:
        region.host.message(f"DFS0488I {verb.name} COMMAND COMPLETED. {region.imsid}")


def _everywhere(region: ControlRegion, verb: Verb, operands: Operands, name: str) -> int:
    if "GLOBAL" not in operands.keywords:
        return _one(region, verb, operands, name)
    if operands.resource != "AREA" and verb.name != "STA":
        _record(region, verb, name)
    code = _one(region, verb, operands, name)
    partners = [one for one in subsystems.peers(region) if one.state == RUNNING]
    if any([_as_partner(one, verb, operands, name) for one in partners]):
        code = code or PARTNERS
    return code


def _as_partner(region: ControlRegion, verb: Verb, operands: Operands, name: str) -> int:
    with region.as_itself():
        return _one(region, verb, operands, name)


def _record(region: ControlRegion, verb: Verb, name: str) -> None:
    with region.engine.gate.passing():
        region.dbrc.record_global(name, **RECORDED[verb.name])


def _one(region: ControlRegion, verb: Verb, operands: Operands, name: str) -> int:
    try:
        if operands.resource == "AREA":
            _AREAS[verb.name](region, name)
        else:
            _database(region, verb, operands, name)
    except (ImsError, DbrcError) as error:
        text = str(error)
        region.host.message(text if text.endswith(region.imsid) else f"{text} {region.imsid}")
        return INCOMPATIBLE if text.startswith("DFS047A") else FAILED
    return DONE


def _database(region: ControlRegion, verb: Verb, operands: Operands, name: str) -> None:
    if verb.name == "DBD" and region.databases.dbd(name).access == "DEDB":
        raise ImsError(f"DFS3462I DEDB {name} NOT VALID FOR /DBD COMMAND.")
    if verb.name != "STA":
        _DATABASES[verb.name](region, name)
        return
    if "GLOBAL" in operands.keywords:
        _record(region, verb, name)
    start_database(region, name, operands.access)


_DATABASES: dict[str, Callable[[ControlRegion, str], None]] = {
    "DBR": lambda region, name: close_database(region, name, STOPPED_ACCESS),
    "DBD": lambda region, name: close_database(region, name, STOPPED_UPDATES),
    "STO": stop_scheduling,
}
_AREAS: dict[str, Callable[[ControlRegion, str], None]] = {
    "DBR": lambda region, name: region.databases.areas.close(name),
    "STO": lambda region, name: region.databases.areas.stop(name),
    "STA": lambda region, name: region.databases.areas.start(name),
}
