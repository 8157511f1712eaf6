"""The plan of a refresh: databases, data sets, every IMS and DBRC command, decided before anything is stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from imsclone.haldb.wanted import WantedHaldb
from imsclone.masks import RenameMask
from imsclone.movers import Mover
from imsclone.names import CardText, DataSetName, DdName, ImsId, Volser
from imsclone.plan.data_set_map import DataSetMap
from imsclone.plan.parts import NamePair, Part, PlanSystem, VolumeLeft, VolumePair
from imsclone.plan.sealed import Sealed
from imsclone.recon.command import Command, command
from imsclone.refresh.as_of import Base
from imsclone.refresh.masking import MaskingPlan
from imsclone.refresh.new_database import NewDatabase
from imsclone.spec.model import Approval, EnvironmentName, Work
from imsclone.spec.refresh import Consistency, DatabaseName, LongRunning


class RefreshSide(PlanSystem):
    """One side: what steps need to know of it. ``active`` says whether one of its members ran when it was planned."""

    recon: tuple[DataSetName, ...]
    acblib: tuple[DataSetName, ...] = ()
    members: tuple[ImsId, ...]
    active: bool
    dbdsrc: tuple[DataSetName, ...] = ()


class DatabasePair(Part):
    """A database and its name on the target. ``kind`` is the type that the RECON has for it, such as IMS, HALDB, FP.

    ``stopped`` says that the source's database was not open to programs when the refresh was planned: it is
    copied as it is, and stays stopped. ``partitions`` are those of a HALDB that are copied, if not all are.
    """

    source: DatabaseName
    target: DatabaseName
    kind: str
    registered: bool = True
    stopped: bool = False
    partitions: tuple[DatabaseName, ...] = ()


class DataSetCopy(Part):
    """A database data set to copy, with its components if it is a cluster, in the order of its data set groups.

    ``owner`` is the database or partition that has it, ``database`` the database, ``ddname`` its ddname or area.
    ``volsers`` are where it goes: where the target's is, or where new ones may be put. ``replaced`` says that the
    target has one.
    """

    owner: DatabaseName
    database: DatabaseName
    ddname: DdName
    source: DataSetName
    target: DataSetName
    organization: Literal["OSAM", "VSAM"]
    components: tuple[NamePair, ...] = ()
    volsers: tuple[Volser, ...]
    replaced: bool


class Recovery(Part):
    """A data set of the target that logs are applied to: ``database`` and ``ddname`` are as the logs name it.

    ``image`` and ``accumulation`` are what it is rebuilt from for a past time; logs are needed from ``since`` on.
    """

    database: DatabaseName
    ddname: DdName
    dsname: DataSetName
    partition: bool = False
    image: DataSetName | None = None
    accumulation: DataSetName | None = None
    since: datetime | None = None
    clean: bool = True


class Rebuild(Part):
    """What is built anew behind log apply: indexes of a database, or what is not logged of a HALDB's partitions."""

    database: DatabaseName
    indexes: tuple[DatabaseName, ...] = ()
    primary: DatabaseName | None = None
    partitions: tuple[DatabaseName, ...] = ()
    kind: Literal["ILE", "BOTH"] = "BOTH"


class DbrcCommand(Part):
    """A DBRC command as a value."""

    verb: str
    operands: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, made: Command) -> DbrcCommand:
        """Keep a command."""
        return cls(verb=made.verb, operands=made.operands)

    @property
    def command(self) -> Command:
        """The command, its values checked again."""
        return command(self.verb, **{name: values or True for name, values in self.operands})


class Generation(Part):
    """What one target has before the refresh, and keeps: copies of its data sets, and the DBRC commands that define its
    databases as they are registered. ``added`` are the data sets that it gets and does not have yet."""

    copies: tuple[DataSetCopy, ...]
    definitions: tuple[DbrcCommand, ...]
    added: tuple[DataSetName, ...] = ()


class Undone(Part):
    """The run that this plan takes back; ``data_of`` is the moment whose data the target gets again, if it is known."""

    run: str
    data_of: datetime | None = None


class TargetPlan(Part):
    """What one target gets: databases, data sets, DBRC commands, under the names that its masks make.

    ``defined`` are databases that the target lacks.
    """

    side: RefreshSide
    databases: tuple[DatabasePair, ...]
    copies: tuple[DataSetCopy, ...]
    masks: tuple[RenameMask, ...]
    definitions: tuple[DbrcCommand, ...]
    haldbs: tuple[WantedHaldb, ...] = ()
    kept: Generation | None = None
    recoveries: tuple[Recovery, ...] = ()
    rebuilds: tuple[Rebuild, ...] = ()
    defined: tuple[NewDatabase, ...] = ()

    @property
    def known(self) -> tuple[DatabaseName, ...]:
        """The target's databases, or partitions, that can be stopped before those that it lacks are defined."""
        new = {one.name for one in self.defined}
        return tuple(name for name in self.commanded if name not in new)

    @property
    def refreshed(self) -> tuple[DatabaseName, ...]:
        """The target's databases."""
        return tuple(one.target for one in self.databases)

    @property
    def commanded(self) -> tuple[DatabaseName, ...]:
        """The target's databases, or partitions, that are stopped and started."""
        return tuple(name for one in self.databases for name in one.partitions or (one.target,))


