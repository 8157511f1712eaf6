"""DBRC on real key-sequenced data sets, and DSPURX00 as a step runs it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from zoslab.dasd import loadmodule
from zoslab.dasd.vsam.check import check_ksds
from zoslab.datasets import DataSetNotFound
from zoslab.ims import mda
from zoslab.ims.dbrc import ArchivedLog, Dbrc, ReconDataSet
from zoslab.ims.dbrc.kinds import SEGMENT
from zoslab.programs.dspurx00 import dspurx00
from zoslab.programs.registry import lookup

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_recon_in_real_data_sets_stays_healthy_while_records_grow_over_several_segments(
    new_recon_data_set, millisecond_clock
):
    stores = [new_recon_data_set() for _ in range(3)]
    datasets = [ReconDataSet(f"IMSP.RECON{n}", store) for n, store in enumerate(stores, 1)]
    step = Step(dict(zip(("RECON1", "RECON2", "RECON3"), datasets, strict=True)), [" INIT.RECON SSID(IMSP)"])
    assert dspurx00(step) == 0
    dbrc = Dbrc.open(datasets, millisecond_clock)
    dbrc.sign_on("IMSP")
    for number in range(40):
        begin = START + timedelta(minutes=number)
        dbrc.olds_opened("IMSP", "DFSOLP00", "IMSP.OLP00", begin, 100 * number)
        dbrc.olds_closed("IMSP", "DFSOLP00", begin + timedelta(minutes=1), 100 * number, 100 * number + 99)
        dbrc.olds_archived("IMSP", "DFSOLP00", ArchivedLog(f"IMSP.SLDS.G{number:04}V00", "IMSP05"))
    again = Dbrc.open(datasets, millisecond_clock)
    (log,) = again.prilog("IMSP")
    assert [held.dsn for held in log.datasets] == [f"IMSP.SLDS.G{number:04}V00" for number in range(40)]
    assert max(len(record) for record in stores[0].browse()) == SEGMENT
    assert list(stores[0].browse()) == list(stores[1].browse())
    for store in stores[:2]:
        assert not check_ksds(store)


@dataclass
class Step:
    """What DSPURX00 needs of a step."""

    recons: dict[str, ReconDataSet]
    sysin: list[str]
    library: dict[str, list[bytes]] = field(default_factory=dict)
    cataloged: dict[str, ReconDataSet] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    operator: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    system: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(clock=SimpleNamespace(now=lambda: START)))

    def has(self, name):
        return name in self.recons or name == "SYSIN"

    def dd(self, name):
        if name == "SYSIN":
            return SimpleNamespace(records=lambda: iter(self.sysin))
        return SimpleNamespace(dataset=self._opened(self.recons[name]))

    def _opened(self, recon):
        return SimpleNamespace(dsname=recon.dsname, ksds=lambda: recon.ksds)

    def print(self, _name):
        return SimpleNamespace(line=self.lines.append)

    def wto(self, text):
        self.operator.append(text)

    def authorise(self, dsname, access):
        self.updates.append(f"{dsname} {access}")

    def find_module(self, name):
        return SimpleNamespace(pds=lambda: SimpleNamespace(blocks=self.library.get)) if name in self.library else None

    def allocate(self, dsname):
        if dsname not in self.cataloged:
            raise DataSetNotFound(dsname)
        return self._opened(self.cataloged[dsname])


@pytest.fixture
def three(new_recon_data_set):
    return [ReconDataSet(f"IMSP.RECON{n}", new_recon_data_set()) for n in (1, 2, 3)]


def test_the_program_is_registered():
    assert lookup("DSPURX00") is dspurx00


def test_recons_are_found_through_dfsmda_members_and_a_missing_one_is_replaced_by_the_spare(three):
    modules = {
        member.name: loadmodule.build({member.name: mda.build(member)}) for member in mda.system_members("IMSP", (), ())
    }
    cataloged = {one.dsname: one for one in three}
    assert dspurx00(Step({}, [" INIT.RECON SSID(IMSP) STARTNEW"], modules, cataloged)) == 0
    del cataloged["IMSP.RECON2"]
    step = Step({}, [" LIST.RECON STATUS"], modules, cataloged)
    assert dspurx00(step) == 0
    assert any("RECON2        UNAVAILABLE    IMSP.RECON2" in line for line in step.lines)
    assert any("RECON3        COPY2          IMSP.RECON3" in line for line in step.lines)
    assert any(line.startswith("DSP0901I  RECON2") for line in step.operator)


def test_listing_needs_no_update_authority_and_writes_nothing(three):
    recons = dict(zip(("RECON1", "RECON2", "RECON3"), three, strict=True))
    assert dspurx00(Step(recons, [" INIT.RECON SSID(IMSP)"])) == 0
    before = [dict(one.ksds.data.space.images) for one in three]
    step = Step(recons, [" LIST.RECON", " LIST.LOG ALL"])
    assert dspurx00(step) == 0
    assert step.updates == []
    assert [dict(one.ksds.data.space.images) for one in three] == before
    changing = Step(recons, [" CHANGE.RECON NOCATDS"])
    assert dspurx00(changing) == 0
    assert changing.updates == [f"IMSP.RECON{n} UPDATE" for n in (1, 2, 3)]


def test_without_recons_the_step_ends_with_12(three):
    step = Step({}, [" LIST.RECON"])
    assert dspurx00(step) == 12
    assert "NO DD STATEMENT AND NO DFSMDA MEMBER" in step.lines[0]
