"""Dates as fields hold them: a format of YYYY, YY, MM, DD, DDD and whatever stands between."""

from __future__ import annotations

import datetime
import re

from imsclone.names import CardText

TOKENS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DDD": "%j", "DD": "%d"}
_TOKEN = re.compile("YYYY|YY|MM|DDD|DD")


class DateFormat(CardText):
    """How a date is written, such as YYYYMMDD, YYYY-MM-DD, YYYYDDD or 0YYYYMMDD in a packed field."""

    rule = "YYYY or YY once, with MM and DD or with DDD; between them digits, blanks, periods, hyphens, slashes, colons"
    pattern = re.compile(r"(?:YYYY|YY|MM|DDD|DD|[-0-9 ./:])+")
    length = 20

    @classmethod
    def broken_rule(cls, name: str) -> str:
        tokens = sorted(_TOKEN.findall(name))
        day = [token for token in tokens if not token.startswith("Y")]
        whole = len(tokens) - len(day) == 1 and day in (["DD", "MM"], ["DDD"])
        return "" if whole and len(name) <= cls.length and cls.pattern.fullmatch(name) else cls.rule


def written(date: datetime.date, form: str) -> str:
    """Write a date; years before 1000 have four digits too."""
    return _TOKEN.sub(lambda token: _part(date, token.group()), form)


def _part(date: datetime.date, token: str) -> str:
    return f"{date.year:04d}" if token == "YYYY" else date.strftime(TOKENS[token])


def parsed(digits: str, form: str, latest: int) -> str:
    """Return a date in ISO form whatever its format, empty if there is no such day.

    A year of two digits is the last one that is not after ``latest``.
    """
    found: dict[str, int] = {}
    place = 0
    for part in re.findall(r"YYYY|YY|MM|DDD|DD|[0-9]", form):
        found[part] = int(digits[place : place + len(part)])
        place += len(part)
    year = found.get("YYYY") or latest - (latest - found.get("YY", 0)) % 100
    try:
        if "DDD" in found:
            day = datetime.date(year, 1, 1) + datetime.timedelta(found["DDD"] - 1)
            return day.isoformat() if day.year == year and found["DDD"] else ""
        return datetime.date(year, found["MM"], found["DD"]).isoformat()
    except (ValueError, OverflowError):
        return ""
