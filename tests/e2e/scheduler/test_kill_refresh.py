"""A refresh of databases is killed in each of its tasks: the task, the embedded z/OS, the scheduler; or is refused.

Nothing of the source stays stopped beyond the outage budget, no program of the target sees half a refresh, and the run
goes on: by Airflow's own retries, or when the task that failed is cleared.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import console_site
import pytest
import traces
from running_airflow import MEASURED
from witness import Witness

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.timeout(1800),
]

WITH_LOGS = "fuzzy_with_log_apply"
DATABASES = {"dbr": ("ACCT", "CUST", "TELLER"), WITH_LOGS: ("ACCT", "CUST", "HIST", "TELLER")}
INDEXES = ("CUSTX", "CUSTNX")
NAME = rb"[\xf0-\xf9]{8}(\xc3\xe4\xe2\xe3\xd6\xd4\xc5\xd9\x40[\xf0-\xf9]{8})\x40{7}"
"""A customer's number and name, ``CUSTOMER nnnnnnnn``, on a track."""
BUDGET_SECONDS, GRACE_SECONDS = 10.0, 2.0
RUN_SECONDS = 1500.0
POLICY = "fields:\n  - {database: CUST, segment: CUSTOMER, field: NAME, rule: names, list: full-names}\n"
MASKING = "masking: {policy: names.yaml, key: {variable: bank_mask_key}}\nwork: {volumes: [LABWK1]}"
MORE = {"dbr": f"{MASKING}\nkeep_generations: 1", WITH_LOGS: MASKING}
"""What stays of a HALDB in its RECON is not kept, so HIST is refreshed in the other mode."""
DBRC, LAST = ("dbrc_delete", "dbrc_init"), ("mask", "verify", "start_target")
TASKS = {
    "dbr": ("plan", "stop_target", "keep_generation", "arm_quiesce", "replicate", "resume", *DBRC, *LAST),
    WITH_LOGS: ("stop_target", "replicate", "archive_log", *DBRC, "apply_log", "rebuild_indexes", *LAST),
}
"""The tasks of a run that holds the source, or that needs its logs, that have something to do on z/OS."""
WITHOUT_REQUESTS = "publish"
ONCE = ("CLNCOPY", "CLNKEEP", "CLNAPPLY", "CLNINDEX")
WAYS = [(way, consistency) for way in ("task", "lab", "scheduler", "refusal") for consistency in TASKS]
CHECK = """\
//PTRCHECK JOB CLASS=A
//STOP     EXEC PGM=CSLUSPOC,
//         PARM='IMSPLEX=PLEX1,ROUTE=(IMST),WAIT=30,F=WRAP'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 UPDATE DB NAME(*) STOP(ACCESS)
/*
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
//START    EXEC PGM=CSLUSPOC,COND=EVEN,
//         PARM='IMSPLEX=PLEX1,ROUTE=(IMST),WAIT=30,F=WRAP'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 UPDATE DB NAME(*) START(ACCESS)
/*
"""
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
    consistency: str
    witness: Witness
    faults: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    cleared: list[str] = field(default_factory=list)

    def go(self, plant: Any) -> None:
        """Make the run; what fails is cleared, one task after the other."""
        strike = {"task": plant.kill_task, "lab": plant.kill_lab, "scheduler": plant.kill_scheduler}
        tasks = TASKS[self.consistency]
        if self.way == "refusal":
            found = [plant.fault(task, plant.refuse, submits=True) for task in tasks]
        else:
            found = [plant.fault(task, strike[self.way], effect=True) for task in tasks]
        if self.way == "lab" and self.consistency != WITH_LOGS:
            found += [plant.fault(task, plant.kill_lab) for task in tasks]
        self.faults = {fault.name: fault for fault in found}
        plant.start(*found)
        if self.way == "task":
            plant.kill_publish()
        self.state = plant.airflow.ended(plant.run, RUN_SECONDS)
        while self.way == "refusal" and self.state == "failed":
            red = {one["task_id"] for one in plant.airflow.tasks(plant.run) if one["state"] == "failed"}
            failed = [task for task in tasks if task in red]
            assert failed, plant.airflow.shown(plant.run)
            assert not set(failed) & set(self.cleared), plant.airflow.shown(plant.run)
            self.cleared += failed
            plant.wait_for_target()
            for task in failed:
                plant.airflow.clear(plant.run, task)
            self.state = plant.airflow.ended(plant.run, RUN_SECONDS)


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def killed(plant: Any, request: pytest.FixtureRequest) -> Any:
    way, consistency = request.param
    plant.require_clone()
    (plant.site / "names.yaml").write_text(POLICY)
    name = f"killed_{consistency}"
    known = {"consistency": consistency, "budget": BUDGET_SECONDS}
    chosen = ", ".join(DATABASES[consistency])
    plant.make_dag(name, console_site.environment(name, MORE[consistency], chosen, **known))
    with plant.running(name), Witness(plant.statuses) as witness:
        found = Killed(way, consistency, witness)
        found.go(plant)
        assert plant.proxy.clear() == [], plant.airflow.shown(plant.run)
        yield found


def seen(plant: Any, step: str) -> float:
    """Return when a step was done the last time."""
    known = plant.ledger.evidence(f"{plant.airflow.dag}/{plant.run}")
    return max(one.ended_at.timestamp() for one in known if one.step == step and one.outcome == "done")


def test_the_refresh_completes_and_its_databases_are_sound(plant: Any, killed: Killed) -> None:
    assert killed.state == "success", plant.airflow.shown(plant.run)
    assert "PCK099I 4 DATABASES CHECKED, 0 POINTER ERRORS" in plant.listing(CHECK, "CHECK")
    if killed.consistency == WITH_LOGS:
        assert "BANK INVARIANT HOLDS" in plant.listing(BANK_READ)


def test_each_task_was_tried_again_or_cleared(plant: Any, killed: Killed) -> None:
    tries = Counter({one["task_id"]: one["try_number"] for one in plant.airflow.tasks(plant.run)})
    tasks = [*TASKS[killed.consistency], *([WITHOUT_REQUESTS] if killed.way == "task" else [])]
    if killed.way == "refusal":
        assert killed.cleared == tasks
    elif killed.way == "task":
        assert [task for task in tasks if tries[task] < 2] == []


def test_the_source_writes_again_within_the_budget_after_each_fault(plant: Any, killed: Killed) -> None:
    for name, fault in killed.faults.items():
        plant.require_source(f"{killed.consistency}: {killed.way} in {name}", fault.at, BUDGET_SECONDS)


def test_no_database_of_the_source_is_stopped_beyond_the_budget(plant: Any, killed: Killed) -> None:
    names = (*DATABASES[killed.consistency], *INDEXES)
    stopped = {name: killed.witness.longest_stop("IMSP", name) for name in names}
    MEASURED.append(f"{killed.consistency}, {killed.way}: source databases stopped for {max(stopped.values()):.2f} s")
    assert max(stopped.values()) < BUDGET_SECONDS + GRACE_SECONDS, stopped
    now = plant.statuses("IMSP")
    assert [name for name in names if now[name] & {"STOACC", "STOUPDS", "STOSCHD"}] == []


def test_no_program_of_the_target_can_use_half_a_refresh(plant: Any, killed: Killed) -> None:
    since, until = seen(plant, "stop_target"), seen(plant, "verify")
    looks = [one for one in killed.witness.samples["IMST"] if since < one.since and one.until < until]
    assert len(looks) >= len(TASKS[killed.consistency]) / 2
    names = (*DATABASES[killed.consistency], *INDEXES)
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
