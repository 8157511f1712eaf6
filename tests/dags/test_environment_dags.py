"""One Dag for each environment's file: on its schedule, with its form; a broken file harms no other."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pendulum
import pytest

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "dags" / "environments.py"
PARSE_SECONDS = 2.0
PLAIN_SECONDS = 0.36
"""What 200 Dags of twenty tasks of Airflow's own take on the machine on which the limit is two seconds."""

COMPARED = """
import runpy, sys, time
from airflow.sdk import DAG, BaseOperator, chain

def plain(number):
    with DAG(dag_id=f"plain{number}", schedule=None):
        chain(*(BaseOperator(task_id=f"task{place}") for place in range(20)))

begin = time.process_time()
for number in range(200):
    plain(number)
made = time.process_time()
found = runpy.run_path(sys.argv[1])
print(time.process_time() - made, made - begin, sum(hasattr(value, "dag_id") for value in found.values()))
"""

NIGHTLY = """
schedule:
  cron: 30 2 * * 1-5
  time_zone: Europe/Berlin
  calendar: target
  first: 2026-03-30
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's own folder with the shipped systems and calendars, and no environment."""
    from imsclone_airflow import settings

    for name in ("systems", "calendars"):
        shutil.copytree(PROJECT / "include" / name, tmp_path / name)
    (tmp_path / "environments").mkdir()
    monkeypatch.setenv(settings.FOLDER, str(tmp_path))
    return tmp_path


@pytest.fixture
def keep(folder: Path) -> Callable[..., Path]:
    """Write an environment's file, as the shipped one but for its name and what is added."""

    def write(name: str, added: str = "") -> Path:
        shipped = (PROJECT / "include" / "environments" / "imst.yaml").read_text()
        path = folder / "environments" / f"{name}.yaml"
        path.write_text(shipped.replace("name: imst", f"name: {name}") + added)
        return path

    return write


@pytest.fixture
def parsed(airflow_home: Path) -> Callable[[], Any]:
    def bag() -> Any:
        from airflow.dag_processing.dagbag import DagBag

        return DagBag(FILE)

    return bag


def runs(dag: Any, count: int) -> list[pendulum.DateTime]:
    """Return when the first runs would be, all of them made up for."""
    from airflow.timetables.base import TimeRestriction

    restriction = TimeRestriction(earliest=dag.start_date, latest=None, catchup=True)
    times, last = [], None
    while len(times) < count:
        info = dag.timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        last = info.data_interval
        times.append(info.run_after)
    return times


def test_each_file_is_a_dag_with_the_procedure_of_its_clone_type(keep: Any, parsed: Any) -> None:
    keep("first")
    keep("second", NIGHTLY)
    bag = parsed()
    assert bag.import_errors == {}
    assert set(bag.dags) == {"first", "second"}
    assert {dag.get_task("plan").environment for dag in bag.dags.values()} == {"first", "second"}
    assert {"replicate", "verify", "publish"} < set(bag.dags["first"].task_ids)
    assert bag.dags["first"].owner == "ims-dba"


def test_a_schedule_skips_the_days_of_the_calendar_and_keeps_the_hour_of_its_time_zone(keep: Any, parsed: Any) -> None:
    keep("nightly", NIGHTLY)
    found = [time.in_timezone("Europe/Berlin") for time in runs(parsed().dags["nightly"], 6)]
    days = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-07", "2026-04-08"]
    assert [time.to_date_string() for time in found] == days, "Good Friday, a weekend and Easter Monday are skipped"
    assert {(time.hour, time.minute) for time in found} == {(2, 30)}


def test_a_schedule_can_be_as_fine_as_seconds(keep: Any, parsed: Any) -> None:
    keep("often", "schedule: {cron: '10,12 * * * * 7,37', first: 2026-03-30}\n")
    found = [time.to_time_string() for time in runs(parsed().dags["often"], 5)]
    assert found == ["00:10:07", "00:10:37", "00:12:07", "00:12:37", "01:10:07"]


def test_without_catchup_the_next_run_is_not_on_a_skipped_day_either() -> None:
    from airflow.timetables.base import TimeRestriction

    from imsclone_airflow.timetable import CalendarTimetable

    today = pendulum.now("UTC").date()
    skip = [today + datetime.timedelta(days) for days in (-1, 0, 1, 2)]
    timetable = CalendarTimetable("0 0 * * *", timezone="UTC", skip=skip)
    info = timetable.next_dagrun_info(
        last_automated_data_interval=None, restriction=TimeRestriction(None, None, catchup=False)
    )
    assert info is not None
    assert info.run_after.date() == today + datetime.timedelta(3)


@pytest.mark.parametrize("days_ago", [None, 30])
def test_a_new_environment_is_not_made_for_a_time_that_has_passed(days_ago: int | None) -> None:
    from airflow.timetables.base import TimeRestriction

    from imsclone_airflow.timetable import CalendarTimetable

    now = pendulum.now("UTC")
    first = now.subtract(days=days_ago) if days_ago else None
    cron = f"{now.subtract(minutes=10).minute} {now.subtract(minutes=10).hour} * * *"
    info = CalendarTimetable(cron, timezone="UTC").next_dagrun_info(
        last_automated_data_interval=None, restriction=TimeRestriction(first, None, catchup=False)
    )
    assert info is not None
    assert now < info.run_after < now.add(days=1)


