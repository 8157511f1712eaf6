"""What can be wrong with a listing. Ids CLN401 to CLN419."""

from __future__ import annotations

from imsclone.errors import CloneError


class ListingError(CloneError):
    """A listing that cannot be trusted to say what happened."""


class ListingIncomplete(ListingError):
    """The message that closes a listing is missing: the program did not end, or the listing is cut off."""

    id = "CLN401E"
    text = "The {utility} listing has no {message}: {said}."
    remedy = "Read the job's output. The outcome of this step is unknown."


class ListingUnreadable(ListingError):
    """A line of a listing that is not as documented."""

    id = "CLN402E"
    text = "The {utility} listing, line {line}: {said}: {shown!r}."
    remedy = "The utility's level may print another form; report the line."


class StampUnreadable(ListingError):
    """A time stamp that is no time."""

    id = "CLN403E"
    text = "{stamp!r} is no time stamp of a listing."
    remedy = "Read the listing; times are yyyy.ddd hh:mm:ss."


class ListingContradicts(ListingError):
    """A listing that speaks of something else than what was asked for."""

    id = "CLN404E"
    text = "The {utility} listing speaks of {found} where {wanted} was asked for."
    remedy = "The job ran with other statements than planned; do not go on."


class RecordShort(ListingError):
    """A binary record that is shorter than its own kind."""

    id = "CLN405E"
    text = "{utility} record {number} of type {kind} has {length} bytes, {needed} are needed."
    remedy = "Collect again; the output data set may be from another program or cut off."
