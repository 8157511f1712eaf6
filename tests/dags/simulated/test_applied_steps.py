"""Jobs behind a fuzzy copy are judged by what each of their steps printed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from imsclone.zosmf.completion import Completion, Ending

GOOD = "DFS339I FUNCTION RE HAS COMPLETED NORMALLY. ACCT ACCT 9 CHANGES"
DAMAGED = "DFS315A IMSP.SLDS.G0004V00 BLOCK 3 IS DAMAGED, IT IS NO LOG BLOCK\nDFSURDB0 ENDED, CONDITION CODE 12"


PART = "IIUB100I INDEX CUSTX OF CUST BUILT, 216 RECORDS\nDFS315A IMSP.SLDS.G0004V00 BLOCK 3 IS BROKEN"


def output(letter: str, *printed: str) -> Any:
    """A job that has ended: a step fails where a message of its listing says so."""
    listings = {f"{letter}{number}": text for number, text in enumerate(printed, 1)}
    codes = {name: Completion(Ending.CODE, "", 12 * ("DFS315A" in text)) for name, text in listings.items()}
    job = SimpleNamespace(steps=[SimpleNamespace(name=name, completion=code) for name, code in codes.items()])
    return SimpleNamespace(job=job, sysprint=listings.__getitem__)


def step_of(name: str) -> Any:
    from imsclone_airflow import refresh

    step = getattr(refresh, name)(task_id="applied", plan=None, logs=None, group={"number": 0})
    step.planned = SimpleNamespace(targets=[SimpleNamespace(side=SimpleNamespace(imsid="IMST"))])
    return step


@pytest.mark.parametrize(
    ("operator", "letter", "message"),
    [("ApplyLogOperator", "R", "CLN747E"), ("RebuildIndexesOperator", "B", "CLN748E")],
)
def test_a_step_that_did_not_do_its_work_is_told_with_its_message(operator: str, letter: str, message: str) -> None:
    from imsclone.errors import CloneError

    step = step_of(operator)
    step.check(step.read(output(letter, GOOD, GOOD)))
    for text in (DAMAGED, PART):
        with pytest.raises(CloneError, match=rf"{message}.* IMST.* step {letter}2: DFS315A IMSP.SLDS.G0004V00 BLOCK 3"):
            step.check(step.read(output(letter, GOOD, text)))


@pytest.mark.parametrize("letter", ["R", "B"])
def test_a_step_that_says_nothing_did_nothing(letter: str) -> None:
    from imsclone.errors import CloneError

    step = step_of({"R": "ApplyLogOperator", "B": "RebuildIndexesOperator"}[letter])
    with pytest.raises(CloneError, match="no message says that it was done"):
        step.check(step.read(output(letter, "")))
