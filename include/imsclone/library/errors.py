"""What can be wrong when library members are brought to the clone's names. Ids CLN451 to CLN469."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class LibraryError(CloneError):
    """A member that is not edited, because the result would not be right."""


class LineOverflow(LibraryError):
    """A line whose text with the new names is too long."""

    id = "CLN452E"
    text = "Member {member} line {line} would have {length} columns with the new names, the limit is {limit}: {shown}"
    remedy = "Break the line in the source's member, or shorten the new name."


class ContinuedTextMoved(LibraryError):
    """A line that fills column 71 inside apostrophes and goes on, so that its length must not change."""

    id = "CLN453E"
    text = (
        "Member {member} line {line} is continued inside apostrophes at column 71 and would change its length: {shown}"
    )
    remedy = "Break the text in the source's member so that the name does not stand in continued text."


class NameTooLong(LibraryError):
    """A data set name in a member that would be too long."""

    id = "CLN454E"
    text = "Member {member} line {line}: {dsname} would be renamed to {target} ({length} characters, limit 44)."
    remedy = "Shorten the right side of the rename mask."


class LibraryEditRejected(Rejected):
    """Members that cannot be edited; nothing was written."""

    id = "CLN451E"
    text = "{count} lines of the libraries do not fit with the new names; nothing was written."
    remedy = "Each is listed below."


class DeckRefused(LibraryError):
    """A member that IEBUPDTE would misread."""

    id = "CLN461E"
    text = "Member {member} line {line} {said}: {shown}"
    remedy = "Write this member by another way, or change the line."


class DelimiterMissing(LibraryError):
    """No two characters are left to end in-stream data with."""

    id = "CLN462E"
    text = "The members start lines with every delimiter there is: {tried}."
    remedy = "Write the members in more than one job."
