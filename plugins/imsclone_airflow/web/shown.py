"""How values are written on the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote


def moment(value: datetime | None) -> str:
    """Write a moment in UTC, to the minute."""
    return value.strftime("%Y-%m-%d %H:%M") if value else "-"


def span(value: timedelta | float | None) -> str:
    """Write a span of time as people say it: 40 s, 5 min, 3 h, 2 d."""
    if value is None:
        return "-"
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    for size, unit in ((172_800, "d"), (7_200, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds / {'d': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{seconds:.0f} s"


FILTERS = {"moment": moment, "span": span, "quoted": lambda value: quote(str(value), safe="")}
