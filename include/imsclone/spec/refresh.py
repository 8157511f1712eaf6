"""What a user may write about a database refresh: one YAML file for each, beside those of clones."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from imsclone.masks import RenameMask
from imsclone.movers import Mover
from imsclone.names import CardText, Name, Volser
from imsclone.spec.masking import MaskingSpec
from imsclone.spec.model import Approval, EnvironmentName, Kept, SystemSpec, Work
from imsclone.spec.places import Places
from imsclone.spec.schedule import Schedule, Strict

Consistency = Literal["dbr", "dbd", "quiesce", "fuzzy", "fuzzy_with_log_apply"]
_DATABASE_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")
_DATABASE_MASK = re.compile(r"[A-Z0-9@#$%*]{1,8}")


class DatabaseName(Name):
    """The name of a database (DBD) or of a HALDB partition."""

    rule = "1 to 8 letters, digits, @, # or $, starting with a letter, @, # or $"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$]*")
    length = 8


class DatabaseChoice(Name):
    """Databases by name or mask, such as ``ACCT``, ``CUST*`` or ``T%``; ``ACCT -> ACCT2`` gives another name."""

    rule = "a database name, a mask with * (any characters) or % (one), or two names written ACCT -> ACCT2"
    pattern = re.compile(r".+")
    length = 20

    @classmethod
    def fold(cls, value: str) -> str:
        return " -> ".join(side.strip(" ") for side in value.upper().split("->"))

    @classmethod
    def broken_rule(cls, name: str) -> str:
        left, arrow, right = name.partition(" -> ")
        fits = (_DATABASE_NAME if arrow else _DATABASE_MASK).fullmatch(left)
        return "" if fits and (not arrow or _DATABASE_NAME.fullmatch(right)) else cls.rule

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        left = self.partition(" -> ")[0]
        return re.compile(re.escape(left).replace(r"\*", ".*").replace("%", "."))

    def matches(self, dbd: str) -> bool:
        """Whether it means a database."""
        return self._compiled.fullmatch(dbd) is not None

    def target(self, dbd: str) -> DatabaseName:
        """Give the name of a database on the target."""
        return DatabaseName(self.partition(" -> ")[2] or dbd)


class LongRunning(Strict):
    """What becomes of a refresh when programs keep the source's databases from being held."""

    policy: Literal["fail", "wait", "fuzzy"] = "fail"
    wait_seconds: Annotated[float, Field(ge=0, le=6_000, allow_inf_nan=False)] = 600.0


class FurtherTarget(Strict):
    """Another IMS that gets the same databases from the same copy window."""

    target: SystemSpec
    rename: Annotated[tuple[RenameMask, ...], Field(min_length=1)]
    volumes: tuple[Volser, ...] = ()


class RefreshSpec(Kept):
    """Databases to copy into an IMS that runs: which, from where, to where, how consistent.

    ``volumes`` are where data sets go that the target does not have yet. ``related`` says whether databases that
    belong to the chosen ones (indexes, logically related ones) come along or stop the refresh. ``also`` are further
    targets: the source is held once for all of them. ``redefine`` lets a HALDB of the target be deleted from its RECON
    and defined anew where it cannot get the source's numbers otherwise. ``partitions`` are those to copy of the chosen
    HALDBs, if not all. ``pointer_check`` has every pointer of the target's HALDBs followed before they are started.
    ``keep_generations`` is 1 to keep what a refresh overlays, for undo. ``own_copy_hours`` is how long a copy that
    somebody else makes is waited for, if it is fuzzy; one that holds the source has its outage budget. ``apply_to`` is
    a time to come that logs are applied up to; without it they are up to the end of the copy. ``as_of`` is a past time:
    the databases are rebuilt as they were then. ``not_recoverable_code`` is the return code of a run that continued.
    ``define_missing`` has databases that the target lacks defined there as they are on the source.
    """

    name: EnvironmentName
    clone_type: Literal["database_refresh", "haldb_copy"]
    owner: CardText
    description: CardText | None = None
    schedule: Schedule | None = None
    source: SystemSpec
    target: SystemSpec
    databases: Annotated[tuple[DatabaseChoice, ...], Field(min_length=1)]
    related: Literal["take", "stop"] = "take"
    rename: Annotated[tuple[RenameMask, ...], Field(min_length=1)]
    volumes: tuple[Volser, ...] = ()
    also: tuple[FurtherTarget, ...] = ()
    consistency: Consistency = "dbr"
    mover: Mover = "dss"
    apply_to: AwareDatetime | None = None
    as_of: AwareDatetime | None = None
    outage_budget_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 30.0
    long_running: LongRunning = LongRunning()
    own_copy_hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] = 4.0
    image_copy: Literal["recommended", "needed"] = "recommended"
    not_recoverable: Literal["abort", "continue", "skip"] = "abort"
    redefine: bool = False
    define_missing: bool = False
    partitions: tuple[DatabaseName, ...] = ()
    pointer_check: bool = False
    keep_generations: Annotated[int, Field(ge=0, le=1)] = 0
    masking: MaskingSpec | None = None
    not_recoverable_code: Annotated[int, Field(ge=0, le=4095)] = 0
    work: Work = Work()
    approval: Approval = Approval()

    def for_target(self, number: int) -> RefreshSpec:
        """Give the refresh of one target alone: 0 is ``target``, then those of ``also``."""
        if number == 0:
            return self
        one = self.also[number - 1]
        only = {"target": one.target, "rename": one.rename, "volumes": one.volumes}
        inner = {
            (key[2:] if key[:2] == ("also", number - 1) else key): place for key, place in self._places.by_key.items()
        }
        return self.model_copy(update=only).written_in(Places(inner))


class HaldbCopySpec(RefreshSpec):
    """HALDBs to copy: a refresh of HALDBs alone, which gives the target the source's partitions and their numbers."""

    clone_type: Literal["haldb_copy"]
    pointer_check: bool = True
