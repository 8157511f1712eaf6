"""DFSUPNT0, the HALDB Partition Data Set Initialization utility. Source: IMS Database Utilities, DFSUPNT0.

SYSIN has one name a statement, of a HALDB or of a partition; without SYSIN PARM names the HALDB, also as
``ULU,DFSUPNT0,name``. Of a HALDB the partitions are initialised that need it; a partition that is named, or all with a
DD DFSOVRDS, are initialised whatever the RECON says: their data are lost. Written are partition ID and reorganization
number, the end of the primary index, an empty ILDS; of a PSINDEX the partitions become empty.
"""

from __future__ import annotations

from zoslab.ims.dbd import Dbd
from zoslab.ims.haldb_reorg import empty
from zoslab.ims.partitions import GROUP_LETTERS
from zoslab.ims.utilities import offline
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed


def initialise(environment: Environment) -> int:
    """Initialise the partitions that the statements ask for."""
    done = [name for dbname in _names(environment) for name in _one(environment, dbname)]
    if not done:
        environment.say("DFS4400I NO PARTITION NEEDS INITIALIZATION")
    return 0


def _names(environment: Environment) -> list[str]:
    step = environment.step
    cards = [card[:72].strip() for card in step.dd("SYSIN").records()] if step.has("SYSIN") else []
    named = [card for card in cards if card and not card.startswith("*")]
    named = named or [step.parm.split(",")[-1].strip()]
    wrong = next((name for name in named if not name or " " in name or "," in name), None)
    if wrong is not None:
        raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {wrong or 'NO DATABASE IS NAMED'}", 16)
    return named


def _one(environment: Environment, name: str) -> list[str]:
    """Initialise a partition, or those of a HALDB that need it; return their names."""
    dbd, dbrc = environment.definition(name), offline.required_dbrc(environment)
    if not dbd.partitioned:
        raise UtilityFailed(f"DFS301A {name} IS NOT A HALDB", 16)
    every = environment.step.has("DFSOVRDS")
    wanted = [
        one.name
        for one in dbrc.partitions(dbd.name)
        if not one.disabled and (one.name == name or (name == dbd.name and (every or one.init_needed)))
    ]
    if name != dbd.name and not wanted:
        raise UtilityFailed(f"DFS301A PARTITION {name} OF {dbd.name} IS DISABLED", 16)
    with offline.authorized(environment, wanted, "REORG"):
        for partition in wanted:
            number = dbrc.next_reorg(partition)
            dbrc.partition_emptied(partition)
            _write(environment, dbd, partition, number)
            dbrc.partition_written(partition, number)
            environment.say(f"DFS4401I PARTITION {partition} OF {dbd.name} INITIALIZED, REORG NUMBER {number:05}")
    return wanted


def _write(environment: Environment, dbd: Dbd, name: str, number: int) -> None:
    if dbd.access == "PSINDEX":
        environment.dataset(name + GROUP_LETTERS[0], name).ksds().create()
        return
    opened = offline.open_partitions(environment, dbd, [name])
    for partition in opened.partitions:
        empty(opened.database, partition)
        unit = opened.engine.recovery.begin("DFSUPNT0", 0)
        partition.initialise(unit, number)
        opened.engine.recovery.commit(unit)
    opened.engine.pool.flush()
