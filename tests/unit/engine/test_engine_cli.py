"""The command ``imsclone`` and the messages it shows."""

from __future__ import annotations

import pickle
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imsclone import cli
from imsclone.connections import ConnectionInvalid, ConnectionUnknown, connection
from imsclone.errors import CloneError, Place, all_messages, message_table
from imsclone.facts import SystemFacts
from imsclone.ledger import Ledger
from imsclone.plan import Plan

DOCS = Path(__file__).parents[3] / "docs" / "messages.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


@pytest.fixture
def url(tmp_path: Path, plan: Plan) -> str:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.upgrade()
    ledger.start_run("manual__1/x", plan)
    ledger.record_evidence("manual__1/x", "relabel", counts={"volumes": 6}, job="CLNREL(JOB00007)")
    ledger.finish_run("manual__1/x", success=True)
    return f"sqlite:///{tmp_path}/ledger.db"


def test_the_shipped_files_validate() -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert "0 refused" in result.output


def test_validate_tells_everything_that_is_wrong_and_ends_with_8(tmp_path: Path, include: Path) -> None:
    for name in ("systems", "environments"):
        shutil.copytree(include / name, tmp_path / name)
    path = tmp_path / "environments" / "imst.yaml"
    path.write_text(path.read_text().replace("suspend ", "hope ", 1).replace("owner:", "ownr:"))
    target = tmp_path / "systems" / "imst.yaml"
    target.write_text(target.read_text().replace("hlq: IMST", "hlq: IMSTOOLONG"))
    result = run("validate", "--folder", str(tmp_path))
    assert result.exit_code == 8
    assert "4 refused" in result.output
    assert {"CLN105E", "CLN106E", "CLN107E"} <= set(re.findall(r"CLN\d{3}E", result.output))


def test_validate_finds_what_source_and_target_share(tmp_path: Path, include: Path) -> None:
    for name in ("systems", "environments"):
        shutil.copytree(include / name, tmp_path / name)
    target = tmp_path / "systems" / "imst.yaml"
    target.write_text(target.read_text().replace("imsid: IMST", "imsid: IMSP"))
    result = run("validate", str(tmp_path / "environments" / "imst.yaml"))
    assert result.exit_code == 8
    assert "CLN222E" in result.output


def test_plan_shows_the_maps_and_writes_the_document(
    monkeypatch: pytest.MonkeyPatch, facts: SystemFacts, plan: Plan, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "facts_of", lambda spec: facts)
    result = run("plan", "imst", "--output", str(tmp_path / "plan.json"), "--data-sets")
    assert result.exit_code == 0, result.output
    for shown in (plan.fingerprint, "IMSP01", "IMST01", "0A90", "IMSP.** -> IMST.**", "IMST.DB.ACCT", "suspend"):
        assert shown in result.output
    assert Plan.model_validate_json((tmp_path / "plan.json").read_text()) == plan


def test_plan_shows_all_problems_and_ends_with_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "facts_of", lambda spec: SystemFacts())
    result = run("plan", "imst")
    assert result.exit_code == 8
    assert {"CLN205E", "CLN217E", "CLN230E", "CLN233E"} <= set(re.findall(r"CLN\d{3}E", result.output))


def test_plan_of_an_unknown_environment_names_those_there_are() -> None:
    result = run("plan", "nowhere")
    assert result.exit_code == 8
    assert "CLN601E" in result.output
    assert "imst" in result.output


def test_plan_without_a_connection_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_ZOSMF_LAB", raising=False)
    result = run("plan", "imst")
    assert result.exit_code == 8
    assert "CLN603E" in result.output
    assert "AIRFLOW_CONN_ZOSMF_LAB" in result.output


def test_history_lists_runs_and_shows_one(url: str) -> None:
    listed = run("history", "--ledger", url)
    assert listed.exit_code == 0, listed.output
    assert "manual__1/x" in listed.output
    shown = run("history", "manual__1/x", "--ledger", url, "--data-sets")
    assert "CLNREL(JOB00007)" in shown.output
    assert "IMST.DB.ACCT" in shown.output
    assert run("history", "none", "--ledger", url).exit_code == 8


def test_history_of_a_new_ledger_is_empty(tmp_path: Path) -> None:
    result = run("history", "--ledger", f"sqlite:///{tmp_path}/new.db")
    assert (result.exit_code, result.output.split()) == (
        0,
        ["RUN", "ENVIRONMENT", "STATE", "STARTED", "ELAPSED", "LOST"],
    )


