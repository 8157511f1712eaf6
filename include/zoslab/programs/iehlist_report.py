"""The lines of IEHLIST's reports. Source: DFSMSdfp Utilities, "Explanation of fields in IEHLIST formatted VTOC".

Column widths are our own; own layout: the report on a VTOC index, of which IBM publishes that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from zoslab import ebcdic
from zoslab.dasd.dscb import SMS_DATA_SET, Format1, date_of
from zoslab.dasd.pds import Pds
from zoslab.dasd.volume import Volume
from zoslab.dasd.vtoc import VtocEntry
from zoslab.dasd.vtocix_check import name_entries, read_records

UNITS = {0xC0: "CYLS", 0x80: "TRKS", 0x40: "BLKS"}
INDENT = " " * 14
FORMAT4_KEY = b"\x04" * 44
Form = Callable[[Volume, Iterable[VtocEntry]], Iterator[str]]


def formatted(volume: Volume, entries: Iterable[VtocEntry]) -> Iterator[str]:
    """Yield LISTVTOC FORMAT: each format-1 DSCB with its extents, then the format-4 DSCB."""
    for entry in entries:
        yield (
            f"{'DATA SET NAME':-^44}  SERNO   SEQNO  DATE.CRE  DATE.EXP  DATE.REF  EXT  DSORG  RECFM  OPTCD  BLKSIZE"
        )
        dscb = entry.dscb
        dates = "  ".join(f"{_date(code):<8}" for code in (dscb.ds1credt, dscb.ds1expdt, dscb.ds1refd))
        yield (
            f"{entry.dsname:<44}  {dscb.ds1dssn:<6}  {dscb.ds1volsq:>5}  {dates}  {len(entry.extents):>3}"
            f"  {dscb.dsorg or 'NONE':<5}  {dscb.recfm or 'NONE':<5}  {dscb.ds1optcd:02X}     {dscb.ds1blkl:>7}"
        )
        yield f"{INDENT}SMS.IND  LRECL  KEYLEN  INITIAL ALLOC  2ND ALLOC  LAST BLK(T-R-L)  DIR.REM  DSCB(C-H-R)"
        yield INDENT + _second_line(volume, entry)
        yield f"{INDENT}EXTENTS  NO  LOW(C-H)  HIGH(C-H)"
        for number, extent in enumerate(entry.extents):
            low, high = volume.geometry.cchh(extent.low), volume.geometry.cchh(extent.high)
            yield f"{INDENT}{number:>11}  {low[0]:>5} {low[1]:>2}  {high[0]:>5} {high[1]:>2}"
        yield ""
    yield from _format4(volume)


def abbreviated(volume: Volume, entries: Iterable[VtocEntry]) -> Iterator[str]:
    """Yield LISTVTOC without FORMAT: one line a data set."""
    yield f"{'DATA SET NAME':<44} CREATED   PURGE     FILE TYPE    EXTENTS  FILE SERIAL  VOL. SEQ."
    types = {"PS": "SEQUENTIAL", "PO": "PARTITIONED", "DA": "DIRECT", "IS": "INDEXED", "VS": "VSAM"}
    for entry in entries:
        dscb = entry.dscb
        kind = types.get(dscb.dsorg[:2], "NOT DEFINED")
        yield (
            f"{entry.dsname:<44} {_date(dscb.ds1credt):<9} {_date(dscb.ds1expdt):<9} "
            f"{kind:<12} {len(entry.extents):>7}  {dscb.ds1dssn:<11}  {dscb.ds1volsq}"
        )
    yield from _space(volume)


def dumped(volume: Volume, entries: Iterable[VtocEntry]) -> Iterator[str]:
    """Yield LISTVTOC DUMP: the DSCBs in hexadecimal, a format-1 DSCB's name in text."""
    for entry in entries:
        yield entry.dsname
        raw = bytes(entry.dscb)[44:]
        for at in range(0, len(raw), 48):
            yield f"     {44 + at:>3}  {raw[at : at + 48].hex().upper()}"
        yield f"     DSCB ADDR (CCHHR) {entry.cchhr.hex().upper()}"
    yield "FORMAT 4 DSCB"
    raw = bytes(volume.vtoc.format4)
    for at in range(0, len(raw), 48):
        yield f"     {at:>3}  {raw[at : at + 48].hex().upper()}"
    yield from _space(volume)


