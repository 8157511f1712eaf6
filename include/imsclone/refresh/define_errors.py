"""Messages CLN811 to CLN818: what can stand between a target that lacks a database and its definition there."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class WillBeDefined(PlanProblem):
    """A database that the target lacks is going to be defined on it."""

    id = "CLN811W"
    text = "Database {name} will be defined on {imsid} as it is on {source}: {parts}."
    remedy = "Nothing need be done. Programs that use it need a PSB and a program resource of {imsid}'s own."


class OtherNameNotDefined(PlanProblem):
    """A database that the target lacks is to have another name there."""

    id = "CLN812E"
    text = "{imsid} does not know {name}, and it cannot be defined from {source}: the control block holds the DBD name."
    remedy = "Generate DBD and ACB under the new name on {imsid} and CREATE DB it, or keep the name, in another IMS."


class HaldbNotDefined(PlanProblem):
    """A HALDB that the target lacks."""

    id = "CLN813E"
    text = "{imsid} does not know HALDB {name}, and a refresh defines no HALDB."
    remedy = "Define it on {imsid} (DBD, ACB, CREATE DB); redefine: true gives it the source's partitions."


class TargetMustRun(PlanProblem):
    """A database cannot be defined on a target that does not run."""

    id = "CLN814E"
    text = "{imsid} does not run, so that database {name} cannot be defined on it."
    remedy = "Start {imsid}: CREATE DB is a command to a running IMS."


class NoLibraryFor(PlanProblem):
    """A system file names no library for a part of a definition."""

    id = "CLN815E"
    text = "The system file of {imsid} names no library for the {kind} member of {name}."
    remedy = "Name it under libraries.{key}."


class PartNotOnSource(PlanProblem):
    """A part of a database's definition is not in the source's libraries."""

    id = "CLN816E"
    text = "There is no {kind} member {name} in the libraries of {imsid}: {libraries}."
    remedy = "Correct libraries.{key} of its system file, or generate the member."


class PartDiffers(PlanProblem):
    """A part of the definition of a database that the target does not know is there already, and is another one."""

    id = "CLN817E"
    text = "{kind} member {name} is in {library} already, and it is not what {source}'s would be there: {said}."
    remedy = "Delete it if nothing needs it, or define the database on the target yourself."


class ControlBlockNotLoaded(PlanProblem):
    """The target knows a database, and has not taken in a control block of it."""

    id = "CLN818E"
    text = "Database {name} has status NOTINIT on {imsid}: it was created before its control block was in ACBLIB."
    remedy = "Bring the ACBLIB member online (INITIATE OLC TYPE(ACBMBR)), or restart {imsid}."
