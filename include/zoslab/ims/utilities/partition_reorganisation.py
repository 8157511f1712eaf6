"""DFSURGU0 and DFSURGL0 for a HALDB: partitions are unloaded, and reloaded with the next reorganization number.

Source: IMS Database Administration, "HALDB offline reorganization"; seed paper on HALDB. SYSIN of the unload may say
``PARTITION=name,NUMBER=n``: that partition and those behind it in the order of the database, n in all. SYSIN of the
reload may say ``NOILDS``: the ILDS is made empty and not filled. The order of the unload data set and the layout are
in `zoslab.ims.utilities.unloaded`. A root goes to the partition that the RECON has for its key now; it must be one
that was unloaded, or one that needs initialization. Till a partition is reloaded the RECON says that it needs to be
initialised, so that nobody uses it when the reload does not come to its end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from zoslab.ims.dbd import Dbd
from zoslab.ims.errors import CallRefused
from zoslab.ims.haldb import Partition
from zoslab.ims.haldb_reorg import empty
from zoslab.ims.hierarchy import Loader, segments
from zoslab.ims.ilds import Found, IndirectList
from zoslab.ims.partitions import PartitionSelector, selector
from zoslab.ims.segment import RBA_MASK, SegmentType, Stored
from zoslab.ims.stamps import stck
from zoslab.ims.uor import UnitOfRecovery
from zoslab.ims.utilities import offline, unloaded
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.offline import OfflinePartitions
from zoslab.ims.utilities.sort_work import SortWork
from zoslab.ims.utilities.unloaded import PartitionHeader, UnloadedSegment

SYNC_EVERY = 500
RANGE = re.compile(r"PARTITION=(\w{1,7})(?:,NUMBER=(\d{1,4}))?")


def _cards(environment: Environment) -> list[str]:
    cards = environment.step.dd("SYSIN").records() if environment.step.has("SYSIN") else []
    return [card[:72].strip() for card in cards if card[:72].strip()]


def unload(environment: Environment, dbd: Dbd) -> Counter[str]:
    """Write partitions to DFSURGU1; return the segments by type."""
    names = chosen(environment, dbd)
    counts: Counter[str] = Counter()
    with offline.authorized(environment, names, "READ"):
        opened = offline.open_partitions(environment, dbd, names)
        opened.database.check_identities()

        def records() -> Iterator[bytes]:
            unit = opened.engine.recovery.begin("DFSURGU0", 0)
            for partition in opened.partitions:
                yield bytes(_header(environment, dbd, partition))
                for one in segments(opened.database.store, partition.roots, unit):
                    counts[one.kind.name] += 1
                    yield UnloadedSegment(one.kind.name, one.kind.level, one.data, one.ilk).record()

        environment.dataset("DFSURGU1")
        environment.step.dd("DFSURGU1").write(records())
    return counts


def _header(environment: Environment, dbd: Dbd, partition: Partition) -> PartitionHeader:
    one = partition.definition
    return PartitionHeader(
        eye=unloaded.EYE, dbd=dbd.name, run=stck(environment.start), partition=one.name, id=one.id,
        reorg=partition.reorg,
    )  # fmt: skip


def chosen(environment: Environment, dbd: Dbd) -> list[str]:
    """Return the partitions to unload: all, or those of the control statement."""
    known = offline.definitions(environment, dbd.name)
    order = [one.name for one in selector(dbd.name, dbd.selection, known).order]
    cards = _cards(environment)
    if not cards:
        return order
    match = RANGE.fullmatch(cards[0])
    if match is None or len(cards) > 1:
        raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {cards[-1]}", 16)
    if match[1] not in order:
        raise UtilityFailed(f"DFS301A {dbd.name} HAS NO PARTITION {match[1]} THAT IS ENABLED", 16)
    first = order.index(match[1])
    return order[first : first + int(match[2] or 1)]


def require_reload_statements(environment: Environment) -> None:
    """Refuse statements that the reload does not know.

    :raises UtilityFailed: there is one.
    """
    wrong = [card for card in _cards(environment) if card != "NOILDS"]
    if wrong:
        raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {wrong[0]}", 16)


def reload(environment: Environment, dbd: Dbd) -> Counter[str]:
    """Write partitions again from DFSUINPT; return the segments by type."""
    require_reload_statements(environment)
    names = loaded(environment, dbd, _root_key)
    if not names:
        environment.say(f"DFS339I {dbd.name}: THERE IS NOTHING TO RELOAD, AND NO PARTITION TO RELOAD IT INTO")
        return Counter()
    dbrc = offline.required_dbrc(environment)
    with offline.authorized(environment, names, "REORG"):
        opened = offline.open_partitions(environment, dbd, names)
        numbers = {}
        for one in opened.partitions:
            name = one.definition.name
            numbers[name] = dbrc.next_reorg(name, one.reorg + 1 if not _is_new(environment, name) else 1)
            dbrc.partition_emptied(name)
            empty(opened.database, one)
            unit = opened.engine.recovery.begin("DFSURGL0", 0)
            one.initialise(unit, numbers[name])
            opened.engine.recovery.commit(unit)
        counts = _Reload(environment, dbd, opened).run()
        opened.engine.pool.flush()
        for name, number in numbers.items():
            dbrc.partition_written(name, number)
            environment.say(f"DFS339I PARTITION {name} RELOADED, REORG NUMBER {number:05}")
    notify(environment, dbd, names)
    return counts


def _is_new(environment: Environment, name: str) -> bool:
    found = offline.required_dbrc(environment).partition(name)
    return found is not None and found.init_needed


def notify(environment: Environment, dbd: Dbd, names: list[str]) -> None:
    """Record in the RECON that data sets were reorganised."""
    for name in names:
        for group in range(dbd.groups):
            ddname = f"{name}{'ABCDEFGHIJ'[group]}"
            environment.tell(f"NOTIFY.REORG DBD({name}) DDN({ddname}) RUNTIME({stamp(environment.start)})")


def read_input(environment: Environment, dbd: Dbd) -> Iterator[unloaded.Unloaded]:
    """Read what is to be reloaded."""
    return unloaded.read(environment.step.dd("DFSUINPT").raw_records(), dbd.name, partitioned=True)


def loaded(environment: Environment, dbd: Dbd, key_of: Callable[[Dbd, bytes], bytes]) -> list[str]:
    """Return the partitions to load: each root must belong to one that was unloaded, or that is new.

    Nothing was erased yet when this refuses.
    """
    known = offline.definitions(environment, dbd.name)
    partitions = selector(dbd.name, dbd.selection, known)
    names: set[str] = set()
    roots: set[str] = set()
    for one in read_input(environment, dbd):
        if isinstance(one, PartitionHeader):
            names.add(one.partition)
        elif isinstance(one, UnloadedSegment) and one.name == dbd.root.name:
            roots.add(_partition_of(dbd, partitions, key_of(dbd, one.data)))
    names &= {one.name for one in known}
    outside = sorted(name for name in roots - names if not _is_new(environment, name))
    if outside:
        raise UtilityFailed(f"DFS301A ROOTS BELONG TO PARTITION {outside[0]}, WHICH WAS NOT UNLOADED AND IS NOT NEW")
    return sorted(names | roots)


def _root_key(dbd: Dbd, data: bytes) -> bytes:
    return dbd.root.key.of(data) if dbd.root.key else b""


def _partition_of(dbd: Dbd, partitions: PartitionSelector, key: bytes) -> str:
    try:
        return partitions.select(key).name
    except CallRefused:
        raise UtilityFailed(f"DFS301A NO PARTITION OF {dbd.name} TAKES KEY {key.hex().upper()}") from None


class _Reload:
    """Puts unloaded segments into their partitions, and the entries of the ILDSs behind them."""

    def __init__(self, environment: Environment, dbd: Dbd, opened: OfflinePartitions) -> None:
        self._environment, self._dbd, self._opened = environment, dbd, opened
        self._shape, self._recovery = opened.database.shape, opened.engine.recovery
        listed = "NOILDS" not in _cards(environment)
        self._targets = {one.target for one in dbd.secondary} if listed else set()
        self._by_name = {one.definition.name: one for one in opened.partitions}

    def run(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        unit = self._recovery.begin("DFSURGL0", 0)
        with SortWork() as entries:
            for number, one in enumerate(read_input(self._environment, self._dbd)):
                if not isinstance(one, UnloadedSegment):
                    continue
                self._insert(unit, one, entries)
                counts[one.name] += 1
                if number % SYNC_EVERY == 0:
                    self._recovery.commit(unit)
                    unit = self._recovery.begin("DFSURGL0", 0)
            self._recovery.commit(unit)
            for partition in self._opened.partitions:
                owner = partition.definition.id.to_bytes(2, "big")
                partition.ilds.rebuild(record for key, record in entries if key[:2] == owner)
        return counts

    def _insert(self, unit: UnitOfRecovery, one: UnloadedSegment, entries: SortWork) -> None:
        kind = self._shape.named(one.name)
        if kind is None:
            raise UtilityFailed(f"DFS315A {self._dbd.name} HAS NO SEGMENT {one.name}")
        if kind.parent is None:
            self._partition = self._by_name[
                _partition_of(self._dbd, self._opened.selector, _root_key(self._dbd, one.data))
            ]
            self._loader = Loader(self._opened.database.store, self._partition.roots)
        stored = self._loader.insert(unit, kind, one.data, one.ilk)
        if one.name in self._targets:
            self._list(kind, stored, entries)

    def _list(self, kind: SegmentType, stored: Stored, entries: SortWork) -> None:
        owner = self._partition
        found = Found(owner.definition.id, owner.stores[0].identity[1], stored.rba & RBA_MASK)
        key = owner.definition.id.to_bytes(2, "big") + stored.ilk + bytes([kind.code])
        entries.add(key, IndirectList.element(stored.ilk, kind.code, found))
