"""VOLRCOND: rename in place on copied volumes. A program of this project's own; z/OS has no utility for it.

Statement::

    RECONDITION VOLUMES((source,target),...) [VOLMAP((source,target),...)] [RENAME((mask,mask),...)]
                [CATALOGS((source,target),...)] [NOTRENAMED(KEEP|DELETE|FAIL)] [ORPHAN(KEEP|DELETE)]
                [GDG(RENAME|DELETE)] [SIMULATE]

Return codes: 0; 4 something was kept that masks match; 8 refused or failed; 12 a statement is wrong. Everything is
checked before anything is changed. DD RENAMES, if there is one, gets each old and new name with its volume.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from zoslab.dasd.devices import Device
from zoslab.dasd.errors import DasdError, NotLabelled
from zoslab.dasd.label import read_label
from zoslab.dasd.subsystem import DiskSubsystem, VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.programs.registry import program
from zoslab.programs.statements import Command, Grammar, Statement, StatementFault, flag, parse, value, values
from zoslab.recondition.engine import FAILED, REFUSED, WARNING, Plan, carry_out, survey
from zoslab.recondition.errors import InvalidRequest, Problem
from zoslab.recondition.report import lines
from zoslab.recondition.request import NotRenamed, Pair, Request

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

VOLSER, MASK = r"[A-Z0-9@#$-]{1,6}", r"[A-Z0-9@#$%*.-]{1,88}"
COMMANDS = Grammar(
    Command(
        "RECONDITION",
        values("VOLUMES", required=True, pattern=VOLSER),
        values("VOLMAP", pattern=VOLSER),
        values("RENAME", pattern=MASK),
        values("CATALOGS", pattern=MASK),
        value("NOTRENAMED", choices=("KEEP", "DELETE", "FAIL")),
        value("ORPHAN", choices=("KEEP", "DELETE")),
        value("GDG", choices=("RENAME", "DELETE")),
        flag("SIMULATE"),
    )
)
Say = Callable[[str], None]


@program("VOLRCOND")
def volrcond(step: Step) -> int:
    """Run the statements of SYSIN one after the other, up to the first that fails; none if one of them is wrong."""
    listing = step.print("SYSPRINT")
    say = _upper(listing)
    say(f"RCD001I RECONDITION STARTED {step.system.clock.now():%Y.%j %H:%M:%S.%f}")
    highest = 0
    statements = list(parse(step.dd("SYSIN").records(), COMMANDS))
    for statement in statements:
        for line in statement.lines:
            say(f"  {line.strip()}")
        if isinstance(statement, StatementFault):
            say(f"RCD100E {statement}")
            highest = REFUSED
    if not statements:
        say("RCD100E SYSIN HAS NO STATEMENT")
        highest = REFUSED
    for statement in statements:
        if highest < FAILED and isinstance(statement, Statement):
            highest = max(highest, _recondition(step, statement, say))
    say(f"RCD099I RECONDITION ENDED RC={highest}")
    return highest


def _upper(listing: Listing) -> Say:
    return lambda text: listing.line(text.upper())


def _recondition(step: Step, statement: Statement, say: Say) -> int:
    try:
        request = _request(statement)
    except InvalidRequest as error:
        for problem in error.problems:
            say(str(problem))
        return REFUSED
    volumes = _Volumes(step.system.dasd)
    plan = survey(request, volumes.volume, step.check)
    for problem in plan.problems:
        say(str(problem))
    if plan.errors:
        return FAILED
    code = WARNING if any(problem.code.endswith("W") for problem in plan.problems) else 0
    return max(code, _change(step, plan, statement.has("SIMULATE"), say))


def _change(step: Step, plan: Plan, simulate: bool, say: Say) -> int:
    """Carry the plan out, or only tell it."""
    renames = step.print("RENAMES").line if step.has("RENAMES") else None
    found = [volume for _, volume in plan.volumes]
    for outcome in found if simulate else carry_out(plan, step.system.catalogs.changing, step.check):
        if isinstance(outcome, Problem):
            say(str(outcome))
            return FAILED
        for line in lines(outcome):
            say(line)
        if renames is not None:
            for old, new in sorted(outcome.renames.items()):
                renames(f"{old:<44} {new:<44} {outcome.target}")
    return 0


def _request(statement: Statement) -> Request:
    return Request.of(
        volumes=_pairs(statement, "VOLUMES"),
        rename=_pairs(statement, "RENAME"),
        volmap=_pairs(statement, "VOLMAP"),
        catalogs=_pairs(statement, "CATALOGS"),
        notrenamed=cast(NotRenamed, statement.text("NOTRENAMED", "KEEP")),
        orphan=cast(Literal["KEEP", "DELETE"], statement.text("ORPHAN", "KEEP")),
        gdg=cast(Literal["RENAME", "DELETE"], statement.text("GDG", "RENAME")),
    )


def _pairs(statement: Statement, keyword: str) -> list[Pair]:
    groups = statement.groups(keyword)
    wrong = [group for group in groups if len(group) != 2]
    if wrong:
        raise InvalidRequest(Problem("RCD107E", f"{keyword}: ({','.join(wrong[0])}) is not a pair"))
    return [(group[0], group[1]) for group in groups]


class _Volumes:
    """Finds the volumes of one statement; the labels of offline devices are read once, however many volumes it has."""

    def __init__(self, dasd: DiskSubsystem) -> None:
        self._dasd = dasd

    @cached_property
    def _offline(self) -> dict[str, list[Device]]:
        found: dict[str, list[Device]] = {}
        for device in self._dasd.devices():
            if not device.online and (serial := _serial(device)) is not None:
                found.setdefault(serial, []).append(device)
        return found

    def volume(self, source: str, target: str) -> Volume:
        """Return the volume whose label has the target's serial, online or, if it is the only one, offline."""
        try:
            return _labelled(self._dasd.device_of(target), target)
        except VolumeNotMounted:
            found = self._offline.get(target, [])
        if len(found) == 1:
            return Volume.open(found[0])
        if found:
            devices = ", ".join(f"{device.devno:04X}" for device in found)
            raise VolumeNotMounted(f"devices {devices} are offline with that serial; vary one of them online")
        copies = self._offline.get(source, []) if source != target else []
        hint = f"; device {copies[0].devno:04X} still has the serial {source} (ICKDSF REFORMAT VOLID)" if copies else ""
        raise VolumeNotMounted(f"no device has a volume of that serial{hint}")


def _labelled(device: Device, target: str) -> Volume:
    volume = Volume.open(device)
    if volume.volser != target:
        raise DasdError(f"device {device.devno:04X} is online as {target}, but its label says {volume.volser}")
    return volume


def _serial(device: Device) -> str | None:
    try:
        return read_label(device).volserno
    except (NotLabelled, DasdError):
        return None
