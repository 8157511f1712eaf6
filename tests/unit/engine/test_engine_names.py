"""Names can only be made from what z/OS accepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from imsclone.names import CardText, DataSetName, ImsId, MemberName, Name, UnitAddress, Volser

QUALIFIER = st.from_regex(r"[A-Z@#$][A-Z0-9@#$-]{0,7}", fullmatch=True)


class Holder(BaseModel):
    volser: Volser
    dsname: DataSetName | None = None


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        (Volser, "impsp1"[:6], "IMPSP1"),
        (Volser, "000001", "000001"),
        (Volser, "#A$-1", "#A$-1"),
        (DataSetName, "sys1.vvds.v123456", "SYS1.VVDS.V123456"),
        (DataSetName, "A" * 8 + ".B" * 18, "A" * 8 + ".B" * 18),
        (MemberName, "dfspb000", "DFSPB000"),
        (ImsId, "imsp", "IMSP"),
        (UnitAddress, "a90", "0A90"),
        (UnitAddress, "10A90", "10A90"),
        (CardText, "Nightly copy, 50% off (really)", "Nightly copy, 50% off (really)"),
    ],
)
def test_a_valid_name_is_kept_as_z_os_keeps_it(kind: type[Name], written: str, kept: str) -> None:
    assert kind(written) == kept
    assert type(kind(written)) is kind


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Volser, "IMSP001"),
        (Volser, ""),
        (Volser, "-IMSP"),
        (Volser, "IMSP 1"),
        (Volser, "IMSP1\n"),
        (DataSetName, "A..B"),
        (DataSetName, "A.B."),
        (DataSetName, "A.123"),
        (DataSetName, "ABCDEFGHI.B"),
        (DataSetName, "A.B(MEMBER)"),
        (DataSetName, "A" * 8 + ".B" * 19),
        (DataSetName, "A.É"),
        (MemberName, "1ABC"),
        (ImsId, "IMSPX"),
        (UnitAddress, "0G90"),
        (UnitAddress, "0A9012"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_the_rule(kind: type[Name], written: str) -> None:
    with pytest.raises(ValueError, match=kind.__name__):
        kind(written)


@given(
    st.text(max_size=20),
    st.sampled_from(["'", '"', "\n", "\r", "//", "/*", "&", "\x00", "\x85", "é"]),
    st.text(max_size=20),
)
def test_card_text_never_holds_what_could_end_or_start_a_statement(before: str, bad: str, after: str) -> None:
    with pytest.raises(ValueError, match="CardText"):
        CardText(before + bad + after)


@given(st.text(max_size=60))
def test_accepted_card_text_is_one_printable_line(text: str) -> None:
    try:
        made = CardText(text)
    except ValueError:
        return
    assert made == text
    assert made.isascii()
    assert made.isprintable()
    assert not set("'\"&\n") & set(made)
    assert "//" not in made


@given(st.lists(QUALIFIER, min_size=1, max_size=6))
def test_data_set_names_of_valid_qualifiers_are_refused_only_for_length(qualifiers: list[str]) -> None:
    dsname = ".".join(qualifiers)
    assert bool(DataSetName.broken_rule(dsname)) == (len(dsname) > 44)


def test_pydantic_models_take_names_and_write_them_as_text() -> None:
    made = Holder.model_validate_json('{"volser": "imsp01", "dsname": "a.b"}')
    assert type(made.volser) is Volser
    assert made.model_dump_json() == '{"volser":"IMSP01","dsname":"A.B"}'
    assert Holder.model_validate(made.model_dump()) == made


def test_pydantic_tells_the_rule_and_takes_no_numbers() -> None:
    with pytest.raises(ValidationError, match="1 to 6 letters"):
        Holder.model_validate({"volser": "IMSP001"})
    with pytest.raises(ValidationError, match="string"):
        Holder.model_validate({"volser": 1})
    assert Holder.model_json_schema()["properties"]["volser"]["maxLength"] == 6
