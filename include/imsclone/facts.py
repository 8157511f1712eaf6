"""What was read from z/OS before a plan is made: plain facts, no decisions, no I/O.

The plan is a pure function of the spec and these facts. Whoever can read a system (z/OSMF jobs and listings,
a test) fulfils :class:`SystemReader`. Names are kept as found: a volume may hold a name that no rule allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Organization = Literal["PS", "PO", "DA", "IS", "VS", "PO-E", "HFS", "UNKNOWN"]
EntryKind = Literal["NONVSAM", "CLUSTER", "DATA", "INDEX", "AIX", "PATH", "GDG", "GDS", "ALIAS", "UCAT"]


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """One disk volume or device. DCOLLECT V record, DISPLAY UNIT.

    ``volser`` is empty for an offline device whose label could not be read, ``cylinders`` 0 when not known.
    """

    volser: str
    unit: str
    device_type: str = "3390"
    cylinders: int = 0
    tracks_free: int = 0
    sms: bool = False
    storage_group: str = ""
    online: bool = True


@dataclass(frozen=True, slots=True)
class DataSetFacts:
    """One data set (one component, if VSAM) as the VTOCs of the volumes read have it. DCOLLECT D and A records.

    Two data sets may have one name, on different volumes; only parts with different sequence numbers are one data set.

    ``volsers`` are the volumes it was found on, in volume sequence; ``volume_sequence`` is the sequence number of
    the first of them, so a number above 1 says that an earlier volume was not read. ``tracks`` are the allocated
    tracks on all of them. ``is_component_of`` is the cluster of a VSAM component.
    """

    dsname: str
    volsers: tuple[str, ...]
    organization: Organization = "PS"
    tracks: int = 0
    recfm: str = ""
    lrecl: int = 0
    blksize: int = 0
    cluster: bool = False
    catalog: str = ""
    volume_sequence: int = 1
    is_component_of: str = ""
    sms: bool = False


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One entry of a catalog. LISTCAT.

    A CLUSTER, GDG, ALIAS or PATH has no ``volsers``: its components, generations or target have.
    ``owner`` is the cluster of a DATA or INDEX component, the base of a GDS, the name an ALIAS stands for.
    ``attributes`` are words such as SCRATCH, EMPTY, LINEAR; ``limit`` is that of a GDG.
    """

    name: str
    kind: EntryKind
    volsers: tuple[str, ...] = ()
    owner: str = ""
    limit: int = field(default=0, compare=False)
    attributes: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """One user catalog: the volume it is on, its entries, and the aliases in the master catalog that lead to it."""

    name: str
    volser: str
    entries: tuple[CatalogEntry, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReconDataSet:
    """One of the RECON data sets. LIST.RECON STATUS: RECON1 COPY1, RECON2 COPY2, RECON3 SPARE."""

    ddname: str
    status: str
    dsname: str


@dataclass(frozen=True, slots=True)
class ReconReference:
    """A data set that a RECON record names. ``kind`` is the record kind, such as DBDS, PRILOG, IMAGE."""

    kind: str
    dsname: str
    volsers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReconFacts:
    """What the RECON says. LIST.RECON STATUS, LIST.DB ALL, LIST.LOG, LIST.SUBSYS ALL.

    ``subsystems`` are the online ones that run, or failed and were not restarted.
    """

    data_sets: tuple[ReconDataSet, ...] = ()
    subsystems: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    record_counts: Mapping[str, int] = field(default_factory=dict)
    references: tuple[ReconReference, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """Everything a plan is made of.

    ``volumes`` and ``data_sets`` cover source and target volumes; ``catalogs`` the source's and, if they exist, the
    target's; ``members`` the member names of each library to be edited; ``ims_active`` the subsystems that run now.
    """

    volumes: tuple[VolumeFacts, ...] = ()
    data_sets: tuple[DataSetFacts, ...] = ()
    catalogs: tuple[CatalogFacts, ...] = ()
    recon: ReconFacts = field(default_factory=ReconFacts)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ims_active: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VolumeSelection:
    """Which volumes to read: by serial, by mask (``IMSP*``, ``IMSP%%``), by SMS storage group, by device number."""

    volsers: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    storage_groups: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


class SystemReader(Protocol):
    """Reads facts from one z/OS. What does not exist is left out of the answer; what cannot be read is an error.

    ``imsclone.steps.reader.open_reader(connection, spec)`` gives the one that reads through z/OSMF.
    """

    def volumes(self, selection: VolumeSelection) -> Sequence[VolumeFacts]:
        """Read the selected volumes; devices named by ``units`` also when offline."""
        ...

    def data_sets(self, volsers: Sequence[str]) -> Iterable[DataSetFacts]:
        """Read all data sets of these online volumes, each once."""
        ...

    def catalogs(self, names: Sequence[str]) -> Sequence[CatalogFacts]:
        """Read these user catalogs."""
        ...

    def recon(self, dsnames: Sequence[str]) -> ReconFacts:
        """List the RECON that these data sets are."""
        ...

    def members(self, libraries: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """List the members of these libraries."""
        ...

    def ims_active(self, imsids: Sequence[str]) -> Sequence[str]:
        """Of these IMS systems, say which run now."""
        ...
