"""The ledger on a real SQLite database: runs, maps, evidence, windows, leases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsclone.ledger import Lease, LeaseHeld, LeaseLost, Ledger, LedgerError, Pruned, RunUnknown, Wanted
from imsclone.ledger.models import Base
from imsclone.plan import Plan, PlanAltered
from imsclone.report import write_report

START = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger(f"sqlite:///{tmp_path}/ledger.db", clock)
    made.upgrade()
    yield made
    made.close()


def test_the_migrations_make_the_tables_that_the_models_describe(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_upgrade_may_be_repeated_and_be_run_by_several_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            Ledger(f"sqlite:///{tmp_path}/new.db").upgrade()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Ledger(f"sqlite:///{tmp_path}/new.db").runs() == []


def test_a_run_is_started_once_and_finished(ledger: Ledger, plan: Plan, clock: Clock) -> None:
    first = ledger.start_run("r1", plan)
    assert ledger.start_run("r1", plan) == first
    clock.forward(MINUTE)
    done = ledger.finish_run("r1", success=True)
    assert (done.state, done.elapsed_seconds) == ("success", 60.0)
    assert (done.source, done.target, done.owner, done.fingerprint) == ("IMSP", "IMST", "ims-dba", plan.fingerprint)
    assert ledger.runs() == [done]


def test_a_run_that_is_tried_again_runs_again(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    ledger.finish_run("r1", success=False, error="CLN212E ...")
    assert ledger.run("r1").error == "CLN212E ..."
    assert ledger.start_run("r1", plan).state == "running"


def test_a_run_keeps_its_plan(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    other = Plan.model_validate(plan.model_dump(exclude={"fingerprint"}) | {"group_size": 1, "fingerprint": None})
    with pytest.raises(LedgerError, match="CLN506E"):
        ledger.start_run("r1", other)


def test_runs_come_newest_first_and_by_environment(ledger: Ledger, plan: Plan, clock: Clock) -> None:
    for run in ("r1", "r2", "r3"):
        ledger.start_run(run, plan)
        clock.forward(MINUTE)
    assert [run.id for run in ledger.runs(limit=2)] == ["r3", "r2"]
    assert len(ledger.runs("imst")) == 3
    assert ledger.runs("other") == []


def test_the_plan_and_its_maps_come_back_as_they_were(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    ledger.start_run("r2", plan)
    assert ledger.plan(plan.fingerprint) == plan
    maps = ledger.maps("r2")
    assert maps.data_sets == plan.data_sets
    assert [(pair.source, pair.target) for pair in maps.volumes] == [(p.source, p.target) for p in plan.volume_pairs]


def test_a_map_changed_in_the_database_is_noticed(ledger: Ledger, plan: Plan) -> None:
    ledger.keep_plan(plan)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE data_set_maps SET target = 'IMSP.DB.ACCT' WHERE source = 'IMSP.DB.ACCT'"))
    with pytest.raises(PlanAltered):
        ledger.plan(plan.fingerprint)


def test_evidence_of_a_repeated_task_replaces_its_own_only(ledger: Ledger, plan: Plan, clock: Clock) -> None:
    ledger.start_run("r1", plan)
    ledger.record_evidence("r1", "relabel", map_index=0, outcome="failed", messages=["ICK30003I"])
    ledger.record_evidence("r1", "relabel", map_index=0, counts={"volumes": 2}, started_at=START, listing="ICK00001I")
    ledger.record_evidence(
        "r1", "relabel", map_index=1, attempt=2, counts={"volumes": 2}, before={"DB": 1}, after={"DB": 2}
    )
    first, second = ledger.evidence("r1")
    assert (first.map_index, first.outcome, first.counts, first.listing) == (0, "done", {"volumes": 2}, "ICK00001I")
    assert (second.map_index, second.attempt, second.before, second.after) == (1, 2, {"DB": 1}, {"DB": 2})


def test_the_window_is_kept_to_the_microsecond(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    ledger.record_window("r1", START, START + timedelta(microseconds=123_456))
    window = ledger.run("r1").window
    assert window is not None
    assert window.milliseconds == 123.456
    assert window.within_budget
    ledger.record_window("r1", START, START + timedelta(seconds=6))
    window = ledger.run("r1").window
    assert window is not None
    assert not window.within_budget


def test_a_window_by_stamps_that_were_cut_off_is_an_upper_bound(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    second = timedelta(seconds=1)
    noted = ledger.record_window("r1", START, START + second, second)
    assert noted == ledger.run("r1").window
    assert (noted.is_exact, noted.resolution_ms, noted.shown()) == (False, 1000.0, "at most 1,000 ms")
    ledger.record_window("r1", START, START + timedelta(milliseconds=1234.5))
    exact = ledger.run("r1").window
    assert exact is not None
    assert (exact.is_exact, exact.shown(), exact.shown(1)) == (True, "1,234 ms", "1,234.5 ms")


def test_the_budget_is_held_only_if_the_upper_bound_is(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    budget, second = timedelta(seconds=plan.outage_budget_seconds), timedelta(seconds=1)
    assert ledger.record_window("r1", START, START + budget, second).within_budget
    assert not ledger.record_window("r1", START, START + budget + second, second).within_budget


def test_a_window_that_ends_before_it_began_is_refused(ledger: Ledger, plan: Plan) -> None:
    ledger.start_run("r1", plan)
    with pytest.raises(LedgerError, match="CLN505E"):
        ledger.record_window("r1", START, START - MINUTE)


def test_an_unknown_run_is_told(ledger: Ledger) -> None:
    for ask in (ledger.run, ledger.evidence, ledger.maps):
        with pytest.raises(RunUnknown, match="CLN501E"):
            ask("none")
    with pytest.raises(LedgerError, match="CLN502E"):
        ledger.plan("0" * 64)


@pytest.mark.parametrize("url", ["nonsense", "other://x", "sqlite:////nowhere/at/all/ledger.db"])
def test_a_ledger_that_cannot_be_opened_is_told_without_its_password(url: str) -> None:
    with pytest.raises(LedgerError, match="CLN507E"):
        Ledger(url).upgrade()


def test_the_password_of_the_database_is_never_shown() -> None:
    with pytest.raises(LedgerError, match="CLN507E") as caught:
        Ledger("postgresql+psycopg://user:SECRETWORD@127.0.0.1:1/none").runs()
    assert "SECRETWORD" not in str(caught.value)


def test_a_ledger_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="CLN507E"):
        Ledger(f"sqlite:///{tmp_path}/empty.db").runs()


def test_a_lease_has_one_holder(ledger: Ledger, clock: Clock) -> None:
    ledger.lease("IMST", "run-a", MINUTE)
    with pytest.raises(LeaseHeld, match="run-a until 2026-11-20T23:01:00"):
        ledger.lease("IMST", "run-b", MINUTE)
    assert ledger.lease("IMSU", "run-b", MINUTE).token == 1


def test_a_lease_that_ran_out_goes_to_the_next_and_the_old_token_is_worthless(ledger: Ledger, clock: Clock) -> None:
    old = ledger.lease("IMST", "run-a", MINUTE)
    clock.forward(2 * MINUTE)
    new = ledger.lease("IMST", "run-b", MINUTE)
    assert new.token > old.token
    with pytest.raises(LeaseLost, match="CLN504E"):
        ledger.renew(old, MINUTE)
    with pytest.raises(LeaseLost):
        ledger.require(old)
    ledger.release(old)
    ledger.require(new)


def test_the_same_holder_started_twice_leaves_only_the_newer_with_the_lease(ledger: Ledger) -> None:
    first, second = ledger.lease("IMST", "run-a", MINUTE), ledger.lease("IMST", "run-a", MINUTE)
    ledger.require(second)
    with pytest.raises(LeaseLost):
        ledger.require(first)


def test_a_renewed_lease_lives_on(ledger: Ledger, clock: Clock) -> None:
    lease = ledger.lease("IMST", "run-a", MINUTE)
    for _ in range(5):
        clock.forward(MINUTE * 0.9)
        lease = ledger.renew(lease, MINUTE)
    with pytest.raises(LeaseHeld):
        ledger.lease("IMST", "run-b", MINUTE)
    clock.forward(2 * MINUTE)
    with pytest.raises(LeaseLost):
        ledger.require(lease)
    ledger.require(ledger.renew(lease, MINUTE))


def test_a_released_lease_is_free_and_the_token_still_grows(ledger: Ledger) -> None:
    first = ledger.lease("IMST", "run-a", MINUTE)
    ledger.release(first)
    assert ledger.lease("IMST", "run-b", MINUTE).token == first.token + 1


def test_of_many_that_race_for_a_lease_one_gets_it(tmp_path: Path, ledger: Ledger) -> None:
    url, won, lost = f"sqlite:///{tmp_path}/ledger.db", [], []

    def race(holder: str) -> None:
        try:
            won.append(Ledger(url).lease("IMST", holder, MINUTE))
        except LeaseHeld:
            lost.append(holder)

    threads = [threading.Thread(target=race, args=(f"run-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["lease", "renew", "release", "require", "wait"]), st.sampled_from("ab")), max_size=25
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(OPERATIONS)
def test_never_two_holders_and_tokens_only_grow(
    ledger: Ledger, clock: Clock, operations: list[tuple[str, str]]
) -> None:
    target = f"T{clock.now.timestamp()}"
    leases: dict[str, Lease] = {}
    newest = 0
    for operation, holder in operations:
        lease = leases.get(holder)
        try:
            if operation == "wait":
                clock.forward(MINUTE * 0.6)
            elif operation == "lease":
                leases[holder] = ledger.lease(target, holder, MINUTE)
                assert leases[holder].token > newest
                newest = leases[holder].token
            elif lease is not None and operation == "renew":
                leases[holder] = ledger.renew(lease, MINUTE)
            elif lease is not None and operation == "release":
                ledger.release(lease)
            elif lease is not None:
                ledger.require(lease)
                assert lease.token == newest
        except (LeaseHeld, LeaseLost):
            pass
    clock.forward(5 * MINUTE)


def test_pruning_removes_evidence_of_runs_that_ended_long_ago_and_nothing_else_of_them(
    ledger: Ledger, plan: Plan, clock: Clock
) -> None:
    for run in ("old", "still running"):
        ledger.start_run(run, plan)
        for step in ("relabel", "rename"):
            ledger.record_evidence(run, step)
    ledger.record_window("old", START, START + MINUTE)
    ledger.finish_run("old", success=True)
    clock.forward(timedelta(days=31))
    ledger.start_run("new", plan)
    ledger.record_evidence("new", "relabel")
    ledger.finish_run("new", success=False)
    assert ledger.prune(timedelta(days=30)) == Pruned(1, 2, 0)
    assert {run: len(ledger.evidence(run)) for run in ("old", "still running", "new")} == {
        "old": 0,
        "still running": 2,
        "new": 1,
    }
    assert ledger.run("old").window is not None
    assert ledger.plan(plan.fingerprint) == plan
    assert ledger.prune(timedelta(days=30)) == Pruned(0, 0, 0)


def test_pruning_removes_old_leases_of_tasks_and_keeps_the_tokens_of_targets(ledger: Ledger, clock: Clock) -> None:
    ledger.release(ledger.lease("IMS IMST", "r1", MINUTE))
    ledger.lease("task 1", "task 1", MINUTE)
    clock.forward(timedelta(days=31))
    held = ledger.lease("task 2", "task 2", MINUTE)
    assert ledger.prune(timedelta(days=30)) == Pruned(0, 0, 1)
    assert [lease.target for lease in ledger.leases(tasks=True)] == ["IMS IMST", "task 2"]
    assert [(lease.target, lease.is_free) for lease in ledger.leases()] == [("IMS IMST", True)]
    ledger.require(held)
    assert ledger.lease("IMS IMST", "r2", MINUTE).token == 2


def test_a_run_that_was_refused_a_plan_is_noted_and_gets_one_when_it_is_tried_again(
    ledger: Ledger, plan: Plan, clock: Clock
) -> None:
    wanted = Wanted("imst", "full_system", "IMSP", "IMST", "ims-dba")
    refused = ledger.refuse_run("r1", wanted, "CLN200E  no")
    assert (refused.state, refused.error, refused.fingerprint, refused.data_of) == ("running", "CLN200E  no", "", None)
    ledger.record_evidence("r1", "plan", outcome="failed", messages=["CLN200E  no"])
    with pytest.raises(LedgerError, match="CLN511E  Run 'r1' has no plan: CLN200E  no"):
        write_report(ledger, "r1", Path("/nonexistent"))
    assert ledger.volume_map("") == ()
    clock.forward(MINUTE)
    again = ledger.start_run("r1", plan)
    assert (again.state, again.error, again.fingerprint) == ("running", "", plan.fingerprint)
    assert again == replace(ledger.start_run("r2", plan), id="r1", started_at=START)


def test_a_refused_run_is_nothing_to_compare_with(ledger: Ledger, plan: Plan, clock: Clock) -> None:
    ledger.start_run("r1", plan)
    clock.forward(MINUTE)
    ledger.refuse_run("r2", Wanted("imst", "full_system"), "no")
    assert ledger.finish_run("r2", success=False, error="no").state == "failed"
    clock.forward(MINUTE)
    ledger.start_run("r3", plan)
    before = ledger.run_before("r3")
    assert before is not None
    assert before.id == "r1"
