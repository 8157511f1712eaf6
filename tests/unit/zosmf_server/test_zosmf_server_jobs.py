"""Jobs: submitted, watched, read, cancelled and purged, in the words and codes of z/OSMF."""

import json
from urllib.parse import quote, urlsplit

import pytest

JOBS = "/zosmf/restjobs/jobs"
GO = "//GO EXEC PGM=IEFBR14"
SLEEP = "//GO EXEC PGM=SLEEPER"
PRINT = ("//GEN EXEC PGM=IEBGENER", "//SYSPRINT DD DUMMY", "//SYSIN DD DUMMY", "//SYSUT2 DD SYSOUT=*", "//SYSUT1 DD *")


def refusal(answer):
    body = answer.json()
    return answer.status_code, body["category"], body["rc"], body["reason"]


def spool(lab, job, ddname, **how):
    files = lab.http.get(f"{JOBS}/{job['jobname']}/{job['jobid']}/files").json()
    found = next(file for file in files if file["ddname"] == ddname)
    return lab.http.get(f"{JOBS}/{job['jobname']}/{job['jobid']}/files/{found['id']}/records", **how)


def test_a_submitted_job_is_201_and_has_no_retcode_before_it_has_ended(lab):
    job = lab.submit(SLEEP)
    lab.running(job)
    active = lab.http.get(f"{JOBS}/TESTJOB/{job['jobid']}").json()
    assert (active["status"], active["retcode"], active["owner"]) == ("ACTIVE", None, "IBMUSER")
    lab.http.put(f"{JOBS}/TESTJOB/{job['jobid']}", json={"request": "cancel", "version": "2.0"})
    assert lab.ended(job)["retcode"] in ("ABEND S222", "CANCELED")


def test_an_ended_job_shows_padded_step_names_and_utc_times(lab):
    ended = lab.ended(lab.submit(GO, "//TWO EXEC PGM=NOSUCH"))
    assert ended["status"] == "OUTPUT"
    first, second = ended["step-data"]
    assert (first["step-name"], first["program-name"], first["completion"]) == ("GO      ", "IEFBR14 ", "CC 0000")
    assert (first["step-number"], first["active"]) == (1, False)
    assert second["completion"] == "ABEND S806"
    assert ended["retcode"] == "ABEND S806"
    assert ended["exec-ended"].endswith("Z")
    assert len(ended["exec-ended"]) == len("2026-01-01T00:00:00.000Z")


def test_a_job_is_found_by_its_correlator_with_the_colon_encoded_and_the_slash_too(lab):
    job = lab.submit(GO, headers={"X-IBM-User-Correlator": "CLONE1"})
    lab.ended(job)
    assert job["job-correlator"].endswith(":CLONE1")
    assert "%3ACLONE1" in job["url"]
    path = urlsplit(job["url"]).path
    assert lab.http.get(path).json()["jobid"] == job["jobid"]
    assert lab.http.get(urlsplit(job["files-url"]).path).json()[0]["ddname"] == "JESMSGLG"
    for form in (f"TESTJOB%2F{job['jobid']}", f"testjob/{str(job['jobid']).lower()}", quote(job["job-correlator"])):
        assert lab.http.get(f"{JOBS}/{form}").json()["jobid"] == job["jobid"]
    assert lab.http.get(f"{JOBS}?user-correlator=CLONE1&owner=*").json()[0]["jobid"] == job["jobid"]
    assert lab.http.get(f"{JOBS}?user-correlator=OTHER&owner=*").json() == []


@pytest.mark.parametrize(
    "reference", ["TESTJOB/JOB09999", "OTHER/JOB00001", "J0000001LAB1....00000000.......:X", "JOB00001"]
)
@pytest.mark.parametrize("tail", ["", "/files", "/files/2/records"])
def test_an_unknown_job_is_400_and_not_404(lab, reference, tail):
    lab.ended(lab.submit(GO))
    assert refusal(lab.http.get(f"{JOBS}/{reference}{tail}")) == (400, 6, 4, 10)


