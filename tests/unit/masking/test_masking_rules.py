"""What each masking rule does to a field's bytes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imsclone.masking.checks import CHECKS, mod97
from imsclone.masking.dates import parsed, written
from imsclone.masking.lists import names_of
from imsclone.masking.numerals import Refused, packed
from imsclone.masking.policy import FieldRule
from imsclone.masking.rules import change_of

KEY = b"a masking key of the tests"
CODE_PAGE = "cp1047"
LETTERS = st.sampled_from("ABCXYZabcxyz0123456789 -.,'ÄÖÜßéñ")
Change = Callable[[bytes], bytes]
patient = settings(deadline=None)  # tables of small permutations are made once


def change(kind: str = "C", *, key: bytes = KEY, names: list[str] | None = None, **rule: Any) -> Change:
    made = FieldRule.model_validate({"database": "D", "segment": "S", "start": 1, "length": 1, **rule})
    return change_of(made, kind, key, CODE_PAGE, names or [])


def ebcdic(text: str, length: int = 0) -> bytes:
    return text.ljust(length).encode(CODE_PAGE)


def text(value: bytes) -> str:
    return value.decode(CODE_PAGE)


def as_packed(number: int, length: int) -> bytes:
    return bytes.fromhex(f"{abs(number):0{2 * length - 1}d}{'d' if number < 0 else 'c'}")


def test_what_a_value_becomes_never_changes_with_the_release() -> None:
    """Databases that were masked before must go on to match: these bytes are part of the contract."""
    assert text(change(rule="keep-format")(ebcdic("Baker-17 "))) == "Uwgrn-52 "
    assert text(change(rule="digits", check="luhn", keep=6)(ebcdic("4111111111111111"))) == "4111113181715664"
    assert text(change(rule="keep-format")(ebcdic("X7"))) == "Y1"


@given(value=st.text(LETTERS, min_size=1, max_size=40))
@patient
def test_keeping_the_format_keeps_length_and_the_class_of_each_character(value: str) -> None:
    made = text(change(rule="keep-format")(ebcdic(value)))
    assert len(made) == len(value)
    for old, new in zip(value, made, strict=True):
        assert old.isdigit() == new.isdigit()
        assert old.isupper() == new.isupper()
        assert old.islower() == new.islower()
        assert old.isalnum() or old == new
        assert old.isascii() == new.isascii()


@given(values=st.lists(st.text(st.sampled_from("AB12 -"), min_size=6, max_size=6), unique=True, min_size=2))
@patient
def test_keeping_the_format_keeps_different_values_different_in_any_order(values: list[str]) -> None:
    first, second = change(rule="keep-format"), change(rule="keep-format")
    made = {value: first(ebcdic(value)) for value in values}
    assert len(set(made.values())) == len(values)
    assert made == {value: second(ebcdic(value)) for value in reversed(values)}


@given(value=st.text(st.sampled_from("ABCabc123"), min_size=1, max_size=20))
@patient
def test_another_key_and_another_domain_give_another_value(value: str) -> None:
    assume(len(value) > 6)
    plain = change(rule="keep-format")(ebcdic(value))
    assert plain != ebcdic(value)
    assert change(rule="keep-format", key=b"another key of the tests")(ebcdic(value)) != plain
    assert change(rule="keep-format", domain="other")(ebcdic(value)) != plain


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        ("luhn", "4111111111111111", "4111111111111112"),
        ("luhn", "79927398713", "79927398710"),
        ("aba", "021000021", "021000022"),
        ("ean", "4006381333931", "4006381333932"),
        ("mod97-10", "0012345678901234567890123456789" + mod97("0012345678901234567890123456789"), "100"),
    ],
)
def test_check_digits_are_those_of_their_standards(scheme: str, good: str, bad: str) -> None:
    check = CHECKS[scheme]
    assert check is not None
    assert check.valid(good)
    assert not check.valid(bad)


@given(
    scheme=st.sampled_from(["luhn", "aba", "ean", "mod97-10"]),
    payload=st.from_regex(r"\A[0-9]{6,17}\Z"),
    data=st.data(),
)
@patient
def test_a_valid_number_stays_valid_and_keeps_its_first_digits(scheme: str, payload: str, data: st.DataObject) -> None:
    check = CHECKS[scheme]
    assert check is not None
    number = payload + check.of(payload)
    keep = data.draw(st.integers(0, len(payload) - 1))
    made = text(change(rule="digits", check=scheme, keep=keep)(ebcdic(number)))
    assert check.valid(made)
    assert made != number
    assert made[:keep] == number[:keep]


@given(
    scheme=st.sampled_from(["luhn", "mod97-10"]),
    numbers=st.sets(st.from_regex(r"\A[0-9]{5}\Z"), min_size=2, max_size=60),
)
@patient
def test_numbers_stay_different_though_some_have_wrong_check_digits(scheme: str, numbers: set[str]) -> None:
    rule = change(rule="digits", check=scheme)
    made = {rule(ebcdic(number)) for number in numbers}
    assert len(made) == len(numbers)
    check = CHECKS[scheme]
    assert check is not None
    assert sum(check.valid(number) for number in numbers) == sum(check.valid(text(one)) for one in made)


def test_all_numbers_of_a_small_field_are_permuted() -> None:
    rule = change(rule="digits", check="luhn")
    assert len({rule(ebcdic(f"{number:04d}")) for number in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "iban", ["GB82WEST12345698765432", "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606"]
)
def test_an_iban_keeps_country_spaces_and_validity(iban: str) -> None:
    made = text(change(rule="digits", check="iban")(ebcdic(iban, 34)))
    compact = made.replace(" ", "")
    assert int("".join(str(int(one, 36)) for one in compact[4:] + compact[:4])) % 97 == 1
    assert made[:2] == iban[:2]
    assert [one == " " for one in made] == [one == " " for one in iban.ljust(34)]
    assert compact[4:] != iban.replace(" ", "")[4:]


@given(number=st.integers(-(10**8), 10**8), kind=st.sampled_from("PFX"))
@patient
def test_a_number_keeps_its_sign_and_its_digits_whatever_holds_it(number: int, kind: str) -> None:
    width = 9
    rule = change(kind, rule="keep-format", digits=width)
    value = as_packed(number, 7) if kind == "P" else number.to_bytes(8, "big", signed=True)
    made = rule(value)
    back = int(packed(made).digits) if kind == "P" else int.from_bytes(made, "big", signed=True)
    assert len(made) == len(value)
    assert abs(back) < 10**width
    if kind == "P":
        assert made[-1] & 15 == value[-1] & 15
    elif back:
        assert (back < 0) == (number < 0)
    whole = change("C", rule="digits")(ebcdic(f"{abs(number):0{width}d}"))
    assert abs(back) == int(text(whole)), "equal values stay equal in text, packed and binary"


@given(values=st.sets(st.binary(min_size=3, max_size=3), min_size=2, max_size=50))
@patient
def test_binary_fields_without_digits_are_permuted_as_bytes(values: set[bytes]) -> None:
    rule = change("X", rule="keep-format")
    made = {rule(value) for value in values}
    assert len(made) == len(values)
    assert all(len(one) == 3 for one in made)


@given(values=st.sets(st.integers(0, 99_999), min_size=2, max_size=50))
@patient
def test_zoned_numbers_stay_zoned_and_different(values: set[int]) -> None:
    rule = change("Z", rule="digits")
    made = {rule(ebcdic(f"{value:05d}")[:-1] + bytes([0xC0 | value % 10])) for value in values}
    assert len(made) == len(values)
    assert all(text(one[:-1]).isdigit() and one[-1] >> 4 == 0xC for one in made)


DATE = {"rule": "date", "earliest": "1950-01-01", "latest": "2003-12-31"}
FORMS = ["YYYYMMDD", "YYMMDD", "YYYYDDD", "DD.MM.YYYY", "YYYY-MM-DD", "YYDDD"]


@given(day=st.dates(datetime.date(1904, 1, 1), datetime.date(2003, 12, 31)), form=st.sampled_from(FORMS))
@patient
def test_a_date_becomes_another_of_the_range_in_its_format(day: datetime.date, form: str) -> None:
    made = text(change(**DATE, format=form)(ebcdic(written(day, form))))
    digits = "".join(one for one in made if one.isdigit())
    found = datetime.date.fromisoformat(parsed(digits, form, 2003))
    assert datetime.date(1950, 1, 1) <= found <= datetime.date(2003, 12, 31)
    assert made != written(day, form)
    assert written(found, form) == made


def test_equal_days_stay_equal_in_other_formats_and_types() -> None:
    day = datetime.date(1971, 3, 9)
    made = change(**DATE, format="YYYYMMDD")(ebcdic(written(day, "YYYYMMDD")))
    other = change(**DATE, format="YYYYDDD")(ebcdic(written(day, "YYYYDDD")))
    in_packed = change("P", **DATE, format="0YYYYMMDD")(bytes.fromhex("019710309c"))
    assert parsed(text(made), "YYYYMMDD", 2003) == parsed(text(other), "YYYYDDD", 2003)
    assert in_packed.hex() == f"0{text(made)}c"


@pytest.mark.parametrize("nothing", ["00000000", "99999999", "        "])
def test_a_date_that_is_none_stays(nothing: str) -> None:
    assert change(**DATE, format="YYYYMMDD")(ebcdic(nothing)) == ebcdic(nothing)


@given(name=st.text(st.sampled_from("ABCDEab -'"), min_size=1, max_size=24))
@patient
def test_a_name_becomes_one_of_the_list_whatever_its_spacing(name: str) -> None:
    names = [str(one) for one in names_of("family-names", {}, Path(), CODE_PAGE)]
    rule = change(rule="names", list="family-names", names=names)
    made = text(rule(ebcdic(name, 24))).rstrip()
    if not name.strip():
        assert made == ""
        return
    assert made.upper() in {one.upper() for one in names}
    assert made == text(rule(ebcdic(" " + name, 30))).rstrip() or len(name) > 23
    assert made.isupper() or name != name.upper()


def test_names_that_are_too_long_give_way_to_the_next() -> None:
    rule = change(rule="names", list="x", names=["Maximilian", "Bo", "Al"])
    assert {text(rule(ebcdic(f"N{number}", 4))) for number in range(30)} == {"BO  ", "AL  "}
    with pytest.raises(Refused, match="no other name of the list fits"):
        change(rule="names", list="x", names=["Maximilian", "Bo"])(ebcdic("BO", 4))


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        ("C", None, "40404040"),
        ("P", None, "0000000c"),
        ("Z", None, "f0f0f0f0"),
        ("X", None, "00000000"),
        ("C", "zeros", "f0f0f0f0"),
        ("C", "low-values", "00000000"),
    ],
)
def test_nulling_leaves_what_programs_can_read(kind: str, value: str | None, made: str) -> None:
    rule = {"rule": "nulling"} if value is None else {"rule": "nulling", "value": value}
    assert change(kind, **rule)(b"\x01\x02\x03\x04").hex() == made


@pytest.mark.parametrize(
    ("kind", "rule", "value", "said"),
    [
        ("P", {"rule": "digits"}, b"\x12\x34", "is not packed decimal"),
        ("Z", {"rule": "digits"}, b"\xc1\xc2", "is not zoned decimal"),
        ("C", {"rule": "digits"}, ebcdic("12A4"), "holds letters"),
        ("C", {"rule": "digits", "keep": 4}, ebcdic("1234"), "has 4 digits, more than 4"),
        ("P", {"rule": "digits", "digits": 3}, as_packed(12345, 3), "has more than 3 digits"),
        ("F", {"rule": "digits", "digits": 3}, (12345).to_bytes(4, "big"), "has more than 3 digits"),
        ("C", {"rule": "digits", "check": "iban"}, ebcdic("no iban"), "is not an IBAN"),
        ("C", {**DATE, "format": "YYYYMMDD"}, ebcdic("1971"), "the format YYYYMMDD has 8"),
        ("C", {**DATE, "format": "YYYYMMDD"}, ebcdic("119710309"), "has more digits"),
    ],
)
def test_what_is_not_of_its_type_stops_the_run_and_is_not_shown(
    kind: str, rule: dict[str, Any], value: bytes, said: str
) -> None:
    with pytest.raises(Refused, match=said) as caught:
        change(kind, **rule)(value)
    assert text(value) not in str(caught.value)
