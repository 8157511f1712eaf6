"""The content of data sets and members: types, tags, protection, and who is in the way of whom."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoslab.dasd.audit import writer
from zoslab.dasd.record_format import RecordFormat
from zoslab.jes.protection import parse
from zoslab.zosmf.data_type import DataType, encode_records, split_records

DS = "/zosmf/restfiles/ds"
TEXT = {"Content-Type": "text/plain"}


def refusal(answer):
    body = answer.json()
    return answer.status_code, body["category"], body["rc"], body["reason"]


def write(lab, place, content, **headers):
    return lab.http.put(f"{DS}/{place}", content=content, headers=TEXT | headers)


def test_text_is_written_padded_and_read_without_the_padding(lab):
    lab.library("USER.LIB")
    assert write(lab, "USER.LIB(A)", "ONE\n\nTHREE\n").status_code == 201
    assert [len(record) for record in lab.records("USER.LIB", "A")] == [80, 80, 80]
    answer = lab.http.get(f"{DS}/USER.LIB(A)")
    assert answer.text == "ONE\n\nTHREE\n"
    assert answer.headers["Content-Type"].lower() == "text/plain; charset=utf-8"
    assert write(lab, "USER.LIB(A)", "AGAIN").status_code == 204
    assert lab.text("USER.LIB", "A") == ["AGAIN"]
    assert write(lab, "USER.LIB(A)", "").status_code == 204
    assert lab.records("USER.LIB", "A") == []


def test_an_empty_line_of_a_variable_data_set_comes_back_empty(lab):
    lab.sequential("USER.VAR", recfm="VB", lrecl=84)
    assert write(lab, "USER.VAR", "A\n\n B \n").status_code == 204
    assert lab.records("USER.VAR")[1] == b"\x40"
    assert lab.http.get(f"{DS}/USER.VAR").text == "A\n\n B \n"


def test_binary_and_record_transfer_bytes_as_they_are(lab):
    lab.sequential("USER.DATA", lrecl=4, blksize=40)
    write(lab, "USER.DATA", b"\x00\x01\x02\x03\xff\xfe", **{"X-IBM-Data-Type": "binary"})
    answer = lab.http.get(f"{DS}/USER.DATA", headers={"X-IBM-Data-Type": "binary"})
    assert answer.content == b"\x00\x01\x02\x03\xff\xfe\x00\x00"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    records = lab.http.get(f"{DS}/USER.DATA", headers={"X-IBM-Data-Type": "record"}).content
    assert records == b"\0\0\0\4\x00\x01\x02\x03\0\0\0\4\xff\xfe\x00\x00"
    lab.sequential("USER.VAR", recfm="VB", lrecl=20)
    assert write(lab, "USER.VAR", b"\0\0\0\1A\0\0\0\2BC", **{"X-IBM-Data-Type": "record"}).status_code == 204
    assert lab.records("USER.VAR") == [b"A", b"BC"]
    assert write(lab, "USER.VAR", b"\0\0\0\5A", **{"X-IBM-Data-Type": "record"}).status_code == 400
    assert lab.records("USER.VAR") == [b"A", b"BC"]


@given(st.lists(st.binary(min_size=1, max_size=16)))
def test_records_of_any_bytes_survive_the_transfer(records):
    form = RecordFormat("VB", 20, 400)
    assert split_records(encode_records(records, "record")) == records
    assert DataType("record").records(encode_records(records, "record"), form).records == records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.from_regex(r"[ -~]{0,79}[!-~]|", fullmatch=True)))
def test_text_lines_survive_the_transfer(lines):
    kind = DataType()
    for form in (RecordFormat("FB", 80, 800), RecordFormat("VB", 84, 888)):
        body = "".join(line + "\n" for line in lines).encode()
        stored = kind.records(body, form)
        assert (stored.cut, kind.body(stored.records, form)) == (0, body)


def test_a_line_that_is_too_long_is_cut_the_rest_is_written_and_the_answer_is_500(lab):
    lab.library("USER.LIB", A="OLD")
    answer = write(lab, "USER.LIB(A)", "FIRST\n" + "X" * 100 + "\nTHIRD\n")
    assert answer.status_code == 500
    assert "Record 2" in answer.json()["details"][0]
    assert lab.text("USER.LIB", "A") == ["FIRST", "X" * 80, "THIRD"]
    assert write(lab, "USER.LIB(A)", "Y" * 80).status_code == 204


def test_text_that_the_code_page_lacks_is_refused_and_nothing_is_written(lab):
    lab.library("USER.LIB", A="OLD")
    assert write(lab, "USER.LIB(A)", "price 5 \u4e2d".encode()).status_code == 400
    assert write(lab, "USER.LIB(A)", b"\xff\xfe").status_code == 400
    assert lab.text("USER.LIB", "A") == ["OLD"]


def test_another_code_page_can_be_asked_for(lab):
    lab.sequential("USER.DATA")
    other = {"X-IBM-Data-Type": "text;fileEncoding=IBM-037"}
    write(lab, "USER.DATA", "[X]", **other)
    assert lab.records("USER.DATA")[0][:3] == b"\xba\xe7\xbb"
    assert lab.http.get(f"{DS}/USER.DATA", headers=other).text == "[X]\n"
    for wrong in ("text;fileEncoding=KLINGON", "picture", "text;x=y"):
        assert lab.http.get(f"{DS}/USER.DATA", headers={"X-IBM-Data-Type": wrong}).status_code == 400


def test_carriage_returns_are_line_ends_only_if_said(lab):
    lab.sequential("USER.DATA")
    write(lab, "USER.DATA", "A\r\nB\r\n", **{"X-IBM-Data-Type": "text;crlf=true"})
    assert lab.text("USER.DATA") == ["A", "B"]


def test_ranges_and_searches_choose_records(lab):
    lab.sequential("USER.DATA", "ZERO", "ONE", "TWO", "THREE")
    get = lambda **how: lab.http.get(f"{DS}/USER.DATA", **how)  # noqa: E731
    assert get(headers={"X-IBM-Record-Range": "1-2"}).text == "ONE\nTWO\n"
    assert get(headers={"X-IBM-Record-Range": "2,9"}).text == "TWO\nTHREE\n"
    assert get(params={"search": "one", "maxreturnsize": "1"}).text == "ONE\n"
    assert get(params={"research": "^T.*E$"}).text == "THREE\n"
    assert get(params={"search": "one", "insensitive": "false"}).text == ""
    for wrong in ({"headers": {"X-IBM-Record-Range": "3-1"}}, {"params": {"research": "("}}):
        assert get(**wrong).status_code == 400


def test_tags_guard_against_another_writer(lab):
    lab.library("USER.LIB", A="ONE")
    tag = lab.http.get(f"{DS}/USER.LIB(A)").headers["ETag"]
    assert lab.http.get(f"{DS}/USER.LIB(A)", headers={"X-IBM-Data-Type": "binary"}).headers["ETag"] == tag
    unchanged = lab.http.get(f"{DS}/USER.LIB(A)", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", tag)
    mine = write(lab, "USER.LIB(A)", "TWO", **{"If-Match": tag, "X-IBM-Return-Etag": "true"})
    assert mine.status_code == 204
    assert mine.headers["ETag"] == lab.http.get(f"{DS}/USER.LIB(A)").headers["ETag"] != tag
    for stale in (tag, f'"{tag}"', "X, Y"):
        assert write(lab, "USER.LIB(A)", "THREE", **{"If-Match": stale}).status_code == 412
    assert write(lab, "USER.LIB(NEW)", "X", **{"If-Match": "*"}).status_code == 412
    assert lab.text("USER.LIB", "A") == ["TWO"]
    weak = f'W/"{mine.headers["ETag"]}"'
    assert write(lab, "USER.LIB(A)", "THREE", **{"If-Match": weak}).status_code == 204


def test_what_is_not_there_is_404(lab):
    lab.library("USER.LIB")
    assert refusal(lab.http.get(f"{DS}/USER.NONE")) == (404, 6, 8, 0)
    assert refusal(lab.http.get(f"{DS}/USER.LIB(NONE)")) == (404, 6, 8, 524)
    assert refusal(write(lab, "USER.NONE(A)", "X")) == (404, 6, 8, 0)
    assert refusal(lab.http.get(f"{DS}/USER.NONE/member")) == (404, 4, 8, 0)


def test_a_library_is_not_read_and_a_sequential_data_set_has_no_members(lab):
    lab.library("USER.LIB", A="X")
    lab.sequential("USER.DATA", "X")
    assert refusal(lab.http.get(f"{DS}/USER.LIB"))[0] == 500
    assert refusal(lab.http.get(f"{DS}/USER.DATA(A)"))[0] == 500
    assert refusal(write(lab, "USER.LIB", "X"))[0] == 500
    assert refusal(lab.http.get(f"{DS}/USER.DATA/member"))[0] == 500


def test_a_full_data_set_is_500_with_the_abend(lab):
    lab.sequential("USER.DATA", "OLD")
    answer = write(lab, "USER.DATA", ("X" * 80 + "\n") * 5000)
    assert (answer.status_code, answer.json()["message"]) == (500, "ABEND SD37")
    lab.library("USER.LIB", A="OLD")
    assert write(lab, "USER.LIB(A)", ("X" * 80 + "\n") * 50000).status_code == 500
    assert lab.text("USER.LIB", "A") == ["OLD"]


@pytest.mark.parametrize("method", ["read", "write", "members", "delete", "rename"])
def test_a_protected_data_set_is_500_with_913_whether_it_is_there_or_not(lab, method):
    lab.library("SECRET.LIB", A="X")
    lab.library("USER.LIB", A="X")
    lab.system.profiles = parse(["SECRET.**  READ(NOBODY)  UPDATE(NOBODY)"])
    calls = {
        "read": lambda dsn: lab.http.get(f"{DS}/{dsn}(A)"),
        "write": lambda dsn: write(lab, f"{dsn}(A)", "Y"),
        "members": lambda dsn: lab.http.get(f"{DS}/{dsn}/member"),
        "delete": lambda dsn: lab.http.delete(f"{DS}/{dsn}"),
        "rename": lambda dsn: lab.http.put(
            f"{DS}/{dsn}", json={"request": "rename", "from-dataset": {"dsn": "USER.LIB"}}
        ),
    }
    answers = [calls[method](dsn) for dsn in ("SECRET.LIB", "SECRET.NONE")]
    assert [refusal(answer) for answer in answers] == [(500, 4, 8, 0)] * 2
    assert answers[0].json() == answers[1].json()
    assert "913" in answers[0].json()["details"][0]
    assert lab.text("SECRET.LIB", "A") == ["X"]


def test_who_may_read_may_not_write(lab):
    lab.sequential("USER.DATA", "X")
    lab.system.profiles = parse(["USER.**  READ(IBMUSER)  UPDATE(OTHER)"])
    assert lab.http.get(f"{DS}/USER.DATA").text == "X\n"
    assert refusal(write(lab, "USER.DATA", "Y")) == (500, 4, 8, 0)
    assert lab.client("OTHER").put(f"{DS}/USER.DATA", content="Y", headers=TEXT).status_code == 204


def test_what_a_job_holds_is_in_use_with_the_holder_named(lab):
    lab.library("USER.LIB", A="X")
    with lab.system.enq.hold("USER.LIB", False, "OTHERJOB JOB00099"):
        for answer in (lab.http.get(f"{DS}/USER.LIB(A)"), write(lab, "USER.LIB(A)", "Y")):
            assert refusal(answer) == (500, 6, 8, 0)
            assert "IKJ56225I" in answer.json()["details"][0]
            assert "OTHERJOB" in answer.json()["details"][-1]
    with lab.system.enq.hold("USER.LIB", True, "IMSP STC00001"):
        assert lab.http.get(f"{DS}/USER.LIB(A)").status_code == 200
        assert write(lab, "USER.LIB(A)", "Y").status_code == 204
        assert refusal(lab.http.delete(f"{DS}/USER.LIB")) == (500, 6, 8, 0)
    with lab.system.enq.hold("USER.LIB(A)", False, "OTHER TSU00001"):
        assert refusal(write(lab, "USER.LIB(A)", "Z")) == (500, 6, 8, 0)
        assert write(lab, "USER.LIB(B)", "Z").status_code == 201
    assert lab.system.enq.names() == []


def test_two_users_writing_one_data_set_do_not_mix(lab):
    lab.sequential("USER.DATA", "X")
    with lab.system.enq.hold("USER.DATA", True, "IBMUSER TSU99999"):
        assert refusal(write(lab, "USER.DATA", "Y")) == (500, 6, 8, 0)
        assert lab.http.get(f"{DS}/USER.DATA").text == "X\n"


def test_the_disk_audit_names_the_user_who_wrote(lab):
    lab.client("WRITER1").post(f"{DS}/USER.NEW", json={"primary": 1, "lrecl": 80, "volser": "LABWK1"})
    lab.client("WRITER2").put(f"{DS}/USER.NEW", content="X", headers=TEXT)
    assert {"WRITER1", "WRITER2"} <= set(lab.system.dasd.audit.writers("LABWK1"))
    assert writer.get() == "SYSTEM"


def test_members_are_listed_by_pattern_and_page_with_their_statistics(lab):
    lab.library("USER.LIB")
    for name in ("ALPHA", "ALPINE", "BETA", "B1", "#HASH"):
        write(lab, f"USER.LIB({name.replace('#', '%23')})", "A\nB\n")
    get = lambda **how: lab.http.get(f"{DS}/USER.LIB/member", **how).json()  # noqa: E731
    members = lambda body: [item["member"] for item in body["items"]]  # noqa: E731
    assert members(get()) == ["#HASH", "ALPHA", "ALPINE", "BETA", "B1"]
    assert members(get(params={"pattern": "AL*"})) == ["ALPHA", "ALPINE"]
    assert members(get(params={"pattern": "B%"})) == ["B1"]
    page = get(params={"start": "ALPINE"}, headers={"X-IBM-Max-Items": "2"})
    assert (members(page), page["moreRows"]) == (["ALPINE", "BETA"], True)
    row = get(params={"pattern": "BETA"}, headers={"X-IBM-Attributes": "base"})["items"][0]
    assert (row["vers"], row["mod"], row["cnorc"], row["user"], row["sclm"]) == (1, 0, 2, "IBMUSER", "N")
    write(lab, "USER.LIB(BETA)", "A\n")
    row = get(params={"pattern": "BETA"}, headers={"X-IBM-Attributes": "base"})["items"][0]
    assert (row["mod"], row["cnorc"], row["inorc"]) == (1, 1, 2)
    long = lab.http.get(f"{DS}/USER.LIB/member", params={"pattern": "TOOLONG*X"})
    assert refusal(long) == (400, 1, 4, 13)


def test_a_generation_is_read_by_its_relative_number(lab):
    lab.system.catalogs.define_gdg("USER.GDG", 3)
    for number in (1, 2):
        lab.sequential(f"USER.GDG.G000{number}V00", f"GENERATION {number}")
    assert lab.http.get(f"{DS}/USER.GDG(0)").text == "GENERATION 2\n"
    assert lab.http.get(f"{DS}/USER.GDG(-1)").text == "GENERATION 1\n"
    assert lab.http.get(f"{DS}/USER.GDG(-5)").status_code == 404


def test_an_enqueue_over_several_requests_is_refused_and_not_forgotten(lab):
    lab.sequential("USER.DATA", "X")
    answer = lab.http.get(f"{DS}/USER.DATA", headers={"X-IBM-Obtain-ENQ": "EXCLU"})
    assert answer.status_code == 400


def test_idcams_prints_its_listing_and_above_four_it_is_an_error_with_the_listing(lab):
    lab.sequential("USER.DATA", "X")
    ams = "/zosmf/restfiles/ams"
    good = lab.http.put(ams, content=json.dumps({"input": ["LISTCAT ENTRIES(USER.DATA) ALL"], "JSONversion": 1}))
    assert good.status_code == 200, good.text
    assert (good.json()["rc"], good.json()["JSONversion"]) == (0, 1)
    assert any("USER.DATA" in line for line in good.json()["output"])
    bad = lab.http.put(ams, json={"input": ["DELETE USER.NONE"], "JSONversion": 1})
    assert bad.status_code == 500
    assert bad.json()["rc"] == 8
    assert lab.system.jes.jobs() == []


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"input":"x"}', '{"input":[]}', '{"input":["x"],"JSONversion":2}', '{"input":["a\\nb"]}']
)
def test_wrong_input_for_idcams_is_400(lab, body):
    assert lab.http.put("/zosmf/restfiles/ams", content=body).status_code == 400
    long = json.dumps({"input": ["X" * 256]})
    assert lab.http.put("/zosmf/restfiles/ams", content=long).status_code == 400
