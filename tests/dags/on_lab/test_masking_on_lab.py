"""Accounts and customers of the bank refreshed and masked by the Dag: no original value is left on the target."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import traces
from copier import Copier

from imsclone.jcl.card import control
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.datasets import DataManagement
from zoslab.zos import LoadParameters

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("masking_on_lab")]

PROJECT = Path(__file__).parents[3]
FORGETFUL = """\
fields:
  - {database: CUST, segment: CUSTOMER, field: CUSTNO, rule: digits, domain: customer}
  - {database: CUST, segment: CUSTOMER, field: NAME, rule: names, list: full-names}
  - {database: ACCT, segment: ACCOUNT, field: ACCTNO, rule: keep-format, domain: account}
  - {database: ACCT, segment: ACCOUNT, start: 27, length: 8, rule: digits, domain: customer}
  - {database: ACCT, segment: HISTORY, start: 13, length: 10, rule: keep-format, domain: account}
"""
"""Customers have notes in which account numbers stand."""

POLICY = FORGETFUL + "  - {database: CUST, segment: NOTE, start: 1, length: 40, rule: keep-format}\n"
KEY = "the masking key of the tests"
NOTED_SECONDS = 12.0
MASKED = ("ACCT", "CUST", "CUSTX", "CUSTNX")
RECORDED = re.compile(r"(DSSN|USID)=\d{10}")
"""Numbers that DBRC gives to data sets and updates; they look like those of accounts."""

HIGH_KEY = re.compile(r"\|(\d{10})\|")
"""The high key of a partition in LIST.RECON; HIST, which is not masked, has account numbers there."""


@dataclass
class Masked:
    """A lab with a clone that runs, and refreshes into it that mask."""

    lab: Any
    client: Any
    ledger: Any
    folder: Path
    runs: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, set[str]] = field(default_factory=dict)
    """What JES knew before each run."""

    def make(self, name: str, policy: str = POLICY, databases: str = "[ACCT, CUST]") -> dict[str, str]:
        """Refresh and mask; return the states of the tasks."""
        (self.folder / "policy.yaml").write_text(policy)
        masking = "masking: {policy: policy.yaml, key: {variable: bank_mask_key}}"
        return self.refresh(name, databases, masking)

    def refresh(self, name: str, databases: str, *lines: str) -> dict[str, str]:
        """Refresh with further lines in the environment's file; return the states of the tasks."""
        from airflow.dag_processing.dagbag import DagBag

        text = (PROJECT / "include" / "environments" / "bank.yaml").read_text()
        text = re.sub(r"(?m)^databases:.*$", f"databases: {databases}", text)
        for line in lines:
            text = re.sub(rf"(?m)^{line.partition(':')[0]}:.*\n", "", text)
        text += "\n".join([*lines, "work: {volumes: [LABWK1]}", ""])
        (self.folder / "environments" / "bank.yaml").write_text(text)
        self.jobs[name] = {job.id for job in self.client.jobs(prefix="CLN*")}
        self.runs[name] = DagBag(PROJECT / "dags").dags["database_refresh"].test(run_conf={"environment": "bank"})
        return {ti.task_id: str(ti.state) for ti in self.runs[name].get_task_instances()}

    def evidence(self, name: str, step: str) -> Any:
        key = f"{self.runs[name].dag_id}/{self.runs[name].run_id}"
        return next(one for one in reversed(self.ledger.evidence(key)) if one.step == step)

    def work_data_sets(self) -> list[str]:
        return [one.dsname for one in self.client.data_sets("CLONE.**")]

    def pointer_errors(self) -> int:
        """Follow every pointer of the masked databases, indexes included."""
        from imsclone.names import DataSetName, ImsId, MemberName
        from imsclone.spec.model import Imsplex
        from imsclone.steps.batch import Batch

        batch = Batch(self.client, self.client.connection.job_card, "test")
        job = batch.run(
            "pointer_check.jcl",
            "TEST",
            {"CHECK": {0, 4, 8}},
            steplib=[DataSetName("IMST.SDFSRESL"), DataSetName("IMST.MDALIB")],
            acblib=[DataSetName("IMST.ACBLIB")],
            imsplex=Imsplex("PLEX1"),
            route=[ImsId("IMST")],
            databases=[MemberName("ACCT"), MemberName("CUST")],
        )
        found = re.search(r"PCK099I 2 DATABASES CHECKED, (\d+) POINTER ERRORS", self.client.listing(job, "CHECK"))
        assert found is not None
        return int(found[1])

    def tracks(self, tmp_path: Path, names: Sequence[str]) -> bytes:
        """Give all bytes on all tracks of data sets, whether in use or not, as the lab has them now."""
        self.lab.copy(tmp_path / "lab")
        with DiskSubsystem(tmp_path / "lab" / "dasd", background_copy=False) as dasd:
            system = DataManagement(dasd, CatalogSystem(dasd, LoadParameters.master_catalog, "LABRES"))
            found = b"".join(block for name in names for block in blocks(system, name))
        shutil.rmtree(tmp_path / "lab")
        return found


