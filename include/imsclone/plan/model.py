"""The plan: everything a clone will do, decided, with a fingerprint that no change survives."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from imsclone.masks import RenameMask
from imsclone.movers import Mover
from imsclone.names import CardText, ImsId, Volser
from imsclone.plan.data_set_map import DataSetMap
from imsclone.plan.parts import (
    CatalogPair,
    Databases,
    LibraryPair,
    MemberPair,
    NamePair,
    Nucleus,
    PlanSystem,
    Recataloging,
    ReconPart,
    VolumeGroup,
    VolumeLeft,
    VolumePair,
)
from imsclone.plan.sealed import Sealed
from imsclone.spec.model import (
    Approval,
    CloneType,
    Consistency,
    CopyMode,
    EnvironmentName,
    Offload,
    Policies,
    Reconditioning,
    Replacement,
    Work,
)

HEADS = 15
TRACK_CAPACITY = {"3380": 47_476, "3390": 56_664}
"""Bytes of one record that fills a track, by device type. IBM 3390 Reference, "Track capacity"."""


class Plan(Sealed):
    """A whole clone, decided. Made by :func:`imsclone.plan.make_plan`; a changed document is refused."""

    version: Literal[1] = 1
    environment: EnvironmentName
    clone_type: CloneType
    owner: CardText
    source: PlanSystem
    target: PlanSystem
    volume_pairs: tuple[VolumePair, ...]
    left_out: tuple[VolumeLeft, ...] = ()
    masks: tuple[RenameMask, ...]
    data_sets: DataSetMap = Field(repr=False)
    catalogs: tuple[CatalogPair, ...]
    libraries: tuple[LibraryPair, ...]
    mda_libraries: tuple[NamePair, ...]
    recon: ReconPart
    databases: Databases = Databases()
    rdds: tuple[NamePair, ...]
    nucleus: Nucleus
    members: tuple[MemberPair, ...]
    restart: CardText = CardText("/ERE OVERRIDE COLDCOMM.")
    replacements: tuple[Replacement, ...]
    consistency: Consistency
    outage_budget_seconds: float
    copy_mode: CopyMode
    mover: Mover = "dss"
    own_copy_hours: float = 4.0
    reconditioning: Reconditioning
    recataloging: Recataloging = Recataloging()
    policies: Policies
    work: Work
    group_size: int
    approval: Approval
    offload: Offload = Offload()
    warnings: tuple[str, ...] = ()

    @property
    def target_ids(self) -> tuple[ImsId, ...]:
        """The IMS systems that the run makes: one."""
        return (self.target.imsid,)

    @property
    def groups(self) -> tuple[VolumeGroup, ...]:
        """The volume pairs in groups to map tasks over."""
        chunks = [
            self.volume_pairs[at : at + self.group_size] for at in range(0, len(self.volume_pairs), self.group_size)
        ]
        return tuple(self._group(number, pairs) for number, pairs in enumerate(chunks, 1))

    @property
    def copies(self) -> tuple[VolumePair, ...]:
        """The volume pairs as the copy of whole volumes sees them."""
        return tuple(pair.copied for pair in self.volume_pairs)

    @property
    def vvds_volsers(self) -> tuple[Volser, ...]:
        """The target volumes that have a VVDS."""
        return tuple(pair.target for pair in self.volume_pairs if pair.vvds)

    @property
    def tracks_not_copied(self) -> int:
        """The tracks of the source system's volumes that are left out."""
        return sum(volume.cylinders * HEADS for volume in self.left_out)

    @property
    def bytes_not_copied(self) -> int:
        """What these tracks can hold, in bytes."""
        return sum(volume.cylinders * HEADS * TRACK_CAPACITY.get(volume.device_type, 0) for volume in self.left_out)

    def _group(self, number: int, pairs: tuple[VolumePair, ...]) -> VolumeGroup:
        serials = {pair.source for pair in pairs}
        here = tuple(catalog for catalog in self.catalogs if catalog.source_volser in serials)
        return VolumeGroup(number=number, pairs=pairs, catalogs=here)

    def summary(self) -> dict[str, Any]:
        """What fits in XCom: the fingerprint, the counts, no data sets."""
        return {
            "environment": self.environment,
            "fingerprint": self.fingerprint,
            "source": self.source.imsid,
            "target": self.target.imsid,
            "volumes": len(self.volume_pairs),
            "groups": -(-len(self.volume_pairs) // self.group_size),
            "cylinders": sum(pair.cylinders for pair in self.volume_pairs),
            "volumes_left_out": len(self.left_out),
            "tracks_not_copied": self.tracks_not_copied,
            "bytes_not_copied": self.bytes_not_copied,
            "data_sets": len(self.data_sets),
            "renamed": sum(pair.renamed for pair in self.data_sets),
            "catalogs": len(self.catalogs),
            "libraries": len(self.libraries) + len(self.mda_libraries),
            "members": [member.target for member in self.members],
            "consistency": self.consistency,
            "outage_budget_seconds": self.outage_budget_seconds,
            "approval_required": self.approval.required,
            "warnings": len(self.warnings),
        }
