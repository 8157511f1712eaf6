"""DFSUARC0, the Log Archive utility. Source: IMS System Utilities, DFSUARC0.

PARM is the subsystem. The input is one OLDS (DFSOLPnn); DFSSLOGP becomes the SLDS, RLDSDD1, if it is there, the RLDS:
only what database recovery needs, in blocks with the numbers of the OLDS. Control statements: SLDS and COPY
DDNOUT1(RLDSDD1) DBRECOV are understood, others refused. Own rule: one OLDS for each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zoslab.dasd.block_writer import BlockWriter
from zoslab.ims import log_block, log_records, subsystems
from zoslab.ims.dbrc import ArchivedLog, Dbrc, PriOlds
from zoslab.ims.log_records import Type
from zoslab.ims.osam import BlockFile
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed

RECOVERY_TYPES = frozenset({
    Type.CHANGE, Type.INDEX_CHANGE, Type.AREA_CHANGE, Type.UOR_START, Type.UOR_END, Type.COMMIT, Type.ABORT_END,
    Type.DATABASE_OPEN, Type.DATABASE_CLOSE, Type.IMS_START, Type.IMS_STOP,
})  # fmt: skip
STATEMENT = re.compile(r"SLDS|COPY\s+(DBRECOV\s+)?DDNOUT1\(RLDSDD1\)(\s+DBRECOV)?")


def archive(environment: Environment) -> int:
    """Archive the OLDS of the step."""
    step = environment.step
    ssid = step.parm.split(",")[0].strip()
    if environment.dbrc is None or not ssid:
        raise UtilityFailed("DFS3263I PARM MUST NAME THE SUBSYSTEM, AND DBRC IS REQUIRED")
    for card in filter(str.strip, step.dd("SYSIN").records() if step.has("SYSIN") else ()):
        if not STATEMENT.fullmatch(card.strip()):
            raise UtilityFailed(f"DFS3263I CONTROL STATEMENT IS NOT SUPPORTED: {card.strip()}")
    names = sorted(name for name in step.dds if re.fullmatch(r"DFSOL[PS]\d\d", name))
    if len(names) != 1:
        raise UtilityFailed(f"DFS3263I {len(names)} ONLINE LOG DATA SETS, THERE MUST BE ONE FOR EACH STEP")
    recorded = _recorded(environment.dbrc, ssid, names[0])
    written = _copy(environment, names[0], "DFSSLOGP", recovery=False)
    recovery = _copy(environment, names[0], "RLDSDD1", recovery=True) if step.has("RLDSDD1") else None
    environment.dbrc.olds_archived(ssid, recorded.ddname, written, recovery)
    region = subsystems.find(step.system, ssid)
    if region is not None:
        for olds in [one for one in region.ring.ring if one.ddname == recorded.ddname]:
            region.ring.archived(olds)
    environment.say(f"DFS3263I {recorded.ddname} ARCHIVED TO {written.dsn}")
    return 0


def _recorded(dbrc: Dbrc, ssid: str, ddname: str) -> PriOlds:
    found = next((one for one in dbrc.olds(ssid) if one.ddname == ddname), None)
    if found is None or found.status != "ARC NEEDED":
        said = found.status if found else "NOT IN THE RECON"
        raise UtilityFailed(f"DFS3263I OLDS {ddname} OF {ssid} IS {said}, THERE IS NOTHING TO ARCHIVE", 8)
    return found


def _copy(environment: Environment, ddname: str, output: str, *, recovery: bool) -> ArchivedLog:
    olds, made = environment.dataset(ddname), environment.dataset(output)
    writer = BlockWriter(made.space)
    checkpoints = 0
    for raw in _blocks(BlockFile(olds.space, olds.blksize, olds.dsname)):
        block = log_block.parse(raw)
        if block is None:
            continue
        checkpoints += sum(record.type == Type.CHECKPOINT_END for record in block.records())
        if recovery:
            kept = [one for one in log_records.split(block.payload) if log_records.decode(one).type in RECOVERY_TYPES]
            raw = log_block.build(b"".join(kept), len(raw), block.imsid, block.sequence)
        writer.write(raw)
    last = writer.last
    writer.write_end_of_file()
    writer.flush()
    made.space.last = last
    return ArchivedLog(made.dsname, made.volsers[0], "3390", checkpoints)


def _blocks(file: BlockFile) -> Iterator[bytes]:
    """Yield the blocks up to where their numbering breaks."""
    expected = 0
    for number in range(file.blocks):
        raw = file.read(number)
        block = log_block.parse(raw)
        if block is None or (expected and block.sequence != expected):
            return
        expected = block.sequence + 1
        yield raw
