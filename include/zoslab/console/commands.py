"""Operator commands. z/OS MVS System Commands; message texts from z/OS MVS System Messages.

Not verified against a real system: the wording for a duplicate volume serial, which follows IEA213A of IPL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from zoslab.console import display
from zoslab.dasd.errors import DasdError
from zoslab.dasd.subsystem import DuplicateVolser
from zoslab.jes.converter import ConversionError
from zoslab.jes.job import ACTIVE, Job
from zoslab.jes.step import OperatorCommand

if TYPE_CHECKING:
    from zoslab.zos import Zos

Handler = Callable[["Zos", str, str], list[str]]
NAME = r"[A-Z@#$][A-Z0-9@#$]{0,7}"


def run(system: Zos, text: str, console: str) -> list[str]:
    """Run a command and return its response lines; an unknown one is answered with IEE305I."""
    verb, _, operands = text.partition(" ")
    reply = re.fullmatch(r"(?:R|REPLY) +(\d{1,2})(?: *, *(.*))?|(\d{1,2})R?[ ,](.*)", text, re.IGNORECASE | re.DOTALL)
    if reply:
        return _reply(system, int(reply[1] or reply[3]), reply[2] or reply[4] or "")
    handler = _COMMANDS.get(verb.upper())
    if handler is None:
        return [f"IEE305I {verb.upper()[:8]:<8} COMMAND INVALID"]
    return handler(system, operands.strip(), console)


def _reply(system: Zos, reply_id: int, text: str) -> list[str]:
    """REPLY id,text: the text in apostrophes or as it is."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    if not system.console.reply(reply_id, text):
        return [f"IEE147I REPLY {reply_id:02d} NOT OUTSTANDING"]
    return [f"IEE600I REPLY TO {reply_id:02d} IS;{text}"]


def _start(system: Zos, operands: str, console: str) -> list[str]:
    """START proc[.id][,JOBNAME=name][,keyword=value...]: the keywords are the procedure's symbols."""
    found = re.match(rf"({NAME})(?:\.({NAME}))?(?:,(.*))?$", operands.upper() if "'" not in operands else operands)
    if found is None:
        return [f"IEE535I START    INVALID PARAMETER {operands[:20]}".rstrip()]
    procedure, identifier, keywords = found[1], found[2], found[3] or ""
    jobname = identifier or procedure
    named = re.search(rf"(?:^|,)JOBNAME=({NAME})(?=,|$)", keywords)
    if named:
        jobname = named[1]
        keywords = (keywords[: named.start()] + keywords[named.end() :]).strip(",")
    try:
        job = system.jes.start_task(_started_jcl(jobname, procedure, keywords), jobname)
    except ConversionError as error:
        messages = [line.strip() for line in error.listing if re.search(r"\b(IEFC|IEF)\d{3}I\b", line)]
        reasons = [re.sub(r"^\d+ ", "", line) for line in messages if "IEFC653I" not in line]
        return [*reasons, f"IEE122I START COMMAND JCL ERROR FOR {procedure}"]
    return [
        f"$HASP100 {jobname:<8} ON STCINRDR",
        f"IEF695I START {procedure:<8} WITH JOBNAME {jobname:<8} IS ASSIGNED TO USER {job.owner}, JOB {job.jobid}",
    ]


def _started_jcl(jobname: str, procedure: str, keywords: str) -> str:
    cards = [f"//{jobname} JOB MSGLEVEL=1"]
    parts = [procedure, *re.findall(r"(?:[^,(']|\([^)]*\)|'[^']*')+", keywords)]
    for position, part in enumerate(parts):
        start = "//STARTING EXEC " if position == 0 else "// "
        cards.append(start + part + ("," if position < len(parts) - 1 else ""))
    return "\n".join(cards)


def _stop(system: Zos, operands: str, console: str) -> list[str]:
    """STOP jobname."""
    return _deliver(system, operands.upper(), OperatorCommand("STOP", "", console))


