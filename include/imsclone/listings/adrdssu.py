"""DFSMSdss (ADRDSSU) listings: what became of each copy, and of the thaw of a consistency group.

Source: z/OS MVS System Messages ADR101I, ADR006I, ADR013I, ADR012I, ADR806I, ADR320I, ADR344I; DFSMSdss numbers
tasks in the order of the commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from imsclone.listings.errors import ListingContradicts, ListingIncomplete
from imsclone.listings.messages import PAGE
from imsclone.listings.stamps import STAMP, stamp

_MESSAGE = re.compile(r"[ 01+-]?\s*(ADR\d{3,4}[IWEST])\s*\((\S{1,4})\s*\)-(\w+)\s*\((\d+)\),\s*(.*)")
_TASK = re.compile(r"TASKID (\d+) HAS BEEN ASSIGNED TO COMMAND '(\w+)")
_TASK_RC = re.compile(r"RETURN CODE (\d+)")
_HIGHEST = re.compile(r"HIGHEST RETURN CODE IS (\d+)")
_WHEN = re.compile(STAMP)
_FAST = re.compile(r"VOLUME (\S+) WAS COPIED USING A FAST REPLICATION FUNCTION")
_FAST_DATA_SET = re.compile(r"DATA SET (\S+) (?:WAS )?COPIED USING A FAST REPLICATION FUNCTION")
_NOT_PROCESSED = "ADR455"
_PROCESSED = "ADR454"
_CHANGED = re.compile(r"VOLUME SERIAL (\S+) ON UNIT (\S+) IS CHANGED TO (\S+)")
_UNAVAILABLE = re.compile(r"VOLSER ON UCB (\S+) IS A DUPLICATE")

RESOLUTION = timedelta(seconds=1)
"""Time stamps of DFSMSdss are cut off to whole seconds."""


@dataclass(frozen=True, slots=True)
class DssMessage:
    """One message; ``task`` is 0 for those of no task."""

    id: str
    task: int
    text: str

    @property
    def severity(self) -> str:
        """The id's last letter."""
        return self.id[-1]

    def __str__(self) -> str:
        return f"{self.id} {self.text}"


@dataclass(frozen=True, slots=True)
class Task:
    """One command as DFSMSdss ran it. ``rc`` is -1 for a task that was not completed."""

    number: int
    command: str
    rc: int
    begun: datetime | None
    ended: datetime | None
    messages: tuple[DssMessage, ...]

    @property
    def problems(self) -> tuple[DssMessage, ...]:
        """The messages that tell of something that failed."""
        return tuple(message for message in self.messages if message.severity in "EWST")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of DFSMSdss."""

    tasks: tuple[Task, ...]
    highest_rc: int
    messages: tuple[DssMessage, ...]


@dataclass(frozen=True, slots=True)
class PairCopy:
    """What became of one volume pair. ``unit`` is the target's device if its label was overwritten."""

    source: str
    target: str
    rc: int
    fast: bool
    unit: str
    target_offline: bool
    begun: datetime | None
    ended: datetime | None
    problems: tuple[DssMessage, ...]

    @property
    def copied(self) -> bool:
        """Whether the target is a point-in-time copy of the source."""
        return self.rc == 0 and self.fast


@dataclass(frozen=True, slots=True)
class DataSetCopied:
    """What became of one data set. ``problems`` are the messages that name it, or what failed of its whole task.

    ``processed`` says that it is among those that were successfully processed, by FlashCopy or by reading and writing.
    """

    source: str
    fast: bool
    problems: tuple[DssMessage, ...]
    processed: bool = False

    @property
    def copied(self) -> bool:
        """Whether the target is a point-in-time copy of the source."""
        return self.fast and not self.problems


@dataclass(frozen=True, slots=True)
class Thaw:
    """What became of CGCREATED. ``consistent`` is False when the group was not frozen until then."""

    rc: int
    at: datetime | None
    consistent: bool
    problems: tuple[DssMessage, ...]


def run(listing: str, offset: timedelta = timedelta()) -> Run:
    """Read a listing.

    :param offset: of the listing's local time from UTC.
    :raises ListingIncomplete: the closing message ADR012I is missing.
    """
    messages = tuple(_messages(listing))
    closing = [match for message in messages if message.id == "ADR012I" and (match := _HIGHEST.search(message.text))]
    if not closing:
        raise ListingIncomplete(utility="ADRDSSU", message="ADR012I", said=f"{len(messages)} messages found")
    commands = {int(match[1]): match[2] for message in messages if (match := _TASK.search(message.text))}
    by_task: dict[int, list[DssMessage]] = {number: [] for number in commands}
    for message in messages:
        by_task.setdefault(message.task, []).append(message)
    tasks = tuple(_task(number, command, by_task[number], offset) for number, command in sorted(commands.items()))
    return Run(tasks, int(closing[-1][1]), messages)


