"""A refresh is taken back: data sets and RECON of the target are as before, and what cannot be taken back is told."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.datasets import DataManagement

pytestmark = pytest.mark.xdist_group("undo_on_lab")

PROJECT = Path(__file__).parents[3]
DATA_SETS = ("ACCT", "CUST", "CUSTX.DATA")


@dataclass
class Target:
    """A clone that is refreshed, and what its data sets held after each step."""

    lab: Any
    ledger: Any
    folder: Path
    held: dict[str, dict[str, str]] = field(default_factory=dict)
    runs: dict[str, Any] = field(default_factory=dict)

    def run(self, name: str, dag: str, **conf: Any) -> str:
        """Run a Dag, look at the data sets, and return the state of the run."""
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(PROJECT / "dags")
        self.runs[name] = bag.dags[dag].test(run_conf={"environment": "bank", **conf})
        self.held[name] = self.contents()
        return str(self.runs[name].state)

    def key(self, name: str) -> str:
        return f"{self.runs[name].dag_id}/{self.runs[name].run_id}"

    def known(self, name: str) -> Any:
        return self.ledger.run(self.key(name))

    def contents(self) -> dict[str, str]:
        """Return a digest of each database data set."""
        self.lab.copy(self.folder / "look")
        try:
            with DiskSubsystem(self.folder / "look" / "dasd", background_copy=False) as dasd:
                data = DataManagement(dasd, CatalogSystem(dasd, "CATALOG.MASTER", "LABRES"))
                return {name: digest(data.find(f"IMST.DB.{name}").space) for name in DATA_SETS}
        finally:
            shutil.rmtree(self.folder / "look")

    def said(self, name: str) -> str:
        """Return why a run failed."""
        return str(self.known(name).error)


def digest(space: Any) -> str:
    records = [record.data for track in range(space.tracks) for record in space.read(track)]
    return hashlib.sha256(b"".join(records)).hexdigest()


def environment(**more: str) -> str:
    text = (PROJECT / "include" / "environments" / "bank.yaml").read_text()
    for key, value in {"databases": "[ACCT, CUST]", "keep_generations": "1", **more}.items():
        text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text) + f"{key}: {value}\n"
    return text


@pytest.fixture(scope="module")
def target(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """A clone; two refreshes that keep what they overlay; then the second is taken back."""
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("undo")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    (folder / "environments" / "bank.yaml").write_text(environment())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        cloned = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
        assert str(cloned.state) == "success"
        found = Target(lab, settings.ledger(), folder)
        for name, dag in {"first": "database_refresh", "second": "database_refresh", "undone": "undo"}.items():
            assert found.run(name, dag) == "success", found.said(name)
        yield found


def test_the_target_has_the_data_again_that_it_had_before_the_refresh(target: Target) -> None:
    assert target.held["second"] != target.held["first"], "production worked in between"
    assert target.held["undone"] == target.held["first"]


def test_it_is_as_old_as_the_refresh_before(target: Target) -> None:
    first, second, undone = map(target.known, ("first", "second", "undone"))
    assert undone.data_of == first.data_of < second.data_of
    assert undone.summary["undoes"] == second.id
    assert target.ledger.last_good("bank").id == undone.id


def test_the_recon_defines_the_databases_as_it_did_and_has_no_history(target: Target) -> None:
    definitions = [
        [one.command.text for one in target.ledger.plan(target.known(name).fingerprint).targets[0].definitions]
        for name in ("first", "undone")
    ]
    assert sorted(definitions[0]) == sorted(definitions[1])
    (verified,) = (one for one in target.ledger.evidence(target.key("undone")) if one.step == "verify")
    assert verified.after == {"catalog": "agrees", "RECON": "agrees"}


def test_nothing_of_the_source_was_held_or_read(target: Target) -> None:
    copied = next(one for one in target.ledger.evidence(target.key("undone")) if one.step == "restore")
    assert "IMSP.DB" not in copied.listing
    assert "IMST.DB.ACCT.PREV" in copied.listing
    assert target.known("undone").window is None


def test_a_refresh_can_be_taken_back_once(target: Target) -> None:
    assert target.run("again", "undo") == "failed"
    assert target.said("again").startswith(f"CLN396E  Run {target.key('second')} has been taken back already, by")
    assert target.held["again"] == target.held["undone"]


def test_a_dry_run_shows_the_plan_and_copies_nothing(target: Target) -> None:
    runs = len(target.ledger.runs())
    assert target.run("shown", "undo", dry_run=True) in ("success", "failed")
    assert target.held["shown"] == target.held["undone"]
    assert len(target.ledger.runs()) == runs


def test_a_refresh_that_failed_is_taken_back_and_its_next_try_does_not_overlay_what_was_kept(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.recon.command import command
    from imsclone.refresh.plan import DbrcCommand

    with monkeypatch.context() as patch:
        wrong = command("INIT.DB", DBD="ACCT", SHARELVL="9")
        patch.setattr(DbrcCommand, "command", property(lambda self: wrong))
        assert target.run("failed", "database_refresh") == "failed"
        assert target.run("failed again", "database_refresh") == "failed"
    assert target.held["failed again"] != target.held["undone"]
    counts = [one.counts for one in target.ledger.evidence(target.key("failed again")) if one.step == "keep_generation"]
    assert counts[-1]["data sets left as they were kept before"] == 4
    assert target.run("mended", "undo") == "success", target.said("mended")
    assert target.held["mended"] == target.held["undone"]
    assert target.known("mended").data_of == target.known("first").data_of


@pytest.mark.thorough
def test_a_target_of_which_only_publish_failed_is_kept_by_the_next_refresh(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone_airflow.errors import MessagesFound
    from imsclone_airflow.operators import PublishOperator

    def refused(step: Any) -> Any:
        raise MessagesFound(what="The report", said="is refused, and not tried again")

    with monkeypatch.context() as patch:
        patch.setattr(PublishOperator, "write_report", refused)
        assert target.run("not published", "database_refresh") == "failed"
    assert target.run("next", "database_refresh") == "success", target.said("next")
    assert target.run("one step back", "undo") == "success", target.said("one step back")
    assert target.held["next"] != target.held["one step back"] == target.held["not published"]
    assert target.known("one step back").data_of == target.known("not published").window.resumed_at


def test_without_a_kept_generation_there_is_nothing_to_go_back_to(target: Target) -> None:
    (target.folder / "environments" / "bank.yaml").write_text(environment(keep_generations="0"))
    assert target.run("plain", "database_refresh") == "success", target.said("plain")
    assert target.run("refused", "undo") == "failed"
    assert "CLN394E" in target.said("refused")
    assert "without keep_generations" in target.said("refused")
