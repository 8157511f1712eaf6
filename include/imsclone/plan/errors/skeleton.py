"""Messages CLN2nn about skeletons."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class SkeletonItemMissing(PlanProblem):
    """The system file does not name something that an IMS needs to come up."""

    id = "CLN250E"
    text = "A skeleton needs the {item}, and the source system's file names none under {key}."
    remedy = "Name the data sets there; their volumes are then copied."


class SystemMaskEmpty(PlanProblem):
    """A mask for system data sets covers nothing."""

    id = "CLN251E"
    text = "No data set of the source volumes matches {mask}, given for {kind}."
    remedy = "Correct or remove the mask."


class OnlineLogLeftOut(PlanProblem):
    """An online log of the RECON is on no volume that is copied."""

    id = "CLN252E"
    text = "The RECON has the online log {dsname}, which is on no volume that is copied."
    remedy = "Extend system_data_sets.olds so that it covers every online log."


class ColocatedDatabase(PlanProblem):
    """A database data set shares a volume with system data sets, and the policy for that is stop."""

    id = "CLN253E"
    text = "Database data set {dsname} is on {volsers} with system data sets, and would be copied with them."
    remedy = "Move it, or set policies.colocated to delete or keep."


class ColocatedDeleted(PlanProblem):
    """A database data set shares a volume with system data sets; it is deleted from the skeleton."""

    id = "CLN254W"
    text = "Database data set {dsname} is on {volsers} with system data sets."
    remedy = "Its copy {target} on {targets} is deleted."


class ColocatedKept(PlanProblem):
    """A database data set shares a volume with system data sets; its copy stays."""

    id = "CLN255W"
    text = "Database data set {dsname} is on {volsers} with system data sets."
    remedy = "Its copy {target} stays on {targets}, not backed out; each time the skeleton is cloned again overlays it."


class RefreshedOverlaid(PlanProblem):
    """The skeleton has a database data set on a volume that the copy overlays."""

    id = "CLN256W"
    text = "The skeleton's {dsname} on {volsers} is overlaid."
    remedy = "Refresh it again afterwards, or move it to a volume that is not a target."


class RefreshedUncataloged(PlanProblem):
    """The skeleton has a database data set elsewhere, whose catalog entry goes with the catalog."""

    id = "CLN257W"
    text = "The skeleton's {dsname} on {volsers} stays, but its catalog entry goes: the catalog is overlaid."
    remedy = "Refresh it again afterwards, or catalog it by DEFINE RECATALOG."
