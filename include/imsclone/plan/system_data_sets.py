"""Which data sets are the IMS system's own: what a skeleton consists of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from imsclone.facts import DataSetFacts
from imsclone.masks import DataSetMask
from imsclone.spec.model import EnvironmentSpec, SystemSpec

ITEMS = {
    "RESLIB": "libraries.reslib",
    "PROCLIB": "libraries.proclib",
    "JOBS": "libraries.jobs",
    "user JCL libraries": "libraries.user_jcl",
    "ACBLIB": "libraries.acblib",
    "MDA libraries": "libraries.mda",
    "RECON": "recon",
    "OLDS": "system_data_sets.olds",
    "WADS": "system_data_sets.wads",
    "RDS": "system_data_sets.rds",
}
"""What a skeleton must have, and where the system file names it. "Cloning IMS Systems and Databases", on skeletons."""


def declared(system: SystemSpec, key: str) -> tuple[str, ...]:
    """Return what a system's file says under a key: data set names or masks."""
    value: object = system
    for part in key.split("."):
        value = getattr(value, part)
    return tuple(value) if isinstance(value, tuple) else (str(value),)


def masks(system: SystemSpec) -> Iterator[tuple[str, int, DataSetMask]]:
    """Yield each mask for system data sets with its kind and position."""
    for kind in type(system.system_data_sets).model_fields:
        for position, mask in enumerate(getattr(system.system_data_sets, kind)):
            yield kind, position, mask


@dataclass(frozen=True)
class SystemNames:
    """Names and masks of the system data sets."""

    names: frozenset[str]
    masks: tuple[DataSetMask, ...]

    @classmethod
    def of(cls, spec: EnvironmentSpec) -> Self:
        """Take them from the source's file; the catalogs to be cloned belong to them."""
        source = spec.source
        libraries = [name for kind in type(source.libraries).model_fields for name in _names(source, kind)]
        catalogs = [pair.sides[0] for pair in spec.catalogs]
        found = frozenset(map(str, (*libraries, *source.recon, *source.rdds, *source.steplib, *catalogs)))
        return cls(found, tuple(mask for _, _, mask in masks(source)))

    def covers(self, found: DataSetFacts) -> bool:
        """Whether a data set, or the cluster that it is a component of, is one of them."""
        names = (found.dsname, found.is_component_of) if found.is_component_of else (found.dsname,)
        return any(name in self.names or any(mask.matches(name) for mask in self.masks) for name in names)


def _names(source: SystemSpec, kind: str) -> Sequence[str]:
    return declared(source, f"libraries.{kind}")
