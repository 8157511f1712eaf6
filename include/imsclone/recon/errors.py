"""What can be wrong when a RECON is brought to the clone's names. Ids CLN431 to CLN449."""

from __future__ import annotations

from imsclone.errors import CloneError


class ReconError(CloneError):
    """A RECON that is not converted, or not rightly."""


class ReconUnlisted(ReconError):
    """A listing without the RECON status record: nothing can be derived from it."""

    id = "CLN431E"
    text = "The listing of {recon} has no RECON status record."
    remedy = "List the whole RECON with LIST.RECON."


class ReconNameTooLong(ReconError):
    """A data set in a RECON record whose new name is too long for z/OS."""

    id = "CLN432E"
    text = "{kind} names {dsname}, which would be renamed to {target} ({length} characters, limit 44)."
    remedy = "Shorten the right side of the rename mask."


class ReconPrefixUnclear(ReconError):
    """A mask that changes the part of a HALDB data set's name that DBRC makes itself."""

    id = "CLN437E"
    text = "Partition {part}: {dsname} would be renamed to {target}, which no DSNPREFX gives."
    remedy = "Write the mask so that the last qualifier (letter and partition number) stays."


class ReconRecordUnconvertible(ReconError):
    """A record of a kind that this release cannot convert names the source."""

    id = "CLN433E"
    text = "RECON record {kind} names the source and there is no rule to convert it: {shown}"
    remedy = "Remove the record from the source's RECON or from the clone by a DBRC command of your own."


class ReconValueRefused(ReconError):
    """A value of a listing that cannot stand in a command."""

    id = "CLN434E"
    text = "{verb} {keyword}: {value!r} cannot stand in a DBRC command."
    remedy = "The RECON record is damaged, or its listing is of an unknown form."


class ReconDiffers(ReconError):
    """After the commands a record is not as it should be."""

    id = "CLN435E"
    text = "RECON {what}: {said}"
    remedy = "Read the listing of step UPDATE for the command that failed."


class ReconNamesSource(ReconError):
    """After the commands a record still names the source."""

    id = "CLN436E"
    text = "RECON record {kind} still names the source: {shown}"
    remedy = "The clone must not start with this RECON. Read the listing of step UPDATE."


class ReconChangedToo(ReconError):
    """A field of a RECON record that the commands changed and that they were not meant to change."""

    id = "CLN438W"
    text = "RECON record {record}: {field} was {before!r} and is {after!r}, which no rule of the clone explains."
    remedy = "See the table of changes in the report; the clone's names are right all the same."
