"""Which volumes are cloned, and the target of each: the spec and the facts of volumes, set in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from imsclone.facts import SystemFacts, VolumeFacts
from imsclone.masks import VolumeRule
from imsclone.names import Volser
from imsclone.plan.system_data_sets import SystemNames
from imsclone.spec.model import EnvironmentSpec, VolumeChoice


def matches_volume(mask: str, volser: str) -> bool:
    """Whether a volume mask (``*`` any characters, ``%`` one) covers a serial."""
    expression = re.escape(mask).replace(r"\*", ".*").replace("%", ".")
    return re.fullmatch(expression, volser) is not None


def named(choice: VolumeChoice, volser: str) -> bool:
    """Whether a choice of volumes covers a serial by name or mask."""
    return volser in choice.volsers or any(matches_volume(mask, volser) for mask in choice.masks)


def chosen(choice: VolumeChoice, volume: VolumeFacts) -> bool:
    """Whether a choice of volumes covers this one."""
    return volume.online and (
        named(choice, volume.volser) or (bool(volume.storage_group) and volume.storage_group in choice.storage_groups)
    )


@dataclass(frozen=True, slots=True)
class Pairing:
    """A source volume and its target. ``target`` is None if no such volume or device was found."""

    source: VolumeFacts
    target_volser: Volser
    target: VolumeFacts | None
    staging_volser: Volser | None = None
    staging: VolumeFacts | None = None


@dataclass(frozen=True)
class VolumeDraft:
    """The spec and the facts, with what follows from both for volumes; everything is worked out once."""

    spec: EnvironmentSpec
    facts: SystemFacts

    @cached_property
    def online(self) -> Mapping[str, VolumeFacts]:
        """Online volumes by serial."""
        return {volume.volser: volume for volume in self.facts.volumes if volume.online and volume.volser}

    @property
    def is_skeleton(self) -> bool:
        """Whether only the volumes of system data sets are cloned."""
        return self.spec.clone_type == "skeleton"

    @property
    def is_staged(self) -> bool:
        """Whether data sets are renamed by copying them from staging volumes."""
        return self.spec.reconditioning == "dss"

    @cached_property
    def staging_serials(self) -> frozenset[str]:
        """The serials of all staging volumes."""
        return frozenset(pair.staging_volser for pair in self.pairs if pair.staging_volser)

    @cached_property
    def system_names(self) -> SystemNames:
        """The source's system data sets."""
        return SystemNames.of(self.spec)

    @cached_property
    def candidates(self) -> Mapping[str, VolumeFacts]:
        """The volumes of the source system, by serial, in order."""
        selected = [volume for volume in self.online.values() if chosen(self.spec.source.volumes, volume)]
        return {volume.volser: volume for volume in sorted(selected, key=lambda volume: volume.volser)}

    @cached_property
    def sources(self) -> Mapping[str, VolumeFacts]:
        """The volumes to be cloned, by serial, in order: for a skeleton those that hold a system data set."""
        if not self.is_skeleton:
            return self.candidates
        wanted = {
            volser for found in self.facts.data_sets if self.system_names.covers(found) for volser in found.volsers
        }
        return {volser: volume for volser, volume in self.candidates.items() if volser in wanted}

    @cached_property
    def listed_targets(self) -> Mapping[str, list[Volser]]:
        """The targets of each source volume in the environment's list."""
        listed: dict[str, list[Volser]] = defaultdict(list)
        for source, target in (pair.sides for pair in self.spec.volumes.pairs):
            listed[source].append(Volser(target))
        return listed

    @cached_property
    def pairs(self) -> tuple[Pairing, ...]:
        """Each source volume that has a target, with it."""
        return tuple(self._pairs())

    def _pairs(self) -> Iterator[Pairing]:
        by_unit = {volume.unit: volume for volume in self.facts.volumes}
        for volser, source in self.sources.items():
            target = self._target_of(volser)
            if target is not None:
                rule = self.spec.volumes.staging if self.is_staged else None
                staging = rule.target(volser) if rule else None
                found = [self._found(name, by_unit) if name else None for name in (target, staging)]
                yield Pairing(source, target, found[0], staging, found[1])

    def _found(self, volser: Volser, by_unit: Mapping[str, VolumeFacts]) -> VolumeFacts | None:
        unit = self.spec.volumes.units.get(volser)
        return self.online.get(volser) or (by_unit.get(unit) if unit else None)

    def _target_of(self, volser: str) -> Volser | None:
        if self.spec.volumes.rule is not None:
            return self.spec.volumes.rule.target(volser)
        return next(iter(self.listed_targets.get(volser, ())), None)

    @cached_property
    def target_of(self) -> Mapping[str, Volser]:
        """The target serial of each source serial."""
        return {pair.source.volser: pair.target_volser for pair in self.pairs}

    @cached_property
    def target_serials(self) -> frozenset[str]:
        """The serials of all targets."""
        return frozenset(self.target_of.values())

    def role_by_name(self, volser: str) -> str:
        """Say what the files make of a serial, without facts: ``source``, ``target`` or nothing."""
        if named(self.spec.source.volumes, volser):
            return "source"
        if named(self.spec.target.volumes, volser) or volser in (pair.sides[1] for pair in self.spec.volumes.pairs):
            return "target"
        rule = self.spec.volumes.rule
        copied = VolumeRule(" -> ".join(reversed(rule.sides))).target(volser) if rule else None
        return "target" if copied and named(self.spec.source.volumes, copied) else ""
