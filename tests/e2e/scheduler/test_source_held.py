"""The detector can fail: with all that releases production taken away, it sees that production is held."""

import threading
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(600)]

SHIPPED = Path(__file__).parents[3] / "include" / "imsclone" / "jcl"
SEEN_SECONDS = 7.5


@pytest.fixture
def unguarded(plant: Any) -> Any:
    """Site templates without a resume step, a watchdog that only sleeps, and a timer of IMS that is too long."""
    folder = plant.site / "jcl"
    folder.mkdir()
    changes = {
        "replicate_suspend.jcl": lambda text: text.partition("//* 3 IMS GOES ON")[0],
        "_hold.jcl": lambda text: text.replace("TIMEOUT({{ timeout }})", "TIMEOUT(60)"),
        "watchdog.jcl": lambda text: text.partition("{% if consistency")[0],
    }
    for name, changed in changes.items():
        shipped = (SHIPPED / name).read_text()
        assert changed(shipped) != shipped
        (folder / name).write_text(changed(shipped))
    yield
    for template in folder.iterdir():
        template.unlink()
    folder.rmdir()


def test_production_that_stays_held_is_seen_and_the_resume_task_releases_it(plant: Any, unguarded: Any) -> None:
    held, seen = threading.Event(), threading.Event()

    def stop_everything(call: Any) -> None:
        held.set()
        seen.wait()

    fault = plant.fault("replicate", stop_everything, effect=True)
    run = plant.start(fault)
    plant.airflow.reached(run, held.is_set)
    try:
        plant.airflow.wait(run, lambda: plant.heart.longest_pause(fault.at) > SEEN_SECONDS, seconds=30)
        with pytest.raises(AssertionError, match="does not write any more"):
            plant.require_source("all protection removed: seen by the detector", fault.at)
    finally:
        seen.set()
    assert plant.airflow.ended(run) == "failed"
    plant.airflow.wait(run, lambda: plant.heart.steady_at(fault.at + SEEN_SECONDS) is not None, seconds=10)
    assert "CLN704E" in plant.airflow.message(run, "replicate")
    states = {one["task_id"]: one["state"] for one in plant.airflow.tasks(run)}
    assert (states["resume"], states["start"]) == ("success", "upstream_failed")
