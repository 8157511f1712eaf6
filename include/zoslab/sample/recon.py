"""The RECON of the sample production system: one record at least of every kind that LIST.RECON shows.

What happened before the system was built (logs of dual logging, a reorganization, a recovery, a change accumulation, a
batch job that failed) is told to DBRC as an operator would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zoslab.clock import Clock
from zoslab.datasets import DataManagement
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import run
from zoslab.sample import data_sets

IMSID = data_sets.HLQ
JOB = "NIGHTLY"
TOKEN = "C9D4E2D7404040400000000100000000"
"""Recovery token of a unit of recovery: IMSP, its first."""


class ReconNotBuilt(Exception):
    """DBRC refused a command of the sample."""


@dataclass(frozen=True)
class Copied:
    """An image copy that was made of a database data set."""

    database: str
    ddname: str
    area: bool
    dsname: str
    volser: str
    records: int


def open_recon(datasets: DataManagement) -> Dbrc:
    """Return DBRC on the RECON data sets."""
    found = [datasets.find(cluster.dsname) for cluster in data_sets.RECONS]
    return Dbrc.open([ReconDataSet(one.dsname, one.ksds()) for one in found], Clock(), names_may_differ=True)


def tell(dbrc: Dbrc, commands: Sequence[str]) -> None:
    """Run commands.

    :raises ReconNotBuilt: DBRC refused one.
    """
    run_cards(dbrc, [card for one in commands for card in _cards(one)])


def run_cards(dbrc: Dbrc, cards: Sequence[str]) -> None:
    """Run commands that are cards already.

    :raises ReconNotBuilt: DBRC refused one.
    """
    listing: list[str] = []
    if run(dbrc, list(cards), listing.append) > 0:
        raise ReconNotBuilt("\n".join(listing))


def _cards(command: str) -> list[str]:
    """Return a command as cards: an operand, or a member of a list, on each."""
    return f" {command.replace(') ', ') -~   ').replace('),(', '), -~     (')}".split("~")


def registration() -> list[str]:
    """Return the commands that initialise the RECON."""
    return [
        f"INIT.RECON SSID({IMSID}) CATDS CHECK44 STARTNEW REORGV DASDUNIT(3390) TAPEUNIT(3490)",
        "INIT.GSG GSGNAME(BANKGSG)",
        "INIT.SG GSGNAME(BANKGSG) SGNAME(SITE1) LOCAL ROLE(ACTIVE)",
    ]


def groups() -> list[str]:
    """Return the commands for groups, and for what the sample's databases have beyond the bank's own registration."""
    return [
        "INIT.ADS DBD(TELLER) AREA(TELLER01) ADDN(TELLR01B) ADSN(IMSP.DB.TELLR01B)",
        "CHANGE.PART DBD(HIST) PART(HISTB) REUSE",
        "INIT.CAGRP GRPNAME(BANKGRP) GRPMAX(3) CAJCL(CAJCL) "
        "GRPMEM((ACCT,ACCT),(CUST,CUST),(HISTA,HISTAA),(HISTB,HISTBA),(HISTC,HISTCA))",
        "INIT.DBDSGRP GRPNAME(BANKDB) DBGRP(ACCT,CUST,HIST,TELLER)",
        "INIT.DBDSGRP GRPNAME(HISTDS) MEMBERS((HISTA,HISTAA),(HISTB,HISTBA),(HISTC,HISTCA))",
    ]


def history(now: datetime, copies: Sequence[Copied]) -> list[str]:
    """Return the commands that tell what happened before ``now``, the image copies last."""
    at = {minutes: f"'{now - timedelta(minutes=minutes):%Y.%j %H:%M:%S.%f} +00:00'" for minutes in range(0, 91, 10)}
    return [*_events(at), *_logs(at), *_job(at), *_copies(at, copies)]


def _events(at: Mapping[int, str]) -> Iterator[str]:
    yield f"NOTIFY.REORG DBD(CUST) DDN(CUST) RUNTIME({at[80]})"
    yield f"NOTIFY.RECOV DBD(CUST) DDN(CUST) RUNTIME({at[70]}) RCVTIME({at[80]})"
    yield f"NOTIFY.UIC DBD(ACCT) DDN(ACCT) RUNTIME({at[60]}) UDATA('VOLUME DUMP')"
    yield "INIT.IC DBD(HISTB) DDN(HISTBA) ICDSN(IMSP.IC.HISTB.NEXT) UNIT(3390) VOLLIST(IMSP06)"
    yield (
        f"NOTIFY.CA GRPNAME(BANKGRP) CADSN(IMSP.CA.BANKGRP) RUNTIME({at[40]}) STOPTIME({at[40]}) UNIT(3390) "
        "VOLLIST(IMSP05)"
    )


def _logs(at: Mapping[int, str]) -> Iterator[str]:
    """Yield what is left of a run of IMSP with dual logging: its online log, archived twice."""
    began = f"SSID({IMSID}) STARTIME({at[60]})"
    ended = f"RUNTIME({at[50]}) FIRSTREC(1) LASTREC(3E8)"
    yield f"NOTIFY.SECLOG OLDS(DFSOLS00) {began} DSN(IMSP.OLS00) FIRSTREC(1)"
    yield f"NOTIFY.SECLOG OLDS(DFSOLS00) {began} RUNTIME({at[50]}) LASTREC(3E8)"
    yield f"CHANGE.SECLOG OLDS(DFSOLS00) SSID({IMSID}) ARCHIVED"
    for verb, copy in (("PRILOG", "P"), ("SECLOG", "S")):
        for kind in ("SLDS", "RLDS"):
            dsname = f"DSN(IMSP.LOGS.DUAL.{kind}{copy}) UNIT(3390) VOLSER(IMSP04)"
            yield f"NOTIFY.{verb} {kind} {began} {dsname} {ended}"
            yield f"NOTIFY.{verb} {kind} {began} RUNTIME({at[50]})"


def _job(at: Mapping[int, str]) -> Iterator[str]:
    """Yield what a batch job left: its log, an update that ended, its subsystem record, and a unit of work of IMSP."""
    log = f"SSID({JOB}) STARTIME({at[30]})"
    dsname = "DSN(IMSP.LOGS.NIGHTLY.RLDSP) UNIT(3390) VOLSER(IMSP04)"
    yield f"NOTIFY.PRILOG RLDS {log} {dsname} RUNTIME({at[20]}) FIRSTREC(1) LASTREC(64)"
    yield f"NOTIFY.PRILOG RLDS {log} RUNTIME({at[20]})"
    yield f"NOTIFY.ALLOC DBD(ACCT) DDN(ACCT) ALLTIME({at[30]}) STARTIME({at[30]})"
    yield f"NOTIFY.ALLOC DBD(ACCT) DDN(ACCT) ALLTIME({at[30]}) DEALTIME({at[20]})"
    yield f"NOTIFY.SUBSYS SSID({JOB}) BATCH ABNORMAL STARTIME({at[30]})"
    yield f"NOTIFY.BKOUT SSID({IMSID}) UOR({TOKEN}) UORTIME({at[60]}) PSB(BANKTRN) BKO(CUST) INFLT"


def _copies(at: Mapping[int, str], copies: Sequence[Copied]) -> Iterator[str]:
    for one in copies:
        yield (
            f"NOTIFY.IC DBD({one.database}) {'AREA' if one.area else 'DDN'}({one.ddname}) ICDSN({one.dsname}) "
            f"RUNTIME({at[0]}) "
            f"RECDCT({one.records}) UNIT(3390) VOLLIST({one.volser})"
        )
