"""What a user may write about an IMS system and about an environment to keep: strict models, no I/O."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from imsclone.errors import Place
from imsclone.masks import CatalogPairText, DataSetMask, RenameMask, VolumePairText, VolumeRule
from imsclone.movers import Mover
from imsclone.names import CardText, DataSetName, ImsId, MemberName, Name, StorageGroup, UnitAddress, Volser
from imsclone.spec.places import Places
from imsclone.spec.schedule import Schedule, Strict
from imsclone.zosmf.connection import JobCard

Consistency = Literal["suspend", "freeze", "offline"]
CopyMode = Literal["nocopy", "copy"]
Reconditioning = Literal["volrcond", "dss"]
CloneType = Literal["full_system", "skeleton"]
WhenHeld = Literal["wait", "skip", "fail"]
LibraryKind = Literal["proclib", "jobs", "user_jcl"]


class VolumeMask(Name):
    """A mask over volume serials, such as IMSP* or IMSP%%."""

    rule = "1 to 6 letters, digits, @, #, $, hyphens, * (any characters) or % (one character)"
    pattern = re.compile(r"[A-Z0-9@#$%*][A-Z0-9@#$%*-]*")
    length = 6


class EnvironmentName(CardText):
    """The name of an environment."""

    rule = "1 to 30 letters, digits, underscores or hyphens"
    pattern = re.compile(r"[A-Za-z0-9_-]+")
    length = 30


class ConnectionId(Name):
    """The id of a z/OSMF connection."""

    rule = "1 to 100 letters, digits, underscores, hyphens or periods"
    pattern = re.compile(r"[A-Za-z0-9_.-]+")
    length = 100

    @classmethod
    def fold(cls, value: str) -> str:
        return value


class Imsplex(Name):
    """The name of an IMSplex without its CSL prefix."""

    rule = "1 to 5 letters, digits, @, # or $"
    pattern = re.compile(r"[A-Z0-9@#$]+")
    length = 5


class VolumeChoice(Strict):
    """Volumes by serial, by mask, by SMS storage group: all that any of them names."""

    volsers: tuple[Volser, ...] = ()
    masks: tuple[VolumeMask, ...] = ()
    storage_groups: tuple[StorageGroup, ...] = ()


class Libraries(Strict):
    """The libraries of an IMS system."""

    reslib: DataSetName
    proclib: tuple[DataSetName, ...] = ()
    jobs: tuple[DataSetName, ...] = ()
    user_jcl: tuple[DataSetName, ...] = ()
    mda: tuple[DataSetName, ...] = ()
    acblib: tuple[DataSetName, ...] = ()
    dbdlib: tuple[DataSetName, ...] = ()
    dbdsrc: tuple[DataSetName, ...] = ()


class SystemDataSets(Strict):
    """What IMS needs to come up beside its libraries, RECON and RDDS, by mask."""

    olds: tuple[DataSetMask, ...] = ()
    wads: tuple[DataSetMask, ...] = ()
    rds: tuple[DataSetMask, ...] = ()
    modblks: tuple[DataSetMask, ...] = ()
    format: tuple[DataSetMask, ...] = ()
    repository: tuple[DataSetMask, ...] = ()
    other: tuple[DataSetMask, ...] = ()


class SharingMember(Strict):
    """One IMS of a data sharing group, and the procedure that starts it."""

    imsid: ImsId
    procedure: MemberName


class SystemSpec(Strict):
    """One IMS system: its names, libraries, RECON, and how to reach its z/OS.

    ``job_card`` replaces the one of the z/OSMF connection.
    """

    imsid: ImsId
    description: CardText | None = None
    zosmf: ConnectionId
    hlq: DataSetName
    imsplex: Imsplex | None = None
    volumes: VolumeChoice = VolumeChoice()
    libraries: Libraries
    nucleus: tuple[MemberName, ...] = ()
    recon: Annotated[tuple[DataSetName, ...], Field(min_length=2, max_length=3)]
    rdds: tuple[DataSetName, ...] = ()
    system_data_sets: SystemDataSets = SystemDataSets()
    members: Annotated[tuple[SharingMember, ...], Field(min_length=1)]
    job_card: JobCard | None = None
    steplib: tuple[DataSetName, ...] = ()


class VolumePairing(Strict):
    """How a source volume finds its target: by rule or by list, one of the two.

    ``units`` gives the device number of a target or staging volume that may be offline when a plan is made.
    ``staging`` gives, for reconditioning dss, the volume that receives the copy of a source volume first.
    """

    rule: VolumeRule | None = None
    pairs: tuple[VolumePairText, ...] = ()
    staging: VolumeRule | None = None
    units: dict[Volser, UnitAddress] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.rule is None) == (not self.pairs):
            raise ValueError("give either rule or pairs, not both and not neither")
        return self


class ReconSwitches(Strict):
    """Which optional kinds of RECON records are carried over."""

    image_copy: bool = True
    change_accumulation: bool = True
    slds: bool = True
    rlds: bool = True


class Replacement(Strict):
    """Text to replace in library members, beside names and serials, which the plan derives."""

    find: CardText
    replace: CardText


class Policies(Strict):
    """What becomes of what does not fit.

    Names no mask covers, catalog entries without data set, data sets without entry, generations, and for a skeleton
    database data sets that share a volume with system data sets.
    """

    unmatched: Literal["fail", "keep", "delete"] = "fail"
    orphans: Literal["fail", "keep", "delete"] = "fail"
    uncataloged: Literal["fail", "keep"] = "fail"
    gdg: Literal["rename", "delete"] = "rename"
    colocated: Literal["stop", "delete", "keep"] = "stop"


class Work(Strict):
    """Where work data sets go: never on a volume that is cloned or overlaid."""

    hlq: DataSetName = DataSetName("CLONE")
    volumes: tuple[Volser, ...] = ()


class Approval(Strict):
    """Whether someone must agree to the plan before anything is touched, who may, and how long that is waited for."""

    required: bool = False
    approvers: tuple[CardText, ...] = ()
    wait_hours: Annotated[int, Field(ge=1, le=168)] = 24


class Written(Strict):
    """A model that knows where its values were written."""

    _places: Places = PrivateAttr(default_factory=Places)

    def place(self, *key: str | int) -> Place | None:
        """Say where a value, or else what contains it, was written."""
        return self._places.find(key)

    def written_in(self, places: Places) -> Self:
        """Remember where the values were written."""
        self._places = places
        return self


class OffloadReport(Strict):
    """A program that only reads, run as a BMP on the clone; its listing must hold the line ``proof``."""

    program: MemberName
    psb: MemberName
    proof: CardText | None = None


class Offload(Strict):
    """Work that is done on the clone, once it is started, so that the source need not do it. All of it is off.

    ``image_copy`` copies every database data set, ``unload`` names the databases to unload for a warehouse.
    """

    report: OffloadReport | None = None
    pointer_check: bool = False
    image_copy: bool = False
    unload: tuple[MemberName, ...] = ()

    @property
    def stops_databases(self) -> bool:
        """Whether any of it needs databases that the clone has closed."""
        return self.pointer_check or self.image_copy or bool(self.unload)

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to do."""
        return self.stops_databases or self.report is not None


