"""What a system must have for the bank: data sets, DFSMDA members, RECON records, and the bank's money in them.

Names are ``prefix.DB.name``; the sizes are those of a bank of some thousand accounts.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zoslab.ims import mda
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.bank import definitions
from zoslab.ims.bank.load import load
from zoslab.ims.database import Database
from zoslab.ims.dbd import Area, Dbd
from zoslab.ims.dbrc import Dbrc
from zoslab.ims.dbrc.processor import execute
from zoslab.ims.dedb.area import AreaFile, format_area
from zoslab.ims.engine import Engine
from zoslab.ims.host import ImsDataSet
from zoslab.ims.partitions import PartitionDefinition, definitions_of

OSAM, KSDS, ESDS = "OSAM", "KSDS", "ESDS"
PARTITIONS = ("HISTA", "HISTB", "HISTC")
IDS = (1, 2, 3)
GAP = "HISTGAP"
BLOCK = 4096


@dataclass(frozen=True)
class BankDataSet:
    """A data set to allocate: ``size`` is its block or control interval, ``record`` the longest record of a KSDS."""

    name: str
    organisation: str
    size: int = BLOCK
    tracks: int = 15
    key: tuple[int, int] = (0, 0)
    record: int = 0


def data_sets(ids: Sequence[int] = IDS) -> list[BankDataSet]:
    """Return the data sets of the bank; names are what follows ``prefix.DB.``, keys are (offset, length).

    :param ids: of the partitions.
    """
    found = [
        BankDataSet("ACCT", OSAM, tracks=150),
        BankDataSet("CUST", OSAM, tracks=60),
        BankDataSet("CUSTX", KSDS, key=(6, 8), record=14),
        BankDataSet("CUSTNX", KSDS, key=(6, 32), record=38),
    ]
    for number in ids:
        found.append(BankDataSet(f"HIST.A{number:05}", OSAM, tracks=60))
        found.append(BankDataSet(f"HIST.L{number:05}", KSDS, key=(0, 9), record=50))
    found += [BankDataSet(area.ddname, ESDS, area.size, 5) for area in _areas()]
    return found


def _areas() -> tuple[Area, ...]:
    return definitions.dbd("TELLER").areas


def mda_members(prefix: str) -> list[mda.MdaMember]:
    """Return the DFSMDA members; those of HIST are not needed, the RECON names the data sets of a HALDB."""
    databases = [(name, "DATABASE") for name in ("ACCT", "CUST", "CUSTX", "CUSTNX")]
    areas = [(area.ddname, "FPDEDB") for area in _areas()]
    return [
        mda.MdaMember(name, kind, (mda.Allocation(name, f"{prefix}.DB.{name}"),)) for name, kind in databases + areas
    ]


def recon_commands(prefix: str, accounts: int, ids: Sequence[int] = IDS) -> list[str]:
    """Return the cards that register the bank's databases; partitions take a third of the accounts each.

    :param ids: of the partitions, ascending; DBRC counts on when a partition that is not there was deleted.
    """
    found = []
    for name, dborg in (("ACCT", "HDAM"), ("CUST", "HIDAM"), ("CUSTX", "INDEX"), ("CUSTNX", "INDEX")):
        organisation = "VSAM" if dborg == "INDEX" else "OSAM"
        found += [
            f"INIT.DB DBD({name}) SHARELVL(1) TYPEIMS",
            f"INIT.DBDS DBD({name}) DDN({name}) DSN({prefix}.DB.{name}) GENMAX(7) DBORG({dborg}) DSORG({organisation})",
        ]
    found.append("INIT.DB DBD(HIST) TYPHALDB DBORG(PHDAM) SHARELVL(1)")
    for place, name in enumerate(PARTITIONS, 1):
        last = place == len(PARTITIONS)
        key = "9999999999" if last else definitions.account_number(accounts * place // len(PARTITIONS))
        partition = f"INIT.PART DBD(HIST) PART({{}}) KEYSTRNG('{key}') DSNPREFX({prefix}.DB.HIST) BLOCKSZE({BLOCK})"
        for _ in range(ids[place - 1] - (ids[place - 2] if place > 1 else 0) - 1):
            found += [partition.format(GAP), f"DELETE.PART DBD(HIST) PART({GAP})"]
        found.append(f"{partition.format(name)} GENMAX(7)")
    found.append("INIT.DB DBD(TELLER) TYPEFP SHARELVL(1)")
    for area in _areas():
        found += [
            f"INIT.DBDS DBD(TELLER) AREA({area.ddname}) GENMAX(7)",
            f"INIT.ADS DBD(TELLER) AREA({area.ddname}) ADDN({area.ddname}) ADSN({prefix}.DB.{area.ddname})",
        ]
    return [card for command in found for card in _cards(command)]


def _cards(command: str) -> list[str]:
    *lines, last = textwrap.wrap(command, 66, initial_indent=" ", subsequent_indent="   ")
    return [*(f"{line} -" for line in lines), last]


@dataclass(frozen=True)
class Installation:
    """The bank's data sets under a prefix, as ``find`` returns them, and the RECON that they are registered in."""

    prefix: str
    find: Callable[[str], ImsDataSet]
    dbrc: Dbrc
    blocks: int = 40

    def fill(self, accounts: int, customers: int) -> int:
        """Initialise partitions, format areas and load the bank; return its money. The RECON knows the databases."""
        self._format_areas()
        engine = Engine.unlogged()
        money = load(engine, self.databases(engine), accounts, customers)
        for name in PARTITIONS:
            self.dbrc.partition_initialised(name)
        return money

    def _format_areas(self) -> None:
        for area in _areas():
            format_area(AreaFile([self._of(area.ddname).esds()], area.ddname), area)
            execute(self.dbrc, f"CHANGE.ADS DBD(TELLER) AREA({area.ddname}) ADDN({area.ddname}) AVAIL")

    def _of(self, name: str) -> ImsDataSet:
        return self.find(f"{self.prefix}.DB.{name}")

    def databases(self, engine: Engine) -> dict[str, Database]:
        """Return the bank's databases, open without authorization."""
        dbds = {name: definitions.dbd(name, self.blocks) for name in definitions.DBD_SOURCE}
        partitions = {"HIST": definitions_of(self.dbrc.partitions("HIST"), verify=False)}
        allocated = [one for dbd in dbds.values() for one in self._allocated(dbd, partitions["HIST"])]
        assembly = Assembly(dbds, allocated, engine, partitions)
        found = {name: assembly.database(name) for name in ("ACCT", "CUST", "TELLER")}
        return found | {"HIST": assembly.haldb(dbds["HIST"])}

    def _allocated(self, dbd: Dbd, partitions: list[PartitionDefinition]) -> list[Allocated]:
        if dbd.partitioned:
            return [
                Allocated(one.name, one.ddname(letter), self.find(one.dsname(letter)))
                for one in partitions
                for letter in letters(dbd)
            ]
        names = [one.ddname for one in (dbd.areas or dbd.data_sets)]
        return [Allocated(dbd.name, name, self._of(name)) for name in names]
