"""After all that was done to the system: it is asked, then stopped, and every volume is looked at."""

from typing import Any

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vvds_check import check_vvds

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(600)]

SOURCE = range(0x0A80, 0x0A86)
BANK = """\
//BANKREAD JOB CLASS=A
//READ     EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB,,,,,,,,,,,IMSP'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""


def test_productions_money_adds_up(plant: Any) -> None:
    assert "BANK INVARIANT HOLDS" in plant.listing(BANK)


@pytest.fixture(scope="module")
def dasd(plant: Any) -> Any:
    plant.lab.stop()
    with DiskSubsystem(plant.lab.folder / "dasd", background_copy=False) as subsystem:
        yield subsystem
    plant.lab.start()


def test_every_volume_is_intact(dasd: DiskSubsystem) -> None:
    found = {f"{device}": list(map(str, check_volume(device, every_track=True))) for device in dasd.devices()}
    assert {name: findings for name, findings in found.items() if findings} == {}


def test_every_vvds_is_intact(dasd: DiskSubsystem) -> None:
    opened = {device.volser: open_vvds(Volume.open(device)) for device in dasd.devices() if device.online}
    found = {volser: list(check_vvds(vvds)) for volser, vvds in opened.items() if vvds is not None}
    assert {volser: findings for volser, findings in found.items() if findings} == {}


def test_nobody_but_ims_wrote_to_production(dasd: DiskSubsystem) -> None:
    assert {who for number in SOURCE for who in dasd.audit.writers_to(number)} == {"CREATE", "IMSP"}
