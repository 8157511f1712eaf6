"""DFSURGU0 and DFSURGL0 for a PSINDEX: its partitions are unloaded and reloaded like those of another HALDB.

Source: IMS Database Utilities (both utilities name PSINDEX databases and partitions); IMS Database Administration,
"Modifying a HALDB partitioned secondary index". Extended pointers stay as they are, whether current or to be healed;
the indexed database is not read. Control statements, checks and the RECON as in
`zoslab.ims.utilities.partition_reorganisation`, the layout in `zoslab.ims.utilities.unloaded`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zoslab.ims.dbd import Dbd
from zoslab.ims.host import ImsDataSet
from zoslab.ims.ilds import ExtendedPointer
from zoslab.ims.partitions import GROUP_LETTERS, PartitionDefinition, selector
from zoslab.ims.psindex import PREFIX
from zoslab.ims.segment import ILK
from zoslab.ims.stamps import stck
from zoslab.ims.utilities import offline, partition_reorganisation, unloaded
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.sort_work import SortWork
from zoslab.ims.utilities.unloaded import PartitionHeader, UnloadedSegment

CODE_AND_DELETE = 2
BEFORE_KEY = PREFIX - CODE_AND_DELETE - ILK
"""What stands between ILK and key of an unloaded entry: the rest of the extended pointer."""


def _data_set(environment: Environment, name: str) -> ImsDataSet:
    return environment.dataset(name + GROUP_LETTERS[0], name)


def key_of(dbd: Dbd, data: bytes) -> bytes:
    """Return the key of an unloaded entry."""
    length = dbd.root.key.length if dbd.root.key else 0
    return data[BEFORE_KEY : BEFORE_KEY + length]


def unload(environment: Environment, dbd: Dbd) -> Counter[str]:
    """Write partitions to DFSURGU1; return the entries."""
    names = partition_reorganisation.chosen(environment, dbd)
    known = {one.name: one for one in offline.definitions(environment, dbd.name)}
    counts: Counter[str] = Counter()

    def records() -> Iterator[bytes]:
        for name in names:
            yield bytes(_header(environment, dbd, known[name]))
            for record in _data_set(environment, name).ksds().browse():
                counts[dbd.root.name] += 1
                entry = record[CODE_AND_DELETE:]
                ilk = ExtendedPointer.of(entry[: ExtendedPointer.size]).ilk
                yield UnloadedSegment(dbd.root.name, 1, entry[ILK:], ilk).record()

    with offline.authorized(environment, names, "READ"):
        environment.dataset("DFSURGU1")
        environment.step.dd("DFSURGU1").write(records())
    return counts


def _header(environment: Environment, dbd: Dbd, one: PartitionDefinition) -> PartitionHeader:
    run = stck(environment.start)
    return PartitionHeader(eye=unloaded.EYE, dbd=dbd.name, run=run, partition=one.name, id=one.id, reorg=one.reorg or 0)


def reload(environment: Environment, dbd: Dbd) -> Counter[str]:
    """Write partitions again from DFSUINPT; return the entries."""
    partition_reorganisation.require_reload_statements(environment)
    names = partition_reorganisation.loaded(environment, dbd, key_of)
    dbrc = offline.required_dbrc(environment)
    order = selector(dbd.name, dbd.selection, offline.definitions(environment, dbd.name))
    counts: Counter[str] = Counter()
    with offline.authorized(environment, names, "REORG"), SortWork() as entries:
        for one in partition_reorganisation.read_input(environment, dbd):
            if isinstance(one, UnloadedSegment):
                key = key_of(dbd, one.data)
                owner = order.select(key).id.to_bytes(2, "big")
                entries.add(owner + key, bytes([1, 0]) + one.ilk + one.data)
                counts[one.name] += 1
        for definition in (one for one in order.order if one.name in names):
            number = dbrc.next_reorg(definition.name)
            dbrc.partition_emptied(definition.name)
            owner, ksds = definition.id.to_bytes(2, "big"), _data_set(environment, definition.name).ksds()
            ksds.create()
            count = ksds.load(record for key, record in entries if key[:2] == owner)
            dbrc.partition_written(definition.name, number)
            environment.say(f"DFS339I PARTITION {definition.name} RELOADED, {count} RECORDS")
    partition_reorganisation.notify(environment, dbd, names)
    return counts
