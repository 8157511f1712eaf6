"""One field of the clone is corrupted on disk, as every layer has them, and verify names it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from zoslab import ebcdic
from zoslab.dasd.devices import Device
from zoslab.dasd.extent import Extent
from zoslab.dasd.volume import Volume
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

pytestmark = pytest.mark.xdist_group("clone_on_lab")

HOST = "127.0.0.1"
VTOC = "VTOC"
NAME = 44


@dataclass(frozen=True)
class Field:
    """The bytes of one field: the first place in a data set of a volume, or its VTOC, where ``old`` stands."""

    volser: str
    dsname: str
    old: bytes
    new: bytes


def text(volser: str, dsname: str, old: str, new: str, length: int = 0) -> Field:
    length = length or max(len(old), len(new))
    return Field(volser, dsname, ebcdic.encode(old, length), ebcdic.encode(new, length))


def entry(name: str, kind: str = "1") -> str:
    """Return what begins a data set's format-1 DSCB."""
    return name.ljust(NAME) + kind


def identity(volser: str, dsname: str, old: tuple[int, int], new: tuple[int, int]) -> Field:
    """Return partition ID and reorganization number at the head of a data set, before the first bits of its bitmap."""
    held, wanted = (b"".join(number.to_bytes(2, "big") for number in pair) + b"\x7f\xff" for pair in (old, new))
    return Field(volser, dsname, held, wanted)


F1_SERIAL = entry("IMST.FORMAT")
CASES = {
    "VOL1 serial": (text("IMST02", "VOL1", "VOL1IMST02", "VOL1IMSX02"), ["label", "0A91"]),
    "F1 name": (text("IMST02", VTOC, entry("IMST.FORMAT"), entry("IMSP.FORMAT")), ["VTOC", "IMST02", "IMSP.FORMAT"]),
    "DS1DSSN": (
        text("IMST02", VTOC, F1_SERIAL + "IMST02", F1_SERIAL + "IMSP02"),
        ["VTOC", "IMST.FORMAT on IMST02", "IMSP02"],
    ),
    "VTOC index entry": (text("IMST02", "SYS1.VTOCIX.IMST02", "IMST.FORMAT", "IMSP.FORMAT"), ["VTOC index", "IMST02"]),
    "VVDS record name": (text("IMST02", "SYS1.VVDS.VIMST02", "IMST.FORMAT", "IMSP.FORMAT"), ["VVDS", "FORMAT"]),
    "VVDS serial": (text("IMST02", "SYS1.VVDS.VIMST02", "IMST02", "IMSP02"), ["VVDS", "IMST02"]),
    "catalog record name": (text("IMST01", "UCAT.IMST", "IMST.FORMAT", "IMSP.FORMAT"), ["catalog", "IMSP.FORMAT"]),
    "catalog volume cell": (text("IMST01", "UCAT.IMST", "IMST04", "IMSP04"), ["catalog", "IMSP04"]),
    "RECON database data set": (
        text("IMST02", "IMST.RECON1.DATA", "IMST.DB.ACCT", "IMSP.DB.ACCT"),
        ["RECON", "IMSP.DB.ACCT"],
    ),
    "RECON online log": (text("IMST02", "IMST.RECON1.DATA", "IMST.OLP00", "IMSP.OLP00"), ["RECON", "IMSP.OLP00"]),
    "RECON image copy": (text("IMST02", "IMST.RECON1.DATA", "IMST.IC.ACCT", "IMSP.IC.ACCT"), ["RECON", "IMSP.IC.ACCT"]),
    "RECON header": (text("IMST02", "IMST.RECON1.DATA", "IMST.RECON2", "IMSP.RECON2"), ["RECON", "IMSP.RECON2"]),
    "RECON partition prefix": (
        text("IMST02", "IMST.RECON1.DATA", "IMST.DB.HIST", "IMSP.DB.HIST"),
        ["RECON", "IMSP.DB.HIST"],
    ),
    "RECON area data set": (
        text("IMST02", "IMST.RECON1.DATA", "IMST.DB.TELLER02", "IMSP.DB.TELLER02"),
        ["RECON", "IMSP.DB.TELLER02"],
    ),
    "partition ID": (
        identity("IMST05", "IMST.DB.HIST.A00002", (2, 1), (3, 1)),
        ["HALDB", "IMST.DB.HIST.A00002", "holds partition ID 3, the RECON says 2"],
    ),
    "reorganization number": (
        identity("IMST06", "IMST.DB.HIST.A00004", (4, 1), (4, 7)),
        ["HALDB", "IMST.DB.HIST.A00004", "holds reorganization number 7, the RECON says 1"],
    ),
    "library member": (
        text("IMST01", "IMST.PROCLIB", "DSN=IMST.ACBLIB", "DSN=IMSP.ACBLIB"),
        ["library", "IMST.PROCLIB(IMST)", "IMSP.ACBLIB"],
    ),
    "MDA database data set": (
        text("IMST01", "IMST.MDALIB", "IMST.DB.CUSTNX", "IMSP.DB.CUSTNX"),
        ["MDA", "IMST.MDALIB", "IMSP.DB.CUSTNX"],
    ),
    "MDA area data set": (
        text("IMST01", "IMST.MDALIB", "IMST.DB.TELLER03", "IMSP.DB.TELLER03"),
        ["MDA", "IMST.MDALIB", "IMSP.DB.TELLER03"],
    ),
    "MDA data set name": (
        text("IMST01", "IMST.MDALIB", "IMST.OLP01", "IMSP.OLP01"),
        ["MDA", "IMST.MDALIB", "IMSP.OLP01"],
    ),
    "RDDS imsid": (text("IMST02", "IMST.RDDS1", "IMST", "IMSP"), ["RDDS", "IMST.RDDS1", "IMSP"]),
    "nucleus subsystem id": (text("IMST01", "IMST.SDFSRESL", "IMST", "IMSP"), ["nucleus", "IMST.SDFSRESL", "IMSP"]),
}


