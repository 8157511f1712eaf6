"""DISPLAY A, D U, D R and D T. Layouts: IEE114I, IEE115I, IEE457I, IEE112I and IEE136I in z/OS MVS System Messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoslab.clock import seconds
from zoslab.jes.job import ACTIVE, Job

if TYPE_CHECKING:
    from zoslab.dasd.devices import Device
    from zoslab.zos import Zos

DEVICES_SHOWN = 16


def run(system: Zos, operands: str) -> list[str]:
    """Run a DISPLAY command; what it cannot display is answered with IEE538I or IEE535I."""
    kind, _, rest = operands.replace(" ", "").partition(",")
    match kind:
        case "T":
            return [_time(system)]
        case "A" | "J" | "JOBS":
            return _activity(system, rest)
        case "U":
            return _units(system, rest)
        case "R":
            return _requests(system, rest)
    return [f"IEE535I DISPLAY  INVALID PARAMETER {kind[:20]}".rstrip()]


def _time(system: Zos) -> str:
    now = system.clock.now()
    stamp = f"TIME={seconds(now)} DATE={now:%Y.%j}"
    return f"IEE136I LOCAL: {stamp}  UTC: {stamp}"


def _activity(system: Zos, rest: str) -> list[str]:
    """D A,L and D A,LIST: everything that runs; D A,name: one, ``*`` at its end for any."""
    now = system.clock.now()
    active = system.jes.jobs(lambda job: job.status == ACTIVE)
    tasks = [job for job in active if job.started_task]
    jobs = [job for job in active if not job.started_task]
    short = rest in ("", "L", "LIST", "A", "ALL")
    lines = [
        f"{'IEE114I' if short else 'IEE115I'} {seconds(now)} {now:%Y.%j} ACTIVITY",
        "  JOBS     M/S    TS USERS    SYSAS    INITS   ACTIVE/MAX VTAM     OAS",
        f"{len(jobs):05d}    {len(tasks):05d}    00000      00000    {system.initiators:05d}   00000/00000       00000",
    ]
    if rest == "":
        return lines
    if short:
        return lines + _pairs([_running(job) for job in (*tasks, *jobs)])
    pattern = re.compile(re.escape(rest).replace(r"\*", ".*"))
    found = [job for job in active if pattern.fullmatch(job.jobname)]
    return lines + ([_details(job) for job in found] or [f" {rest:<8} NOT FOUND"])


def _running(job: Job) -> str:
    step = job.steps[-1] if job.steps else None
    names = (job.jobname, step.name if step else "", step.procstep if step else "")
    return " {:<8} {:<8} {:<8} NSW  {} ".format(*names, "S" if job.started_task else "J")


def _details(job: Job) -> str:
    return f"{_running(job)} USERID={job.owner:<8} JOBID={job.jobid}"


def _pairs(entries: list[str]) -> list[str]:
    return ["  ".join(entries[at : at + 2]).rstrip() for at in range(0, len(entries), 2)]


def _units(system: Zos, rest: str) -> list[str]:
    """D U,VOL=volser and D U[,DASD][,ONLINE|OFFLINE|ALLOC][,device[,count]]."""
    devices: Iterable[Device] = sorted(system.dasd.devices(), key=lambda device: device.devno)
    if rest.startswith("VOL="):
        chosen = [device for device in devices if device.volser == rest[4:] and device.online]
        return _unit_status(system, chosen)
    kind, state, start, count = [*rest.split(","), "", "", "", ""][:4]
    wrong = kind not in ("", "DASD") or state not in ("", "ONLINE", "OFFLINE", "ALLOC")
    if wrong or not re.fullmatch(r"/?[0-9A-F]{0,4}", start) or not re.fullmatch(r"\d*", count):
        return [f"IEE535I DISPLAY  INVALID PARAMETER {rest[:20]}".rstrip()]
    first = int(start.strip("/") or "0", 16)
    chosen = [device for device in devices if device.devno >= first and _in_state(system, device, state)]
    return _unit_status(system, chosen[: int(count or DEVICES_SHOWN)])


def _in_state(system: Zos, device: Device, state: str) -> bool:
    if state == "ALLOC":
        return device.online and system.jes.allocated(device.devno)
    return state == "" or device.online == (state == "ONLINE")


def _unit_status(system: Zos, devices: list[Device]) -> list[str]:
    if not devices:
        return ["IEE455I UNIT STATUS NO DEVICES WITH REQUESTED ATTRIBUTES"]
    lines = [
        f"IEE457I {seconds(system.clock.now())} UNIT STATUS",
        "UNIT TYPE STATUS        VOLSER     VOLSTATE      SS",
    ]
    for device in devices:
        status = "OFFLINE" if not device.online else "A" if system.jes.allocated(device.devno) else "O"
        volser = device.volser or "" if device.online else ""
        volstate = "PRIV/RSDNT" if device.online else "/RSDNT"
        lines.append(f"{device.devno:04X} {device.geometry.device:<4} {status:<13} {volser:<10} {volstate:<13} 0")
    return lines


def _requests(system: Zos, rest: str) -> list[str]:
    """D R,L: the WTORs without reply."""
    if rest not in ("", "L", "LIST", "R", "A", "ALL"):
        return [f"IEE535I DISPLAY  INVALID PARAMETER {rest[:20]}".rstrip()]
    pending = system.console.outstanding()
    moment = seconds(system.clock.now())
    lines = [
        f"IEE112I {moment} PENDING REQUESTS",
        f"RM={len(pending):<4} IM=0     CEM=0     EM=0     RU=0    IR=0    NOAMRF",
    ]
    if pending:
        lines.append("ID:R/K     T SYSNAME  JOB ID   MESSAGE TEXT")
    for request in pending:
        number = f"{request.reply_id:02d}"
        lines.append(f"      {number} R {system.sysname:<8} {request.jobid:<8} *{number} {request.text}")
    return lines
