"""The scheduler is killed while the source is held, while catalogs are connected, and while the clone is verified."""

from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(600)]

TASKS = ["replicate", "recatalog", "verify"]


@pytest.fixture(scope="module")
def killed(plant: Any) -> tuple[str, dict[str, Any]]:
    """One run in which the scheduler is killed three times; its state, and the faults by task."""
    faults = {task: plant.fault(task, plant.kill_scheduler, effect=True) for task in TASKS}
    run = plant.start(*faults.values())
    state = plant.airflow.ended(run)
    assert plant.proxy.clear() == [], plant.airflow.shown(run)
    return state, faults


def test_the_clone_completes_under_another_scheduler(plant: Any, killed: Any) -> None:
    assert killed[0] == "success", plant.airflow.shown(plant.run)


@pytest.mark.parametrize("task", TASKS)
def test_production_goes_on_though_the_scheduler_died_in(task: str, plant: Any, killed: Any) -> None:
    plant.require_source(f"scheduler killed while {task} works", killed[1][task].at)
