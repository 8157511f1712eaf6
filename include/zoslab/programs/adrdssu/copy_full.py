"""COPY FULL: a whole volume, by FlashCopy where that is possible, else track by track.

What the target is called afterwards: with COPYVOLID like the source, so that it goes offline beside it; else its own
serial. With DUMPCONDITIONING VVDS and VTOC index keep the names that fit the source, otherwise they are renamed.
FCCGFREEZE holds writes to the source from the instant of its copy until CGCREATED, and is done by FlashCopy or not.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from zoslab.dasd.check import check_volume
from zoslab.dasd.devices import Device
from zoslab.dasd.dscb import date_of
from zoslab.dasd.errors import DasdError, FlashCopyRefused
from zoslab.dasd.subsystem import DuplicateVolser
from zoslab.dasd.volume import Volume
from zoslab.programs.adrdssu import volumes
from zoslab.programs.adrdssu.messages import Refused, Task
from zoslab.programs.statements import Statement
from zoslab.recondition.request import Request
from zoslab.recondition.volume import VolumeSurvey, recondition

if TYPE_CHECKING:
    from zoslab.jes.step import Step

WARNING, FAILED = 4, 8
NEVER_EXPIRES = {(1999, 365), (1999, 366)}


def copy_full(step: Step, statement: Statement, task: Task) -> None:
    """Copy one volume to another.

    :raises Refused: why not; the target is as it was.
    """
    source, target = volumes.one(step, statement, "IN"), volumes.one(step, statement, "OUT")
    _require_possible(source, target)
    if statement.has("CHECKVTOC"):
        _check_vtoc(source)
    if not statement.has("PURGE"):
        _require_expired(target)
    overlaid = _vtoc_place(target)
    before, copied = target.volser or "", source.volser or ""
    if _flashed(step, statement, task, source, target):
        fast = True
    else:
        fast = False
        _copy_tracks(step, source, target)
    task.say("ADR241I", "DDTFP(01)", overlaid)
    if fast:
        task.say("ADR806I", "TOMI (03)", f"VOLUME {copied} WAS COPIED USING A FAST REPLICATION FUNCTION")
    if statement.has("COPYVOLID"):
        _take_serial(step, task, target, before, copied)
    else:
        _keep_serial(task, target, copied, before, conditioned=statement.has("DUMPCONDITIONING"))


def _require_possible(source: Device, target: Device) -> None:
    one, other = source.geometry, target.geometry
    if source is target:
        raise Refused("ADR337E", f"source and target are the same volume {source.volser}")
    if (one.device, one.track_size) != (other.device, other.track_size):
        raise Refused("ADR308E", f"source and target device types do not match: {one.device} and {other.device}")
    if other.cylinders < one.cylinders:
        text = f"target volume {target.volser} has {other.cylinders} cylinders, source {source.volser} {one.cylinders}"
        raise Refused("ADR310E", f"{text}: the target is too small")


def _check_vtoc(source: Device) -> None:
    findings = check_volume(source)
    if findings:
        raise Refused("ADR201E", f"VTOC in error prior to processing: {findings[0]}")


def _require_expired(target: Device) -> None:
    """Refuse a target with unexpired data sets."""
    today = datetime.date.today()
    try:
        entries = list(Volume(target).vtoc.entries())
    except DasdError:
        return
    for entry in entries:
        date = date_of(entry.dscb.ds1expdt)
        never = date is not None and (date.year, date.timetuple().tm_yday) in NEVER_EXPIRES
        if date is not None and (never or date > today):
            raise Refused("ADR345E", f"unexpired data set {entry.dsname} on volume {target.volser}: PURGE is needed")


def _vtoc_place(target: Device) -> str:
    try:
        extent = target.vtoc_extent()
    except DasdError:
        return "TARGET VOLUME HAD NO VTOC"
    (low_cc, low_hh), (high_cc, high_hh) = (target.geometry.cchh(number) for number in extent)
    place = f"BEGINNING AT {low_cc:06d}:{low_hh:04d} AND ENDING AT {high_cc:06d}:{high_hh:04d}"
    return f"TARGET VTOC {place} IS OVERLAID"


def _flashed(step: Step, statement: Statement, task: Task, source: Device, target: Device) -> bool:
    """Establish the relationship; False if the copy is to be done another way."""
    wanted, freeze = statement.text("FASTREPLICATION", "PREFERRED"), statement.has("FCCGFREEZE")
    if wanted == "NONE":
        if freeze:
            raise Refused("ADR938E", f"FCCGFREEZE of volume {source.volser} needs fast replication")
        return False
    try:
        background = not statement.has("FCNOCOPY")
        step.system.dasd.flash.establish(source.devno, target.devno, background=background, freeze=freeze)
    except FlashCopyRefused as error:
        unusable = f"FAST REPLICATION COULD NOT BE USED FOR VOLUME {source.volser}, RETURN CODE 3"
        task.say("ADR918I", "TOMI (01)", f"{unusable}: {error}".upper())
        if freeze or wanted.startswith("REQ"):
            raise Refused("ADR938E", f"fast replication is required for volume {source.volser}, but {error}") from error
        return False
    return True


def _copy_tracks(step: Step, source: Device, target: Device) -> None:
    for number in range(source.geometry.tracks):
        if number % source.geometry.heads == 0:
            step.check()
        image = source.read_track(number)
        if target.read_track(number) != image:
            target.write_track(number, image)


def _take_serial(step: Step, task: Task, target: Device, before: str, copied: str) -> None:
    """Let the system notice the new label: beside the source the target cannot stay online."""
    unit = f"{target.devno:04X}"
    task.say("ADR320I", "INITV(01)", f"VOLUME SERIAL {before} ON UNIT {unit} IS CHANGED TO {copied}")
    try:
        step.system.dasd.vary_online(target.devno)
    except DuplicateVolser:
        task.say("ADR344I", "INITV(01)", f"VOLSER ON UCB {unit} IS A DUPLICATE. VOLUME MADE UNAVAILABLE")


def _keep_serial(task: Task, target: Device, source: str, serial: str, *, conditioned: bool) -> None:
    """Give the target its label back; unless ``conditioned`` also fit what is named after the volume to it."""
    volume = Volume(target)
    with target.atomic():
        volume.relabel(serial)
    if conditioned:
        return
    request = Request.of([(source, serial)])
    plan = VolumeSurvey(volume, source, serial, request).run()
    errors = [problem for problem in plan.problems if problem.is_error]
    if errors:
        task.say("ADR366W", "INITV(02)", f"VTOC INDEX AND VVDS KEEP THEIR NAMES: {errors[0].text}".upper(), WARNING)
        return
    recondition(volume, plan, request)
