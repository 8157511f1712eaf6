"""Data set control blocks: the 140 bytes (key 44, data 96) of each VTOC record. DFSMSdfp Advanced Services, "DSCB"."""

from __future__ import annotations

import datetime

from zoslab.dasd.errors import DasdError
from zoslab.layout import Layout, Number, Raw, Text

DSCB_SIZE = 140
FORMAT_ID = 44
FREE, FORMAT1, FORMAT2, FORMAT3, FORMAT4, FORMAT5, FORMAT7 = 0x00, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF7
DESCRIPTOR_SIZE = 10
FORMAT1_EXTENTS = (105, 115, 125)
FORMAT3_EXTENTS = (*range(4, 44, 10), *range(45, 135, 10))
FORMAT5_TRIPLES = (*range(4, 44, 5), *range(45, 135, 5))

DOS_BIT, INDEX_DISABLED, FORMAT7_VALID, INTERRUPTED, INDEXED = 0x80, 0x40, 0x20, 0x04, 0x01
SMS_DATA_SET, UNCATALOGED = 0x80, 0x40
LAST_VOLUME, CHANGED = 0x80, 0x02
LARGE_FORMAT = 0x08


class Dscb(Layout):
    """What all DSCBs have: 140 bytes."""

    size = DSCB_SIZE


class Format1(Dscb):
    """A data set's entry in the VTOC of one volume."""

    size = DSCB_SIZE
    ds1dsnam = Text(0, 44)  # data set name
    ds1fmtid = Number(44, 1)  # X'F1'
    ds1dssn = Text(45, 6)  # serial of the data set's first volume: changes too when that volume is relabelled
    ds1volsq = Number(51, 2)  # which of the data set's volumes this is
    ds1credt = Raw(53, 3)  # creation date: year - 1900 and day
    ds1expdt = Raw(56, 3)  # expiration date, zeros for none
    ds1noepv = Number(59, 1)  # extents on this volume
    ds1nobdb = Number(60, 1)  # bytes used in the last directory block
    ds1flag1 = Number(61, 1)  # X'08' large format
    ds1syscd = Text(62, 13)  # system code
    ds1refd = Raw(75, 3)  # date last referenced
    ds1smsfg = Number(78, 1)  # X'80' SMS managed, X'40' no catalog entry
    ds1scxtf = Number(79, 1)  # secondary space extension: X'80' the next field is the block length
    ds1scxtv = Number(80, 2)  # average block length of the request
    ds1dsorg = Raw(82, 2)  # organisation
    ds1recfm = Number(84, 1)  # record format
    ds1optcd = Number(85, 1)  # option codes; VSAM: X'80' cataloged in an ICF catalog, X'40' is one
    ds1blkl = Number(86, 2)  # block length
    ds1lrecl = Number(88, 2)  # record length
    ds1keyl = Number(90, 1)  # key length
    ds1rkp = Number(91, 2)  # relative key position
    ds1dsind = Number(93, 1)  # X'80' last volume, X'02' changed since backup
    ds1scal1 = Number(94, 1)  # X'C0' cylinders, X'80' tracks, X'40' blocks, X'08' contiguous
    ds1scal3 = Number(95, 3)  # secondary quantity
    ds1lstar = Raw(98, 3)  # TTR of the last block written
    ds1trbal = Number(101, 2)  # bytes left on that track
    ds1ttthi = Number(104, 1)  # high byte of the track of DS1LSTAR, large format
    ds1ext1 = Raw(105, 10)
    ds1ext2 = Raw(115, 10)
    ds1ext3 = Raw(125, 10)
    ds1ptrds = Raw(135, 5)  # CCHHR of the first format-3 (or format-2) DSCB

    @property
    def recfm(self) -> str:
        """Record format as JCL writes it, "" if the data set has none."""
        return recfm_text(self.ds1recfm)

    @property
    def dsorg(self) -> str:
        """Organisation as JCL writes it."""
        return dsorg_text(self.ds1dsorg)


class Format3(Dscb):
    """Extents of a data set behind its third: four in the key, nine in the data."""

    size = DSCB_SIZE
    ds3keyid = Raw(0, 4)  # X'03030303'
    ds3extnt = Raw(4, 40)  # extents 4 to 7
    ds3fmtid = Number(44, 1)  # X'F3'
    ds3adext = Raw(45, 90)  # extents 8 to 16
    ds3ptrds = Raw(135, 5)  # CCHHR of the next format-3 DSCB


