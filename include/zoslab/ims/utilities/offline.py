"""Partitions of a HALDB that a utility has to itself: authorized for exclusive use, opened without the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc, DbrcError
from zoslab.ims.engine import Engine
from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.partitions import PartitionDefinition, PartitionSelector, definitions_of, selector
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed


@dataclass(frozen=True)
class OfflinePartitions:
    """A HALDB of which only some partitions are open; ``selector`` knows all of them."""

    engine: Engine
    database: HaldbDatabase
    selector: PartitionSelector

    @property
    def partitions(self) -> list[Partition]:
        """The open partitions, in the order in which the database is read."""
        return [self.database.partitions[one.id] for one in self.selector.order if one.id in self.database.partitions]


def required_dbrc(environment: Environment) -> Dbrc:
    """Return DBRC.

    :raises UtilityFailed: the step runs without it.
    """
    if environment.dbrc is None:
        raise UtilityFailed("DFS301A DBRC IS REQUIRED FOR A HALDB")
    return environment.dbrc


def definitions(environment: Environment, master: str) -> list[PartitionDefinition]:
    """Return the partitions of a HALDB as the RECON has them, disabled ones left out."""
    dbrc = required_dbrc(environment)
    found = definitions_of(dbrc.partitions(master), verify=dbrc.header.reorgv)
    return [one for one in found if not one.disabled]


@contextmanager
def authorized(environment: Environment, names: Sequence[str], access: str) -> Iterator[None]:
    """Hold partitions for the block as a batch subsystem named like the job.

    :raises UtilityFailed: DBRC refuses one: then none is held.
    """
    dbrc, ssid = required_dbrc(environment), environment.step.job.jobname
    with ExitStack() as held:
        try:
            environment.tell(f"NOTIFY.SUBSYS SSID({ssid}) BATCH")
            held.callback(dbrc.sign_off, ssid)
            for name in names:
                if dbrc.authorize(ssid, name, access) is None:
                    raise UtilityFailed(f"DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE {name}. NOT REGISTERED")
        except DbrcError as refused:
            raise UtilityFailed(f"DFS047A UNABLE TO OBTAIN AUTHORIZATION. {refused}") from None
        yield


def open_partitions(environment: Environment, dbd: Dbd, names: Sequence[str]) -> OfflinePartitions:
    """Open partitions, without the secondary indexes of the database.

    :raises UtilityFailed: the database has no such partition, or a data set is not there.
    """
    known = definitions(environment, dbd.name)
    unknown = sorted(set(names) - {one.name for one in known})
    if unknown:
        raise UtilityFailed(f"DFS301A {dbd.name} HAS NO PARTITION {', '.join(unknown)} THAT IS ENABLED")
    wanted = [one for one in known if one.name in names]
    allocated = [
        Allocated(one.name, one.ddname(letter), environment.dataset(one.ddname(letter), one.name))
        for one in wanted
        for letter in letters(dbd)
    ]
    engine = Engine.unlogged()
    alone = replace(dbd, secondary=())
    database = Assembly({dbd.name: alone}, allocated, engine, {dbd.name: wanted}).haldb(alone)
    return OfflinePartitions(engine, database, selector(dbd.name, dbd.selection, known))