def index(volume: Volume, name: str, *, dump: bool) -> Iterator[str]:
    """Yield what INDEXDSN adds: the names of the index and where each leads, or its records in hexadecimal."""
    records = read_records(volume.device, volume.vtoc.content())
    used = [(number, record) for number, record in enumerate(records) if any(record)]
    yield f"{'CONTENTS OF VTOC INDEX ':>58}{name} ON VOL {volume.volser}"
    if dump:
        for number, record in used:
            yield f"VIR {ebcdic.decode(record[:4])} RBA {number * len(record):08X}"
            yield from (f"     {at:>4}  {record[at : at + 48].hex().upper()}" for at in range(0, len(record), 48))
    else:
        yield f"{'ENTRY':-^44}  DSCB(C-H-R)"
        for entry in name_entries(records):
            text = "FORMAT 4 DSCB" if entry.name == FORMAT4_KEY else ebcdic.decode(entry.name)
            yield f"{text:<44}  {_place(entry.pointer[1:])}"
    yield f"{INDENT}THERE ARE {len(records) - len(used):>5} UNALLOCATED VIRS IN THE INDEX"


def directory(pds: Pds) -> Iterator[str]:
    """Yield LISTPDS: one line a member."""
    yield "MEMBERS      TTR     VARIABLE USER DATA ---(USER DATA AND TTRC ARE IN HEX)"
    count = 0
    for member in pds.members():
        count += 1
        ttr = f"{member.ttr[0]:04X}{member.ttr[1]:02X}"
        yield f"{member.name:<8}    {ttr}  {'*' if member.alias else ' '} {member.user_data.hex().upper()}"
    yield f"THIS DIRECTORY HAS {count} ENTRIES"


def _second_line(volume: Volume, entry: VtocEntry) -> str:
    dscb = entry.dscb
    unit = UNITS.get(dscb.ds1scal1 & 0xC0, "ABSTR")
    last = f"{int.from_bytes(dscb.ds1lstar[:2], 'big')}-{dscb.ds1lstar[2]}-{dscb.ds1trbal}"
    remaining = str(dscb.ds1nobdb) if dscb.dsorg.startswith("PO") else ""
    return (
        f"{_sms(dscb):<7}  {dscb.ds1lrecl:>5}  {dscb.ds1keyl:>6}  {unit:<13}  {dscb.ds1scal3:>9}"
        f"  {last:<15}  {remaining:>7}  {_place(entry.cchhr)}"
    )


def _place(cchhr: bytes) -> str:
    return f"{int.from_bytes(cchhr[:2], 'big')}-{int.from_bytes(cchhr[2:4], 'big')}-{cchhr[4]}"


def _sms(dscb: Format1) -> str:
    return "S" if dscb.ds1smsfg & SMS_DATA_SET else "-"


def _format4(volume: Volume) -> Iterator[str]:
    extent, geometry, format4 = volume.vtoc.extent, volume.geometry, volume.vtoc.format4
    low, high = geometry.cchh(extent.low), geometry.cchh(extent.high)
    yield "FORMAT 4 DSCB  VI  AVAIL DSCBS  DSCBS PER TRK  DIRECT BLK PER TRK  VTOC EXTENT LOW(C-H)  HIGH(C-H)"
    yield (
        f"{INDENT} {format4.ds4vtoci:02X}  {volume.vtoc.unused_dscbs:>11}  {format4.ds4devdt:>13}"
        f"  {format4.ds4devdb:>18}  {low[0]:>15} {low[1]:>4}  {high[0]:>6} {high[1]:>2}"
    )
    yield from _space(volume)


def _space(volume: Volume) -> Iterator[str]:
    heads = volume.geometry.heads
    cylinders = tracks = 0
    for low, high in volume.vtoc.free_space:
        whole = max(0, (high + 1) // heads - -(-low // heads))
        cylinders += whole
        tracks += high - low + 1 - whole * heads
    yield f"{INDENT}THERE ARE {cylinders:>5} EMPTY CYLINDERS PLUS {tracks:>5} EMPTY TRACKS ON THIS VOLUME"
    yield f"{INDENT}THERE ARE {volume.vtoc.unused_dscbs:>5} BLANK DSCBS IN THE VTOC ON THIS VOLUME"


def _date(code: bytes) -> str:
    date = date_of(code)
    return f"{date:%Y.%j}" if date else "00.000"


VTOC_FORMS: dict[str, Form] = {"FORMAT": formatted, "DUMP": dumped, "": abbreviated}
