"""IMSSUSPD: hold and release the log writes and updates of an IMS. Own program: IMS has no public command for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoslab.ims import subsystems
from zoslab.ims.errors import ImsError
from zoslab.ims.region import RUNNING, ControlRegion
from zoslab.ims.stamps import long_stamp
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

REFUSED, SYNTAX = 8, 12
_STATEMENT = re.compile(r"(SUSPEND|RESUME|STATUS)\s+IMSID\(([A-Z0-9$#@]{1,8})\)(?:\s+TIMEOUT\((\d+(?:\.\d+)?)\))?")
DEFAULT_TIMEOUT = 5.0


@program("IMSSUSPD")
def imssuspd(step: Step) -> int:
    """SUSPEND IMSID(x) TIMEOUT(s), RESUME IMSID(x), STATUS IMSID(x)."""
    listing = step.print("SYSPRINT")
    highest = 0
    for line in step.dd("SYSIN").records():
        text = line[:72].strip().upper()
        if not text or text.startswith("*"):
            continue
        match = _STATEMENT.fullmatch(text)
        if match is None or (match[3] and match[1] != "SUSPEND"):
            listing.line(f"SUS009E SYNTAX ERROR: {text}")
            return SYNTAX
        highest = max(highest, _one(step, listing, match))
    return highest


def _one(step: Step, listing: Listing, match: re.Match[str]) -> int:
    verb, imsid = match[1], match[2]
    region = subsystems.find(step.system, imsid)
    if region is None or region.state != RUNNING:
        listing.line(f"SUS004E {imsid} IS NOT ACTIVE")
        return REFUSED
    if verb == "SUSPEND":
        return _suspend(listing, region, float(match[3] or DEFAULT_TIMEOUT))
    return _resume(listing, region) if verb == "RESUME" else _status(listing, region)


def _suspend(listing: Listing, region: ControlRegion, timeout: float) -> int:
    try:
        since = region.suspension.suspend(timeout)
    except ImsError as error:
        listing.line(f"SUS006E {region.imsid} WAS NOT SUSPENDED, {error}")
        return REFUSED
    listing.line(f"SUS001I {region.imsid} SUSPENDED AT {long_stamp(since)}")
    return 0


def _resume(listing: Listing, region: ControlRegion) -> int:
    resumed = region.suspension.resume()
    if resumed is None:
        listing.line(f"SUS003I {region.imsid} WAS NOT SUSPENDED")
        return 0
    if resumed.expired:
        listing.line(f"SUS005W {region.imsid} TIMER EXPIRED AT {long_stamp(resumed.until)}; RESUMED")
        return REFUSED
    listing.line(f"SUS002I {region.imsid} RESUMED AT {long_stamp(resumed.until)} AFTER {resumed.seconds:.6f} SECONDS")
    return 0


def _status(listing: Listing, region: ControlRegion) -> int:
    since = region.suspension.since
    if since is None:
        listing.line(f"SUS007I {region.imsid} IS NOT SUSPENDED")
    else:
        listing.line(f"SUS008I {region.imsid} IS SUSPENDED SINCE {long_stamp(since)}")
    return 0
