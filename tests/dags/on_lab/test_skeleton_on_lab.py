"""Skeletons of the sample system, made by the Dag against a lab: one policy after the other, on the same target."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.sample.volumes import CYLINDERS

pytestmark = pytest.mark.xdist_group("skeleton_on_lab")

PROJECT = Path(__file__).parents[3]
DATABASES = ("ACCT", "CUST", "CUSTNX", "CUSTX")
PARTITIONS = {"HISTA": 1, "HISTB": 2, "HISTC": 4}
AREAS = ("TELLER01", "TELLER02", "TELLER03", "TELLR01B")
DATA_SETS = sorted(
    [*(f"IMSK.DB.{name}" for name in DATABASES)]
    + [f"IMSK.DB.HIST.{letter}{number:05}" for number in PARTITIONS.values() for letter in "AL"]
    + [f"IMSK.DB.{area}" for area in AREAS]
)


@dataclass
class Skeletons:
    """A lab, and how to make a skeleton on it under a policy."""

    lab: Any
    client: Any
    ledger: Any
    environment: Path
    runs: dict[str, Any] = field(default_factory=dict)

    def make(self, policy: str) -> Any:
        """Run the Dag with a policy for co-located databases."""
        from airflow.dag_processing.dagbag import DagBag

        text = self.environment.read_text()
        self.environment.write_text(re.sub(r"colocated: \w+", f"colocated: {policy}", text))
        dag = DagBag(PROJECT / "dags").dags["skeleton_clone"]
        self.runs[policy] = run = dag.test(run_conf={"environment": "skel"})
        return run

    def key(self, policy: str) -> str:
        run = self.runs[policy]
        return f"{run.dag_id}/{run.run_id}"

    def evidence(self, policy: str, step: str) -> Any:
        return next(one for one in reversed(self.ledger.evidence(self.key(policy))) if one.step == step)

    def plan(self, policy: str) -> Any:
        return self.ledger.plan(self.ledger.run(self.key(policy)).fingerprint)

    def ims(self, command: str) -> str:
        """Give the skeleton a command and return what the console shows."""
        from imsclone_airflow import console

        since = console.host_time(self.client)
        said = console.reply(self.client, console.replies(self.client, "IMSK")[0], command)
        time.sleep(1)
        return said + "\n".join(one.text for one in self.client.hardcopy(since))

    def has(self, dsname: str) -> bool:
        return self.client.access_method_services([f" LISTCAT ENTRIES({dsname})"]).rc == 0


def states(run: Any) -> set[str]:
    return {str(ti.state) for ti in run.get_task_instances()}


@pytest.fixture(scope="module")
def skeletons(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Skeletons]:
    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("skeletons")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        client = ZosmfHook("zosmf_lab").get_conn()
        yield Skeletons(lab, client, settings.ledger(), folder / "environments" / "skel.yaml")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def stopped(skeletons: Skeletons) -> Any:
    return skeletons.make("stop")


@pytest.fixture(scope="module")
def deleted(skeletons: Skeletons, stopped: Any) -> Any:
    return skeletons.make("delete")


@pytest.fixture(scope="module")
def kept(skeletons: Skeletons, deleted: Any) -> Any:
    return skeletons.make("keep")


def test_under_stop_nothing_is_done_and_the_database_is_named(skeletons: Skeletons, stopped: Any) -> None:
    found = {ti.task_id: str(ti.state) for ti in stopped.get_task_instances()}
    assert (found["plan"], str(stopped.state)) == ("failed", "failed")
    assert set(found.values()) == {"failed", "upstream_failed"}
    assert not skeletons.has("UCAT.IMSK")


def test_under_delete_every_task_succeeds(skeletons: Skeletons, deleted: Any) -> None:
    assert (str(deleted.state), states(deleted)) == ("success", {"success"})
    assert skeletons.evidence("delete", "verify").after["databases"] == "agrees"


def test_the_skeleton_has_the_volumes_of_system_data_sets_only(skeletons: Skeletons, deleted: Any) -> None:
    plan = skeletons.plan("delete")
    assert [pair.target for pair in plan.volume_pairs] == ["IMSK01", "IMSK02", "IMSK03"]
    assert [left.source for left in plan.left_out] == ["IMSP04", "IMSP05", "IMSP06"]
    counts = skeletons.evidence("delete", "plan").counts
    tracks = len(plan.left_out) * CYLINDERS * 15
    assert (counts["tracks not copied"], counts["bytes not copied"]) == (tracks, tracks * 56_664)


def test_every_database_is_defined_and_none_is_open(skeletons: Skeletons, deleted: Any) -> None:
    shown = skeletons.ims("/DIS DB ALL.")
    for name in (*DATABASES, "HIST", "TELLER"):
        assert re.search(rf"{name} .*NOTOPEN", shown), shown
    assert not any(map(skeletons.has, DATA_SETS))
    said = skeletons.ims("/STA DB ACCT.")
    assert "DFS2503W" in said
    assert "IMSK.DB.ACCT NOT FOUND" in said


def test_the_recon_of_the_skeleton_names_the_databases_as_the_masks_do(skeletons: Skeletons, deleted: Any) -> None:
    from imsclone.listings import recon
    from imsclone.spec import load_environment
    from imsclone.steps.batch import Batch

    spec = load_environment(skeletons.environment)
    batch = Batch(skeletons.client, skeletons.client.connection.job_card, "skel")
    plan = skeletons.plan("delete")
    job = batch.run(
        "list_recon.jcl", "LREC", steplib=plan.target.steplib, recon=spec.target.recon, dbdlib=plan.target.dbdlib
    )
    found = recon.read(skeletons.client.listing(job, "LIST"))
    assert [one.dbd for one in found.databases] == [*DATABASES, "HIST", *PARTITIONS, "TELLER"]
    assert {one.name: one.partition_id for one in found.partitions} == PARTITIONS
    assert {one.dsn_prefix for one in found.partitions} == {"IMSK.DB.HIST"}
    areas = [ads.dsname for one in found.data_sets for ads in one.area_data_sets]
    assert sorted([*areas, *(one.dsname for one in found.data_sets if one.dsname)]) == DATA_SETS
    assert not any(copy.dsname for image in found.images for copy in image.data_sets)


def test_what_names_a_volume_that_is_not_copied_is_led_elsewhere(skeletons: Skeletons, deleted: Any) -> None:
    lines = skeletons.client.read_text("IMSK.PROCLIB", "ARCHJCL").lines
    assert any("VOL=SER=IMSK03" in line for line in lines)
    assert not any("IMSP" in line for line in lines)


def test_under_keep_the_copy_stays_and_the_plan_says_that_it_is_overlaid(skeletons: Skeletons, kept: Any) -> None:
    assert (str(kept.state), states(kept)) == ("success", {"success"})
    assert skeletons.has("IMSK.DB.CUSTX")
    assert not skeletons.has("IMSK.DB.CUST")
    warnings = skeletons.evidence("keep", "plan").messages
    assert [warning[:7] for warning in warnings if "CUSTX" in warning] == ["CLN255W"]


def test_a_member_that_names_a_volume_which_is_not_copied_is_refused_before_one_is_written(
    skeletons: Skeletons, kept: Any
) -> None:
    text = skeletons.environment.read_text()
    skeletons.environment.write_text(text.replace("  - {find: IMSP04, replace: IMSK03}\n", ""))
    run = skeletons.make("delete")
    skeletons.environment.write_text(text)
    found = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert (found["update_libraries"], found["start"]) == ("failed", "upstream_failed")
    said = skeletons.evidence("delete", "update_libraries").messages[-1]
    assert "CLN731E" in said
    assert "IMSK.PROCLIB, member ARCHJCL" in said


@pytest.fixture(scope="module")
def dasd(skeletons: Skeletons, kept: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiskSubsystem]:
    """The volumes as they are while production runs."""
    copy = tmp_path_factory.mktemp("copy") / "zos"
    skeletons.lab.copy(copy)
    with DiskSubsystem(copy / "dasd", background_copy=False) as subsystem:
        yield subsystem
    shutil.rmtree(copy)


def test_production_wrote_to_its_volumes_and_nobody_else(dasd: DiskSubsystem) -> None:
    assert {who for number in range(0x0A80, 0x0A86) for who in dasd.audit.writers_to(number)} == {"CREATE", "IMSP"}


@pytest.mark.parametrize("number", range(0x0AB0, 0x0AB3), ids=lambda number: f"{number:04X}")
def test_every_volume_of_the_skeleton_is_sound_and_names_production_nowhere(dasd: DiskSubsystem, number: int) -> None:
    volume = Volume.open(dasd.device(number))
    assert list(map(str, check_volume(volume.device))) == []
    assert [name for name in volume.vtoc.names() if "IMSP" in name] == []


def test_a_skeleton_can_be_made_without_a_product(skeletons: Skeletons, dasd: DiskSubsystem) -> None:
    text = skeletons.environment.read_text()
    staged = text.replace("  rule: IMSP## -> IMSK##\n", "  rule: IMSP## -> IMSK##\n  staging: IMSP## -> IMSS##\n")
    skeletons.environment.write_text(staged.replace("reconditioning: volrcond", "reconditioning: dss"))
    run = skeletons.make("delete")
    assert (str(run.state), states(run)) == ("success", {"success"})
    assert skeletons.evidence("delete", "verify").after["databases"] == "agrees"
    assert skeletons.plan("delete").reconditioning == "dss"
    assert not skeletons.has("IMSK.DB.CUSTX")
