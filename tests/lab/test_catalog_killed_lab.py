"""Kill -9 of the process while data sets split and catalogs change."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from zoslab.catalog.diagnose import diagnose_catalog, diagnose_volume
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Space, Volume
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement

WRITER = """
import sys
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.datasets import DataManagement

dasd = DiskSubsystem(sys.argv[1])
datasets = DataManagement(dasd, CatalogSystem(dasd, "CATALOG.MASTER", "LABRES"))
ksds = datasets.find("IMSP.RECON1").ksds()
start = int(sys.argv[2])
for n in range(start, start + 3000):
    key = n * 7919 % 100003
    ksds.insert(b"%08d" % key + bytes(400))
    if n % 10 == 0:
        datasets.create(f"IMSP.N{n}", DataSetAttributes("PS", "FB", 80, 800), Space("TRK", 0), ["LABRES"])
    print(n, flush=True)
"""


def build(folder):
    with DiskSubsystem(folder) as dasd:
        Volume.init(dasd.define(0xA00, Geometry("3390", 20)), "LABRES", vtoc_tracks=10, index_tracks=10)
        dasd.vary_online(0xA00)
        datasets = DataManagement(dasd, CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES"))
        attributes = ClusterAttributes("KSDS", 0, 8, 500, ci_size=2048)
        datasets.create_cluster("IMSP.RECON1", attributes, Space("TRK", 1, 1), ["LABRES"])


def written_before_kill(folder, start, lines):
    """Run the writer, kill it soon after it has said so many lines; return the last number it has said."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, folder, str(start)], stdout=subprocess.PIPE, text=False)
    with process:
        said = b""
        deadline = time.monotonic() + 60
        while said.count(b"\n") < lines and time.monotonic() < deadline:
            select.select([process.stdout], [], [], 1)
            said += os.read(process.stdout.fileno(), 65536)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
    return int(said.split(b"\n")[-2])


@pytest.mark.slow
def test_every_record_that_was_confirmed_is_there_after_a_kill(tmp_path):
    build(tmp_path)
    confirmed: list[range] = []
    for start, lines in [(0, 37), (3000, 150), (6000, 333), (9000, 61)]:
        confirmed.append(range(start, written_before_kill(tmp_path, start, lines) + 1))
        with DiskSubsystem(tmp_path) as dasd:
            catalogs = CatalogSystem(dasd, "CATALOG.MASTER", "LABRES")
            datasets = DataManagement(dasd, catalogs)
            ksds = datasets.find("IMSP.RECON1").ksds()
            assert check_ksds(ksds) == []
            keys = {int(record[:8]) for record in ksds.browse()}
            assert {n * 7919 % 100003 for numbers in confirmed for n in numbers} <= keys
            assert all(datasets.exists(f"IMSP.N{n}") for numbers in confirmed for n in numbers if n % 10 == 0)
            volume = dasd.volume("LABRES")
            assert diagnose_catalog(catalogs.master, {"LABRES": volume}) == []
            assert diagnose_volume(volume, {"CATALOG.MASTER": catalogs.master}) == []
