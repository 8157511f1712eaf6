"""Facts are read by jobs and console commands through z/OSMF, each job once, and no work data set is left behind."""

import re
import struct
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import httpx
import pytest

from imsclone.facts import VolumeSelection
from imsclone.listings.code_page import encode
from imsclone.names import DataSetName, Volser
from imsclone.steps.batch import Batch, ReadingLost
from imsclone.steps.reader import ZosmfReader
from imsclone.zosmf import Client, Connection
from imsclone.zosmf.errors import StepsFailed

RECON = (Path(__file__).parent / "data" / "list_recon_sample.txt").read_text()
END = """\
IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0
IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0
"""
CONNECTORS = (
    "0USERCATALOG --- UCAT.IMSP\n      VOLUMES\n        VOLSER------------IMSP01     DEVTYPE------X'3010200F'\n" + END
)
ALIASES = "0ALIAS --------- IMSP\n      ASSOCIATIONS\n        USERCAT--UCAT.IMSP\n" + END
ENTRIES = (
    "0NONVSAM ------- IMSP.PROCLIB\n      VOLUMES\n        VOLSER------------IMSP01     DEVTYPE------X'3010200F'\n"
    + END
)


def dcollected(volsers):
    """Return the records of a DCOLLECT run: a volume and a data set on it for each serial."""
    found = []
    for number, volser in enumerate(volsers):
        body = encode(volser, 6) + bytes(6) + struct.pack(">III", 5533, 0, 83007) + bytes(20) + encode("3390", 8)
        body += struct.pack(">HHH", 0xA80 + number, 0, 0) + encode("", 30)
        found.append(struct.pack(">HH2s18x", 24 + len(body), 0, encode("V", 2)) + body)
        body = encode(f"IMSP.ON.{volser}", 44) + bytes(6) + struct.pack(">HBB", 0x4000, 0x90, 1) + encode(volser, 6)
        body += struct.pack(">HHI", 27920, 80, 830) + bytes(24) + encode(volser, 6) + struct.pack(">H", 1)
        found.append(struct.pack(">HH2s18x", 24 + len(body), 0, encode("D", 2)) + body)
    return found


class Host:
    """A z/OSMF whose jobs end at once and print what their programs would."""

    def __init__(self, online=("IMSP01", "IMSP02", "OTHER1")):
        self.online, self.jobs, self.data, self.deleted, self.commands = online, {}, {}, [], []
        self.failing, self.ending = "", "CC 0000"

    def __call__(self, request):
        path = unquote(request.url.path).removeprefix("/zosmf")
        if path.startswith("/restconsoles"):
            return self.console(request)
        if path.startswith("/restjobs/jobs"):
            return self.job(request, path)
        return self.files(request, path)

    def console(self, request):
        command = re.search(r'"cmd": "([^"]*)"', request.content.decode())[1]
        self.commands.append(command)
        lines = ["IEE457I 23.59.59 UNIT STATUS"]
        if command.startswith("D U,DASD"):
            lines += [
                f"{0xA80 + n:04X} 3390 O             {name:10} PRIV/RSDNT    0" for n, name in enumerate(self.online)
            ]
        elif command.startswith("D U"):
            lines.append(f"{command.split(',')[3]} 3390 OFFLINE                  /RSDNT        0")
        elif command == "D R,L":
            lines.append("      12 R LAB1     STC00007 *12 DFS996I *IMS READY* IMSP")
        else:
            lines = [f" {command[4:]:8} NOT FOUND"]
        return httpx.Response(200, json={"cmd-response-key": "C1", "cmd-response": "\r".join(lines)})

    def job(self, request, path):
        if request.method == "PUT":
            return httpx.Response(201, json=self.submitted(request))
        if path == "/restjobs/jobs":
            return httpx.Response(200, json=[])
        job_id = path.split("/")[4]
        document, listings = self.jobs[job_id]
        if path.endswith("/files"):
            files = [
                {"id": n, "ddname": "SYSPRINT", "stepname": step, "record-count": text.count("\n")}
                for n, (step, text) in enumerate(listings)
            ]
            return httpx.Response(200, json=files)
        if path.endswith("/records"):
            return httpx.Response(200, text=listings[int(path.split("/")[6])][1])
        return httpx.Response(200, json=document)

    def submitted(self, request):
        jcl = request.content.decode()
        steps = re.findall(r"(?m)^//(\S+)\s+EXEC PGM=(\w+)", jcl)
        job_id = f"JOB{len(self.jobs) + 1:05}"
        ends = [{"step-name": name, "program-name": pgm, "completion": self.code(name)} for name, pgm in steps]
        name = re.match(r"//(\S+)", jcl)[1]
        correlator = "J" * 31 + ":" + request.headers["x-ibm-user-correlator"]
        document = {"jobid": job_id, "jobname": name, "status": "OUTPUT", "retcode": self.ending, "step-data": ends}
        document["job-correlator"] = correlator
        self.jobs[job_id] = (document, [(step, self.printed(step, jcl)) for step, _ in steps])
        return document

    def code(self, step):
        return "CC 0012" if step == self.failing else "CC 0000"

    def printed(self, step, jcl):
        if step == "COLLECT":
            volsers = re.findall(r"[A-Z]+\d\d?", re.sub(r"\s|-", "", re.search(r"(?s)VOLUMES\((.*?)\)", jcl)[1]))
            records = dcollected(volsers)
            name = re.search(r"//DCOUT.*?DSN=([A-Z0-9.]+)", jcl)[1]
            self.data[name] = b"".join(len(one).to_bytes(4, "big") + one for one in records)
        return {"CONNECT": CONNECTORS, "ALIAS": ALIASES, "LIST1": ENTRIES, "LIST": RECON}.get(step, END)

    def files(self, request, path):
        name = path.removeprefix("/restfiles/ds/")
        if request.method == "DELETE":
            self.deleted.append(name)
            return httpx.Response(204)
        if name.endswith("/member"):
            if name.startswith("IMSP.GONE"):
                return httpx.Response(404, json={"category": 4, "rc": 8, "reason": 0, "message": "not cataloged"})
            return httpx.Response(200, json={"items": [{"member": "IMSP"}, {"member": "DFSPBIMS"}]})
        return httpx.Response(200, content=self.data[name])


