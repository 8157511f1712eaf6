"""The spec and the facts of a refresh set in order: which databases, which data sets, under which names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from imsclone.listings.recon_types import Database, DatabaseDataSet
from imsclone.masks import RenameMasks
from imsclone.recon.rules import ReconRules
from imsclone.refresh.facts import RefreshFacts, SideFacts
from imsclone.spec.refresh import DatabaseChoice, DatabaseName, RefreshSpec

PARTITION = "PART"
HALDB = "HALDB"
STOPPED = frozenset({"STOACC"})


@dataclass(frozen=True)
class Chosen:
    """A database that is to be copied. ``place`` is the position of the choice that named it.

    ``brought_by`` is the chosen database that it belongs to, where no choice named it.
    """

    database: Database
    target: DatabaseName
    place: int
    brought_by: str = ""

    @property
    def name(self) -> str:
        """Its name on the source."""
        return self.database.dbd


@dataclass(frozen=True)
class DataSet:
    """A data set of a chosen database: ``owner`` is the database or the partition, on the source.

    ``target_ddname`` is what the target's definition calls it.
    """

    chosen: Chosen
    owner: str
    ddname: str
    target_ddname: str
    dsname: str
    target: str
    organization: str


@dataclass(frozen=True)
class RefreshDraft:
    """Everything that checks look at; worked out once."""

    spec: RefreshSpec
    facts: RefreshFacts

    @cached_property
    def rules(self) -> ReconRules:
        """How names of the source become names of the target."""
        return ReconRules(RenameMasks(self.spec.rename), {}, {})

    @cached_property
    def known(self) -> Mapping[str, Database]:
        """The databases in the source's RECON; partitions go with their HALDB."""
        return _databases(self.facts.source)

    @cached_property
    def on_target(self) -> Mapping[str, Database]:
        """The same in the target's RECON."""
        return _databases(self.facts.target)

    @cached_property
    def chosen(self) -> tuple[Chosen, ...]:
        """The databases to copy, each once: those that choices name, then those that belong to them."""
        found: dict[str, Chosen] = {}
        for place, choice in enumerate(self.spec.databases):
            for name in self.matches(choice):
                found.setdefault(name, Chosen(self.known[name], choice.target(name), place))
        waiting = list(found.values())
        while waiting:
            one = waiting.pop(0)
            for name in self.related(one.name):
                if name in self.known and name not in found:
                    found[name] = Chosen(self.known[name], DatabaseName(name), one.place, one.name)
                    waiting.append(found[name])
        return tuple(one for one in found.values() if not self.is_skipped(one))

    def related(self, name: str) -> tuple[str, ...]:
        """Name the databases that a definition names: indexes, the indexed one, logical parents and children."""
        definition = self.facts.source.dbds.get(name)
        return definition.related if definition is not None else ()

    def matches(self, choice: DatabaseChoice) -> list[str]:
        """Name the databases that a choice means."""
        return sorted(name for name in self.known if choice.matches(name))

    def is_skipped(self, one: Chosen) -> bool:
        """Whether a database is left out because it is not recoverable."""
        return self.spec.not_recoverable == "skip" and not is_recoverable(one.database)

    @cached_property
    def data_sets(self) -> tuple[DataSet, ...]:
        """The data sets of the chosen databases in the order of the RECON."""
        return tuple(self._data_sets())

    def _data_sets(self) -> Iterator[DataSet]:
        recon = self.facts.source.recon
        partitions = {one.name: one.master for one in recon.partitions}
        chosen = {one.name: one for one in self.chosen}
        for found in recon.data_sets:
            one = chosen.get(partitions.get(found.dbd, found.dbd))
            if one is not None and not self.is_left_out(found.dbd, one):
                for ddname, dsname in _names(found):
                    target = self.rules.name(dsname, found.record.kind)
                    kind = "VSAM" if found.organization == "VSAM" else "OSAM"
                    yield DataSet(one, found.dbd, ddname, self.target_ddname(one, ddname), dsname, target, kind)

    def target_ddname(self, one: Chosen, ddname: str) -> str:
        """Return the target's ddname for one of the source: those of data set groups go by their order."""
        source, target = self.facts.source.dbds.get(one.name), self.facts.target.dbds.get(one.target)
        if source is None or target is None:
            return ddname
        pairs = zip(source.groups, target.groups, strict=False)
        return next((theirs.ddname for ours, theirs in pairs if ours.ddname == ddname and theirs.ddname), ddname)

    def with_target(self, side: SideFacts) -> RefreshDraft:
        """Return the draft with more known of the target."""
        return RefreshDraft(self.spec, replace(self.facts, target=side))

    def is_left_out(self, owner: str, one: Chosen) -> bool:
        """Whether a partition stays as it is on the target, because others were chosen by name."""
        return one.database.kind == HALDB and bool(self.spec.partitions) and owner not in self.spec.partitions

    @cached_property
    def renumbers(self) -> bool:
        """Whether HALDBs of the target may get other partitions and numbers than they have."""
        return self.spec.redefine or self.spec.clone_type == "haldb_copy"

    @cached_property
    def recorded(self) -> Mapping[tuple[str, str], str]:
        """Data set names in the target's RECON, by database or partition and ddname."""
        return {
            (found.dbd, ddname): dsname
            for found in self.facts.target.recon.data_sets
            for ddname, dsname in _names(found)
        }

    def target_owner(self, one: DataSet) -> str:
        """Return the database or partition that has a data set on the target."""
        return one.chosen.target if one.owner == one.chosen.name else one.owner

    @cached_property
    def targets(self) -> Counter[str]:
        """How often each name is given on the target."""
        return Counter(one.target for one in self.data_sets)

    def is_stopped(self, name: str) -> bool:
        """Whether programs cannot use a source database: it is stopped, or no IMS runs that could have it open."""
        side = self.facts.source
        return not side.active or bool(side.states.get(name, frozenset()) & STOPPED)


def is_recoverable(database: Database) -> bool:
    """Whether updates of a database are logged for recovery."""
    return database.record.get("RECOVERABLE") != "NO"


def _databases(side: SideFacts) -> dict[str, Database]:
    return {one.dbd: one for one in side.recon.databases if one.kind != PARTITION}


def _names(found: DatabaseDataSet) -> list[tuple[str, str]]:
    """Return ddnames and data set names; an area has those of its data sets."""
    if found.area_data_sets:
        return [(one.ddname, one.dsname) for one in found.area_data_sets]
    return [(found.ddname, found.dsname)] if found.dsname else []
