"""Spec files: everything wrong is told at once, with file, line, value, rule and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsclone.errors import CloneError
from imsclone.spec import SpecRejected, load_environment, load_system
from imsclone.spec.document import parse_document

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path, include: Path) -> Edit:
    """Copy the shipped files and replace a text in one of them; give the environment's path."""
    for folder in ("systems", "environments"):
        shutil.copytree(include / folder, tmp_path / folder, dirs_exist_ok=True)

    def change(file: str, old: str, new: str) -> Path:
        path = tmp_path / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return tmp_path / "environments" / "imst.yaml"

    return change


def problems_of(path: Path) -> list[CloneError]:
    with pytest.raises(SpecRejected) as caught:
        load_environment(path)
    return list(caught.value.problems)


def the_problem(path: Path) -> CloneError:
    (problem,) = problems_of(path)
    return problem


def test_the_shipped_files_are_valid(include: Path) -> None:
    environment = load_environment(include / "environments" / "imst.yaml")
    assert (environment.source.imsid, environment.target.imsid) == ("IMSP", "IMST")
    assert environment.outage_budget_seconds == 5.0
    assert environment.recon.slds is True
    assert load_system(include / "systems" / "imsp.yaml") == environment.source


def test_a_value_remembers_where_it_was_written(include: Path) -> None:
    environment = load_environment(include / "environments" / "imst.yaml")
    place = environment.place("rename", 0)
    assert place is not None
    lines = Path(place.file).read_text().split("\n")
    assert "IMSP.** -> IMST.**" in lines[place.line - 1]
    place = environment.place("source", "recon", 2)
    assert place is not None
    assert place.file.endswith("systems/imsp.yaml")


def test_a_serial_of_seven_characters_is_told_with_line_value_and_rule(edit: Edit) -> None:
    problem = the_problem(edit("systems/imsp.yaml", "masks: [IMSP%%]", "volsers:\n    - IMSP01\n    - IMSP001"))
    assert problem.id == "CLN107E"
    assert problem.place is not None
    assert "IMSP001" in Path(problem.place.file).read_text().split("\n")[problem.place.line - 1]
    assert "'IMSP001'" in str(problem)
    assert "1 to 6 letters" in str(problem)
    assert "systems/imsp.yaml line " in str(problem)


@pytest.mark.parametrize(
    "broken",
    [
        "rename: [",
        "\trename: x",
        "name: 'imst",
        "rename:\n  - *.** -> A.**",
        "name: imst\n name: two",
        "%TAG",
        "- a\nb: c",
        "a: \x00",
    ],
)
def test_malformed_yaml_is_refused_with_its_line(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "environments" / "bad.yaml"
    path.parent.mkdir()
    path.write_text(f"owner: me\n{broken}\n")
    problem = the_problem(path)
    assert problem.id in ("CLN102E", "CLN104E")
    assert problem.place is not None
    assert problem.place.line >= 2


@pytest.mark.parametrize("text", ["", "# nothing", "just words", "- a\n- list", "null", "42"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    assert {problem.id for problem in problems_of(path)} <= {"CLN102E", "CLN106E"}


def test_a_missing_and_a_binary_file_are_refused(tmp_path: Path) -> None:
    assert the_problem(tmp_path / "none.yaml").id == "CLN101E"
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"name: \xff\xfe")
    assert the_problem(path).id == "CLN101E"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("owner: ims-dba", "ownr: ims-dba", "ownr"),
        ("slds: true", "sdls: true", "sdls"),
        ("  orphans: keep", "  orphan: keep", "orphan"),
    ],
)
def test_an_unknown_key_is_told_with_the_keys_there_are(edit: Edit, old: str, new: str, key: str) -> None:
    unknown = [problem for problem in problems_of(edit("environments/imst.yaml", old, new)) if problem.id == "CLN105E"]
    assert [problem.values["key"] for problem in unknown] == [key]
    assert old.split(":")[0].strip() in unknown[0].values["allowed"]


def test_a_key_given_twice_is_refused(edit: Edit) -> None:
    problem = the_problem(edit("environments/imst.yaml", "owner: ims-dba", "owner: ims-dba\nowner: other"))
    assert problem.id == "CLN103E"
    assert problem.values["key"] == "owner"


@pytest.mark.parametrize(
    "trick",
    [
        "owner: &a ims-dba",
        "owner: !!python/object:os.system ims-dba",
        "owner: !env HOME",
        "<<: {owner: x}",
        "? [a, b]\n: c",
    ],
)
def test_yaml_tricks_are_refused(edit: Edit, trick: str) -> None:
    assert "CLN104E" in {problem.id for problem in problems_of(edit("environments/imst.yaml", "owner: ims-dba", trick))}


def test_aliases_that_grow_without_end_are_refused_at_once() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    document = parse_document(bomb, "bomb.yaml")
    assert {problem.id for problem in document.problems} == {"CLN104E"}


