"""Clones of the whole bank, taken at random instants under full load, one after the other: each must add up."""

from __future__ import annotations

import os
from typing import Any

import pytest

IN_A_ROW = range(10 if "THOROUGH" in os.environ else 3)
"""Clones for each way to consistency: ``make test-thorough`` makes 30 in all, ``make test`` 9."""
WITH_BMP = 3
WITHOUT_HOLD = 4
RESTARTED = "DFS994I EMERGENCY START COMPLETED IMST"


def by(*ways: str) -> list[Any]:
    """Return ways to consistency, each of which one worker takes through all its clones."""
    return [pytest.param(way, marks=pytest.mark.xdist_group(f"in_a_row_{way}")) for way in ways]


@pytest.mark.parametrize("number", IN_A_ROW)
@pytest.mark.parametrize("consistency", by("suspend", "freeze"))
def test_a_clone_of_a_system_under_load_restarts_with_sound_pointers_and_a_bank_that_adds_up(
    row: Any, consistency: str, number: int
) -> None:
    if number % WITH_BMP == 0:
        row.collect_fees()
    row.clone(consistency)
    assert row.restarted() == RESTARTED
    assert row.wrong() == []


@pytest.mark.parametrize("number", IN_A_ROW)
@pytest.mark.parametrize("consistency", by("offline"))
def test_so_does_a_clone_of_a_system_that_is_down_because_it_was_stopped_or_because_it_failed(
    row: Any, consistency: str, number: int
) -> None:
    failed = number % 2 == 0
    with row.load():
        if failed:
            row.cancel_source()
    if not failed:
        row.stop_source()
    row.clone(consistency)
    assert row.restarted() == RESTARTED
    assert row.wrong() == []
    row.start_source()


@pytest.mark.xdist_group("in_a_row_suspend")
def test_clones_of_a_system_that_is_not_held_do_not_add_up(row: Any) -> None:
    from imsclone.errors import CloneError

    broken = 0
    for _ in range(WITHOUT_HOLD):
        try:
            row.clone_without_hold()
        except CloneError:
            broken += 1
        else:
            broken += bool(row.wrong())
    assert broken >= WITHOUT_HOLD // 2
