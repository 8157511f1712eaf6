"""The one line that matters, to a webhook and a mail server that run here."""

from __future__ import annotations

import json
import shutil
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def webhook() -> Iterator[Any]:
    """A web server that keeps what it is sent, and answers with ``status``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.got.append(SimpleNamespace(path=self.path, headers=self.headers, body=body))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailbox() -> Iterator[Any]:
    """A mail server for one mail after the other (RFC 5321, the commands that a client must send)."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            for line in iter(self.rfile.readline, b""):
                word = line[:4].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    server.got.append(message_from_string(b"".join(lines).decode()))
                self.say("221 bye" if word == b"QUIT" else "250 good")
                if word == b"QUIT":
                    return

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.got = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, webhook: Any, mailbox: Any, airflow_home: Path) -> None:
    """Let the shipped environment tell both, through connections of Airflow."""
    from imsclone_airflow import settings

    for name in ("systems", "environments", "calendars"):
        shutil.copytree(PROJECT / "include" / name, tmp_path / name)
    path = tmp_path / "environments" / "imst.yaml"
    targets = "alert:\n  - connection: ops_chat\n  - {connection: ops_mail, to: [dba@example.com, qa@example.com]}\n"
    path.write_text(path.read_text() + targets)
    monkeypatch.setenv(settings.FOLDER, str(tmp_path))
    chat = {"conn_type": "http", "host": "http://127.0.0.1", "port": webhook.server_port, "login": "bot"}
    chat |= {"password": "hush", "extra": {"endpoint": "/hooks/T0", "headers": {"X-From": "clones"}}}
    post = {"conn_type": "smtp", "host": "127.0.0.1", "port": mailbox.server_address[1]}
    post |= {"extra": {"from_email": "clones@example.com", "disable_ssl": True, "disable_tls": True}}
    monkeypatch.setenv("AIRFLOW_CONN_OPS_CHAT", json.dumps(chat))
    monkeypatch.setenv("AIRFLOW_CONN_OPS_MAIL", json.dumps(post))


def context(dag: str = "imst", *, end_date: datetime = NOW, **conf: str) -> Any:
    return {"dag_run": SimpleNamespace(dag_id=dag, run_id="scheduled__1", conf=conf, end_date=end_date)}


def failed(ledger: Any, plan: Any) -> None:
    """Note a run whose copy was refused and whose source was released."""
    ledger.start_run("imst/scheduled__1", plan)
    for number, (step, outcome, said) in enumerate(
        [
            ("arm_quiesce", "done", ""),
            ("replicate", "failed", "CLN704E  The copy is not consistent."),
            ("resume", "done", ""),
        ]
    ):
        at = NOW + number * SECOND
        ledger.record_evidence(
            "imst/scheduled__1", step, outcome=outcome, started_at=at, ended_at=at + SECOND, messages=[said]
        )


LINE = (
    "CLN780E  Environment imst was not made: run imst/scheduled__1 failed in replicate. Source IMSP runs. "
    "CLN704E  The copy is not consistent. The run's page in IMS clones shows its steps and listings."
)


def test_a_run_that_failed_for_good_is_told_everywhere_in_one_line(
    alerts: None, ledger: Any, plan: Any, webhook: Any, mailbox: Any
) -> None:
    from imsclone_airflow.callbacks import give_up

    failed(ledger, plan)
    give_up(context())
    (post,) = webhook.got
    assert post.body == {"text": LINE, "id": "CLN780E", "environment": "imst"}
    assert (post.path, post.headers["X-From"]) == ("/hooks/T0", "clones")
    assert post.headers["Authorization"] == "Basic Ym90Omh1c2g="
    (mail,) = mailbox.got
    assert mail["Subject"] == "CLN780E environment imst"
    assert (mail["From"], mail["To"]) == ("clones@example.com", "dba@example.com, qa@example.com")
    assert LINE in unescape(mail.get_payload(0).get_payload(decode=True).decode())


