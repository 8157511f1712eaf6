"""For how long the source was held, and whether its copy is good, from listings of z/OS alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from imsclone.listings import adrdssu, imssuspd
from imsclone_airflow.errors import PairNotCopied

if TYPE_CHECKING:
    from imsclone.listings.adrdssu import PairCopy
    from imsclone.plan import Plan
    from imsclone_airflow.jobs import JobOutput

JES_RESOLUTION = timedelta(milliseconds=10)
"""JES2 keeps the times at which a job began and ended executing in hundredths of seconds."""


@dataclass(frozen=True)
class Held:
    """The time the source was held: not before ``since``, not after ``until``.

    :ivar broken: why the copy is not consistent; empty if it is. :ivar resolution: of the time stamps; where it is
        not zero, ``until`` is later by as much as the time stamp may have been cut off, and the time is an upper bound.
    """

    since: datetime | None
    until: datetime | None
    broken: str
    resolution: timedelta = timedelta()

    @property
    def is_measured(self) -> bool:
        """Whether both ends are known."""
        return self.since is not None and self.until is not None


def measure(plan: Plan, job: JobOutput, release: JobOutput | None = None) -> Held:
    """Return the window of a copy job.

    :param release: a later job that released the source, which counts when the copy job itself did not.
    """
    return MEASURES[plan.consistency](plan, job, release)


def copies(plan: Plan, job: JobOutput) -> tuple[PairCopy, ...]:
    """Return what became of each pair."""
    return adrdssu.copies(job.sysprint("COPY"), [(pair.source, pair.target) for pair in plan.copies])


def require_copied(found: Sequence[PairCopy]) -> None:
    """Raise for the first pair that was not copied at one point in time."""
    for one in found:
        if not one.copied:
            said = "; ".join(map(str, one.problems)) or f"return code {one.rc}, no ADR806I"
            raise PairNotCopied(source=one.source, target=one.target, said=said)


def _suspended(plan: Plan, job: JobOutput, release: JobOutput | None) -> Held:
    texts = [job.sysprint(name) for name in ("SUSPEND", "RESUME") if _ran(job, name)]
    if release is not None:
        texts.append(release.sysprint("RESUME"))
    by_member = imssuspd.windows(texts)
    found = imssuspd.together(by_member)
    expired = [one.imsid for one in by_member if one.expired]
    held = {one.imsid for one in by_member}
    missed = [str(member.source) for member in plan.members if held and member.source not in held]
    said = ""
    if missed:
        said = f"{', '.join(missed)} was not suspended with the others"
    elif expired:
        said = f"IMS's own timer released {', '.join(expired)} before the copy was complete"
    elif found.problems:
        said = "; ".join(map(str, found.problems))
    elif found.suspended_at is not None and found.resumed_at is None:
        said = "IMS was released by another job than the copy's, so that the watchdog was faster"
    return Held(found.suspended_at, found.resumed_at, said)


def _frozen(plan: Plan, job: JobOutput, release: JobOutput | None) -> Held:
    begun = [one.begun for one in copies(plan, job) if one.begun is not None] if _ran(job, "COPY") else []
    since = min(begun, default=None)
    thaws = [one for one in (job, release) if one is not None and _ran(one, "THAW")]
    if not thaws:
        return Held(since, None, "the group was not thawed by the copy job")
    thaw = adrdssu.thaw(thaws[0].sysprint("THAW"))
    said = "; ".join(map(str, thaw.problems)) or "the group was not frozen until the copies were made"
    broken = "" if thaw.consistent else said
    if since is None or thaw.at is None:
        return Held(since, thaw.at, broken)
    by_listing = Held(since, thaw.at + adrdssu.RESOLUTION, broken, adrdssu.RESOLUTION)
    return min([by_listing, *_while_executing(job, thaws[0], broken)], key=length)


def _while_executing(job: JobOutput, thaw: JobOutput, broken: str) -> list[Held]:
    """Bound a freeze by the execution of the jobs in which it began and ended, which JES knows more exactly."""
    begun, ended = job.job.started, thaw.job.finished
    return [Held(begun, ended + JES_RESOLUTION, broken, JES_RESOLUTION)] if begun and ended else []


def length(held: Held) -> timedelta:
    """Return how long the source was held at most; for ever if either end is not known."""
    return held.until - held.since if held.since is not None and held.until is not None else timedelta.max


def _offline(plan: Plan, job: JobOutput, release: JobOutput | None) -> Held:
    return Held(None, None, "")


def _ran(job: JobOutput, name: str) -> bool:
    from imsclone.zosmf.completion import Ending

    step = job.job.step(name)
    return step is not None and step.completion is not None and step.completion.ending is not Ending.NOT_RUN


MEASURES: dict[str, Callable[[Plan, JobOutput, JobOutput | None], Held]] = {
    "suspend": _suspended,
    "freeze": _frozen,
    "offline": _offline,
}
