"""Any DBD text, proved: DBDGEN, ACBGEN, data sets on a volume, random segments through DL/I, pointers checked, copied.

``prove`` takes DBD source as it is published. A primary or secondary index that comes without a DBD of its own gets
one written for it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.ims import acb, dbdgen, pointer_check
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dbd import Dbd, Field, Segment
from zoslab.ims.dedb.area import AreaFile, format_area
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.partitions import PartitionDefinition
from zoslab.ims.psb import DbPcb
from zoslab.ims.psindex import PREFIX
from zoslab.ims.secondary import IndexKey
from zoslab.ims.segment import Shape

LOADED = ("HDAM", "HIDAM", "PHDAM", "PHIDAM", "DEDB")
"""The organisations that hold segments of a database of their own and can be loaded here."""


@dataclass
class Proof:
    """What came out: the segments that were put in and how many were found again, by type."""

    dbd: Dbd
    inserted: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    copied: dict[str, int] = field(default_factory=dict)


def prove(dasd, datasets, text: str, *indexes: str, volser: str = "IMSP01", roots: int = 40) -> Proof:
    """Take a database from its source to checked data and to a checked copy of it."""
    dbds = [_through_acblib(one) for one in (text, *indexes)]
    database = Given(datasets, dbds[0], {one.name: one for one in dbds[1:]}, "NEW", volser)
    proof = Proof(database.dbd)
    if database.dbd.access not in LOADED:
        return proof
    database.allocate()
    proof.inserted = database.load(roots)
    proof.found = database.check()
    clone_volume(dasd, volser)
    proof.copied = database.check()
    return proof


def _through_acblib(text: str) -> Dbd:
    """DBDGEN, and ACBGEN: the member of ACBLIB holds all that was defined."""
    dbd = dbdgen.generate(text.splitlines())
    member = acb.parse_dmb(acb.build_dmb(dbd))
    assert member == dbd
    return member


class Given:
    """One database on volumes, with its indexes."""

    def __init__(self, datasets, dbd: Dbd, indexes: dict[str, Dbd], prefix: str, volser: str) -> None:
        self.datasets, self.dbd, self.prefix, self.volser = datasets, dbd, prefix, volser
        self.indexes = indexes | {one: self._index(one) for one in self._names() if one not in indexes}
        self.definitions = {dbd.name: dbd, **self.indexes}
        self.partitions = {name: self._partitions(one) for name, one in self.definitions.items() if one.partitioned}

    # Definitions -------------------------------------------------------------------------------------------------

    def _names(self) -> list[str]:
        return [one for one in (self.dbd.index, *(index.database for index in self.dbd.secondary)) if one]

    def _index(self, name: str) -> Dbd:
        """Write the DBD of an index."""
        dbd = self.dbd
        secondary = next((one for one in dbd.secondary if one.database == name), None)
        segment = (
            secondary.index_segment if secondary else next(one.segment for one in dbd.links if one.database == name)
        )
        length, target, indexed = dbd.root.key.length, dbd.root.name, dbd.root.key.name
        if secondary is not None:
            source = dbd.segment(secondary.source)
            words = (*secondary.search, *secondary.subsequence)
            length = sum(source.field(word).length for word in words)
            target, indexed = secondary.target, secondary.name
        head = f"         DBD   NAME={name},ACCESS=" + ("PSINDEX" if dbd.partitioned else "(INDEX,VSAM)")
        lines = [head] if dbd.partitioned else [head, f"         DATASET DD1={name},DEVICE=3390"]
        lines += [
            f"         SEGM  NAME={segment},PARENT=0,BYTES={length}",
            f"         FIELD NAME=(KEY,SEQ,U),START=1,BYTES={length}",
            f"         LCHILD NAME=({target},{dbd.name}),INDEX={indexed}",
            "         DBDGEN",
        ]
        return _through_acblib("\n".join(lines))

    def _partitions(self, dbd: Dbd) -> list[PartitionDefinition]:
        length, stem = dbd.root.key.length, dbd.name[:5]
        half = PartitionDefinition(1, f"{stem}1", f"{self.prefix}.{dbd.name}", b"\xf4".ljust(length, b"\xff"))
        rest = PartitionDefinition(3, f"{stem}3", f"{self.prefix}.{dbd.name}", b"\xff" * length)
        sizes = (4096,) * dbd.groups
        randomizer = dbd.randomizer if dbd.randomizer and dbd.randomizer.blocks else None
        return [replace(one, block_sizes=sizes, randomizer=randomizer) for one in (half, rest)]

    # Data sets ---------------------------------------------------------------------------------------------------

    def _members(self) -> list[tuple[str, str, str]]:
        """Return (database or partition, ddname, data set name) of every data set."""
        found = []
        for name, dbd in self.definitions.items():
            if dbd.partitioned:
                for part in self.partitions[name]:
                    found += [(part.name, part.ddname(letter), part.dsname(letter)) for letter in letters(dbd)]
            else:
                ddnames = [one.ddname for one in (dbd.areas or dbd.data_sets)]
                found += [(name, ddname, f"{self.prefix}.{name}.{ddname}") for ddname in ddnames]
        return found

    def allocate(self) -> None:
        """Allocate and format every data set."""
        for _, ddname, dsname in self._members():
            self._create(dsname, *self._kind(ddname, dsname))
        for area in self.dbd.areas:
            file = AreaFile([self.datasets.find(f"{self.prefix}.{self.dbd.name}.{area.ddname}").esds()], area.ddname)
            format_area(file, area)
        if self.dbd.areas:
            return
        engine, database = self._open(initial=True)
        unit = engine.recovery.begin("FORMAT", 0)
        database.initialise(unit)
        engine.recovery.commit(unit)
        engine.pool.flush()

    def _create(self, dsname: str, kind: str, *attributes: int) -> None:
        if kind == "OSAM":
            size = attributes[0]
            self.datasets.create(dsname, DataSetAttributes("PS", "F", size, size), Space("TRK", 6, 6), [self.volser])
            return
        if kind == "ESDS":
            cluster = ClusterAttributes("ESDS", ci_size=attributes[0])
        else:
            cluster = ClusterAttributes("KSDS", *attributes, 2048)
        self.datasets.create_cluster(dsname, cluster, Space("TRK", 6, 6), [self.volser])

    def _kind(self, ddname: str, dsname: str) -> tuple[str | int, ...]:
        """Return organisation and size, or for a KSDS offset and length of the key and the longest record."""
        if self.dbd.areas:
            return "ESDS", next(area.size for area in self.dbd.areas if area.ddname == ddname)
        for name, index in self.indexes.items():
            if dsname.startswith(f"{self.prefix}.{name}."):
                offset = PREFIX if index.partitioned else 6
                secondary = next((one for one in self.dbd.secondary if one.database == name), None)
                length = index.root.key.length if not secondary else self._key_length(secondary, index)
                return "KSDS", offset, length, offset + max(length, index.root.length) + self.dbd.root.key.length + 8
        if self.dbd.partitioned and ddname[-1] in "LX":
            length = self.dbd.root.key.length
            return ("KSDS", 0, 9, 50) if ddname[-1] == "L" else ("KSDS", 6, length, 6 + length)
        sizes = {one.ddname: one.block_size for one in self.dbd.data_sets}
        return "ESDS" if self.dbd.method == "VSAM" else "OSAM", sizes.get(ddname, 4096)

    def _key_length(self, secondary, index: Dbd) -> int:
        return IndexKey.of(secondary, Shape(self.dbd), index).length

    def _open(self, *, initial: bool = False):
        engine = Engine.unlogged(60)
        found = [Allocated(owner, ddname, self.datasets.find(dsname)) for owner, ddname, dsname in self._members()]
        assembly = Assembly(self.definitions, found, engine, self.partitions)
        partitioned = self.dbd.partitioned and initial
        database = assembly.haldb(self.dbd) if partitioned else assembly.database(self.dbd.name)
        if isinstance(database, HaldbDatabase):
            for index in database.secondary.values():
                index.database = database
        return engine, database

    # Data --------------------------------------------------------------------------------------------------------

    def load(self, roots: int) -> dict[str, int]:
        """Insert random segments of every type; return how many of each."""
        engine, database = self._open()
        unit = engine.recovery.begin("LOAD", 1)
        pcb = Pcb(DbPcb(self.dbd.name, "A", 255), database, unit)
        choose = random.Random(self.dbd.name)
        counts = dict.fromkeys((one.name for one in self.dbd.segments), 0)
        for number in range(roots):
            self._insert(pcb, choose, counts, self.dbd.root, number, ())
        engine.recovery.commit(unit)
        engine.pool.flush()
        return counts

    def _insert(self, pcb: Pcb, choose: random.Random, counts, segment: Segment, number: int, path) -> None:
        data = values(segment, number, choose)
        ssas = [*path, f"{segment.name:8}"]
        assert pcb.isrt(data, *ssas), (segment.name, number, pcb.status)
        counts[segment.name] += 1
        own = (*path, _ssa(segment, data))
        for child in [one for one in self.dbd.segments if one.parent == segment.name]:
            for twin in range(choose.randrange(4)):
                self._insert(pcb, choose, counts, child, twin, own)

    def check(self) -> dict[str, int]:
        """Open it anew, check every pointer and return how many segments of each type there are."""
        engine, database = self._open()
        report = pointer_check.check(database)
        assert [str(one) for one in report.errors] == []
        counts = dict.fromkeys((one.name for one in self.dbd.segments), 0)
        pcb = Pcb(DbPcb(self.dbd.name, "G", 255), database, engine.recovery.begin("READ", 1))
        while pcb.gn() is not None:
            counts[pcb.segment] += 1
        return counts


def clone_volume(dasd, volser: str) -> None:
    """Copy a volume by FlashCopy and put the copy in its place."""
    old = dasd.device_of(volser)
    number = 1 + max(one.devno for one in dasd.devices())
    dasd.define(number, old.geometry)
    dasd.flash.establish(old.devno, number)
    dasd.vary_offline(old.devno)
    dasd.vary_online(number)


def _ssa(segment: Segment, data: bytes) -> bytes:
    """Return the SSA of a segment that was inserted; one without a key is the one inserted last."""
    name = f"{segment.name:8}".encode("cp1047")
    if segment.key is None:
        return name
    return b"".join([name, f"({segment.key.name:8} =".encode("cp1047"), segment.key.of(data), b"\x5d"])


def values(segment: Segment, number: int, choose: random.Random) -> bytes:
    """Return data whose fields hold values of their types; the sequence field counts."""
    length = choose.randint(max(segment.min_length, 4), segment.length) if segment.variable else segment.length
    data = bytearray(choose.randbytes(length))
    for one in segment.fields:
        if one.start and one.start - 1 + one.length <= length and not one.sequence:
            data[one.start - 1 : one.start - 1 + one.length] = _value(one, choose.randrange(10**6))
    if segment.key is not None:
        key = segment.key
        data[key.start - 1 : key.start - 1 + key.length] = _value(key, number)
    if segment.variable:
        data[:2] = length.to_bytes(2, "big")
    return bytes(data)


def _value(one: Field, number: int) -> bytes:
    """Return a number as a field of a type holds it, cut to its length."""
    if one.type == "P":
        digits = f"{number:0{2 * one.length - 1}}"[-(2 * one.length - 1) :] + "C"
        return bytes.fromhex(digits)
    if one.type in "CZ":
        return f"{number:0{one.length}}"[-one.length :].encode("cp1047")
    return number.to_bytes(max(one.length, 4), "big")[-one.length :]


__all__ = ["Proof", "prove", "values"]
