"""Messages CLN2nn: what can stand between a spec and a plan."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class PlanProblem(CloneError):
    """Something on the systems does not fit what the environment asks for."""


class PlanRejected(Rejected, PlanProblem):
    """No plan can be made; all problems are shown."""

    id = "CLN201E"
    text = "No plan can be made for environment {environment}, problems found: {count}."
    remedy = "Nothing was changed; correct these:"


class PlanAltered(PlanProblem):
    """A plan document was changed, or its fingerprint taken away, after it was made."""

    id = "CLN202E"
    text = "The plan says its fingerprint is {claimed}..., but its content has {found}..."
    remedy = "Make a new plan and have it approved; what was not planned is not run."


class MoverCannot(PlanProblem):
    """A mover cannot give the consistency that is asked for."""

    id = "CLN891E"
    text = "{mover} cannot copy {what} with consistency {consistency}; it can give: {given}."
    remedy = "Choose another consistency, or another mover: {others}."


class PairsWithoutPlace(PlanProblem):
    """There is no place for the file of pairs of a copy that somebody else makes."""

    id = "CLN892E"
    text = "Mover own writes a data set with the pairs to copy, and work names no volume."
    remedy = "Name one under work.volumes."
