"""Offload work in an environment's file: off unless it is asked for, refused where it cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from imsclone.plan import PlanRejected, check_spec
from imsclone.spec import load_environment

INCLUDE = Path(__file__).parents[3] / "include"


def problems(folder: Path, environment: str, **changes: str) -> list[str]:
    """Return what is wrong with a shipped environment, with lines added and texts replaced in it and its systems."""
    for kind in ("environments", "systems"):
        (folder / kind).mkdir()
        for file in (INCLUDE / kind).glob("*.yaml"):
            text = file.read_text().partition("\noffload:")[0] if file.stem == environment else file.read_text()
            text += f"\n{changes.pop('added', '')}" if file.stem == environment else ""
            for old, new in changes.items():
                text = text.replace(f"{old}:", f"{new}:") if new else text.replace(f"{old}: PLEX1\n", "")
            (folder / kind / file.name).write_text(text)
    try:
        check_spec(load_environment(folder / "environments" / f"{environment}.yaml"))
    except PlanRejected as rejected:
        return [str(problem) for problem in rejected.problems]
    return []


def test_nothing_is_asked_for_unless_the_file_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path, "imst") == []
    offload = load_environment(tmp_path / "environments" / "imst.yaml").offload
    assert not offload.is_wanted
    assert (offload.report, offload.pointer_check, offload.image_copy, offload.unload) == (None, False, False, ())


def test_the_shipped_environment_reads_the_bank_and_checks_its_pointers() -> None:
    offload = load_environment(INCLUDE / "environments" / "imst.yaml").offload
    assert offload.pointer_check
    assert offload.report is not None
    assert (offload.report.program, offload.report.proof) == ("BANKREAD", "BANK INVARIANT HOLDS")
    assert (offload.image_copy, offload.unload) == (False, ())


@pytest.mark.parametrize(
    "asked", ["pointer_check: true", "image_copy: true", "unload: [ACCT]", "report: {program: X, psb: Y}"]
)
def test_a_skeleton_has_no_data_to_work_on(tmp_path: Path, asked: str) -> None:
    (problem,) = problems(tmp_path, "skel", added=f"offload:\n  {asked}\n")
    assert problem.startswith("CLN270E")
    assert "skel.yaml line" in problem


def test_databases_cannot_be_closed_where_no_imsplex_is_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "imst", added="offload: {pointer_check: true}\n", imsplex="")
    assert problem.startswith("CLN271E")
    assert "IMST" in problem


def test_a_report_alone_needs_no_imsplex(tmp_path: Path) -> None:
    added = "offload: {report: {program: X, psb: Y}}\n"
    assert problems(tmp_path, "imst", added=added, imsplex="") == []


@pytest.mark.parametrize("asked", ["image_copy: true", "unload: [ACCT]"])
def test_copies_need_a_volume(tmp_path: Path, asked: str) -> None:
    added = f"work: {{hlq: CLONE}}\noffload: {{{asked}}}\n"
    (problem,) = problems(tmp_path, "imst", added=added)
    assert problem.startswith("CLN272E")