class Format4(Dscb):
    """The VTOC about itself and its device: always its first record."""

    size = DSCB_SIZE
    ds4keyid = Raw(0, 44)  # 44 bytes X'04'
    ds4idfmt = Number(44, 1)  # X'F4'
    ds4hpchr = Raw(45, 5)  # CCHHR of the last format-1 DSCB; on an indexed VTOC of its last record
    ds4dsrec = Number(50, 2)  # unused records; not kept when indexed
    ds4hcchh = Raw(52, 4)  # next alternate track
    ds4noatk = Number(56, 2)  # alternate tracks left
    ds4vtoci = Number(58, 1)  # X'80' format-5 not valid, X'40' index disabled, X'20' format-7, X'04' interrupted, X'01'
    ds4noext = Number(59, 1)  # extents of the VTOC: 1
    ds4smsfg = Number(60, 1)  # X'C0' SMS managed
    ds4devac = Number(61, 1)  # alternate cylinders
    ds4dscyl = Number(62, 2)  # cylinders (DS4DEVSZ)
    ds4dstrk = Number(64, 2)  # tracks in a cylinder
    ds4devtk = Number(66, 2)  # track length
    ds4devov = Raw(68, 6)  # DS4DEVI, DS4DEVL, DS4DEVK, DS4DEVFG, DS4DEVTL
    ds4devdt = Number(74, 1)  # DSCBs on a track
    ds4devdb = Number(75, 1)  # directory blocks on a track
    ds4vsind = Number(84, 1)  # X'80' OS/VS catalog owns the volume
    ds4vtoce = Raw(105, 10)  # extent of the VTOC


class Format5(Dscb):
    """Free space of a VTOC without index: 26 triples of first track (2), whole cylinders (2), more tracks (1)."""

    size = DSCB_SIZE
    ds5keyid = Raw(0, 4)  # X'05050505'
    ds5avext = Raw(4, 40)  # triples 1 to 8
    ds5fmtid = Number(44, 1)  # X'F5'
    ds5mavet = Raw(45, 90)  # triples 9 to 26
    ds5ptrds = Raw(135, 5)  # CCHHR of the next format-5 DSCB


_RECFM_BASE = {"U": 0xC0, "F": 0x80, "V": 0x40}
_RECFM_MORE = {"T": 0x20, "B": 0x10, "S": 0x08, "A": 0x04, "M": 0x02}
_DSORG = {
    "PS": 0x4000,
    "PO": 0x0200,
    "DA": 0x2000,
    "IS": 0x8000,
    "VS": 0x0008,
}


def recfm_code(text: str) -> int:
    """Return DS1RECFM for ``FB``, ``VBA``, ``U``; 0 for "".

    :raises DasdError: not a record format.
    """
    if not text:
        return 0
    if text[0] not in _RECFM_BASE or any(letter not in _RECFM_MORE for letter in text[1:]):
        raise DasdError(f"RECFM={text} is not supported: F, V or U, then T, B, S, A, M")
    return _RECFM_BASE[text[0]] + sum(_RECFM_MORE[letter] for letter in set(text[1:]))


def recfm_text(code: int) -> str:
    """Return the record format of DS1RECFM."""
    base = next((letter for letter, bits in _RECFM_BASE.items() if code & 0xC0 == bits), "")
    return base and base + "".join(letter for letter, bit in _RECFM_MORE.items() if code & bit)


def dsorg_code(text: str) -> bytes:
    """Return DS1DSORG for ``PS``, ``PO``, ``DA``, ``IS``, ``VS``, also unmovable (``PSU``); zeros for "".

    :raises DasdError: not an organisation.
    """
    if not text:
        return bytes(2)
    code = _DSORG.get(text[:2])
    if code is None or text[2:] not in ("", "U"):
        raise DasdError(f"DSORG={text} is not supported: {', '.join(_DSORG)} are")
    return (code | (0x0100 if text[2:] else 0)).to_bytes(2, "big")


def dsorg_text(code: bytes) -> str:
    """Return the organisation of DS1DSORG, "" if it has none that is known."""
    value = int.from_bytes(code, "big")
    name = next((name for name, bits in _DSORG.items() if value & bits), "")
    return name + "U" if name and value & 0x0100 else name


def date_code(date: datetime.date | None) -> bytes:
    """Return a date as DSCBs keep it; zeros for none."""
    if date is None:
        return bytes(3)
    return bytes([date.year - 1900]) + date.timetuple().tm_yday.to_bytes(2, "big")


def date_of(code: bytes) -> datetime.date | None:
    """Return the date of three bytes of a DSCB, None for zeros."""
    day = int.from_bytes(code[1:], "big")
    if not 1 <= day <= 366:
        return None
    return datetime.date(1900 + code[0], 1, 1) + datetime.timedelta(days=day - 1)
