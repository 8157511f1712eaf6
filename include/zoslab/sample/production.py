"""The production IMS of the sample system: catalog, libraries, RECON, logs, databases with money in them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from importlib import resources

from zoslab import ebcdic
from zoslab.clock import Clock
from zoslab.dasd import loadmodule
from zoslab.datasets import DataManagement
from zoslab.ims import acb, mda, nucleus, rdds
from zoslab.ims.bank import definitions, installation
from zoslab.ims.bank.installation import Installation
from zoslab.sample import data_sets, databases, recon
from zoslab.sample.library import CARD, module_text, write_member
from zoslab.sample.tables import SampleCluster, SampleDataSet

IMSID = recon.IMSID
IMS_MODULES = ("DFSMVRC0", "DFSRRC00", "DSPURX00", "CSLUSPOC")


def build(datasets: DataManagement, say: Callable[[str], None]) -> None:
    """Build IMSP on the source volumes."""
    catalogs = datasets.catalogs
    catalogs.define_user_catalog(data_sets.SOURCE_CATALOG, data_sets.SOURCE_CATALOG_VOLUME)
    catalogs.define_alias(IMSID, data_sets.SOURCE_CATALOG)
    for sample in (*data_sets.NON_VSAM, *data_sets.CLUSTERS, *databases.DATA_SETS):
        _allocate(datasets, sample)
    count = len(data_sets.NON_VSAM) + len(data_sets.CLUSTERS) + len(databases.DATA_SETS)
    say(f"{count} data sets of {IMSID} allocated")
    _text_libraries(datasets)
    _modules(datasets)
    _control_blocks(datasets)
    _resource_definitions(datasets)
    _user_data(datasets)
    dbrc = recon.open_recon(datasets)
    recon.tell(dbrc, recon.registration())
    recon.run_cards(dbrc, installation.recon_commands(IMSID, databases.ACCOUNTS, databases.IDS))
    recon.tell(dbrc, recon.groups())
    say("RECON initialised, databases registered")
    bank = Installation(IMSID, datasets.find, dbrc, databases.ROOT_BLOCKS)
    bank.fill(databases.ACCOUNTS, databases.CUSTOMERS)
    say(f"{databases.ACCOUNTS} accounts loaded")
    for base in data_sets.GENERATION_GROUPS:
        datasets.catalogs.define_gdg(base, data_sets.GENERATIONS_KEPT, scratch=True)
    moment = Clock().now() - datetime.timedelta(seconds=1)
    recon.tell(dbrc, recon.history(moment, databases.copy(datasets, moment)))


def _allocate(datasets: DataManagement, sample: SampleDataSet | SampleCluster) -> None:
    if isinstance(sample, SampleCluster):
        organised = replace(sample.attributes, sms=datasets.subsystem.volume(sample.volser).sms)
        datasets.create_cluster(sample.dsname, organised, sample.space, [sample.volser])
        return
    attributes = replace(sample.attributes, sms=datasets.subsystem.volume(sample.volsers[0]).sms)
    datasets.create(sample.dsname, attributes, sample.space, sample.volsers)


def _text_libraries(datasets: DataManagement) -> None:
    for folder, dsname in {
        "proclib": "IMSP.PROCLIB",
        "jobs": "IMSP.JOBS",
        "user1": "IMSP.USER1.JCL",
        "user2": "IMSP.USER2.JCL",
    }.items():
        for file in sorted(
            resources.files("zoslab.sample").joinpath("members", folder).iterdir(), key=lambda f: f.name
        ):
            write_member(datasets, dsname, file.name.removesuffix(".txt"), file.read_text().splitlines())
    for name, source in definitions.DBD_SOURCE.items():
        write_member(datasets, "IMSP.DBDSRC", name, source.format(blocks=databases.ROOT_BLOCKS).splitlines())
    for name, source in definitions.PSB_SOURCE.items():
        write_member(datasets, "IMSP.PSBSRC", name, source.splitlines())


def _modules(datasets: DataManagement) -> None:
    library = datasets.find("IMSP.SDFSRESL").pds()
    for name in IMS_MODULES:
        loadmodule.store(library, name, {name: module_text(name)}, authorization=1)
    for name in (nucleus.online("0"), nucleus.BATCH):
        loadmodule.store(library, name, {name: nucleus.build(name, IMSID)}, authorization=1)
    members = mda.system_members(IMSID, ("00", "01", "02"), ("0", "1"))
    members += installation.mda_members(IMSID)
    library = datasets.find("IMSP.MDALIB").pds()
    for member in members:
        loadmodule.store(library, member.name, {member.name: mda.build(member)})


def _control_blocks(datasets: DataManagement) -> None:
    library, definitions_library = (datasets.find(name).pds() for name in ("IMSP.ACBLIB", "IMSP.DBDLIB"))
    for name, dbd in databases.dbds().items():
        for one in (library, definitions_library):
            one.write_blocks(name, [acb.build_dmb(dbd)])
    for name in definitions.PSB_SOURCE:
        library.write_blocks(name, [acb.build_psb(definitions.program(name))])


def _resource_definitions(datasets: DataManagement) -> None:
    stamp = Clock().stamp()
    for number in (1, 2):
        datasets.find(f"IMSP.RDDS{number}").write(rdds.build(IMSID, stamp, definitions.resources()))


def _user_data(datasets: DataManagement) -> None:
    for sample in data_sets.USER_DATA_SETS:
        lines = [f"{sample.dsname} RECORD {n:05}" for n in range(200)]
        datasets.find(sample.dsname).write(ebcdic.encode(line, CARD) for line in lines)
