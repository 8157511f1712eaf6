"""A sharing group of two members, cloned by the Dag under load: both clones restart on one set of databases."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[3]
BANK = """//{imsid}RD JOB CLASS=A
//READ     EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB,,,{imsid}'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""
MEMBERS = {
    "imsp": "  - {imsid: IMSP, procedure: IMSP}\n  - {imsid: IMSQ, procedure: IMSQ}\n",
    "imst": "  - {imsid: IMST, procedure: IMST}\n  - {imsid: IMSU, procedure: IMSU}\n",
}


def test_both_members_are_cloned_and_restart(
    new_lab: Callable[..., Any],
    airflow_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import console, settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--members", "2"), tmp_path_factory.mktemp("sharing")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    for system, members in MEMBERS.items():
        file = folder / "systems" / f"{system}.yaml"
        text = re.sub(r"members:\n  - .*\n", f"members:\n{members}", file.read_text())
        ims = system.upper()
        file.write_text(text.replace(f"{ims}.RDDS2]", f"{ims}.RDDS2, {ims}.RDDSQ1]"))
    monkeypatch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
    monkeypatch.setenv(settings.FOLDER, str(folder))
    monkeypatch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
    monkeypatch.setenv(settings.REPORTS, str(folder / "reports"))
    client = ZosmfHook("zosmf_lab").get_conn()
    assert console.wait_until(lambda: all(console.replies(client, imsid) for imsid in ("IMSP", "IMSQ")), 60)
    time.sleep(2)
    run = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
    assert str(run.state) == "success"
    for imsid in ("IMST", "IMSU"):
        assert console.replies(client, imsid), imsid
    shutil.rmtree(folder)
