"""Listings of DFSURDB0, DFSPREC0 and IIUSTART: whether each did its work. Source: IMS Messages and Codes, by id."""

from __future__ import annotations

import re

DONE, WARNING = ("DFS339I", "IIUB100I"), 4
_SAID = re.compile(r"\s*((?:DFS|IIU|DSP)\w{3,5}[AEIW] .*)")


def wrong(listing: str, code: int) -> str:
    """Return what a utility said instead of that its work is done; empty if it said so.

    :param code: its condition code, -1 if it has none: above a warning's, only a part of what it tells of may be done.
    """
    if 0 <= code <= WARNING and any(message in listing for message in DONE):
        return ""
    said = [match[1].strip() for line in listing.splitlines() if (match := _SAID.match(line))]
    return "; ".join(one for one in said if not one.startswith(DONE)) or "no message says that it was done"