def test_a_backfill_of_earlier_dates_is_not_followed_by_a_run_for_the_last_time_that_has_passed() -> None:
    from airflow.timetables.base import DataInterval, TimeRestriction

    from imsclone_airflow.timetable import CalendarTimetable

    now = pendulum.now("UTC")
    due = now.subtract(hours=2)
    timetable = CalendarTimetable(f"{due.minute} {due.hour} * * *", timezone="UTC")
    filled = DataInterval.exact(due.subtract(days=30).start_of("minute"))
    without = TimeRestriction(now.subtract(days=60), None, catchup=False)
    info = timetable.next_dagrun_info(last_automated_data_interval=filled, restriction=without)
    assert info is not None
    assert info.run_after > now


def test_the_scheduler_reads_the_timetable_back_as_it_was(keep: Any, parsed: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    keep("nightly", NIGHTLY)
    dag = parsed().dags["nightly"]
    again = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert again.timetable.serialize() == dag.timetable.serialize()
    assert again.timetable.serialize()["skip"][0] == "2026-01-01"
    assert "dry_run" in again.params
    again.params.validate()


def test_the_dag_processor_can_hand_every_dag_on(keep: Any, parsed: Any, folder: Path) -> None:
    """It packs what it has parsed in a format of plain values only; one that is not leaves out the whole file."""
    import msgspec
    from airflow.sdk.execution_time.comms import _msgpack_enc_hook
    from airflow.serialization.serialized_objects import DagSerialization

    keep("nightly", NIGHTLY)
    keep("after_batch", "schedule:\n  after: ['batch://end-of-day']\n")
    shutil.copy(PROJECT / "include" / "environments" / "bank.yaml", folder / "environments")
    dags = parsed().dags
    assert set(dags) == {"nightly", "after_batch", "bank"}
    for dag in dags.values():
        msgspec.msgpack.encode(DagSerialization.to_dict(dag), enc_hook=_msgpack_enc_hook)


def test_an_environment_can_wait_for_an_asset(keep: Any, parsed: Any) -> None:
    keep("after_batch", "schedule:\n  after: ['batch://end-of-day']\n")
    assert "batch://end-of-day" in str(parsed().dags["after_batch"].timetable.asset_condition)


def test_a_broken_file_is_one_broken_dag_that_says_the_line(keep: Any, parsed: Any) -> None:
    from imsclone.spec import SpecRejected

    keep("good")
    path = keep("bad", "shedule:\n  cron: 1 2 3 4 5\n")
    line = path.read_text().count("\n") - 1
    bag = parsed()
    assert set(bag.dags) == {"good", "bad"}
    assert "plan" in bag.dags["good"].task_ids
    bad = bag.dags["bad"]
    assert "broken" in bad.tags
    assert f"line {line}" in bad.doc_md
    with pytest.raises(SpecRejected, match=f"line {line}"):
        bad.get_task("environment_file").execute({})


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ("{cron: 0 2 * *}", "five fields"),
        ("{cron: 0 2 * * * 0 2026}", "a sixth is seconds"),
        ("{cron: 0 2 * * * 60}", "a sixth is seconds"),
        ("{cron: 0 25 * * *}", "five fields"),
        ("{cron: 0 2 * * *, time_zone: Mars/Base}", "IANA"),
        ("{cron: 0 2 * * *, after: [a://b]}", "either cron or after"),
        ("{time_zone: UTC}", "either cron or after"),
        ("{cron: 0 2 * * *, calendar: moon}", "no file"),
        ("{cron: 0 2 * * *, first: yesterday}", "date"),
    ],
)
def test_a_wrong_schedule_is_refused_with_what_is_wrong(keep: Any, schedule: str, told: str) -> None:
    from imsclone.spec import SpecRejected, load_environment

    path = keep("wrong", f"schedule: {schedule}\n")
    with pytest.raises(SpecRejected, match=told) as refused:
        load_environment(path)
    assert all(problem.place and problem.place.line for problem in refused.value.problems)


def test_two_hundred_environments_are_parsed_within_the_limit(keep: Any, folder: Path) -> None:
    for number in range(200):
        keep(f"env{number:03}", NIGHTLY)
    run = [sys.executable, "-c", COMPARED, str(FILE)]
    ratios = []
    for _ in range(3):  # a busy machine makes processor time longer, never shorter
        spent, yardstick, count = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
        assert count == "200"
        ratios.append(float(spent) / float(yardstick))
        if ratios[-1] < PARSE_SECONDS / PLAIN_SECONDS:
            return
    pytest.fail(f"200 environments took {min(ratios):.1f} times as long as 200 plain Dags")


def test_a_task_start_builds_its_own_environment_only(keep: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from imsclone_airflow.environments import environment_dags

    keep("mine")
    keep("yours")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "mine")
    assert set(environment_dags()) == {"mine"}
