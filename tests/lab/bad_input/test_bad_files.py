"""Files that are wrong in themselves, or do not fit the system: refused with a message, and nothing has changed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("bad_input")

ENVIRONMENT, SOURCE = "environments/imst.yaml", "systems/imsp.yaml"


@pytest.mark.parametrize("file", [ENVIRONMENT, SOURCE])
@pytest.mark.parametrize("broken", ["x: [", "x: 'y", "\tx: y", "a: b: c", "*", "x: !!python/object:os.system y"])
def test_malformed_yaml_is_refused_before_the_host_is_asked_anything(files, refused, file, broken) -> None:
    path = files.folder / file
    path.write_text(f"{path.read_text()}\n{broken}\n")
    found = refused("{}")
    assert found.ids & {"CLN102E", "CLN104E"}
    assert f"{file} line {len(path.read_text().splitlines())}" in found.output.replace(f"{files.folder}/", "")
    assert not found.jobs


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ENVIRONMENT, "consistency:", "consistancy:"),
        (ENVIRONMENT, "  image_copy:", "  image_copies:"),
        (SOURCE, "hlq:", "hql:"),
        (SOURCE, "  reslib:", "  relsib:"),
    ],
)
def test_an_unknown_key_is_refused_with_its_line_and_the_keys_there_are(files, refused, file, old, new) -> None:
    files.edit(file, old, new)
    found = refused("{}")
    said = found.about("CLN105E")
    assert repr(new.strip(" :")) in said
    assert old.strip(" :") in said
    assert f"{file} line " in said
    assert not found.jobs


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SOURCE, "masks: [IMSP%%]", "volsers: [IMSP001]"),
        (SOURCE, "masks: [IMSP%%]", "masks: [IMSP%%%]"),
        (ENVIRONMENT, "rule: IMSP## -> IMST##", "pairs: [IMSP001 -> IMST01]"),
        (ENVIRONMENT, "{IMST01: 0A90,", "{IMST001: 0A90,"),
        (ENVIRONMENT, "volumes: [LABWK1]", "volumes: [LABWK01]"),
    ],
)
def test_a_volser_of_seven_characters_is_refused_with_the_rule(files, refused, file, old, new) -> None:
    files.edit(file, old, new)
    found = refused("{}")
    said = found.about("CLN107E")
    assert "1 to 6" in said
    assert f"{file} line " in said
    assert not found.jobs


def test_a_volume_mask_that_matches_nothing_is_refused(files, refused) -> None:
    files.edit(SOURCE, "masks: [IMSP%%]", "masks: [IMSP%%, NONE*]")
    assert "NONE*" in refused().about("CLN205E")


def test_a_rename_mask_that_matches_nothing_is_refused_with_its_line(files, refused) -> None:
    files.edit(ENVIRONMENT, "  - IMSP.** -> IMST.**", "  - IMSP.** -> IMST.**\n  - GONE.** -> OTHER.**")
    said = refused().about("CLN217E")
    assert "GONE.** -> OTHER.**" in said
    assert f"{ENVIRONMENT} line " in said


def test_two_masks_that_collide_are_refused_with_both_names_and_both_masks(files, refused) -> None:
    masks = ["IMSP.OLP00 -> IMST.LOGX", "IMSP.OLP01 -> IMST.LOGX", "IMSP.** -> IMST.**"]
    files.edit(ENVIRONMENT, "  - IMSP.** -> IMST.**", "\n".join(f"  - {mask}" for mask in masks))
    said = refused().about("CLN216E")
    for shown in ("IMSP.OLP00", "IMSP.OLP01", "IMST.LOGX", *masks[:2]):
        assert shown in said


@pytest.mark.parametrize("bad", ["it's", 'say "x"', "a\\nb", "a // b", "a /* b", "&SYSUID"])
@pytest.mark.parametrize("key", ["owner", "description", "work", "replacements"])
def test_text_that_could_become_a_statement_is_refused_before_the_host_is_asked_anything(
    files, refused, key, bad
) -> None:
    text = '"' + bad.replace('"', '\\"') + '"'
    old, new = {
        "owner": ("owner: ims-dba", f"owner: {text}"),
        "description": ("description: Nightly copy of production for tests", f"description: {text}"),
        "work": ("hlq: CLONE", f"hlq: {text}"),
        "replacements": ("approval:", f"replacements:\n  - {{find: {text}, replace: X}}\napproval:"),
    }[key]
    files.edit(ENVIRONMENT, old, new)
    found = refused("{}")
    assert f"{ENVIRONMENT} line " in found.about("CLN107E")
    assert not found.jobs
