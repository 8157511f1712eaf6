"""What was read of both systems before a refresh is planned: plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from imsclone.dbd import Database as Definition
from imsclone.facts import CatalogEntry
from imsclone.listings.amaspzap import Dump
from imsclone.listings.recon_types import Recon
from imsclone.names import ImsId

if TYPE_CHECKING:
    from imsclone.haldb.layout import Observation
    from imsclone.plan.errors import PlanProblem
    from imsclone.refresh.new_database import MemberKind


@dataclass(frozen=True)
class Held:
    """A member of a library, by a digest of what it holds."""

    library: str
    digest: str


@dataclass(frozen=True)
class Module:
    """A load module: the library that it is in, and the text of its control sections."""

    library: str
    dumps: tuple[Dump, ...]


@dataclass(frozen=True)
class SideFacts:
    """One side. ``states`` are the databases as each running member knows them, by name; empty if none runs.
    ``running`` are the members that told them; none, too, if they did not answer in time.

    ``allocated`` are the data set names in the dynamic allocation member (DFSMDA) of a database that has one; ``dbds``
    the definitions of chosen and related databases, as far as there is DBD source. ``numbers`` are partition ID and
    reorganization number as data sets of chosen HALDBs hold them, by name. ``listed`` is when the job that listed
    the RECON began and ended. ``held`` are the library members of databases that are to be defined on the target, by
    kind and name; ``modules`` their dynamic allocation members.
    """

    recon: Recon
    active: bool = True
    running: frozenset[str] = frozenset()
    states: Mapping[str, frozenset[str]] = field(default_factory=dict)
    allocated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dbds: Mapping[str, Definition] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    listed: tuple[datetime, datetime] | None = None
    held: Mapping[tuple[MemberKind, str], tuple[Held, ...]] = field(default_factory=dict)
    modules: Mapping[str, Module] = field(default_factory=dict)

    def failed(self, members: Iterable[ImsId]) -> list[ImsId]:
        """Return the members that do not run and are still signed on to DBRC: each backs out as soon as it restarts.

        DBRC does not know of every failure, and forgets it when the restart begins: what counts is who answers. Where
        those that run did not answer in time, the failures that DBRC knows of count.
        """
        answered = bool(self.running) or not self.active
        away = {one.ssid for one in self.recon.subsystems if one.abnormal or answered} - self.running
        return [one for one in members if one in away]


@dataclass(frozen=True)
class RefreshFacts:
    """Both sides, and the catalog entries of all data sets that may be copied or replaced, by name.

    ``also`` are the further targets. ``looks`` are what earlier looks at the source's RECON told of its HALDBs;
    ``untold`` is what keeps HALDBs from having the partitions of a past time.
    """

    source: SideFacts
    target: SideFacts
    entries: Mapping[str, CatalogEntry] = field(default_factory=dict)
    also: tuple[SideFacts, ...] = ()
    looks: tuple[Observation, ...] = ()
    untold: Mapping[str, tuple[PlanProblem, ...]] = field(default_factory=dict)

    def for_target(self, number: int) -> RefreshFacts:
        """Give the facts about one target alone: 0 is ``target``, then those of ``also``."""
        return replace(self, target=self.also[number - 1], also=()) if number else replace(self, also=())

    def components(self, cluster: str) -> tuple[CatalogEntry, ...]:
        """The data and index component of a cluster."""
        return tuple(one for one in self.entries.values() if one.owner == cluster and one.kind in ("DATA", "INDEX"))

    def volsers(self, dsname: str) -> tuple[str, ...]:
        """The volumes of a data set or of a cluster's components, in order; none if it does not exist."""
        entry = self.entries.get(dsname)
        if entry is None:
            return ()
        found = [*entry.volsers, *(volser for one in self.components(dsname) for volser in one.volsers)]
        return tuple(dict.fromkeys(found))
