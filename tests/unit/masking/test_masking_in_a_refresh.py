"""What masking inside a refresh decides, and bytes on their way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.masking.errors import PolicyChanged
from imsclone.masking.policy import load_policy
from imsclone.names import DataSetName, Volser
from imsclone.refresh.masking import MaskedDatabase, MaskingPlan, digest
from imsclone.spec.masking import KeySource
from imsclone.spec.refresh import DatabaseName
from imsclone.zosmf.streams import Incoming

POLICY = """\
lists: {own: own.txt}
fields:
  - {database: CUST, segment: CUSTOMER, field: NAME, rule: names, list: own}
"""


@pytest.fixture
def plan(tmp_path: Path) -> MaskingPlan:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "own.txt").write_text("ONE\nTWO\n")
    return MaskingPlan(
        policy=str(tmp_path / "policy.yaml"),
        digest=digest(load_policy(tmp_path / "policy.yaml")),
        key=KeySource(variable="key"),
        databases=(),
        not_scanned=(),
        cylinders=1,
        volume=Volser("LABWK1"),
        hlq=DataSetName("CLONE"),
    )


def test_a_policy_or_a_list_of_it_that_was_changed_after_the_plan_is_refused(plan: MaskingPlan, tmp_path: Path) -> None:
    assert plan.load().fields[0].list == "own"
    (tmp_path / "own.txt").write_text("ONE\nTHREE\n")
    with pytest.raises(PolicyChanged):
        plan.load()


def test_the_image_copy_flag_goes_from_what_was_reloaded_and_its_indexes_alone(plan: MaskingPlan) -> None:
    one = MaskedDatabase(name=DatabaseName("CUST"), indexes=(DatabaseName("CUSTX"),))
    copies = [("CUST", "CUST", "CUST"), ("CUSTX", "CUSTX", "CUSTX"), ("ACCT", "ACCT", "ACCT")]
    found = [str(made.card).strip() for made in plan.without_copies(one, copies)]
    assert found == ["CHANGE.DBDS DBD(CUST) DDN(CUST) ICOFF", "CHANGE.DBDS DBD(CUSTX) DDN(CUSTX) ICOFF"]
    hist = MaskedDatabase(name=DatabaseName("HIST"))
    parts = [("HIST", "HIST1", f"HIST1{letter}") for letter in "AXL"]
    assert ["HIST1A" in made.card for made in plan.without_copies(hist, parts)] == [True]


def test_names_of_work_data_sets_fit(plan: MaskingPlan) -> None:
    name = plan.model_copy(update={"hlq": DataSetName("A" * 8 + ".B2")}).work_data_set(
        "IMST", "0A1B2", "DATABAS8", "UNMASKED"
    )
    assert len(name) <= 44


@given(st.lists(st.binary(max_size=20)), st.lists(st.integers(0, 30)))
def test_bytes_that_come_in_any_pieces_are_read_as_from_a_file(pieces: list[bytes], sizes: list[int]) -> None:
    whole, coming, at = b"".join(pieces), Incoming(iter(pieces)), 0
    for size in sizes:
        assert coming.read(size) == whole[at : at + size]
        at += size
    assert b"".join(coming) == whole[at:]
