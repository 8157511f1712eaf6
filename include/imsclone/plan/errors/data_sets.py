"""Messages CLN2nn about the data-set map."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class NewNameTooLong(PlanProblem):
    """A data set name would become longer than 44 characters."""

    id = "CLN214E"
    text = "Data set {source} would be renamed to {target} ({length} characters, limit 44) by mask {mask}."
    remedy = "Shorten the new prefix by {excess}."


class NewNameInvalid(PlanProblem):
    """A new name would break the rules of data set names, for example with a qualifier over 8 characters."""

    id = "CLN215E"
    text = "Data set {source} would be renamed to {target!r} by mask {mask}, where {part!r} is no valid qualifier."
    remedy = "Correct the mask so that each qualifier has 1 to 8 valid characters."


class NewNamesCollide(PlanProblem):
    """Two data sets would get one name."""

    id = "CLN216E"
    text = "{first} and {second} would both be renamed to {target} by {masks}."
    remedy = "Make the masks give different names."


class MaskMatchesNothing(PlanProblem):
    """A rename mask decides about no data set."""

    id = "CLN217E"
    text = "The rename mask {mask} decides about no data set on the source volumes."
    remedy = "Correct it, remove it, or move it before the mask that takes its names."


class NameUnmatched(PlanProblem):
    """No mask covers a data set, and the policy for that is fail."""

    id = "CLN218E"
    text = "No rename mask matches {dsname} on {volser}."
    remedy = "Add a mask, or set policies.unmatched to keep or delete."


class NameNotFinal(PlanProblem):
    """A new name is matched by a mask again, so that a rerun after a failure would rename it twice."""

    id = "CLN219E"
    text = "{source} would be renamed to {target}, which mask {mask} would rename again to {again}."
    remedy = "Choose target names that no mask matches; otherwise an interrupted rename cannot be run again."


class NamesOverlap(PlanProblem):
    """A new name already belongs to a data set that the clone does not replace."""

    id = "CLN221E"
    text = "{source} would be renamed to {target}, which already is a data set on {volser}."
    remedy = "Change the masks so that source and clone share no name."


class DataSetPartial(PlanProblem):
    """The source volumes hold only a part of a multi-volume data set."""

    id = "CLN225E"
    text = "Data set {dsname} is also on {others}, which is not cloned."
    remedy = "Add that volume to the source system's volumes, or move the data set."


class SourceNameOdd(PlanProblem):
    """A data set on a source volume has a name that is no data set name."""

    id = "CLN240E"
    text = "Volume {volser} holds a data set with the name {dsname!r}, which is no valid data set name."
    remedy = "Rename or scratch it on the source; it could not be cataloged or renamed on the clone."
