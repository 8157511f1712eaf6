"""A refresh to a past time: the target's databases are what the source's were then, record by record."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zoslab.ims import subsystems, type2
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.bank.transactions import transfer
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import UserAbend
from zoslab.ims.psb import DbPcb
from zoslab.ims.schedule import run_transaction, scheduled
from zoslab.ims.stamps import stck
from zoslab.zos import Zos

pytestmark = pytest.mark.xdist_group("refresh_on_lab")

TIMES = 10 if "THOROUGH" in os.environ else 2
DATABASES = ("ACCT", "CUST", "HIST", "TELLER")
INDEXES = ("CUSTX", "CUSTNX")
IMAGES = (
    *(("ACCT", "ACCT"), ("CUST", "CUST"), ("HISTA", "HISTAA"), ("HISTB", "HISTBA"), ("HISTC", "HISTCA")),
    *(("TELLER", f"TELLER0{number}") for number in (1, 2, 3)),
)
Records = dict[str, list[tuple[str, bytes]]]


def until(true: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def images(refreshes: Any) -> Any:
    """An image copy of each data set of the source, in its RECON."""
    from imsclone.jcl.card import Card
    from imsclone.names import DataSetName, ImsId, Volser
    from imsclone.spec.model import Imsplex
    from imsclone.spec.refresh import DatabaseName

    copies = [
        SimpleNamespace(statement=Card(f"D1 {dbd:8} {ddname:8} "), output=DataSetName(f"CLONE.PAST.{ddname}"))
        for dbd, ddname in IMAGES
    ]
    said = refreshes.job(
        "IMSP",
        "image_copy.jcl",
        "COPY",
        acblib=[DataSetName("IMSP.ACBLIB")],
        imsplex=Imsplex("PLEX1"),
        imsid=ImsId("IMSP"),
        databases=[DatabaseName(name) for name in DATABASES],
        work_volume=Volser("LABWK1"),
        image_copies=copies,
    )
    assert said.count("DFS339I") == len(copies), said
    return refreshes


@pytest.fixture(scope="module")
def early(images: Any) -> Any:
    """A run for a time of which there are no image copies; its plan looks at the partitions all the same."""
    images.make("early", as_of=(datetime.now(UTC) - timedelta(days=9)).isoformat())
    return images


@pytest.fixture(scope="module")
def past(early: Any) -> Any:
    """A run for a moment at which the source was quiet; more was changed behind it."""
    images = early
    images.moment = with_rate(images.client, 60)
    time.sleep(1)
    with_rate(images.client, 5)
    images.make("past", as_of=images.moment.isoformat())
    return images


def with_rate(client: Any, rate: int) -> datetime:
    """Have the bank's terminals work at another rate; return a moment at which they did nothing."""
    client.command("P BANKWL")
    until(lambda: "BANKWL" not in str(client.command("D A,L")))
    moment = datetime.now(UTC)
    client.command(f"S BANKWL,RATE={rate}")
    return moment


def test_a_run_for_a_past_time_makes_the_bank_of_that_time(past: Any) -> None:
    assert set(past.states("past").values()) == {"success"}, past.states("past")
    assert "BANK INVARIANT HOLDS" in past.bank("IMST")
    assert past.ledger.run(past.key("past")).window.milliseconds == 0
    listing = past.evidence("past", "rebuild_indexes").listing
    assert all(f"INDEX {name} OF CUST BUILT" in listing for name in INDEXES)


def test_a_time_of_before_the_image_copies_fails_in_plan_and_says_what_is_missing(early: Any) -> None:
    assert set(early.states("early").values()) == {"failed", "upstream_failed"}


