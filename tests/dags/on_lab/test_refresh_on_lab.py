"""Refreshes of the bank from IMSP into IMST, both running, made by the Dag against a lab, in every mode."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.subsystem import DiskSubsystem

pytestmark = pytest.mark.xdist_group("refresh_on_lab")

PROJECT = Path(__file__).parents[3]
DATABASES = ("ACCT", "CUST", "CUSTX", "CUSTNX", "HIST", "TELLER")
FULL_FUNCTION = DATABASES[:4]
HOLDING = ("dbr", "dbd", "quiesce")
IMAGE_COPIES = "CLNTEST"
"""The job by which tests of past times, in the same lab, have image copies of the source made."""
SOURCE, TARGET = range(0x0A80, 0x0A86), range(0x0A90, 0x0A96)


@pytest.fixture(scope="module", params=HOLDING)
def held(refreshes: Any, request: pytest.FixtureRequest) -> str:
    refreshes.make(request.param, consistency=request.param)
    return str(request.param)


def test_every_task_succeeds_and_the_money_of_the_target_adds_up(refreshes: Any, held: str) -> None:
    assert set(refreshes.states(held).values()) == {"success"}, refreshes.states(held)
    assert "BANK INVARIANT HOLDS" in refreshes.bank("IMST")


def test_the_source_runs_again_and_the_time_it_lost_is_in_the_ledger(refreshes: Any, held: str) -> None:
    window = refreshes.ledger.run(refreshes.key(held)).window
    assert 0 < window.milliseconds < 30_000
    assert not any(status & {"STOACC", "STOUPDS"} for status in refreshes.statuses("IMSP").values())
    assert "BANK INVARIANT HOLDS" in refreshes.bank("IMSP")


def test_the_target_knows_nothing_of_the_recovery_history_of_before(refreshes: Any, held: str) -> None:
    found = refreshes.recon("IMST")
    assert {one.dbd for one in found.databases} >= set(DATABASES)
    anew = [one for one in found.data_sets if one.dbd in FULL_FUNCTION]
    assert {one.dsname for one in anew} == {f"IMST.DB.{name}" for name in FULL_FUNCTION}
    assert found.images == ()
    assert {one.record.get("IC RECOMMENDED") for one in anew} == {"ON"}
    undo = refreshes.evidence(held, "dbrc_delete").listing
    assert "LIST.DB DBD(ACCT) DBDS" in undo
    groups = [record for record in found.others if record.kind == "CAGRP"]
    assert "CUST      CUST" in "\n".join(groups[0].lines)


def test_only_ims_wrote_to_the_source(refreshes: Any, held: str, tmp_path: Path) -> None:
    refreshes.lab.copy(tmp_path / "lab")
    with DiskSubsystem(tmp_path / "lab" / "dasd", background_copy=False) as dasd:
        writers = {who for number in SOURCE for who in dasd.audit.writers_to(number)}
        found = [str(problem) for number in TARGET for problem in check_volume(dasd.device(number))]
    shutil.rmtree(tmp_path / "lab")
    assert writers - {IMAGE_COPIES} == {"CREATE", "IMSP"}
    assert found == []


@pytest.fixture(scope="module")
def fuzzy(refreshes: Any) -> str:
    refreshes.make("fuzzy", consistency="fuzzy")
    return "fuzzy"


def test_a_fuzzy_copy_takes_no_time_of_the_source_and_says_what_it_is(refreshes: Any, fuzzy: str) -> None:
    assert refreshes.states(fuzzy)["replicate"] == "success"
    run = refreshes.ledger.run(refreshes.key(fuzzy))
    assert run.window.milliseconds == 0
    plan = refreshes.ledger.plan(run.fingerprint)
    assert any(warning.startswith("CLN277W") for warning in plan.warnings)
    assert "HOLD" not in refreshes.evidence(fuzzy, "replicate").listing


@pytest.fixture(scope="module")
def several(refreshes: Any) -> str:
    """Fill a skeleton that has no database data, and the clone, from one window."""
    from airflow.dag_processing.dagbag import DagBag

    made = DagBag(PROJECT / "dags").dags["skeleton_clone"].test(run_conf={"environment": "skel"})
    assert str(made.state) == "success"
    also = "[{target: imsk, rename: ['IMSP.** -> IMSK.**'], volumes: [IMSK01, IMSK02, IMSK03]}]"
    refreshes.make("several", volumes=f"[IMST05, IMST06]\nalso: {also}")
    return "several"


def test_one_window_of_the_source_serves_two_targets(refreshes: Any, several: str) -> None:
    tasks = refreshes.runs[several].get_task_instances()
    assert {str(ti.state) for ti in tasks} == {"success"}
    assert sum(ti.task_id == "start_target" for ti in tasks) == 2
    plan = refreshes.ledger.plan(refreshes.ledger.run(refreshes.key(several)).fingerprint)
    assert not any(one.replaced for one in plan.targets[1].copies)
    read = {ims: refreshes.bank(ims) for ims in ("IMST", "IMSK")}
    assert all("BANK INVARIANT HOLDS" in listing for listing in read.values())
    first, second = (re.findall(r"(ACCOUNTS \d+ +TOTAL -?\d+)", listing) for listing in read.values())
    assert first == second
    assert first


def test_what_programs_keep_is_waited_for_when_the_file_says_so(
    refreshes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.refresh import statements
    from imsclone_airflow.refresh import replicate

    hold, tries = statements.hold, list[str]()

    def kept_at_first(plan: Any) -> Any:
        tries.append("try")
        return hold(plan) if len(tries) > 2 else statements.update([*plan.held, "NOTTHERE"], "STOP(ACCESS)")

    monkeypatch.setattr(statements, "hold", kept_at_first)
    monkeypatch.setattr(replicate, "AGAIN_SECONDS", 0.1)
    refreshes.make("waited", long_running="{policy: wait, wait_seconds: 1}", outage_budget_seconds="20")
    assert set(refreshes.states("waited").values()) == {"success"}
    found = refreshes.evidence("waited", "replicate")
    assert sum(message.startswith("CLN741E") for message in found.messages) >= 1
    assert len(found.job.split()) == 1 + sum(message.startswith("CLN741E") for message in found.messages)


@dataclass
class Fault:
    """Breaks one step of a run, and lets it go on when it is mended."""

    name: str
    step: str
    patch: Callable[[pytest.MonkeyPatch], None]
    told: str


def without_a_data_set(patch: pytest.MonkeyPatch) -> None:
    """The copy job names a data set that is not there."""
    from imsclone.jcl.card import control
    from imsclone.refresh import statements

    wrong = control("COPY DATASET(INCLUDE(IMSP.DB.NONE)) OUTDYNAM((IMST05)) RENAMEU((IMSP.DB.NONE,IMST.DB.NONE))")
    patch.setattr(statements, "copies", lambda plan: (wrong,))


def without_hold(patch: pytest.MonkeyPatch) -> None:
    """IMS does not know one of the databases that are to be held."""
    from imsclone.refresh import statements

    update = statements.update
    patch.setattr(statements, "hold", lambda plan: update([*plan.held, "NOTTHERE"], "STOP(ACCESS)"))


def without_definition(patch: pytest.MonkeyPatch) -> None:
    """DBRC refuses a definition."""
    from imsclone.recon.command import command
    from imsclone.refresh.plan import DbrcCommand

    patch.setattr(DbrcCommand, "command", property(lambda self: command("INIT.DB", DBD="ACCT", SHARELVL="9")))


FAULTS = [
    Fault("copy", "replicate", without_a_data_set, "CLN317E"),
    Fault("hold", "replicate", without_hold, "CLN741E"),
    Fault("definition", "dbrc_init", without_definition, "CLN317E"),
]


@pytest.fixture(scope="module", params=FAULTS, ids=lambda fault: fault.name)
def broken(refreshes: Any, request: pytest.FixtureRequest) -> Fault:
    fault: Fault = request.param
    with pytest.MonkeyPatch.context() as patch:
        fault.patch(patch)
        refreshes.make(fault.name)
    return fault


def test_a_failed_step_ends_with_the_source_started_and_the_target_stopped(refreshes: Any, broken: Fault) -> None:
    states = refreshes.states(broken.name)
    assert states[broken.step] == "failed"
    assert {states[task] for task in ("verify", "start_target", "publish")} == {"upstream_failed"}
    assert states["resume"] == "success"
    assert broken.told in refreshes.ledger.run(refreshes.key(broken.name)).error
    source, target = refreshes.statuses("IMSP"), refreshes.statuses("IMST")
    assert not any(source[name] & {"STOACC", "STOUPDS"} for name in DATABASES)
    assert all("STOACC" in target[name] for name in DATABASES)


def test_the_next_run_mends_it(refreshes: Any, broken: Fault) -> None:
    there = {one.dbd for one in refreshes.recon("IMST").databases} & set(DATABASES)
    assert there == ({"HIST"} if broken.step == "dbrc_init" else set(DATABASES))
    refreshes.make("mended")
    assert set(refreshes.states("mended").values()) == {"success"}
    assert "BANK INVARIANT HOLDS" in refreshes.bank("IMST")
