"""The ledger on a real Postgres, of its own and thrown away: what SQLite cannot show is concurrency."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from imsclone.facts import CatalogFacts, DataSetFacts, SystemFacts, VolumeFacts
from imsclone.haldb.numbers import in_use
from imsclone.ledger import Lease, LeaseHeld, LeaseLost, Ledger
from imsclone.ledger.models import Base
from imsclone.listings import recon
from imsclone.plan import Plan, make_plan
from imsclone.refresh.facts import RefreshFacts, SideFacts
from imsclone.spec import load_environment

T = TypeVar("T")
INCLUDE = Path(__file__).parents[2] / "include"
RECON = Path(__file__).parents[1] / "unit" / "data" / "list_recon_haldb.txt"
NAMED = ["SDFSRESL", "PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL", "MDALIB", "ACBLIB", "DBDLIB", "RDDS1", "RDDS2"]
MINUTE = timedelta(minutes=1)


def binary(name: str) -> str:
    found = shutil.which(name) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None)
    if found is None:
        pytest.skip("no Postgres on this machine")
    return found


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Start a Postgres that listens on a socket only; as root, it runs as the user postgres."""
    control, folder = binary("pg_ctl"), Path(tempfile.mkdtemp(prefix="ledger-pg-"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    data, options = folder / "data", f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run(
        [*user, binary("initdb"), "-D", data, "-U", "ledger", "-A", "trust"], check=True, capture_output=True, cwd="/"
    )
    log = ["-l", str(folder / "log"), "-w"]
    subprocess.run(
        [*user, control, "-D", data, *log, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/"
    )
    yield f"postgresql+psycopg://ledger@/postgres?host={folder}"
    subprocess.run(
        [*user, control, "-D", data, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/"
    )
    shutil.rmtree(folder)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    made = Ledger(url)
    made.upgrade()
    yield made
    made.close()


@pytest.fixture(scope="module")
def plan() -> Plan:
    recon = ["RECON1", "RECON2", "RECON3"]
    names = [f"IMSP.{name}" for name in [*NAMED, *recon]]
    volumes = tuple(VolumeFacts(f"{ims}01", f"0A{unit}0", cylinders=10) for ims, unit in (("IMSP", 8), ("IMST", 9)))
    spec = load_environment(INCLUDE / "environments" / "imst.yaml", overrides={"policies": {"uncataloged": "keep"}})
    data_sets = tuple(DataSetFacts(name, ("IMSP01",)) for name in names)
    return make_plan(spec, SystemFacts(volumes, data_sets, (CatalogFacts("UCAT.IMSP", "IMSP01", (), ("IMSP",)),)))


def at_once(work: Callable[[int], T], count: int) -> list[T | BaseException]:
    def caught(number: int) -> T | BaseException:
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(caught, range(count)))


def test_several_may_upgrade_an_empty_database_at_once(url: str) -> None:
    assert at_once(lambda _: Ledger(url).upgrade(), 6) == [None] * 6
    with Ledger(url).engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_several_may_start_runs_of_one_new_plan_at_once(url: str, ledger: Ledger, plan: Plan) -> None:
    runs = at_once(lambda number: Ledger(url).start_run(f"run-{number % 3}", plan).id, 9)
    assert sorted(map(str, runs)) == sorted(f"run-{number % 3}" for number in range(9))
    assert ledger.plan(plan.fingerprint) == plan
    assert len(ledger.maps("run-0").data_sets) == len(plan.data_sets)


def test_a_window_and_evidence_come_back_exactly(ledger: Ledger, plan: Plan) -> None:
    start = datetime(2026, 11, 20, 23, 59, 59, 123456, tzinfo=UTC)
    ledger.start_run("run-w", plan)
    ledger.record_window("run-w", start, start + timedelta(microseconds=87_001))
    ledger.record_evidence("run-w", "replicate", started_at=start, before={"a": 1}, messages=["one", "two"])
    window, (evidence,) = ledger.run("run-w").window, ledger.evidence("run-w")
    assert window is not None
    assert (window.suspended_at, window.milliseconds) == (start, 87.001)
    assert (evidence.started_at, evidence.before, evidence.messages) == (start, {"a": 1}, ("one", "two"))


def test_of_many_that_race_for_a_lease_one_gets_it(url: str, ledger: Ledger) -> None:
    results = at_once(lambda number: Ledger(url).lease("RACE", f"run-{number}", MINUTE), 8)
    assert sum(isinstance(result, LeaseHeld) for result in results) == 7


def test_the_same_holder_many_times_leaves_one_with_the_newest_token(url: str, ledger: Ledger) -> None:
    leases = at_once(lambda _: Ledger(url).lease("SAME", "run-a", MINUTE), 8)
    tokens = sorted(lease.token for lease in leases if not isinstance(lease, BaseException))
    assert tokens == list(range(1, 9))
    alive = []
    for lease in leases:
        assert not isinstance(lease, BaseException)
        try:
            ledger.require(lease)
            alive.append(lease.token)
        except LeaseLost:
            continue
    assert alive == [8]


def test_of_bookings_and_runs_that_race_one_gets_the_target(url: str, ledger: Ledger) -> None:
    until = datetime.now(UTC) + MINUTE

    def take(number: int) -> Lease:
        own = Ledger(url)
        return (
            own.book(["BOOK"], f"team {number}", until)[0] if number % 2 else own.lease("BOOK", f"run-{number}", MINUTE)
        )

    results = at_once(take, 8)
    assert [isinstance(one, LeaseHeld) for one in results].count(False) == 1
    assert ledger.holder("BOOK") in results


def test_looks_at_a_recon_by_several_at_once_are_all_kept_as_one_layout(url: str, ledger: Ledger) -> None:
    listed, began = recon.read(RECON.read_text()), datetime(2026, 11, 21, tzinfo=UTC)
    numbers = {one.dsname: (one.part.partition_id, 1) for one in in_use(listed)}

    def look(number: int) -> object:
        side = SideFacts(listed, numbers=numbers, listed=(began + number * MINUTE, began + (number + 0.5) * MINUTE))
        return Ledger(url).look("IMSP", RefreshFacts(side, side)).looks

    assert not [one for one in at_once(look, 6) if isinstance(one, BaseException)]
    assert look(6) == look(6)
    last = ledger.look("IMSP", RefreshFacts(SideFacts(listed), SideFacts(listed))).looks[-1]
    assert (last.layout.name, len(last.layout.partitions), last.last) == ("HIST", 2, began + 6 * MINUTE)
