"""Commands to IMS and statements to utilities that a refresh plan stands for. Pure.

Sources: IMS Commands, UPDATE DB, /SWITCH; DFSMSdss Storage Administration, COPY DATASET; IMS Database Utilities,
DFSURDB0 (column 4 database, 13 ddname; own: column 22 time stamp), DFSPREC0; Index Builder, PROC.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from imsclone.jcl.card import LAST_COLUMN, Card, control
from imsclone.listings.stamps import shown
from imsclone.names import Name
from imsclone.recon.command import Command, command
from imsclone.refresh.plan import DataSetCopy, Rebuild, Recovery, RefreshPlan, TargetPlan

HOLD = {
    "dbr": "STOP(ACCESS)",
    "dbd": "STOP(UPDATES)",
    "quiesce": "START(QUIESCE) OPTION(HOLD) SET(TIMEOUT({seconds}))",
}
RELEASE = {"dbr": "START(ACCESS)", "dbd": "START(ACCESS)", "quiesce": "STOP(QUIESCE)"}
LONGEST_QUIESCE = 999
"""Seconds that SET(TIMEOUT()) takes."""
MOST_DATA_SETS = 100
"""In one COPY statement: one that fails keeps no other from being copied, and listings stay readable."""


def hold(plan: RefreshPlan) -> Card:
    """The command that holds the source's databases: one for all of them, so that it is one point for all."""
    seconds = min(max(math.floor(plan.outage_budget_seconds), 1), LONGEST_QUIESCE)
    return update(plan.held, HOLD[plan.consistency].format(seconds=seconds))


def release(plan: RefreshPlan) -> Card:
    """The command that gives them back; harmless for what is not held."""
    return update(plan.held, RELEASE[plan.consistency])


def stop_target(plan: TargetPlan) -> Card:
    """The command that closes the target's databases and gives their data sets and authorizations back."""
    return update(plan.commanded, "STOP(ACCESS)")


def stop_known(plan: TargetPlan) -> Card:
    """The same before the databases are defined that the target lacks."""
    return update(plan.known, "STOP(ACCESS)")


def create(names: Iterable[Name]) -> Card:
    """The command that makes databases known to the running IMS."""
    return _batch_spoc("CREATE DB NAME(" + ",".join(names) + ")")


def start_target(plan: TargetPlan) -> Card:
    """The command that makes the target's databases available."""
    return update(plan.commanded, "START(ACCESS)")


def switch_log() -> Card:
    """The command by which each member goes on with its next online log: the one before is archived."""
    return Card(" SWITCH OLDS")


def recovery(one: Recovery, until: datetime) -> Card:
    """The statement that brings a data set up to a time by the logs."""
    return Card(f"S  {one.database:8} {one.ddname:8} {shown(until)}")


def index_build(one: Rebuild) -> Card:
    """The statements that build indexes of a database anew."""
    lines = [f" PROC BLD_PRIMARY,{one.database}"] if one.primary else []
    if one.indexes:
        lines += [f" PROC BLD_SECONDARY,{one.database},SELECTED", *(f" INDEX {name}" for name in one.indexes)]
    return Card("\n".join([*lines, " INPUT IBSCAN"]))


def partition_rebuild(one: Rebuild) -> Card:
    """The statements that rebuild primary index and ILDS of partitions."""
    return Card("\n".join(f"PARTITION={name},RECOVTYP={one.kind}" for name in one.partitions))


def recoveries(chosen: Iterable[Recovery], until: datetime) -> list[dict[str, Any]]:
    """The data sets of a job that applies logs, each with its statement."""
    return [{**dict(one), "statement": recovery(one, until)} for one in chosen]


def rebuilds(target: TargetPlan) -> list[dict[str, Any]]:
    """The parts of a job that builds anew, each with its statements."""
    return [
        {
            "database": one.database,
            "partitions": one.partitions,
            "statement": partition_rebuild(one) if one.partitions else index_build(one),
        }
        for one in target.rebuilds
    ]


def usable_indexes(target: TargetPlan) -> list[Command]:
    """DBRC commands by which indexes that were built anew can be updated before they are image copied."""
    built = {name for one in target.rebuilds for name in (*one.indexes, one.primary)}
    return [
        command("CHANGE.DBDS", DBD=one.owner, DDN=one.ddname, ICOFF=True)
        for one in target.copies
        if one.database in built
    ]


def query(names: Sequence[str] = ("*",)) -> Card:
    """The command that shows databases with their status."""
    return _batch_spoc("QUERY DB NAME(" + ",".join(names) + ") SHOW(ALL)")


def update(names: Iterable[Name], what: str) -> Card:
    """Return ``UPDATE DB`` for some databases."""
    return _batch_spoc("UPDATE DB NAME(" + ",".join(names) + f") {what}")


def _batch_spoc(text: str) -> Card:
    """Lay a command out for the batch SPOC utility: a + at the end of a record continues it."""
    lines, line = [], " "
    for piece in text.replace(",", ",\0").replace(" ", " \0").split("\0"):
        if len(line) + len(piece) > LAST_COLUMN - 2:
            lines.append(line.rstrip() + " +")
            line = "   "
        line += piece
    return Card("\n".join([*lines, line.rstrip()]))


def copies(plan: RefreshPlan) -> tuple[Card, ...]:
    """Return the statements of the plan's mover that copy all data sets."""
    return snaps(plan) if plan.mover == "emcsnap" else copy_statements(plan.copies)


def copy_statements(
    wanted: Iterable[DataSetCopy], fast: Literal["REQUIRED", "PREFERRED"] = "REQUIRED"
) -> tuple[Card, ...]:
    """Return the statements of ADRDSSU that copy data sets: one for those that go to the same volumes.

    :param fast: whether a data set that cannot be copied by FlashCopy is not copied, or is read and written.
    """
    by_volumes: dict[tuple[str, ...], list[DataSetCopy]] = {}
    for one in wanted:
        by_volumes.setdefault(tuple(one.volsers), []).append(one)
    return tuple(
        _copy(volsers, chosen[at : at + MOST_DATA_SETS], fast)
        for volsers, chosen in by_volumes.items()
        for at in range(0, len(chosen), MOST_DATA_SETS)
    )


def _copy(volsers: Sequence[str], chosen: Sequence[DataSetCopy], fast: str) -> Card:
    included = ",".join(one.source for one in chosen)
    pairs = [(one.source, one.target) for one in chosen]
    pairs += [(part.source, part.target) for one in chosen for part in one.components]
    renamed = ",".join(f"({source},{target})" for source, target in pairs)
    return control(
        f"COPY DATASET(INCLUDE({included})) OUTDYNAM({','.join(f'({volser})' for volser in volsers)}) "
        f"RENAMEU({renamed}) REPLACEUNCONDITIONAL CATALOG FASTREPLICATION({fast}) ALLDATA(*) ALLEXCP"
    )


def snaps(plan: RefreshPlan) -> tuple[Card, ...]:
    """Return the statements of EMCSNAP.

    Source: a published job for GLOBAL and the shape of SNAP statements. Not checked against EMC's product guide, not
    run against a storage system: check the operands of SNAP DATASET in the dry run before use.
    """
    rows = [
        f"SNAP DATASET(SOURCE('{one.source}') TARGET('{one.target}') VOLUME({','.join(one.volsers)}) REPLACE(YES))"
        for one in plan.copies
    ]
    return tuple(control(row) for row in ("GLOBAL MAXRC(0)", *rows))
