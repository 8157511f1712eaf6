"""What a clone is, judged by Hercules on the images, by the lab's audit, and by the volume checker."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.export import export_volume
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vvds_check import check_vvds

pytestmark = pytest.mark.xdist_group("clone_on_lab")

SOURCE, TARGET = range(0x0A80, 0x0A86), range(0x0A90, 0x0A96)
PAIRS = list(zip(SOURCE, TARGET, strict=True))
LIBRARIES = ("PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL")
GENERATION = re.compile(r".*\.G\d{4}V\d{2}")
ROLLED = 4
"""Generations that may come and go on a volume while the system runs."""

RECON_KINDS = {
    *("RECON", "CAGRP", "CA", "DBDSGRP", "GSG", "PRILOG", "LOGALL", "SECLOG", "PRISLD", "SECSLD", "PRIOLD", "SECOLD"),
    *("SSYS", "BACKOUT", "DB", "DBDS", "AREA", "ALLOC", "IMAGE", "REORG", "RECOV"),
}
"""The kinds of records that LIST.RECON shows."""

COVERED = re.compile(r"(?<![A-Z0-9@#$])IMSP(?:0[1-6])?(?![A-Z0-9@#$])")
"""What the masks cover in a text: the IMSID, the first word of data set names, serials."""


@pytest.fixture(scope="module")
def images(dasd: DiskSubsystem, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Path]]:
    """The volumes of source and clone, written out flat for Hercules."""
    folder = tmp_path_factory.mktemp("images")
    yield {n: export_volume(dasd.device(n), folder / f"{n:04X}.ckd") for n in (*SOURCE, *TARGET)}
    shutil.rmtree(folder)


def dasdls(image: Path) -> tuple[str, list[str]]:
    """Return serial and data set names as Hercules reads them."""
    done = subprocess.run(["dasdls", str(image)], capture_output=True, text=True, check=True, timeout=60)
    assert "HHC" not in done.stdout, done.stdout
    first, *names = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    return first.partition("VOLSER=")[2], names


def cloned_name(name: str) -> str:
    return re.sub(r"^(SYS1\.V(?:TOCIX\.|VDS\.V)|UCAT\.|)IMSP", r"\1IMST", name)


def without_generations(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not GENERATION.fullmatch(name))


def states(run: Any) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for ti in run.get_task_instances():
        found.setdefault(ti.task_id, Counter())[str(ti.state)] += 1
    return found


@pytest.mark.parametrize("number", [0, 1], ids=["first", "again"])
def test_every_task_of_the_dag_succeeds_and_so_it_does_over_the_clone_before(cloned: Any, number: int) -> None:
    run = cloned.runs[number]
    assert str(run.state) == "success", states(run)
    assert all(set(found) == {"success"} for found in states(run).values()), states(run)


@pytest.mark.parametrize("number", [0, 1], ids=["first", "again"])
def test_the_recon_of_the_clone_differs_exactly_in_what_must_change(cloned: Any, number: int) -> None:
    from imsclone.ledger import Ledger

    run = cloned.runs[number]
    ledger = Ledger(cloned.ledger)
    steps = {one.step: one for one in ledger.evidence(f"{run.dag_id}/{run.run_id}")}
    ledger.close()
    done = steps["update_recon"]
    assert done.messages == (), "each change is one that the conversion is for"
    assert set(done.before) >= RECON_KINDS
    assert done.after == done.before | {"SSYS": 1}
    changed = {row[0].split()[0] for row in done.changes}
    assert changed >= RECON_KINDS - {"ALLOC", "CAGRP", "DBDSGRP", "GSG", "RECOV", "REORG"}
    listed = done.listing.rpartition("LIST SYSPRINT\n")[2].partition("\n" + "-" * 74)[2]
    assert "IMST.DB.HIST.A00004" in listed
    assert COVERED.findall(listed) == []
    assert steps["verify"].counts["HALDB data sets verified"] == 3
    assert "BANK INVARIANT HOLDS" in steps["offload.report"].listing


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=[f"IMST{n:02}" for n in range(1, 7)])
def test_hercules_lists_the_sources_data_sets_under_target_names_and_the_targets_serial(
    images: dict[int, Path], source: int, target: int
) -> None:
    (source_serial, source_names), (serial, names) = dasdls(images[source]), dasdls(images[target])
    assert serial == cloned_name(source_serial)
    assert [name for name in names if "IMSP" in name] == []
    wanted = [cloned_name(name) for name in source_names]
    assert without_generations(names) == without_generations(wanted)
    assert abs(len(names) - len(wanted)) <= ROLLED


def test_only_ims_and_who_built_the_system_ever_wrote_to_the_source(dasd: DiskSubsystem) -> None:
    assert {who for number in SOURCE for who in dasd.audit.writers_to(number)} == {"CREATE", "IMSP"}


@pytest.mark.parametrize("number", [*SOURCE, *TARGET], ids=lambda number: f"{number:04X}")
def test_every_volume_is_sound_down_to_the_framing_of_its_tracks(dasd: DiskSubsystem, number: int) -> None:
    device = dasd.device(number)
    assert list(map(str, check_volume(device, every_track=True))) == []
    vvds = open_vvds(Volume.open(device))
    assert vvds is None or list(check_vvds(vvds)) == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_hercules_extracts_libraries_in_which_no_covered_name_is_left(
    images: dict[int, Path], library: str, tmp_path: Path
) -> None:
    command = ["dasdpdsu", str(images[TARGET[0]]), f"IMST.{library}", "ascii"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    members = {path.stem.upper(): path.read_text("latin-1").splitlines() for path in tmp_path.iterdir()}
    assert members, done.stdout + done.stderr
    left = [f"{name}: {line}" for name, lines in members.items() for line in (name, *lines) if COVERED.search(line)]
    assert left == []


def test_names_that_only_look_alike_are_left_alone(images: dict[int, Path], tmp_path: Path) -> None:
    command = ["dasdpdsu", str(images[TARGET[0]]), "IMST.USER2.JCL", "ascii"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    text = next(path for path in tmp_path.iterdir() if path.stem.upper() == "README").read_text("latin-1")
    assert "IMSPARE, XIMSP, AIMSP1" in text


def test_the_watch_makes_the_plan_of_a_further_run_and_touches_nothing(cloned: Any) -> None:
    """It is made after both runs: a third would not fail, and do the same but for generations that come and go."""
    assert cloned.drift["last_run"] == f"full_system_clone/{cloned.runs[-1].run_id}"
    coming_and_going = re.compile(r"\.G\d{4}V\d{2}:|^warnings\.")
    assert [change for change in cloned.drift["changes"] if not coming_and_going.search(change)] == []
