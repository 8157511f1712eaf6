"""RECON records about reorganisations and recoveries of data sets, groups of data sets, and global service groups.

Own layout, see `zoslab.ims.dbrc.records`.
"""

# ruff: noqa: RUF009  (the calls declare fields)

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.dbrc.database_records import GroupMember
from zoslab.ims.dbrc.layout import entries, flag, number, stamp, text
from zoslab.ims.dbrc.records import Record
from zoslab.ims.dbrc.stamps import Stamp


@dataclass(frozen=True)
class Reorg(Record):
    """REORG: a data set was reorganised; image copies and logs from before are of no use."""

    NAME, TYPE, KEY = "REORG", 0x2A, ("dbname", "ddname", "run")
    dbname: str = text(8)
    ddname: str = text(8)
    run: Stamp = stamp()
    stop: Stamp = stamp()
    usid: int = number(4)
    online: bool = flag()


@dataclass(frozen=True)
class Recov(Record):
    """RECOV: a data set was recovered, to ``to`` if that is a time."""

    NAME, TYPE, KEY = "RECOV", 0x2C, ("dbname", "ddname", "run")
    dbname: str = text(8)
    ddname: str = text(8)
    run: Stamp = stamp()
    to: Stamp = stamp()
    usid: int = number(4)


@dataclass(frozen=True)
class DbdsGroup(Record):
    """DBDSGRP: data sets (``MEMBERS``), databases (``DBGRP``) or databases recovered together (``RECOVGRP``)."""

    NAME, TYPE, KEY = "DBDSGRP", 0x0F, ("", "grpname", "")
    grpname: str = text(8)
    form: str = text(8, "MEMBERS")
    members: tuple[GroupMember, ...] = entries(GroupMember)


@dataclass(frozen=True)
class ServiceGroup:
    """A service group of a global service group."""

    name: str = text(8)
    local: bool = flag(True)
    role: str = text(8, "ACTIVE")


@dataclass(frozen=True)
class Gsg(Record):
    """GSG: a global service group, whose logs a tracking system receives."""

    NAME, TYPE, KEY = "GSG", 0x6A, ("", "gsgname", "")
    gsgname: str = text(8)
    groups: tuple[ServiceGroup, ...] = entries(ServiceGroup)
