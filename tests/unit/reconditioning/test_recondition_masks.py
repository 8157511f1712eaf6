"""Rename masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.recondition.masks import InvalidMask, RenameMask, RenameMasks

QUALIFIER = st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True)
NAMES = st.lists(QUALIFIER, min_size=1, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("old", "new", "name", "expected"),
    [
        ("IMSP.**", "IMST.**", "IMSP.DB.ACCT", "IMST.DB.ACCT"),
        ("IMSP.**", "IMST.**", "IMSP", "IMST"),
        ("IMSP.**", "IMST.**", "IMSPX.DB", None),
        ("IMSP.**", "QA.IMS1.**", "IMSP.DB", "QA.IMS1.DB"),
        ("**.PROD.**", "", "A", InvalidMask),
        ("IMSP.*.DATA", "IMST.*.D", "IMSP.ACCT.DATA", "IMST.ACCT.D"),
        ("IMSP.*.DATA", "IMST.*.D", "IMSP.A.B.DATA", None),
        ("IMSP.DB*", "IMST.NEW*", "IMSP.DB01", "IMST.NEW01"),
        ("IMSP.RECON%", "IMST.RECON%", "IMSP.RECON3", "IMST.RECON3"),
        ("**", "NEW.**", "A.B", "NEW.A.B"),
        ("**.DATA", "**.D", "A.B.DATA", "A.B.D"),
        ("UCAT.IMSP", "UCAT.IMST", "UCAT.IMSP", "UCAT.IMST"),
        ("A.**", "B.*", "", InvalidMask),
        ("A.**.**", "B.**.**", "", InvalidMask),
        ("A.B**", "C.B**", "", InvalidMask),
        ("A B", "C", "", InvalidMask),
    ],
)
def test_a_mask_gives_the_new_name(old, new, name, expected):
    if expected is InvalidMask:
        with pytest.raises(InvalidMask):
            RenameMask(old, new)
    else:
        assert RenameMask(old, new).apply(name) == expected


@given(NAMES, st.lists(st.tuples(QUALIFIER, QUALIFIER), max_size=6))
def test_the_first_mask_that_matches_decides(name, pairs):
    masks = [RenameMask(f"{old}.**", f"{new}.**") for old, new in pairs] + [RenameMask("*", "*X")]
    expected = next((new for mask in masks if (new := mask.apply(name)) is not None), None)
    assert RenameMasks(masks).apply(name) == expected


@given(NAMES, QUALIFIER)
def test_a_renamed_name_differs_only_in_what_the_mask_says(name, new):
    first, _, rest = name.partition(".")
    assert RenameMask(f"{first}.**", f"{new}.**").apply(name) == (f"{new}.{rest}" if rest else new)
