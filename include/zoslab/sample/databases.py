"""The databases of the sample production system: the bank's data sets and their volumes, loaded, and copied.

CUSTX is on IMSP03, beside system data sets; all others are on IMSP04 to IMSP06. The partition IDs of HIST have a gap:
a partition was deleted. The first area of TELLER has a second data set, which is not available.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.dasd.allocation import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement
from zoslab.ims.bank import definitions, installation
from zoslab.ims.bank.installation import BankDataSet
from zoslab.ims.dbd import Dbd
from zoslab.ims.stamps import stck
from zoslab.ims.utilities.image_copy import EYE, CopyHeader
from zoslab.ims.utilities.target import open_target
from zoslab.sample import data_sets
from zoslab.sample.recon import Copied
from zoslab.sample.tables import SampleCluster, SampleDataSet, blocks

PREFIX = f"{data_sets.HLQ}.DB"
ACCOUNTS, CUSTOMERS, ROOT_BLOCKS = 2000, 200, 400
IDS = (1, 2, 4)
VOLUMES = {
    "ACCT": "IMSP05",
    "CUST": "IMSP06",
    "CUSTX": "IMSP03",
    "CUSTNX": "IMSP06",
    **{f"HIST.{letter}{number:05}": f"IMSP{4 + place:02}" for place, number in enumerate(IDS) for letter in "AL"},
    **{f"TELLER{number:02}": f"IMSP{3 + number:02}" for number in (1, 2, 3)},
    "TELLR01B": "IMSP05",
}
COPIED = {"ACCT": ("ACCT", "ACCT"), "CUST": ("CUST", "CUST"), "HIST.A00001": ("HISTA", "HISTAA")}
COPIED |= {"TELLER01": ("TELLER", "TELLER01")}
"""Which data sets have an image copy, and the database and ddname (or area) that DBRC knows them by."""


def _placed(one: BankDataSet) -> SampleDataSet | SampleCluster:
    dsname, volser = f"{PREFIX}.{one.name}", VOLUMES[one.name]
    if one.organisation == installation.OSAM:
        return blocks(dsname, volser, one.size, one.tracks)
    offset, length = one.key
    longest = one.record or one.size - 7
    attributes = ClusterAttributes(one.organisation, offset, length, longest, one.size)
    secondary = one.tracks if one.organisation == installation.KSDS else 0
    return SampleCluster(dsname, volser, attributes, Space("TRK", one.tracks, secondary))


def _all() -> list[BankDataSet]:
    found = installation.data_sets(IDS)
    first = next(one for one in found if one.name == "TELLER01")
    return [*found, replace(first, name="TELLR01B")]


DATA_SETS = tuple(map(_placed, _all()))


def dbds() -> dict[str, Dbd]:
    """Return every database's definition."""
    return {name: definitions.dbd(name, ROOT_BLOCKS) for name in definitions.DBD_SOURCE}


def copy(datasets: DataManagement, moment: datetime) -> list[Copied]:
    """Put an image copy of each database data set that is to have one into its generation data group."""
    copies = []
    known = dbds()
    for name, (database, ddname) in COPIED.items():
        base = f"{data_sets.HLQ}.IC.{ddname}"
        volser, model = data_sets.GENERATION_GROUPS[base]
        attributes = replace(model.attributes, sms=datasets.subsystem.volume(volser).sms)
        made = datasets.create(f"{base}(+1)", attributes, model.space, [volser])
        dsname = f"{PREFIX}.{name}"
        dbd = known.get(database, known["HIST"])
        target = open_target(datasets.find(dsname), dbd, ddname)
        content = [len(key).to_bytes(2, "big") + key + data for key, data in target.items()]
        head = CopyHeader(
            eye=EYE, dbd=database, ddname=ddname, run=stck(moment), kind=target.kind, concurrent="N", dsn=dsname
        )
        made.write([bytes(head), *content])
        copies.append(Copied(database, ddname, dbd.access == "DEDB", made.dsname, volser, len(content)))
    return copies
