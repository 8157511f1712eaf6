"""Databases of any size, written block by block: the bank's accounts (HDAM) and customers (HIDAM with two indexes).

What DL/I would take hours to load is laid out here as DL/I lays it out: roots on the anchors of their keys, every
dependent in the block of its root, bitmaps and free space elements right. The pointer checker says that it is.
"""

from __future__ import annotations

import struct
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement
from zoslab.ims.assemble import Allocated, Assembly
from zoslab.ims.bank import definitions
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.engine import Engine
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.segment import Shape

BLOCK, ANCHORS = 4096, 4
BITS = (BLOCK - 4) * 8
DEPENDENTS = 10
VOLSER, MASTER = "BENCH1", "BENCHR"
NAMES = ("ACCT", "CUST", "CUSTX", "CUSTNX")


@dataclass(frozen=True)
class Lab:
    """Disks with the databases on them."""

    dasd: DiskSubsystem
    datasets: DataManagement
    definitions: dict[str, Dbd]

    def opened(self, name: str) -> tuple[Engine, Database]:
        """Return a database opened as a utility opens it."""
        engine = Engine.unlogged()
        allocated = [Allocated(one, one, self.datasets.find(dsname(one))) for one in NAMES]
        return engine, Assembly(self.definitions, allocated, engine).database(name)


def dsname(name: str) -> str:
    """Return the name of a data set."""
    return f"IMSB.DB.{name}"


def blocks_of(megabytes: int) -> int:
    """Return the blocks of each of the two databases that have so many megabytes together."""
    return megabytes * 1_000_000 // BLOCK // 2 // 12 * 12


