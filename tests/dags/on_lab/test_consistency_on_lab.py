"""The other ways to a consistent copy, through the Dag against a lab: volumes frozen under a running IMS, IMS down."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("consistency_on_lab")

PROJECT = Path(__file__).parents[3]
SOURCE, TARGET = "IMSP", "IMST"
RESTART_SECONDS = 60.0


@dataclass
class Production:
    """A lab whose IMSP runs its workload, and how to clone it."""

    client: Any
    ledger: Any
    environment: Path

    @property
    def report(self) -> Path:
        """The report of the first run."""
        return min((self.environment.parents[1] / "reports").glob("*.html"), key=lambda path: path.stat().st_mtime)

    def clone(self, consistency: str, *lines: str) -> Any:
        """Run the Dag with a way to consistency, and lines of the environment file changed."""
        from airflow.dag_processing.dagbag import DagBag

        shipped = (PROJECT / "include" / "environments" / "imst.yaml").read_text()
        shipped = shipped.replace("consistency: suspend ", f"consistency: {consistency} ")
        shipped = shipped.replace("image_copy: false", "image_copy: true").replace(
            "# unload: [ACCT]", "unload: [ACCT, CUST]"
        )
        for line in lines:
            shipped = re.sub(rf"(?m)^{line.partition(':')[0]}:.*\n", "", shipped) + line + "\n"
        self.environment.write_text(shipped)
        dag = DagBag(PROJECT / "dags").dags["full_system_clone"]
        return dag.test(run_conf={"environment": "imst"})

    def window(self, run: Any) -> Any:
        return self.ledger.run(f"{run.dag_id}/{run.run_id}").window

    def evidence(self, run: Any, step: str) -> Any:
        return next(one for one in self.ledger.evidence(f"{run.dag_id}/{run.run_id}") if one.step == step)

    def wait(self, true: Callable[[], bool]) -> None:
        from imsclone_airflow import console

        assert console.wait_until(true, RESTART_SECONDS)

    def is_active(self, name: str = SOURCE) -> bool:
        from imsclone_airflow import console

        return console.is_active(self.client, name)

    def stop(self) -> None:
        """Stop IMSP the normal way."""
        from imsclone_airflow import console

        (ready,) = console.replies(self.client, SOURCE)
        console.reply(self.client, ready, "/CHE FREEZE.")
        self.wait(lambda: not self.is_active())

    def start(self) -> None:
        """Start IMSP, whose procedure lets it restart by itself: warm, after a normal end."""
        from imsclone_airflow import console

        since = console.host_time(self.client)
        self.client.command(f"S {SOURCE}")
        self.wait(lambda: bool(console.replies(self.client, SOURCE)))
        assert any("WARM START COMPLETED" in one.text for one in self.client.hardcopy(since))


@pytest.fixture(scope="module")
def production(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Production]:
    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("consistency")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        client = ZosmfHook("zosmf_lab").get_conn()
        yield Production(client, settings.ledger(), folder / "environments" / "imst.yaml")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def frozen(production: Production) -> Any:
    return production.clone("freeze")


@pytest.fixture(scope="module")
def refused(production: Production, frozen: Any) -> Any:
    return production.clone("offline")


@pytest.fixture(scope="module")
def offline(production: Production, refused: Any) -> Any:
    production.stop()
    run = production.clone("offline")
    assert not production.is_active(), "the Dag does not start what it found stopped"
    return run


def states(run: Any) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


def test_volumes_are_frozen_and_thawed_by_the_copy_job_and_the_clone_adds_up(
    production: Production, frozen: Any
) -> None:
    assert str(frozen.state) == "success", states(frozen)
    assert set(states(frozen).values()) == {"success"}
    assert "BANK INVARIANT HOLDS" in production.evidence(frozen, "offload.report").listing
    assert production.is_active()


def test_offload_work_is_done_on_the_clone_and_its_listings_are_evidence(production: Production, frozen: Any) -> None:
    checked = production.evidence(frozen, "offload.pointer_check")
    assert checked.counts == {"databases checked": 4}
    for name in ("ACCT", "CUST", "HIST", "TELLER"):
        assert f"DATABASE {name}" in checked.listing
    copied = production.evidence(frozen, "offload.image_copy")
    assert copied.counts == {"image copies made": 10}
    assert "HISTC HISTCA" in copied.listing
    assert "TELLER TELLER03" in copied.listing
    assert production.client.access_method_services([" LISTCAT ENTRIES(CLONE.IMST.IC.TELLER03)"]).rc == 0
    unloaded = production.evidence(frozen, "offload.unload")
    assert unloaded.counts["segments unloaded"] > 4000
    assert "PCK099I 4 DATABASES CHECKED, 0 POINTER ERRORS" in production.report.read_text()


def test_the_time_of_a_freeze_is_an_upper_bound_and_never_zero(production: Production, frozen: Any) -> None:
    window = production.window(frozen)
    assert not window.is_exact
    assert 0 < window.milliseconds <= 2000
    assert window.within_budget
    assert window.shown().startswith("at most ")
    assert production.evidence(frozen, "replicate").counts["source milliseconds lost at most"] > 0


def test_an_offline_copy_of_a_system_that_runs_is_refused_before_it_is_copied(
    production: Production, refused: Any
) -> None:
    found = states(refused)
    assert (found["arm_quiesce"], found["replicate"], str(refused.state)) == ("failed", "upstream_failed", "failed")
    assert "CLN714E" in str(production.evidence(refused, "arm_quiesce").messages)
    assert production.is_active()


def test_a_system_that_is_down_is_copied_as_it_is_and_started_again(production: Production, offline: Any) -> None:
    assert str(offline.state) == "success", states(offline)
    assert "BANK INVARIANT HOLDS" in production.evidence(offline, "offload.report").listing
    assert production.window(offline) is None
    production.start()
    assert production.is_active()
    assert production.is_active(TARGET)
