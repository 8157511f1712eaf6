"""Checkpoints: what restart needs is on the log, what was changed before is on disk, and the RDS says where.

Source: ims.md section 4 (X'4001' start, X'4098' end, RDS). The checkpoint is fuzzy: work goes on while buffers that
were changed before its first moment are written.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims.engine import Engine
from zoslab.ims.errors import ImsError
from zoslab.ims.log_records import CheckpointBody, LogRecord, Type
from zoslab.ims.rds import ACTIVE, ENDED, RestartDataSet, RestartPoint
from zoslab.ims.stamps import Clock, checkpoint_id

SIMPLE, SNAPQ = "SIMPLE", "SNAPQ"
FREEZE, PURGE, DUMPQ = "FREEZE", "PURGE", "DUMPQ"
SHUTDOWN = (FREEZE, PURGE, DUMPQ)


def take(
    engine: Engine,
    rds: RestartDataSet,
    imsid: str,
    clock: Clock,
    kind: str = SIMPLE,
    status: Callable[[], None] = lambda: None,
) -> RestartPoint:
    """Take a checkpoint and return it.

    :param status: writes to the log what else a restart must know.
    """
    name = checkpoint_id(clock.now())
    with engine.gate.passing(), engine.pool.latch:
        redo, changed = engine.pool.snapshot()
        undo = min((unit.first_lsn for unit in engine.recovery.active()), default=redo)
        body = CheckpointBody(identifier=name, kind=kind, redo=redo, undo=undo, uor=engine.recovery.last_number)
        engine.log.append(LogRecord(Type.CHECKPOINT_START, body=bytes(body)))
    status()
    engine.pool.write(changed)
    lsn = engine.log.append(LogRecord(Type.CHECKPOINT_END, body=bytes(body)))
    engine.log.force(lsn)
    state = ENDED if kind in SHUTDOWN else ACTIVE
    point = RestartPoint(imsid, name, lsn, redo, undo, engine.recovery.last_number, state)
    with engine.gate.passing():
        rds.write(point)
    return point


def from_record(record: LogRecord) -> RestartPoint:
    """Return the checkpoint that an X'4098' record describes."""
    if record.type != Type.CHECKPOINT_END:
        raise ImsError(f"LOG RECORD X'{record.type:04X}' IS NO CHECKPOINT")
    body = CheckpointBody.of(record.body)
    state = ENDED if body.kind in SHUTDOWN else ACTIVE
    return RestartPoint(record.imsid, body.identifier, record.lsn, body.redo, body.undo, body.uor, state)
