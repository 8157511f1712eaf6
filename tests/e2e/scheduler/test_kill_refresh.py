"""A refresh or HALDB copy is killed in each of its tasks: the task, the embedded z/OS, the scheduler; or is refused.

Nothing of the source stays stopped beyond the outage budget, no program of the target sees half a refresh, and the run
goes on: by Airflow's own retries, or when the task that failed is cleared.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import traces
from refreshes_to_kill import (
    BUDGET_SECONDS,
    LIST_RECON,
    OWN_PARTITION,
    POLICY,
    PUBLISH,
    REFRESHES,
    WITH_LOGS,
    Refresh,
    start,
    stop,
)
from running_airflow import MEASURED
from witness import Witness

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.timeout(1800),
]

NAME = rb"[\xf0-\xf9]{8}(\xc3\xe4\xe2\xe3\xd6\xd4\xc5\xd9\x40[\xf0-\xf9]{8})\x40{7}"
"""A customer's number and name, ``CUSTOMER nnnnnnnn``, on a track."""
GRACE_SECONDS, RUN_SECONDS = 2.0, 1500.0
ONCE = ("CLNCOPY", "CLNKEEP", "CLNAPPLY", "CLNINDEX")
WAYS = [(way, name) for name in REFRESHES for way in ("task", "lab", "scheduler", "refusal")]
CHECK = f"""\
//PTRCHECK JOB CLASS=A
{stop("*")}\
//CHECK    EXEC PGM=PTRCHECK
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//         DD DISP=SHR,DSN=IMST.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMST.ACBLIB
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 CHECK DBD(ACCT)
 CHECK DBD(CUST)
 CHECK DBD(HIST)
 CHECK DBD(TELLER)
/*
{start("*")}"""
BANK_READ = """\
//BANKRD   JOB CLASS=A
//READ     EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""


@dataclass
class Killed:
    """A run whose tasks were all killed in one way, or all refused; the faults by name, and what was seen.

    Each failure of z/OS is followed by an archived log, and few of those are kept: with logs there is one in each task.
    """

    way: str
    name: str
    refresh: Refresh
    witness: Witness
    faults: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    cleared: list[str] = field(default_factory=list)

    def go(self, plant: Any) -> None:
        """Make the run; what fails is cleared, one task after the other."""
        strike = {"task": plant.kill_task, "lab": plant.kill_lab, "scheduler": plant.kill_scheduler}
        tasks = self.refresh.tasks
        if self.way == "refusal":
            found = [plant.fault(task, plant.refuse, submits=True) for task in tasks]
        else:
            found = [plant.fault(task, strike[self.way], effect=True) for task in tasks]
        if self.way == "lab" and self.refresh.consistency != WITH_LOGS:
            found += [plant.fault(task, plant.kill_lab) for task in tasks]
        self.faults = {fault.name: fault for fault in found}
        plant.start(*found, **self.refresh.form)
        if self.way == "task":
            plant.kill_publish()
        if self.way == "refusal":
            plant.report.mkdir(parents=True)
        self.state = plant.airflow.ended(plant.run, RUN_SECONDS)
        while self.way == "refusal" and self.state == "failed":
            self.clear(plant)

    def clear(self, plant: Any) -> None:
        """Clear what failed; a report that could not be written first gets its place."""
        red = {one["task_id"] for one in plant.airflow.tasks(plant.run) if one["state"] == "failed"}
        failed = [task for task in (*self.refresh.tasks, PUBLISH) if task in red]
        assert failed, plant.airflow.shown(plant.run)
        assert not set(failed) & set(self.cleared), plant.airflow.shown(plant.run)
        self.cleared += failed
        plant.wait_for_target()
        assert told(plant) == 0
        if PUBLISH in failed:
            assert "CLN736E" in plant.airflow.message(plant.run, PUBLISH)
            plant.report.rmdir()
        for task in failed:
            plant.airflow.clear(plant.run, task)
        self.state = plant.airflow.ended(plant.run, RUN_SECONDS)


def told(plant: Any) -> int:
    """Return how often those who wait for the target were told of this run."""
    chosen = {"source_dag_id": plant.airflow.dag, "source_run_id": plant.run}
    return int(plant.airflow.call("GET", "/assets/events", params=chosen)["total_entries"])


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def killed(plant: Any, request: pytest.FixtureRequest) -> Any:
    way, name = request.param
    refresh = REFRESHES[name]
    plant.require_clone()
    (plant.site / "names.yaml").write_text(POLICY)
    if refresh.is_haldb_copy:
        (plant.site / "environments" / f"{refresh.environment}.yaml").write_text(refresh.file())
        assert "HIGHEST CONDITION CODE = 00" in plant.listing(OWN_PARTITION, "DBRC")
        assert numbers(plant, "IMST")["HIST"] > numbers(plant, "IMSP")["HIST"]
    else:
        plant.make_dag(refresh.environment, refresh.file())
    with plant.running(refresh.dag), Witness(plant.statuses) as witness:
        found = Killed(way, name, refresh, witness)
        found.go(plant)
        assert plant.proxy.clear() == [], plant.airflow.shown(plant.run)
        yield found


def numbers(plant: Any, imsid: str) -> dict[str, tuple[int, ...]]:
    """Return what a RECON says: ID and reorganization number of each partition, the last ID given of each HALDB."""
    from imsclone.haldb.definitions import last_id
    from imsclone.listings import recon

    found = recon.read(plant.listing(LIST_RECON.format(ims=imsid)))
    given = {one.dbd: (last_id(one),) for one in found.databases if one.kind == "HALDB"}
    return given | {one.name: (one.partition_id, one.reorg_number) for one in found.partitions}


def seen(plant: Any, step: str) -> float:
    """Return when a step was done the last time."""
    known = plant.ledger.evidence(f"{plant.airflow.dag}/{plant.run}")
    return max(one.ended_at.timestamp() for one in known if one.step == step and one.outcome == "done")


def test_the_refresh_completes_and_its_databases_are_sound(plant: Any, killed: Killed) -> None:
    assert killed.state == "success", plant.airflow.shown(plant.run)
    assert "PCK099I 4 DATABASES CHECKED, 0 POINTER ERRORS" in plant.listing(CHECK, "CHECK")
    if killed.name == WITH_LOGS:
        assert "BANK INVARIANT HOLDS" in plant.listing(BANK_READ)


def test_the_partitions_have_the_numbers_of_the_source(plant: Any, killed: Killed) -> None:
    assert numbers(plant, "IMST") == numbers(plant, "IMSP") != {}


def test_the_run_is_handed_over_once(plant: Any, killed: Killed) -> None:
    key = f"{plant.airflow.dag}/{plant.run}"
    assert (told(plant), plant.ledger.run(key).state) == (1, "success")
    assert '<span class="success">' in plant.report.read_text()


def test_each_task_was_tried_again_or_cleared(plant: Any, killed: Killed) -> None:
    tries = Counter({one["task_id"]: one["try_number"] for one in plant.airflow.tasks(plant.run)})
    tasks = [*killed.refresh.tasks, PUBLISH]
    if killed.way == "refusal":
        assert killed.cleared == tasks
    elif killed.way == "task":
        assert [task for task in tasks if tries[task] < 2] == []


def test_the_source_writes_again_within_the_budget_after_each_fault(plant: Any, killed: Killed) -> None:
    for name, fault in killed.faults.items():
        plant.require_source(f"{killed.name}: {killed.way} in {name}", fault.at, BUDGET_SECONDS)


def test_no_database_of_the_source_is_stopped_beyond_the_budget(plant: Any, killed: Killed) -> None:
    names = killed.refresh.watched
    stopped = {name: killed.witness.longest_stop("IMSP", name) for name in names}
    MEASURED.append(f"{killed.name}, {killed.way}: source databases stopped for {max(stopped.values()):.2f} s")
    assert max(stopped.values()) < BUDGET_SECONDS + GRACE_SECONDS, stopped
    now = plant.statuses("IMSP")
    assert [name for name in names if now[name] & {"STOACC", "STOUPDS", "STOSCHD"}] == []


def test_no_program_of_the_target_can_use_half_a_refresh(plant: Any, killed: Killed) -> None:
    since, until = seen(plant, "stop_target"), seen(plant, "verify")
    looks = [one for one in killed.witness.samples["IMST"] if since < one.since and one.until < until]
    assert len(looks) >= len(killed.refresh.tasks) / 2
    names = killed.refresh.watched
    found = {name: killed.witness.not_stopped("IMST", name, since, until) for name in names}
    assert {name: moments for name, moments in found.items() if moments} == {}


def test_no_name_that_was_masked_is_in_what_the_run_wrote(plant: Any, killed: Killed) -> None:
    """Neither in the logs of its tasks, killed ones included, nor in report, ledger and spool."""
    known = {name for image in plant.heart.images for name in re.findall(NAME, image.read_bytes())}
    assert len(known) > 100
    airflow, key = plant.airflow.home.airflow, f"{plant.airflow.dag}/{plant.run}"
    logs = list(traces.files(airflow / "logs" / f"dag_id={plant.airflow.dag}" / f"run_id={plant.run}"))
    reports, spool = list(traces.files(airflow / "reports")), list(plant.spool())
    assert min(map(len, (logs, reports, spool))) > 0
    ledger = repr(plant.ledger.evidence(key)) + repr(plant.ledger.plan(plant.ledger.run(key).fingerprint))
    assert traces.left(known, dict([*logs, *reports, *spool, ("ledger", ledger)])) == []


def test_no_job_ran_twice_for_a_task_that_was_tried_twice(plant: Any, killed: Killed) -> None:
    jobs = [job for job in plant.jobs() if job["jobid"] not in plant.earlier]
    assert max(Counter(job["job-correlator"].partition(":")[2] for job in jobs).values()) == 1
    done = Counter(job["jobname"] for job in jobs if job["retcode"] == "CC 0000")
    assert {name: count for name, count in done.items() if name in ONCE and count > 1} == {}
