"""Data sets: listed, allocated, deleted, renamed and copied, with the answers of z/OSMF."""

import pytest

from zoslab.dasd.volume import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.jes.protection import parse

DS = "/zosmf/restfiles/ds"
BASE = {"X-IBM-Attributes": "base"}


def refusal(answer):
    body = answer.json()
    return answer.status_code, body["category"], body["rc"], body["reason"]


def listed(lab, level, **headers):
    return lab.http.get(DS, params={"dslevel": level}, headers=headers).json()


def names(lab, level, **params):
    items = lab.http.get(DS, params={"dslevel": level, **params}).json()["items"]
    return [item["dsname"] for item in items]


def test_a_row_has_strings_only_and_the_documented_keys(lab):
    lab.sequential("USER.DATA", "ONE")
    body = lab.http.get(DS, params={"dslevel": "USER.*"}, headers=BASE).json()
    assert (body["returnedRows"], body["JSONversion"]) == (1, 1)
    assert "moreRows" not in body
    assert "totalRows" not in body
    (row,) = body["items"]
    assert all(isinstance(value, str) for value in row.values())
    wanted = {
        "dsname": "USER.DATA",
        "blksz": "8000",
        "lrecl": "80",
        "recfm": "FB",
        "dsorg": "PS",
        "sizex": "2",
        "extx": "1",
        "spacu": "TRACKS",
        "used": "50",
        "dev": "3390",
        "edate": "***None***",
        "catnm": "CATALOG.MASTER",
        "migr": "NO",
        "mvol": "N",
        "dsntp": "BASIC",
    }
    assert wanted.items() <= row.items()
    assert row["vol"] == row["vols"]
    assert len(row["cdate"]) == len("2026/01/01")


def test_no_match_is_200_and_empty(lab):
    answer = lab.http.get(DS, params={"dslevel": "NONE.**"})
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "returnedRows": 0, "JSONversion": 1}


def test_levels_match_as_ispf_matches_them(lab):
    for name in ("USER.A", "USER.A.B", "USER.AB", "USERX.A"):
        lab.sequential(name)
    assert names(lab, "USER") == ["USER.A", "USER.A.B", "USER.AB"]
    assert names(lab, "user.a") == ["USER.A", "USER.A.B"]
    assert names(lab, "USER.A*") == ["USER.A", "USER.A.B", "USER.AB"]
    assert names(lab, "USER.A%") == ["USER.AB"]
    assert names(lab, "USER*.A") == ["USER.A", "USER.A.B", "USERX.A"]
    assert names(lab, "**.B") == ["USER.A.B"]


def test_pages_follow_each_other_with_the_start_included(lab):
    for number in range(5):
        lab.sequential(f"USER.D{number}")
    headers = {"X-IBM-Max-Items": "2", "X-IBM-Attributes": "dsname,total"}
    first = lab.http.get(DS, params={"dslevel": "USER"}, headers=headers).json()
    assert [item["dsname"] for item in first["items"]] == ["USER.D0", "USER.D1"]
    assert (first["moreRows"], first["totalRows"], first["returnedRows"]) == (True, 5, 2)
    last = lab.http.get(DS, params={"dslevel": "USER", "start": "USER.D3"}, headers=headers).json()
    assert [item["dsname"] for item in last["items"]] == ["USER.D3", "USER.D4"]
    assert "moreRows" not in last


@pytest.mark.parametrize(
    ("params", "headers"),
    [
        ({}, {}),
        ({"dslevel": "X" * 45}, {}),
        ({"dslevel": "A B"}, {}),
        ({"dslevel": "A"}, {"X-IBM-Max-Items": "many"}),
        ({"dslevel": "A"}, {"X-IBM-Attributes": "all"}),
    ],
)
def test_a_wrong_list_request_is_400(lab, params, headers):
    assert lab.http.get(DS, params=params, headers=headers).status_code == 400


def test_a_cluster_is_a_row_without_volume_beside_its_components(lab):
    keyed = ClusterAttributes("KSDS", key_length=8, max_record=80)
    lab.system.datasets.create_cluster("USER.KSDS", keyed, Space("TRK", 1), ["LABWK1"])
    rows = {row["dsname"]: row for row in lab.http.get(DS, params={"dslevel": "USER"}, headers=BASE).json()["items"]}
    assert rows["USER.KSDS"]["vol"] == "*VSAM*"
    assert (rows["USER.KSDS.DATA"]["vol"], rows["USER.KSDS.DATA"]["dsorg"]) == ("LABWK1", "VS")
    assert "USER.KSDS.INDEX" in rows


