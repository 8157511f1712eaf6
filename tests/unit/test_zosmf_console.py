"""Operator commands: answered late or not at all, rejected, and never sent twice."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.zosmf import Client, Connection
from imsclone.zosmf.console import COMMAND, command_request
from imsclone.zosmf.errors import CommandInvalid, CommandRefused, LinkError


def client(*bodies, seen=None):
    queue = list(bodies)

    def handler(request):
        if seen is not None:
            seen.append(request)
        body = queue.pop(0) if queue else {"cmd-response": ""}
        if isinstance(body, Exception):
            raise body
        return httpx.Response(200, json=body)

    connection = Connection(host="zos.example", user="IBMUSER", password="x", console_name="CLONE1")
    return Client(connection, http=httpx.MockTransport(handler), sleep=lambda _: None)


def first(text, **more):
    return {"cmd-response-key": "C123", "cmd-response-url": "u", "cmd-response-uri": "u", "cmd-response": text} | more


def test_a_response_is_split_at_carriage_returns():
    answer = client(first(" D T\r\n IEE136I LOCAL: TIME=10.00.00\r UTC: TIME=10.00.00\r")).command("D T")
    assert answer.lines == (" D T", " IEE136I LOCAL: TIME=10.00.00", " UTC: TIME=10.00.00")


def test_a_response_that_comes_late_is_fetched_and_the_command_is_sent_once():
    seen = []
    zosmf = client(first(""), {"cmd-response": ""}, {"cmd-response": "IEE302I 0A90 OFFLINE\r"}, seen=seen)
    assert zosmf.command("V 0A90,OFFLINE").lines == ("IEE302I 0A90 OFFLINE",)
    assert [request.method for request in seen] == ["PUT", "GET", "GET"]
    assert seen[1].url.path == "/zosmf/restconsoles/consoles/CLONE1/solmsgs/C123"


def test_wanted_text_is_waited_for_and_its_absence_is_told():
    zosmf = client(first("FIRST\r"), {"cmd-response": "DFS994I EMERGENCY START COMPLETED\r"})
    answer = zosmf.command("R 12,/ERE", wanted="DFS994I")
    assert answer.solicited
    assert answer.text.endswith("COMPLETED")
    assert client(first("FIRST\r")).command("R 12,/ERE", wanted="DFS994I").solicited is False


def test_a_command_without_a_response_is_not_waited_for():
    seen = []
    assert client(first(""), seen=seen).command("S IMST", respond=False).lines == ()
    assert len(seen) == 1


@pytest.mark.parametrize(
    "text",
    ["IEE618I ENTER COMMAND FAILED", "IEE345I D   AUTHORITY INVALID, FAILED BY MVS", "IEE305I XX COMMAND INVALID"],
)
def test_a_command_the_system_rejects_is_an_error_though_http_says_200(text):
    with pytest.raises(CommandRefused, match=text[:7]):
        client(first(text + "\r")).command("XX")


def test_a_command_is_never_sent_twice_when_the_link_breaks():
    seen = []
    with pytest.raises(LinkError):
        client(httpx.ReadTimeout("slow"), seen=seen).command("S IMST")
    assert len(seen) == 1


def test_an_unsolicited_message_is_watched_for():
    seen = []
    waiting = {"status": "waiting"}
    zosmf = client(
        first("", **{"detection-key": "D9"}), waiting, {"status": "detected", "msg": "DFS810A IMS READY"}, seen=seen
    )
    answer = zosmf.command("S IMST", unsolicited="DFS810A", respond=False)
    assert zosmf.detected(answer, 10) == "DFS810A IMS READY"
    assert json.loads(seen[0].content) == {"cmd": "S IMST", "unsol-key": "DFS810A", "unsol-detect-sync": "N"}
    assert client({"status": "expired"}).detected(answer, 10) is None
    assert client(*[waiting] * 20).detected(answer, 3) is None


def test_the_hardcopy_log_gives_messages_with_utc_times():
    item = {
        "message": "IEF403I IMST - STARTED\r",
        "messageId": "IEF403I",
        "jobName": "IMST    ",
        "system": "SYS1",
        "timestamp": 1795219199123,
        "replyId": "0",
    }
    message = client({"items": [item], "totalitems": 1}).hardcopy(datetime(2026, 11, 20, tzinfo=UTC))[0]
    assert message.id == "IEF403I"
    assert message.time == datetime.fromtimestamp(1795219199.123, UTC)


@given(st.text(max_size=140))
def test_only_one_printable_line_is_ever_a_command(text):
    if COMMAND.fullmatch(text):
        assert json.loads(command_request("C", text).content)["cmd"] == text
        assert text.isprintable()
        assert len(text) <= 126
    else:
        with pytest.raises(CommandInvalid):
            command_request("C", text)