def copies(listing: str, pairs: Sequence[tuple[str, str]], offset: timedelta = timedelta()) -> tuple[PairCopy, ...]:
    """Return what became of each pair, in the order of the copy statements.

    A pair whose command was never run has rc -1.

    :raises ListingContradicts: a task copied another volume than its statement named.
    """
    tasks = [task for task in run(listing, offset).tasks if task.command == "COPY"]
    if len(tasks) > len(pairs):
        raise ListingContradicts(utility="ADRDSSU", found=f"{len(tasks)} copies", wanted=f"{len(pairs)}")
    found = [_pair_copy(pair, task) for pair, task in zip(pairs, tasks, strict=False)]
    left = [PairCopy(*pair, -1, False, "", False, None, None, ()) for pair in pairs[len(tasks) :]]
    return (*found, *left)


def data_sets(listing: str, names: Sequence[str], offset: timedelta = timedelta()) -> tuple[DataSetCopied, ...]:
    """Return what became of each data set, whichever statement was to copy it."""
    messages = [message for task in run(listing, offset).tasks if task.command == "COPY" for message in task.messages]
    fast = {match[1] for message in messages if (match := _FAST_DATA_SET.search(message.text))}
    wrong = [message for message in messages if message.severity in "EST" or message.id.startswith(_NOT_PROCESSED)]
    good = " ".join(message.text for message in messages if message.id.startswith(_PROCESSED))
    found = []
    for name in names:
        named = re.compile(rf"(?<![A-Z0-9@#$.-]){re.escape(name)}(?![A-Z0-9@#$.-])")
        own = tuple(message for message in wrong if named.search(message.text))
        found.append(
            DataSetCopied(name, name in fast, own if own or name in fast else tuple(wrong), bool(named.search(good)))
        )
    return tuple(found)


def thaw(listing: str, offset: timedelta = timedelta()) -> Thaw:
    """Return what became of the consistency group.

    :raises ListingIncomplete: there was no CGCREATED.
    """
    tasks = [task for task in run(listing, offset).tasks if task.command.startswith("CGCREATE")]
    if not tasks:
        raise ListingIncomplete(utility="ADRDSSU", message="task of CGCREATED", said="no such command ran")
    task = tasks[-1]
    return Thaw(task.rc, task.ended, task.rc == 0 and not task.problems, task.problems)


def _pair_copy(pair: tuple[str, str], task: Task) -> PairCopy:
    fast, unit, offline = False, "", False
    for message in task.messages:
        if match := _FAST.search(message.text):
            _same(match[1], pair[0])
            fast = True
        elif match := _CHANGED.search(message.text):
            _same(match[1], pair[1])
            unit = match[2]
        elif _UNAVAILABLE.search(message.text):
            offline = True
    return PairCopy(*pair, task.rc, fast, unit, offline, task.begun, task.ended, task.problems)


def _same(found: str, wanted: str) -> None:
    if found != wanted:
        raise ListingContradicts(utility="ADRDSSU", found=f"volume {found}", wanted=f"volume {wanted}")


def _task(number: int, command: str, messages: Sequence[DssMessage], offset: timedelta) -> Task:
    rc, begun, ended = -1, None, None
    for message in messages:
        when = _WHEN.search(message.text)
        if message.id == "ADR006I" and when:
            moment = stamp(when.group(), offset)
            begun, ended = (moment, ended) if "BEGINS" in message.text else (begun, moment)
        elif message.id == "ADR013I" and (match := _TASK_RC.search(message.text)):
            rc = int(match[1])
    return Task(number, command, rc, begun, ended, tuple(messages))


def _messages(listing: str) -> list[DssMessage]:
    found: list[DssMessage] = []
    going_on = False
    for line in listing.splitlines():
        match = _MESSAGE.match(line)
        if match:
            task = int(match[2]) if match[2].isdigit() else 0
            found.append(DssMessage(match[1], task, match[5].strip()))
            going_on = True
        elif going_on and line.startswith("   ") and line.strip() and not PAGE.match(line):
            last = found[-1]
            found[-1] = DssMessage(last.id, last.task, f"{last.text} {line.strip()}")
        else:
            going_on = False
    return found