def test_a_volume_is_listed_by_its_vtoc_even_what_is_not_cataloged(lab):
    lab.sequential("USER.ON.WORK")
    lab.system.catalogs.delete("USER.ON.WORK", noscratch=True)
    found = [volser for volser in ("LABRES", "LABWK1") if names(lab, "USER", volser=volser)]
    assert len(found) == 1
    assert names(lab, "USER", volser="NOVOL") == []
    assert names(lab, "USER") == []


def test_a_list_does_not_need_authority_for_what_is_in_it(lab):
    lab.sequential("SECRET.DATA")
    lab.system.profiles = parse(["SECRET.**  READ(NOBODY)  UPDATE(NOBODY)"])
    assert names(lab, "SECRET") == ["SECRET.DATA"]


CREATE = {"dsorg": "PS", "alcunit": "TRK", "primary": 2, "secondary": 1, "recfm": "FB", "lrecl": 80, "blksize": 800}


def test_a_data_set_is_created_as_its_attributes_say(lab):
    answer = lab.http.post(f"{DS}/USER.NEW", json=CREATE | {"volser": "LABWK1"})
    assert (answer.status_code, answer.content) == (201, b"")
    found = lab.system.datasets.find("USER.NEW")
    assert (found.volsers, found.recfm, found.lrecl, found.blksize, found.space.tracks) == (
        ["LABWK1"],
        "FB",
        80,
        800,
        2,
    )
    library = CREATE | {"dsorg": "PO", "dirblk": 3, "alcunit": "CYL", "primary": 1, "blksize": 0}
    assert lab.http.post(f"{DS}/USER.LIB", json=library).status_code == 201
    found = lab.system.datasets.find("USER.LIB")
    assert (found.pds().members(), found.blksize, found.space.tracks) == ([], 27920, 15)


def test_like_takes_what_is_not_said_from_the_model(lab):
    lab.library("USER.MODEL", A="X")
    assert lab.http.post(f"{DS}/USER.COPY", json={"like": "USER.MODEL", "primary": 1}).status_code == 201
    found = lab.system.datasets.find("USER.COPY")
    assert (found.dsorg, found.recfm, found.lrecl, found.blksize) == ("PO", "FB", 80, 8000)


@pytest.mark.parametrize(
    "attributes",
    [
        {"primary": 99999},
        {"volser": "NOVOL"},
        {"like": "USER.NONE"},
        {"blksize": 81},
        {"dsorg": "VS"},
        {"dsntype": "LIBRARY"},
        {"unit": "TAPE"},
        {"storclass": "NONE"},
        {"alcunit": "KB"},
        {"dsorg": "PO"},
    ],
)
def test_every_allocation_that_fails_is_answered_alike(lab, attributes):
    answer = lab.http.post(f"{DS}/USER.NEW", json=CREATE | attributes)
    assert refusal(answer) == (500, 8, 900, 7)
    assert answer.json()["message"] == "Dynamic allocation Error"
    assert names(lab, "USER") == []


def test_a_name_that_exists_and_a_name_that_is_protected_are_allocation_errors_too(lab):
    lab.sequential("USER.OLD")
    assert refusal(lab.http.post(f"{DS}/USER.OLD", json=CREATE)) == (500, 8, 900, 7)
    lab.system.profiles = parse(["SECRET.**  READ(NOBODY)  UPDATE(NOBODY)"])
    assert refusal(lab.http.post(f"{DS}/SECRET.NEW", json=CREATE)) == (500, 8, 900, 7)
    assert len(names(lab, "**")) == len(set(names(lab, "**")))


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"primary":"x"}', '{"primary":true}', '{"volser":""}', '{"colour":"red"}']
)
def test_a_wrong_create_document_is_400(lab, body):
    assert lab.http.post(f"{DS}/USER.NEW", content=body).status_code == 400


def test_data_sets_and_members_are_deleted(lab):
    lab.library("USER.LIB", A="X", B="Y")
    assert lab.http.delete(f"{DS}/USER.LIB(A)").status_code == 204
    assert refusal(lab.http.delete(f"{DS}/USER.LIB(A)")) == (404, 4, 8, 524)
    assert lab.http.delete(f"{DS}/USER.LIB").status_code == 204
    assert refusal(lab.http.delete(f"{DS}/USER.LIB")) == (404, 4, 8, 0)
    assert names(lab, "USER") == []


