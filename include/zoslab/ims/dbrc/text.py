"""Words and numbers as DBRC prints them."""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.ims.dbrc.stamps import Stamp, text


def null(value: str) -> str:
    """Return the text, or what DBRC prints for none."""
    return value or "**NULL**"


def yes(flag: bool) -> str:
    """Return YES or NO."""
    return "YES" if flag else "NO"


def on(flag: bool) -> str:
    """Return ON or OFF."""
    return "ON" if flag else "OFF"


def key_time(stamp: Stamp) -> str:
    """Return a time stamp that is part of the record's key: it carries an asterisk."""
    return text(stamp) + "*"


def volumes(volsers: Sequence[str]) -> list[str]:
    """Return volume serials, four on a line."""
    return [
        f"{'':38}VOLSER=" + ", ".join(volsers[at : at + 4]) if at == 0 else f"{'':45}" + ", ".join(volsers[at : at + 4])
        for at in range(0, len(volsers), 4)
    ]