def create(folder: Path, megabytes: int) -> None:
    """Make disks with both databases, half of the megabytes each."""
    count = blocks_of(megabytes)
    tracks = 3 * (count // 12 + 20) + count // 30 + 600
    with DiskSubsystem(folder, background_copy=False) as dasd:
        for devno, volser, cylinders in ((0xA00, MASTER, 30), (0xA01, VOLSER, tracks // 15 + 60)):
            Volume.init(dasd.define(devno, Geometry("3390", cylinders)), volser, vtoc_tracks=15, index_tracks=15)
            dasd.vary_online(devno)
        datasets = DataManagement(dasd, CatalogSystem.create(dasd, "CATALOG.MASTER", MASTER))
        accounts, customers = _definitions(count)["ACCT"], _definitions(count)["CUST"]
        _write(datasets, "ACCT", count, _accounts(accounts, count))
        entries: list[tuple[bytes, int]] = []
        _write(datasets, "CUST", count, _customers(customers, count, entries))
        for name, key in (("CUSTX", 8), ("CUSTNX", 32)):
            size = ClusterAttributes("KSDS", 6, key, 6 + key, 4096)
            space = Space("CYL", max(1, len(entries) * (6 + key) // 600_000 + 1), 5)
            datasets.create_cluster(dsname(name), size, space, [VOLSER])
        datasets.find(dsname("CUSTX")).ksds().load(KeyedIndex.record(key[24:], rba) for key, rba in entries)
        datasets.find(dsname("CUSTNX")).ksds().load(KeyedIndex.record(key, rba) for key, rba in entries)


def open_lab(folder: Path) -> Lab:
    """Put the disks online again; the caller closes ``dasd``."""
    dasd = DiskSubsystem(folder, background_copy=False)
    datasets = DataManagement(dasd, CatalogSystem(dasd, "CATALOG.MASTER", MASTER))
    return Lab(dasd, datasets, _definitions(datasets.find(dsname("ACCT")).space.tracks * 12))


def _definitions(count: int) -> dict[str, Dbd]:
    return {name: definitions.dbd(name, count - count // BITS - 2) for name in NAMES}


def _write(datasets: DataManagement, name: str, count: int, content: Iterator[bytes]) -> None:
    tracks = -(-count // 12)
    attributes = DataSetAttributes("PS", "F", BLOCK, BLOCK)
    space = datasets.create(dsname(name), attributes, Space("TRK", tracks), [VOLSER]).space
    for track in range(tracks):
        blocks = [next(content, bytes(BLOCK)) for _ in range(12)]
        space.write(track, [Record(number, b"", block) for number, block in enumerate(blocks, 1)])
    space.last = (tracks - 1, 12)


def _bitmap(free: dict[int, bool], first: int) -> bytes:
    image = bytearray(BLOCK)
    for number, room in free.items():
        if room:
            image[4 + (number - first) // 8] |= 0x80 >> (number - first) % 8
    return bytes(image)


def _accounts(dbd: Dbd, count: int) -> Iterator[bytes]:
    """Yield the blocks of an HDAM database; accounts whose block is full are left out."""
    assert dbd.randomizer is not None
    anchors = dbd.randomizer.blocks * ANCHORS
    family = 58 + 46 * DEPENDENTS
    chains: defaultdict[int, list[bytes]] = defaultdict(list)
    for number in range(anchors // ANCHORS * 6):
        key = f"{number:010d}".encode("cp1047")
        chains[zlib.crc32(key) % anchors].append(key)
    place = 0
    for start in range(0, count, BITS):
        blocks: list[bytes] = []
        for number in range(start + 1, min(start + BITS, count)):
            roots = [chains.pop(place * ANCHORS + anchor, []) for anchor in range(ANCHORS)]
            room = (BLOCK - 4 - 4 * ANCHORS) // family
            blocks.append(_account_block(number * BLOCK, roots, room) if place * ANCHORS < anchors else bytes(BLOCK))
            place += 1
        longest = Shape(dbd).longest(0)
        yield _bitmap({number: _room(block) >= longest for number, block in enumerate(blocks, start + 1)}, start)
        yield from blocks


def _room(block: bytes) -> int:
    """Return the free bytes of a block with one free space element or none."""
    at = int.from_bytes(block[:2], "big")
    return int.from_bytes(block[at + 2 : at + 4], "big") if at else 0


def _closed(image: bytearray, at: int) -> bytes:
    """End a block with one free space element."""
    if BLOCK - at >= 8:
        image[:2] = at.to_bytes(2, "big")
        struct.pack_into(">HHI", image, at, 0, BLOCK - at, 0)
    return bytes(image)


def _account_block(rba: int, chains: list[list[bytes]], room: int) -> bytes:
    image, at = bytearray(BLOCK), 4 + 4 * ANCHORS
    for anchor, chain in enumerate(chains):
        kept, room = chain[:room], room - len(chain[:room])
        before = 0
        for place, key in enumerate(kept):
            here, first = rba + at, rba + at + 58
            if not place:
                struct.pack_into(">I", image, 4 + 4 * anchor, here)
            behind = here + 58 + 46 * DEPENDENTS
            struct.pack_into(">BBIIII", image, at, 1, 0, behind if place + 1 < len(kept) else 0, before,
                             first, first + 46 * (DEPENDENTS - 1))  # fmt: skip
            image[at + 18 : at + 28] = key
            _chain(image, at + 58, 46, rba, here)
            before, at = here, at + 58 + 46 * DEPENDENTS
    return _closed(image, at)


def _chain(image: bytearray, at: int, size: int, rba: int, parent: int) -> None:
    """Lay out the dependents of a root, of code 2, one behind the other."""
    for place in range(DEPENDENTS):
        here = rba + at
        struct.pack_into(">BBIIII", image, at, 2, 0, here + size if place + 1 < DEPENDENTS else 0,
                         here - size if place else 0, parent, place + 1)  # fmt: skip
        at += size


def _customers(dbd: Dbd, count: int, entries: list[tuple[bytes, int]]) -> Iterator[bytes]:
    """Yield the blocks of a HIDAM database; ``entries`` gets the keys by name, with the number at the end."""
    shape = Shape(dbd)
    root, note = shape.root, shape.types[2]
    family = root.slot + note.slot * DEPENDENTS
    number = 0
    for start in range(0, count, BITS):
        blocks = []
        for block in range(start + 1, min(start + BITS, count)):
            image, at = bytearray(BLOCK), 4
            while at + family <= BLOCK:
                key = f"{number:08d}".encode("cp1047")
                name = b"\xd5" + key.ljust(23, b"\x40")
                struct.pack_into(">BB", image, at, 1, 0)
                first = block * BLOCK + at + root.slot
                image[at + root.first_child[3] : at + root.first_child[3] + 4] = first.to_bytes(4, "big")
                image[at + root.prefix : at + root.prefix + 32] = key + name
                entries.append((name + key, block * BLOCK + at))
                for place in range(DEPENDENTS):
                    here, offset = first + place * note.slot, at + root.slot + place * note.slot
                    struct.pack_into(">BBIII", image, offset, 3, 0, here + note.slot if place + 1 < DEPENDENTS else 0,
                                     here - note.slot if place else 0, block * BLOCK + at)  # fmt: skip
                at += family
                number += 1
            blocks.append(_closed(image, at))
        longest = shape.longest(0)
        yield _bitmap({place: _room(block) >= longest for place, block in enumerate(blocks, start + 1)}, start)
        yield from blocks
