"""IEBUPDTE listings: which members were written. Source: DFSMSdfp Utilities, messages IEB816I, IEB818I."""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete
from imsclone.listings.messages import Message, messages

_MEMBER = re.compile(r"MEMBER NAME \((\S+)\s*\).*")
_HIGHEST = re.compile(r"HIGHEST CONDITION CODE WAS (\d+)")
_CLOSING = "IEB818I"
_SILENT = {_CLOSING, "IEB819I", "IEB816I"}


@dataclass(frozen=True, slots=True)
class Updated:
    """One execution of IEBUPDTE."""

    rc: int
    members: tuple[str, ...]
    problems: tuple[Message, ...]


def updated(listing: str) -> Updated:
    """Return which members were written.

    :raises ListingIncomplete: IEB818I is missing.
    """
    found = tuple(messages(listing, "IEB"))
    closing = next((match for one in found if one.id == _CLOSING and (match := _HIGHEST.search(one.text))), None)
    if closing is None:
        raise ListingIncomplete(utility="IEBUPDTE", message=_CLOSING, said="it did not end")
    written = [match[1] for one in found if one.id == "IEB816I" and (match := _MEMBER.match(one.text))]
    problems = tuple(one for one in found if one.id not in _SILENT) if int(closing[1]) else ()
    return Updated(int(closing[1]), tuple(written), problems)
