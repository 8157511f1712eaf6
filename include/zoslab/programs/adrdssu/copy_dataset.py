"""COPY DATASET: physical, by the VTOCs of volumes, or logical, by the catalog.

Physical: each data set, or what of it is on the input volume, is copied track by track to the output volume with room,
with the VVDS record of a VSAM component; CATALOG applies to single-volume data sets that are not VSAM, clusters need
IDCAMS DEFINE RECATALOG. Logical: all volumes of a data set together; CATALOG and RECATALOG apply to clusters too.
With FASTREPLICATION(REQUIRED) or (PREFERRED) extents are copied by FlashCopy.
Without RENAMEUNCONDITIONAL for it a data set keeps its name; a target that exists is replaced only with REPLACE(U).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.errors import DasdError
from zoslab.datasets import DataSetNotFound
from zoslab.enq import DataSetInUse
from zoslab.programs.adrdssu import logical, physical, volumes
from zoslab.programs.adrdssu.messages import Refused, Task
from zoslab.programs.adrdssu.selection import Filter, new_names
from zoslab.programs.adrdssu.source import Options, Selected
from zoslab.programs.statements import Statement

if TYPE_CHECKING:
    from zoslab.jes.step import Step

WARNING, FAILED = 4, 8
FAULTS = (DasdError, CatalogError, DataSetNotFound, DataSetInUse)


@dataclass
class Outcome:
    """Old and new names of what was copied, and names of what was not."""

    copied: list[tuple[str, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def copy_dataset(step: Step, statement: Statement, task: Task) -> None:
    """Select data sets and copy them one by one; one that cannot be copied does not keep the others from it."""
    options = _options(step, statement, task)
    filters = Filter(statement.nested("DATASET"))
    by_vtoc = volumes.serials(step, statement, "PHYSIN")
    seen, selected = 0, []
    for found in physical.found(step, by_vtoc) if by_vtoc else logical.found(step, filters, _inputs(step, statement)):
        seen += 1
        if filters.selects(found.candidate):
            selected.append(found)
    text = f"DATA SET FILTERING IS COMPLETE. {len(selected)} OF {seen} DATA SETS WERE SELECTED"
    task.say("ADR801I", "DTDSC(01)", text)
    if not selected:
        task.say("ADR470W", "DTDSC(04)", "NO DATA SETS SELECTED FOR PROCESSING", WARNING)
    outcome = Outcome()
    for found in selected:
        step.check()
        _one(step, task, found, options, outcome)
    _summary(task, outcome)


def _options(step: Step, statement: Statement, task: Task) -> Options:
    out = [volumes.device(step, volser) for volser in volumes.serials(step, statement, "OUT")]
    if not out:
        raise Refused("ADR007E", "OUTDYNAM or OUTDDNAME is needed: the target is not chosen by the system", 12)
    return Options.of(step, statement, task, out, new_names(statement))


def _inputs(step: Step, statement: Statement) -> set[str]:
    return {*volumes.serials(step, statement, "LOGIN"), *volumes.serials(step, statement, "IN")}


def _one(step: Step, task: Task, found: Selected, options: Options, outcome: Outcome) -> None:
    new = options.rename(found.dsname)
    options.fast.begin()
    try:
        check_dsname(new)
        with ExitStack() as holds:
            for refused in _serialised(step, found.dsname, new, options, holds):
                task.say("ADR412W", "DTDSC(03)", f"{refused}: TOLERATED".upper(), WARNING)
            found.copy(step, options, new)
    except Refused as refusal:
        task.say(refusal.message, "DTDSC(02)", f"DATA SET {found.dsname}: {refusal.text}", refusal.code)
        outcome.failed.append(found.dsname)
    except DataSetInUse as error:
        task.say("ADR412E", "DTDSC(03)", f"DATA SET {found.dsname} FAILED SERIALIZATION: {error}".upper(), FAILED)
        outcome.failed.append(found.dsname)
    except FAULTS as error:
        task.say("ADR709E", "DTDSC(02)", f"DATA SET {found.dsname} WAS NOT COPIED: {error}".upper(), FAILED)
        outcome.failed.append(found.dsname)
    else:
        if new != found.dsname:
            task.say("ADR711I", "NEWDS(01)", f"DATA SET {found.dsname} HAS BEEN ALLOCATED WITH NEWNAME {new}")
        if not options.fast.missed:
            task.say("ADR806I", "T0MI (02)", f"DATA SET {found.dsname} COPIED USING A FAST REPLICATION FUNCTION")
        for warning in found.warnings:
            task.say("ADR380W", "DTDSC(05)", warning, WARNING)
        outcome.copied.append((found.dsname, new))


def _serialised(step: Step, old: str, new: str, options: Options, holds: ExitStack) -> Iterator[str]:
    """Hold the source shared and the target exclusively; yield what could not be had and is tolerated.

    :raises DataSetInUse: another job has one of them.
    """
    for name, shared in ((old, True), (new, False)) if new != old else ((old, True),):
        try:
            holds.enter_context(step.system.enq.hold(name, shared, step.job.jobid))
        except DataSetInUse as error:
            if not options.tolerate or not shared:
                raise
            yield str(error)


def _summary(task: Task, outcome: Outcome) -> None:
    if outcome.copied:
        names = ", ".join(old for old, _ in outcome.copied)
        task.say("ADR454I", "DTDSC(01)", f"THE FOLLOWING DATA SETS WERE SUCCESSFULLY PROCESSED: {names}")
    if outcome.failed:
        names = ", ".join(outcome.failed)
        task.say("ADR455W", "DTDSC(01)", f"THE FOLLOWING DATA SETS WERE NOT SUCCESSFULLY PROCESSED: {names}")
