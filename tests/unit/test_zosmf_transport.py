"""How the client tells refusals from answers, keeps secrets, and survives links."""

import asyncio
import gzip
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imsclone.zosmf import AsyncClient, Client, Connection, JobCard
from imsclone.zosmf.errors import (
    CertificatesUnusable,
    ConsoleError,
    CsrfRefused,
    EtagMismatch,
    LinkError,
    LoginRefused,
    NotFound,
    PlainAnswer,
    ServerBusy,
    ServiceError,
    ZosmfError,
)
from imsclone.zosmf.transport import Transport, settings

CONNECTION = Connection(host="zos.example", user="IBMUSER", password="SECRET99", console_name="CLONE1")
INFO = {"zosmf_version": "29", "zos_version": "05.29.00", "zosmf_hostname": "sys1", "zosmf_saf_realm": "SAFRealm"}


def client(handler, **more):
    return Client(CONNECTION, http=httpx.MockTransport(handler), sleep=lambda _: None, **more)


def answering(status, body=b"", headers=None):
    content = json.dumps(body).encode() if isinstance(body, dict | list) else body
    return client(lambda _: httpx.Response(status, content=content, headers=headers))


REFUSALS = [
    (401, b"", LoginRefused),
    (403, {"returnCode": 8, "message": "expired"}, LoginRefused),
    (403, {"errorID": "IZUG846W", "errorMsg": "An HTTP request was received from a remote site"}, CsrfRefused),
    (400, {"category": 6, "rc": 4, "reason": 4, "message": "bad owner"}, ServiceError),
    (
        500,
        {"category": 4, "rc": 8, "reason": 0, "message": "913", "details": ["ISRZ002 auth"], "stack": "x"},
        ServiceError,
    ),
    (404, {"category": 6, "rc": 8, "reason": 524, "message": "no member"}, NotFound),
    (412, b"", EtagMismatch),
    (429, b"slow down", ServerBusy),
    (503, b"<html>unavailable</html>", ServerBusy),
    (500, {"return-code": 5, "reason-code": 7, "reason": "IKJ55303I"}, ConsoleError),
    (503, {"return-code": 8, "reason-code": 15, "reason": "lost"}, ConsoleError),
    (404, b"SRVE0190E: File not found", PlainAnswer),
    (502, b"<html>Bad Gateway</html>", PlainAnswer),
    (302, b"", PlainAnswer),
    (200, b"<html>login page</html>", PlainAnswer),
    (200, b"[1, 2]", PlainAnswer),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_each_error_shape_becomes_its_own_exception(status, body, kind):
    with pytest.raises(kind) as caught:
        answering(status, body).info()
    assert caught.value.id in str(caught.value)
    assert "/info" in str(caught.value)


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_no_message_ever_holds_a_credential(status, body, kind):
    with pytest.raises(ZosmfError) as caught:
        answering(status, body).info()
    shown = repr(caught.value) + str(caught.value) + repr(caught.value.__context__)
    assert "SECRET99" not in shown
    assert "Basic " not in shown
    assert "SECRET99" not in repr(CONNECTION)


def test_a_console_refusal_knows_when_the_name_is_taken_and_when_the_command_may_have_run():
    with pytest.raises(ConsoleError) as caught:
        answering(500, {"return-code": 5, "reason-code": 7, "reason": "IKJ55303I"}).command("D T")
    assert caught.value.name_in_use
    assert not caught.value.issued
    with pytest.raises(ConsoleError) as caught:
        answering(503, {"return-code": 8, "reason-code": 15, "reason": "lost"}).command("D T")
    assert caught.value.issued


def test_every_request_carries_the_csrf_header_gzip_and_the_identity():
    seen = []

    def handler(request):
        seen.append(request)
        return httpx.Response(
            200, content=gzip.compress(json.dumps(INFO).encode()), headers={"Content-Encoding": "gzip"}
        )

    assert client(handler).info().version == "29"
    assert "x-csrf-zosmf-header" in seen[0].headers
    assert seen[0].headers["accept-encoding"] == "gzip"
    assert seen[0].headers["x-ibm-response-timeout"] == "120"
    assert seen[0].headers["authorization"].startswith("Basic ")
    assert str(seen[0].url) == "https://zos.example/zosmf/info"


@pytest.mark.parametrize(
    ("kind", "header", "value"), [("ltpa", "Cookie", "LtpaToken2=abc"), ("jwt", "Authorization", "Bearer abc")]
)
def test_a_token_is_sent_instead_of_a_password(kind, header, value):
    made = settings(Connection(host="zos.example", token="abc", token_kind=kind))
    assert made["headers"][header] == value
    assert made["auth"] is None


def test_a_read_is_tried_again_after_a_broken_link_and_a_write_is_not():
    calls = []

    def handler(request):
        calls.append(request.method)
        if len(calls) < 3:
            raise httpx.ReadError("connection reset")
        return httpx.Response(200, json=INFO)

    assert client(handler).info().version == "29"
    assert calls == ["GET", "GET", "GET"]
    calls.clear()
    with pytest.raises(LinkError) as caught:
        client(handler).delete("CLONE.WORK")
    assert calls == ["DELETE"]
    assert caught.value.sent


@pytest.mark.parametrize(
    ("failure", "sent"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (httpx.WriteError("cut"), True),
    ],
)
def test_a_link_error_says_whether_the_request_may_have_been_carried_out(failure, sent):
    def handler(_):
        raise failure

    with pytest.raises(LinkError) as caught:
        client(handler).info()
    assert caught.value.sent is sent
    assert caught.value.retry


def test_running_out_of_address_spaces_is_waited_for():
    answers = [
        httpx.Response(500, json={"category": 3, "rc": 12, "reason": 4, "message": "no TSO address space"}),
        httpx.Response(200, json=INFO),
    ]
    assert client(lambda _: answers.pop(0)).info().hostname == "sys1"


def test_a_refused_password_is_never_tried_again():
    calls = []

    def handler(request):
        calls.append(request)
        return httpx.Response(401)

    with pytest.raises(LoginRefused):
        client(handler).info()
    assert len(calls) == 1


def test_info_survives_a_failed_plugin_list():
    assert answering(200, INFO | {"plugins": {"msgId": "IZUG1", "msgText": "no"}}).info().plugins == ()
    listed = [{"pluginVersion": "1", "pluginDefaultName": "z/OS Jobs", "pluginStatus": "ACTIVE"}]
    assert answering(200, INFO | {"plugins": listed}).info().plugins == ("z/OS Jobs",)


def test_the_async_client_holds_the_same_conversations():
    async def run():
        async def sleep(_):
            return None

        answers = [httpx.Response(503), httpx.Response(200, json=INFO)]
        async with AsyncClient(CONNECTION, httpx.MockTransport(lambda _: answers.pop(0)), sleep) as zosmf:
            return await zosmf.info()

    assert asyncio.run(run()).version == "29"


def test_a_private_certificate_authority_belongs_to_one_connection(tmp_path):
    missing = Connection(host="zos.example", user="A", password="B", ca_path=tmp_path / "ca.pem")
    with pytest.raises(CertificatesUnusable, match="No such file"):
        Transport(missing)
    assert Connection(host="zos.example", user="A", password="B", verify=False).tls() is False
    assert Connection(host="127.0.0.1", scheme="http", user="A", password="B").tls() is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "zos.example"},
        {"host": "zos.example", "user": "A"},
        {"host": "zos/../x", "user": "A", "password": "B"},
        {"host": "zos.example", "scheme": "http", "user": "A", "password": "B"},
        {"host": "zos.example", "user": "A", "password": "B", "console_name": "TOOLONGNAME"},
        {"host": "zos.example", "user": "A", "password": "B", "response_timeout": 4},
        {"host": "zos.example", "user": "A", "password": "B", "extra": 1},
        {"host": "zos.example", "user": "A\n//", "password": "B"},
    ],
)
def test_a_connection_that_cannot_work_is_refused_when_it_is_made(wrong):
    with pytest.raises(ValidationError):
        Connection(**wrong)


@given(st.text(max_size=80))
def test_nothing_in_a_job_card_can_become_another_statement(text):
    for field in ("account", "programmer", "region", "msgclass", "jobclass"):
        try:
            card = JobCard(**{field: text})
        except ValidationError:
            continue
        value = getattr(card, field)
        assert value.isprintable()
        assert "'" not in value
        assert "//" not in value


@pytest.mark.parametrize("line", ["//X EXEC PGM=A", "", "/*", "//", "/*JOBPARM\n//X", "//* " + "A" * 80])
def test_a_site_may_add_only_jes_statements_and_comments(line):
    with pytest.raises(ValidationError):
        JobCard(statements=(line,))
