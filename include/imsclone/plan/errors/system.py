"""Messages CLN2nn about the IMS system: who is who, its libraries, RECON and state."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class IdentityOverlap(PlanProblem):
    """Source and target share an IMS id, a procedure or a high-level qualifier."""

    id = "CLN222E"
    text = "Source and target both have the {kind} {value}."
    remedy = "Give the target its own."


class TargetNameDiffers(PlanProblem):
    """The target system's file gives another name than the rename masks do."""

    id = "CLN232E"
    text = "The target system says {declared} for {kind}, but the masks make {derived} of the source's {source}."
    remedy = "Make the file and the masks agree."


class SystemDataSetMissing(PlanProblem):
    """A data set that the source system's file names is not on the source volumes."""

    id = "CLN233E"
    text = "{kind} {dsname} is not on any source volume."
    remedy = "Correct the name, or add its volume to the source system's volumes."


class MembersDiffer(PlanProblem):
    """Source and target have different numbers of sharing members."""

    id = "CLN234E"
    text = "The source has {source} sharing members, the target {target}."
    remedy = "List one target member for each source member, in the same order."


class ReconDiffers(PlanProblem):
    """The RECON names other RECON data sets than the system file."""

    id = "CLN235E"
    text = "The RECON says its data sets are {found}, the system file says {declared}."
    remedy = "Correct the system file."


class ConsistencyDoubtful(PlanProblem):
    """The way of consistency does not fit the state the source is in now."""

    id = "CLN236W"
    text = "Consistency is {consistency}, and IMS {imsid} {state}."
    remedy = "Make sure that it {needed} when the copy starts."


class ReconNamesElsewhere(PlanProblem):
    """RECON records name data sets that are not cloned."""

    id = "CLN239W"
    text = "{count} RECON records of kind {kind} name data sets that are not cloned, such as {dsname}."
    remedy = "They are left out of the clone's RECON."


class MemberNotListed(PlanProblem):
    """An IMS that shares the source's databases is not in its file: it would go on while the others are held."""

    id = "CLN268E"
    text = "IMS {ssid} has signed on to the RECON of {imsid}, and the system file lists the members {listed} only."
    remedy = "List it under members, and its copy in the target's file; or sign it off (DELETE.SUBSYS) if it is gone."


class OffloadWithoutData(PlanProblem):
    """Offload work was asked for on a skeleton, which has no data."""

    id = "CLN270E"
    text = "Offload work is asked for, but a skeleton has no database data to work on."
    remedy = "Take offload out of the environment."


class OffloadWithoutImsplex(PlanProblem):
    """Offload work that needs the clone's databases closed, and no IMSplex to send the commands through."""

    id = "CLN271E"
    text = "Offload work needs databases that {imsid} has closed, and its file names no IMSplex to command it through."
    remedy = "Give imsplex in the target system's file, or leave only the report."


class OffloadWithoutPlace(PlanProblem):
    """Image copies or unloaded databases were asked for, and there is no volume to put them on."""

    id = "CLN272E"
    text = "Image copies and unloaded databases need a work volume, and work.volumes is empty."
    remedy = "Name a volume under work.volumes."
