"""A backfill of five dates across a partition split: each makes the bank's HALDB of its date, record by record."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from zoslab import ebcdic
from zoslab.ims import subsystems, type2
from zoslab.sample import databases, production
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("refresh_on_lab"), pytest.mark.timeout(1800)]

HERE, HOST = Path(__file__).parent, "127.0.0.1"
PROJECT = HERE.parents[2]
SPLIT, NEW = "HISTB", "HISTD"


def loaded(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


recorder = loaded("past_time_recorder", HERE / "test_past_time_on_lab.py")
jobs = loaded("haldb_jobs", PROJECT / "tests" / "lab" / "haldb_system.py")


@dataclass
class Bank:
    """A copy of the lab in this process, and its z/OSMF: what its source held is recorded."""

    past: Any
    sets: int = 0
    layouts: list[list[tuple[str, int, bytes]]] = field(default_factory=list)

    @property
    def moments(self) -> list[tuple[datetime, Any]]:
        """When, and what HIST held."""
        return [(moment, held["HIST"]) for moment, held in self.past.recorded]

    def partitions(self, ims: str = "IMSP") -> list[Any]:
        recon = jobs.Dbrc.open(
            [
                jobs.ReconDataSet(name, self.past.system.datasets.find(name).ksds())
                for name in (f"{ims}.RECON1", f"{ims}.RECON2", f"{ims}.RECON3")
            ],
            self.past.system.clock,
        )
        return jobs.definitions_of(recon.partitions("HIST"), verify=False)

    def layout(self, ims: str) -> list[tuple[str, int, bytes]]:
        return [(one.name, one.id, one.high_key) for one in self.partitions(ims)]

    def source(self, what: str) -> None:
        assert type2.execute(self.past.source, f"UPDATE DB NAME(HIST) {what}").code == 0

    def look(self) -> None:
        """Look at the source's RECON as the daily watch does, whatever becomes of its plan."""
        from imsclone.plan import PlanRejected
        from imsclone.spec import load_any
        from imsclone_airflow import settings
        from imsclone_airflow.operators.drift import planned

        settings.ledger().upgrade()
        with suppress(PlanRejected):
            planned(load_any(settings.environment_file("hist")))

    def image_copies(self) -> None:
        self.sets += 1
        names = [one.name for one in self.partitions()]
        cards = [f"D1 {name:8} {name + 'A':8} DATAOUT{number}" for number, name in enumerate(names)]
        dds = [
            jobs.NEW_DD.format(dd=f"DATAOUT{number}", dsn=f"IMSP.IC.N{self.sets}.{name}")
            for number, name in enumerate(names)
        ]
        self.source("STOP(ACCESS)")
        jobs.must(self.past.system, "DSPURX00", cards=f" CHANGE.DBDS DBD({SPLIT}) DDN({SPLIT}A) NOREUSE")
        jobs.must(self.past.system, "DFSUDMP0", cards="\n".join(cards), dds="\n".join(dds))
        self.source("START(ACCESS)")

    def date(self, chance: random.Random) -> None:
        """Let the bank work, note a moment, and look at the RECON on both sides of it."""
        self.look()
        self.past.work(chance)
        self.layouts.append(self.layout("IMSP"))
        self.look()

    def split(self) -> None:
        """Split a partition in the middle of its keys: unload, define, allocate, reload; it needs image copies then."""
        system, parts = self.past.system, self.partitions()
        place = next(number for number, one in enumerate(parts) if one.name == SPLIT)
        bounds = [int(ebcdic.decode(one.high_key)) for one in parts[place - 1 : place + 1]]
        dds = jobs.NEW_DD.format(dd="DFSURGU1", dsn="IMSP.SPLIT.HIST")
        self.source("STOP(ACCESS)")
        jobs.must(system, "DFSURGU0", "HIST", f"PARTITION={SPLIT}", dds)
        command = f" INIT.PART DBD(HIST) PART({NEW}) KEYSTRNG('{sum(bounds) // 2:010}') -\n"
        jobs.must(system, "DSPURX00", cards=f"{command}  DSNPREFX(IMSP.DB.HIST) BLOCKSZE(4096) GENMAX(7)")
        made = next(one for one in self.partitions() if one.name == NEW)
        for letter in "AL":
            model = next(one for one in databases.DATA_SETS if one.dsname.endswith(f"HIST.{letter}00002"))
            production._allocate(system.datasets, replace(model, dsname=made.dsname(letter)))
        jobs.must(system, "DFSURGL0", "HIST", dds="//DFSUINPT DD DISP=SHR,DSN=IMSP.SPLIT.HIST")


@pytest.fixture(scope="module")
def bank(refreshes: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The lab with its clone, split between the second and the third of five dates."""
    folder = tmp_path_factory.mktemp("backfill")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    file = folder / "environments" / "hist.yaml"
    file.write_text(re.sub(r"(?m)^redefine: .*$", "redefine: true", file.read_text()))
    refreshes.lab.copy(folder / "lab")
    system = Zos.ipl(folder / "lab")
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    users = Users(folder / "users.json")
    server = Server(create_application(system, users, HOST, port), folder / "tls", HOST, port)
    server.start()
    known = {"conn_type": "zosmf", "host": HOST, "port": port, "login": "IBMUSER", "password": users.create("IBMUSER")}
    from imsclone_airflow import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", json.dumps({**known, "extra": {"ca_file": str(server.authority)}}))
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        patch.setattr("imsclone_airflow.refresh.plan.is_backfill", lambda context: True)
        yield lived(system)
    server.stop()
    system.shutdown()
    shutil.rmtree(folder)


def lived(system: Zos) -> Bank:
    """Wait until both systems run, end the workload, and let five dates pass."""
    for imsid in ("IMSP", "IMST"):
        recorder.until(lambda one=imsid: (is_there := subsystems.find(system, one)) and is_there.state == "RUNNING")
    system.console.command("P BANKWL")
    recorder.until(lambda: "BANKWL" not in "".join(system.console.command("D A,L")))
    made, chance = Bank(recorder.Past(system, None)), random.Random(5)
    made.image_copies()
    for number in range(5):
        if number == 2:
            made.split()
            made.image_copies()
        time.sleep(0.05)
        made.date(chance)
    return made


def test_each_of_five_dates_across_a_split_is_made_with_its_partitions_and_records(bank: Bank) -> None:
    from airflow.dag_processing.dagbag import DagBag

    assert [len(one) for one in bank.layouts] == [3, 3, 4, 4, 4]
    dag = DagBag(PROJECT / "dags" / "environments.py").dags["hist"]
    for (moment, held), layout in zip(bank.moments, bank.layouts, strict=True):
        run = dag.test(logical_date=moment)
        states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
        assert set(states.values()) == {"success"}, states
        assert bank.layout("IMST") == layout
        assert bank.past.records(bank.past.target)["HIST"] == held


def test_a_run_without_a_date_comes_back_to_what_the_source_is_now(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.setattr("imsclone_airflow.refresh.plan.is_backfill", lambda context: False)
    run = DagBag(PROJECT / "dags" / "environments.py").dags["hist"].test()
    assert {str(ti.state) for ti in run.get_task_instances()} == {"success"}
    assert bank.layout("IMST") == bank.layout("IMSP")
    assert bank.past.records(bank.past.target)["HIST"] == bank.past.records(bank.past.source)["HIST"]
