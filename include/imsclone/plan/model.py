"""The plan: everything a clone will do, decided, with a fingerprint that no change survives."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import to_json

from imsclone.masks import RenameMask
from imsclone.names import CardText, DataSetName, ImsId, MemberName, UnitAddress, Volser
from imsclone.plan.data_set_map import DataSetMap
from imsclone.plan.errors import PlanAltered
from imsclone.spec.model import (
    Approval,
    CloneType,
    ConnectionId,
    Consistency,
    CopyMode,
    EnvironmentName,
    Imsplex,
    LibraryKind,
    Policies,
    Reconditioning,
    ReconSwitches,
    Replacement,
    Work,
)
from imsclone.zosmf.connection import JobCard

HEADS = 15
TRACK_CAPACITY = {"3380": 47_476, "3390": 56_664}
"""Bytes of one record that fills a track, by device type. IBM 3390 Reference, "Track capacity"."""


class Part(BaseModel):
    """A part of a plan."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VolumePair(Part):
    """A source volume and the device its copy goes to. ``cylinders`` is the source's size.

    ``vvds`` says whether the volume has a VVDS: only those with VSAM or SMS managed data sets do.
    """

    source: Volser
    source_unit: UnitAddress
    target: Volser
    target_unit: UnitAddress
    device_type: str
    cylinders: int
    data_sets: int
    sms: bool
    vvds: bool = True
    staging: Volser | None = None
    staging_unit: UnitAddress | None = None

    @property
    def copied(self) -> VolumePair:
        """The pair as the copy of whole volumes sees it: with a staging volume that one is the target."""
        if self.staging is None or self.staging_unit is None:
            return self
        return self.model_copy(update={"target": self.staging, "target_unit": self.staging_unit})


class VolumeLeft(Part):
    """A volume of the source system that is not copied."""

    source: Volser
    device_type: str
    cylinders: int
    data_sets: int


class NamePair(Part):
    """A data set that a step needs by name, on the source and on the clone."""

    source: DataSetName
    target: DataSetName


class LibraryPair(NamePair):
    """A library whose members are edited on the clone."""

    kind: LibraryKind


class CatalogPair(NamePair):
    """A user catalog, where it is, and the aliases that lead to it and to its copy."""

    source_volser: Volser
    target_volser: Volser
    source_aliases: tuple[DataSetName, ...]
    target_aliases: tuple[DataSetName, ...]


class VolumeGroup(Part):
    """Volumes that one task handles; ``catalogs`` are those whose volume is in the group."""

    number: int
    pairs: tuple[VolumePair, ...]
    catalogs: tuple[CatalogPair, ...] = ()

    @property
    def copies(self) -> tuple[VolumePair, ...]:
        """The pairs as the copy of whole volumes sees them."""
        return tuple(pair.copied for pair in self.pairs)


class MemberPair(Part):
    """One IMS of the sharing group and its copy."""

    source: ImsId
    target: ImsId
    source_procedure: MemberName
    target_procedure: MemberName


class Nucleus(Part):
    """Modules of the clone's RESLIB that hold the default subsystem id."""

    library: NamePair
    modules: tuple[MemberName, ...]


class ReconPart(Part):
    """The RECON data sets, and which optional record kinds are carried over."""

    data_sets: tuple[NamePair, ...]
    optional: ReconSwitches


class Databases(Part):
    """Database data sets that the clone's RECON defines but that are not to be there.

    ``absent`` are all of them; ``copied`` those that come along on a volume of system data sets, and are deleted.
    """

    absent: tuple[NamePair, ...] = ()
    copied: tuple[NamePair, ...] = ()


class Cluster(Part):
    """A cluster of the clone as it is cataloged anew: components, volumes in order, organization as AMS names it."""

    name: DataSetName
    data: DataSetName
    index: DataSetName | None
    organization: Literal["INDEXED", "NONINDEXED", "LINEAR", "NUMBERED"]
    volsers: tuple[Volser, ...]
    catalog: DataSetName


class GenerationGroup(Part):
    """A generation data group of the clone."""

    name: DataSetName
    limit: int
    scratch: bool
    empty: bool
    catalog: DataSetName


class NonVsam(Part):
    """A data set of the clone that is not VSAM, as it is cataloged anew."""

    name: DataSetName
    volsers: tuple[Volser, ...]
    catalog: DataSetName


class LaterPart(Part):
    """What a further volume holds of a data set; copied when its first volume's part is there."""

    name: DataSetName
    staging: Volser
    target: Volser


class Recataloging(Part):
    """What renaming by physical data set copy needs to know: what is not copied, what is copied last, all entries."""

    excluded: tuple[DataSetName, ...] = ()
    later: tuple[LaterPart, ...] = ()
    groups: tuple[GenerationGroup, ...] = ()
    nonvsam: tuple[NonVsam, ...] = ()
    clusters: tuple[Cluster, ...] = ()


class PlanSystem(Part):
    """What steps need to know of one side of the clone."""

    imsid: ImsId
    zosmf: ConnectionId
    hlq: DataSetName
    imsplex: Imsplex | None
    reslib: DataSetName
    steplib: tuple[DataSetName, ...]
    dbdlib: tuple[DataSetName, ...]
    job_card: JobCard | None


class Plan(Part):
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
    reconditioning: Reconditioning
    recataloging: Recataloging = Recataloging()
    policies: Policies
    work: Work
    group_size: int
    approval: Approval
    warnings: tuple[str, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything the plan says but its warnings, which tell of the moment, in hexadecimal."""
        return hashlib.sha256(to_json(self._content() | {"warnings": ()})).hexdigest()

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

    def _content(self) -> dict[str, Any]:
        content = {name: getattr(self, name) for name in type(self).model_fields}
        return content | {"data_sets": self.data_sets.lines}

    @model_serializer(mode="plain")
    def _with_fingerprint(self) -> dict[str, Any]:
        return {"fingerprint": self.fingerprint, **self._content()}

    @model_validator(mode="wrap")
    @classmethod
    def _unaltered(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Refuse a document that is not what its fingerprint was made of."""
        claimed = None if info.mode == "python" else ""
        if isinstance(data, dict) and "fingerprint" in data:
            claimed = data["fingerprint"]
            data = {key: value for key, value in data.items() if key != "fingerprint"}
        plan = handler(data)
        if claimed is not None and claimed != plan.fingerprint:
            raise PlanAltered(claimed=str(claimed)[:16], found=plan.fingerprint[:16])
        return plan
