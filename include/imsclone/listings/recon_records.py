"""DBRC listings (DSPURX00 LIST.*) as records of named fields, nothing left out.

Frame, from real listings: the command is echoed; each record stands behind a rule of dashes; its kind is the first
word; then fields ``NAME=value`` or ``NAME = value``, several on a line; DSP messages between commands. Field names
of several words are known by name, because a blank also separates fields; any other word before ``=`` is taken as
it is, so that a record of another level loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from imsclone.listings.errors import ListingIncomplete

RULE = re.compile(r"[ 01]?-{20,}\s*")
MESSAGE = re.compile(r"[ 01]?\s*(DSP\d{4}[A-Z])\s+(.*)")
NULLS = {"**NULL**", "** NONE **", "NULL", ""}

NAMES = (
    "RECORD SIZE", "INIT TOKEN", "LOG DSN CHECK", "TAPE UNIT", "DASD UNIT", "LIST DLOG",
    "CA/IC/LOG DATA SETS CATALOGED", "MINIMUM VERSION", "CROSS DBRC SERVICE LEVEL ID", "REORG NUMBER VERIFICATION",
    "LOG RETENTION PERIOD", "COMMAND AUTH", "SIZALERT DSNUM", "LOGALERT DSNUM", "GROUP ID",
    "NUMBER OF REGISTERED DATABASES", "SHARE LEVEL", "AUTHORIZED USID", "RECEIVE USID", "HARD USID",
    "RECEIVE NEEDED USID", "BACKOUT NEEDED", "READ ONLY", "PROHIBIT AUTHORIZATION", "IMAGE COPY REQUIRED",
    "IC REQUIRED", "TRACKING SUSPENDED", "OFR REQUIRED", "REORG INTENT", "QUIESCE IN PROGRESS", "QUIESCE HELD",
    "RECOVERY NEEDED COUNT", "IMAGE COPY NEEDED COUNT", "AUTHORIZED SUBSYSTEMS", "HELD AUTHORIZATION STATE",
    "EEQE COUNT", "RECEIVE REQUIRED COUNT", "BACKOUT COUNT", "IC AVAIL", "IC USED", "IC NEEDED", "IC RECOMMENDED",
    "RECOV NEEDED", "RECEIVE NEEDED", "RECORD COUNT", "FILE SEQ", "VOLS DEF", "VOLS USED", "ALLOC LRID",
    "DEALLOC LRID", "CA AVAIL", "CA USED", "CHANGES ACCUMULATED", "COMPLETE CA", "FIRST RECORD ID", "PRILOG TOKEN",
    "EARLIEST CHECKPOINT", "FIRST DS LSN", "LAST DS LSN", "LAST  DS LSN", "CHKPT ID", "LOCK SEQUENCE#",
    "LOCK SEQUENCE #", "DBDS ALLOC", "# DD ENTRIES", "PRILOG TIME", "ARCHIVE JOB NAME", "LOG START",
    "ABNORMAL TERM", "RECOVERY STARTED", "TRACKER TERM", "SHARING COVERED DBS", "IRLM STATUS",
    "AUTHORIZED DATA BASES/AREAS", "XRF CAPABLE", "RECOVERY TOKEN", "DSN PREFIX", "PARTITION ID", "MASTER DB",
    "PREVIOUS PARTITION", "FREE BLOCK FREQ FACTOR", "FREE SPACE PERCENTAGE", "HIGH BLOCK#", "RECOV TO", "RUN USID",
    "ALTER IN PROGRESS", "USER RECOVERABLE", "DATA CONVERSION EXIT", "TRACKING LEVEL", "FULL SEGMENT LOGGING",
    "ONLINE REORG ACTIVE", "NEXT PARTITION", "CURRENT PARTITION ID", "DATA SET GROUP MEMBERS",
    "ONLINE REORG CAPABLE", "ACTIVE DBDS", "PARTITION INIT NEEDED", "PARTITION DISABLED", "HIGH KEY",
)  # fmt: skip

_FIELD = re.compile(
    r"(?<![A-Z0-9#/])("
    + "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
    + r"|#?[A-Z][A-Z0-9#/]*)\s*=(?!=)\s*"
)
_KEY_TEXT = re.compile(r" {3}\|.*\|")
"""A partition's high key as characters: data, whatever it looks like."""
_LONG_VALUES = {"VOLSER", "DBD", "BKO"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``words`` are what stands behind its value without a name, such as AVAIL or ERROR."""

    name: str
    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReconRecord:
    """One record. ``lines`` are all it printed; ``dbds`` is the data set it stands under, if any."""

    kind: str
    fields: tuple[Field, ...]
    lines: tuple[str, ...] = field(repr=False)
    dbds: tuple[str, str] = ("", "")

    def get(self, name: str) -> str:
        """Return the first field's value of a name; empty for a null or a field that is not there."""
        return next((clean(one.value) for one in self.fields if one.name == name), "")

    def groups(self, first: str) -> Iterator[tuple[Field, ...]]:
        """Yield the repeated parts of the record, each from a field of this name to the next."""
        starts = [position for position, one in enumerate(self.fields) if one.name == first]
        for start, end in zip(starts, [*starts[1:], len(self.fields)], strict=False):
            yield self.fields[start:end]

    def words(self) -> frozenset[str]:
        """Return every word without a name, such as FORCER or NOREUSE."""
        loose = " ".join(line for line in self.lines if "=" not in line).split()
        return frozenset(loose) | {word for one in self.fields for word in one.words} | _before_fields(self.lines)


@dataclass(frozen=True, slots=True)
class Listing:
    """All records of a listing in order, the messages, and the highest condition code."""

    records: tuple[ReconRecord, ...]
    messages: tuple[tuple[str, str], ...]
    highest_code: int


def clean(value: str) -> str:
    """Return a value, empty for what DBRC prints for none."""
    return "" if value in NULLS else value


def listing(text: str) -> Listing:
    """Read a listing.

    :raises ListingIncomplete: DSP0211I, which closes it, is missing.
    """
    messages = tuple((match[1], match[2].strip()) for line in text.splitlines() if (match := MESSAGE.match(line)))
    code = next((words.rpartition("=")[2] for number, words in reversed(messages) if number == "DSP0211I"), "")
    if not code.strip().isdigit():
        raise ListingIncomplete(utility="DBRC", message="DSP0211I", said="it did not end")
    records: list[ReconRecord] = []
    dbds = ("", "")
    for lines in _blocks(text):
        record = _record(lines, dbds)
        if record.kind in ("DBDS", "AREA"):
            dbds = (record.get("DBD"), record.get("DDN") or record.get("AREA"))
            record = ReconRecord(record.kind, record.fields, record.lines, dbds)
        elif record.kind not in ("ALLOC", "IMAGE", "REORG", "RECOV", "EEQE"):
            dbds = ("", "")
            record = ReconRecord(record.kind, record.fields, record.lines)
        records.append(record)
    return Listing(tuple(records), messages, int(code))


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines of each record: from a rule to the next rule or message."""
    block: list[str] | None = None
    for line in text.splitlines():
        if RULE.fullmatch(line) or MESSAGE.match(line):
            if block:
                yield block
            block = [] if RULE.fullmatch(line) else None
        elif block is not None and (line.strip() or block):
            block.append(line.rstrip())
    if block:
        yield block


def _record(lines: list[str], dbds: tuple[str, str]) -> ReconRecord:
    kind = lines[0].split()[0]
    first = lines[0].replace(kind, " " * len(kind), 1)
    fields: list[Field] = []
    for line in [first, *lines[1:]]:
        found = list(_fields(line))
        is_long = bool(fields) and fields[-1].name in _LONG_VALUES and line.startswith(" " * 20)
        if not found and is_long and line.strip():
            last = fields[-1]
            fields[-1] = Field(last.name, f"{last.value} {line.strip()}", last.words)
        fields += found
    while lines and not lines[-1].strip():
        lines.pop()
    return ReconRecord(kind, tuple(fields), tuple(lines), dbds)


def _fields(line: str) -> Iterator[Field]:
    if _KEY_TEXT.fullmatch(line):
        return
    matches = list(_FIELD.finditer(line))
    if matches and matches[0][1] == "UDATA":
        yield Field("UDATA", line[matches[0].end() :].strip())
        return
    ends = [match.start() for match in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=False):
        text = line[match.end() : end].strip()
        value, *words = re.split(r"\s{2,}", text) if text not in NULLS else [text]
        yield Field(" ".join(match[1].split()), value, tuple(words))


def _before_fields(lines: tuple[str, ...]) -> frozenset[str]:
    """Return the words a line starts with before its first field."""
    found: set[str] = set()
    for line in lines:
        match = None if _KEY_TEXT.fullmatch(line) else _FIELD.search(line)
        if match:
            found |= set(line[: match.start()].split())
    return frozenset(found)
