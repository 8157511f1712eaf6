"""Backward references: ``*.ddname``, ``*.step.ddname``, ``*.step.procstep.ddname``. z/OS MVS JCL Reference, "Backward
references"."""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.jes.model import DdDefinition, StepDefinition


def find(reference: str, steps: Sequence[StepDefinition], at: int) -> DdDefinition | None:
    """Return the DD that ``reference``, written in step ``at``, points back to, or None.

    Two qualifiers name a step of the job, or a step of the procedure that the reference itself stands in.
    """
    *names, ddname = reference.split(".")
    current = steps[at]
    for step in reversed(steps[: at + 1]):
        if _matches(names, step, current):
            for parts in step.dds:
                if parts[0].name == ddname and (names or parts[0].refers != reference):
                    return parts[0]
    return None


def _matches(names: list[str], step: StepDefinition, current: StepDefinition) -> bool:
    if not names:
        return step is current
    if len(names) == 2:
        return [step.name, step.procstep] == names
    if step.procstep:
        return step.name == current.name and step.procstep == names[0]
    return step.name == names[0]


def unresolved(steps: Sequence[StepDefinition]) -> list[tuple[DdDefinition, str]]:
    """Return the DD statements whose references point to nothing, with the reference."""
    wrong = []
    for at, step in enumerate(steps):
        for parts in step.dds:
            for dd in parts:
                for reference in (
                    dd.refers,
                    dd.volume_refers.removeprefix("*.") if dd.volume_refers[:1] == "*" else "",
                ):
                    if reference and find(reference, steps, at) is None:
                        wrong.append((dd, reference))
    return wrong
