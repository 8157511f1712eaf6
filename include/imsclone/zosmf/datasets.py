"""Data sets and members through z/OSMF: list, read, write with ETag, create, delete, rename, IDCAMS.

Source: z/OSMF Programming Guide, z/OS data set and file REST interface. Numbers in lists are strings; an answer
is not gated by authority, so a name that is listed may still be refused when read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imsclone.zosmf.errors import RecordsCut, RecordTooLong
from imsclone.zosmf.exchange import Conversation, Reply, Request, ask, part

DATA_SETS = "/restfiles/ds"
AMS = "/restfiles/ams"
PAGE = 5_000
PREFIX = 4


@dataclass(frozen=True, slots=True)
class ListedDataSet:
    """One row of a data set list. ``volser`` is empty for an alias or a VSAM cluster."""

    dsname: str
    volser: str
    volsers: tuple[str, ...]
    dsorg: str
    recfm: str
    lrecl: int
    blksize: int
    catalog: str
    migrated: bool


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a data set or member, with the tag that lets a write find out about other writers."""

    lines: tuple[str, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class AmsAnswer:
    """What IDCAMS printed, and its return code."""

    rc: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Attributes of a data set to create. ``unit`` of space is TRK or CYL."""

    dsorg: str = "PS"
    recfm: str = "FB"
    lrecl: int = 80
    blksize: int = 0
    space: str = "TRK"
    primary: int = 1
    secondary: int = 1
    directory: int = 0
    volser: str = ""
    unit: str = ""
    storclas: str = ""
    dsntype: str = ""

    def document(self) -> dict[str, str | int]:
        """Return the create document; empty optional fields are left out, z/OSMF refuses them."""
        body: dict[str, str | int] = {
            "dsorg": self.dsorg,
            "recfm": self.recfm,
            "lrecl": self.lrecl,
            "alcunit": self.space,
            "primary": self.primary,
            "secondary": self.secondary,
            "blksize": self.blksize,
            "dirblk": self.directory,
            "volser": self.volser,
            "unit": self.unit,
            "storclass": self.storclas,
            "dsntype": self.dsntype,
        }
        optional = {"blksize", "dirblk", "volser", "unit", "storclass", "dsntype"}
        return {key: value for key, value in body.items() if value or key not in optional}


def path(dsname: str, member: str = "", volser: str = "") -> str:
    """Return the path of a data set, a member, or a data set on a volume."""
    volume = f"-({part(volser)})/" if volser else ""
    return f"{DATA_SETS}/{volume}{part(dsname)}" + (f"({part(member)})" if member else "")


def listed(level: str, volser: str = "") -> Conversation[tuple[ListedDataSet, ...]]:
    """List the data sets of a level, such as ``IMSP.**``, a page at a time."""
    found: list[dict[str, Any]] = []
    start = ""
    while True:
        params = [("dslevel", level)] + [(key, value) for key, value in (("volser", volser), ("start", start)) if value]
        headers = {"X-IBM-Max-Items": str(PAGE), "X-IBM-Attributes": "base"}
        reply = yield from ask(Request("GET", DATA_SETS, tuple(params), headers))
        more = _page(reply, found, "dsname")
        if not more:
            return tuple(_listed(row) for row in found)
        start = str(found[-1]["dsname"])


def members(dsname: str, pattern: str = "") -> Conversation[tuple[str, ...]]:
    """List the member names of a partitioned data set."""
    found: list[dict[str, Any]] = []
    start = ""
    while True:
        params = tuple((key, value) for key, value in (("pattern", pattern), ("start", start)) if value)
        headers = {"X-IBM-Max-Items": str(PAGE), "X-IBM-Attributes": "member"}
        reply = yield from ask(Request("GET", f"{path(dsname)}/member", params, headers))
        more = _page(reply, found, "member")
        if not more:
            return tuple(str(row["member"]).strip() for row in found)
        start = str(found[-1]["member"])


def read_text(dsname: str, member: str = "", volser: str = "") -> Conversation[Text]:
    """Read text lines, without trailing blanks, and the ETag."""
    headers = {"X-IBM-Data-Type": "text", "X-IBM-Return-Etag": "true"}
    reply = yield from ask(Request("GET", path(dsname, member, volser), headers=headers))
    return Text(tuple(_text_lines(reply)), reply.headers.get("etag", ""))


def read_records(dsname: str, member: str = "", volser: str = "") -> Conversation[tuple[bytes, ...]]:
    """Read records as bytes, unconverted.

    :raises RecordsCut: the transfer ended inside a record.
    """
    headers = {"X-IBM-Data-Type": "record"}
    reply = yield from ask(Request("GET", path(dsname, member, volser), headers=headers))
    return tuple(split_records(dsname, reply.content))


def split_records(dsname: str, content: bytes) -> Iterator[bytes]:
    """Take apart the record form: each record behind its length in four bytes, big-endian."""
    offset = 0
    while offset < len(content):
        start = offset + PREFIX
        end = start + int.from_bytes(content[offset:start], "big")
        if start > len(content) or end > len(content):
            raise RecordsCut(dsname=dsname, offset=len(content))
        yield content[start:end]
        offset = end


def write_text(
    dsname: str, lines: Sequence[str], member: str = "", *, etag: str = "", lrecl: int = 80, volser: str = ""
) -> Conversation[str]:
    """Write text lines and return the new ETag. The caller has checked that the place is not the source's.

    :param etag: write only if the content is still the one that was read.
    :raises RecordTooLong: a line does not fit; nothing was sent.
    :raises EtagMismatch: someone else wrote.
    """
    for number, line in enumerate(lines, 1):
        if len(line) > lrecl:
            raise RecordTooLong(dsname=dsname, line=number, length=len(line), limit=lrecl)
    headers = {"X-IBM-Data-Type": "text", "X-IBM-Return-Etag": "true", "Content-Type": "text/plain; charset=utf-8"}
    if etag:
        headers["If-Match"] = etag
    content = "".join(line + "\n" for line in lines).encode()
    reply = yield from ask(Request("PUT", path(dsname, member, volser), headers=headers, content=content))
    return reply.headers.get("etag", "")


def create(dsname: str, allocation: Allocation) -> Conversation[None]:
    """Create a data set."""
    yield from ask(_json("POST", path(dsname), allocation.document()))


def delete(dsname: str, member: str = "", volser: str = "") -> Conversation[None]:
    """Delete a data set or a member."""
    yield from ask(Request("DELETE", path(dsname, member, volser)))


def rename(old: str, new: str) -> Conversation[None]:
    """Rename a data set."""
    yield from ask(_json("PUT", path(new), {"request": "rename", "from-dataset": {"dsn": old}}))


def access_method_services(lines: Sequence[str]) -> Conversation[AmsAnswer]:
    """Run IDCAMS statements. A return code above 4 is an answer here, not an error of the link."""
    reply = yield from ask(_json("PUT", AMS, {"input": list(lines), "JSONversion": 1}))
    document = reply.document()
    return AmsAnswer(int(document.get("rc", -1)), tuple(str(line) for line in document.get("output") or ()))


def _json(method: str, where: str, body: Mapping[str, Any]) -> Request:
    return Request(method, where, headers={"Content-Type": "application/json"}, content=json.dumps(body).encode())


def _page(reply: Reply, found: list[dict[str, Any]], key: str) -> bool:
    """Add a page's rows (the first repeats the last of the page before) and say whether there are more."""
    document = reply.document()
    rows = [row for row in document.get("items") or () if isinstance(row, dict) and row.get(key)]
    if found and rows and rows[0][key] == found[-1][key]:
        rows = rows[1:]
    found += rows
    return document.get("moreRows") is True and bool(rows)


def _listed(row: Mapping[str, Any]) -> ListedDataSet:
    volser = str(row.get("vol") or "").strip()
    if volser.startswith("*") or volser == "MIGRAT":
        volser = ""
    return ListedDataSet(
        dsname=str(row["dsname"]).strip(),
        volser=volser,
        volsers=tuple(str(row.get("vols") or volser).split()),
        dsorg=str(row.get("dsorg") or "").strip(),
        recfm=str(row.get("recfm") or "").strip(),
        lrecl=_number(row.get("lrecl")),
        blksize=_number(row.get("blksz")),
        catalog=str(row.get("catnm") or "").strip(),
        migrated=row.get("migr") == "YES" or row.get("vol") == "MIGRAT",
    )


def _number(value: Any) -> int:
    text = str(value or "0").strip()
    return int(text) if text.isdigit() else 0


def _text_lines(reply: Reply) -> list[str]:
    text = reply.text.replace("\r\n", "\n")
    return [line.rstrip() for line in text.removesuffix("\n").split("\n")] if text else []
