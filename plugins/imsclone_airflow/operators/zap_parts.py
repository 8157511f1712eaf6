"""The parts of a clone that hold names in load modules or blocks: where they are, and what changes in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from imsclone.listings.amaspzap import Dump
from imsclone.names import MemberName
from imsclone.plan import Plan
from imsclone.zap import Zap, for_blocks, for_data_set_names, for_subsystem_ids
from imsclone.zosmf import Client
from imsclone_airflow import rules

MEMBERS = "dump_members.jcl", "zap_members.jcl"
BLOCKS = "dump_blocks.jcl", "zap_blocks.jcl"


@dataclass(frozen=True)
class Place:
    """One data set of the clone. ``values`` name it in the templates."""

    dsname: str
    values: Mapping[str, Any]


class ZapPart(ABC):
    """One part of the clone."""

    layer: ClassVar[str]
    letters: ClassVar[str]
    templates: ClassVar[tuple[str, str]]
    """The one that dumps, the one that replaces."""

    @abstractmethod
    def places(self, client: Client, plan: Plan) -> Sequence[Place]:
        """Return the data sets."""

    @abstractmethod
    def zaps(self, dumps: Sequence[Dump], plan: Plan) -> Sequence[Zap]:
        """Return what must be replaced in dumped bytes."""


class Mda(ZapPart):
    """Data set names in the dynamic allocation members (DFSMDA)."""

    layer, letters, templates = "MDA", "MDA", MEMBERS

    def places(self, client: Client, plan: Plan) -> Sequence[Place]:
        found = []
        for library in plan.mda_libraries:
            members = tuple(MemberName(name) for name in client.members(library.target))
            if members:
                found.append(Place(library.target, {"library": library.target, "members": members}))
        return found

    def zaps(self, dumps: Sequence[Dump], plan: Plan) -> Sequence[Zap]:
        return for_data_set_names(dumps, rules.masks(plan))


class Nucleus(ZapPart):
    """The default subsystem id in nucleus modules."""

    layer, letters, templates = "nucleus", "NUCL", MEMBERS

    def places(self, client: Client, plan: Plan) -> Sequence[Place]:
        library, modules = plan.nucleus.library.target, plan.nucleus.modules
        return [Place(library, {"library": library, "members": modules})] if modules else []

    def zaps(self, dumps: Sequence[Dump], plan: Plan) -> Sequence[Zap]:
        return for_subsystem_ids(dumps, rules.imsids(plan))


class ResourceDefinitions(ZapPart):
    """Names and ids in the resource definition data sets (RDDS)."""

    layer, letters, templates = "RDDS", "RDDS", BLOCKS

    def places(self, client: Client, plan: Plan) -> Sequence[Place]:
        return [Place(pair.target, {"dsname": pair.target}) for pair in plan.rdds]

    def zaps(self, dumps: Sequence[Dump], plan: Plan) -> Sequence[Zap]:
        return for_blocks(dumps, rules.masks(plan), rules.imsids(plan))


PARTS: Mapping[str, ZapPart] = {part.layer: part for part in (Mda(), Nucleus(), ResourceDefinitions())}
