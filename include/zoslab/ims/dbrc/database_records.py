"""RECON records about databases: DB, DBDS and AREA, IMAGE, ALLOC, and change accumulation groups and runs.

Own layout, see `zoslab.ims.dbrc.records`.
"""

# ruff: noqa: RUF009  (the calls declare fields)

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.dbrc.layout import entries, flag, number, stamp, text, texts
from zoslab.ims.dbrc.records import Authorization, Record
from zoslab.ims.dbrc.stamps import Stamp


@dataclass(frozen=True)
class Db(Record):
    """DB: a registered database."""

    NAME, TYPE, KEY = "DB", 0x18, ("dbname", "", "")
    dbname: str = text(8)
    dmb: int = number(2)
    db_type: str = text(8, "IMS")
    share_level: int = number(1)
    gsgname: str = text(8)
    usid: int = number(4, 1)
    authorized_usid: int = number(4)
    receive_usid: int = number(4)
    hard_usid: int = number(4)
    receive_needed_usid: int = number(4)
    dbrcvgrp: str = text(8)
    backout_count: int = number(2)
    read_only: bool = flag()
    prohibited: bool = flag()
    recoverable: bool = flag(True)
    tracking_suspended: bool = flag()
    ofr_required: bool = flag()
    reorg_intent: bool = flag()
    quiesce_in_progress: bool = flag()
    quiesce_held: bool = flag()
    icreq: bool = flag(True)
    receive_required_count: int = number(2)
    authorized: tuple[Authorization, ...] = entries(Authorization)
    master: str = text(8)
    user_recovery: bool = flag()
    olr_capable: bool = flag(True)
    olr_active: bool = flag()
    data_exit: bool = flag()
    osam8g: bool = flag()
    tracking: str = text(8)
    full_segment: bool = flag()
    alter: bool = flag()


@dataclass(frozen=True)
class AreaDataSet:
    """ADS: one data set of an area."""

    ddname: str = text(8)
    dsn: str = text(44)
    status: str = text(8, "UNAVAIL")


@dataclass(frozen=True)
class Dbds(Record):
    """DBDS: a database data set; AREA if its type is FP, then ``ddname`` is the area and ``ads`` are its data sets."""

    NAME, TYPE, KEY = "DBDS", 0x20, ("dbname", "ddname", "")
    dbname: str = text(8)
    ddname: str = text(8)
    dsn: str = text(44)
    db_type: str = text(8, "IMS")
    dsid: int = number(2, 1)
    dborg: str = text(8)
    dsorg: str = text(8)
    cagrp: str = text(8)
    genmax: int = number(2, 2)
    dssn: int = number(4)
    reuse: bool = flag()
    recovpd: int = number(2)
    defltjcl: str = text(8)
    icjcl: str = text(8, "ICJCL")
    oicjcl: str = text(8, "OICJCL")
    recovjcl: str = text(8, "RECOVJCL")
    recvjcl: str = text(8)
    ic_needed: bool = flag()
    ic_recommended: bool = flag(True)
    recov_needed: bool = flag()
    receive_needed: bool = flag()
    eeqe_count: int = number(2)
    prohibited: bool = flag()
    read_only: bool = flag()
    preopen: bool = flag()
    preload: bool = flag()
    vso: bool = flag()
    lkasid: bool = flag()
    mas: bool = flag()
    cfstr1: str = text(16)
    cfstr2: str = text(16)
    eeqes: tuple[str, ...] = texts(8)
    ads: tuple[AreaDataSet, ...] = entries(AreaDataSet)


@dataclass(frozen=True)
class ImageDataSet:
    """One image copy data set: IC1 or its duplicate IC2."""

    dsn: str = text(44)
    unit: str = text(8, "3400")
    file_seq: int = number(2, 1)
    volsers: tuple[str, ...] = texts(6)
    invalid: bool = flag()


@dataclass(frozen=True)
class Image(Record):
    """IMAGE: an image copy, or (``available``) a data set defined beforehand for one."""

    NAME, TYPE, KEY = "IMAGE", 0x22, ("dbname", "ddname", "run")
    dbname: str = text(8)
    ddname: str = text(8)
    run: Stamp = stamp()
    available: bool = flag()
    stop: Stamp = stamp()
    ic_type: str = text(8, "BATCH")
    record_count: int = number(4)
    usid: int = number(4)
    udata: str = text(80)
    copies: tuple[ImageDataSet, ...] = entries(ImageDataSet)


@dataclass(frozen=True)
class Alloc(Record):
    """ALLOC: a subsystem's update access to a data set, from allocation to deallocation."""

    NAME, TYPE, KEY = "ALLOC", 0x28, ("dbname", "ddname", "alloc")
    dbname: str = text(8)
    ddname: str = text(8)
    alloc: Stamp = stamp()
    alloc_lrid: int = number(8)
    dssn: int = number(4)
    usid: int = number(4)
    start: Stamp = stamp()
    dealloc: Stamp = stamp()
    dealloc_lrid: int = number(8)
    quiesce: bool = flag()


@dataclass(frozen=True)
class GroupMember:
    """One data set of a group."""

    dbname: str = text(8)
    ddname: str = text(8)


@dataclass(frozen=True)
class CaGroup(Record):
    """CAGRP: the data sets whose changes are accumulated together."""

    NAME, TYPE, KEY = "CAGRP", 0x0D, ("", "grpname", "")
    grpname: str = text(8)
    grpmax: int = number(2)
    reuse: bool = flag()
    cajcl: str = text(8, "CAJCL")
    defltjcl: str = text(8)
    recovpd: int = number(2)
    members: tuple[GroupMember, ...] = entries(GroupMember)


@dataclass(frozen=True)
class CaChange:
    """What a change accumulation holds for one data set."""

    dbname: str = text(8)
    ddname: str = text(8)
    purge: Stamp = stamp()
    changes: bool = flag()
    complete: bool = flag(True)
    lrid: int = number(8)
    dssn: int = number(4)
    usid: int = number(4)


@dataclass(frozen=True)
class Ca(Record):
    """CA: one run of change accumulation."""

    NAME, TYPE, KEY = "CA", 0x11, ("", "grpname", "run")
    grpname: str = text(8)
    run: Stamp = stamp()
    stop: Stamp = stamp()
    dsn: str = text(44)
    unit: str = text(8, "3400")
    file_seq: int = number(2, 1)
    volsers: tuple[str, ...] = texts(6)
    invalid: bool = flag()
    record_count: int = number(4)
    changes: tuple[CaChange, ...] = entries(CaChange)
    available: bool = flag()
