"""Refreshes of the bank made while its workload runs and nothing waits, made consistent by the logs afterwards.

The same lab as in the other refreshes. Further random instants are made by the plan's jobs without a Dag around them.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("refresh_on_lab")

WITH_LOGS = "fuzzy_with_log_apply"
INSTANTS = 2
ORGANISATIONS = ("ACCT", "CUST", "HIST", "TELLER")
"""HDAM; HIDAM with primary and secondary index; PHDAM; DEDB."""


@pytest.fixture(scope="module", autouse=True)
def busy(refreshes: Any) -> Iterator[None]:
    """More transactions than the lab has by itself."""
    refreshes.client.command("S BANKWL.MORE,RATE=80")
    yield
    refreshes.client.command("P MORE")


@pytest.fixture(scope="module")
def with_logs(refreshes: Any) -> Any:
    refreshes.make(WITH_LOGS, consistency=WITH_LOGS)
    return refreshes


def wrong_pointers(refreshes: Any, imsid: str = "IMST") -> list[str]:
    """Return what the pointer checker says is wrong with the databases of an IMS."""
    from imsclone.names import DataSetName, ImsId
    from imsclone.spec.model import Imsplex
    from imsclone.spec.refresh import DatabaseName

    found = refreshes.job(
        imsid,
        "pointer_check.jcl",
        "CHECK",
        acblib=[DataSetName(f"{imsid}.ACBLIB")],
        imsplex=Imsplex("PLEX1"),
        imsid=ImsId(imsid),
        databases=[DatabaseName(name) for name in ORGANISATIONS],
    )
    return [] if "CONDITION CODE 00" in found else found.splitlines()


def test_every_task_succeeds_and_no_time_of_the_source_is_lost(with_logs: Any) -> None:
    assert set(with_logs.states(WITH_LOGS).values()) == {"success"}, with_logs.states(WITH_LOGS)
    assert with_logs.ledger.run(with_logs.key(WITH_LOGS)).window.milliseconds == 0
    assert "HOLD" not in with_logs.evidence(WITH_LOGS, "replicate").listing
    assert not any("STO" in status for found in with_logs.statuses("IMSP").values() for status in found)
    assert with_logs.evidence(WITH_LOGS, "apply_log").counts == {"data sets brought up to date": 8}


def test_pointers_and_money_of_the_target_are_right(with_logs: Any) -> None:
    assert wrong_pointers(with_logs) == []
    assert "BANK INVARIANT HOLDS" in with_logs.bank("IMST")


def test_indexes_were_built_anew(with_logs: Any) -> None:
    listing = with_logs.evidence(WITH_LOGS, "rebuild_indexes").listing
    assert re.findall(r"INDEX (\w+) OF CUST BUILT", listing) == ["CUSTX", "CUSTNX"]
    assert re.findall(r"ILDS (\w+) REBUILT", listing) == ["HISTAL", "HISTBL", "HISTCL"]


@pytest.fixture(scope="module")
def fallen_back(with_logs: Any) -> Any:
    """A refresh whose source does not give its databases up: the command names one that IMS does not know."""
    from imsclone.refresh import statements

    update = statements.update
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "hold", lambda plan: update([*plan.held, "NOTTHERE"], "STOP(ACCESS)"))
        with_logs.make("fallen_back", consistency="dbr", long_running="{policy: fuzzy}")
    return with_logs


def test_databases_that_programs_keep_are_copied_fuzzy_with_the_logs_applied(fallen_back: Any) -> None:
    assert set(fallen_back.states("fallen_back").values()) == {"success"}, fallen_back.states("fallen_back")
    assert any(said.startswith("CLN741E") for said in fallen_back.evidence("fallen_back", "replicate").messages)
    assert fallen_back.evidence("fallen_back", "apply_log").counts == {"data sets brought up to date": 8}
    assert 0 < fallen_back.ledger.run(fallen_back.key("fallen_back")).window.milliseconds < 30_000
    assert "BANK INVARIANT HOLDS" in fallen_back.bank("IMST")


def test_a_log_that_is_gone_stops_it_before_anything_is_stopped(fallen_back: Any, monkeypatch: Any) -> None:
    """Logs are needed from where the databases were opened on, so that archived ones are among them."""
    from imsclone.refresh import log_checks, read

    monkeypatch.setattr(log_checks, "restarts", lambda recon: {})
    monkeypatch.setattr(read, "log_names", lambda recon: ())
    fallen_back.make("gone", consistency=WITH_LOGS)
    states = fallen_back.states("gone")
    assert states["plan"] == "failed"
    assert set(states.values()) == {"failed", "upstream_failed"}
    assert not any("STO" in status for found in fallen_back.statuses("IMST").values() for status in found)


@dataclass
class Instants:
    """Copies made by the plan's jobs at instants of one's choice."""

    refreshes: Any
    plan: Any

    def run(self, template: str, step: str, side: Any, codes: set[int] | None = None, **values: Any) -> Any:
        from imsclone.steps.batch import Batch

        client = self.refreshes.client
        given = {"steplib": side.steplib, "imsplex": side.imsplex, "route": side.members, "wait": 60, **values}
        job = Batch(client, client.connection.job_card, "test").run(template, step, codes and {step: codes}, **given)
        return client.status(job)

    def recon(self, side: Any, *commands: Any) -> Any:
        from imsclone.listings import recon

        values = {"recon": side.recon, "dbdlib": side.dbdlib, "commands": commands}
        job = self.run("update_recon.jcl" if commands else "list_recon.jcl", "LIST", side, **values)
        return recon.read(self.refreshes.client.listing(job, "LIST"))

    def copy(self) -> Any:
        """Stop the target's databases and copy the source's over them."""
        from imsclone.refresh import statements

        aim = self.plan.targets[0]
        self.run("refresh_command.jcl", "SPOC", aim.side, command=statements.stop_target(aim))
        made = {"mover": self.plan.mover, "copies": statements.copies(self.plan)}
        return self.run("refresh_copy.jcl", "COPY", aim.side, held=False, **made)

    def apply(self, copied: Any, known: Any) -> None:
        """Do to the copies what the tasks behind the copy do."""
        from imsclone.names import DataSetName
        from imsclone.refresh import statements
        from imsclone.refresh.definitions import deletions
        from imsclone.refresh.logs import needed_logs

        aim, source, until = self.plan.targets[0], self.plan.source, copied.finished + timedelta(milliseconds=10)
        self.run("refresh_command.jcl", "SPOC", aim.side, command=statements.stop_target(aim))
        self.run("refresh_command.jcl", "SPOC", source, command=statements.switch_log())
        for _ in range(50):
            logs = needed_logs(self.recon(source), self.plan.owners, copied.started, until, restarts=known)
            if not logs.problems and not logs.waiting:
                break
            time.sleep(0.2)
        partitions = deletions(self.recon(aim.side), ["HIST"])
        self.recon(aim.side, *partitions)
        done = self.run(
            "apply_log.jcl",
            "APPLY",
            aim.side,
            recon=aim.side.recon,
            acblib=aim.side.acblib,
            source_acblib=source.acblib,
            logs=[DataSetName(name) for name in logs.names],
            recoveries=statements.recoveries(aim.recoveries, until),
        )
        assert {str(step.completion) for step in done.steps} == {"CC 0000"}
        values = {"recon": aim.side.recon, "acblib": aim.side.acblib, "dbdlib": aim.side.dbdlib}
        made = {"rebuilds": statements.rebuilds(aim), "commands": statements.usable_indexes(aim)}
        self.run("rebuild_indexes.jcl", "INDEX", aim.side, **made, **values)
        self.run("refresh_command.jcl", "SPOC", aim.side, command=statements.start_target(aim))


@pytest.fixture(scope="module")
def instants(with_logs: Any) -> Instants:
    return Instants(with_logs, with_logs.ledger.plan(with_logs.ledger.run(with_logs.key(WITH_LOGS)).fingerprint))


def test_copies_at_random_instants_are_right_with_the_logs_and_may_be_wrong_without(instants: Instants) -> None:
    from imsclone.refresh.logs import restarts

    without, chance = list[list[str]](), random.Random(5)
    for _ in range(INSTANTS):
        time.sleep(chance.random())
        known = restarts(instants.recon(instants.plan.source))
        copied = instants.copy()
        without.append(wrong_pointers(instants.refreshes))
        instants.apply(copied, known)
        assert wrong_pointers(instants.refreshes) == []
        assert "BANK INVARIANT HOLDS" in instants.refreshes.bank("IMST")
    print([len(x) for x in without])
    assert any(without)
