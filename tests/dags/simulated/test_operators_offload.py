"""Offload work on a simulated host: what is not asked for is not done, what says that it failed has failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

Make = Callable[..., Any]
LISTED = (Path(__file__).parents[2] / "unit" / "data" / "list_recon_haldb.txt").read_text().replace("IMSP.", "IMST.")
DONE = "DFS339I FUNCTION DU HAS COMPLETED NORMALLY. ACCT ACCT 7 RECORDS\n"
ERROR = "  ACCT     ACCT     PCF    0001421C 0001431A       20   540 TARGET IS NOT A SEGMENT"


@pytest.fixture
def asked(bench: Any) -> Callable[..., Any]:
    """Return what makes the bench's plan ask for offload work, and executes a step."""

    def run(operator: Any, **offload: Any) -> Any:
        from imsclone.spec.model import Offload

        context = bench.render(operator)
        operator.planned = bench.plan.model_copy(update={"offload": Offload.model_validate(offload)})
        return operator.execute(context)

    return run


@pytest.fixture
def says(host: Any) -> Callable[..., None]:
    """Have each job print a step's listing, and the RECON to those that list it."""

    def answer(**steps: str) -> None:
        listings = {("LIST", "SYSPRINT"): LISTED} | {(name, "SYSPRINT"): text for name, text in steps.items()}
        host.outcome = lambda job: setattr(job, "listings", listings)

    return answer


@pytest.mark.parametrize("name", ["OffloadReport", "PointerCheck", "ImageCopy", "Unload"])
def test_work_that_is_not_asked_for_submits_no_job(operator: Make, asked: Make, host: Any, name: str) -> None:
    assert asked(operator(name)) == "not asked for"
    assert host.jobs == []


def test_a_report_without_a_line_that_proves_it_is_done_when_its_job_is(
    operator: Make, asked: Make, says: Make
) -> None:
    says(READ="ACCOUNTS 1 TOTAL 2")
    report = {"program": "ANY", "psb": "ANYPSB"}
    assert asked(operator("OffloadReport"), report=report) == "done"


def test_the_clones_databases_are_closed_and_opened_around_the_pointer_check(
    operator: Make, asked: Make, says: Make, host: Any
) -> None:
    says(CHECK="PCK099I 3 DATABASES CHECKED, 0 POINTER ERRORS")
    assert asked(operator("PointerCheck"), pointer_check=True) == "sound"
    jcl = host.jobs[-1].jcl
    checked = [line.split("(")[1].rstrip(")") for line in jcl.splitlines() if line.startswith(" CHECK DBD(")]
    assert checked == ["ACCT", "HIST", "TELL"]
    for change in ("STOP", "START"):
        assert [line for line in jcl.splitlines() if line.endswith(f"{change}(ACCESS)")] == [
            f" UPDATE DB NAME({name}) {change}(ACCESS)" for name in checked
        ]
    assert "COND=(0,NE,STOP)" in jcl
    assert "COND=EVEN" in jcl


@pytest.mark.parametrize(
    ("listing", "shown"),
    [
        (f"{ERROR}\nPCK099I 3 DATABASES CHECKED, 1 POINTER ERRORS", "CLN735E .*TARGET IS NOT A SEGMENT"),
        ("DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE ACCT", "CLN710E .*DFS047A"),
    ],
)
def test_a_pointer_check_that_finds_errors_or_does_not_end_fails_the_run(
    operator: Make, asked: Make, says: Make, listing: str, shown: str
) -> None:
    from imsclone.errors import CloneError

    says(CHECK=listing)
    with pytest.raises(CloneError, match=shown):
        asked(operator("PointerCheck"), pointer_check=True)


def test_every_data_set_that_is_not_rebuilt_from_others_is_copied(
    operator: Make, asked: Make, says: Make, host: Any
) -> None:
    says(COPY=DONE * 6)
    assert asked(operator("ImageCopy"), image_copy=True) == "copied"
    statements = [line.split()[1:3] for line in host.jobs[-1].jcl.splitlines() if line.startswith("D1 ")]
    assert statements == [
        ["ACCT", "ACCTDD"],
        *([part, f"{part}{letter}"] for part in ("HISTA", "HISTZ") for letter in "AB"),
        ["TELL", "TELLA1"],
    ]
    assert "DSN=CLONE.IMST.IC.HISTAA" in host.jobs[-1].jcl


def test_an_image_copy_that_was_not_made_fails_the_run(operator: Make, asked: Make, says: Make) -> None:
    from imsclone.errors import CloneError

    says(COPY=DONE * 5)
    with pytest.raises(CloneError, match="5 of 6 image copies were made"):
        asked(operator("ImageCopy"), image_copy=True)
