"""A sharing group of two members, cloned by the Dag under load: both clones restart on one set of databases."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("sharing_on_lab")

PROJECT = Path(__file__).parents[3]
MEMBERS = {"imsp": ("IMSP", "IMSQ"), "imst": ("IMST", "IMSU")}


def list_members(systems: Path) -> None:
    """List both members in the files of source and clone."""
    for system, members in MEMBERS.items():
        file, ims = systems / f"{system}.yaml", system.upper()
        lines = "".join(f"  - {{imsid: {one}, procedure: {one}}}\n" for one in members)
        text = re.sub(r"members:\n  - .*\n", f"members:\n{lines}", file.read_text())
        file.write_text(text.replace(f"{ims}.RDDS2]", f"{ims}.RDDS2, {ims}.RDDSQ1]"))


@pytest.fixture(scope="module")
def folder(new_lab: Callable[..., Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of a lab with two members, of which the system files list only the first yet."""
    from imsclone_airflow import settings

    lab, folder = new_lab("--members", "2", "--rate", "5"), tmp_path_factory.mktemp("sharing")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        yield folder
    shutil.rmtree(folder)


def planned(folder: Path, environment: str) -> Any:
    """Plan, and return how that ended."""
    from click.testing import CliRunner

    from imsclone.cli import main

    return CliRunner().invoke(main, ["plan", environment, "--folder", str(folder)])


def test_a_member_that_is_not_listed_stops_the_plan(folder: Path) -> None:
    from imsclone_airflow import console
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    client = ZosmfHook("zosmf_lab").get_conn()
    assert console.wait_until(lambda: all(console.replies(client, imsid) for imsid in MEMBERS["imsp"]), 60)
    result = planned(folder, "imst")
    assert result.exit_code != 0
    assert re.search(r"CLN268E +IMS IMSQ has signed on to the RECON of IMSP", result.output), result.output


def test_both_members_are_cloned_and_find_the_bank_in_order(folder: Path) -> None:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import console, settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    list_members(folder / "systems")
    run = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
    assert str(run.state) == "success"
    evidence = {one.step: one for one in settings.ledger().evidence(f"{run.dag_id}/{run.run_id}")}
    for imsid in MEMBERS["imsp"]:
        assert f"SUS001I {imsid} SUSPENDED" in evidence["replicate"].listing
    assert evidence["start"].counts["IMS systems started"] == 2
    started = " ".join(evidence["start"].messages)
    assert all(f"DFS994I EMERGENCY START COMPLETED {imsid}" in started for imsid in MEMBERS["imst"])
    assert evidence["offload.report"].listing.count("BANK INVARIANT HOLDS") == 2
    assert "PCK099I 4 DATABASES CHECKED, 0 POINTER ERRORS" in evidence["offload.pointer_check"].listing
    client = ZosmfHook("zosmf_lab").get_conn()
    assert all(console.replies(client, imsid) for imsid in (*MEMBERS["imsp"], *MEMBERS["imst"]))


def test_a_refresh_is_not_planned_beside_a_member_that_failed(folder: Path) -> None:
    from imsclone_airflow import console
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    client = ZosmfHook("zosmf_lab").get_conn()
    for member, other in (("IMSQ", "IMSP"), ("IMSU", "IMST")):
        client.command(f"C {member}")
        assert console.wait_until(lambda member=member: not console.is_active(client, member), 60)
        assert console.replies(client, other)
        refused = planned(folder, "bank")
        assert re.findall(r"CLN294E +(\w+) does not run", refused.output) == [member], refused.output
        client.command(f"S {member}")
        assert console.wait_until(lambda member=member: console.replies(client, member), 60)
    result = planned(folder, "bank")
    assert result.exit_code == 0, result.output
