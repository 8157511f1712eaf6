import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zoslab.dasd import audit
from zoslab.dasd.devices import DeviceNotDefined
from zoslab.dasd.errors import NotLabelled
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.subsystem import (
    DeviceAlreadyDefined,
    DiskSubsystem,
    DuplicateVolser,
    SubsystemInUse,
    VolumeNotMounted,
)
from zoslab.dasd.volume import Volume

SMALL = Geometry("3390", 3)


@pytest.fixture
def subsystem(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno, volser in ((0xA80, "IMSP01"), (0xA90, "IMST01")):
            Volume.init(subsystem.define(devno, SMALL), volser)
            subsystem.vary_online(devno)
        yield subsystem


def test_devices_volumes_and_who_is_online_survive_a_restart_and_a_move_of_the_folder(
    subsystem: DiskSubsystem, tmp_path: Path
):
    subsystem.vary_offline(0xA90)
    CkdImage.create(tmp_path / "foreign.ckd", SMALL).close()
    subsystem.define(0xB00, SMALL, tmp_path / "foreign.ckd")
    subsystem.close()
    shutil.move(tmp_path / "dasd", tmp_path / "moved")
    with DiskSubsystem(tmp_path / "moved") as again:
        assert [(device.devno, device.volser) for device in again.devices()] == [
            (0xA80, "IMSP01"),
            (0xA90, None),
            (0xB00, None),
        ]
        assert again.device(0xB00).image.path == tmp_path / "foreign.ckd"
        assert [volume.volser for volume in again.volumes()] == ["IMSP01"]
        assert again.device_of("IMSP01").devno == 0xA80
        again.vary_online(0xA90)
        assert again.volume("IMST01").volser == "IMST01"


def test_a_copied_volume_is_refused_online_beside_its_source_until_it_is_relabelled(subsystem: DiskSubsystem):
    subsystem.flash.establish(0xA80, 0xA90)
    assert subsystem.device_of("IMSP01").devno == 0xA80
    with pytest.raises(DuplicateVolser, match="IMSP01 on device 0A90 stays offline: 0A80 is online") as error:
        subsystem.vary_online(0xA90)
    assert (error.value.devno, error.value.online_devno) == (0xA90, 0xA80)
    assert not subsystem.device(0xA90).online
    Volume(subsystem.device(0xA90)).relabel("IMST01")
    subsystem.vary_online(0xA90)
    assert subsystem.device_of("IMST01").devno == 0xA90
    assert subsystem.volume("IMSP01").volser == "IMSP01"


def test_after_a_kill_between_copy_and_vary_the_source_is_online_and_the_copy_is_not(
    subsystem: DiskSubsystem, tmp_path: Path
):
    """Both were online; the copy's label now says the source's serial."""
    subsystem.flash.establish(0xA80, 0xA90)
    shutil.copytree(subsystem.folder, tmp_path / "left")
    with DiskSubsystem(tmp_path / "left", background_copy=False) as after:
        assert [(device.devno, device.volser) for device in after.devices()] == [(0xA80, "IMSP01"), (0xA90, None)]


def test_unknown_devices_volumes_and_labels_are_refused(subsystem: DiskSubsystem):
    subsystem.define(0xB00, SMALL)
    with pytest.raises(NotLabelled, match="device 0B00 has no volume label"):
        subsystem.vary_online(0xB00)
    with pytest.raises(DeviceNotDefined, match="Device 0C00 is not defined"):
        subsystem.device(0xC00)
    with pytest.raises(VolumeNotMounted, match="Volume NOVOL1 is not mounted"):
        subsystem.volume("NOVOL1")
    subsystem.vary_offline(0xA80)
    with pytest.raises(VolumeNotMounted, match="IMSP01"):
        subsystem.volume("IMSP01")


def test_a_device_is_defined_once_and_with_the_geometry_of_its_image(subsystem: DiskSubsystem, tmp_path: Path):
    with pytest.raises(DeviceAlreadyDefined, match="0A80 is already defined"):
        subsystem.define(0xA80, SMALL)
    CkdImage.create(tmp_path / "other.ckd", Geometry("3380", 4)).close()
    with pytest.raises(DeviceAlreadyDefined, match="holds Geometry"):
        subsystem.define(0xB00, SMALL, tmp_path / "other.ckd")
    assert [device.devno for device in subsystem.devices()] == [0xA80, 0xA90]


def test_a_second_process_is_refused_the_folder(subsystem: DiskSubsystem):
    code = "import sys; from zoslab.dasd.subsystem import DiskSubsystem; DiskSubsystem(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", code, subsystem.folder], capture_output=True, text=True)
    assert "SubsystemInUse" in done.stderr
    assert "Stop that one first" in done.stderr
    with pytest.raises(SubsystemInUse):
        DiskSubsystem(subsystem.folder)


def test_writes_are_counted_by_volume_and_job_and_outlive_the_process(subsystem: DiskSubsystem, tmp_path: Path):
    device = subsystem.device(0xA80)
    before = subsystem.audit.writers("IMSP01").get("SYSTEM", 0)

    def job(name: str, tracks: int) -> None:
        audit.writer.set(name)
        with subsystem.atomic():
            for number in range(20, 20 + tracks):
                device.write_track(number, device.read_track(number))
        device.write_track(20, device.read_track(20))

    for name, tracks in (("JOB A", 4), ("IMSP", 1)):
        thread = threading.Thread(target=job, args=(name, tracks))
        thread.start()
        thread.join()
    expected = {"JOB A": 5, "IMSP": 2, "SYSTEM": before} if before else {"JOB A": 5, "IMSP": 2}
    assert subsystem.audit.writers("IMSP01") == expected
    shutil.copytree(subsystem.folder, tmp_path / "left")
    with DiskSubsystem(tmp_path / "left") as after:
        assert after.audit.writers("IMSP01").keys() == expected.keys()
    subsystem.close()
    with (subsystem.folder / "audit.log").open("ab") as file:
        file.write(b"0A80 IMSP01 7")
    with DiskSubsystem(subsystem.folder) as after:
        assert after.audit.writers("IMSP01") == expected
        assert after.audit.writers_to(0xA80).items() >= {"JOB A": 5, "IMSP": 2}.items()


def test_a_write_counts_to_the_serial_the_volume_had_before_it(subsystem: DiskSubsystem):
    token = audit.writer.set("RELABEL")
    Volume(subsystem.device(0xA90)).relabel("NEW001")
    Volume(subsystem.device(0xA90)).relabel("IMST01")
    audit.writer.reset(token)
    assert subsystem.audit.writers("IMST01")["RELABEL"] == 1
    assert subsystem.audit.writers("NEW001")["RELABEL"] == 1