@pytest.mark.parametrize("depth", [50, 1_200, 500_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(SpecRejected) as refused:
        parse_document("a: " + "[" * depth + "]" * depth, "deep.yaml")
    assert [problem.id for problem in refused.value.problems] == ["CLN104E"]


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "---\na: 1\n--- {}\n"])
def test_a_second_document_is_refused(text: str) -> None:
    assert [problem.id for problem in parse_document(text, "two.yaml").problems] == ["CLN104E"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "---\n...\n"])
def test_a_file_without_a_value_is_an_empty_document(text: str) -> None:
    document = parse_document(text, "empty.yaml")
    assert document.data == {}


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [1,\n", 2), ("a: 1\nb: 'x\n", 2), ("a: 1\n\x01", 2)])
def test_text_that_is_not_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(SpecRejected) as refused:
        parse_document(text, "bad.yaml")
    [problem] = refused.value.problems
    assert (problem.id, problem.place and problem.place.line) == ("CLN102E", line)


def test_a_missing_key_is_told_where_it_belongs(edit: Edit) -> None:
    problem = the_problem(edit("systems/imst.yaml", "  reslib: IMST.SDFSRESL\n", ""))
    assert problem.id == "CLN106E"
    assert problem.values["key"] == "reslib"
    assert problem.place is not None
    assert problem.place.file.endswith("imst.yaml")


def test_an_unknown_system_is_told_with_the_systems_there_are(edit: Edit) -> None:
    problem = the_problem(edit("environments/imst.yaml", "source: imsp", "source: imsx"))
    assert problem.id == "CLN108E"
    assert problem.values["known"] == "imsk, imsp, imst"


@pytest.mark.parametrize("name", ["../environments/imst", "/etc/passwd", "", "imsp\x00"])
def test_a_system_is_found_by_name_only(edit: Edit, name: str) -> None:
    with pytest.raises(SpecRejected):
        load_environment(edit("environments/imst.yaml", "owner", "owner"), overrides={"source": name})


def test_all_errors_of_all_files_come_at_once_in_order(edit: Edit) -> None:
    edit("systems/imsp.yaml", "imsid: IMSP\n", "imsid: IMSPROD\n")
    edit("environments/imst.yaml", "consistency: suspend", "consistency: hope")
    edit("environments/imst.yaml", "outage_budget_seconds: 5", "outage_budget_seconds: -1")
    edit("environments/imst.yaml", "IMSP## -> IMST##", "IMSP## -> IMST###")
    found = problems_of(edit("environments/imst.yaml", "group_size: 2", "group_size: two"))
    assert len(found) == 5
    assert [problem.place.line for problem in found if problem.place and "imst" in problem.place.file] == sorted(
        problem.place.line for problem in found if problem.place and "imst" in problem.place.file
    )
    assert all(problem.remedy for problem in found)


def test_numbers_that_are_names_stay_as_written(edit: Edit) -> None:
    environment = load_environment(
        edit("environments/imst.yaml", "{IMST01: 0A90,", "{000001: 0E80, 010101: 0980, IMST01: 0A90,")
    )
    assert environment.volumes.units["000001"] == "0E80"  # type: ignore[index]
    assert environment.volumes.units["010101"] == "0980"  # type: ignore[index]


def test_rule_and_pairs_exclude_each_other(edit: Edit) -> None:
    path = edit("environments/imst.yaml", "  rule: IMSP## -> IMST##", "  rule: IMSP## -> IMST##\n  pairs: [A -> B]")
    assert "either rule or pairs" in str(the_problem(path))


def test_values_of_one_run_replace_those_of_the_file(include: Path) -> None:
    path = include / "environments" / "imst.yaml"
    environment = load_environment(path, overrides={"outage_budget_seconds": 2, "approval": {"required": True}})
    assert environment.outage_budget_seconds == 2.0
    assert environment.approval.required is True
    with pytest.raises(SpecRejected, match="run parameters"):
        load_environment(path, overrides={"outage_budget_seconds": "long"})
    with pytest.raises(SpecRejected, match="CLN105E"):
        load_environment(path, overrides={"outage": 1})


FREE_TEXTS = ("name", "owner", "description", "find", "replace", "approvers", "source.description")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    where=st.sampled_from(FREE_TEXTS),
    before=st.text(max_size=5),
    bad=st.sampled_from(["'", '"', "\n", "\r\n", "//", "/*", "\x00", "&SYSUID", "\u2028", "'\n//X EXEC PGM=IEFBR14\n"]),
    after=st.text(max_size=5),
)
def test_no_free_text_can_start_a_statement(include: Path, where: str, before: str, bad: str, after: str) -> None:
    text = before + bad + after
    values = {
        "find": {"replacements": [{"find": text, "replace": "X"}]},
        "replace": {"replacements": [{"find": "X", "replace": text}]},
        "approvers": {"approval": {"approvers": [text]}},
        "source.description": {"source": text},
    }.get(where, {where: text})
    with pytest.raises(SpecRejected) as caught:
        load_environment(include / "environments" / "imst.yaml", overrides=values)
    assert caught.value.problems


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_document_or_is_refused(text: str) -> None:
    try:
        document = parse_document(text, "any.yaml")
    except SpecRejected:
        return
    assert isinstance(document.data, dict)