def _modify(system: Zos, operands: str, console: str) -> list[str]:
    """MODIFY jobname,text."""
    name, _, text = operands.partition(",")
    return _deliver(system, name.upper(), OperatorCommand("MODIFY", text, console))


def _deliver(system: Zos, name: str, command: OperatorCommand) -> list[str]:
    jobs = _active(system, name.partition(".")[0])
    if not jobs:
        return [f"IEE341I {name:<8} NOT ACTIVE"]
    if not all([system.jes.deliver(job.jobid, command) for job in jobs]):
        return [f"IEE342I {command.verb} REJECTED--TASK BUSY"]
    return []


def _cancel(system: Zos, operands: str, console: str) -> list[str]:
    """CANCEL jobname[,A=asid is not supported]: a job that runs, or one that waits."""
    name = operands.upper()
    if not re.fullmatch(NAME, name):
        return [f"IEE535I CANCEL   INVALID PARAMETER {operands[:20]}".rstrip()]
    jobs = _active(system, name)
    if not jobs:
        return [f"IEE341I {name:<8} NOT ACTIVE"]
    for job in jobs:
        system.jes.cancel(job.jobid)
    return [f"IEE301I {name:<8} CANCEL COMMAND ACCEPTED"]


def _active(system: Zos, name: str) -> list[Job]:
    return system.jes.jobs(lambda job: job.jobname == name and job.status == ACTIVE)


def _vary(system: Zos, operands: str, console: str) -> list[str]:
    """VARY dev|dev-dev|(list),ONLINE|OFFLINE."""
    found = re.fullmatch(r"(\([^)]*\)|[^,]+),(ONLINE|OFFLINE)", operands.upper().replace(" ", ""))
    if found is None:
        return [f"IEE535I VARY     INVALID PARAMETER {operands[:20]}".rstrip()]
    lines: list[str] = []
    for text in found[1].strip("()").split(","):
        for devno in _devices(text):
            lines.append(
                _vary_one(system, devno, found[2]) if devno is not None else f"IEE313I {text:<8} UNIT REF. INVALID"
            )
    return lines


def _devices(text: str) -> Iterator[int | None]:
    first, _, last = text.replace("/", "").partition("-")
    if not re.fullmatch(r"[0-9A-F]{3,4}", first) or not re.fullmatch(r"[0-9A-F]{3,4}", last or first):
        yield None
        return
    yield from range(int(first, 16), int(last or first, 16) + 1)


def _vary_one(system: Zos, devno: int, state: str) -> str:
    device = next((device for device in system.dasd.devices() if device.devno == devno), None)
    if device is None:
        return f"IEE313I {devno:04X}     UNIT REF. INVALID"
    try:
        if state == "ONLINE":
            system.dasd.vary_online(devno)
            return f"IEE302I {devno:04X}     ONLINE"
        if device.online and system.jes.allocated(devno):
            system.vary_offline_later(devno)
            return f"IEE794I {devno:04X}     PENDING OFFLINE"
        system.dasd.vary_offline(devno)
        return f"IEE303I {devno:04X}     OFFLINE"
    except DuplicateVolser as error:
        return (
            f"IEA213I DUPLICATE VOLUME {error.volser} FOUND ON DEVICES {error.online_devno:04X} AND {devno:04X}, "
            f"{devno:04X} REMAINS OFFLINE"
        )
    except DasdError as error:
        return f"IEE329I {devno:04X}     NOT BROUGHT {state}: {error}"


def _display(system: Zos, operands: str, console: str) -> list[str]:
    return display.run(system, operands.upper())


_COMMANDS: dict[str, Handler] = {
    name: handler
    for names, handler in (
        (("S", "START"), _start),
        (("P", "STOP"), _stop),
        (("F", "MODIFY"), _modify),
        (("C", "CANCEL"), _cancel),
        (("V", "VARY"), _vary),
        (("D", "DISPLAY"), _display),
    )
    for name in names
}
