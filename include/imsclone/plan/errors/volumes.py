"""Messages CLN2nn about the volume map."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class SourceVolumeMissing(PlanProblem):
    """A source volume that the system file names by serial is not there."""

    id = "CLN203E"
    text = "Source volume {volser} does not exist or is offline."
    remedy = "Correct the serial or vary the volume online."


class StorageGroupUnknown(PlanProblem):
    """No online volume belongs to a storage group."""

    id = "CLN204E"
    text = "Storage group {group} is unknown or has no online volume."
    remedy = "Correct the name; DISPLAY SMS,SG(ALL) lists those there are."


class VolumeMaskEmpty(PlanProblem):
    """A volume mask matches no volume."""

    id = "CLN205E"
    text = "The volume mask {mask} matches no online volume."
    remedy = "Correct or remove the mask."


class PairMissing(PlanProblem):
    """A source volume has no target."""

    id = "CLN206E"
    text = "Source volume {volser} has no target volume by {way}."
    remedy = "Extend the rule or the list, or take the volume out of the source system's volumes."


class SourcePairedTwice(PlanProblem):
    """A source volume stands in two pairs of the list."""

    id = "CLN207E"
    text = "Source volume {volser} is paired with {targets}."
    remedy = "Keep one of the pairs."


class TargetPairedTwice(PlanProblem):
    """Two source volumes would be copied onto one target."""

    id = "CLN208E"
    text = "Target volume {volser} would receive {sources}."
    remedy = "Give each source volume a target of its own."


class PairUnused(PlanProblem):
    """A pair of the list names a volume that is not cloned."""

    id = "CLN209E"
    text = "The pair {pair} is for a volume that is not among the source system's volumes."
    remedy = "Add the volume to the source system's file or remove the pair."


class TargetMissing(PlanProblem):
    """A target volume is not online and no device is known for it."""

    id = "CLN210E"
    text = "Target volume {volser} (for {source}) is not online, and {unit} is not a known device."
    remedy = "Initialise and vary it online, or give its device number under volumes.units."


class GeometryDiffers(PlanProblem):
    """A target is another kind of device."""

    id = "CLN211E"
    text = "Target volume {target} on {unit} is a {found}, its source {source} is a {needed}."
    remedy = "A full volume copy needs the same device type; choose another target."


class TargetTooSmall(PlanProblem):
    """A target has fewer cylinders than its source."""

    id = "CLN212E"
    text = "Target volume {target} on {unit} has {found} cylinders, its source {source} has {needed}."
    remedy = "Choose a target of at least that size."


class TargetHoldsForeignData(PlanProblem):
    """A target volume holds a data set that no earlier clone of this environment left there."""

    id = "CLN213E"
    text = "Target volume {volser} holds {dsname}, which is not a name that this environment's masks make."
    remedy = "The copy would destroy it: move it away, or choose another target volume."


class VolumesOverlap(PlanProblem):
    """A volume or device is source and target."""

    id = "CLN220E"
    text = "{what} is both source and target."
    remedy = "Choose other target volumes."


class WorkOnTarget(PlanProblem):
    """A work data set or work volume is among the cloned volumes."""

    id = "CLN224E"
    text = "{what} is on volume {volser}, which is a {role} volume."
    remedy = "Work data sets must be elsewhere: delete it, or change work.hlq or work.volumes."


class TargetSizeUnknown(PlanProblem):
    """A target device is offline, so its size could not be checked."""

    id = "CLN237W"
    text = "Target volume {volser} on {unit} is offline: its size and content were not checked."
    remedy = "If an interrupted run left it so, nothing need be done: the copy refuses a device that is too small."


class UnitDiffers(PlanProblem):
    """A target volume is online on another device than the environment says."""

    id = "CLN238E"
    text = "Target volume {volser} is on {found}, the environment says {declared}."
    remedy = "Correct volumes.units."


class UnitOccupied(PlanProblem):
    """The device number given for an offline target is that of another online volume."""

    id = "CLN241E"
    text = "Unit {unit}, given for target volume {target}, holds the online volume {found}."
    remedy = "Correct volumes.units, or initialise the volume as the target."
