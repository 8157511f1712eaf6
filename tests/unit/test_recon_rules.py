"""DBRC commands from a listing: in IBM's order, nothing of the source left, nothing to do the second time."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.listings import recon as listings
from imsclone.listings.errors import ListingIncomplete
from imsclone.listings.recon_records import listing
from imsclone.masks import RenameMask, RenameMasks
from imsclone.recon import Change, ReconRules, changed, changes, commands, compare
from imsclone.recon.changes import ABSENT, RECORD
from imsclone.recon.command import command
from imsclone.recon.compare import expected, facts, still_named
from imsclone.recon.errors import (
    ReconNameTooLong,
    ReconRecordUnconvertible,
    ReconUnlisted,
    ReconValueRefused,
)
from imsclone.spec.model import ReconSwitches

SAMPLE = (Path(__file__).parent / "data" / "list_recon_live.txt").read_text()
OTHER = (Path(__file__).parent / "data" / "list_recon_sample.txt").read_text()
VOLSERS = {f"IMSP0{number}": f"IMST0{number}" for number in range(1, 7)}


def rules(switches=None, mask="IMSP.** -> IMST.**", volsers=None):
    masks = RenameMasks([RenameMask(mask)])
    return ReconRules(masks, VOLSERS if volsers is None else volsers, {"IMSP": "IMST"}, switches or ReconSwitches())


def without(text, kind, holding=""):
    """Take the records of a kind out of a listing."""
    records = re.split(r"(?m)^-{20,}\n", text)
    return ("-" * 74 + "\n").join(one for one in records if not (one.startswith(kind + "\n") and holding in one))


def converted():
    """The sample as it would list after the commands: other names, no batch subsystem, no duplicate off the clone."""
    text = re.sub(r"\bIMSP(0\d)\b", r"IMST\1", SAMPLE)
    text = re.sub(r"\bIMSP\b(?!LEX)", "IMST", text)
    text = without(text, "SSYS", "BATCH1")
    text = text.replace("    IMST      UPDATE                6          ACTIVE\n", "")
    return text.replace("ABNORMAL TERM=OFF", "ABNORMAL TERM=ON")


def texts(recon, with_rules):
    return [str(one) for one in commands(recon, with_rules)]


def test_a_listing_loses_nothing():
    whole = listing(SAMPLE)
    assert len(whole.records) == 18
    assert f"LISTED IS       {len(whole.records)}" in SAMPLE
    body = SAMPLE.split("-" * 74 + "\n")
    shown = ["\n".join(record.lines) for record in whole.records]
    assert [text.rstrip() for text in body[1:-1]] == shown[:-1]
    assert body[-1].startswith(shown[-1])
    for record in whole.records:
        for one in record.fields:
            for word in [one.value, *one.words]:
                assert word in " ".join(" ".join(record.lines).split()) or "," in word


def test_records_are_read_with_their_names_volumes_and_times():
    recon = listings.read(SAMPLE)
    assert recon.header.ssid == "IMSP"
    assert recon.header.cataloged
    assert [one.dsname for one in recon.header.data_sets] == ["IMSP.RECON1", "IMSP.RECON2", "IMSP.RECON3"]
    assert recon.databases[0].authorized == ("IMSP",)
    assert recon.images[0].data_sets[0].volsers == ("IMSP04", "IMSP05", "IMSP03", "IMSP02", "IMSP01")
    assert recon.images[1].available
    assert (recon.images[1].dbd, recon.images[1].ddname) == ("CUST", "CUSTDD")
    assert recon.online_logs[0].olds[0].archived
    assert recon.online_logs[0].olds[1].stopped is None
    assert recon.subsystems[0].databases == ("ACCT", "CUST")
    assert recon.backouts[0].units[1].backed_out == ("CUST",)
    assert recon.data_sets[1].reuse
    assert not recon.data_sets[0].reuse
    assert {one.kind for one in recon.others} == {"CAGRP", "LOGALL"}


@pytest.mark.parametrize("cut", range(10, SAMPLE.count("\n"), 37))
def test_a_listing_that_is_cut_off_is_never_taken_for_whole(cut):
    with pytest.raises(ListingIncomplete):
        listings.read("\n".join(SAMPLE.splitlines()[:cut]))


def test_the_clone_of_a_sharing_member_keeps_the_name_of_its_irlm():
    shared = SAMPLE.replace("IRLMID=**NULL**", "IRLMID=IRLM    ", 1)
    assert texts(listings.read(shared), rules())[-1].endswith("IRLMID(IRLM)")


def test_the_commands_come_in_the_order_dbrc_needs():
    found = texts(listings.read(SAMPLE), rules())
    verbs = [one.split()[0] for one in found]
    assert found[:4] == [
        "CHANGE.RECON REPLACE(RECON1)",
        "CHANGE.RECON REPLACE(RECON2)",
        "CHANGE.RECON REPLACE(RECON3)",
        "CHANGE.RECON SSID(IMST)",
    ]
    assert found[4:7] == [
        "CHANGE.SUBSYS SSID(IMSP) STARTRCV",
        "CHANGE.SUBSYS SSID(IMSP) ENDRECOV",
        "DELETE.SUBSYS SSID(IMSP)",
    ]
    assert verbs.index("DELETE.SUBSYS") < verbs.index("CHANGE.DBDS") < verbs.index("DELETE.LOG")
    assert found[-1] == "NOTIFY.SUBSYS SSID(IMST) ONLINE ABNORMAL STARTIME('2026.324 10:01:00.123456 +00:00')"
    assert "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMST.DB.ACCT)" in found
    assert "DELETE.LOG OLDS(DFSOLP01) SSID(IMSP) LASTCLOS" in found
    assert found.index("DELETE.LOG OLDS(DFSOLP00) SSID(IMSP)") < found.index(
        "DELETE.LOG OLDS(DFSOLP01) SSID(IMSP) LASTCLOS"
    )
    assert "CHANGE.PRILOG OLDS(DFSOLP00) SSID(IMST) ARCHIVED" in found
    assert any("NOTIFY.PRILOG SLDS SSID(IMST)" in one and "DSN(IMST.SLDS.G0001V00)" in one for one in found)
    assert any(one.startswith("CHANGE.PRILOG RLDS SSID(BATCH1)") and "VOLSER(IMST05)" in one for one in found)


def test_no_command_writes_a_name_of_the_source():
    for one in commands(listings.read(SAMPLE), rules()):
        for keyword, values in one.operands:
            if keyword in ("DSN", "ICDSN", "ICDSN2", "CADSN", "VOLLIST", "VOLLIST2", "VOLSER"):
                assert not [value for value in values if value.startswith("IMSP")]


def test_every_command_fits_its_cards():
    for one in commands(listings.read(SAMPLE), rules()):
        assert max(len(line) for line in one.card.split("\n")) <= 71


def test_a_converted_recon_gives_no_commands_and_compares_equal():
    before, after = listings.read(SAMPLE), listings.read(converted())
    assert texts(after, rules()) == []
    assert compare(before, after, rules()) == ()
    assert still_named(after, rules()) == ()
    assert changed(before, rules()) > 10
    assert changed(after, rules()) == 0


def test_every_field_that_a_conversion_changes_is_told_before_and_after():
    before, after = listings.read(SAMPLE), listings.read(converted())
    found = changes(before, after, rules())
    assert Change("RECON", "SSID", "IMSP", "IMST") in found
    assert Change("DBDS CUST CUSTDD", "DSN", "IMSP.DB.CUST", "IMST.DB.CUST") in found
    assert {"PRIOLD", "IMAGE", "CA"} <= {change.record.split()[0] for change in found}
    fields = [change for change in found if change.field != RECORD]
    assert [change for change in fields if "IMSP" in change.after] == []
    assert changes(after, after, rules()) == ()


def test_a_record_that_went_is_one_change():
    before, after = listings.read(SAMPLE), listings.read(without(SAMPLE, "ALLOC"))
    gone = changes(before, after, rules())
    assert {(change.record.split()[0], change.field, change.before, change.after) for change in gone} == {
        ("ALLOC", RECORD, "there", ABSENT)
    }
    assert {change.after for change in changes(after, before, rules())} == {"there"}


CORRUPTIONS = [
    ("IMST.DB.ACCT", "IMSP.DB.ACCT"),
    ("IMST.RECON2", "IMSP.RECON2"),
    (" DDNAME=DFSOLP01   DSN=IMST.OLP01", " DDNAME=DFSOLP01   DSN=IMSP.OLP01"),
    ("VOLSER=IMST06", "VOLSER=IMSP06"),
    (" SSID=IMST      LOG START", " SSID=IMSP      LOG START"),
    ("IMST.SLDS.G0001V00", "IMST.SLDS.G0009V00"),
    ("IMST.CA.G1", "IMSP.CA.G1"),
    (" SSID=IMST            # DD", " SSID=IMSP            # DD"),
]


@pytest.mark.parametrize(("right", "wrong"), CORRUPTIONS)
def test_one_wrong_field_is_found_and_named(right, wrong):
    text = converted()
    assert right in text
    problems = compare(listings.read(SAMPLE), listings.read(text.replace(right, wrong, 1)), rules())
    assert problems
    assert all(problem.id in ("CLN435E", "CLN436E") for problem in problems)


def test_a_missing_record_is_found():
    text = without(converted(), "ALLOC")
    assert "ALLOC ACCT" in str(compare(listings.read(SAMPLE), listings.read(text), rules())[0])


@pytest.mark.parametrize(
    ("switch", "gone"),
    [
        ("image_copy", "DELETE.IC DBD(CUST)"),
        ("change_accumulation", "DELETE.CA GRPNAME(CAGRP1)"),
        ("rlds", "DELETE.LOG STARTIME('2026.324 10:02:00.123456 +00:00') SSID(BATCH1)"),
    ],
)
def test_optional_records_that_are_not_wanted_go(switch, gone):
    found = texts(listings.read(SAMPLE), rules(ReconSwitches(**{switch: False})))
    assert any(one.startswith(gone) for one in found)


def test_a_log_without_its_system_log_data_sets_stays_open_for_the_restart():
    found = texts(listings.read(SAMPLE), rules(ReconSwitches(slds=False)))
    assert any(one.startswith("NOTIFY.PRILOG SLDS SSID(IMST)") for one in found)
    assert not any("IMST.SLDS" in one for one in found)


def test_records_of_data_sets_that_were_not_cloned_go_and_others_stay():
    partly = rules(volsers={"IMSP01": "IMST01"})
    found = texts(listings.read(SAMPLE), partly)
    assert any(one.startswith("DELETE.IC DBD(CUST)") for one in found)
    assert any(one.startswith("DELETE.CA") for one in found)
    image = next(one for one in found if one.startswith("CHANGE.IC DBD(ACCT)"))
    assert "INVALID" in image
    assert "OFFSITE" not in " ".join(found)


def test_a_name_that_gets_too_long_is_an_error():
    with pytest.raises(ReconNameTooLong):
        commands(listings.read(SAMPLE), rules(mask="IMSP.** -> AAAAAAAA.BBBBBBBB.CCCCCCCC.DDDDDDDD.EEE.**"))


def test_a_record_without_a_rule_that_names_the_source_is_an_error():
    part = "-" * 74 + "\nPART\n DBD=PARTA   MASTER DB=HALDB\n DSN PREFIX=IMSP.HALDB\n"
    text = SAMPLE.replace("DSP0180I", part + "DSP0180I", 1)
    with pytest.raises(ReconRecordUnconvertible, match="PART"):
        commands(listings.read(text), rules())
    assert commands(listings.read(text.replace("IMSP.HALDB", "OTHER.HALDB")), rules())


def test_a_listing_without_the_status_record_gives_nothing_to_go_by():
    with pytest.raises(ReconUnlisted):
        commands(listings.read(without(SAMPLE, "RECON")), rules())


@pytest.mark.parametrize("value", ["A B", "A)", "'", "A\nB", "-", "*", "a"])
def test_a_value_that_could_be_more_than_a_name_cannot_stand_in_a_command(value):
    if value == "-":
        assert str(command("X", DSN=value)) == "X DSN(-)"
        return
    with pytest.raises(ReconValueRefused):
        command("CHANGE.DBDS", DSN=value)


@given(st.text(max_size=30))
def test_whatever_a_listing_holds_a_command_is_one_statement(value):
    try:
        one = command("CHANGE.DBDS", DSN=value)
    except ReconValueRefused:
        return
    assert re.fullmatch(r"CHANGE\.DBDS( DSN\(('[0-9.: +-]+'|[A-Z0-9@#$.-]+)\))?", str(one))


def test_the_expected_facts_hold_nothing_of_the_source():
    for fact in expected(listings.read(SAMPLE), rules()):
        assert not [value for value in fact[1:] if re.fullmatch(r"IMSP(\..*|0\d)?", value)]


def test_the_facts_of_a_recon_are_distinct():
    found = list(facts(listings.read(SAMPLE)))
    assert len(found) == len(set(found))


def test_a_listing_of_two_runs_is_read_whole_and_gives_commands_for_each_record():
    recon = listings.read(OTHER)
    assert [len(log.data_sets) for log in recon.logs] == [2, 0, 2, 0]
    found = texts(recon, rules())
    starts = [one for one in found if one.startswith("DELETE.LOG STARTIME")]
    assert len(starts) == 2
    image = next(one for one in found if one.startswith("CHANGE.IC DBD(ACCT)"))
    assert image.endswith("ICDSN2(IMST.IC2.ACCT) VOLLIST2(TAPE01) INVALID2")
    assert not [one for one in found if re.search(r"[(,]IMSP\.", one)]
