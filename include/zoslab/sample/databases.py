"""The databases of the sample production system: put together, loaded with the bank, and copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.datasets import DataManagement
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.bank import extended as bank
from zoslab.ims.bank.load import load
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc
from zoslab.ims.engine import Engine
from zoslab.ims.partitions import definitions_of
from zoslab.ims.stamps import stck
from zoslab.ims.utilities.image_copy import EYE, CopyHeader
from zoslab.ims.utilities.target import open_target
from zoslab.sample import data_sets
from zoslab.sample.database_data_sets import ACCOUNTS, CUSTOMERS, DATABASES, HALDB, PARTITIONS, ROOT_BLOCKS
from zoslab.sample.recon import Copied


def definitions() -> dict[str, Dbd]:
    """Return every database's definition."""
    return {name: bank.dbd(name, ROOT_BLOCKS) for name in bank.DBD_SOURCE}


def fill(datasets: DataManagement, dbrc: Dbrc) -> None:
    """Load the bank, and tell the RECON that the partitions are initialised."""
    engine = Engine.unlogged()
    databases = _opened(datasets, dbrc, engine)
    load(engine, databases, ACCOUNTS, CUSTOMERS, bank.program("BANKLOAD"))
    for part in PARTITIONS:
        if part.volser:
            dbrc.partition_initialised(part.name)


def _opened(datasets: DataManagement, dbrc: Dbrc, engine: Engine) -> dict[str, Database]:
    known = definitions()
    partitions = {HALDB: definitions_of(dbrc.partitions(HALDB), verify=False)}
    allocated = [Allocated(one.name, one.name, datasets.find(one.dsname)) for one in DATABASES]
    allocated += [
        Allocated(part.name, part.ddname(letter), datasets.find(part.dsname(letter)))
        for part in partitions[HALDB]
        for letter in letters(known[HALDB])
    ]
    assembly = Assembly(known, allocated, engine, partitions)
    whole = {name: assembly.database(name) for name in ("ACCT", "CUST")}
    return {**whole, HALDB: assembly.haldb(known[HALDB])}


def copy(datasets: DataManagement, moment: datetime) -> list[Copied]:
    """Define the generation groups, and put an image copy of each database data set that has one into its own."""
    names = {one.name: (one.name, one.name, one.dsname) for one in DATABASES}
    names |= {part.name: (HALDB, f"{part.name}A", part.dsname("A")) for part in PARTITIONS}
    known = definitions()
    copies = []
    for base, (volser, model) in data_sets.GENERATION_GROUPS.items():
        datasets.catalogs.define_gdg(base, data_sets.GENERATIONS_KEPT, scratch=True)
        if base.startswith("IMSP.IC."):
            name = base.rpartition(".")[2]
            dbd, ddname, dsname = names[name]
            attributes = replace(model.attributes, sms=datasets.subsystem.volume(volser).sms)
            made = datasets.create(f"{base}(+1)", attributes, model.space, [volser])
            target = open_target(datasets.find(dsname), known[dbd], ddname)
            content = [len(key).to_bytes(2, "big") + key + data for key, data in target.items()]
            head = CopyHeader(eye=EYE, dbd=name, ddname=ddname, run=stck(moment), kind="B", concurrent="N", dsn=dsname)
            made.write([bytes(head), *content])
            copies.append(Copied(name, ddname, made.dsname, volser, len(content)))
    return copies
