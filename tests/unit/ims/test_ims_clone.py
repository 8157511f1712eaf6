"""A clone starts only if every cloning step was done: each test leaves one out."""

import random
from dataclasses import replace

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.automatic import restart_command
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.dbrc import Dbds, Dbrc, ReconDataSet
from zoslab.ims.dbrc.log_records import PriOld, Subsystem
from zoslab.ims.errors import ImsError, RestartRefused, StartupFailed
from zoslab.ims.schedule import run_transaction

STEPS = ("rename", "mda", "nucleus", "rdds", "proclib", "recon names", "recon dbds", "recon olds", "recon ssys")


def rename(twin):
    for name in list(twin.data_sets):
        held = twin.data_sets.pop(name)
        held.dsname = name.replace("IMSP.", "IMST.")
        twin.data_sets[held.dsname] = held
    twin.prefix = "IMST"
    twin.dds = {"IMSRDS": "IMST.RDS"}


def write_proclib(twin):
    for member, lines in twin.proclib.items():
        twin.proclib[member] = [line.replace("IMSP", "IMST") for line in lines]


def change_recon(twin, skipped):
    sets = [twin.data_sets[f"IMST.RECON{n}"].keyed for n in (1, 2, 3)]
    recon = Dbrc.open([ReconDataSet(f"IMSP.RECON{n}", ksds) for n, ksds in enumerate(sets, 1)], twin.clock).recon
    with recon.unit() as unit:
        if "recon dbds" not in skipped:
            for dbds in unit.all(Dbds):
                unit.put(replace(dbds, dsn=dbds.dsn.replace("IMSP.", "IMST.")))
        if "recon olds" not in skipped:
            record = unit.find(PriOld("IMSP"))
            unit.delete(record)
            olds = tuple(replace(one, dsn=one.dsn.replace("IMSP.", "IMST.")) for one in record.olds)
            unit.put(replace(record, ssid="IMST", olds=olds))
        if "recon ssys" not in skipped:
            from zoslab.ims.dbrc.authorization import release_all

            release_all(unit, "IMSP")
            unit.delete(unit.find(Subsystem("IMSP")))
    if "recon names" not in skipped:
        for n in (1, 2, 3):
            recon.extension = recon.extension.changed(f"RECON{n}", dsname=f"IMST.RECON{n}")
        recon.commit({})


def clone(twin, *skipped):
    rename(twin)
    change_recon(twin, skipped)
    if "proclib" not in skipped:
        write_proclib(twin)
    if "rdds" not in skipped:
        twin.write_rdds("IMST")
    modules = dict(twin.modules)
    twin.write_modules("IMST")
    for name, text in modules.items():
        if ("nucleus" in skipped and name == "DFSVNUC0") or ("mda" in skipped and name in ("ACCT", "CUST", "CUSTX")):
            twin.modules[name] = text
    return twin


@pytest.fixture
def copied(system, make_faults):
    """A copy of a production IMS taken under load while its updates were suspended."""
    system.proclib["DFSPBP00"] = ["SUF=0,VSPEC=00,DFSDF=000,AUTO=Y"]
    region = system.start("/NRE CHKPT 0 FORMAT ALL")
    choose = random.Random(5)
    for number in range(60):
        payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
        run_transaction(region, "TRANSFER", [payer, payee, "10"])
        if number % 10 == 0:
            run_transaction(region, "CUSTOMER", [f"9000000{choose.randint(0, 9)}"])
    region.suspension.suspend(10)
    twin = system.copy(make_faults())
    region.suspension.resume()
    region.freeze()
    return twin


def test_a_complete_clone_starts_with_override_and_coldcomm(copied, report_of):
    twin = clone(copied)
    assert restart_command(twin.region()) == ""
    with pytest.raises(RestartRefused, match="OVERRIDE"):
        twin.start("/ERE.")
    with pytest.raises(RestartRefused, match="COLDCOMM"):
        twin.start("/ERE OVERRIDE.")
    region = twin.start("/ERE OVERRIDE COLDCOMM.")
    assert region.imsid == "IMST"
    assert region.host.said("DFS994I EMERGENCY START COMPLETED IMST")
    assert report_of(region).wrong == []
    assert pointer_check.check(region.databases.get("ACCT")).errors == []
    region.fail("CANCELLED")
    again = twin.start("/ERE.")
    assert report_of(again).wrong == []
    again.freeze()


@pytest.mark.parametrize(
    ("skipped", "said"),
    [
        ("mda", "DFSMDA MEMBER SAYS IMSP.DB"),
        ("nucleus", "RC=20"),
        ("rdds", "RC=20"),
        ("proclib", "RC=12"),
        ("recon names", "DBRC INITIALIZATION FAILED"),
        ("recon dbds", "RECON SAYS IMSP.DB"),
        ("recon olds", "PRIOLD"),
        ("recon ssys", "UNABLE TO OBTAIN AUTHORIZATION"),
    ],
)
def test_a_step_that_was_left_out_keeps_the_clone_from_starting(copied, skipped, said):
    twin = clone(copied, skipped)
    with pytest.raises((RestartRefused, StartupFailed, ImsError), match=said):
        twin.start("/ERE OVERRIDE COLDCOMM.")
