"""Card images to statements: fields, continuation, apostrophes, comments, in-stream data."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.jes.errors import JclError
from zoslab.jes.operands import parameters
from zoslab.jes.statements import Statement, read


def one(text: str) -> Statement:
    (statement,) = read(text)
    return statement


def test_a_statement_has_name_operation_and_operands_and_loses_its_comment() -> None:
    statement = one("//STEP1    EXEC PGM=IEFBR14,COND=(4,LT)   THIS IS A COMMENT, WITH COMMA,")
    assert (statement.name, statement.operation) == ("STEP1", "EXEC")
    assert statement.operands == "PGM=IEFBR14,COND=(4,LT)"


def test_columns_72_to_80_are_no_part_of_the_statement() -> None:
    card = "//A        DD   DSN=IMSP.PROCLIB,DISP=SHR".ljust(72) + "00010000"
    assert one(card).operands == "DSN=IMSP.PROCLIB,DISP=SHR"


def test_a_trailing_comma_continues_on_the_next_card_and_comments_between_are_skipped() -> None:
    text = "//A DD DSN=X.Y,   first part\n//* a comment card\n//            DISP=SHR"
    assert one(text).operands == "DSN=X.Y,DISP=SHR"


@pytest.mark.parametrize("following", ["//B DD DUMMY", "//" + " " * 15 + "DISP=SHR", "", "//*"])
def test_a_continuation_that_does_not_come_is_an_error_that_names_the_statement(following: str) -> None:
    with pytest.raises(JclError, match="IEFC621I") as caught:
        read(f"//J JOB\n//A DD DSN=X.Y,\n{following}")
    assert caught.value.findings[0].statement == 2


def test_text_in_apostrophes_goes_on_from_column_71_to_column_16() -> None:
    text = "BMP,BANKREAD," + "X" * 60 + ",it''s"
    first = "//S EXEC PGM=DFSRRC00,PARM='"
    cut = 71 - len(first)
    statement = one(f"{first}{text[:cut]}\n//{'':13}{text[cut:]}'")
    assert statement.operands == f"PGM=DFSRRC00,PARM='{text}'"


def test_text_in_apostrophes_that_goes_on_elsewhere_than_in_column_16_is_an_error() -> None:
    with pytest.raises(JclError, match="IEFC624I"):
        read("//S EXEC PGM=X,PARM='ABC\n//     DEF'")


def test_a_character_in_column_72_of_a_complete_statement_continues_its_comment() -> None:
    card = "//A DD DUMMY  the comment goes".ljust(71) + "X"
    first, second = read(f"{card}\n//         on here\n//B DD DUMMY")
    assert (first.name, second.name) == ("A", "B")
    assert len(first.cards) == 2


def test_in_stream_data_ends_at_a_delimiter_or_the_next_statement() -> None:
    statements = read("//SYSIN DD *\n one\n two\n/*\n//X DD *\n three\n//Y DD DUMMY")
    assert [statement.data for statement in statements] == [(" one", " two"), (" three",), None]


def test_dd_data_takes_jcl_as_data_until_its_own_delimiter() -> None:
    statements = read("//SYSIN DD DATA,DLM='@@'\n//J JOB\n/*\n//\n@@\n//Y DD DUMMY")
    assert statements[0].data == ("//J JOB", "/*", "//")
    assert statements[1].name == "Y"


def test_data_keeps_what_stands_behind_column_71() -> None:
    record = "A" * 80
    assert one(f"//SYSIN DD *\n{record}\n/*").data == (record,)


def test_data_without_a_dd_statement_becomes_sysin_as_jes_generates_it() -> None:
    statements = read("//S EXEC PGM=X\n LISTCAT\n/*")
    assert (statements[1].name, statements[1].data) == ("SYSIN", (" LISTCAT",))


def test_an_if_statement_goes_on_until_then() -> None:
    statement = one("// IF (STEP1.RC > 4 |\n//   ABEND) THEN   comment")
    assert statement.operands == "(STEP1.RC > 4 | ABEND)"


def test_what_follows_a_null_statement_is_not_read() -> None:
    assert len(read("//A DD DUMMY\n//\n//NONSENSE FOO BAR")) == 1


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("//STEP1 EXCE PGM=X", "IEFC605I UNIDENTIFIED OPERATION FIELD EXCE"),
        ("/*JOBPARM S=LAB1", r"IEFC605I UNIDENTIFIED OPERATION FIELD /\*JOBPARM"),
        ("//TOOLONGNAME DD DUMMY", "IEFC662I INVALID LABEL TOOLONGNAME"),
        ("//1STEP EXEC PGM=X", "IEFC662I INVALID LABEL 1STEP"),
        ("//A", "IEFC605I"),
    ],
)
def test_a_card_that_fits_no_rule_is_named(card: str, message: str) -> None:
    with pytest.raises(JclError, match=message):
        read(card)


WORDS = st.text("ABCXYZ0189@#$.", min_size=1, max_size=12)
QUOTED = st.text("ABC xyz,()='*/&é".replace("é", "").replace("&", ""), max_size=90).map(
    lambda text: "'" + text.replace("'", "''") + "'"
)
LISTS = st.lists(st.one_of(WORDS, QUOTED, st.just("")), min_size=1, max_size=4).map(
    lambda parts: f"({','.join(parts)})"
)
VALUES = st.one_of(WORDS, QUOTED, LISTS)
KEYWORDS = st.from_regex(r"[A-Z]{2,8}", fullmatch=True)


def cards(operands: list[str]) -> str:
    """Write a statement the long way round: each parameter on its own card, apostrophes over column 71."""
    lines = []
    for position, operand in enumerate(operands):
        text = (
            ("//NAME     DD " if position == 0 else "//   ") + operand + ("," if position < len(operands) - 1 else "")
        )
        while len(text) > 71:
            lines.append(text[:71])
            text = "//" + " " * 13 + text[71:]
        lines.append(text)
    return "\n".join(lines)


@given(st.lists(st.tuples(KEYWORDS, st.one_of(WORDS, QUOTED)), min_size=1, max_size=5))
def test_however_a_statement_is_continued_its_parameters_are_the_same(given_parameters: list[tuple[str, str]]) -> None:
    operands = [f"{keyword}={value}" for keyword, value in given_parameters]
    statement = one(cards(operands))
    assert statement.operands == ",".join(operands)
    expected = [
        (keyword, value[1:-1].replace("''", "'") if value.startswith("'") else value)
        for keyword, value in given_parameters
    ]
    assert [(found.keyword, found.value) for found in parameters(statement)] == expected


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_lists_keep_their_structure(values: list[str]) -> None:
    statement = Statement("N", "DD", ",".join(f"KEY={value}" for value in values))
    for value, found in zip(values, parameters(statement), strict=True):
        assert isinstance(found.value, tuple) == value.startswith("(")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=200))
def test_no_text_makes_the_reader_fail_otherwise_than_with_a_jcl_error(text: str) -> None:
    with suppress(JclError):
        for statement in read("//J JOB\n//" + text):
            parameters(statement)
