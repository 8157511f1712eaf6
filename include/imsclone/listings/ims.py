"""IMS messages on the console: ready, outstanding replies, restarts, checkpoints.

Source: IMS Messages and Codes DFS810A, DFS996I, DFS994I, DFS680I, DFS058I, DFS0488I.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from imsclone.listings.stamps import checkpoint

_DFS = re.compile(r"(?P<id>DFS\d{3,4}[A-Z])\s+(?P<text>.*)")
_REPLY = re.compile(
    r"(?:[*@]\s?(?P<wto>\d{1,4})|^\s*(?P<display>\d{1,4}) R\b.*?)\s+\*?(?:\d{1,4} )?(?P<rest>DFS\d{3,4}[AI]\s.*)"
)
_CHECKPOINT = re.compile(r"CHKPT (\d{5}/\d{6})\*+(\w+)\*")
_DB_COMMAND = re.compile(r"(DBR|DBD|STA|STO) COMMAND COMPLETED\. *(?:DBN|AREA)=\s*(\S+).*?RC= ?(\d+)")
ABENDED = ("DFS629I", "DFS610W", "DFS627I")


@dataclass(frozen=True, slots=True)
class OutstandingReply:
    """A reply IMS waits for. ``id`` is DFS810A before restart, DFS996I once it runs."""

    number: int
    id: str
    text: str

    @property
    def imsid(self) -> str:
        """The IMS that asks: the last word of its message."""
        words = self.text.replace("*", " ").split()
        return words[-1] if words else ""

    @property
    def awaits_restart(self) -> bool:
        """Whether a restart command is asked for."""
        return self.id == "DFS810A"


@dataclass(frozen=True, slots=True)
class DatabaseCommand:
    """The end of /DBR, /DBD, /STA or /STO for one database. DFS058I COMPLETED says nothing about it."""

    command: str
    database: str
    rc: int


def outstanding(lines: Iterable[str], imsid: str = "") -> tuple[OutstandingReply, ...]:
    """Return the replies IMS waits for, from D R,L or the log; those of one IMS if it is named."""
    found = []
    for line in lines:
        match = _REPLY.search(line)
        if match is None:
            continue
        message = _DFS.match(match["rest"])
        if message:
            number = int(match["wto"] or match["display"])
            found.append(OutstandingReply(number, message["id"], message["text"].strip()))
    return tuple(one for one in found if imsid in ("", one.imsid))


def completed_restart(lines: Iterable[str], imsid: str = "") -> bool:
    """Whether a restart has completed (DFS994I)."""
    return any("DFS994I" in line and "START COMPLETED" in line and imsid in line for line in lines)


def abended(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that say that IMS ended abnormally."""
    return tuple(line.strip() for line in lines if any(message in line for message in ABENDED))


def checkpoints(lines: Iterable[str], offset: timedelta = timedelta()) -> tuple[tuple[datetime, str], ...]:
    """Return time and kind of each checkpoint message."""
    matches = (_CHECKPOINT.search(line) for line in lines)
    return tuple((checkpoint(match[1], offset), match[2]) for match in matches if match)


def database_commands(lines: Iterable[str]) -> tuple[DatabaseCommand, ...]:
    """Return what became of database commands, one for each DFS0488I."""
    matches = (_DB_COMMAND.search(line) for line in lines if "DFS0488I" in line)
    return tuple(DatabaseCommand(match[1], match[2], int(match[3])) for match in matches if match)
