"""Which volumes a statement names, by INDYNAM and the like or by DD names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.dasd.devices import Device
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.programs.adrdssu.messages import Refused
from zoslab.programs.statements import Statement

if TYPE_CHECKING:
    from zoslab.jes.step import Step

NOT_MOUNTED = "021C"


def serials(step: Step, statement: Statement, prefix: str) -> list[str]:
    """Return the serials behind ``prefix`` DYNAM or DDNAME, none if neither was given."""
    if statement.has(f"{prefix}DYNAM"):
        groups = statement.groups(f"{prefix}DYNAM")
        return [group[0] for group in groups]
    found: list[str] = []
    for ddname in statement.texts(f"{prefix}DDNAME"):
        volsers = step.dd(ddname).volsers
        if not volsers:
            raise Refused("ADR405E", f"DD {ddname} names no volume: VOL=SER is needed")
        found += volsers
    return found


def one(step: Step, statement: Statement, prefix: str) -> Device:
    """Return the device of the one volume that a full-volume copy has on each side."""
    found = serials(step, statement, prefix)
    if len(found) != 1:
        raise Refused("ADR007E", f"a full-volume copy needs one volume with {prefix}DYNAM or {prefix}DDNAME", 12)
    return device(step, found[0])


def device(step: Step, volser: str) -> Device:
    """Return the device a volume is online on."""
    try:
        return step.system.dasd.device_of(volser)
    except VolumeNotMounted as error:
        text = f"dynamic allocation of volume {volser} failed, error code {NOT_MOUNTED}: {error}"
        raise Refused("ADR405E", text) from error
