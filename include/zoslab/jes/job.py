"""A job on the spool: what z/OSMF and the console show of it, and what a warm start needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

INPUT, ACTIVE, OUTPUT = "INPUT", "ACTIVE", "OUTPUT"


@dataclass(frozen=True)
class SpoolFile:
    """One spool data set of a job. ``stepname`` is JES2 for the system's own; counts are those of this moment."""

    id: int
    ddname: str
    stepname: str
    procstep: str
    sysout_class: str
    recfm: str = "VA"
    lrecl: int = 133
    record_count: int = 0
    byte_count: int = 0


@dataclass
class StepResult:
    """One step as it went.

    :ivar completion: None while it runs, then ``CC 0000``, ``ABEND S806``, ``ABENDU0778``, or ``FLUSH`` if bypassed.
    """

    name: str
    procstep: str
    program: str
    completion: str | None = None
    code: int | None = None
    abend: str | None = None
    executed: bool = False
    started: datetime | None = None
    ended: datetime | None = None


@dataclass
class Job:
    """One job or started task.

    :ivar retcode: None until it has ended; the texts of z/OSMF: CC nnnn, ABEND Sxxx, ABENDUnnnn, JCL ERROR,
        CANCELED, SYS FAIL.
    :ivar correlator: 31 characters of the system, a colon, and the submitter's part, if any.
    """

    jobid: str
    jobname: str
    owner: str
    jobclass: str
    correlator: str
    submitted: datetime
    status: str = INPUT
    held: bool = False
    retcode: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    symbols: dict[str, str] = field(default_factory=dict)
    steps: list[StepResult] = field(default_factory=list)
    files: list[SpoolFile] = field(default_factory=list)

    @property
    def user_correlator(self) -> str:
        return self.correlator.partition(":")[2]

    @property
    def started_task(self) -> bool:
        return self.jobid.startswith("S")

    def state(self) -> dict[str, Any]:
        """Return what is kept on disk."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Job:
        """Make a job of what was kept on disk."""
        state["steps"] = [StepResult(**_moments(step)) for step in state["steps"]]
        state["files"] = [SpoolFile(**file) for file in state["files"]]
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in _moments(state).items() if name in known})


def _moments(state: dict[str, Any]) -> dict[str, Any]:
    for name in ("submitted", "started", "ended"):
        if isinstance(state.get(name), str):
            state[name] = datetime.fromisoformat(state[name])
    return state


def correlator(number: int, prefix: str, system: str, moment: datetime, user_part: str) -> str:
    """Return a JES2 job correlator: J0001234LAB1....E0B1C2D3.......:USERPART."""
    clock = int(moment.timestamp() * 1_000_000) // 4096 & 0xFFFFFFFF
    return f"{prefix}{number:07d}{system:.<8}{clock:08X}.......:{user_part}"