@dataclass
class Past:
    """A copy of the lab in this process: what its source held is recorded, and made on its target."""

    system: Any
    plan: Any
    recorded: list[tuple[datetime, Records]] = field(default_factory=list)

    @property
    def source(self) -> Any:
        return subsystems.find(self.system, "IMSP")

    @property
    def target(self) -> Any:
        return subsystems.find(self.system, "IMST")

    def records(self, region: Any) -> Records:
        """Read everything in hierarchic order."""
        found: Records = {}
        for number, name in enumerate(DATABASES):
            unit = region.engine.recovery.begin("READ", 90 + number)
            pcb = Pcb(DbPcb(name, "G", 255), region.databases.get(name), unit)
            found[name] = []
            while (data := pcb.gn()) is not None:
                found[name].append((pcb.segment, data))
            region.engine.recovery.commit(unit)
        return found

    def work(self, chance: random.Random) -> None:
        """Let some transactions run, then note what there is, with another one in flight, which is committed later."""
        for _ in range(chance.randint(3, 12)):
            payer, payee = (account_number(chance.randint(1, 2000)) for _ in range(2))
            name = chance.choice(["TRANSFER", "TRANSFER", "MISTAKE", "CUSTOMER"])
            words = [f"9{chance.randint(0, 50):07}"] if name == "CUSTOMER" else [payer, payee, "5"]
            try:
                run_transaction(self.source, name, words)
            except UserAbend:
                continue
        held = self.records(self.source)
        with scheduled(self.source, "BANKTRN", "TRANSFER") as program:
            transfer(program.pcbs, [account_number(7), account_number(8), "1"], stck(self.system.clock.now()))
            time.sleep(0.002)
            self.recorded.append((self.system.clock.now().astimezone(UTC), held))
            time.sleep(0.002)

    def job(self, template: str, step: str, side: Any, **values: Any) -> str:
        from imsclone.jcl import JobHeader, render
        from imsclone.names import CardText, JobName
        from imsclone.zosmf import JobCard, correlator

        header = JobHeader(JobName("PAST"), correlator("d", "r", step), JobCard(), CardText(step), CardText("past"))
        given = {"steplib": side.steplib, "recon": side.recon, "dbdlib": side.dbdlib, "acblib": side.acblib}
        jobid = self.system.jes.submit(render(template, job=header, **given, **values), "IBMUSER")
        until(lambda: self.system.jes.job(jobid).status == "OUTPUT")
        done = self.system.jes.job(jobid)
        lines = [
            line
            for file in done.files
            if file.ddname == "SYSPRINT"
            for line in self.system.jes.spool_records(jobid, file.id)
        ]
        assert done.retcode == "CC 0000", (done.retcode, lines)
        return "\n".join(lines)

    def recon(self, side: Any) -> Any:
        from imsclone.listings import recon

        return recon.read(self.job("list_recon.jcl", "LIST", side))

    def command(self, region: Any, what: str) -> None:
        text = f"UPDATE DB NAME({','.join((*DATABASES, *INDEXES))}) {what}"
        assert type2.execute(region, text).code == 0

    def make(self, moment: datetime) -> Records:
        """Make the target's databases of a time, by what the plan makes of that time."""
        from imsclone.names import DataSetName
        from imsclone.refresh import statements
        from imsclone.refresh.as_of import bases, logs_to
        from imsclone.refresh.definitions import deletions

        aim, recon = self.plan.targets[0], self.recon(self.plan.source)
        found = bases(recon, self.plan.owners, moment)
        logs = logs_to(recon, found.found, moment)
        assert not [*found.problems, *logs.problems, *logs.waiting]
        self.command(self.target, "STOP(ACCESS)")
        if history := list(deletions(self.recon(aim.side), ["HIST"])):
            self.job("update_recon.jcl", "UPDATE", aim.side, commands=history)
        made = statements.recoveries(aim.recoveries, moment)
        names = [DataSetName(name) for name in logs.names]
        acblib = self.plan.source.acblib
        self.job("apply_log.jcl", "APPLY", aim.side, source_acblib=acblib, logs=names, recoveries=made)
        usable = statements.usable_indexes(aim)
        self.job("rebuild_indexes.jcl", "INDEX", aim.side, rebuilds=statements.rebuilds(aim), commands=usable)
        self.command(self.target, "START(ACCESS)")
        return self.records(self.target)


@pytest.fixture(scope="module")
def copied(past: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder = tmp_path_factory.mktemp("past") / "lab"
    past.lab.copy(folder)
    system = Zos.ipl(folder)
    for imsid in ("IMSP", "IMST"):
        until(lambda imsid=imsid: (found := subsystems.find(system, imsid)) is not None and found.state == "RUNNING")
    system.console.command("P BANKWL")
    until(lambda: "BANKWL" not in "".join(system.console.command("D A,L")))
    yield Past(system, past.ledger.plan(past.ledger.run(past.key("past")).fingerprint))
    system.shutdown()
    shutil.rmtree(folder)


def test_databases_of_random_past_times_are_what_was_recorded_then(copied: Past) -> None:
    chance = random.Random(17)
    for _ in range(TIMES):
        copied.work(chance)
    copied.source.log.switch()
    last = copied.recorded[-1][0]
    until(lambda: not _waiting(copied, last))
    for moment, held in chance.sample(copied.recorded, TIMES):
        made = copied.make(moment)
        for name in DATABASES:
            assert made[name] == held[name], name


def _waiting(copied: Past, moment: datetime) -> bool:
    from imsclone.refresh.as_of import bases, logs_to

    recon = copied.recon(copied.plan.source)
    found = logs_to(recon, bases(recon, copied.plan.owners, moment).found, moment)
    return bool(found.waiting or found.problems)
