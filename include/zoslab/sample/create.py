"""Build the sample system in an empty folder: volumes, catalogs, system libraries, the production IMS and its bank."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zoslab.catalog.system import CatalogSystem
from zoslab.dasd import audit, loadmodule
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.datasets import DataManagement
from zoslab.programs import registry
from zoslab.sample import data_sets, production, second_member
from zoslab.sample.library import module_text, write_member
from zoslab.sample.volumes import (
    ALL_VOLUMES,
    CLONE_VOLUMES,
    CYLINDERS,
    DEVICE_TYPE,
    STORAGE_GROUPS,
    SYSTEM_VOLUMES,
)
from zoslab.zos import LoadParameters

VTOC_TRACKS, INDEX_TRACKS = 14, 15

PARMLIB = {
    "JES2PARM": (
        "PROCLIB(PROC00) DD(1)=(DSN=SYS1.PROCLIB)",
        "PROCLIB(PROC00) DD(2)=(DSN=IMSP.PROCLIB)",
        "PROCLIB(PROC00) DD(3)=(DSN=IMST.PROCLIB)",
        "PROCLIB(PROC00) DD(4)=(DSN=IMSK.PROCLIB)",
    ),
    "VATLST00": tuple(f"{volume.volser},0,{0 if volume.volser == 'LABWK1' else 2},3390,N" for volume in ALL_VOLUMES),
    "COMMND00": ("COM='S IMSP'", "COM='S BANKWL'"),
    "IGDSMS00": (
        *(f"STORGRP({name}) VOLUMES({','.join(volsers)})" for name, volsers in STORAGE_GROUPS.items()),
        *(f"STORCLAS(SC{name[2:]}) STORGRP({name})" for name in STORAGE_GROUPS),
    ),
}

BANKWL = (
    "//BANKWL   PROC IMS=IMSP,RATE={rate}",
    "//*  TRANSACTIONS OF THE BANK, RATE A SECOND",
    "//RUN      EXEC PGM=BANKWKLD,PARM='&IMS,&RATE'",
    "//SYSPRINT DD SYSOUT=*",
)
RATE = 20


class FolderNotEmpty(Exception):
    """There is a system in the folder already."""


def create(
    folder: Path, say: Callable[[str], None], cylinders: int = CYLINDERS, *, members: int = 1, rate: int = RATE
) -> None:
    """Build the sample system.

    :param cylinders: size of the source and target volumes.
    :param members: 2 adds IMSQ, which shares databases and RECONs with IMSP.
    :param rate: transactions of the bank a second, for each member.
    :raises FolderNotEmpty: the folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{folder} is not an empty folder; 'zoslab delete' removes a system that is there")
    folder.mkdir(parents=True, exist_ok=True)
    LoadParameters().write(folder)
    writer = audit.writer.set("CREATE")
    try:
        with DiskSubsystem(folder / "dasd") as dasd:
            _volumes(dasd, cylinders)
            say(f"{len(ALL_VOLUMES)} volumes initialised")
            catalogs = CatalogSystem.create(dasd, LoadParameters.master_catalog, LoadParameters.master_volser)
            datasets = DataManagement(dasd, catalogs)
            _system_libraries(datasets, rate)
            say("system libraries and master catalog built")
            production.build(datasets, say)
            if members > 1:
                second_member.add(datasets)
                write_member(datasets, "SYS1.PARMLIB", "COMMND00", (*PARMLIB["COMMND00"], *second_member.COMMANDS))
                say(f"{second_member.IMSID} added, databases are shared at level {second_member.SHARE_LEVEL}")
    finally:
        audit.writer.reset(writer)


def _volumes(dasd: DiskSubsystem, cylinders: int) -> None:
    for sample in ALL_VOLUMES:
        size = sample.cylinders if sample in SYSTEM_VOLUMES else cylinders
        device = dasd.define(sample.devno, Geometry(DEVICE_TYPE, size))
        owner = "CLONE" if sample in CLONE_VOLUMES else "LAB" if sample in SYSTEM_VOLUMES else "IMSP"
        Volume.init(device, sample.volser, VTOC_TRACKS, INDEX_TRACKS, sms=sample.sms, owner=owner)
        dasd.vary_online(sample.devno)


def _system_libraries(datasets: DataManagement, rate: int) -> None:
    for library in data_sets.SYSTEM_LIBRARIES:
        datasets.create(library.dsname, library.attributes, library.space, library.volsers)
    for member, lines in PARMLIB.items():
        write_member(datasets, "SYS1.PARMLIB", member, lines)
    write_member(datasets, "SYS1.PROCLIB", "BANKWL", [line.format(rate=rate) for line in BANKWL])
    linklib = datasets.find("SYS1.LINKLIB").pds()
    for name in registry.names():
        if name not in production.IMS_MODULES:
            loadmodule.store(linklib, name, {name: module_text(name)})
