"""A catalog on a copied volume: what becomes of each entry, and its rewriting under the new names.

An entry belongs to the clone when its volumes are in the volume map; it is renamed and its serials are changed. What a
record is about decides for the records that only lead to it: true names follow their cluster, aliases their data set.
An orphan, whose volumes are not in the map, stays as it is or is deleted; its generation group lets go of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from zoslab.catalog import bcs, cells, generations
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import catalog_on
from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import component_space, ksds_attributes, statistics
from zoslab.dasd.vsam.errors import BadControlInterval
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.statistics import Holder
from zoslab.dasd.vvds_record import VvdsRecord
from zoslab.recondition.errors import Problem
from zoslab.recondition.names import VVDS_PREFIX, NewNames, fault_of
from zoslab.recondition.request import Request
from zoslab.recondition.vvds import VvdsPlan

_KINDS = {bcs.CLUSTER, bcs.TRUE_NAME, bcs.NONVSAM, bcs.GENERATION, bcs.GROUP, bcs.USER_CATALOG, bcs.ALIAS}
_CELLS = {
    cells.INFORMATION,
    cells.ASSOCIATION,
    cells.VOLUME,
    cells.GENERATIONS,
    cells.DATA_NAME,
    cells.INDEX_NAME,
}


@dataclass
class CatalogPlan:
    """What is to be done to one catalog.

    :ivar records: how many it has afterwards. :ivar stay: entries that are left as they are. :ivar deleted: entries
        that go. :ivar done: it was done before.
    """

    old: str
    new: str
    done: bool = False
    records: int = 0
    renamed: int = 0
    orphans: int = 0
    stay: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def survey(
    volume: Volume, vvds: VvdsPlan | None, pair: tuple[str, str], names: NewNames, request: Request
) -> CatalogPlan | None:
    """Read a catalog through, under its old or its new name; None if the volume does not hold it."""
    found = next((name for name in pair if vvds is not None and name in vvds.catalogs), None)
    if vvds is None or found is None:
        return None
    plan = CatalogPlan(*pair)
    try:
        records = list(_records(volume, vvds.catalogs[found]))
        _Survey(plan, names, request).run(records)
    except (CatalogError, DasdError, BadControlInterval) as error:
        plan.problems.append(Problem("RCD301E", f"CATALOG {found}: {error}"))
    return plan


def rewrite(volume: Volume, plan: CatalogPlan, names: NewNames, request: Request) -> None:
    """Load the catalog, which has its new name on the volume already, with its records renamed."""

    def transform(record: BcsRecord) -> BcsRecord | None:
        if record.name in plan.deleted:
            return None
        if record.name in plan.stay and record.name != bcs.SELF:
            return record
        return renamed(record, plan, names)

    catalog_on(volume, plan.new).rewrite(transform)


def renamed(record: BcsRecord, plan: CatalogPlan, names: NewNames) -> BcsRecord:
    """Return a record of the clone under its new name; a generation group without those that left it."""
    if record.kind == bcs.GROUP:
        group = record.group
        gone = plan.stay | plan.deleted
        left = tuple(p for p in group.generations if generations.name_of(record.name, *p) not in gone)
        record = record.with_group(replace(group, generations=left))
    return record.renamed(names.same, names.volser)


def _records(volume: Volume, components: Sequence[VvdsRecord]) -> Iterator[BcsRecord]:
    """Yield the records of a catalog through its components, whatever the VVDS is called.

    :raises CatalogError: a record is not understood.
    """
    data = [record for record in components if not record.is_index]
    index = [record for record in components if record.is_index]
    if len(data) != 1 or len(index) != 1:
        raise CatalogError(f"the VVDS has {len(data)} data and {len(index)} index components of it")
    spaces = [component_space([volume], record.name) for record in (data[0], index[0])]
    attributes = ksds_attributes(data[0], index[0])
    holder = Holder(lambda: statistics(data[0], index[0]))
    for raw in Ksds(spaces[0], spaces[1], attributes, holder).browse():
        record = bcs.decode(raw)
        unknown = [cell[2] for cell in record.cells if cell[2] not in _CELLS]
        if record.kind not in _KINDS or record.extension or unknown or bcs.encode(record) != raw:
            what = f"cells of type {unknown[0]:02X}" if unknown else "an unknown form"
            raise CatalogError(f"record {record.kind} {record.name} has {what}, which is not understood")
        yield record


class _Survey:
    """Decides for every record of a catalog."""

    def __init__(self, plan: CatalogPlan, names: NewNames, request: Request) -> None:
        self.plan, self.names, self.request = plan, names, request

    def run(self, records: Sequence[BcsRecord]) -> None:
        own = next((record for record in records if record.name == bcs.SELF), None)
        volsers = _volsers(own) if own is not None else []
        self.plan.done = any(map(self.names.is_given, volsers)) and not any(map(self.names.is_pending, volsers))
        self.plan.records = len(records)
        if self.plan.done:
            return
        for record in records:
            if record.kind not in (bcs.TRUE_NAME, bcs.ALIAS) and record.name != bcs.SELF:
                self._entry(record)
        for record in records:
            if record.kind in (bcs.TRUE_NAME, bcs.ALIAS):
                self._follow(record)
        self._check_names(records)
        self.plan.records -= len(self.plan.deleted)
        self.plan.renamed = self.plan.records - len(self.plan.stay)

    def _entry(self, record: BcsRecord) -> None:
        name, volsers = record.name, _volsers(record)
        inside = [volser in self.names.volmap or volser in self.names.targets for volser in volsers]
        if record.kind != bcs.GROUP and not any(inside):
            self._orphan(name)
        elif not all(inside):
            outside = ", ".join(volser for volser, known in zip(volsers, inside, strict=True) if not known)
            self._problem("RCD303E", f"{name} IS PARTLY ON {outside}, WHICH IS NOT IN VOLMAP")
        elif record.kind in (bcs.GROUP, bcs.GENERATION) and self.request.gdg == "DELETE":
            self.plan.deleted.add(name)
        elif not name.startswith(VVDS_PREFIX) and self.names.dsname(name) is None:
            self._unmatched(name)

    def _orphan(self, name: str) -> None:
        self.plan.orphans += 1
        (self.plan.deleted if self.request.orphan == "DELETE" else self.plan.stay).add(name)

    def _unmatched(self, name: str) -> None:
        if self.request.notrenamed == "FAIL":
            self._problem("RCD304E", f"{name}: NO MASK MATCHES")
        elif self.request.notrenamed == "DELETE":
            self.plan.deleted.add(name)

    def _follow(self, record: BcsRecord) -> None:
        """Treat a true name or an alias as what it leads to."""
        for target in record.associations:
            for names in (self.plan.stay, self.plan.deleted):
                if target in names:
                    names.add(record.name)

    def _check_names(self, records: Sequence[BcsRecord]) -> None:
        taken: dict[str, str] = {}
        for record in records:
            if record.name in self.plan.deleted or record.name == bcs.SELF:
                continue
            new = record.name if record.name in self.plan.stay else self.names.same(record.name)
            if new != record.name and (fault := fault_of(new)):
                self._problem("RCD305E", f"{record.name}: {fault}")
            if new in taken:
                self._problem("RCD306E", f"{taken[new]} AND {record.name} WOULD BOTH BE {new}")
            taken[new] = record.name

    def _problem(self, code: str, text: str) -> None:
        self.plan.problems.append(Problem(code, f"CATALOG {self.plan.old}: {text}"))


def _volsers(record: BcsRecord) -> list[str]:
    """Return the volumes a record speaks of."""
    parts = [volser for part in record.components for volser in part.volsers]
    return list(dict.fromkeys(volser for volser in (*record.volsers, *parts) if volser))
