"""Messages CLN38n: what can stand between an environment file and a copy of HALDBs."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class NoHaldb(PlanProblem):
    """A database that is chosen for a HALDB copy is none."""

    id = "CLN380E"
    text = "Database {name} of {imsid} is no HALDB, its type is {kind}."
    remedy = "Leave it out, or set clone_type to database_refresh, which copies databases of every type."


class SelectedByRoutine(PlanProblem):
    """Partitions are to be copied of a HALDB whose keys a routine distributes."""

    id = "CLN381E"
    text = "Partitions of {name} cannot be copied alone: routine {routine}, not a high key, says which takes a key."
    remedy = "Leave partitions out of the file, so that the whole HALDB is copied."


class PartitionsNotAlone(PlanProblem):
    """Partitions are to be copied of a HALDB that an index or a logical relationship leads into."""

    id = "CLN382E"
    text = "Partitions of {name} cannot be copied alone: {related} hold pointers to all of its partitions."
    remedy = "Leave partitions out of the file: an index and what it leads to must be of the same instant."


class PartitionUnknown(PlanProblem):
    """A partition is in none of the chosen HALDBs."""

    id = "CLN383E"
    text = "No chosen HALDB of {imsid} has partition {name}."
    remedy = "Correct the name; those that are known: {known}."


class NumberingPast(PlanProblem):
    """The target's partition IDs or reorganization numbers cannot become the source's without a new definition."""

    id = "CLN384E"
    text = "HALDB {name} of {imsid} cannot get the source's numbers: {reasons}."
    remedy = (
        "Set redefine to true: DELETE.DB and INIT.DB begin its numbering anew, and the target's data are replaced. "
        "Nothing was stopped."
    )


class NumberingAnew(PlanProblem):
    """A HALDB of the target is deleted and defined anew."""

    id = "CLN385W"
    text = "HALDB {name} of {imsid} is deleted and defined anew: {reasons}."
    remedy = "Nothing need be done; image copies of before are of no use after that."


class PartitionsDiffer(PlanProblem):
    """Partitions that are to be copied alone are not the same on the target."""

    id = "CLN386E"
    text = "Partitions of {name} cannot be copied alone into {imsid}: {reasons}."
    remedy = "Copy the whole HALDB, with redefine set to true if the plan asks for it."


class PartitionsChange(PlanProblem):
    """Partitions are defined on the target, or deleted."""

    id = "CLN387W"
    text = "HALDB {name} of {imsid} gets the source's partitions: {changes}."
    remedy = "Nothing need be done; data sets of partitions that are deleted stay, and may be scratched."


class NumbersDisagree(PlanProblem):
    """A data set of the source does not hold the numbers that the source's RECON says."""

    id = "CLN388E"
    text = "{dsname} of {imsid} {said}."
    remedy = "Have the source's DBA look: IMS refuses such a partition, and a copy of it would be refused, too."


class NameNotKept(PlanProblem):
    """Rename masks change what IMS itself makes of a partition data set's name."""

    id = "CLN389E"
    text = "The masks make {target} of {dsname}; IMS looks for a name that ends in {last}."
    remedy = "Let the masks change only what stands before the last qualifier."


class HighKeyTooLong(PlanProblem):
    """A high key fits on no line of a DBRC command."""

    id = "CLN390E"
    text = "The high key of partition {name} has {length} bytes, too many for one line of INIT.PART."
    remedy = "Define partition {name} on the target by hand, with its key as it is on the source, then plan again."


class OtherDataSetsActive(PlanProblem):
    """A partition uses the data sets that an online reorganization made, and the target's must be defined."""

    id = "CLN391E"
    text = "Partition {name} of {imsid} uses its data sets M to V; INIT.PART defines one that uses A to J."
    remedy = "Reorganize partition {name} online once more, so that A to J are in use, then plan again."