@pytest.fixture(scope="module")
def masked(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Masked]:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("masked")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv("AIRFLOW_VAR_BANK_MASK_KEY", KEY)
        patch.setenv(settings.FOLDER, str(folder))
        patch.setenv(settings.LEDGER, f"sqlite:///{folder}/ledger.db")
        patch.setenv(settings.REPORTS, str(folder / "reports"))
        cloned = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
        assert str(cloned.state) == "success"
        yield Masked(lab, ZosmfHook("zosmf_lab").get_conn(), settings.ledger(), folder)
    shutil.rmtree(folder)


def blocks(system: DataManagement, dsname: str) -> Iterator[bytes]:
    """Give every record on every track of a data set, whether in use or not."""
    space = system.find(dsname).space
    for track in range(space.tracks):
        for record in space.read(track):
            yield record.key + record.data


DATA_SETS = ["DB.ACCT", "DB.CUST", "DB.CUSTX.DATA", "DB.CUSTX.INDEX", "DB.CUSTNX.DATA", "DB.CUSTNX.INDEX"]


def originals(source: bytes) -> set[bytes]:
    """Find the customers' numbers with names, and the account numbers, in the source's own blocks."""
    digit = rb"[\xf0-\xf9]"
    customers = re.findall(digit + rb"{8}[\xc1-\xe9][\xc1-\xe9\x40\xf0-\xf9]{23}", source)
    accounts = re.findall(rb"\xf0" + digit + rb"{9}", source)
    return {*customers, *(one[8:] for one in customers), *accounts}


@pytest.fixture(scope="module")
def noted(masked: Masked) -> Masked:
    """Customers have notes: the bank writes one at every fourth transfer of a customer, of whom it has two hundred."""
    masked.client.command("S BANKWL.MORE,RATE=80")
    time.sleep(NOTED_SECONDS)
    masked.client.command("P MORE")
    return masked


def test_an_original_value_that_a_policy_forgets_is_found_and_the_target_is_not_started(noted: Masked) -> None:
    masked = noted
    states = masked.make("forgetful", FORGETFUL)
    assert (states["mask"], states["start_target"]) == ("failed", "upstream_failed")
    told = masked.evidence("forgetful", "mask").messages[-1]
    assert told.startswith("CLN872E")
    assert "IMST.DB.CUST byte" in told
    assert not [name for name in masked.work_data_sets() if name.endswith(("UNMASKED", "TOSCAN"))]


@pytest.fixture(scope="module")
def first(masked: Masked) -> dict[str, str]:
    """Mask with a link that breaks after the first database was loaded again; Airflow tries the task again."""
    from imsclone.zosmf.errors import LinkError
    from imsclone_airflow.refresh.mask import MaskOperator

    reload, broken = MaskOperator.reload, list[str]()

    def reload_after_a_break(step: MaskOperator, one: Any) -> None:
        if one.name == "CUST" and not broken:
            broken.append(one.name)
            raise LinkError(where="PUT", said="connection reset", sent=True)
        reload(step, one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MaskOperator, "reload", reload_after_a_break)
        return masked.make("first")


def test_a_try_goes_on_where_the_one_before_broke_off(masked: Masked, first: dict[str, str]) -> None:
    assert set(first.values()) == {"success"}, first
    found = masked.evidence("first", "mask")
    assert "DFSURGU0" not in found.listing, "both were unloaded by the first try"
    assert found.listing.count("DFSURGL0 ENDED") == 2
    assert found.counts["data sets scanned"] == 4


def test_nothing_of_the_originals_is_in_any_track_of_the_target(
    masked: Masked, first: dict[str, str], tmp_path: Path
) -> None:
    source, target = (masked.tracks(tmp_path, [f"{ims}.{name}" for name in DATA_SETS]) for ims in ("IMSP", "IMST"))
    known = originals(source)
    assert len(known) > 2400
    assert all(one in source for one in known)
    assert [one.decode("cp1047") for one in known if one in target] == []


