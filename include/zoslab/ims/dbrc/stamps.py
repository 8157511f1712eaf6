"""DBRC's time stamps: packed UTC in the RECON, punctuated local time in commands and listings.

Internal form: 12 bytes of packed digits YYYYDDDF HHMMSSTHMIJU AQQS in universal time. Source of the digits: IMS
System Administration, "Aids for RECON record types". Inferred: A is zero, QQ is the time zone in quarter hours and S
its sign (C plus, D minus). External form: ``yyyy.ddd hh:mm:ss.tttttt +hh:mm``, as in the listings of IMS 15.
A time that has not come yet (an open log, a database still allocated) is zeros, here None.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

Stamp = datetime | None

LENGTH = 12
ZEROS = "0000.000 00:00:00.000000 +00:00"
PUNCTUATED = re.compile(
    r"(?P<year>\d{4}|\d{2})\.(?P<day>\d{3})(?: (?P<clock>\d{2}:\d{2}:\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
    r"(?:\s*(?P<zone>[+-]\d{2}:\d{2}))?"
)
COMPRESSED = re.compile(
    r"(?P<year>\d{4}(?=\d{9})|\d{2}(?=\d{9,10}(?!\d)))(?P<day>\d{3})(?P<clock>\d{6})(?P<fraction>\d{1,6})?"
    r"(?:\s*(?P<zone>[+-]\d{4}))?"
)


class BadStamp(ValueError):
    """The text or the bytes are no time stamp."""


def aware(moment: datetime) -> datetime:
    """Return the time with its zone; one without is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def pack(stamp: Stamp) -> bytes:
    """Return the internal form of a time with zone; None gives zeros."""
    if stamp is None:
        return bytes(LENGTH)
    quarters = int((stamp.utcoffset() or timedelta()).total_seconds()) // 900
    universal = stamp.astimezone(UTC)
    digits = f"{universal:%Y%j}F{universal:%H%M%S%f}0{abs(quarters):02}{'D' if quarters < 0 else 'C'}"
    return bytes.fromhex(digits)


def unpack(raw: bytes) -> Stamp:
    """Return the time that 12 bytes hold.

    :raises BadStamp: they are neither zeros nor packed digits.
    """
    if not any(raw):
        return None
    digits = raw.hex().upper()
    match = re.fullmatch(r"(\d{7})F(\d{12})0(\d{2})([CD])", digits)
    if match is None:
        raise BadStamp(f"X'{digits}' is no packed time stamp")
    date, time, quarters, sign = match.groups()
    zone = timezone(timedelta(minutes=15 * int(quarters)) * (-1 if sign == "D" else 1))
    return datetime.strptime(date + time, "%Y%j%H%M%S%f").replace(tzinfo=UTC).astimezone(zone)


def text(stamp: Stamp) -> str:
    """Return the punctuated form that listings show."""
    if stamp is None:
        return ZEROS
    zone = f"{stamp:%z}"
    return f"{stamp:%Y.%j %H:%M:%S.%f} {zone[:3]}:{zone[3:5]}"


def short_text(stamp: datetime) -> str:
    """Return the form of message DSP0220I: ``yy.ddd hh:mm:ss.tttttt``."""
    return f"{stamp:%y.%j %H:%M:%S.%f}"


def parse(written: str) -> Stamp:
    """Read a time stamp as a command gives it, punctuated or not, with 2- or 4-digit year; no zone means UTC.

    Without punctuation, yydddhhmmsst has 11 or 12 digits and yyyydddhhmmssthmiju 13 to 19.

    :raises BadStamp: it is none, or a day or time that does not exist.
    """
    match = PUNCTUATED.fullmatch(written.strip()) or COMPRESSED.fullmatch(written.strip())
    if match is None:
        raise BadStamp(f"{written!r} is no time stamp: write 'yyyy.ddd hh:mm:ss.tttttt +hh:mm'")
    year, day, clock, fraction, zone = match.group("year", "day", "clock", "fraction", "zone")
    digits = (clock or "000000").replace(":", "") + (fraction or "").ljust(6, "0")
    if not int(year + day + digits):
        return None
    century = "" if len(year) == 4 else "20" if int(year) < 66 else "19"
    try:
        found = datetime.strptime(f"{century}{year}{day}{digits}{zone or '+0000'}", "%Y%j%H%M%S%f%z")
    except ValueError as error:
        raise BadStamp(f"{written!r} is no time stamp: {error}") from error
    if f"{found:%j}" != day:
        raise BadStamp(f"{written!r} is no time stamp: the year has no day {day}")
    return found
