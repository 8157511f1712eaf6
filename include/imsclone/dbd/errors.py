"""What can be wrong with DBD source. Ids CLN801 to CLN819."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class DbdProblem(CloneError):
    """DBD source that cannot be taken as it is."""


class DbdUnreadable(DbdProblem):
    """A file of DBD source is missing or is not text."""

    id = "CLN801E"
    text = "DBD source {file} cannot be read: {reason}."
    remedy = "Check the path and the permissions, and download the member as text."


class DbdMalformed(DbdProblem):
    """A line that is no statement of the macro language."""

    id = "CLN802E"
    text = "Not a statement: {said}."
    remedy = "A statement stands in columns 1 to 71; one that is continued has a mark in 72 and goes on in column 16."


class DbdStatementUnknown(DbdProblem):
    """An operation that is not one of DBDGEN."""

    id = "CLN803E"
    text = "{operation} is no statement of a database definition."
    remedy = "Statements that are: {known}."


class DbdKeywordUnknown(DbdProblem):
    """A keyword that a statement does not have."""

    id = "CLN804E"
    text = "{operation} has no keyword {keyword!r}."
    remedy = "Keywords it has: {known}."


class DbdKeywordMissing(DbdProblem):
    """A keyword that a statement must have."""

    id = "CLN805E"
    text = "{operation} needs {keyword}=."
    remedy = "Add it."


class DbdValueRefused(DbdProblem):
    """A value of a keyword breaks its rule."""

    id = "CLN806E"
    text = "{operation} {keyword}={value}: {rule}."
    remedy = "Correct the value."


class DbdNameUnknown(DbdProblem):
    """A value names something that the definition does not have."""

    id = "CLN807E"
    text = "{operation} {keyword}= names the {kind} {name}, which is not defined."
    remedy = "Defined before this line: {known}."


class DbdNameRepeated(DbdProblem):
    """A name is defined twice."""

    id = "CLN808E"
    text = "The {kind} {name} is defined twice."
    remedy = "Remove one of the two."


class DbdMisplaced(DbdProblem):
    """A statement stands where it cannot."""

    id = "CLN809E"
    text = "{operation} cannot stand here: {said}."
    remedy = "The order is DBD, DATASET or AREA, SEGM each with its FIELD, LCHILD and XDFLD, DBDGEN."


class DbdRejected(Rejected, DbdProblem):
    """DBD source has errors; all of them are shown."""

    id = "CLN810E"
    text = "DBD source {file} is refused, problems found: {count}."
    remedy = "Correct these, or download the source that the database was generated from:"
