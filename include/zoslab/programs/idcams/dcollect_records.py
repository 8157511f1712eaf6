"""Records of DCOLLECT: header, D, A and V. AMS Commands, appendix "Interpreting DCOLLECT output", record structure.

Numbers are binary, sizes in kilobytes of 1024 bytes rounded down. The record begins with its length; a record
descriptor word of its own stands before it in the data set.
"""

from __future__ import annotations

import datetime

from zoslab.layout import Layout, Number, Raw, Text

VERSION = 2
SMS_MANAGED, GENERATION = 0x40, 0x08
INTERNAL_CATALOG, ALLOCATED, USED, SECONDARY = 0x20, 0x08, 0x04, 0x02
NO_FORMAT1, NO_VVR = 0x08, 0x80
KSDS, ESDS, LDS, DATA, INDEX = 0x80, 0x40, 0x10, 0x02, 0x01
INDEX_EXISTS, INDEX_ENABLED, PRIVATE, PUBLIC, MANAGED = 0x80, 0x40, 0x20, 0x10, 0x03


class Header(Layout):
    """What every record begins with."""

    size = 24
    dculeng = Number(0, 2)
    dcurctyp = Text(4, 2)
    dcuvers = Number(6, 2)
    dcusysid = Text(8, 4)
    dcutime = Number(12, 4)  # hundredths of a second since midnight
    dcudate = Raw(16, 4)  # packed 0CYYDDDF


class DataSetRecord(Header):
    """D: a data set, or one component of a cluster, on one volume."""

    size = 336
    dcddsnam = Text(24, 44)
    dcderror = Number(68, 1)  # 08 no format-1 DSCB
    dcdflag1 = Number(69, 1)  # 40 SMS managed, 08 generation
    dcdflag2 = Number(70, 1)  # 80 no VVR, 20 in an ICF catalog, 08 04 02 the space fields are valid
    dcdflag3 = Number(71, 1)
    dcddsorg = Raw(74, 2)
    dcdrecrd = Number(76, 1)
    dcdnmext = Number(77, 1)
    dcdvolsr = Text(78, 6)
    dcdbklng = Number(84, 2)
    dcdlrecl = Number(86, 2)
    dcdallsp = Number(88, 4)
    dcdusesp = Number(92, 4)
    dcdscall = Number(96, 4)
    dcdnmblk = Number(100, 4)
    dcdcredt = Raw(104, 4)  # packed dates
    dcdexpdt = Raw(108, 4)
    dcdlstrf = Raw(112, 4)
    dcddsser = Text(116, 6)
    dcdvolsq = Number(122, 2)
    dcddclng = Number(132, 2)
    dcdatcl = Text(134, 30)
    dcdsclng = Number(164, 2)
    dcdstgcl = Text(166, 30)
    dcdmclng = Number(196, 2)
    dcdmgtcl = Text(198, 30)
    dcdsglng = Number(228, 2)
    dcdstgrp = Text(230, 30)


class AssociationRecord(Header):
    """A: which cluster a component belongs to."""

    size = 204
    dcadsnam = Text(24, 44)
    dcaassoc = Text(68, 44)
    dcaflag1 = Number(112, 1)  # 80 KSDS, 40 ESDS, 10 LDS, 02 data, 01 index
    dcaflag2 = Number(113, 1)
    dcahurba = Number(116, 4)
    dcaharba = Number(120, 4)
    dcanlr = Number(124, 4)  # logical records
    dcadlr = Number(128, 4)  # deleted
    dcainr = Number(132, 4)  # inserted
    dcaupr = Number(136, 4)  # updated
    dcacis = Number(148, 4)  # control interval splits
    dcacas = Number(152, 4)
    dcarkp = Number(160, 2)
    dcakln = Number(162, 2)
    dcahurbc = Number(164, 8)
    dcaharbc = Number(172, 8)
    dcacisz = Number(180, 4)
    dcacaci = Number(184, 4)


class VolumeRecord(Header):
    """V: a volume and its free space."""

    size = 160
    dcvvolsr = Text(24, 6)
    dcvflag1 = Number(30, 1)  # 80 index exists, 40 enabled, 20 private, 10 public, 03 SMS managed
    dcverror = Number(31, 1)
    dcvperct = Number(35, 1)
    dcvfresp = Number(36, 4)
    dcvalloc = Number(40, 4)
    dcvvlcap = Number(44, 4)
    dcvfragi = Number(48, 4)
    dcvlgext = Number(52, 4)
    dcvfrext = Number(56, 4)
    dcvfdscb = Number(60, 4)
    dcvfvirs = Number(64, 4)
    dcvdvtyp = Text(68, 8)
    dcvdvnum = Number(76, 2)
    dcvsglng = Number(80, 2)
    dcvsgtcl = Text(82, 30)
    dcvdptyp = Text(112, 8)


def packed_date(date: datetime.date | None) -> bytes:
    """Return a date as 0CYYDDDF; zeros with the sign for none."""
    if date is None:
        return bytes.fromhex("0000000F")
    return bytes.fromhex(f"{date.year - 1900:04d}{date.timetuple().tm_yday:03d}F")


def headed(record: Header, kind: str, system_id: str, now: datetime.datetime) -> bytes:
    """Fill the header of a record in and return its bytes; text fields that were not set are blank."""
    record.dculeng, record.dcurctyp, record.dcuvers = record.size, kind, VERSION
    record.dcusysid = system_id[:4]
    seconds = (now.hour * 60 + now.minute) * 60 + now.second
    record.dcutime, record.dcudate = seconds * 100 + now.microsecond // 10000, packed_date(now.date())
    for owner in type(record).__mro__:
        for name, field in vars(owner).items():
            if isinstance(field, Text) and not getattr(record, name):
                setattr(record, name, "")
    return bytes(record)
