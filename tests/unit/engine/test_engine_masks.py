"""Rename masks: ordered, first match decides, wildcards carried over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.masks import CatalogPairText, RenameMask, RenameMasks, VolumePairText, VolumeRule, compile_mask

QUALIFIER = st.from_regex(r"[A-Z@#$][A-Z0-9@#$-]{0,7}", fullmatch=True)
DSNAME = st.lists(QUALIFIER, min_size=1, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("mask", "dsname", "renamed"),
    [
        ("IMSP.** -> IMST.**", "IMSP.DB.ACCT", "IMST.DB.ACCT"),
        ("IMSP.** -> IMST.**", "IMSP", "IMST"),
        ("IMSP.** -> IMST.**", "IMSP2.DB", None),
        ("IMSP.** -> QA.NIGHTLY.**", "IMSP.DB.ACCT", "QA.NIGHTLY.DB.ACCT"),
        ("**.PROD -> **.TEST", "A.B.PROD", "A.B.TEST"),
        ("**.PROD -> **.TEST", "PROD", "TEST"),
        ("A.**.Z -> B.**.Y", "A.M.N.Z", "B.M.N.Y"),
        ("A.**.Z -> B.**.Y", "A.Z", "B.Y"),
        ("A.**.Z -> B.**.Y", "A.XZ", None),
        ("A.*.Z -> B.*.Z", "A.M.Z", "B.M.Z"),
        ("A.*.Z -> B.*.Z", "A.M.N.Z", None),
        ("A.*.Z -> B.*.Z", "A.Z", None),
        ("IMSP*.** -> IMST*.**", "IMSPX.A.B", "IMSTX.A.B"),
        ("IMSP*.** -> IMST*.**", "IMSP.A", "IMST.A"),
        ("A.DB%% -> B.TS%%", "A.DB07", "B.TS07"),
        ("A.DB%% -> B.TS%%", "A.DB7", None),
        ("IMSP.A$B -> IMST.A$B", "IMSP.A$B", "IMST.A$B"),
        ("** -> **", "ANY.NAME", "ANY.NAME"),
    ],
)
def test_a_mask_renames_what_it_matches(mask: str, dsname: str, renamed: str | None) -> None:
    assert RenameMask(mask).apply(dsname) == renamed


@pytest.mark.parametrize(
    ("mask", "rule"),
    [
        ("IMSP.**", "written"),
        ("IMSP.** -> IMST.** -> IMSU.**", "written"),
        ("IMSP.** => IMST.**", "written"),
        ("IMSP.** -> IMST", "same wildcards"),
        ("IMSP.*.** -> IMST.**.*", "same wildcards"),
        ("IMSP.A** -> IMST.A**", "stands alone"),
        ("**.A.** -> **.B.**", "at most once"),
        ("ABCDEFGHI.** -> A.**", "1 to 8"),
        ("IMSP.** -> IMST(X).**", "start with"),
        ("IMSP..X -> IMST.X", "start with"),
        ("1MSP.** -> IMST.**", "start with"),
        ("A B.** -> C.**", "written"),
        ("IMSP.** -> IMST.'X'.**", "start with"),
        ("", "written"),
    ],
)
def test_a_mask_that_makes_no_sense_is_refused_with_the_rule(mask: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        RenameMask(mask)


def test_the_first_mask_that_matches_decides() -> None:
    masks = RenameMasks([RenameMask("A.B.** -> X.**"), RenameMask("A.** -> Y.**"), RenameMask("A.B.C -> Z.Z")])
    renamed = [masks.apply(dsname) for dsname in ("A.B.C", "A.C", "B.C")]
    assert [(new.name, new.mask) if new else None for new in renamed] == [("X.C", 0), ("Y.C", 1), None]


def test_a_mask_with_a_wildcard_in_its_first_qualifier_keeps_its_place_in_the_order() -> None:
    masks = RenameMasks([RenameMask("*.LOG -> *.OLDLOG"), RenameMask("A.** -> B.**")])
    renamed = [masks.apply(dsname) for dsname in ("A.LOG", "A.DB", "Z.LOG")]
    assert [new.name if new else None for new in renamed] == ["A.OLDLOG", "B.DB", "Z.OLDLOG"]


def test_masks_know_the_names_that_they_could_have_made() -> None:
    masks = RenameMasks([RenameMask("IMSP.** -> IMST.**"), RenameMask("**.P -> **.T")])
    assert masks.could_have_made("IMST.ANY")
    assert masks.could_have_made("OTHER.T")
    assert not masks.could_have_made("IMSP.ANY")


@given(DSNAME)
def test_applying_the_masks_twice_changes_nothing_more(dsname: str) -> None:
    masks = RenameMasks([RenameMask("A*.** -> QA@.A*.**"), RenameMask("B.** -> QA@.**")])
    renamed = masks.apply(dsname)
    if renamed is not None:
        assert masks.apply(renamed.name) is None


@given(st.lists(DSNAME, max_size=20))
def test_masks_agree_with_trying_one_after_the_other(dsnames: list[str]) -> None:
    masks = [RenameMask(mask) for mask in ("A.** -> X.**", "*.B.** -> *.Y.**", "A*.C -> Z*.C", "** -> U.**")]
    for dsname in [*dsnames, "A.B", "AB.C", "Q.B.R"]:
        one_by_one = next((new for new in (mask.apply(dsname) for mask in masks) if new is not None), None)
        together = RenameMasks(masks).apply(dsname)
        assert (together.name if together else None) == one_by_one


@given(DSNAME)
def test_what_a_mask_makes_has_the_form_of_its_right_side(dsname: str) -> None:
    mask = RenameMask("**.%* -> NEW.**.%*")
    renamed = mask.apply(dsname)
    assert renamed is not None
    assert mask.could_make(renamed)
    assert renamed == f"NEW.{dsname}"


@given(st.from_regex(r"[A-Z0-9@#$%*.-]{1,20}", fullmatch=True), DSNAME)
def test_any_accepted_mask_compiles_and_answers(text: str, dsname: str) -> None:
    try:
        mask = RenameMask(f"{text} -> {text}")
    except ValueError:
        return
    assert mask.apply(dsname) in (None, dsname)
    assert compile_mask(text).groups == sum(map(mask.sides[0].replace("**", "!").count, "!*%"))


def test_a_volume_rule_carries_the_characters_over() -> None:
    rule = VolumeRule("imsp## -> imst##")
    assert [rule.target(volser) for volser in ("IMSP01", "IMSPZ9", "IMSQ01", "IMSP1")] == [
        "IMST01",
        "IMSTZ9",
        None,
        None,
    ]


@pytest.mark.parametrize(
    "rule", ["IMSP## -> IMST#", "IMSP01 -> IMST01", "IMSP### -> IMST###", "IMSP##", "I.## -> J.##"]
)
def test_a_volume_rule_that_cannot_work_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="VolumeRule"):
        VolumeRule(rule)


def test_pairs_are_two_valid_names() -> None:
    assert VolumePairText("imsp01->imst01").sides == ("IMSP01", "IMST01")
    assert CatalogPairText("UCAT.A -> UCAT.B").sides == ("UCAT.A", "UCAT.B")
    for kind, text in ((VolumePairText, "IMSP001 -> IMST01"), (CatalogPairText, "UCAT.A -> UCAT..B")):
        with pytest.raises(ValueError, match=kind.__name__):
            kind(text)
