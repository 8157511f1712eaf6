"""DCOLLECT output: volumes (V), data sets (D) and VSAM associations (A).

Source: DFSMS Access Method Services Commands, SC23-6846, "DCOLLECT output record structure"; offsets checked against
public programs that read real output. Numbers are big-endian, text is EBCDIC, space is in kilobytes of 1024 bytes.
The record as read has no record descriptor word: it starts with its own length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from imsclone.facts import DataSetFacts, Organization, VolumeFacts
from imsclone.listings.code_page import decode
from imsclone.listings.errors import RecordShort

BYTES_PER_TRACK = {"3380": 47476, "3390": 56664, "9345": 46456}
TRACKS_PER_CYLINDER = 15
KILOBYTE = 1024


class Fields:
    """A record as a table: name and format of each field in order; ``x`` fields are not read."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        self.names = [name for name, _ in fields if name]
        self.format = struct.Struct(">" + "".join(code for _, code in fields))

    def read(self, kind: str, number: int, record: bytes) -> dict[str, Any]:
        """Return the fields of a record.

        :raises RecordShort: the record ends before the table does.
        """
        if len(record) < self.format.size:
            needed = self.format.size
            raise RecordShort(utility="DCOLLECT", number=number, kind=kind, length=len(record), needed=needed)
        found = zip(self.names, self.format.unpack_from(record), strict=True)
        return {name: decode(value) if isinstance(value, bytes) and name.isupper() else value for name, value in found}


D_RECORD = Fields(
    ("", "24x"),
    ("DCDDSNAM", "44s"),  # 24  data set name
    ("dcderror", "B"),  # 68  errors: 08 no format 1 DSCB
    ("dcdflag1", "B"),  # 69  40 SMS managed, 10 PDSE, 08 generation
    ("dcdflag2", "B"),  # 70  08 allocated space valid
    ("dcdflag3", "B"),  # 71  80 PDSE extended
    ("", "2x"),
    ("dcddsorg", "H"),  # 74  as DS1DSORG
    ("dcdrecrd", "B"),  # 76  as DS1RECFM
    ("dcdnmext", "B"),  # 77  extents on this volume
    ("DCDVOLSR", "6s"),  # 78  volume
    ("dcdbklng", "H"),  # 84  block size
    ("dcdlrecl", "H"),  # 86  record length
    ("dcdallsp", "I"),  # 88  allocated kilobytes
    ("dcdusesp", "I"),  # 92  used kilobytes
    ("", "4x"),
    ("", "4x"),
    ("", "12x"),
    ("DCDDSSER", "6s"),  # 116 data set serial: the first volume
    ("dcdvolsq", "H"),  # 122 volume sequence
)

A_RECORD = Fields(
    ("", "24x"),
    ("DCADSNAM", "44s"),  # 24  component
    ("DCAASSOC", "44s"),  # 68  cluster
    ("dcaflag1", "B"),  # 112 02 data, 01 index
)

V_RECORD = Fields(
    ("", "24x"),
    ("DCVVOLSR", "6s"),  # 24  volume
    ("dcvflag1", "B"),  # 30  80 index exists, 40 index enabled, 03 SMS managed
    ("dcverror", "B"),  # 31
    ("", "3x"),
    ("dcvperct", "B"),  # 35  percent free
    ("dcvfresp", "I"),  # 36  free kilobytes
    ("dcvalloc", "I"),  # 40  allocated kilobytes
    ("dcvvlcap", "I"),  # 44  capacity in kilobytes
    ("", "20x"),
    ("DCVDVTYP", "8s"),  # 68  device type
    ("dcvdvnum", "H"),  # 76  device number
    ("", "2x"),
    ("dcvsglng", "H"),  # 80  length of the storage group name
    ("DCVSGTCL", "30s"),  # 82  storage group
)

_NO_FORMAT_1 = 0x08
"""The VVDS has a record for it, the VTOC has not: such a record stands for no data set."""
_SMS_MANAGED = 0x40
_GENERATION = 0x08
_PDSE = 0x10
_VOLUME_SMS = 0x02
_ORGANIZATIONS: tuple[tuple[int, Organization], ...] = (
    (0x0008, "VS"),
    (0x0200, "PO"),
    (0x4000, "PS"),
    (0x2000, "DA"),
    (0x8000, "IS"),
)
_FORMATS = {0xC0: "U", 0x80: "F", 0x40: "V", 0x00: ""}
_FORMAT_BITS = ((0x10, "B"), (0x08, "S"), (0x04, "A"), (0x02, "M"))


