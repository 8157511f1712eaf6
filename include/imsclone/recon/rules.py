"""Which names of a RECON change, and to what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from imsclone.listings.recon_types import Partition
from imsclone.masks import RenameMasks
from imsclone.names import DATA_SET_NAME_LENGTH
from imsclone.recon.errors import ReconNameTooLong, ReconPrefixUnclear
from imsclone.spec.model import ReconSwitches


class Fate(Enum):
    """What becomes of a data set that an optional record names."""

    KEEP = "not the source's"
    CONVERT = "cloned, so its record follows"
    DROP = "the source's and not cloned, so its record goes"


@dataclass(frozen=True)
class ReconRules:
    """The masks, the volume map, the subsystem map, and the switches for optional records.

    ``volsers`` and ``ssids`` map source to target. A data set on volumes is cloned when all its volumes are.
    """

    masks: RenameMasks
    volsers: Mapping[str, str]
    ssids: Mapping[str, str]
    switches: ReconSwitches = field(default_factory=ReconSwitches)

    def name(self, dsname: str, kind: str) -> str:
        """Return a data set's name on the clone; its own if no mask matches.

        :raises ReconNameTooLong: the new name has more than 44 characters.
        """
        renamed = self.masks.apply(dsname) if dsname else None
        if renamed is None:
            return dsname
        if len(renamed.name) > DATA_SET_NAME_LENGTH:
            raise ReconNameTooLong(kind=kind, dsname=dsname, target=renamed.name, length=len(renamed.name))
        return renamed.name

    def prefix(self, part: Partition) -> str:
        """Return the prefix of a partition's data sets on the clone, from how its first data set is renamed.

        :raises ReconNameTooLong: the new name has more than 44 characters.
        :raises ReconPrefixUnclear: the mask changes the ending that DBRC gives the data set.
        """
        ending = f".A{part.partition_id:05}"
        name = self.name(part.dsn_prefix + ending, "PART")
        if not name.endswith(ending):
            raise ReconPrefixUnclear(part=part.name, dsname=part.dsn_prefix + ending, target=name)
        return name.removesuffix(ending)

    def volumes(self, volsers: Sequence[str]) -> tuple[str, ...]:
        """Return the volumes' serials on the clone."""
        return tuple(self.volsers.get(volser, volser) for volser in volsers)

    def ssid(self, ssid: str) -> str:
        """Return the subsystem's id on the clone."""
        return self.ssids.get(ssid, ssid)

    def is_target(self, ssid: str) -> bool:
        """Whether a subsystem is one of the clone's."""
        return ssid in self.ssids.values()

    def fate(self, dsname: str, volsers: Sequence[str], carried: bool) -> Fate:
        """Return what becomes of a data set's record.

        :param carried: whether records of its kind are carried over at all.
        """
        mapped = [volser for volser in volsers if volser in self.volsers]
        if self.masks.apply(dsname) is None and not mapped:
            return Fate.KEEP
        return Fate.CONVERT if carried and len(mapped) == len(volsers) else Fate.DROP

    def names_source(self, dsname: str) -> bool:
        """Whether a name is one that a mask gives another name to."""
        renamed = self.masks.apply(dsname) if dsname else None
        return renamed is not None and renamed.name != dsname
