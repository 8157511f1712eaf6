"""The checks of a plan: each a function from the draft to problems, each with a message id of its own."""

from collections.abc import Callable, Iterator

from imsclone.plan.checks import catalogs, data_sets, identity, skeleton, staging, system, volumes
from imsclone.plan.draft import Draft
from imsclone.plan.errors import PlanProblem

Check = Callable[[Draft], Iterator[PlanProblem]]

CHECKS: tuple[Check, ...] = (
    *identity.CHECKS,
    *volumes.CHECKS,
    *data_sets.CHECKS,
    *catalogs.CHECKS,
    *system.CHECKS,
    *skeleton.CHECKS,
    *staging.CHECKS,
)


def problems(draft: Draft) -> list[PlanProblem]:
    """Run every check and give all that they found."""
    return [problem for check in CHECKS for problem in check(draft)]


__all__ = ["CHECKS", "problems"]
