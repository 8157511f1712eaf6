"""Copies of the bank's HALDB from IMSP into IMST, both running, made by the Dag."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("haldb_copy_on_lab")]

PROJECT = Path(__file__).parents[3]
PARTITIONS = {"HISTA": 1, "HISTB": 2, "HISTC": 4}


@dataclass
class Copies:
    """A lab with a clone that runs, and how to copy HALDBs into it."""

    client: Any
    ledger: Any
    environment: Path
    runs: dict[str, Any] = field(default_factory=dict)

    def make(self, name: str, **lines: str) -> dict[str, str]:
        """Run the environment's own Dag with lines of its file changed or added; return the states of its tasks."""
        from airflow.dag_processing.dagbag import DagBag

        text = (PROJECT / "include" / "environments" / "hist.yaml").read_text()
        for key, value in lines.items():
            text = re.sub(rf"(?m)^(# )?{key}:.*\n", "", text) + f"{key}: {value}\n"
        self.environment.write_text(text)
        self.runs[name] = DagBag(PROJECT / "dags" / "environments.py").dags["hist"].test()
        return {ti.task_id: str(ti.state) for ti in self.runs[name].get_task_instances()}

    def run(self, name: str) -> Any:
        return self.ledger.run(f"{self.runs[name].dag_id}/{self.runs[name].run_id}")

    def job(self, system: str, template: str, step: str, **values: Any) -> str:
        from imsclone.names import DataSetName, ImsId
        from imsclone.steps.batch import Batch

        batch = Batch(self.client, self.client.connection.job_card, "test")
        steplib = [DataSetName(f"{system}.SDFSRESL"), DataSetName(f"{system}.MDALIB")]
        given = {"steplib": steplib, "route": [ImsId(system)], **values}
        return str(self.client.listing(batch.run(template, "TEST", {step: {0, 4, 8}}, **given), step))

    def bank(self, imsid: str) -> str:
        """Run the program that adds the money up."""
        from imsclone.names import MemberName

        program, psb = MemberName("BANKREAD"), MemberName("BANKPSB")
        return self.job(imsid, "offload_report.jcl", "READ", program=program, psb=psb, imsid=None)

    def recon(self, imsid: str, *commands: Any) -> Any:
        """Give commands to a system's DBRC, then read its RECON."""
        from imsclone.listings import recon
        from imsclone.names import DataSetName

        names = [DataSetName(f"{imsid}.RECON{n}") for n in (1, 2, 3)]
        values = {"recon": names, "dbdlib": [DataSetName(f"{imsid}.DBDLIB")], "commands": commands}
        return recon.read(self.job(imsid, "update_recon.jcl" if commands else "list_recon.jcl", "LIST", **values))

    def partitions(self, imsid: str) -> dict[str, tuple[int, int]]:
        """Return ID and reorganization number of each partition."""
        found = self.recon(imsid).partitions
        return {one.name: (one.partition_id, one.reorg_number) for one in found}

    def statuses(self, imsid: str) -> dict[str, frozenset[str]]:
        from imsclone.listings import type2
        from imsclone.refresh.statements import query
        from imsclone.spec.model import Imsplex

        values = {"imsplex": Imsplex("PLEX1"), "wait": 30, "command": query()}
        return {
            row.name: row.status
            for row in type2.answers(self.job(imsid, "refresh_command.jcl", "SPOC", **values))[0].rows
        }


@pytest.fixture(scope="module")
def copies(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copies]:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("haldb_copies")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        cloned = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
        assert str(cloned.state) == "success"
        client = ZosmfHook("zosmf_lab").get_conn()
        yield Copies(client, settings.ledger(), folder / "environments" / "hist.yaml")
    shutil.rmtree(folder)


def test_a_haldb_with_a_gap_is_copied_with_its_numbers(copies: Copies) -> None:
    before = copies.partitions("IMST")
    assert set(copies.make("same").values()) == {"success"}
    assert copies.partitions("IMST") == copies.partitions("IMSP") == before
    assert {name: number for name, (number, _) in before.items()} == PARTITIONS
    assert "STOACC" not in copies.statuses("IMST")["HIST"]
    assert copies.run("same").window.milliseconds > 0


@pytest.fixture(scope="module")
def past(copies: Copies) -> None:
    """The target gives a partition ID of its own away."""
    from imsclone.names import DataSetName
    from imsclone.recon.command import command
    from imsclone.refresh.statements import update
    from imsclone.spec.model import Imsplex
    from imsclone.spec.refresh import DatabaseName

    values = {"imsplex": Imsplex("PLEX1"), "wait": 30}
    stop = update([DatabaseName("HIST")], "STOP(ACCESS)")
    copies.job("IMST", "refresh_command.jcl", "SPOC", command=stop, **values)
    own = {"KEYSTRNG": "X'00'", "DSNPREFX": DataSetName("IMST.DB.HIST")}
    copies.recon(
        "IMST", command("INIT.PART", DBD="HIST", PART="OWN", **own), command("DELETE.PART", DBD="HIST", PART="OWN")
    )


def test_a_target_that_went_another_way_is_refused_before_anything_is_stopped(copies: Copies, past: None) -> None:
    states = copies.make("refused")
    assert states["plan"] == "failed"
    assert {state for task, state in states.items() if task != "plan"} == {"upstream_failed"}
    assert "STOACC" not in copies.statuses("IMSP")["HIST"]


def test_a_target_that_went_another_way_is_defined_anew_where_the_file_allows_it(copies: Copies, past: None) -> None:
    assert set(copies.make("anew", redefine="true").values()) == {"success"}
    assert copies.partitions("IMST") == copies.partitions("IMSP")
    assert "BANK INVARIANT" in copies.bank("IMST")
    groups = copies.recon("IMST").others
    members = {line.split()[0] for one in groups if one.kind == "CAGRP" for line in one.lines if line.split()[1:2]}
    assert set(PARTITIONS) <= members


def test_a_wrong_number_in_a_data_set_fails_verify_and_the_target_stays_stopped(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.listings import idcams

    printed = idcams.printed

    def other_numbers(listing: str) -> dict[str, bytes]:
        return {
            name: block if name.startswith("IMSP") else b"\0\x09" + block[2:]
            for name, block in printed(listing).items()
        }

    monkeypatch.setattr(idcams, "printed", other_numbers)
    states = copies.make("wrong")
    assert (states["replicate"], states["verify"], states["start_target"]) == ("success", "failed", "upstream_failed")
    assert "holds partition ID 9, the source says 1" in copies.run("wrong").error
    assert "STOACC" in copies.statuses("IMST")["HIST"]
    assert "STOACC" not in copies.statuses("IMSP")["HIST"]


def test_one_partition_is_copied_while_the_others_stay_in_use(copies: Copies) -> None:
    assert set(copies.make("mended").values()) == {"success"}
    assert set(copies.make("one", partitions="[HISTB]").values()) == {"success"}
    plan = copies.ledger.plan(copies.run("one").fingerprint)
    assert plan.held == plan.targets[0].commanded == ("HISTB",)
    assert {copy.owner for copy in plan.copies} == {"HISTB"}
    assert copies.partitions("IMST") == copies.partitions("IMSP")
