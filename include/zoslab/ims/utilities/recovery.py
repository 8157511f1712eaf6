"""DFSURDB0, the Database Recovery utility. Source: IMS Database Utilities, DFSURDB0.

Control statement: column 1 S, 4 database, 13 ddname or area; own: column 22 a time stamp, to which the data set is
recovered. DFSUDUMP is the image copy, DFSUCUM the change accumulation, DFSULOG the logs, all of them optional. With
DFSUDUMP DUMMY the data set as it is takes the place of an image copy; own rule: without the DD statement it begins
empty. DBRC refuses a time at which the data set was being updated, and logs that are not all there. What units of
recovery in flight at the end of the logs, or at the time stamp, have changed is taken back, and the bitmap follows: as
the point in time recovery of IMS Database Recovery Facility does; IBM's DFSURDB0 leaves that to batch backout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.ims.dbrc import stamps
from zoslab.ims.dbrc.haldb_records import is_recoverable
from zoslab.ims.partitions import PartitionDefinition, definitions_of
from zoslab.ims.stamps import from_stck, stck
from zoslab.ims.utilities import accumulation, logs_needed
from zoslab.ims.utilities.changes import AnyChange, Forward, merged, records_of
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.image_copy import CopyHeader, read_copy
from zoslab.ims.utilities.settle import settle
from zoslab.ims.utilities.target import BlockTarget, Item, Target, open_target

if TYPE_CHECKING:
    from zoslab.dataset import DataSet


@dataclass(frozen=True)
class RecoveryStatement:
    """What the control statement asks for."""

    dbname: str
    ddname: str
    to: datetime | None

    @classmethod
    def read(cls, card: str) -> RecoveryStatement:
        """Understand a control statement.

        :raises UtilityFailed: it is wrong.
        """
        words = [card[3:11].strip(), card[12:20].strip()]
        if card[:1] != "S" or card[1:3].strip() or not all(words):
            raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {card.rstrip()}", 16)
        try:
            to = stamps.parse(card[21:].strip()) if card[21:].strip() else None
        except stamps.BadStamp as error:
            raise UtilityFailed(f"DFS301A {error}", 16) from error
        return cls(words[0], words[1], to)


def recover(environment: Environment) -> int:
    """Recover the data set of the one control statement."""
    cards = [card for card in environment.step.dd("SYSIN").records() if card.strip()]
    if len(cards) != 1:
        raise UtilityFailed("DFS301A ONE CONTROL STATEMENT IS NEEDED", 16)
    statement = RecoveryStatement.read(cards[0])
    dbd = environment.definition(statement.dbname)
    if dbd.partitioned and not is_recoverable(statement.ddname, "PART"):
        raise UtilityFailed(f"DFS301A {statement.ddname} IS AN INDEX OR ILDS OF A HALDB, REBUILD IT", 16)
    logs = environment.step.dd("DFSULOG").datasets if environment.step.has("DFSULOG") else []
    area = statement.ddname if dbd.access == "DEDB" else ""
    which = f"DBD({statement.dbname}) {'AREA' if area else 'DDN'}({statement.ddname})"
    needed = environment.dbrc is not None and any(
        one.ddname == statement.ddname and one.recov_needed for one in environment.dbrc.dbds(statement.dbname)
    )
    environment.tell(f"CHANGE.DBDS {which} NORECOV")
    try:
        with environment.authorized(statement.dbname, "READ", area):
            dataset = environment.dataset(statement.ddname, statement.dbname)
            target = open_target(dataset, dbd, statement.ddname)
            count, unsettled = _restore(environment, statement, target, logs)
            if isinstance(target, BlockTarget) and not area:
                settle(target.file, dbd, _partition(environment, statement), statement.ddname, unsettled)
    except UtilityFailed:
        if needed:
            environment.tell(f"CHANGE.DBDS {which} RECOV")
        raise
    if area and environment.dbrc is not None:
        others = [ads for one in environment.dbrc.dbds(statement.dbname) if one.ddname == area for ads in one.ads[1:]]
        for ads in others:
            environment.tell(f"CHANGE.ADS DBD({statement.dbname}) AREA({area}) ADDN({ads.ddname}) UNAVAIL")
            environment.say(f"DFS391I AREA DATA SET {ads.ddname} WAS NOT RECOVERED AND IS NOW UNAVAILABLE")
    to = f" RCVTIME({stamp(statement.to)})" if statement.to else ""
    environment.tell(f"NOTIFY.RECOV {which} RUNTIME({stamp(environment.now())}){to}")
    environment.say(
        f"DFS339I FUNCTION RE HAS COMPLETED NORMALLY. {statement.dbname} {statement.ddname} {count} CHANGES"
    )
    return 0


def _restore(
    environment: Environment, statement: RecoveryStatement, target: Target, logs: list[DataSet]
) -> tuple[int, set[int]]:
    """Check everything there is to check, then write the data set anew; return the changes made, and the blocks in
    which work in flight was taken back."""
    head, items = _image_copy(environment, statement, target)
    since = head.run if head is not None and head.concurrent == "N" else 0
    held = _accumulation(environment, statement)
    accumulated = held.stop if held is not None else 0
    _require_logs(environment, statement, since, accumulated, {log.dsname for log in logs})
    if not _is_base(environment):
        target.erase()
        target.restore(items)
    for change, time in held.changes() if held is not None else ():
        if _is_wanted(change, statement) and time > since:
            target.apply(change)
    forward = Forward(merged(map(records_of, logs)), statement.to, statement.dbname)
    count = 0
    for change, time in forward:
        if time > max(since, accumulated) and _is_wanted(change, statement):
            target.apply(change)
            count += 1
    target.close()
    if forward.last:
        environment.say(f"DFS391I LAST LOG RECORD USED IS OF {stamps.text(from_stck(forward.last))}")
    return count, {block for dbd, ddname, block in forward.unsettled if (dbd, ddname) == _key(statement)}


def _is_base(environment: Environment) -> bool:
    """Whether the data set as it is takes the place of an image copy."""
    return environment.step.has("DFSUDUMP") and environment.step.dd("DFSUDUMP").dummy


def _key(statement: RecoveryStatement) -> tuple[str, str]:
    return statement.dbname, statement.ddname


def _partition(environment: Environment, statement: RecoveryStatement) -> PartitionDefinition | None:
    """Return the partition that the statement names, if it names one."""
    dbrc = environment.dbrc
    recorded = dbrc.partition(statement.dbname) if dbrc is not None else None
    if recorded is None or dbrc is None:
        return None
    known = definitions_of(dbrc.partitions(recorded.master), verify=False)
    return next(one for one in known if one.name == statement.dbname)


def _accumulation(environment: Environment, statement: RecoveryStatement) -> accumulation.Accumulation | None:
    step = environment.step
    if not step.has("DFSUCUM") or step.dd("DFSUCUM").dataset is None:
        return None
    held = accumulation.read(step.dd("DFSUCUM").raw_records())
    if statement.to is not None and stck(statement.to) < held.stop:
        raise UtilityFailed("DFS315A THE CHANGE ACCUMULATION HOLDS CHANGES FROM AFTER THE TIME STAMP")
    return held


def _is_wanted(change: AnyChange, statement: RecoveryStatement) -> bool:
    return (change.dbd, change.ddname) == _key(statement)


def _image_copy(
    environment: Environment, statement: RecoveryStatement, target: Target
) -> tuple[CopyHeader | None, Iterator[Item]]:
    step = environment.step
    if not step.has("DFSUDUMP") or step.dd("DFSUDUMP").dataset is None:
        return None, iter(())
    head, items = read_copy(step.dd("DFSUDUMP").raw_records())
    if (head.dbd, head.ddname, head.kind) != (statement.dbname, statement.ddname, target.kind):
        raise UtilityFailed(f"DFS315A THE IMAGE COPY IS OF {head.dbd} {head.ddname}")
    if statement.to is not None and stck(statement.to) < head.run:
        raise UtilityFailed("DFS315A THE IMAGE COPY WAS MADE AFTER THE TIME STAMP")
    return head, items


def _require_logs(
    environment: Environment, statement: RecoveryStatement, since: int, accumulated: int, given: set[str]
) -> None:
    """Refuse a recovery that DBRC knows to be incomplete.

    :raises UtilityFailed: naming the log, or the allocation at the time stamp.
    """
    if environment.dbrc is None:
        return
    until = stck(statement.to) if statement.to else 0
    for alloc in environment.dbrc.allocs(statement.dbname, statement.ddname):
        begin, end = logs_needed.times(alloc)
        if until and begin < until and (not end or end > until):
            raise UtilityFailed(f"DFS315A {statement.ddname} WAS BEING UPDATED AT THE TIME STAMP, NOT A RECOVERY POINT")
    names = (statement.dbname, statement.ddname)
    for text in logs_needed.missing(environment.dbrc, *names, given, max(since, accumulated), until):
        raise UtilityFailed(f"DFS315A {text}")
