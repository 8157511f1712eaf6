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
from zoslab.ims.bank import simple as definitions
from zoslab.ims.bank.load import load
from zoslab.ims.database import Database, open_hdam, open_hidam
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import run
from zoslab.ims.engine import Engine
from zoslab.ims.hidam import PrimaryIndex
from zoslab.ims.osam import BlockFile
from zoslab.sample import data_sets
from zoslab.sample.library import CARD, module_text, write_member

IMSID = "IMSP"
ACCOUNTS, CUSTOMERS, ROOT_BLOCKS = 2000, 200, 400
IMS_MODULES = ("DFSMVRC0", "DFSRRC00", "DSPURX00", "CSLUSPOC")
DATABASES = ("ACCT", "CUST", "CUSTX")

RECON_COMMANDS = (
    f" INIT.RECON SSID({IMSID}) CATDS CHECK44 STARTNEW -",
    "   DASDUNIT(3390) TAPEUNIT(3490)",
    " INIT.DB DBD(ACCT) SHARELVL(1) TYPEIMS",
    " INIT.DBDS DBD(ACCT) DDN(ACCT) DSN(IMSP.DB.ACCT) GENMAX(7) -",
    "   DBORG(HDAM) DSORG(OSAM)",
    " INIT.DB DBD(CUST) SHARELVL(1) TYPEIMS",
    " INIT.DBDS DBD(CUST) DDN(CUST) DSN(IMSP.DB.CUST) GENMAX(7) -",
    "   DBORG(HIDAM) DSORG(OSAM)",
    " INIT.DB DBD(CUSTX) SHARELVL(1) TYPEIMS",
    " INIT.DBDS DBD(CUSTX) DDN(CUSTX) DSN(IMSP.DB.CUSTX) GENMAX(7) -",
    "   DBORG(INDEX) DSORG(VSAM)",
    " INIT.CAGRP GRPNAME(BANKGRP) GRPMAX(3) CAJCL(CAJCL) -",
    "   GRPMEM((ACCT,ACCT),(CUST,CUST))",
)


class ReconNotBuilt(Exception):
    """DBRC refused a command of the sample."""


def build(datasets: DataManagement, say: Callable[[str], None]) -> None:
    """Build IMSP on the source volumes."""
    catalogs = datasets.catalogs
    catalogs.define_user_catalog(data_sets.SOURCE_CATALOG, data_sets.SOURCE_CATALOG_VOLUME)
    catalogs.define_alias(IMSID, data_sets.SOURCE_CATALOG)
    for sample in data_sets.NON_VSAM:
        attributes = replace(sample.attributes, sms=datasets.subsystem.volume(sample.volsers[0]).sms)
        datasets.create(sample.dsname, attributes, sample.space, sample.volsers)
    for cluster in data_sets.CLUSTERS:
        organised = replace(cluster.attributes, sms=datasets.subsystem.volume(cluster.volser).sms)
        datasets.create_cluster(cluster.name, organised, cluster.space, [cluster.volser])
    say(f"{len(data_sets.NON_VSAM) + len(data_sets.CLUSTERS)} data sets of {IMSID} allocated")
    _text_libraries(datasets)
    _modules(datasets)
    _control_blocks(datasets)
    _resource_definitions(datasets)
    _user_data(datasets)
    _databases(datasets)
    say(f"{ACCOUNTS} accounts loaded")
    copies = _generations(datasets)
    _recon(datasets, copies)
    say("RECON initialised, databases registered")


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
        write_member(datasets, "IMSP.DBDSRC", name, source.format(blocks=ROOT_BLOCKS).splitlines())
    for name, source in definitions.PSB_SOURCE.items():
        write_member(datasets, "IMSP.PSBSRC", name, source.splitlines())


def _modules(datasets: DataManagement) -> None:
    library = datasets.find("IMSP.SDFSRESL").pds()
    for name in IMS_MODULES:
        loadmodule.store(library, name, {name: module_text(name)}, authorization=1)
    for name in (nucleus.online("0"), nucleus.BATCH):
        loadmodule.store(library, name, {name: nucleus.build(name, IMSID)}, authorization=1)
    members = mda.system_members(IMSID, ("00", "01", "02"), ("0", "1"))
    members += [
        mda.MdaMember(name, "DATABASE", (mda.Allocation(name, f"IMSP.DB.{name}"),))
        for name in ("ACCT", "CUST", "CUSTX")
    ]
    library = datasets.find("IMSP.MDALIB").pds()
    for member in members:
        loadmodule.store(library, member.name, {member.name: mda.build(member)})


def _control_blocks(datasets: DataManagement) -> None:
    library = datasets.find("IMSP.ACBLIB").pds()
    for name in DATABASES:
        library.write_blocks(name, [acb.build_dmb(definitions.dbd(name, ROOT_BLOCKS))])
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


def _databases(datasets: DataManagement) -> None:
    engine = Engine.unlogged()
    index = PrimaryIndex("CUSTX", "CUSTX", datasets.find("IMSP.DB.CUSTX").ksds(), engine.gate)
    files = {
        name: BlockFile(datasets.find(f"IMSP.DB.{name}").space, data_sets.DATABASE_BLOCK, f"IMSP.DB.{name}")
        for name in ("ACCT", "CUST")
    }
    databases: dict[str, Database] = {
        "ACCT": open_hdam(definitions.dbd("ACCT", ROOT_BLOCKS), engine.recovery, files["ACCT"]),
        "CUST": open_hidam(definitions.dbd("CUST"), engine.recovery, files["CUST"], index),
    }
    load(engine, databases, ACCOUNTS, CUSTOMERS, definitions.program("BANKLOAD"))


def _generations(datasets: DataManagement) -> dict[str, tuple[str, str]]:
    """Define the generation groups, and put an image copy of each database into its own; return name and volume."""
    copies = {}
    for base, (volser, model) in data_sets.GENERATION_GROUPS.items():
        datasets.catalogs.define_gdg(base, data_sets.GENERATIONS_KEPT, scratch=True)
        if not base.startswith("IMSP.IC."):
            continue
        database = base.rpartition(".")[2]
        attributes = replace(model.attributes, sms=datasets.subsystem.volume(volser).sms)
        copy = datasets.create(f"{base}(+1)", attributes, model.space, [volser])
        source = BlockFile(datasets.find(f"IMSP.DB.{database}").space, data_sets.DATABASE_BLOCK, database)
        copy.write(source.read(number) for number in range(source.blocks))
        copies[database] = (copy.dsname, volser)
    return copies


def _recon(datasets: DataManagement, copies: dict[str, tuple[str, str]]) -> None:
    found = [datasets.find(cluster.name) for cluster in data_sets.RECONS]
    dbrc = Dbrc.open([ReconDataSet(one.dsname, one.ksds()) for one in found], Clock(), names_may_differ=True)
    moment = Clock().now() - datetime.timedelta(seconds=1)
    commands = list(RECON_COMMANDS)
    for database, (dsname, volser) in copies.items():
        commands += [
            f" NOTIFY.IC DBD({database}) DDN({database}) ICDSN({dsname}) -",
            f"   RUNTIME('{moment:%Y.%j %H:%M:%S}.{moment.microsecond:06} +00:00') -",
            f"   RECDCT(100) UNIT(3390) VOLLIST({volser})",
        ]
    listing: list[str] = []
    if run(dbrc, commands, listing.append) > 0:
        raise ReconNotBuilt("\n".join(listing))