@pytest.fixture
def host():
    return Host()


@pytest.fixture
def reader(host):
    connection = Connection(host="zos.example", user="IBMUSER", password="x")
    client = Client(connection, http=httpx.MockTransport(host), sleep=lambda _: None)
    libraries = SimpleNamespace(reslib=DataSetName("IMSP.SDFSRESL"), dbdlib=(DataSetName("IMSP.DBDLIB"),))
    spec = SimpleNamespace(
        work=SimpleNamespace(hlq=DataSetName("CLONE"), volumes=(Volser("LABWK1"),)),
        source=SimpleNamespace(steplib=(), libraries=libraries),
    )
    return ZosmfReader(Batch(client, connection.job_card, "qa1", reading="0a1b2c3d"), spec)


def test_volumes_are_chosen_by_serial_mask_and_unit(host, reader):
    found = reader.volumes(VolumeSelection(volsers=("IMSP01", "GONE01"), masks=("IMSP%2",), units=("0A90",)))
    assert [(one.volser, one.unit, one.online, one.cylinders) for one in found] == [
        ("IMSP01", "0A80", True, 100),
        ("IMSP02", "0A81", True, 100),
        ("", "0A90", False, 0),
    ]
    assert host.commands == ["D U,DASD,ONLINE,0000,256", "D U,,,0A90,1"]


def test_data_sets_come_from_the_same_collection_and_its_work_data_set_is_removed(host, reader):
    volumes = reader.volumes(VolumeSelection(masks=("IMSP*",)))
    found = reader.data_sets([one.volser for one in volumes])
    assert [(one.dsname, one.volsers, one.tracks) for one in found] == [
        ("IMSP.ON.IMSP01", ("IMSP01",), 15),
        ("IMSP.ON.IMSP02", ("IMSP02",), 15),
    ]
    assert len(host.jobs) == 1
    assert host.deleted == ["CLONE.R0A1B2C3.DCOUT"]
    assert [one.dsname for one in reader.data_sets(["IMSP02"])] == ["IMSP.ON.IMSP02"]
    assert len(host.jobs) == 2
    assert reader.data_sets([]) == ()


def test_nothing_is_collected_when_nothing_is_chosen(host, reader):
    assert reader.volumes(VolumeSelection(volsers=("GONE01",))) == ()
    assert host.jobs == {}


def test_catalogs_that_the_master_catalog_knows_are_read_with_volume_and_aliases(reader):
    found = reader.catalogs(["UCAT.IMSP", "UCAT.IMST"])
    assert [(one.name, one.volser, one.aliases) for one in found] == [("UCAT.IMSP", "IMSP01", ("IMSP",))]
    assert [one.name for one in found[0].entries] == ["IMSP.PROCLIB"]
    assert reader.catalogs(["UCAT.IMST"]) == ()


def test_the_recon_is_read_with_all_it_names(reader):
    found = reader.recon(["IMSP.RECON1", "IMSP.RECON2", "IMSP.RECON3"])
    assert [(one.ddname, one.status) for one in found.data_sets] == [
        ("RECON1", "COPY1"),
        ("RECON2", "COPY2"),
        ("RECON3", "SPARE"),
    ]
    assert found.subsystems[0] == "IMSP"
    assert found.record_counts["PRISLD"] == 2
    assert "IMSP.DB.ACCT" in {one.dsname for one in found.references if one.kind == "DBDS"}
    assert ("IMSP05",) in {one.volsers for one in found.references if one.kind == "PRISLD"}


def test_libraries_that_do_not_exist_are_left_out(reader):
    assert reader.members(["IMSP.PROCLIB", "IMSP.GONE"]) == {"IMSP.PROCLIB": ("IMSP", "DFSPBIMS")}


def test_an_ims_that_waits_for_a_reply_is_active(reader):
    assert reader.ims_active(["IMSP", "IMST"]) == ("IMSP",)


def test_a_step_that_fails_fails_the_reading(host, reader):
    host.failing = "COLLECT"
    with pytest.raises(StepsFailed, match="COLLECT"):
        reader.volumes(VolumeSelection(volsers=("IMSP01",)))


def test_a_failure_of_the_system_during_a_reading_may_be_tried_again(host, reader):
    host.ending = "SYS FAIL"
    with pytest.raises(ReadingLost, match=r"CLN765E .* SYS FAIL") as lost:
        reader.volumes(VolumeSelection(volsers=("IMSP01",)))
    assert lost.value.retry
