"""The parts of a plan: volumes, data sets, catalogs, libraries, databases, and what each of them becomes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from imsclone.names import DataSetName, ImsId, MemberName, UnitAddress, Volser
from imsclone.spec.model import ConnectionId, Imsplex, LibraryKind, ReconSwitches
from imsclone.zosmf.connection import JobCard


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
    acblib: tuple[DataSetName, ...] = ()