def extents(volume: Volume, dsname: str) -> Sequence[Extent]:
    if dsname == "VOL1":
        return [Extent(0, 0)]
    if dsname == VTOC:
        return [volume.vtoc.extent]
    return volume.vtoc.require(dsname).extents


class Corruption:
    """Puts another value into a field, and the right one back."""

    def __init__(self, system: Zos) -> None:
        self.system = system
        self.kept: list[tuple[Device, int, bytes]] = []

    def apply(self, field: Field) -> None:
        device = self.system.dasd.device_of(field.volser)
        for extent in extents(Volume(device), field.dsname):
            for number in range(extent.low, extent.high + 1):
                image = device.read_track(number)
                if field.old in image:
                    self.kept.append((device, number, image))
                    device.write_track(number, image.replace(field.old, field.new, 1))
                    self.mount(device)
                    return
        raise AssertionError(f"{field} is not there")

    def undo(self) -> None:
        while self.kept:
            device, number, image = self.kept.pop()
            device.write_track(number, image)
            self.mount(device)

    def mount(self, device: Device) -> None:
        self.system.dasd.vary_online(device.devno)


@pytest.fixture(scope="module")
def system(cloned: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zos]:
    """The lab as it was before the first verify, in this process, without IMS; AIRFLOW_CONN_ZOSMF_LAB leads to it."""
    folder = cloned.before_verify
    (folder / "arm.json").unlink(missing_ok=True)
    made = Zos.ipl(folder)
    users = Users(folder / "zosmf" / "users.json")
    server = Server(create_application(made, users, HOST, cloned.port), folder / "zosmf", HOST, cloned.port)
    server.start()
    connection = {"conn_type": "zosmf", "host": HOST, "port": cloned.port, "login": "IBMUSER"}
    connection |= {"password": users.create("IBMUSER"), "extra": {"ca_file": str(server.authority)}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", json.dumps(connection))
        yield made
    server.stop()
    made.shutdown()


@pytest.fixture(scope="module")
def verify(system: Zos, cloned: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], None]:
    """Run the verify step of the first run alone; each time as a run of its own."""
    from imsclone.ledger import Ledger
    from imsclone_airflow.fence import document, hold_target, let_go
    from imsclone_airflow.identity import TaskKey
    from imsclone_airflow.operators import VerifyOperator
    from imsclone_airflow.operators.base import plan_document

    ledger = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.db")
    ledger.upgrade()

    def run(name: str) -> None:
        key = TaskKey("clone", f"corrupted {name}", "verify")
        lease = hold_target(ledger, cloned.plan.target.imsid, key.run_key)
        ledger.start_run(key.run_key, cloned.plan)
        step = VerifyOperator(task_id="verify", plan=None)
        step.__dict__["ledger"] = ledger
        step.take(plan_document(cloned.plan, document(lease)), key)
        try:
            step.execute({"ti": SimpleNamespace(try_number=1)})
        finally:
            let_go(ledger, cloned.plan.target.imsid, key.run_key, lease.token)

    return run


def test_the_clone_as_it_is_agrees_in_every_layer(verify: Callable[[str], None]) -> None:
    verify("in nothing")


@pytest.mark.parametrize("case", CASES)
def test_one_corrupted_field_is_named(case: str, verify: Callable[[str], None], system: Zos) -> None:
    from imsclone_airflow.errors import CloneNotProven

    field, words = CASES[case]
    corruption = Corruption(system)
    corruption.apply(field)
    try:
        with pytest.raises(CloneNotProven) as raised:
            verify(case)
    finally:
        corruption.undo()
    problems = re.split(r"\n|(?=CLN\d{3}E)", str(raised.value))
    assert [line for line in problems if all(word in line for word in words)], str(raised.value)
