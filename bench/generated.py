"""Copied and relabelled volumes with many data sets, made in bulk: one VTOC batch a volume, VVDS and catalog loaded.

1,000 data sets a volume, one in ten VSAM, all in one catalog on the first volume; beside them what a system needs to
run a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from zoslab.catalog import bcs, cells
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import create_catalog, vvds_record
from zoslab.catalog.definition import true_name
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd import loadmodule
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes, data_vvr, vvds_for
from zoslab.dasd.vvds_record import encode
from zoslab.datasets import DataManagement
from zoslab.sample.library import module_text

PER_VOLUME, VSAM_EVERY = 1000, 10
CATALOG, CATALOG_COPY = "UCAT.IMSP", "UCAT.IMST"
MASTER, MASTER_VOLSER = "CATALOG.MASTER", "LABRES"
PROGRAMS = ("VOLRCOND", "IDCAMS", "IEFBR14")
GEOMETRY = Geometry("3390", 200)
VTOC_TRACKS, INDEX_TRACKS = 30, 15
FIRST_DEVICE = 0x1000
DIRECT, VSAM = DataSetAttributes("DA", "F", 4096, 4096), DataSetAttributes("VS", blksize=4096, option_codes=0x80)
RECORDS_PER_CI = 10

Pairs = Sequence[tuple[str, str]]


def pairs_for(data_sets: int, per_volume: int = PER_VOLUME) -> list[tuple[str, str]]:
    """Return source and target serials of the volumes that so many data sets are on."""
    return [(f"P{number:05}", f"T{number:05}") for number in range(-(-data_sets // per_volume))]


def dsname(volume: int, number: int) -> str:
    """Return the name of one data set of one volume."""
    return f"IMSP.V{volume:05}.D{number:05}"


def build(folder: Path, data_sets: int, per_volume: int = PER_VOLUME, *, copied: bool = True) -> None:
    """Build the system in an empty folder; the volumes as copies that have their serials, or as they were before."""
    pairs = pairs_for(data_sets, per_volume)
    with DiskSubsystem(folder / "dasd", background_copy=False) as dasd:
        _system(dasd)
        entries: list[BcsRecord] = []
        for number, (source, _) in enumerate(pairs):
            devno = FIRST_DEVICE + number
            Volume.init(dasd.define(devno, GEOMETRY), source, VTOC_TRACKS, INDEX_TRACKS)
            volume = Volume(dasd.vary_online(devno))
            names = [dsname(number, n) for n in range(min(per_volume, data_sets - number * per_volume))]
            _fill(dasd, volume, names)
            entries += _entries(names, source)
        _catalog(dasd, pairs, entries)
        for number, (_, target) in enumerate(pairs) if copied else ():
            Volume(dasd.device(FIRST_DEVICE + number)).relabel(target)
            dasd.vary_online(FIRST_DEVICE + number)


def _system(dasd: DiskSubsystem) -> None:
    """Make a system volume with a master catalog and the modules of the programs."""
    Volume.init(dasd.define(0x0A00, Geometry("3390", 300)), MASTER_VOLSER, VTOC_TRACKS, INDEX_TRACKS)
    dasd.vary_online(0x0A00)
    datasets = DataManagement(dasd, CatalogSystem.create(dasd, MASTER, MASTER_VOLSER))
    attributes = DataSetAttributes("PO", "U", 0, 32760)
    library = datasets.create("SYS1.LINKLIB", attributes, Space("TRK", 15, 5, 5), [MASTER_VOLSER]).pds()
    for name in PROGRAMS:
        loadmodule.store(library, name, {name: module_text(name)})


def _fill(dasd: DiskSubsystem, volume: Volume, names: Sequence[str]) -> None:
    with dasd.atomic(), volume.batch():
        for n, name in enumerate(names):
            volume.allocate(name, DIRECT if n % VSAM_EVERY else VSAM, Space("TRK", 1))
    with dasd.atomic():
        attributes = ClusterAttributes("ESDS")
        records = [encode(data_vvr(name, f"{name}.C", CATALOG, attributes, 1)) for name in names[::VSAM_EVERY]]
        vvds = vvds_for(volume, CATALOG)
        vvds.append([records[at : at + RECORDS_PER_CI] for at in range(0, len(records), RECORDS_PER_CI)])


def _catalog(dasd: DiskSubsystem, pairs: Pairs, entries: list[BcsRecord]) -> None:
    catalog = create_catalog(dasd.volume(pairs[0][0]), CATALOG, Space("CYL", 80, 10))
    entries += [vvds_record(source) for source, _ in pairs[1:]]
    known = list(catalog.records())
    catalog.ksds.create()
    catalog.ksds.load(bcs.encode(record) for record in sorted([*known, *entries], key=lambda record: record.key))
    catalog.ksds.close()


def _entries(names: Sequence[str], volser: str) -> Iterator[BcsRecord]:
    for n, name in enumerate(names):
        if n % VSAM_EVERY:
            yield BcsRecord(bcs.NONVSAM, name, (bcs.information(), *bcs.volumes([volser])))
        else:
            parts = bcs.component(cells.DATA_NAME, name, [volser])
            yield BcsRecord(bcs.CLUSTER, f"{name}.C", (bcs.information(), *parts))
            yield true_name(name, f"{name}.C")
