"""What can stand between a database and a time in its past: logs and image copies that are not there."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class LogMissing(PlanProblem):
    """A log data set that is needed is gone."""

    id = "CLN267E"
    text = "Log data set {dsname}, needed from {since} on, is not in {said}."
    remedy = "Recover or catalog it, or choose a consistency that needs no logs: dbr, dbd or quiesce."


class LogGap(PlanProblem):
    """Between two log data sets of one log there are log records that no data set holds."""

    id = "CLN243E"
    text = "The log of {ssid} has a gap before {dsname}: nothing holds the records from {since} to {until}."
    remedy = "Archive the online log that is missing (GENJCL.ARCHIVE), or choose dbr, dbd or quiesce."


class LogDamaged(PlanProblem):
    """The RECON says that a log data set has an error, and there is no other copy."""

    id = "CLN244E"
    text = "Log data set {dsname} of {ssid}, needed from {since} on, is marked in error, and there is no other copy."
    remedy = "Repair it with DFSULTR0 and CHANGE.PRILOG NOERROR, or choose dbr, dbd or quiesce."


class LogNotArchived(PlanProblem):
    """Log records up to the time that is wanted are not archived."""

    id = "CLN245E"
    text = "The log of {ssid} is archived up to {reached}, and is needed up to {until}."
    remedy = "Archive its online logs: automatic archiving (ARC=) or GENJCL.ARCHIVE; then clear the task."


class NotBroughtUpToDate(PlanProblem):
    """A database without log records is copied, and logs cannot make it consistent."""

    id = "CLN246W"
    text = "Database {name} of {imsid} is not recoverable: logs do not make its copy consistent. Return code {code}."
    remedy = "Nothing need be done if that does not matter; else set not_recoverable to skip or abort."


class ApplyTimePast(PlanProblem):
    """Logs are to be applied up to a time that the copy will be behind of."""

    id = "CLN247E"
    text = "Logs are to be applied up to {until}, and the copy is made later."
    remedy = "Give a time to come; for a past one run with as_of, which rebuilds from image copies and logs."


class ImageCopyMissing(PlanProblem):
    """No image copy of before the wanted time is there any more."""

    id = "CLN248E"
    text = "{name} {ddname} has no image copy of {moment} or before that is in RECON and catalog; {oldest}."
    remedy = (
        "Give a later time, or restore the image copy and record it; for a partition: it may not have existed then."
    )


class HistoryCut(PlanProblem):
    """Between image copy and wanted time the data set was reorganised, or recovered to a time."""

    id = "CLN249E"
    text = "{name} {ddname} cannot be brought from its image copy of {image} to the wanted time: {kind} at {at}."
    remedy = "Give a time before that, or one behind the image copy that was made after it."


class AsOfToCome(PlanProblem):
    """Databases are wanted as they will be."""

    id = "CLN259E"
    text = "as_of is {moment}, which has not come."
    remedy = "Give a past time, or none: then they are copied as they are now."


class KeyedDataMoves(PlanProblem):
    """A key-sequenced data set is updated while it is copied, and nothing builds it anew from other data."""

    id = "CLN278E"
    text = "{name} {ddname} of {imsid} ({kind}) is key-sequenced: what moves in it during the copy, no log tells."
    remedy = "Choose dbr, dbd or quiesce; an index: choose its database, too, with its DBD source in libraries.dbdsrc."
