"""Bookings on a real SQLite database: a team holds a target by the same lease as a run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imsclone import cli
from imsclone.ledger import Lease, LeaseHeld, LeaseLost, Ledger, NotBooked, TargetBooked
from imsclone.ledger.errors import BookingEnded

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARGET = "IMS IMST"


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    made = Ledger(url, clock)
    made.upgrade()
    yield made
    made.close()


def imsclone(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def test_a_booked_target_is_refused_with_who_needs_it_until_when_and_what_for(ledger: Ledger) -> None:
    ledger.book([TARGET], "team payments", START + HOUR, "regression week")
    with pytest.raises(TargetBooked) as refused:
        ledger.lease(TARGET, "imst/scheduled__1", HOUR)
    assert "CLN508E  IMS IMST is booked by team payments until 2026-11-20T13:00:00+00:00. regression week." in str(
        refused.value
    )


def test_a_booking_ends_at_its_time(ledger: Ledger, clock: Clock) -> None:
    ledger.book([TARGET], "team payments", START + HOUR)
    clock.now += HOUR
    assert ledger.holder(TARGET) is None
    assert ledger.lease(TARGET, "imst/scheduled__1", HOUR).booked is False


def test_a_target_that_a_run_holds_cannot_be_booked(ledger: Ledger) -> None:
    run = ledger.lease(TARGET, "imst/scheduled__1", HOUR)
    with pytest.raises(LeaseHeld, match="CLN503E"):
        ledger.book([TARGET], "team payments", START + 2 * HOUR)
    ledger.require(run)


def test_a_team_changes_its_own_booking_and_no_others(ledger: Ledger) -> None:
    ledger.book([TARGET], "team payments", START + HOUR)
    ledger.book([TARGET], "team payments", START + 3 * HOUR, "longer")
    with pytest.raises(TargetBooked, match="longer"):
        ledger.book([TARGET], "team cards", START + HOUR)
    with pytest.raises(TargetBooked):
        ledger.lease(TARGET, "team payments", HOUR)


def test_a_booking_fences_off_a_run_that_lost_the_target_before(ledger: Ledger, clock: Clock) -> None:
    lost = ledger.lease(TARGET, "imst/scheduled__1", HOUR)
    clock.now += HOUR
    ledger.book([TARGET], "team payments", clock.now + HOUR)
    with pytest.raises(LeaseLost):
        ledger.renew(lost, HOUR)
    ledger.release(lost)
    assert ledger.unbook(TARGET).holder == "team payments"
    with pytest.raises(LeaseLost):
        ledger.renew(lost, HOUR)


def test_only_a_booking_can_be_released(ledger: Ledger) -> None:
    with pytest.raises(NotBooked, match="CLN510E"):
        ledger.unbook(TARGET)
    run = ledger.lease(TARGET, "imst/scheduled__1", HOUR)
    with pytest.raises(NotBooked):
        ledger.unbook(TARGET)
    ledger.require(run)


def test_a_booking_cannot_end_before_it_begins(ledger: Ledger) -> None:
    with pytest.raises(BookingEnded, match="CLN509E"):
        ledger.book([TARGET], "team payments", START)


def test_of_a_booking_and_runs_that_race_one_gets_the_target(url: str, ledger: Ledger) -> None:
    won: list[Lease] = []

    def run(number: int) -> None:
        own = Ledger(url, Clock())
        try:
            if number % 2:
                won.extend(own.book([TARGET], f"team {number}", START + HOUR))
            else:
                won.append(own.lease(TARGET, f"imst/{number}", HOUR))
        except LeaseHeld:
            pass
        finally:
            own.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert ledger.leases() == won


def test_the_commands_book_show_and_release(url: str) -> None:
    until = datetime.now(UTC) + HOUR
    booked = imsclone("book", "imst", "--until", until.isoformat(), "--for", "QA", "--note", "week 47", "--ledger", url)
    assert (booked.exit_code, booked.output) == (0, f"IMS IMST is booked by QA until {until:%Y-%m-%d %H:%M:%S} UTC\n")
    row = imsclone("leases", "--ledger", url).output.splitlines()[1].split()
    assert row[:3] + row[-3:] == ["IMS", "IMST", "booked", "QA:", "week", "47"]
    assert imsclone("release", "imst", "--ledger", url).output == "IMS IMST is no longer booked by QA\n"
    assert imsclone("release", "imst", "--ledger", url).exit_code == 8


def test_a_moment_without_an_offset_is_utc(url: str) -> None:
    made = imsclone("book", "imst", "--until", "2099-01-01T10:00", "--for", "QA", "--ledger", url)
    assert "until 2099-01-01 10:00:00 UTC" in made.output
    made = imsclone("book", "imst", "--until", "2099-01-01T10:00+02:00", "--for", "QA", "--ledger", url)
    assert "until 2099-01-01 08:00:00 UTC" in made.output


@pytest.mark.parametrize(
    "wrong", [["--until", "tomorrow", "--for", "QA"], ["--until", "2099-01-01", "--for", " "], ["--for", "QA"]]
)
def test_a_booking_that_is_not_understood_is_refused(url: str, wrong: list[str]) -> None:
    assert imsclone("book", "imst", *wrong, "--ledger", url).exit_code == 2


def test_of_several_targets_all_are_booked_or_none(ledger: Ledger) -> None:
    ledger.lease("IMS IMSQ", "bank/scheduled__1", HOUR)
    with pytest.raises(LeaseHeld):
        ledger.book(["IMS IMSP", "IMS IMSQ"], "QA", START + HOUR)
    assert ledger.holder("IMS IMSP") is None
    assert [one.target for one in ledger.book(["IMS IMSS", "IMS IMSR"], "QA", START + HOUR)] == ["IMS IMSR", "IMS IMSS"]
