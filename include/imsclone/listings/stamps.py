"""Time stamps of listings as UTC.

Forms: ``yyyy.ddd hh:mm:ss[.tttttt] [+hh:mm]`` (DFSMSdss, DBRC; DBRC also with a two-digit year and an asterisk for
a key), ``yyddd/hhmmss`` (IMS checkpoint ids). A listing that prints local time without an offset needs one given.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from imsclone.listings.errors import StampUnreadable

STAMP = r"\d{2,4}\.\d{3} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: ?[+-]\d{2}:?\d{2})?"
_PARTS = re.compile(r"(\d{2}|\d{4})\.(\d{3}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?: ?([+-])(\d{2}):?(\d{2}))?\*?")
_CHECKPOINT = re.compile(r"(\d{2})(\d{3})/(\d{2})(\d{2})(\d{2})")
CENTURY_BREAK = 66


def stamp(text: str, offset: timedelta = timedelta()) -> datetime:
    """Return a time stamp as UTC.

    :param offset: of local time from UTC, for stamps that carry none.
    :raises StampUnreadable: it is none, or all zeros.
    """
    moment = stamp_or_none(text, offset)
    if moment is None:
        raise StampUnreadable(stamp=text)
    return moment


def stamp_or_none(text: str, offset: timedelta = timedelta()) -> datetime | None:
    """Return a time stamp as UTC; None for zeros, which stand for a time that has not come.

    :raises StampUnreadable: it is no time stamp.
    """
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        raise StampUnreadable(stamp=text)
    year, day, hour, minute, second, fraction, sign, zone_hours, zone_minutes = match.groups()
    if not int(day) and not int(year):
        return None
    zone = timezone(offset)
    if sign:
        distance = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = timezone(-distance if sign == "-" else distance)
    return _moment(text, _year(year), day, f"{hour}{minute}{second}", (fraction or "").ljust(6, "0"), zone)


def shown(moment: datetime) -> str:
    """Return a time as DBRC and utilities print it and take it, ``yyyy.ddd hh:mm:ss.tttttt +00:00``."""
    return f"{moment.astimezone(UTC):%Y.%j %H:%M:%S.%f} +00:00"


def checkpoint(text: str, offset: timedelta = timedelta()) -> datetime:
    """Return the time in an IMS checkpoint id, ``yyddd/hhmmss``, as UTC.

    :raises StampUnreadable: it is none.
    """
    match = _CHECKPOINT.fullmatch(text.strip())
    if match is None:
        raise StampUnreadable(stamp=text)
    year, day, *clock = match.groups()
    return _moment(text, _year(year), day, "".join(clock), "000000", timezone(offset))


def _year(digits: str) -> str:
    if len(digits) == 4:
        return digits
    return ("20" if int(digits) < CENTURY_BREAK else "19") + digits


def _moment(text: str, year: str, day: str, clock: str, fraction: str, zone: timezone) -> datetime:
    try:
        return datetime.strptime(f"{year}{day}{clock}{fraction}", "%Y%j%H%M%S%f").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise StampUnreadable(stamp=text) from None
