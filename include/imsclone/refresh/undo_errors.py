"""Messages CLN392 to CLN398: what a refresh cannot keep of its target, and why a refresh cannot be taken back."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class NotKept(PlanProblem):
    """A generation is to be kept of a database whose RECON records cannot be put back."""

    id = "CLN392E"
    text = "No generation can be kept of HALDB {name}: its RECON keeps its partitions, whatever their data sets hold."
    remedy = "Take keep_generations out of the file, or refresh the HALDB by an environment of its own."


class KeptNameTooLong(PlanProblem):
    """The copy of a data set that is to be kept would have too long a name."""

    id = "CLN393E"
    text = "What is kept would be called {name} ({length} characters, limit {limit})."
    remedy = "Choose rename masks that make shorter names, or take keep_generations out of the file."


class NothingKept(PlanProblem):
    """No generation was kept that the target could go back to."""

    id = "CLN394E"
    text = "There is nothing to go back to for environment {environment}: {why}"
    remedy = "Set keep_generations: 1 in its file; then each refresh keeps what it overlays, for undo."


class ChangedSince(PlanProblem):
    """Another environment has changed the same target data sets since."""

    id = "CLN395E"
    text = "The target of environment {environment} was changed last by run {run} of environment {other}."
    remedy = "Undo that run first, by its own environment; or refresh again."


class AlreadyUndone(PlanProblem):
    """The last refresh has been taken back already, and only one generation is kept."""

    id = "CLN396E"
    text = "Run {run} has been taken back already, by {by}; nothing older is kept."
    remedy = "Refresh again when the target is to have newer data."


class AddedByRefresh(PlanProblem):
    """The refresh made data sets that the target had not had, so they have no former state."""

    id = "CLN397E"
    text = "Run {run} gave the target data set {dsname}, which it had not had before."
    remedy = "Delete it and its database's registration by hand, or keep the refresh."


class KeptIsGone(PlanProblem):
    """The copy of a data set that was kept is not there any more."""

    id = "CLN398E"
    text = "{name}, which run {run} kept, is not in the catalog any more."
    remedy = "Without it the target cannot go back; refresh it again."
