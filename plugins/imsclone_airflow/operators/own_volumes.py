"""Volumes that somebody else copies: the source is suspended by one job and resumed by another, or it is down."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import VolumesNotCopied
from imsclone_airflow.jobs import JobOutput
from imsclone_airflow.operators import volumes, watchdog, window
from imsclone_airflow.operators.own import OwnCopy, hold_label, release_label

if TYPE_CHECKING:
    from imsclone.pairs import Asked
    from imsclone_airflow.operators.replicate import ReplicateOperator

SHOWN = 12
SUSPEND, RESUME = "suspend.jcl", "resume.jcl"


class OwnVolumes(OwnCopy):
    """The copy of a full-system or skeleton clone."""

    what = "volumes"
    step: ReplicateOperator

    @property
    def holds(self) -> bool:
        return self.plan.consistency == "suspend"

    @property
    def count(self) -> int:
        return len(self.plan.copies)

    def pairs(self, asked: Asked) -> tuple[str, ...]:
        from imsclone.pairs import volume_pairs

        return volume_pairs(self.plan, asked)

    def ask(self) -> int:
        self.step.bring_targets_online()
        return super().ask()

    def hold(self) -> None:
        if self.number > 1:
            self.resume(f"before{self.number}")
        watchdog.arm(self.step)
        given = watchdog.release_values(self.plan) | {"timeout": math.ceil(self.plan.outage_budget_seconds)}
        self.step.auxiliary(hold_label(self.number), SUSPEND, given)

    def go_on(self, signal: Mapping[str, Any]) -> int:
        count = super().go_on(signal)
        self.require_copied()
        return count

    def require_copied(self) -> None:
        """Raise VolumesNotCopied if a target can be varied online under its own serial."""
        pairs = self.plan.copies
        copied = volumes.bring_online(self.step.client, pairs)
        left = [pair.target for pair in pairs if pair not in copied]
        if left:
            raise VolumesNotCopied(count=len(left), total=len(pairs), volsers=", ".join(left[:SHOWN]))

    def resume(self, label: str) -> JobOutput:
        """Run the job that resumes IMS, held or not; its listing says what became of it."""
        step = self.step
        output = step.desk.run(label, step.maker(RESUME, "RESUM", watchdog.release_values(self.plan)))
        step.keep(output)
        return output

    def release(self) -> None:
        if not self.holds:
            return
        step, released = self.step, self.resume(release_label(self.number))
        held = step.desk.find(hold_label(self.number))
        if held is not None:
            step.note_window(window.measure(self.plan, JobOutput(step.client, held), released))
