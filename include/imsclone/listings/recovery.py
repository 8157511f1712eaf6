"""Listings of DFSURDB0, DFSPREC0 and IIUSTART: whether each did its work. Source: IMS Messages and Codes, by id."""

from __future__ import annotations

import re

DONE = ("DFS339I", "IIUB100I")
_SAID = re.compile(r"\s*((?:DFS|IIU|DSP)\w{3,5}[AEIW] .*)")


def wrong(listing: str) -> str:
    """Return what a utility said instead of that its work is done; empty if it said so."""
    if any(message in listing for message in DONE):
        return ""
    said = [match[1].strip() for line in listing.splitlines() if (match := _SAID.match(line))]
    return "; ".join(said) or "no message says that it was done"