def test_a_data_set_is_deleted_from_the_volume_that_is_named(lab):
    lab.sequential("USER.DATA")
    volser = lab.system.datasets.find("USER.DATA").volsers[0]
    other = {"LABRES": "LABWK1", "LABWK1": "LABRES"}[volser]
    assert refusal(lab.http.delete(f"{DS}/-({other})/USER.DATA")) == (404, 4, 8, 0)
    assert lab.http.delete(f"{DS}/-({volser})/USER.DATA").status_code == 204
    assert names(lab, "USER") == []


def rename(lab, to, dsn, member=""):
    source = {"dsn": dsn} | ({"member": member} if member else {})
    return lab.http.put(f"{DS}/{to}", json={"request": "rename", "from-dataset": source})


def test_data_sets_and_members_are_renamed(lab):
    lab.library("USER.OLD", A="X", B="Y")
    assert rename(lab, "USER.NEW", "USER.OLD").status_code == 200
    assert names(lab, "USER") == ["USER.NEW"]
    assert rename(lab, "USER.NEW(C)", "USER.NEW", "A").status_code == 200
    assert [member.name for member in lab.system.datasets.find("USER.NEW").pds().members()] == ["B", "C"]
    assert rename(lab, "USER.NEW(B)", "USER.NEW", "C").status_code == 500
    assert refusal(rename(lab, "USER.NEW(D)", "USER.NEW", "A")) == (404, 4, 8, 524)


def test_a_rename_that_cannot_be_is_edc5051i_and_changes_nothing(lab):
    lab.sequential("USER.A")
    lab.sequential("USER.B")
    for to, dsn in (("USER.B", "USER.A"), ("USER.C", "USER.NONE")):
        answer = rename(lab, to, dsn)
        assert refusal(answer) == (500, 1, 8, 6)
        assert answer.json()["message"].startswith("EDC5051I")
    assert names(lab, "USER") == ["USER.A", "USER.B"]
    assert rename(lab, "USER.C(X)", "USER.A", "X").status_code == 400


def copy(lab, to, dsn, member="", **more):
    source = {"dsn": dsn} | ({"member": member} if member else {})
    return lab.http.put(f"{DS}/{to}", json={"request": "copy", "from-dataset": source, **more})


def test_members_are_copied_and_replaced_only_if_asked(lab):
    lab.library("USER.FROM", A="NEW A", B="NEW B")
    lab.library("USER.TO", A="OLD A")
    assert refusal(copy(lab, "USER.TO(A)", "USER.FROM", "A")) == (500, 4, 4, 0)
    assert lab.text("USER.TO", "A") == ["OLD A"]
    assert copy(lab, "USER.TO(A)", "USER.FROM", "A", replace=True).status_code == 200
    assert copy(lab, "USER.TO", "USER.FROM", "*", replace=True).status_code == 200
    assert (lab.text("USER.TO", "A"), lab.text("USER.TO", "B")) == (["NEW A"], ["NEW B"])


def test_records_are_copied_between_formats_and_refused_if_they_do_not_fit(lab):
    lab.sequential("USER.FIXED", "SHORT", "LONGER")
    lab.sequential("USER.VAR", recfm="VB", lrecl=84, blksize=8000)
    lab.sequential("USER.NARROW", "KEPT", lrecl=5, blksize=500)
    assert copy(lab, "USER.VAR", "USER.FIXED").status_code == 200
    assert lab.text("USER.VAR") == ["SHORT", "LONGER"]
    assert copy(lab, "USER.NARROW", "USER.VAR").status_code == 500
    assert lab.text("USER.NARROW") == ["KEPT"]


@pytest.mark.parametrize(
    "body",
    [
        {"request": "hrecall"},
        {"request": "rename"},
        {"request": "rename", "from-dataset": {"member": "A"}},
        {"request": "copy", "from-dataset": {"dsn": "A", "alias": True}},
        {"request": "rename", "from-dataset": {"dsn": "A"}, "enq": "ALL"},
        {"request": "rename", "from-dataset": {"dsn": "lower case"}},
    ],
)
def test_a_request_that_is_not_supported_is_400(lab, body):
    assert lab.http.put(f"{DS}/USER.A", json=body).status_code == 400


@pytest.mark.parametrize(
    "place", ["1BAD", "A..B", "TOOLONGQUALIFIER", "USER.A(1BAD)", "USER.A(TOOLONGMEM)", "-(TOOLONG)/USER.A"]
)
def test_names_that_are_none_are_400(lab, place):
    assert lab.http.get(f"{DS}/{place}").status_code == 400
