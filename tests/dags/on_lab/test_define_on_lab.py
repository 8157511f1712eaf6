"""A refresh into an IMS that does not know the databases: it defines them, and what it did can be done again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from zoslab.ims import rdds

pytestmark = pytest.mark.xdist_group("refresh_on_lab")

PROJECT = Path(__file__).parents[3]
LACKED = ("ACCT", "CUST", "CUSTX", "CUSTNX", "TELLER")
LIBRARIES = ("ACBLIB", "DBDLIB", "DBDSRC", "MDALIB")
HELD_BY_DBRC = "TELLER"
"""A DEDB: DBRC names the data sets of its areas."""


class Installation:
    """The IMS that is refreshed, and how to make it one that was never told of some databases."""

    def __init__(self, refreshes: Any, folder: Path) -> None:
        self.refreshes, self.client, self.folder = refreshes, refreshes.client, folder

    def forget(self) -> None:
        """End IMST and take the databases out of everything that it reads when it starts."""
        self.end()
        for name in LIBRARIES:
            for member in set(self.client.members(f"IMST.{name}")) & set(LACKED):
                self.client.delete(f"IMST.{name}", member)
        deletions = [f" DELETE.DB DBD({name})" for name in LACKED]
        assert "HIGHEST CONDITION CODE = 00" in self.dbrc(deletions)
        for name in self.data_sets():
            assert self.client.access_method_services([f" DELETE {name}"]).rc == 0, name
        for number in (1, 2):
            self.resources(f"IMST.RDDS{number}")
        self.start()

    def data_sets(self) -> list[str]:
        """Name the data sets of the databases; a cluster stands for its components."""
        found = [one.dsname for one in self.client.data_sets("IMST.DB.**") if "HIST" not in one.dsname]
        return [name for name in found if not name.endswith((".DATA", ".INDEX"))]

    def resources(self, dsname: str) -> None:
        """Take the databases out of a resource definition data set."""
        known = rdds.parse(self.client.read_records(dsname), dsname)
        assert known is not None
        kept = [one for one in known.resources if one.kind != "DB" or one.name not in LACKED]
        file = self.folder / dsname
        records = rdds.build(known.imsid, known.stamp, kept)
        file.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in records))
        self.client.send_records(dsname, file)

    def dbrc(self, commands: list[str]) -> str:
        from imsclone.jcl.card import Card
        from imsclone.names import DataSetName

        @dataclass
        class Given:
            card: Card

        recon = [DataSetName(f"IMST.RECON{n}") for n in (1, 2, 3)]
        dbdlib = [DataSetName("IMST.DBDLIB")]
        cards = [Given(Card(text)) for text in commands]
        return str(self.refreshes.job("IMST", "update_recon.jcl", "UPDATE", recon=recon, dbdlib=dbdlib, commands=cards))

    def end(self) -> None:
        from imsclone_airflow import console

        (ready,) = console.replies(self.client, "IMST")
        console.reply(self.client, ready, "/CHE FREEZE.")
        assert console.wait_until(lambda: not console.is_active(self.client, "IMST"), 60, 0.1)

    def start(self) -> None:
        """Start it warm: its procedure lets it restart by itself."""
        from imsclone_airflow import console

        self.client.command("S IMST")
        assert console.wait_until(lambda: bool(console.replies(self.client, "IMST")), 60, 0.1)


@pytest.fixture(scope="module")
def installation(refreshes: Any, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(refreshes, tmp_path_factory.mktemp("resources"))
    made.forget()
    assert set(refreshes.statuses("IMST")) & set(LACKED) == set()
    return made


@dataclass
class Tries:
    """What the task said that was broken and then cleared, and what there was in between."""

    failed: list[str] = field(default_factory=list)
    members: dict[str, set[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    jcl: str = ""


def as_if_cleared(step: Any) -> None:
    """Let a step be the next process of its task, after somebody cleared it."""
    step.task_key, step.results = replace(step.task_key, generation=step.task_key.generation + 1), {}
    for name in ("fence", "client", "desk"):
        step.__dict__.pop(name, None)


@pytest.fixture(scope="module")
def defined(installation: Installation, refreshes: Any) -> Tries:
    """A run whose task ends in the middle, when the members are there and IMS knows nothing yet; then it is cleared."""
    from imsclone.refresh import define_statements, statements
    from imsclone_airflow.refresh.define import DefineDatabasesOperator

    work, tries = DefineDatabasesOperator.work, Tries()

    def broken_then_cleared(step: Any, context: Any) -> Any:
        tries.jcl = step.jcl
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(define_statements, "create", statements.query)
            with pytest.raises(Exception, match="CLN768E") as failed:
                work(step, context)
        tries.failed.append(str(failed.value))
        tries.members = {one: set(refreshes.client.members(f"IMST.{one}")) for one in LIBRARIES}
        tries.known = set(refreshes.statuses("IMST"))
        as_if_cleared(step)
        return work(step, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefineDatabasesOperator, "work", broken_then_cleared)
        refreshes.make("defined", define_missing="true")
    return tries


def test_a_task_that_failed_in_the_middle_goes_on_when_it_is_cleared(defined: Tries, refreshes: Any) -> None:
    (said,) = defined.failed
    assert all(f"{name} on IMST: completion code 10 NO RESOURCES FOUND" in said for name in LACKED)
    assert defined.known & set(LACKED) == set()
    assert set(LACKED) - {HELD_BY_DBRC} <= set.intersection(*defined.members.values())
    assert set(refreshes.states("defined").values()) == {"success"}, refreshes.ledger.run(
        refreshes.key("defined")
    ).error


def test_the_plan_says_of_each_database_what_is_made(defined: Tries, refreshes: Any) -> None:
    plan = refreshes.ledger.plan(refreshes.ledger.run(refreshes.key("defined")).fingerprint)
    told = [one for one in plan.warnings if one.startswith("CLN811W")]
    assert len(told) == len(LACKED)
    assert "IMST.DBDLIB(ACCT), IMST.ACBLIB(ACCT), IMST.DBDSRC(ACCT), IMST.MDALIB(ACCT), CREATE DB, DBRC" in told[0]
    assert " CREATE DB NAME(ACCT,CUST,TELLER,CUSTX,CUSTNX)" in defined.jcl
    evidence = refreshes.evidence("defined", "define_missing")
    assert evidence.counts["databases defined"] == len(LACKED)
    assert {f"{name} on IMST: created" for name in LACKED} <= set(evidence.messages)


def test_they_are_registered_and_allocated_under_the_targets_names(defined: Tries, refreshes: Any) -> None:
    known = {one.dbd: one for one in refreshes.recon("IMST").databases}
    assert set(LACKED) <= set(known)
    for name in ("ACCT", "CUST", "CUSTX", "CUSTNX"):
        text = b"".join(refreshes.client.read_records("IMST.MDALIB", name)).decode("cp1047")
        assert f"IMST.DB.{name}" in text
        assert "IMSP" not in text


def test_programs_read_the_databases_every_pointer_is_whole_and_a_restart_forgets_nothing(
    defined: Tries, installation: Installation, refreshes: Any
) -> None:
    from imsclone.names import DataSetName, MemberName

    assert "BANK INVARIANT HOLDS" in refreshes.bank("IMST")
    installation.end()
    names = [MemberName(name) for name in ("ACCT", "CUST", "TELLER")]
    recon = [DataSetName(f"IMST.RECON{n}") for n in (1, 2, 3)]
    libraries = {"recon": recon, "acblib": [DataSetName("IMST.ACBLIB")], "checked": names}
    listing = refreshes.job("IMST", "verify_pointers.jcl", "CHECK", **libraries)
    assert "3 DATABASES CHECKED, 0 POINTER ERRORS" in listing
    installation.start()
    assert set(LACKED) <= set(refreshes.statuses("IMST"))
    assert "BANK INVARIANT HOLDS" in refreshes.bank("IMST")


def test_the_next_plan_finds_them_and_nothing_is_to_be_defined(
    defined: Tries, refreshes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs of the other tests in this lab are made over what was defined here."""
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow.refresh.plan import PlanRefreshOperator

    plans: list[Any] = []
    monkeypatch.setattr(PlanRefreshOperator, "show", lambda step, plan: plans.append(plan))
    dag = DagBag(PROJECT / "dags").dags["database_refresh"]
    dag.test(run_conf={"environment": "bank", "dry_run": True})
    (plan,) = plans
    assert plan.targets[0].defined == ()
    assert set(LACKED) <= set(plan.targets[0].known)
    assert not any(one.startswith(("CLN276W", "CLN811W")) for one in plan.warnings)
