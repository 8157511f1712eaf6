"""CREATE DB makes a database known to a running IMS, and it stays known after every kind of restart."""

import pytest

from zoslab.ims import rdds
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.errors import ImsError, StartupFailed, UserAbend
from zoslab.ims.om import AREA_EXISTS, EXISTS, CommandRejected
from zoslab.ims.runtime_definitions import RuntimeDefinitions
from zoslab.ims.schedule import run_transaction
from zoslab.ims.type2 import execute

COLD = "/NRE CHKPT 0 FORMAT ALL"


@pytest.fixture
def without_acct(system):
    """An IMS with dynamic resource definition and two RDDSs, to which ACCT is not defined."""
    known = [rdds.Resource("DB", name) for name in ("CUST", "CUSTX")]
    known += [one for one in rdds.current([("", system.data_sets["IMSP.RDDS1"].held)], "IMSP").resources if one.psb]
    for number, stamp in enumerate(("2026.001 12:00:00.000000", "2026.002 12:00:00.000000"), 1):
        system.data_sets[f"IMSP.RDDS{number}"] = type(system.data_sets["IMSP.RDDS1"])(
            f"IMSP.RDDS{number}", held=rdds.build("IMSP", stamp, known)
        )
    system.proclib["DFSDF000"] = ["IMSPLEX=PLEXP", "MODBLKS=DYN", "RDDSDSN=(IMSP.RDDS1,IMSP.RDDS2)"]
    return system


def transfer(region):
    return run_transaction(region, "TRANSFER", [account_number(1), account_number(2), "1"])


def create(region, text="CREATE DB NAME(ACCT) SET(ACCTYPE(UPD),RESIDENT(N))"):
    return [(row.name, row.code) for row in execute(region, text).rows]


def test_a_database_is_used_as_soon_as_it_was_created(without_acct, report_of):
    region = without_acct.start(COLD)
    with pytest.raises(UserAbend, match="ACCT IS NOT DEFINED"):
        transfer(region)
    assert create(region) == [("ACCT", 0)]
    assert transfer(region) == "DONE"
    assert report_of(region).wrong == []
    assert create(region, "CRE DB NAME(ACCT,CUST)") == [("ACCT", EXISTS), ("CUST", EXISTS)]
    region.freeze()


@pytest.mark.parametrize("checkpoint", [False, True])
def test_it_is_known_after_an_emergency_restart(without_acct, report_of, checkpoint):
    region = without_acct.start(COLD)
    create(region)
    assert transfer(region) == "DONE"
    if checkpoint:
        region.checkpoint()
    region.fail("POWER", report=False)
    again = without_acct.start("/ERE OVERRIDE.")
    assert transfer(again) == "DONE"
    assert report_of(again).wrong == []
    again.freeze()


def test_without_the_log_record_it_is_forgotten(without_acct, monkeypatch):
    """What the tests around this one rely on: nothing else tells a restart before the next checkpoint."""
    monkeypatch.setattr(RuntimeDefinitions, "create", RuntimeDefinitions._define)
    region = without_acct.start(COLD)
    create(region)
    region.fail("POWER", report=False)
    again = without_acct.start("/ERE OVERRIDE.")
    assert not again.databases.has("ACCT")
    again.freeze()


def test_a_checkpoint_writes_it_to_the_oldest_data_set_and_a_cold_start_takes_it_from_there(without_acct):
    region = without_acct.start(COLD)
    newest = list(without_acct.data_sets["IMSP.RDDS2"].held)
    create(region, "CREATE DB NAME(ACCT) SET(ACCTYPE(READ))")
    region.freeze()
    assert without_acct.data_sets["IMSP.RDDS2"].held == newest
    assert rdds.parse(without_acct.data_sets["IMSP.RDDS1"].held, "").named("DB").keys() == {"ACCT", "CUST", "CUSTX"}
    cold = without_acct.start(COLD)
    assert cold.databases.entry("ACCT").access == "RD"
    cold.freeze()


def test_with_one_data_set_the_log_keeps_it_over_checkpoints_and_restarts_but_no_cold_start(without_acct):
    without_acct.proclib["DFSDF000"][-1] = "RDDSDSN=(IMSP.RDDS2)"
    held = list(without_acct.data_sets["IMSP.RDDS2"].held)
    region = without_acct.start(COLD)
    create(region)
    region.checkpoint()
    region.freeze()
    warm = without_acct.start("/NRE")
    assert warm.databases.has("ACCT")
    warm.checkpoint()
    warm.fail("POWER", report=False)
    emergency = without_acct.start("/ERE OVERRIDE.")
    assert emergency.databases.has("ACCT")
    emergency.freeze()
    assert without_acct.data_sets["IMSP.RDDS2"].held == held
    cold = without_acct.start(COLD)
    assert not cold.databases.has("ACCT")
    cold.freeze()


def test_a_data_set_that_a_failure_left_half_written_is_passed_over(without_acct):
    without_acct.data_sets["IMSP.RDDS2"].held.pop()
    host = without_acct.host()
    region = without_acct.region(host)
    assert host.said("DFS3368E ERROR PROCESSING RDDS, RC=4, RDDSDSN =IMSP.RDDS2")
    assert region.databases.has("CUST")
    without_acct.data_sets["IMSP.RDDS1"].held.pop()
    with pytest.raises(StartupFailed, match="DFS3403W"):
        without_acct.region()


def test_a_database_without_control_block_is_added_and_not_initialised(without_acct):
    member = without_acct.acblib.pop("ACCT")
    region = without_acct.start(COLD)
    assert create(region) == [("ACCT", 0)]
    (row,) = execute(region, "QUERY DB NAME(ACCT) SHOW(ALL)").rows
    assert row.columns["LclStat"] == "NOTINIT,NOTOPEN"
    with pytest.raises(UserAbend):
        transfer(region)
    without_acct.acblib["ACCT"] = member
    region.freeze()
    again = without_acct.start("/NRE")
    assert transfer(again) == "DONE"
    again.freeze()


def test_an_area_belongs_to_one_database(without_acct, monkeypatch):
    region = without_acct.start(COLD)
    monkeypatch.setattr(region.databases.areas, "taken", lambda name: "AREA1")
    assert create(region) == [("ACCT", AREA_EXISTS)]
    assert not region.databases.has("ACCT")
    region.freeze()


@pytest.mark.parametrize(
    "text",
    ["PGM NAME(P)", "DB", "DB NAME(ACC*)", "DB NAME(1ACCT)", "DB NAME(ACCT) SET(RESIDENT(Y))", "DB NAME(ACCT) LIKE(X)"],
)
def test_what_is_not_supported_is_refused(without_acct, text):
    region = without_acct.start(COLD)
    with pytest.raises(CommandRejected, match="CSLM054E"):
        execute(region, f"CREATE {text}")
    region.freeze()


def test_an_ims_without_dynamic_resource_definition_does_not_take_it(system):
    region = system.start(COLD)
    with pytest.raises(ImsError, match="DYNAMIC RESOURCE DEFINITION IS NOT ENABLED"):
        execute(region, "CREATE DB NAME(NEW)")
    region.freeze()