def test_report_writes_a_file_named_for_the_run(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("report", "manual__1/x", "--ledger", url)
    assert result.output.strip() == "imsclone-manual__1-x.html"
    assert "IMSP cloned as IMST" in (tmp_path / "imsclone-manual__1-x.html").read_text()


def test_the_ledger_must_be_named() -> None:
    result = CliRunner().invoke(cli.main, ["history"], env={"IMSCLONE_LEDGER": ""})
    assert result.exit_code == 2
    assert "IMSCLONE_LEDGER" in result.output


def test_leases_shows_who_holds_a_target_and_on_request_tasks(url: str) -> None:
    ledger = Ledger(url)
    ledger.release(ledger.lease("IMS IMSQ", "clone/manual__0", timedelta(hours=1)))
    ledger.lease("IMS IMST", "clone/manual__1", timedelta(hours=1))
    ledger.lease("task 42", "task 42", timedelta(0))
    head, *rows = [line.split() for line in run("leases", "--ledger", url).output.splitlines()]
    assert head[0] == "TARGET"
    assert [(row[1], row[2], row[-1]) for row in rows] == [("IMSQ", "free", "-"), ("IMST", "held", "clone/manual__1")]
    assert re.search(r"task 42 +ran out", run("leases", "--tasks", "--ledger", url).output)


def test_prune_says_what_it_removed_and_wants_at_least_a_day(url: str) -> None:
    years_ago = Ledger(url, lambda: datetime(2020, 1, 1, tzinfo=UTC))
    years_ago.lease("task 42", "task 42", timedelta(0))
    result = run("ledger", "prune", "--keep-days", "30", "--ledger", url)
    assert (result.exit_code, result.output) == (0, "Removed: evidence of 0 runs (0 tasks), leases of 1 tasks\n")
    assert run("ledger", "prune", "--keep-days", "0", "--ledger", url).exit_code == 2
    assert run("ledger", "prune", "--ledger", url).exit_code == 2


def test_messages_explains_one_message_and_lists_all() -> None:
    one = run("messages", "cln214e")
    assert "44 characters" in one.output
    assert "What to do" in one.output
    assert len(run("messages").output.splitlines()) == len(all_messages())
    assert run("messages", "CLN000E").exit_code == 8


def test_the_page_of_messages_is_in_step() -> None:
    """When this fails: ``imsclone messages --markdown > docs/messages.md``."""
    assert DOCS.read_text(encoding="utf-8") == message_table()


def test_every_message_has_an_id_text_remedy_and_meaning() -> None:
    for kind in all_messages():
        assert re.fullmatch(r"CLN\d{3}[EW]", kind.id)
        assert kind.text.endswith((".", ":", "}")), kind.id
        assert kind.remedy.endswith((".", ":")), kind.id
        assert kind.__doc__, kind.id


def test_a_message_survives_pickling() -> None:
    from imsclone.plan.errors.volumes import TargetTooSmall

    made = TargetTooSmall(Place("f.yaml", 3, "x"), target="A", unit="0A90", found=1, source="B", needed=2)
    again = pickle.loads(pickle.dumps(made))
    assert isinstance(again, CloneError)
    assert str(again) == str(made)
    assert "f.yaml line 3, x." in str(again)


def test_one_id_cannot_be_two_messages() -> None:
    with pytest.raises(TypeError, match="CLN212E"):
        type("Other", (CloneError,), {"id": "CLN212E", "text": "x", "remedy": "y", "__qualname__": "Other"})
    with pytest.raises(TypeError, match="needs an id"):
        type("Nameless", (CloneError,), {"id": "X1", "text": "x", "remedy": "y"})


JSON_FORM = (
    '{"conn_type": "zosmf", "host": "h", "port": 8443, "login": "IBMUSER", "password": "p", "extra": {"jobclass": "T"}}'
)


@pytest.mark.parametrize("written", [JSON_FORM, "zosmf://IBMUSER:p@h:8443/?jobclass=T"])
def test_a_connection_comes_from_airflows_own_variable(written: str) -> None:
    made = connection("zosmf_lab", {"AIRFLOW_CONN_ZOSMF_LAB": written})
    assert (made.host, made.port, made.user, made.job_card.jobclass) == ("h", 8443, "IBMUSER", "T")
    assert made.password is not None
    assert made.password.get_secret_value() == "p"


@pytest.mark.parametrize(
    "written", ["{", "[]", "{}", '{"host": "h"}', '{"host": "a b", "login": "u", "password": "SECRETWORD"}']
)
def test_a_connection_that_is_wrong_is_told_without_its_password(written: str) -> None:
    with pytest.raises(ConnectionInvalid) as caught:
        connection("x", {"AIRFLOW_CONN_X": written})
    assert "SECRETWORD" not in str(caught.value)


def test_a_connection_that_is_not_there_is_told() -> None:
    with pytest.raises(ConnectionUnknown, match="AIRFLOW_CONN_X"):
        connection("x", {})
