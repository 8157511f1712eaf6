"""The embedded z/OS is killed between all steps and in the middle of some: the clone completes, production is back."""

from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(600)]

BETWEEN = [
    "retire_previous",
    "back_up_catalogs",
    "arm_quiesce",
    "replicate",
    "resume",
    "relabel",
    "rename",
    "recatalog",
    "update_mda",
    "verify",
    "start",
    "offload.report",
]
WITHIN = ["replicate", "rename", "update_recon", "start"]


@pytest.fixture(scope="module")
def killed(plant: Any) -> tuple[str, dict[str, Any]]:
    """One run in which the lab is killed at every place; its state, and the faults by name."""
    faults = [plant.fault(task, plant.kill_lab) for task in BETWEEN]
    faults += [plant.fault(task, plant.kill_lab, effect=True) for task in WITHIN]
    run = plant.start(*faults)
    state = plant.airflow.completed(run)
    assert plant.proxy.clear() == [], plant.airflow.shown(run)
    return state, {fault.name: fault for fault in faults}


def test_the_clone_completes_though_the_lab_died_between_all_steps(plant: Any, killed: Any) -> None:
    assert killed[0] == "success", plant.airflow.shown(plant.run)


@pytest.mark.parametrize("task", BETWEEN)
def test_production_is_back_after_a_kill_before(task: str, plant: Any, killed: Any) -> None:
    plant.require_source(f"lab killed before {task}", killed[1][f"{task} before it"].at)


@pytest.mark.parametrize("task", WITHIN)
def test_production_is_back_after_a_kill_in_the_work_of(task: str, plant: Any, killed: Any) -> None:
    plant.require_source(f"lab killed while {task} works", killed[1][f"{task} in its work"].at)