def written(masked: Masked, name: str) -> dict[str, str]:
    """Give what a run wrote by itself: its report, its task logs, its rows in the ledger, the spool of its jobs."""
    run, ledger = masked.runs[name], masked.ledger
    key = f"{run.dag_id}/{run.run_id}"
    rows = {"ledger": repr(ledger.evidence(key)) + repr(ledger.plan(ledger.run(key).fingerprint))}
    logs = Path(os.environ["AIRFLOW_HOME"]) / "logs" / f"dag_id={run.dag_id}" / f"run_id={run.run_id}"
    reports = {place: text for place, text in traces.files(masked.folder / "reports") if run.dag_id in place}
    jobs = [job for job in masked.client.jobs(prefix="CLN*") if job.id not in masked.jobs[name]]
    spool = {
        f"{job} {file.ddname} {file.id}": masked.client.spool(job, file)
        for job in jobs
        for file in masked.client.spool_files(job)
    }
    assert reports
    assert any("DFSURGU0" in text for text in spool.values())
    return rows | reports | dict(traces.files(logs)) | spool


def test_nothing_of_the_originals_is_in_what_the_run_wrote(
    masked: Masked, first: dict[str, str], tmp_path: Path
) -> None:
    known = originals(masked.tracks(tmp_path, [f"IMSP.{name}" for name in DATA_SETS]))
    assert len(known) > 2400
    found = {place: RECORDED.sub("", text) for place, text in written(masked, "first").items()}
    high_keys = {key.encode("cp1047") for text in found.values() for key in HIGH_KEY.findall(text)}
    assert len(known & high_keys) < 5
    assert traces.left(known - high_keys, found) == []


def test_masked_databases_are_whole_and_no_work_data_set_is_left(masked: Masked, first: dict[str, str]) -> None:
    assert masked.pointer_errors() == 0
    assert not [name for name in masked.work_data_sets() if ".MSK" in name]
    assert not list((masked.folder / "reports" / "masking").iterdir())


def test_a_dedb_in_the_policy_is_refused_before_anything_is_stopped(masked: Masked) -> None:
    wrong = POLICY + "  - {database: TELLER, segment: TELLER, field: TELLNO, rule: digits}\n"
    states = masked.make("dedb", wrong, "[ACCT, CUST, TELLER]")
    assert states["plan"] == "failed"
    assert states["stop_target"] == "upstream_failed"


def statements(text: str) -> str:
    """Make the statement that copies the data sets of a file of pairs."""
    pairs = re.findall(r"(?m)^ (\S+) +(\S+) +(?:OSAM|VSAM|PART) +YES +(\S+)$", text)
    names = ",".join(f"({source},{target})" for source, target, _ in pairs)
    return control(
        f"COPY DATASET(INCLUDE({pairs[0][0]})) OUTDYNAM(({pairs[0][2]})) RENAMEU({names}) REPLACEUNCONDITIONAL "
        "CATALOG FASTREPLICATION(REQUIRED) ALLDATA(*) ALLEXCP"
    )


def own_copy(masked: Masked, name: str, budget: int) -> tuple[dict[str, str], Copier]:
    copier = Copier(masked.client, masked.folder / "reports" / "pairs" / "bank.txt", statements)
    copier.start()
    states = masked.refresh(name, "[ACCT]", "mover: own", f"outage_budget_seconds: {budget}")
    copier.join(60)
    return states, copier


def test_a_copy_that_somebody_else_makes_is_waited_for_while_the_source_is_held(masked: Masked) -> None:
    states, copier = own_copy(masked, "own", 90)
    assert set(states.values()) == {"success"}, states
    assert "is told that its copy is made" in copier.said
    found = masked.evidence("own", "replicate")
    assert 0 < found.counts["source milliseconds lost at most"] < 90_000
    assert found.outcome == "done"


def test_a_program_that_the_system_does_not_have_fails_the_copy_and_the_source_goes_on(masked: Masked) -> None:
    states = masked.refresh("snap", "[ACCT]", "mover: emcsnap")
    assert (states["replicate"], states["resume"], states["start_target"]) == ("failed", "success", "upstream_failed")
    assert "S806" in masked.evidence("snap", "replicate").messages[-1]