@pytest.mark.parametrize(("since", "state", "told"), [(SECOND, "success", 0), (-SECOND, "failed", 1)])
def test_a_failure_that_is_told_when_its_run_has_succeeded_since_is_none(
    alerts: None, ledger: Any, plan: Any, webhook: Any, since: timedelta, state: str, told: int
) -> None:
    from imsclone_airflow.callbacks import give_up

    failed(ledger, plan)
    succeeded = ledger.finish_run("imst/scheduled__1", success=True).finished_at
    give_up(context(end_date=succeeded - since))
    assert ledger.run("imst/scheduled__1").state == state
    assert len(webhook.got) == told


def test_a_plan_that_failed_has_touched_nothing(alerts: None, ledger: Any, webhook: Any) -> None:
    from imsclone_airflow.notifications import CloneNotifier

    CloneNotifier()(context("full_system_clone", environment="imst") | {"ti": SimpleNamespace(task_id="plan")})
    (post,) = webhook.got
    assert "failed in plan. Source IMSP was not touched. Read the log of task plan." in post.body["text"]


def test_one_way_that_fails_keeps_no_other_from_being_used_and_its_secret_is_not_shown(
    alerts: None, ledger: Any, plan: Any, webhook: Any, mailbox: Any
) -> None:
    from imsclone_airflow.errors import AlertNotSent
    from imsclone_airflow.notifications import CloneNotifier

    failed(ledger, plan)
    webhook.status = 403
    with pytest.raises(AlertNotSent) as unreached:
        CloneNotifier()(context())
    assert "CLN784E  Nobody was told through connection ops_chat: it answered with HTTP status 403." in str(
        unreached.value
    )
    assert "hooks" not in str(unreached.value)
    assert len(mailbox.got) == 1


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (None, "AirflowNotFoundException"),
        ({"conn_type": "ftp", "host": "h"}, "its type is ftp, and alerts go through types http and smtp"),
        ({"conn_type": "smtp", "host": "127.0.0.1", "port": 9}, "names no receiver"),
        ({"conn_type": "http", "host": "http://127.0.0.1", "port": 9}, "ConnectError"),
    ],
)
def test_a_connection_that_cannot_be_used_is_named_with_the_reason(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch, connection: Any, said: str
) -> None:
    from imsclone.spec.model import AlertTarget
    from imsclone_airflow.errors import NeverMade
    from imsclone_airflow.notifications.send import tell

    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_OPS", json.dumps(connection))
    (unreached,) = tell([AlertTarget(connection="ops")], "imst", NeverMade(environment="imst", limit=1))
    assert said in str(unreached)


def test_a_run_of_no_environment_is_nobodys_concern(alerts: None, ledger: Any, webhook: Any) -> None:
    from imsclone_airflow.notifications import CloneNotifier

    CloneNotifier()(context("somebody_elses"))
    assert webhook.got == []


@pytest.mark.parametrize(
    ("steps", "after", "said"),
    [
        ([], 0, "was not touched"),
        ([("retire_previous", "failed")], 0, "was not touched"),
        ([("arm_quiesce", "done"), ("replicate", "failed"), ("resume", "done")], 0, "runs"),
        ([("arm_quiesce", "done"), ("replicate", "failed")], 4, "may be held until 23:00:07 UTC"),
        ([("arm_quiesce", "done"), ("replicate", "failed"), ("resume", "failed")], 60, "is not known to be released"),
        ([("arm_quiesce", "done"), ("resume", "done"), ("replicate", "failed")], 60, "is not known to be released"),
    ],
)
def test_where_the_source_stands(ledger: Any, plan: Any, steps: list[tuple[str, str]], after: int, said: str) -> None:
    """The budget of the plan is five seconds, and each step takes one."""
    from imsclone_airflow.notifications.source import source_state

    ledger.start_run("r", plan)
    for number, (step, outcome) in enumerate(steps):
        at = NOW + number * SECOND
        ledger.record_evidence("r", step, outcome=outcome, started_at=at, ended_at=at + SECOND)
    assert source_state(ledger.run("r"), ledger.evidence("r"), NOW + after * SECOND).startswith(said)
