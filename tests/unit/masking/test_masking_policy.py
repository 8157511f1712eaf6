"""Policies that are wrong: every error with file, line and id, before anything is masked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imsclone.dbd import Database, read_dbd
from imsclone.masking import load_policy, plan_masking
from imsclone.masking.errors import PolicyRejected
from imsclone.spec import SpecRejected

KEY = b"a masking key of the tests"
DEFINITION = Callable[..., Database]


def policy(tmp_path: Path, *entries: str, head: str = "") -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(head + "fields:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries))
    return file


CUSTOMER = "database: CUST, segment: CUSTOMER, "


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (CUSTOMER + "field: NAME, rule: shuffle", "CLN107E"),
        (CUSTOMER + "field: NAME, rule: names", "needs list"),
        (CUSTOMER + "field: NAME, rule: date, format: YYYYMMDD", "needs earliest, latest"),
        (CUSTOMER + "field: NAME, start: 3, length: 4, rule: nulling", "either field, or start and length"),
        (CUSTOMER + "rule: nulling", "either field, or start and length"),
        (CUSTOMER + "start: 3, rule: nulling", "start and length belong together"),
        (CUSTOMER + "start: 0, length: 4, rule: nulling", "CLN107E  fields[1].start is '0'"),
        (CUSTOMER + "field: NAME, rule: nulling, check: luhn", "the rule nulling does not take check"),
        (CUSTOMER + "field: NAME, sensitive: false, keep: 3", "a field without rule does not take keep"),
        (CUSTOMER + "field: CARD, rule: digits, check: luna", "one of none, luhn"),
        (CUSTOMER + "field: CARD, rule: digits, keap: 3", "CLN105E  The key 'keap'"),
        (CUSTOMER + "field: 9AME, rule: nulling", "CLN107E  fields[1].field is '9AME'"),
        (CUSTOMER + "field: NAME, rule: date, format: YYYYMM, earliest: 1950-01-01, latest: 2000-01-01", "YYYY or YY"),
        (
            CUSTOMER + "field: NAME, rule: date, format: YYYYMMDD, earliest: 2000-01-01, latest: 1950-01-01",
            "latest must come after earliest",
        ),
        (
            CUSTOMER + "field: NAME, rule: date, format: YYYYMMDD, earliest: 1950-02-30, latest: 2000-01-01",
            "fields[1].earliest is '1950-02-30'",
        ),
        ("database: CUST, field: NAME, rule: nulling", "CLN106E  The key 'segment'"),
    ],
)
def test_a_wrong_line_is_refused_when_the_policy_is_read(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(SpecRejected) as caught:
        load_policy(policy(tmp_path, entry))
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert "policy.yaml line 2" in str(problem)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "database: CUST, segment: CUSTOMAR, field: NAME, rule: nulling",
            "CLN842E  Database CUST has no segment CUSTOMAR",
        ),
        (CUSTOMER + "field: NAMES, rule: nulling", "CLN843E  Segment CUSTOMER of CUST has no field NAMES"),
        (CUSTOMER + "field: NAME", "CLN844E  CUST CUSTOMER NAME is sensitive and has no rule"),
        ("database: ELSE, segment: CUSTOMER, field: NAME", "CLN844E  ELSE CUSTOMER NAME is sensitive"),
        (CUSTOMER + "start: 58, length: 4, rule: nulling", "CLN845E  CUST CUSTOMER (58,4) is bytes 58 to 61"),
        ("database: CUST, segment: LINE, start: 2, length: 4, rule: nulling", "are the length of the segment"),
        (CUSTOMER + "field: BORN, rule: names, list: places", "CLN846E  CUST CUSTOMER BORN: the rule names takes text"),
        (CUSTOMER + "field: AMOUNT, rule: digits", "needs digits: for type X"),
        (CUSTOMER + "field: AMOUNT, rule: keep-format, digits: 17", "up to 16 digits in 7 bytes of type X"),
        (CUSTOMER + "field: NAME, rule: keep-format, digits: 4", "for digits in text use the rule digits"),
        (CUSTOMER + "field: CARD, rule: digits, check: luhn, keep: 15", "leaves none of 16 digits"),
        (CUSTOMER + "field: CARD, rule: digits, check: iban, keep: 2", "without keep and digits"),
        (
            CUSTOMER + "field: BORN, rule: date, format: YYYY-MM-DD, earliest: 1950-01-01, latest: 2000-01-01",
            "takes only digits in a format for a number",
        ),
        (
            CUSTOMER + "start: 9, length: 6, rule: date, format: YYYYMMDD, earliest: 1950-01-01, latest: 2000-01-01",
            "format of 8 digits, and the field room for 6",
        ),
        (CUSTOMER + "field: BORN, rule: nulling, value: blanks", "takes no blanks for type P"),
        (CUSTOMER + "field: CUSTNO, rule: nulling", "CLN847E  CUST CUSTOMER CUSTNO is in the unique key CUSTNO"),
        (CUSTOMER + "field: CUSTNO, rule: names, list: places", "the rule names gives many values the same"),
        (CUSTOMER + "start: 5, length: 8, rule: keep-format", "the field reaches beyond it"),
        (CUSTOMER + "field: CARD, rule: nulling", "is in the unique key of index CARDX"),
        (CUSTOMER + "field: NAME, rule: names, list: nowhere", "CLN851E  The list nowhere cannot be used"),
    ],
)
def test_a_line_that_does_not_fit_the_definition_is_refused(
    tmp_path: Path, definition: DEFINITION, card_index: Database, entry: str, message: str
) -> None:
    made = load_policy(policy(tmp_path, entry))
    with pytest.raises(PolicyRejected) as caught:
        plan_masking(made, [definition(), card_index], KEY)
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert "policy.yaml line 2" in str(problem)


def test_a_policy_without_fields_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("fields: []\n")
    with pytest.raises(SpecRejected, match="name at least one field"):
        load_policy(tmp_path / "policy.yaml")


def test_two_rules_for_the_same_bytes_are_refused(tmp_path: Path, definition: DEFINITION) -> None:
    entries = [CUSTOMER + "field: NAME, rule: keep-format", CUSTOMER + "start: 30, length: 4, rule: keep-format"]
    with pytest.raises(PolicyRejected, match=r"CLN848E  CUST CUSTOMER: \(30,4\) and NAME share bytes"):
        plan_masking(load_policy(policy(tmp_path, *entries)), [definition()], KEY)


def test_all_errors_are_shown_at_once(tmp_path: Path, definition: DEFINITION) -> None:
    entries = [
        CUSTOMER + "field: NAME",
        CUSTOMER + "field: N, rule: nulling",
        CUSTOMER + "field: CUSTNO, rule: nulling",
    ]
    with pytest.raises(PolicyRejected) as caught:
        plan_masking(load_policy(policy(tmp_path, *entries)), [definition()], KEY)
    assert [problem.id for problem in caught.value.problems] == ["CLN844E", "CLN843E", "CLN847E"]
    with pytest.raises(SpecRejected) as read:
        load_policy(policy(tmp_path, CUSTOMER + "rule: nulling", CUSTOMER + "field: X, rule: none"))
    assert len(read.value.problems) == 2


def test_a_refresh_needs_the_definition_of_each_database_of_the_policy(tmp_path: Path, definition: DEFINITION) -> None:
    made = load_policy(
        policy(
            tmp_path,
            CUSTOMER + "field: NAME, rule: nulling",
            "database: ELSE, segment: S, start: 1, length: 2, rule: nulling",
        )
    )
    assert list(plan_masking(made, [definition()], KEY)) == ["CUST"]
    with pytest.raises(PolicyRejected, match="CLN841E  There is no definition of database ELSE; given are: CUST"):
        plan_masking(made, [definition()], KEY, every=True)


def test_what_is_said_not_to_be_sensitive_needs_no_rule(tmp_path: Path, definition: DEFINITION) -> None:
    entries = [CUSTOMER + "field: NAME, sensitive: false", CUSTOMER + "field: CARD, rule: digits"]
    plans = plan_masking(load_policy(policy(tmp_path, *entries)), [definition()], KEY)
    assert [mask.name for mask in plans["CUST"].masks["CUSTOMER"]] == ["CARD"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        ("ONLY\n\n# comment\nonly\n", "fewer than two names"),
        ("Ωmega\nBeta\n", "code page cp1047"),
    ],
)
def test_a_list_of_a_site_that_cannot_be_used_is_refused(
    tmp_path: Path, definition: DEFINITION, content: str | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "own.txt").write_text(content)
    made = load_policy(
        policy(tmp_path, CUSTOMER + "field: NAME, rule: names, list: own", head="lists: {own: own.txt}\n")
    )
    with pytest.raises(PolicyRejected, match=reason):
        plan_masking(made, [definition()], KEY)


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        ("segment: CUSTOMER, field: CUSTNO", True),
        ("segment: CUSTOMER, field: NAME", False),
        ("segment: NOTE, start: 1, length: 4", True),
    ],
)
def test_keys_that_a_logical_relationship_holds_copies_of_are_refused(
    tmp_path: Path, field: str, refused: bool
) -> None:
    text = (
        "         DBD   NAME=CUST,ACCESS=HIDAM\n         DATASET DD1=CUST\n"
        "         SEGM  NAME=CUSTOMER,PARENT=0,BYTES=60\n"
        "         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8\n         FIELD NAME=NAME,START=9,BYTES=8\n"
        "         SEGM  NAME=NOTE,PARENT=((CUSTOMER),(PART,V,PARTS)),BYTES=40\n"
    )
    made = load_policy(policy(tmp_path, f"database: CUST, {field}, rule: keep-format"))
    if not refused:
        assert plan_masking(made, [read_dbd(text, "d")], KEY)
        return
    with pytest.raises(PolicyRejected, match=r"CLN849E .* is in a logical relationship"):
        plan_masking(made, [read_dbd(text, "d")], KEY)


def test_a_database_that_has_no_hd_unload_is_refused(tmp_path: Path, card_index: Database) -> None:
    made = load_policy(policy(tmp_path, "database: CARDX, segment: CARDSEG, field: CARDKEY, rule: digits"))
    with pytest.raises(PolicyRejected, match="CLN850E  Database CARDX is INDEX"):
        plan_masking(made, [card_index], KEY)
