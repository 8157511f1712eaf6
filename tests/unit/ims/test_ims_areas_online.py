"""Areas of a DEDB in the online region: authorized one by one, stopped, started, refused; what programs see of it."""

import threading

import pytest

from zoslab import ebcdic
from zoslab.ims import mda, pointer_check
from zoslab.ims.bank import read
from zoslab.ims.bank.definitions import account_number, teller_of
from zoslab.ims.bank.ledger import TELLERS
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.schedule import run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
AREAS = ["TELLER01", "TELLER02", "TELLER03"]


def accounts_by_area(region):
    roots = region.databases.get("TELLER").roots
    found = {name: [] for name in AREAS}
    for number in map(account_number, range(1, 61)):
        found[AREAS[roots.anchor_of(ebcdic.encode(teller_of(number)))[0]]].append(number)
    return found


def transfer_within(region, name):
    payer, payee = accounts_by_area(region)[name][:2]
    return run_transaction(region, "TRANSFER", [payer, payee, "10"])


def authorized(system):
    return [(held.name, held.area, held.access) for held in system.dbrc().database("TELLER").authorized]


def open_allocations(system):
    return [one.ddname for name in AREAS for one in system.dbrc().allocs("TELLER", name) if one.dealloc is None]


def test_each_area_is_authorized_and_allocated_and_given_back(extended_system):
    region = extended_system.start(COLD)
    assert authorized(extended_system) == []
    for name in AREAS:
        assert transfer_within(region, name) == "DONE"
        assert region.databases.areas.status(name).conditions == ("OPEN",)
    assert authorized(extended_system) == [("IMSP", name, "UPDATE") for name in AREAS]
    assert open_allocations(extended_system) == AREAS
    region.freeze()
    assert authorized(extended_system) == []
    assert open_allocations(extended_system) == []


def test_a_closed_area_takes_the_whole_unit_back_and_works_again_when_started(extended_system, report_of):
    region = extended_system.start(COLD)
    areas = region.databases.areas
    for name in AREAS:
        transfer_within(region, name)
    areas.close("TELLER02")
    assert areas.status("TELLER02").conditions == ("STOACC", "NOTOPEN")
    assert authorized(extended_system) == [("IMSP", name, "UPDATE") for name in ("TELLER01", "TELLER03")]
    assert open_allocations(extended_system) == ["TELLER01", "TELLER03"]
    with pytest.raises(UserAbend, match="ON TELLER GAVE STATUS FH"):
        transfer_within(region, "TELLER02")
    assert transfer_within(region, "TELLER03") == "DONE"
    assert "TELLER CANNOT BE READ FURTHER, STATUS FH" in report_of(region).findings[read.TELLER]
    found = pointer_check.check(region.databases.get("TELLER")).errors
    assert [(one.ddname, one.text) for one in found] == [("TELLER02", "THE AREA IS NOT AVAILABLE")]
    areas.start("TELLER02")
    assert areas.status("TELLER02") == type(areas.status("TELLER02"))(
        "TELLER02", "TELLER", ("OPEN",), (("TELLER02", "AVAIL"),)
    )
    assert transfer_within(region, "TELLER02") == "DONE"
    assert report_of(region).wrong == []
    region.freeze()


def test_a_stopped_area_stays_open_and_stopped_while_its_database_is_closed_and_opened(extended_system, report_of):
    region = extended_system.start(COLD)
    areas = region.databases.areas
    transfer_within(region, "TELLER01")
    areas.stop("TELLER01")
    assert areas.status("TELLER01").conditions == ("STOSCHD", "OPEN")
    with pytest.raises(UserAbend, match="STATUS FH"):
        transfer_within(region, "TELLER01")
    region.databases.close("TELLER")
    with pytest.raises(UserAbend, match="STATUS FH"):
        transfer_within(region, "TELLER01")
    assert areas.status("TELLER01").conditions == ("STOSCHD", "NOTOPEN")
    areas.start("TELLER01")
    assert transfer_within(region, "TELLER01") == "DONE"
    assert report_of(region).wrong == []
    region.freeze()


def test_an_area_is_closed_when_the_programs_that_use_its_database_have_ended(extended_system, report_of):
    region = extended_system.start(COLD)
    account = accounts_by_area(region)["TELLER01"][0]
    closing = threading.Thread(target=region.databases.areas.close, args=("TELLER01",))
    with scheduled(region, "BANKTRN", "LONG") as program:
        assert program.pcbs[3].ghu(TELLERS.at(teller_of(account)))
        closing.start()
        closing.join(0.2)
        assert closing.is_alive()
        assert region.databases.areas.status("TELLER01").conditions == ("STOACC", "OPEN")
    closing.join(10)
    assert region.databases.areas.status("TELLER01").conditions == ("STOACC", "NOTOPEN")
    region.databases.areas.start("TELLER01")
    assert report_of(region).wrong == []
    region.freeze()


@pytest.mark.parametrize("command", ["stop", "close"])
def test_an_area_is_taken_from_under_programs_that_use_other_areas(extended_system, report_of, command):
    region = extended_system.start(COLD)
    first, other = (accounts_by_area(region)[name][0] for name in ("TELLER01", "TELLER02"))
    with scheduled(region, "BANKTRN", "LONG") as program:
        assert program.pcbs[3].ghu(TELLERS.at(teller_of(other)))
        taking = threading.Thread(target=getattr(region.databases.areas, command), args=("TELLER01",), daemon=True)
        taking.start()
        taking.join(10)
        assert not taking.is_alive()
        assert program.pcbs[3].ghu(TELLERS.at(teller_of(first))) is None
        assert program.pcbs[3].status == "FH"
        assert program.pcbs[3].ghu(TELLERS.at(teller_of(other)))
    region.databases.areas.start("TELLER01")
    assert transfer_within(region, "TELLER01") == "DONE"
    assert report_of(region).wrong == []
    region.freeze()