class RefreshPlan(Sealed):
    """A whole refresh, decided. ``restarts`` are, by subsystem of the source, from when on its restart would have read
    its log when this was planned: what is older is on disk in every later copy.

    Made by :func:`imsclone.refresh.make.make_refresh`; a changed document is refused."""

    version: Literal[1] = 1
    environment: EnvironmentName
    clone_type: Literal["database_refresh", "haldb_copy"] = "database_refresh"
    owner: CardText
    source: RefreshSide
    targets: Annotated[tuple[TargetPlan, ...], Field(min_length=1)]
    data_sets: DataSetMap = Field(repr=False)
    consistency: Consistency
    mover: Mover = "dss"
    own_copy_hours: float = 4.0
    outage_budget_seconds: float
    apply_to: datetime | None = None
    as_of: datetime | None = None
    restarts: dict[str, datetime] = Field(default_factory=dict)
    return_code: int = 0
    long_running: LongRunning
    image_copy: Literal["recommended", "needed"]
    pointer_check: bool = False
    masking: MaskingPlan | None = None
    work: Work
    approval: Approval
    undoes: Undone | None = None
    warnings: tuple[str, ...] = ()

    @property
    def target(self) -> RefreshSide:
        """The first target."""
        return self.targets[0].side

    @property
    def target_ids(self) -> tuple[ImsId, ...]:
        """All targets."""
        return tuple(one.side.imsid for one in self.targets)

    @property
    def databases(self) -> tuple[DatabasePair, ...]:
        """The source's databases, as the first target has them."""
        return self.targets[0].databases

    @property
    def copies(self) -> tuple[DataSetCopy, ...]:
        """The data sets of all targets."""
        return tuple(one for target in self.targets for one in target.copies)

    @property
    def masks(self) -> tuple[RenameMask, ...]:
        """The rename masks of all targets."""
        return tuple(mask for target in self.targets for mask in target.masks)

    @property
    def volume_pairs(self) -> tuple[VolumePair, ...]:
        """No volume is copied as a whole."""
        return ()

    @property
    def left_out(self) -> tuple[VolumeLeft, ...]:
        """And none is left out."""
        return ()

    @property
    def held(self) -> tuple[DatabaseName, ...]:
        """The source's databases, or partitions, that are held while they are copied."""
        return tuple(name for one in self.databases if not one.stopped for name in one.partitions or (one.source,))

    @property
    def holds_source(self) -> bool:
        """Whether the source's databases are held at all."""
        return not self.consistency.startswith("fuzzy") and bool(self.held) and self.as_of is None

    @property
    def applies_logs(self) -> bool:
        """Whether logs are applied, or may have to be."""
        return any(target.recoveries for target in self.targets)

    @property
    def owners(self) -> frozenset[tuple[str, str]]:
        """The data sets that logs are applied to, as the source knows them."""
        return frozenset((str(one.database), str(one.ddname)) for one in self.targets[0].recoveries)

    @property
    def bases(self) -> dict[tuple[str, str], Base]:
        """What data sets are rebuilt from for a past time, by database or partition and ddname."""
        return {
            (str(one.database), str(one.ddname)): Base(
                str(one.image), one.since, one.clean, str(one.accumulation or "")
            )
            for one in self.targets[0].recoveries
            if one.since is not None
        }

    def summary(self) -> dict[str, Any]:
        """What fits in XCom: the fingerprint, the counts, no data sets."""
        undone = self.undoes.model_dump(mode="json") if self.undoes else {}
        return {
            **({"undoes": undone["run"], "data_of": undone["data_of"]} if undone else {}),
            "environment": self.environment,
            "fingerprint": self.fingerprint,
            "source": self.source.imsid,
            "target": ", ".join(self.target_ids),
            "databases": [str(one.source) for one in self.databases],
            "data_sets": len(self.copies),
            "replaced": sum(one.replaced for one in self.copies),
            "HALDBs": sum(len(one.haldbs) for one in self.targets),
            "databases to define": sum(len(one.defined) for one in self.targets),
            "consistency": self.consistency if self.as_of is None else f"as of {self.as_of.isoformat()}",
            "mover": self.mover,
            "outage_budget_seconds": self.outage_budget_seconds,
            "approval_required": self.approval.required,
            "warnings": len(self.warnings),
            "return_code": self.return_code,
        }
