"""What can be wrong with a masking policy, a masking run and a leak scan. Ids CLN841 to CLN879.

No message holds a value of a database.
"""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class MaskingProblem(CloneError):
    """Data is not masked as it should be."""


class PolicyDatabaseUnknown(MaskingProblem):
    """A policy names a database whose definition was not given."""

    id = "CLN841E"
    text = "There is no definition of database {database}; given are: {known}."
    remedy = "Give its DBD source, or correct the name."


class PolicySegmentUnknown(MaskingProblem):
    """A policy names a segment that its database does not have."""

    id = "CLN842E"
    text = "Database {database} has no segment {segment}."
    remedy = "Its segments are: {known}."


class PolicyFieldUnknown(MaskingProblem):
    """A policy names a field that the DBD does not have."""

    id = "CLN843E"
    text = "Segment {segment} of {database} has no field {field}."
    remedy = "Its fields are: {known}. A field that the DBD does not name is given by start and length."


class SensitiveWithoutRule(MaskingProblem):
    """A field that is said to be sensitive would reach the target as it is."""

    id = "CLN844E"
    text = "{database} {segment} {field} is sensitive and has no rule."
    remedy = "Give it a rule, or write sensitive: false."


class FieldOutside(MaskingProblem):
    """A field does not lie within its segment."""

    id = "CLN845E"
    text = "{database} {segment} {field} is bytes {first} to {last}, {said}."
    remedy = "Correct start and length; start counts from 1."


class RuleForOtherType(MaskingProblem):
    """A rule cannot work on fields of a type."""

    id = "CLN846E"
    text = "{database} {segment} {field}: the rule {rule} {said}."
    remedy = "Use another rule, or correct the field's type or length."


class KeyNotUnique(MaskingProblem):
    """A rule could give two keys the same value."""

    id = "CLN847E"
    text = "{database} {segment} {field} is in the unique key {key}, and {said}."
    remedy = "Keys stay unique with keep-format or digits, on a field that lies wholly within the key."


class FieldsOverlap(MaskingProblem):
    """Two rules would change the same bytes."""

    id = "CLN848E"
    text = "{database} {segment}: {field} and {other} share bytes."
    remedy = "Give the bytes to one of the two."


class LogicallyRelated(MaskingProblem):
    """What another database holds a copy of cannot be masked by unload and reload of one."""

    id = "CLN849E"
    text = "{database} {segment} {field} cannot be masked: {related} is in a logical relationship."
    remedy = (
        "Logical children, and keys of logically related segments and of those above them, stay: mask other fields."
    )


class NotUnloaded(MaskingProblem):
    """A database of this organisation is not unloaded by HD Unload."""

    id = "CLN850E"
    text = "Database {database} is {access}, which the HD unload utility does not unload."
    remedy = "Databases that can be masked are HDAM, HIDAM, HISAM, SHISAM, PHDAM and PHIDAM."


class ListUnusable(MaskingProblem):
    """A list of names is missing, empty, or has names that the code page does not have."""

    id = "CLN851E"
    text = "The list {name} cannot be used: {reason}."
    remedy = "Lists that come with the product are {known}; a site's own is a text file with a name on each line."


class PolicyRejected(Rejected, MaskingProblem):
    """A policy does not fit the definitions; all that is wrong is shown."""

    id = "CLN852E"
    text = "Policy {file} does not fit the definitions, problems found: {count}."
    remedy = "Nothing was masked; correct these:"


class MaskKeyMissing(MaskingProblem):
    """There is no masking key, or it is too short."""

    id = "CLN861E"
    text = "There is no usable masking key: {reason}."
    remedy = "Name a file of at least 16 bytes with --key-file, or set the variable {variable}."


class ContentRefused(MaskingProblem):
    """A field holds something that is not of its type."""

    id = "CLN862E"
    text = "{file} record {number}: {segment} {field} {said}."
    remedy = "Nothing was written. Correct the type, the format or the digits in the policy, or the data in the source."


class NothingMasked(MaskingProblem):
    """A policy has no rule for the database that was given."""

    id = "CLN863E"
    text = "The policy has no rule for database {database}, which {file} holds."
    remedy = "Add its fields; to say that it has none to mask, leave it out of the run."


class OutputExists(MaskingProblem):
    """A file would be overwritten."""

    id = "CLN864E"
    text = "{file} exists already."
    remedy = "Name another file, or say --replace."


class FileUnusable(MaskingProblem):
    """A file cannot be written or read."""

    id = "CLN865E"
    text = "{file}: {reason}."
    remedy = "Check path, permissions and free space. An output that was there before is as it was."


class OriginalFound(MaskingProblem):
    """An original value of a masked field stands in the target."""

    id = "CLN871E"
    text = "{where} byte {offset}: an original value of {field}, {length} bytes."
    remedy = "The target must not be started. Find what wrote it: a data set that was not reloaded, an index, a log."


class LeaksFound(Rejected, MaskingProblem):
    """Original values were found; the first of them are shown."""

    id = "CLN872E"
    text = "The scan of {places} found original values of masked fields."
    remedy = "Places that were found, {count}:"


class OriginalsUnusable(MaskingProblem):
    """The record of original values is not one, or of another key."""

    id = "CLN873E"
    text = "The record of originals {file} cannot be used: {reason}."
    remedy = "Mask again with --originals, with the same key."


class PolicyChanged(MaskingProblem):
    """A policy is not the one that the plan was made with."""

    id = "CLN866E"
    text = "The policy {file}, or a list that it names, was changed after the plan was made."
    remedy = "Start a new run. The target is not started."


class OriginalsLost(MaskingProblem):
    """The record of original values of databases that are masked already is not there."""

    id = "CLN874E"
    text = "Databases of {imsid} were masked, and the record of their original values, {file}, is not there."
    remedy = "The target cannot be proved clean: clear replicate and what follows, so that they are copied again."