def test_an_area_that_no_database_has_is_refused(extended_system):
    region = extended_system.start(COLD)
    assert region.databases.areas.names() == AREAS
    for action in (region.databases.areas.stop, region.databases.areas.start, region.databases.areas.status):
        with pytest.raises(ImsError, match="AREA NOSUCH IS NOT DEFINED TO IMSP"):
            action("NOSUCH")
    region.freeze()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("DBDS DBD(TELLER) AREA(TELLER02) RECOV", "DFS3709A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE TELLER AREA"),
        ("DBDS DBD(TELLER) AREA(TELLER02) NOAUTH", "TELLER02 OF TELLER CANNOT BE AUTHORIZED FOR UPDATE: PROHIBIT"),
        ("ADS DBD(TELLER) AREA(TELLER02) ADDN(TELLER02) UNAVAIL", "NO AREA DATA SET AVAILABLE"),
        ("ADS DBD(TELLER) AREA(TELLER02) ADDN(TELLER02) ADSN(A.B)", "SAYS IMSP.DB.TELLER02, RECON SAYS A.B"),
    ],
)
def test_an_area_that_cannot_be_had_leaves_the_others_working(extended_system, system_parts, command, said):
    system_parts[4](extended_system, f" CHANGE.{command}")
    region = extended_system.start(COLD)
    assert transfer_within(region, "TELLER01") == "DONE"
    assert region.host.said(said)
    assert authorized(extended_system) == [("IMSP", name, "UPDATE") for name in ("TELLER01", "TELLER03")]
    with pytest.raises(UserAbend, match="STATUS FH"):
        transfer_within(region, "TELLER02")
    with pytest.raises(ImsError, match="TELLER02"):
        region.databases.areas.start("TELLER02")
    region.freeze()


def test_an_area_data_set_needs_no_mda_member(extended_system):
    del extended_system.modules["TELLER01"]
    region = extended_system.start(COLD)
    assert transfer_within(region, "TELLER01") == "DONE"
    region.freeze()


def test_a_restart_goes_on_without_an_area_which_then_needs_recovery(extended_system, make_faults):
    region = extended_system.start(COLD)
    transfer_within(region, "TELLER01")
    twin = extended_system.copy(make_faults())
    region.fail("CRASH", report=False)
    member = mda.MdaMember("TELLER01", "FPDEDB", (mda.Allocation("TELLER01", "IMSX.DB.TELLER01"),))
    good, twin.modules["TELLER01"] = twin.modules["TELLER01"], mda.build(member)
    again = twin.start("/ERE OVERRIDE")
    assert again.host.said("DFS0402 DATABASE TELLER NOT STARTED DUE TO RECOVERY NEEDED")
    assert [one.ddname for one in again.dbrc.dbds("TELLER") if one.recov_needed] == ["TELLER01"]
    twin.modules["TELLER01"] = good
    with pytest.raises(ImsError, match=r"AREA TELLER01 .*RECOVERY NEEDED"):
        again.databases.areas.start("TELLER01")
    found = pointer_check.check(again.databases.get("TELLER")).errors
    assert [(one.ddname, one.text) for one in found] == [("TELLER01", "THE AREA IS NOT AVAILABLE")]
    again.freeze()


def add_a_second_data_set(system, run_commands):
    first = system.data_sets["IMSP.DB.TELLER01"]
    second = type(first)("IMSP.DB.TELLER1B", first.space.copy(system.faults), first.blksize, counts=first.counts)
    system.data_sets[second.dsname] = second
    command = " INIT.ADS DBD(TELLER) AREA(TELLER01) ADDN(TELLER1B) -"
    run_commands(system, command, "   ADSN(IMSP.DB.TELLER1B) AVAIL")
    return first, second


def test_an_area_data_set_that_cannot_be_written_is_given_up_and_the_other_goes_on(
    extended_system, system_parts, report_of, monkeypatch
):
    def broken(track, records):
        raise OSError("EQUIPMENT CHECK")

    first, second = add_a_second_data_set(extended_system, system_parts[4])
    region = extended_system.start(COLD)
    transfer_within(region, "TELLER01")
    region.engine.pool.flush()
    assert first.space._tracks == second.space._tracks
    monkeypatch.setattr(first.space, "write", broken)
    transfer_within(region, "TELLER01")
    region.engine.pool.flush()
    assert region.host.said("DFS3713A AREA=TELLER01 DD=TELLER01 WRITE ERROR, CI-RBA=")
    assert region.databases.areas.status("TELLER01").data_sets == (("TELLER01", "UNAVAIL"), ("TELLER1B", "AVAIL"))
    region.databases.close("TELLER")
    assert transfer_within(region, "TELLER01") == "DONE"
    assert report_of(region).wrong == []
    region.freeze()
    monkeypatch.setattr(second.space, "write", broken)
    last = extended_system.start("/NRE")
    transfer_within(last, "TELLER01")
    with pytest.raises(ImsError, match="DFS3713A AREA=TELLER01 WRITE ERROR"):
        last.engine.pool.flush()
    last.fail("END", report=False)
