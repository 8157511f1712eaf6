"""CGCREATED: the copies of a consistency group are made, writes to its volumes go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.programs.adrdssu.messages import Task
from zoslab.programs.statements import Statement

if TYPE_CHECKING:
    from zoslab.jes.step import Step

FAILED = 8


def cgcreated(step: Step, statement: Statement, task: Task) -> None:
    """Thaw the volumes named, and say whether the group had been frozen until now; thaw in any case.

    On a control unit the volumes stand for their logical subsystems, all of whose volumes are thawed.
    """
    verified = statement.text("FCCGVERIFY")
    wanted = [group[0] for group in statement.groups("ACCESSVOLUME")]
    devnos: dict[int, str] = {}
    for volser in dict.fromkeys([*wanted, verified] if verified else wanted):
        try:
            devnos[step.system.dasd.device_of(volser).devno] = volser
        except VolumeNotMounted:
            task.say("ADR405E", "CGCRE(01)", f"VOLUME {volser} IS NOT MOUNTED AND WAS NOT THAWED", FAILED)
    result = step.system.dasd.flash.thaw(devnos)
    for devno in result.expired:
        text = f"CONSISTENCY GROUP VERIFICATION FAILED FOR VOLUME {devnos[devno]}: THE FREEZE TIMER HAD EXPIRED"
        task.say("ADR815E", "CGCRE(02)", text, FAILED)
    held = {devnos[devno] for devno in (*result.frozen, *result.expired)}
    if verified and verified in devnos.values() and verified not in held:
        text = f"CONSISTENCY GROUP VERIFICATION FAILED FOR VOLUME {verified}: IT WAS NOT FROZEN"
        task.say("ADR815E", "CGCRE(02)", text, FAILED)
