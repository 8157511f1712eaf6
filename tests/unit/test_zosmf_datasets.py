"""Data sets through z/OSMF: paging, records, ETags, and the source that must not be written to."""

import json
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.zosmf import Client, Connection, Protected
from imsclone.zosmf.datasets import Allocation, split_records
from imsclone.zosmf.errors import EtagMismatch, NotFound, RecordsCut, RecordTooLong, ServiceError, SourceWriteRefused

SOURCE = Protected(("IMSP.**", "UCAT.IMSP"), frozenset({"IMSP01"}), frozenset({"IMSP"}))


def client(handler):
    connection = Connection(host="zos.example", user="IBMUSER", password="x")
    return Client(connection, SOURCE, http=httpx.MockTransport(handler), sleep=lambda _: None)


def never(request):
    raise AssertionError(f"{request.method} {request.url} was sent")


def test_a_list_is_read_page_by_page_and_no_name_comes_twice():
    names = [f"IMSP.DS{n}" for n in range(5)]
    starts = []

    def handler(request):
        start = request.url.params.get("start", names[0])
        starts.append(start)
        rows = [{"dsname": name, "vol": "IMSP01", "lrecl": "80", "blksz": "27920"} for name in names if name >= start][
            :3
        ]
        more = {"moreRows": True} if rows[-1]["dsname"] != names[-1] else {}
        return httpx.Response(200, json={"items": rows, "returnedRows": len(rows), "JSONversion": 1} | more)

    found = client(handler).data_sets("IMSP.**")
    assert [one.dsname for one in found] == names
    assert starts == ["IMSP.DS0", "IMSP.DS2"]
    assert found[0].lrecl == 80
    assert found[0].volsers == ("IMSP01",)


def test_no_match_is_an_empty_list_and_odd_volumes_are_no_volumes():
    assert client(lambda _: httpx.Response(200, json={"items": [], "returnedRows": 0})).data_sets("X.**") == ()
    rows = [
        {"dsname": "A", "vol": "*ALIAS"},
        {"dsname": "B", "vol": "MIGRAT", "migr": "YES"},
        {"dsname": "C", "vol": "*VSAM*"},
    ]
    found = client(lambda _: httpx.Response(200, json={"items": rows})).data_sets("*")
    assert [one.volser for one in found] == ["", "", ""]
    assert found[1].migrated


def test_members_are_listed_and_a_missing_library_is_not_found():
    rows = {"items": [{"member": "DFSPBIMS"}, {"member": "IMSP"}]}
    assert client(lambda _: httpx.Response(200, json=rows)).members("IMSP.PROCLIB") == ("DFSPBIMS", "IMSP")
    missing = {"category": 4, "rc": 8, "reason": 0, "message": "not cataloged"}
    with pytest.raises(NotFound):
        client(lambda _: httpx.Response(404, json=missing)).members("IMSP.GONE")


def test_text_is_read_with_its_etag_and_written_only_over_what_was_read():
    def handler(request):
        if request.method == "GET":
            assert unquote(request.url.path) == "/zosmf/restfiles/ds/IMST.PROCLIB(IMST)"
            return httpx.Response(200, text="//A PROC  \n//B EXEC\n", headers={"ETag": "T1"})
        status = 204 if request.headers["if-match"] == "T1" else 412
        return httpx.Response(status, headers={"ETag": "T2"})

    zosmf = client(handler)
    text = zosmf.read_text("IMST.PROCLIB", "IMST")
    assert text.lines == ("//A PROC", "//B EXEC")
    assert zosmf.write_text("IMST.PROCLIB", text.lines, "IMST", etag=text.etag) == "T2"
    with pytest.raises(EtagMismatch):
        zosmf.write_text("IMST.PROCLIB", text.lines, "IMST", etag="OLD")


def test_a_line_too_long_is_refused_before_anything_is_lost():
    with pytest.raises(RecordTooLong, match="line 2 has 81"):
        client(never).write_text("IMST.PROCLIB", ["OK", "X" * 81], "IMST")


@given(st.lists(st.binary(max_size=40)))
def test_records_come_apart_as_they_were_put_together(records):
    content = b"".join(len(record).to_bytes(4, "big") + record for record in records)
    assert list(split_records("A", content)) == records
    if content:
        with pytest.raises(RecordsCut):
            list(split_records("A", content[:-1]))


def test_records_are_read_unconverted():
    def handler(request):
        assert request.headers["x-ibm-data-type"] == "record"
        return httpx.Response(200, content=b"\0\0\0\2\xc1\xc2")

    assert client(handler).read_records("CLONE.DCOUT") == (b"\xc1\xc2",)


@pytest.mark.parametrize(
    "write",
    [
        lambda zosmf: zosmf.write_text("IMSP.PROCLIB", ["X"], "IMSP"),
        lambda zosmf: zosmf.write_text("imsp.proclib", ["X"], "IMSP"),
        lambda zosmf: zosmf.delete("IMSP.RECON1"),
        lambda zosmf: zosmf.delete("OTHER.NAME", volser="IMSP01"),
        lambda zosmf: zosmf.create("IMSP.NEW", Allocation()),
        lambda zosmf: zosmf.create("CLONE.NEW", Allocation(volser="IMSP01")),
        lambda zosmf: zosmf.rename("IMST.A", "IMSP.A"),
        lambda zosmf: zosmf.rename("IMSP.A", "IMST.A"),
        lambda zosmf: zosmf.access_method_services([" DELETE IMSP.RECON1"]),
        lambda zosmf: zosmf.access_method_services([" EXPORT -", " UCAT.IMSP DISCONNECT"]),
        lambda zosmf: zosmf.access_method_services([" DEFINE CLUSTER(NAME(IMST.A) VOLUMES(IMSP01))"]),
    ],
)
def test_a_write_to_the_source_is_refused_before_anything_is_sent(write):
    with pytest.raises(SourceWriteRefused):
        write(client(never))


def test_the_source_ims_is_never_started_as_a_clone():
    SOURCE.start("IMST")
    with pytest.raises(SourceWriteRefused, match="IMS IMSP"):
        SOURCE.start("imsp")


def test_reading_the_source_is_allowed():
    answer = client(lambda _: httpx.Response(200, json={"rc": 0, "output": ["LISTING"]})).access_method_services(
        [" LISTCAT ENTRIES(IMSP.RECON1)"]
    )
    assert answer.lines == ("LISTING",)


def test_idcams_above_four_is_an_answer_and_an_error_report_is_not():
    refused = {"rc": 12, "output": ["IDC3012I ENTRY NOT FOUND"], "JSONversion": 1}
    zosmf = client(lambda _: httpx.Response(500, json=refused))
    assert zosmf.access_method_services([" LISTCAT ENT(X)"]).rc == 12
    with pytest.raises(ServiceError):
        client(
            lambda _: httpx.Response(400, json={"category": 1, "rc": 4, "reason": 1, "message": "no"})
        ).access_method_services([" X"])


def test_a_create_document_holds_no_empty_optional_field():
    seen = []

    def handler(request):
        seen.append(json.loads(request.content))
        return httpx.Response(201)

    client(handler).create("CLONE.WORK", Allocation(primary=5, volser="LABWK1"))
    assert seen == [
        {"dsorg": "PS", "recfm": "FB", "lrecl": 80, "alcunit": "TRK", "primary": 5, "secondary": 1, "volser": "LABWK1"}
    ]