def test_a_malformed_job_id_is_500_of_category_8(lab):
    assert refusal(lab.http.get(f"{JOBS}/TESTJOB/NOTANID")) == (500, 8, 0, 8)


@pytest.mark.parametrize(
    ("jcl", "reason"),
    [("//GO EXEC PGM=IEFBR14", 13), ("", 3), ("//A JOB\n" + "X" * 81, 9)],
)
def test_input_that_is_no_job_is_refused_with_its_reason(lab, jcl, reason):
    answer = lab.http.put(JOBS, content=jcl, headers={"Content-Type": "text/plain"})
    assert refusal(answer) == (400, 6, 4, reason)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-IBM-User-Correlator": "lower"},
        {"X-IBM-Intrdr-Mode": "CARDS"},
        {"X-IBM-Intrdr-Recfm": "V"},
        {"X-IBM-JCL-Symbol-TOOLONGNAME": "X"},
        {"X-IBM-Notification-URL": "http://client"},
    ],
)
def test_a_header_that_is_wrong_or_not_supported_is_refused_and_nothing_is_submitted(lab, headers):
    answer = lab.http.put(JOBS, content=f"//A JOB\n{GO}", headers={"Content-Type": "text/plain"} | headers)
    assert answer.status_code == 400
    assert lab.http.get(f"{JOBS}?owner=*").json() == []


def test_jcl_errors_come_with_the_job_and_not_with_the_submit(lab):
    assert lab.ended(lab.submit("//GO EXEC NONSENSE=1"))["retcode"] == "JCL ERROR"


def test_symbols_in_headers_are_set_for_the_jcl(lab):
    job = lab.submit("//GO EXEC PGM=&WHAT", headers={"X-IBM-JCL-Symbol-WHAT": "IEFBR14"})
    assert lab.ended(job)["retcode"] == "CC 0000"


def test_jcl_is_submitted_from_a_member(lab):
    lab.library("USER.JCL", GOOD=f"//FROMLIB JOB\n{GO}", BAD=GO)
    submit = {"Content-Type": "application/json"}
    answer = lab.http.put(JOBS, content=json.dumps({"file": "//'USER.JCL(GOOD)'"}), headers=submit)
    assert (answer.status_code, answer.json()["jobname"]) == (201, "FROMLIB")
    for file, wanted in (
        ("//'USER.NONE(GOOD)'", (400, 6, 4, 16)),
        ("//'USER.JCL(NONE)'", (500, 6, 8, 5)),
        ("//'USER.JCL(BAD)'", (400, 6, 4, 13)),
        ("USER.JCL(GOOD)", (400, 6, 4, 17)),
        ("/u/ibmuser/job.jcl", (500, 6, 8, 5)),
    ):
        assert refusal(lab.http.put(JOBS, json={"file": file})) == wanted


def test_binary_input_is_card_images_in_ebcdic(lab):
    cards = b"".join(card.ljust(80).encode("cp1047") for card in ("//BINJOB JOB", GO))
    headers = {"Content-Type": "application/octet-stream", "X-IBM-Intrdr-Mode": "BINARY"}
    assert lab.http.put(JOBS, content=cards, headers=headers).json()["jobname"] == "BINJOB"
    assert refusal(lab.http.put(JOBS, content=cards[:-1], headers=headers)) == (400, 6, 4, 9)


def test_spool_is_read_whole_in_ranges_and_as_records(lab):
    job = lab.submit(*PRINT, "LINE 0", "LINE 1", "LINE 2", "/*")
    assert lab.ended(job)["retcode"] == "CC 0000"
    assert spool(lab, job, "SYSUT2").text.split() == ["LINE", "0", "LINE", "1", "LINE", "2"]
    for header, lines in (("0-1", "LINE 0,LINE 1"), ("1,1", "LINE 1"), ("2-9", "LINE 2"), ("-1", "LINE 2")):
        text = spool(lab, job, "SYSUT2", headers={"X-IBM-Record-Range": header}).text
        assert ",".join(line.strip() for line in text.splitlines()) == lines
    assert refusal(spool(lab, job, "SYSUT2", headers={"X-IBM-Record-Range": "x"})) == (400, 6, 4, 11)
    raw = spool(lab, job, "SYSUT2", params={"mode": "record"}).content
    length = int.from_bytes(raw[:4], "big")
    assert raw[4 : 4 + length].decode("cp1047").strip() == "LINE 0"
    found = spool(lab, job, "SYSUT2", params={"search": "line 1", "maxreturnsize": "1"}).text
    assert found.strip() == "LINE 1"


