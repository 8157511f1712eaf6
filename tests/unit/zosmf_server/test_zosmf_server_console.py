"""Operator commands, watched messages and the hardcopy log."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

CONSOLE = "/zosmf/restconsoles/consoles/defcn"
LOG = "/zosmf/restconsoles/v1/log"


def command(lab, text, **more):
    return lab.http.put(CONSOLE, json={"cmd": text, **more})


def test_a_command_is_answered_with_carriage_returns_between_lines(lab):
    answer = command(lab, "D A,L").json()
    assert answer["cmd-response"].endswith("\r")
    assert "\n" not in answer["cmd-response"]
    assert answer["cmd-response-uri"].startswith("/zosmf/restconsoles/consoles/defcn/solmsgs/C")
    assert answer["cmd-response-url"] == f"https://zos.lab{answer['cmd-response-uri']}"
    assert lab.http.get(answer["cmd-response-uri"]).json() == {"cmd-response": ""}


def test_the_response_of_an_async_command_is_collected_once(lab):
    answer = command(lab, "D T", **{"async": "Y"}).json()
    assert "cmd-response" not in answer
    assert "IEE136I" in lab.http.get(answer["cmd-response-uri"]).json()["cmd-response"]
    assert lab.http.get(answer["cmd-response-uri"]).json()["cmd-response"] == ""


def test_commands_go_to_the_log_under_the_console_of_the_user(lab):
    command(lab, "D T")
    entered = [one for one in lab.system.console.hardcopy() if one.kind == "command"]
    assert (entered[-1].text, entered[-1].console) == ("D T", "IBMUSECN")


def test_a_key_in_the_response_is_looked_for(lab):
    assert command(lab, "D T", **{"sol-key": "IEE136I"}).json()["sol-key-detected"] is True
    assert command(lab, "D T", **{"sol-key": "IEE...I", "solKeyReg": "Y"}).json()["sol-key-detected"] is True
    assert command(lab, "D T", **{"sol-key": "IEE...I"}).json()["sol-key-detected"] is False


def test_a_message_that_comes_later_is_detected(lab):
    answer = command(lab, "D T", **{"unsol-key": "LATER"}).json()
    uri = answer["detection-uri"]
    assert lab.http.get(uri).json() == {"status": "waiting", "msg": ""}
    lab.system.console.message("XYZ001I LATER IT CAME")
    assert lab.http.get(uri).json() == {"status": "detected", "msg": "XYZ001I LATER IT CAME"}


def test_a_detection_waits_if_asked_and_expires(lab):
    threading.Timer(0.3, lab.system.console.message, ("XYZ001I LATER",)).start()
    waited = {"unsol-key": "LATER", "unsol-detect-sync": "Y"}
    assert command(lab, "D T", **waited).json()["status"] == "detected"
    never = {"unsol-key": "NEVER", "unsol-detect-sync": "Y", "unsol-detect-timeout": "0.2"}
    assert command(lab, "D T", **never).json()["status"] == "timeout"
    uri = command(lab, "D T", **{"unsol-key": "NEVER", "detect-time": "0.01"}).json()["detection-uri"]
    threading.Event().wait(0.05)
    assert lab.http.get(uri).json()["status"] == "expired"


def test_a_command_that_blocks_does_not_block_other_requests(lab):
    slow = {"unsol-key": "WAKE UP", "unsol-detect-sync": "Y", "unsol-detect-timeout": "20"}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(command(lab, "D T", **slow).json())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert command(lab, "D T").status_code == 200
    assert not answers
    while any(thread.is_alive() for thread in threads):
        lab.system.console.message("WAKE UP")
        threads[0].join(0.05)
        threads = [thread for thread in threads if thread.is_alive()] or threads[:1]
    assert {answer["status"] for answer in answers} == {"detected"}
    assert len({answer["cmd-response-key"] for answer in answers}) == 8


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, 13),
        ({"cmd": ""}, 13),
        ({"cmd": 5}, 13),
        ({"cmd": "D T\nP IMSP"}, 13),
        ({"cmd": "X" * 127}, 17),
        ({"cmd": "D T", "system": "OTHER"}, 5),
        ({"cmd": "D T", "unsol-key": "(", "unsolKeyReg": "Y"}, 25),
        ([], 12),
    ],
)
def test_a_wrong_command_is_refused_in_the_shape_of_the_console(lab, body, reason):
    answer = lab.http.put(CONSOLE, json=body)
    assert answer.status_code == 400
    assert (answer.json()["return-code"], answer.json()["reason-code"]) == (1, reason)


def test_content_type_json_and_console_names_are_checked(lab):
    text = lab.http.put(CONSOLE, content='{"cmd":"D T"}', headers={"Content-Type": "text/plain"})
    assert text.json()["reason-code"] == 6
    broken = lab.http.put(CONSOLE, content="{", headers={"Content-Type": "application/json"})
    assert broken.json()["reason-code"] == 12
    name = lab.http.put("/zosmf/restconsoles/consoles/toolongname", json={"cmd": "D T"})
    assert name.json()["reason-code"] == 14
    assert lab.http.get(CONSOLE + "/detections/D9").json()["reason-code"] == 9


def test_an_unknown_command_is_issued_and_answered_by_the_system(lab):
    answer = command(lab, "NONSENSE")
    assert answer.status_code == 200
    assert answer.json()["cmd-response"].startswith("IEE305I")


def test_the_log_gives_messages_of_a_range_with_their_ids(lab):
    before = datetime.now(UTC) - timedelta(seconds=1)
    lab.system.console.message("XYZ001I FIRST", "JOB00007", "MYJOB")
    lab.system.console.message("NO ID HERE\nSECOND LINE")
    params = {"time": before.isoformat().replace("+00:00", "Z"), "timeRange": "1m", "direction": "forward"}
    body = lab.http.get(LOG, params=params).json()
    first, second = body["items"][-2:]
    assert (first["messageId"], first["jobName"], first["message"]) == ("XYZ001I", "MYJOB", "XYZ001I FIRST")
    assert second["message"] == "NO ID HERE\rSECOND LINE"
    assert abs(first["timestamp"] - before.timestamp() * 1000) < 60_000
    assert body["totalitems"] == len(body["items"])
    assert lab.http.get(LOG).json()["items"][-1] == second
    old = lab.http.get(LOG, params={"timestamp": str(int(before.timestamp() * 1000)), "timeRange": "1s"}).json()
    assert all(item["timestamp"] < before.timestamp() * 1000 + 1 for item in old["items"])


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"timeRange": "10x"}, 22),
        ({"timeRange": "0m"}, 22),
        ({"direction": "up"}, 22),
        ({"hardcopy": "paper"}, 22),
        ({"time": "yesterday"}, 22),
        ({"time": "2999-01-01T00:00:00Z"}, 23),
        ({"sysName": "LONGSYSNAME"}, 24),
    ],
)
def test_wrong_log_parameters_are_refused(lab, params, reason):
    answer = lab.http.get(LOG, params=params)
    assert (answer.status_code, answer.json()["reason-code"]) == (400, reason)
