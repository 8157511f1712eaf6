"""Bring copied databases up to one point in time, and build anew what logs do not tell of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import IndexNotRebuilt, LogNotApplied
from imsclone_airflow.refresh.step import TargetStep, recon_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.refresh.plan import Recovery
    from imsclone_airflow.jobs import JobOutput

ANY_CODE = frozenset(range(4096))
"""The listings say what became of each data set."""
MOST_STEPS = 200
"""In one job: JES takes 255."""


class AppliedStep(TargetStep):
    """A step behind a fuzzy copy: a job whose steps each work on one part of the target.

    :param logs: what the step that archived returned; where no logs are to be applied, nothing is done. A dry run does
        not know it yet.
    """

    template_fields: Sequence[str] = (*TargetStep.template_fields, "logs")

    def __init__(self, *, logs: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.logs = logs

    def parts(self) -> Sequence[Any]:
        """Return what the steps of the job work on."""
        return ()

    def is_needed(self) -> bool:
        known = isinstance(self.logs, Mapping)
        return bool(known and self.logs["applied"] and self.parts())

    def preview(self) -> None:
        if self.is_needed():
            super().preview()


class ApplyLogOperator(AppliedStep):
    """Apply the source's logs to the copied data sets: Database Recovery (DFSURDB0), each data set its own base.

    Committed work comes in and uncommitted work goes out of all of them at one moment. Database definitions are the
    source's, whose logs they are; partitions are looked up in the target's RECON. Run again, it comes to the same end.
    """

    jcl_template = "apply_log.jcl"
    letters = "APPLY"
    steps_now = 0
    """Of the job that is judged."""

    def parts(self) -> Sequence[Recovery]:
        return self.aim.recoveries if self.logs["logs"] or self.refresh.as_of is not None else ()

    def values(self) -> Mapping[str, Any]:
        return self.values_of(self.parts()[:MOST_STEPS])

    def values_of(self, chosen: Sequence[Recovery]) -> Mapping[str, Any]:
        """Return the values of the job for some data sets."""
        from imsclone.names import DataSetName
        from imsclone.refresh.statements import recoveries

        until = datetime.fromisoformat(self.logs["until"])
        return {
            **recon_values(self.aim.side),
            "acblib": self.aim.side.acblib,
            "source_acblib": self.refresh.source.acblib,
            "logs": [DataSetName(name) for name in self.logs["logs"]],
            "recoveries": recoveries(chosen, until),
        }

    def work(self, context: Context) -> Any:
        found = self.parts() if self.is_needed() else ()
        done = 0
        for number, at in enumerate(range(0, len(found), MOST_STEPS)):
            chosen = found[at : at + MOST_STEPS]
            output = self.desk.run(
                f"part{number}", self.maker(self.jcl_template, self.job_letters(), self.values_of(chosen))
            )
            self.steps_now = len(chosen)
            self.judge(output)
            done += len(chosen)
        self.evidence.counts["data sets brought up to date"] = done
        return done

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {f"R{number}": ANY_CODE for number in range(1, self.steps_now + 1)}

    def read(self, output: JobOutput) -> dict[str, str]:
        return dict(said_by_steps(output, "R"))

    def check(self, found: dict[str, str]) -> None:
        if found:
            step, said = next(iter(found.items()))
            raise LogNotApplied(imsid=self.aim.side.imsid, step=step, said=said)


class RebuildIndexesOperator(AppliedStep):
    """Build all indexes and ILDSs anew: logs do not make fuzzy copies of key-sequenced data sets whole."""

    jcl_template = "rebuild_indexes.jcl"
    letters = "INDEX"

    def parts(self) -> Sequence[Any]:
        return self.aim.rebuilds

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {f"B{number}": ANY_CODE for number in range(1, len(self.aim.rebuilds) + 1)}

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import rebuilds, usable_indexes

        commands = usable_indexes(self.aim) if self.refresh.image_copy != "needed" else []
        side = self.aim.side
        return {**recon_values(side), "acblib": side.acblib, "rebuilds": rebuilds(self.aim), "commands": commands}

    def read(self, output: JobOutput) -> dict[str, str]:
        return dict(said_by_steps(output, "B"))

    def check(self, found: dict[str, str]) -> None:
        if found:
            step, said = next(iter(found.items()))
            raise IndexNotRebuilt(imsid=self.aim.side.imsid, step=step, said=said)

    def finish(self, found: Any) -> int:
        count = len(self.aim.rebuilds) if self.is_needed() else 0
        self.evidence.counts["databases with rebuilt indexes"] = count
        return count


def said_by_steps(output: JobOutput, letter: str) -> Iterator[tuple[str, str]]:
    """Yield the steps of a job that did not do their work, with what they said."""
    from imsclone.listings.recovery import wrong

    for step in output.job.steps:
        if step.name.startswith(letter):
            said = wrong(output.sysprint(step.name), step.completion.code if step.completion else -1)
            if said:
                yield step.name, said