def test_the_jcl_can_be_read_back_and_a_file_that_is_not_there_is_reason_12(lab):
    job = lab.submit(GO)
    lab.ended(job)
    base = f"{JOBS}/TESTJOB/{job['jobid']}/files"
    assert lab.http.get(f"{base}/JCL/records").text == f"//TESTJOB JOB (ACCT)\n{GO}\n"
    for wanted in ("999", "NAME"):
        assert refusal(lab.http.get(f"{base}/{wanted}/records")) == (400, 6, 4, 12)


def test_spool_documents_count_what_is_there(lab):
    job = lab.submit(*PRINT, "ONE", "TWO", "/*")
    lab.ended(job)
    files = {file["ddname"]: file for file in lab.http.get(f"{JOBS}/TESTJOB/{job['jobid']}/files").json()}
    assert [files[name]["id"] for name in ("JESMSGLG", "JESJCL", "JESYSMSG")] == [2, 3, 4]
    assert files["JESMSGLG"]["stepname"] == "JES2"
    assert (files["SYSUT2"]["record-count"], files["SYSUT2"]["stepname"]) == (2, "GEN")


def test_lists_filter_by_owner_prefix_and_status(lab):
    lab.ended(lab.submit(GO, name="AAA1"))
    lab.ended(lab.submit(GO, name="BBB1"))
    names = lambda query: [job["jobname"] for job in lab.http.get(f"{JOBS}?{query}").json()]  # noqa: E731
    assert names("") == ["AAA1", "BBB1"]
    assert names("prefix=aaa*") == ["AAA1"]
    assert names("owner=NOBODY") == []
    assert names("max-jobs=1") == ["AAA1"]
    assert names("max-jobs=wrong") == ["AAA1", "BBB1"]
    assert names("status=active") == []
    assert refusal(lab.http.get(f"{JOBS}?owner=NINECHARS")) == (400, 6, 4, 4)


def test_version_1_answers_202_with_nothing_and_version_2_with_feedback(lab):
    job = lab.submit(SLEEP)
    path = f"{JOBS}/TESTJOB/{job['jobid']}"
    answer = lab.http.put(path, json={"request": "cancel"})
    assert (answer.status_code, answer.content) == (202, b"")
    lab.ended(job)
    answer = lab.http.delete(path, headers={"X-IBM-Job-Modify-Version": "2.0"})
    assert (answer.status_code, answer.json()["status"]) == (200, "0")
    assert refusal(lab.http.delete(path)) == (400, 6, 4, 10)


def test_a_held_job_waits_until_it_is_released(lab):
    job = lab.submit(GO, name="HELD")
    assert lab.ended(job)["retcode"] == "CC 0000"
    jcl = "//HELD JOB TYPRUN=HOLD\n" + GO
    job = lab.http.put(JOBS, content=jcl, headers={"Content-Type": "text/plain"}).json()
    path = f"{JOBS}/HELD/{job['jobid']}"
    assert "held" in lab.http.get(path).json()["reason-not-running"]
    assert lab.http.put(path, json={"request": "release", "version": "2.0"}).status_code == 200
    assert lab.ended(job)["retcode"] == "CC 0000"


@pytest.mark.parametrize("body", ["", "[]", '{"request":"explode"}', '{"request":["cancel"]}', '{"class":"B"}'])
def test_a_request_to_modify_that_is_not_known_is_refused(lab, body):
    job = lab.submit(GO)
    answer = lab.http.put(f"{JOBS}/TESTJOB/{job['jobid']}", content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, 6, 4, 5)
