"""Type-1 commands: /CHE /DIS /DBR /DBD /STA /STO /SWI. Source: ims.md section 3; IMS Commands, Volumes 1 and 2.

The database commands are asynchronous: DFS058I says that the command was taken, and which names were not; what became
of each database, DFS0488I says on the console later, after a message that tells why if it failed.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims import checkpoint
from zoslab.ims.command_operands import DATABASE_VERBS, parse
from zoslab.ims.database_commands import carry_out
from zoslab.ims.displays import display
from zoslab.ims.errors import ImsError, RegionDown
from zoslab.ims.region import RUNNING, ControlRegion

VERBS = {
    **{name: {name, verb.full} for name, verb in DATABASE_VERBS.items()},
    "CHE": {"CHE", "CHECKPOINT"},
    "DIS": {"DIS", "DISPLAY"},
    "SWI": {"SWI", "SWITCH"},
}
SIMPLE = {(): checkpoint.SIMPLE, ("SIMPLE",): checkpoint.SIMPLE, ("SNAPQ",): checkpoint.SNAPQ}
SHUTDOWN = {(kind,): kind for kind in checkpoint.SHUTDOWN}


def command(region: ControlRegion, text: str) -> list[str]:
    """Carry out a command, or start to, and return its response lines."""
    words = text.upper().strip().rstrip(".").replace(",", " ").split()
    entered = words[0].removeprefix("/") if words else ""
    verb = next((one for one, names in VERBS.items() if entered in names), "")
    if not verb:
        return [f"DFS065 COMMAND {entered} IS INVALID {region.imsid}"]
    if region.state != RUNNING:
        return [f"DFS3649A COMMAND {entered} IS NOT VALID NOW, IMS IS {region.state} {region.imsid}"]
    try:
        with region.as_itself():
            return _run(region, verb, words[1:])
    except ImsError as error:
        return [str(error)]


def _run(region: ControlRegion, verb: str, words: list[str]) -> list[str]:
    if verb == "DIS":
        return display(region, words)
    if verb == "SWI":
        return _switch(region, words)
    return _checkpoint(region, words) if verb == "CHE" else _databases(region, verb, words)


def accepted(region: ControlRegion, verb: str, outcome: str = "COMPLETED") -> str:
    """Return DFS058I."""
    return f"DFS058I {region.clock.now():%H:%M:%S} {verb} COMMAND {outcome} {region.imsid}"


def _databases(region: ControlRegion, name: str, words: list[str]) -> list[str]:
    verb = DATABASE_VERBS[name]
    operands = parse(region, verb, words)
    refused = f" EXCEPT {operands.resource} {' '.join(operands.unknown)}" if operands.unknown else ""
    if not operands.names:
        return [accepted(region, verb.full, f"COMPLETED{refused}")]
    _on_its_own(region, verb.full.lower(), lambda: carry_out(region, verb, operands))
    return [accepted(region, verb.full, f"IN PROGRESS{refused}")]


def _on_its_own(region: ControlRegion, name: str, work: Callable[[], None]) -> None:
    """Go on with a command after its response; a failure of it is a message."""

    def run() -> None:
        try:
            work()
        except RegionDown:
            return
        except ImsError as error:
            region.host.message(f"{error} {region.imsid}")

    region.spawn(name, run)


def _checkpoint(region: ControlRegion, words: list[str]) -> list[str]:
    asked = tuple(words)
    if asked in SHUTDOWN:
        _on_its_own(region, "freeze", lambda: region.freeze(kind=SHUTDOWN[asked]))
        return [accepted(region, "CHECKPOINT", "IN PROGRESS")]
    if asked not in SIMPLE:
        raise ImsError(f"DFS110 KEYWORD {' '.join(words)} IS INVALID WITH CHECKPOINT {region.imsid}")
    region.checkpoint(SIMPLE[asked])
    return [accepted(region, "CHECKPOINT")]


def _switch(region: ControlRegion, words: list[str]) -> list[str]:
    """/SWITCH OLDS [CHECKPOINT]: go on with the next online log data set; the one before is archived."""
    if not words or words[0] != "OLDS" or words[1:] not in ([], ["CHECKPOINT"]):
        raise ImsError(f"DFS110 KEYWORD {' '.join(words)} IS INVALID WITH SWITCH {region.imsid}")
    region.log.switch()
    if words[1:]:
        region.checkpoint()
    return [accepted(region, "SWITCH")]