class MailAddress(Name):
    """Where a mail goes."""

    rule = "a mail address"
    pattern = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
    length = 254

    @classmethod
    def fold(cls, value: str) -> str:
        return value


class AlertTarget(Strict):
    """Who is told: an Airflow connection of type http (a webhook) or smtp (mail, with ``to``)."""

    connection: ConnectionId
    to: tuple[MailAddress, ...] = ()


class Kept(Written):
    """How an environment is kept: how old it may be, what a run does if the target is taken, who is told."""

    freshness_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    booked: WhenHeld = "fail"
    alert: tuple[AlertTarget, ...] = ()


class EnvironmentSpec(Kept):
    """One environment to keep: what is cloned, to where, under which names and rules."""

    name: EnvironmentName
    clone_type: CloneType
    owner: CardText
    description: CardText | None = None
    schedule: Schedule | None = None
    source: SystemSpec
    target: SystemSpec
    volumes: VolumePairing
    rename: Annotated[tuple[RenameMask, ...], Field(min_length=1)]
    catalogs: Annotated[tuple[CatalogPairText, ...], Field(min_length=1)]
    consistency: Consistency = "suspend"
    outage_budget_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 5.0
    copy_mode: CopyMode = "nocopy"
    mover: Mover = "dss"
    own_copy_hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] = 4.0
    recon: ReconSwitches = ReconSwitches()
    libraries: tuple[LibraryKind, ...] = ("proclib", "jobs", "user_jcl")
    replacements: tuple[Replacement, ...] = ()
    policies: Policies = Policies()
    work: Work = Work()
    reconditioning: Reconditioning = "volrcond"
    group_size: Annotated[int, Field(ge=1, le=200)] = 8
    approval: Approval = Approval()
    offload: Offload = Offload()
