"""What can stand between a HALDB and the partitions it had at a past time."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class LayoutNotKnown(PlanProblem):
    """Nothing proves how a HALDB was partitioned at the wanted time."""

    id = "CLN258E"
    text = "How {name} was partitioned at {moment} is not known: {said}."
    remedy = (
        "Give a time between two looks at the RECON that found the same partitions, or leave {name} out. "
        "Each plan of a refresh looks, and the Dag watch_drift does so once a day."
    )


class PartitionGone(PlanProblem):
    """A partition of the wanted time was deleted since, and with it all that tells how to recover it."""

    id = "CLN273E"
    text = (
        "{name} had partition {partition} (ID {number}) at {moment}. It was deleted since, its image copies are gone."
    )
    remedy = (
        "Give a time behind that, or leave {name} out: DELETE.PART has the RECON forget image copies and logs, too."
    )


class PartitionOtherwise(PlanProblem):
    """The data sets of a partition have another name or form now: nothing can be recovered into copies of them."""

    id = "CLN274E"
    text = "Partition {partition} of {name} had {what} {then} at {moment}, and has {now} now."
    remedy = (
        "Give a time behind that change, or leave {name} out: image copies are recovered into copies of what is now."
    )
