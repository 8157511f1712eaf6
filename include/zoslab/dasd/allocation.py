"""What a new data set is to be, and where on the volume it gets its tracks. DFSMSdfp Advanced Services, DADSM."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from zoslab.dasd import dscb
from zoslab.dasd.dscb import LARGE_FORMAT, SMS_DATA_SET, Format1, date_code, dsorg_code, recfm_code
from zoslab.dasd.errors import DasdError, InvalidDataSetName
from zoslab.dasd.extent import Extent
from zoslab.dasd.geometry import Geometry

PIECES = 5
LARGEST_DATA_SET = 65535
_QUALIFIER = re.compile(r"[A-Z$#@][A-Z0-9$#@-]{0,7}")
_UNIT_FLAGS = {"CYL": 0xC0, "TRK": 0x80, "BLK": 0x40}
_CONTIGUOUS = 0x08
_BLOCK_LENGTH_KEPT = 0x80


def check_dsname(dsname: str) -> str:
    """Return ``dsname`` if it is one.

    :raises InvalidDataSetName: it is not; the text says which rule it breaks.
    """
    if len(dsname) > 44:
        raise InvalidDataSetName(f"{dsname} has {len(dsname)} characters, a data set name at most 44")
    for qualifier in dsname.split("."):
        if not _QUALIFIER.fullmatch(qualifier):
            raise InvalidDataSetName(
                f"{dsname!r} is no data set name: qualifier {qualifier!r} is not 1 to 8 of A-Z, 0-9, $, #, @, -,"
                " starting with a letter or $, #, @"
            )
    return dsname


@dataclass(frozen=True, slots=True)
class DataSetAttributes:
    """What the DSCB of a new data set says besides its space. Record format and organisation are written as in JCL."""

    dsorg: str = "PS"
    recfm: str = ""
    lrecl: int = 0
    blksize: int = 0
    key_length: int = 0
    rkp: int = 0
    sms: bool = False
    large: bool = False
    option_codes: int = 0
    created: datetime.date | None = None
    expires: datetime.date | None = None
    system_code: str = "IBMOSVS2"
    first_volser: str = ""
    volume_sequence: int = 1

    def format1(self, dsname: str, volser: str) -> Format1:
        """Return the DSCB of a data set without extents."""
        today = date_code(self.created or datetime.date.today())
        return Format1(
            ds1dsnam=dsname,
            ds1fmtid=dscb.FORMAT1,
            ds1dssn=self.first_volser or volser,
            ds1volsq=self.volume_sequence,
            ds1credt=today,
            ds1refd=today,
            ds1expdt=date_code(self.expires),
            ds1flag1=LARGE_FORMAT if self.large else 0,
            ds1syscd=self.system_code,
            ds1smsfg=SMS_DATA_SET if self.sms else 0,
            ds1dsorg=dsorg_code(self.dsorg),
            ds1recfm=recfm_code(self.recfm),
            ds1optcd=self.option_codes,
            ds1blkl=self.blksize,
            ds1lrecl=self.lrecl,
            ds1keyl=self.key_length,
            ds1rkp=self.rkp,
        )


@dataclass(frozen=True, slots=True)
class Space:
    """The SPACE of a request, in tracks, cylinders or blocks of ``block_length`` (default: the block size)."""

    unit: str = "TRK"
    primary: int = 1
    secondary: int = 0
    directory: int = 0
    block_length: int = 0
    contiguous: bool = False

    def __post_init__(self) -> None:
        if self.unit not in _UNIT_FLAGS:
            raise DasdError(f"space unit {self.unit!r} is not supported: {', '.join(_UNIT_FLAGS)} are")
        if min(self.primary, self.secondary, self.directory) < 0 or self.secondary > 0xFFFFFF:
            raise DasdError(
                f"space quantities ({self.primary},{self.secondary},{self.directory}) are not 0 to 16777215"
            )

    def store(self, format1: Format1) -> None:
        """Keep in the DSCB what an extension will need."""
        format1.ds1scal1 = _UNIT_FLAGS[self.unit] | (_CONTIGUOUS if self.contiguous else 0)
        format1.ds1scal3 = self.secondary
        if self.unit == "BLK":
            format1.ds1scxtf, format1.ds1scxtv = _BLOCK_LENGTH_KEPT, self.block_length or format1.ds1blkl


@dataclass(frozen=True, slots=True)
class Request:
    """Tracks wanted: so many, in whole cylinders or not, in one piece or not."""

    tracks: int
    cylinders: bool
    contiguous: bool = False


def primary(space: Space, format1: Format1, geometry: Geometry) -> Request:
    """Return what the first allocation of a data set asks for."""
    return _request(space.primary, format1, geometry, space.contiguous)


def secondary(format1: Format1, geometry: Geometry) -> Request:
    """Return what an extension of a data set asks for; no tracks if it has no secondary quantity."""
    return _request(format1.ds1scal3, format1, geometry, False)


def _request(quantity: int, format1: Format1, geometry: Geometry, contiguous: bool) -> Request:
    unit = format1.ds1scal1 & 0xC0
    if unit == _UNIT_FLAGS["CYL"]:
        return Request(quantity * geometry.heads, True, contiguous)
    if unit == _UNIT_FLAGS["BLK"]:
        length = format1.ds1scxtv if format1.ds1scxtf & _BLOCK_LENGTH_KEPT else format1.ds1blkl
        per_track = geometry.records_per_track(format1.ds1keyl, length)
        if not per_track:
            raise DasdError(f"space in blocks of {length} bytes: a {geometry.device} track does not hold one")
        return Request(-(-quantity // per_track), False, contiguous)
    return Request(quantity, False, contiguous)


def choose(runs: Iterable[Extent], request: Request, geometry: Geometry, pieces: int = PIECES) -> list[Extent]:
    """Return the tracks to take from the free ``runs``: the smallest run that is large enough, else the largest ones.

    Empty if not even ``pieces`` of them are enough.
    """
    if request.cylinders:
        runs = _whole_cylinders(runs, geometry.heads)
    runs = sorted(runs, key=lambda run: (run.tracks, run.low))
    fitting = next((run for run in runs if run.tracks >= request.tracks), None)
    if fitting is not None:
        return [Extent(fitting.low, fitting.low + request.tracks - 1)]
    if request.contiguous:
        return []
    chosen: list[Extent] = []
    wanted = request.tracks
    for run in reversed(runs[-pieces:]):
        taken = min(wanted, run.tracks)
        chosen.append(Extent(run.low, run.low + taken - 1))
        wanted -= taken
        if not wanted:
            return chosen
    return []


def _whole_cylinders(runs: Iterable[Extent], heads: int) -> list[Extent]:
    inside = (Extent(-(-low // heads) * heads, (high + 1) // heads * heads - 1) for low, high in runs)
    return [run for run in inside if run.tracks > 0]
