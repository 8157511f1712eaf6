"""RECON records: their keys, and the header. A record is a table in the order its listing shows the fields.

Keys (32 bytes): database name 8, ddname 8, record type 1, time stamp 12, zeros 1, segment number 2. Source: IMS
System Administration, "Aids for RECON record types"; the order of the parts is inferred there.
Types from that page: 01 header, 05 PRILOG, 07 LOGALL, 09 SECLOG, 43 PRISLD, 47 SECSLD, and for log records the
database part X'FFFFFFFF000000tt' with the subsystem as ddname. Own layout: all other type bytes, the same form of key
for PRIOLD, SSYS, BACKOUT and LOGALL, and the order and length of the fields (`zoslab.ims.dbrc.layout`).
"""

# ruff: noqa: RUF009  (the calls declare fields)

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import ClassVar

from zoslab import ebcdic
from zoslab.ims.dbrc import stamps
from zoslab.ims.dbrc.layout import entries, flag, number, stamp, text, texts
from zoslab.ims.dbrc.stamps import Stamp

KEY_LENGTH = 32
KEY_PARTS = 29


def record_key(dbname: str | bytes, ddname: str, kind: int, time: Stamp | bytes = None) -> bytes:
    """Return a record's key with segment number zero."""
    first = dbname if isinstance(dbname, bytes) else ebcdic.encode(dbname, 8) if dbname else bytes(8)
    second = ebcdic.encode(ddname, 8) if ddname else bytes(8)
    third = time if isinstance(time, bytes) else stamps.pack(time and time.astimezone(UTC))
    return first + second + bytes([kind]) + third + bytes(3)


def family(kind: int) -> bytes:
    """Return the database part of the key of records that belong to a subsystem."""
    return b"\xff\xff\xff\xff\x00\x00\x00" + bytes([kind])


@dataclass(frozen=True)
class Record:
    """A RECON record; ``KEY`` names the fields that make up its key."""

    NAME: ClassVar[str]
    TYPE: ClassVar[int]
    KEY: ClassVar[tuple[str | bytes, str, str | bytes]]

    @property
    def key(self) -> bytes:
        """The record's key."""
        first, second, third = self.KEY
        return record_key(
            getattr(self, first) if isinstance(first, str) and first else first,
            getattr(self, second) if second else "",
            self.TYPE,
            getattr(self, third) if isinstance(third, str) and third else third if isinstance(third, bytes) else None,
        )


@dataclass(frozen=True)
class Header(Record):
    """RECON: what INIT.RECON and CHANGE.RECON set."""

    NAME, TYPE, KEY = "RECON", 0x01, ("", "", "")
    last_dmb: int = number(2)
    init_token: Stamp = stamp()
    forcer: bool = flag()
    check: str = text(7, "CHECK17")
    startnew: bool = flag()
    tape_unit: str = text(8, "3400")
    dasd_unit: str = text(8, "3390")
    traceon: bool = flag()
    ssid: str = text(8)
    listdl: bool = flag(True)
    catds: bool = flag()
    minvers: str = text(4, "13.1")
    cdslid: int = number(2, 1)
    reorgv: bool = flag()
    logret: str = text(17, "00.000 00:00:00.0")
    cmdauth: str = text(4, "NONE")
    safhlq: str = text(8)
    rcnqual: str = text(8)
    catalog: str = text(8)
    access: str = text(8, "SERIAL")
    listing: str = text(7, "STATIC")
    size_alert: tuple[str, ...] = texts(3)
    log_alert: tuple[str, ...] = texts(3)
    timezin: str = text(6, "%SYS")
    imsplex: str = text(5)
    group_id: str = text(3)
    timezones: tuple[str, ...] = texts(6)


@dataclass(frozen=True)
class ReconDataSetEntry:
    """One of the three data sets: COPY1, COPY2, SPARE, DISCARDED or UNAVAILABLE."""

    ddname: str = text(8)
    status: str = text(12)
    dsname: str = text(44)


@dataclass(frozen=True)
class HeaderExtension(Record):
    """The RECON data set configuration, and the token that counts the updates made to this copy."""

    NAME, TYPE, KEY = "RECON EXTENSION", 0x01, ("", "", bytes(11) + b"\x08")
    token: int = number(8)
    datasets: tuple[ReconDataSetEntry, ...] = entries(ReconDataSetEntry)

    def status(self, ddname: str) -> str:
        """Return what the data set of a ddname is."""
        return next((entry.status for entry in self.datasets if entry.ddname == ddname), "UNAVAILABLE")

    def changed(self, ddname: str, **values: str) -> HeaderExtension:
        """Return the extension with another ``status`` or ``dsname`` for a ddname."""
        found = (replace(entry, **values) if entry.ddname == ddname else entry for entry in self.datasets)
        return replace(self, datasets=tuple(found))


@dataclass(frozen=True)
class Authorization:
    """A subsystem's hold on a database; ``area`` is empty for a full-function database."""

    name: str = text(8)
    area: str = text(8)
    access: str = text(9)
    state: int = number(1)