@dataclass(frozen=True, slots=True)
class Collected:
    """What one DCOLLECT run found."""

    volumes: tuple[VolumeFacts, ...]
    data_sets: tuple[DataSetFacts, ...]
    errors: tuple[str, ...]


def collected(records: Iterable[bytes]) -> Collected:
    """Read the records of one run; the parts of a data set on several volumes are put together.

    :raises RecordShort: a record is cut off.
    """
    volumes: list[VolumeFacts] = []
    parts: dict[str, list[tuple[int, DataSetFacts]]] = {}
    clusters: dict[str, str] = {}
    errors: list[str] = []
    device_types: dict[str, str] = {}
    rows: list[Mapping[str, Any]] = []
    for number, record in enumerate(records, 1):
        kind = decode(record[4:6])
        if kind == "V":
            volume = _volume(V_RECORD.read(kind, number, record))
            device_types[volume.volser] = volume.device_type
            volumes.append(volume)
        elif kind == "D":
            rows.append(D_RECORD.read(kind, number, record))
        elif kind == "A":
            association = A_RECORD.read(kind, number, record)
            clusters[association["DCADSNAM"]] = association["DCAASSOC"]
    for row in rows:
        if row["dcderror"]:
            errors.append(f"{row['DCDDSNAM']} on {row['DCDVOLSR']}: DCDERROR X'{row['dcderror']:02X}'")
        if row["dcderror"] & _NO_FORMAT_1:
            continue
        one = _data_set(row, device_types.get(row["DCDVOLSR"], "3390"), clusters.get(row["DCDDSNAM"], ""))
        parts.setdefault(_identity(row), []).append((row["dcdvolsq"], one))
    return Collected(tuple(volumes), tuple(_whole(found) for found in parts.values()), tuple(errors))


def _identity(row: Mapping[str, Any]) -> str:
    """Parts of one data set share name and first serial; a name may stand on two volumes without being one."""
    first = row["DCDDSSER"] or row["DCDVOLSR"]
    is_part = row["dcdvolsq"] > 1 or first == row["DCDVOLSR"]
    return f"{row['DCDDSNAM']} {first if is_part else row['DCDVOLSR']}"


def _whole(parts: list[tuple[int, DataSetFacts]]) -> DataSetFacts:
    ordered = sorted(parts, key=lambda part: part[0])
    first = ordered[0][1]
    return replace(
        first,
        volsers=tuple(one.volsers[0] for _, one in ordered),
        tracks=sum(one.tracks for _, one in ordered),
        volume_sequence=max(ordered[0][0], 1),
    )


def _data_set(row: Mapping[str, Any], device_type: str, cluster: str) -> DataSetFacts:
    organization: Organization = next((name for bit, name in _ORGANIZATIONS if row["dcddsorg"] & bit), "UNKNOWN")
    if organization == "PO" and row["dcdflag1"] & _PDSE:
        organization = "PO-E"
    return DataSetFacts(
        dsname=row["DCDDSNAM"],
        volsers=(row["DCDVOLSR"],),
        organization=organization,
        tracks=tracks(row["dcdallsp"], device_type),
        recfm=_recfm(row["dcdrecrd"]),
        lrecl=row["dcdlrecl"],
        blksize=row["dcdbklng"],
        is_component_of=cluster,
        sms=bool(row["dcdflag1"] & _SMS_MANAGED),
    )


def _volume(row: Mapping[str, Any]) -> VolumeFacts:
    device_type = row["DCVDVTYP"][:4] or "3390"
    return VolumeFacts(
        volser=row["DCVVOLSR"],
        unit=f"{row['dcvdvnum']:04X}",
        device_type=device_type,
        cylinders=tracks(row["dcvvlcap"], device_type) // TRACKS_PER_CYLINDER,
        tracks_free=tracks(row["dcvfresp"], device_type),
        sms=bool(row["dcvflag1"] & _VOLUME_SMS),
        storage_group=row["DCVSGTCL"],
    )


def tracks(kilobytes: int, device_type: str) -> int:
    """Return how many tracks a number of kilobytes is: DCOLLECT rounded down what the tracks hold."""
    per_track = BYTES_PER_TRACK.get(device_type, BYTES_PER_TRACK["3390"])
    return -(-kilobytes * KILOBYTE // per_track)


def _recfm(bits: int) -> str:
    return _FORMATS[bits & 0xC0] + "".join(letter for bit, letter in _FORMAT_BITS if bits & bit)
