"""Every task of the Dag is killed once, when its first effect on the host has happened and its reply is on its way."""

from collections import Counter
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(600)]

TASKS = [
    "plan",
    "retire_previous",
    "back_up_catalogs",
    "arm_quiesce",
    "replicate",
    "resume",
    "relabel",
    "rename",
    "recatalog",
    "update_recon",
    "update_libraries",
    "update_mda",
    "update_resource_definitions",
    "update_nucleus",
    "verify",
    "start",
    "offload.report",
]
WITHOUT_REQUESTS = "publish"
ONCE = ("CLNCOPY", "CLNRECON", "CLNREAD")


@pytest.fixture(scope="module")
def killed(plant: Any) -> tuple[str, dict[str, Any]]:
    """One run in which each task is killed; its state, and the faults by task."""
    faults = {task: plant.fault(task, plant.kill_task, effect=True) for task in TASKS}
    run = plant.start(*faults.values())
    plant.kill_publish()
    state = plant.airflow.ended(run)
    assert plant.proxy.clear() == [], plant.airflow.shown(run)
    return state, faults


def test_the_clone_completes_by_airflows_own_retries(plant: Any, killed: Any) -> None:
    assert killed[0] == "success", plant.airflow.shown(plant.run)


@pytest.mark.parametrize("task", [*TASKS, WITHOUT_REQUESTS])
def test_the_killed_task_was_tried_again(task: str, plant: Any, killed: Any) -> None:
    tries = [one["try_number"] for one in plant.airflow.tasks(plant.run) if one["task_id"] == task]
    assert max(tries) == 2


@pytest.mark.parametrize("task", TASKS)
def test_production_goes_on_after_a_kill_in(task: str, plant: Any, killed: Any) -> None:
    plant.require_source(f"task process of {task} killed", killed[1][task].at)


def test_no_job_ran_twice_for_a_task_that_was_tried_twice(plant: Any, killed: Any) -> None:
    jobs = plant.jobs()
    assert max(Counter(job["job-correlator"].partition(":")[2] for job in jobs).values()) == 1
    names = [job["jobname"] for job in jobs if job["jobid"] not in plant.earlier]
    assert {name: names.count(name) for name in ONCE} == dict.fromkeys(ONCE, 1)
