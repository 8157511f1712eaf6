"""All record kinds, and how a record is stored: key, update token, length, fields; long ones in segments.

Own layout: the RECORDSIZE of a RECON and the segment number in the key are documented, the prefix is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from zoslab.ims.dbrc import layout
from zoslab.ims.dbrc.database_records import Alloc, Ca, CaGroup, Db, Dbds, Image
from zoslab.ims.dbrc.event_records import DbdsGroup, Gsg, Recov, Reorg
from zoslab.ims.dbrc.haldb_records import HaldbMaster, Partition
from zoslab.ims.dbrc.log_records import Backout, LogAll, PriLog, PriOld, PriSld, SecLog, SecOld, SecSld, Subsystem
from zoslab.ims.dbrc.records import KEY_LENGTH, KEY_PARTS, Header, HeaderExtension, Record

SEGMENT = 4000
PREFIX = KEY_LENGTH + 8 + 4

KINDS: tuple[type[Record], ...] = (
    Header,
    HeaderExtension,
    CaGroup,
    Ca,
    PriLog,
    LogAll,
    SecLog,
    PriSld,
    SecSld,
    PriOld,
    SecOld,
    Subsystem,
    Backout,
    Db,
    Dbds,
    Image,
    Alloc,
    HaldbMaster,
    Partition,
    Reorg,
    Recov,
    DbdsGroup,
    Gsg,
)
BY_TYPE: dict[int, type[Record]] = {kind.TYPE: kind for kind in KINDS if kind is not HeaderExtension}


def segments(key: bytes, content: bytes, token: int) -> list[bytes]:
    """Return the stored records, segment 0 first, that hold ``content`` under ``key``."""
    whole = token.to_bytes(8, "big") + len(content).to_bytes(4, "big") + content
    room = SEGMENT - KEY_LENGTH
    pieces = [whole[at : at + room] for at in range(0, len(whole), room)]
    return [key[:KEY_PARTS] + number.to_bytes(3, "big") + piece for number, piece in enumerate(pieces)]


def joined(parts: Iterable[bytes]) -> tuple[bytes, int]:
    """Return content and token of a record from its stored segments in order.

    :raises DamagedRecord: a segment is missing.
    """
    whole = b"".join(part[KEY_LENGTH:] for part in parts)
    token, length = int.from_bytes(whole[:8], "big"), int.from_bytes(whole[8:12], "big")
    if len(whole) < 12 or len(whole) - 12 < length:
        raise layout.DamagedRecord(f"a record of {length} bytes has only {len(whole) - 12} in its segments")
    return whole[12 : 12 + length], token


def size(record: Record) -> int:
    """Return the number the listing shows as RECORD SIZE."""
    return PREFIX + len(layout.store(record))


def decode(key: bytes, content: bytes) -> Record:
    """Return the record that is stored under ``key``.

    :raises DamagedRecord: the type byte is unknown or the content does not fit the kind's table.
    """
    kind = HeaderExtension if key[:KEY_PARTS] == HeaderExtension().key[:KEY_PARTS] else BY_TYPE.get(key[16])
    if kind is None:
        raise layout.DamagedRecord(f"X'{key.hex().upper()}' is the key of no known record type")
    return layout.load(kind, content)[0]
