"""Messages CLN2nn about reconditioning by physical data set copy."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class StagingRuleMissing(PlanProblem):
    """Reconditioning dss is wanted without staging volumes."""

    id = "CLN260E"
    text = "Reconditioning dss needs a staging volume for each source volume."
    remedy = "Give a rule under volumes.staging, such as IMSP## -> IMSS##."


class StagingMissing(PlanProblem):
    """A staging volume is not there."""

    id = "CLN261E"
    text = "Staging volume {volser} (for {source}) is not online."
    remedy = "Initialise and vary it online, or give its device number under volumes.units."


class StagingOverlaps(PlanProblem):
    """A staging volume is used for something else, too."""

    id = "CLN262E"
    text = "Staging volume {volser} is also a source, a target, or the staging volume of another source."
    remedy = "Give each source volume a staging volume of its own."


class StagingUnfit(PlanProblem):
    """A staging volume cannot take the copy."""

    id = "CLN263E"
    text = "Staging volume {volser} on {unit} is a {found}, its source {source} is a {needed}."
    remedy = "A full volume copy needs the same device type and at least that size."


class StagingHoldsForeignData(PlanProblem):
    """A staging volume holds a data set that is no copy of an earlier run."""

    id = "CLN264E"
    text = "Staging volume {volser} holds {dsname}, which no rename mask covers."
    remedy = "The copy would destroy it: move it away, or choose another staging volume."


class EntryNotCarried(PlanProblem):
    """A catalog entry cannot be made anew from what a physical copy leaves."""

    id = "CLN265E"
    text = "Catalog {catalog} has {dsname}, of kind {kind}, which reconditioning dss cannot carry over."
    remedy = "Delete the entry, or use a program that renames in place (reconditioning: volrcond)."


class UnmatchedNotCarried(PlanProblem):
    """Data sets that keep their names cannot be cataloged beside the source's."""

    id = "CLN266E"
    text = "Reconditioning dss renames every data set, and policies.unmatched is {policy}."
    remedy = "Set policies.unmatched to fail, and give every name a mask."
