"""A clone made without a product: copied to staging volumes, renamed by physical data set copy, twice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vvds_check import check_vvds

pytestmark = pytest.mark.xdist_group("dss_on_lab")

PROJECT = Path(__file__).parents[3]
SOURCE, TARGET = range(0x0A80, 0x0A86), range(0x0A90, 0x0A96)
GENERATION = re.compile(r".*\.G\d{4}V\d{2}")


@dataclass
class Made:
    """What two runs left: the runs, the entries of both catalogs, the lab's volumes, a client."""

    runs: list[Any]
    listed: dict[str, Any]
    wide: list[tuple[str, ...]]
    dasd: DiskSubsystem


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped files with reconditioning dss."""
    folder = tmp_path_factory.mktemp("dss")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    file = folder / "environments" / "imst.yaml"
    text = file.read_text().replace("reconditioning: volrcond", "reconditioning: dss")
    file.write_text(
        text.replace("  rule: IMSP## -> IMST##\n", "  rule: IMSP## -> IMST##\n  staging: IMSP## -> IMSS##\n")
    )
    return folder


@pytest.fixture(scope="module")
def made(
    new_lab: Callable[[], Any], airflow_home: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab = new_lab("--rate", "5")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv(settings.FOLDER, str(environment))
        patch.setenv(settings.LEDGER, f"sqlite:///{environment}/ledger.db")
        patch.setenv(settings.REPORTS, str(environment / "reports"))
        dag = DagBag(PROJECT / "dags").dags["full_system_clone"]
        runs = [dag.test(run_conf={"environment": "imst"}) for _ in range(2)]
        client = ZosmfHook("zosmf_lab").get_conn()
        listed = {ims: entries(client, f"UCAT.{ims}") for ims in ("IMSP", "IMST")}
        wide = [client.read_text(f"{ims}.DWH.EXTRACT").lines for ims in ("IMSP", "IMST")]
    lab.stop()
    with DiskSubsystem(lab.folder / "dasd", background_copy=False) as dasd:
        yield Made(runs, listed, wide, dasd)


def entries(client: Any, catalog: str) -> dict[str, tuple[Any, ...]]:
    """Return a catalog's entries under the clone's names: kind, volumes, owner, limit, attributes."""
    from imsclone.listings import idcams

    answer = client.access_method_services([f" LISTCAT CATALOG({catalog}) ALL"])
    found = idcams.listcat("\n".join(answer.lines))

    def new(name: str) -> str:
        return re.sub(r"\bIMSP", "IMST", name)

    return {
        new(one.name): (one.kind, tuple(map(new, one.volsers)), new(one.owner), one.limit, one.attributes)
        for one in found
        if not GENERATION.fullmatch(one.name) and not one.name.startswith("SYS1.VVDS")
    }


@pytest.mark.parametrize("number", [0, 1], ids=["first", "again"])
def test_every_task_succeeds_and_so_it_does_over_the_clone_before(made: Made, number: int) -> None:
    run = made.runs[number]
    assert str(run.state) == "success", [(ti.task_id, ti.state) for ti in run.get_task_instances()]
    assert {str(ti.state) for ti in run.get_task_instances()} == {"success"}


def test_the_clones_catalog_has_the_sources_entries(made: Made) -> None:
    assert len(made.listed["IMST"]) > 60
    assert made.listed["IMST"] == made.listed["IMSP"]


@pytest.mark.parametrize(
    ("source", "target"), list(zip(SOURCE, TARGET, strict=True)), ids=lambda number: f"{number:04X}"
)
def test_each_target_holds_what_its_source_holds(made: Made, source: int, target: int) -> None:
    old, new = (Volume.open(made.dasd.device(number)) for number in (source, target))
    assert new.sms == old.sms
    renamed = {name.replace("IMSP", "IMST") for name in old.vtoc.names() if not GENERATION.fullmatch(name)}
    assert {name for name in new.vtoc.names() if not GENERATION.fullmatch(name)} == renamed


@pytest.mark.parametrize("number", TARGET, ids=lambda number: f"{number:04X}")
def test_every_target_is_sound(made: Made, number: int) -> None:
    device = made.dasd.device(number)
    assert list(map(str, check_volume(device, every_track=True))) == []
    vvds = open_vvds(Volume.open(device))
    assert vvds is None or list(check_vvds(vvds)) == []


def test_a_data_set_on_two_volumes_reads_as_the_source(made: Made) -> None:
    assert len(made.wide[0]) == 200
    assert made.wide[1] == made.wide[0]


def test_nobody_but_production_wrote_to_the_source(made: Made) -> None:
    assert {who for number in SOURCE for who in made.dasd.audit.writers_to(number)} == {"CREATE", "IMSP"}
