"""A job as the converter leaves it: what initiators and allocation work from. Frozen, without any JCL left in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from zoslab.jes.expressions import Expression


@dataclass(frozen=True)
class CodeTest:
    """One test of COND: the step (or job) is bypassed if ``code operator return-code`` is true.

    :param step: empty for every step before, else the step (and procedure step) whose code is tested.
    """

    code: int
    operator: str
    step: str = ""
    procstep: str = ""


@dataclass(frozen=True)
class Condition:
    """COND of a step: up to eight tests, and EVEN or ONLY."""

    tests: tuple[CodeTest, ...] = ()
    even: bool = False
    only: bool = False


@dataclass(frozen=True)
class Branch:
    """The THEN (``taken`` true) or ELSE side of one IF statement that a step stands in."""

    number: int
    expression: Expression
    taken: bool


@dataclass(frozen=True)
class Disposition:
    """DISP=(status,normal,abnormal), with the defaults filled in."""

    status: str = "NEW"
    normal: str = "DELETE"
    abnormal: str = "DELETE"


@dataclass(frozen=True)
class SpaceRequest:
    """SPACE=(unit,(primary,secondary,directory)): unit is TRK, CYL or a block length in bytes."""

    unit: str
    primary: int
    secondary: int = 0
    directory: int = 0


@dataclass(frozen=True)
class DataControl:
    """DCB attributes coded on the DD; None where the JCL says nothing."""

    dsorg: str | None = None
    recfm: str | None = None
    lrecl: int | None = None
    blksize: int | None = None
    keylen: int | None = None


@dataclass(frozen=True)
class DdDefinition:
    """One DD statement, or one part of a concatenation.

    :param dsname: resolved but for relative generations, without member; ``&&NAME`` for a temporary data set.
    :param member: member name, or a relative generation such as ``+1``.
    :param refers: the backward reference ``*.step.procstep.ddname`` as written, without the asterisk.
    :param data: in-stream records.
    """

    name: str
    number: int
    dsname: str = ""
    member: str = ""
    disposition: Disposition = Disposition()
    refers: str = ""
    volumes: tuple[str, ...] = ()
    volume_refers: str = ""
    unit: str = ""
    space: SpaceRequest | None = None
    dcb: DataControl = DataControl()
    like: str = ""
    storclas: str = ""
    sysout: str = ""
    data: tuple[str, ...] | None = None
    dummy: bool = False

    @property
    def volume_only(self) -> bool:
        """Whether the DD stands for a volume, without a data set: DISP=OLD,UNIT=3390,VOL=SER=x."""
        named = self.dsname or self.refers or self.sysout or self.data is not None or self.dummy
        return not named and bool(self.volumes) and self.disposition.status != "NEW"


@dataclass(frozen=True)
class StepDefinition:
    """One EXEC PGM=, at whatever depth of procedures it stood."""

    name: str
    procstep: str
    program: str
    number: int
    parm: str = ""
    program_refers: str = ""
    condition: Condition = Condition()
    branches: tuple[Branch, ...] = ()
    dds: tuple[tuple[DdDefinition, ...], ...] = ()

    @property
    def label(self) -> str:
        """``procstep stepname`` in the order and columns of allocation messages."""
        return f"{self.procstep} {self.name}".strip()


@dataclass(frozen=True)
class JobDefinition:
    """A converted job. ``listing`` is JESJCL."""

    name: str
    jobclass: str = "A"
    msgclass: str = "H"
    accounting: str = ""
    programmer: str = ""
    notify: str = ""
    condition: tuple[CodeTest, ...] = ()
    typrun: str = ""
    restart: str = ""
    joblib: tuple[DdDefinition, ...] = ()
    steps: tuple[StepDefinition, ...] = ()
    listing: tuple[str, ...] = field(default=(), compare=False)
