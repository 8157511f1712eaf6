"""The Zowe CLI, a client nobody here wrote, against the running TLS server."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

VERSION = "8.37.1"
HOST = "127.0.0.1"
INSTALL_SECONDS, COMMAND_SECONDS = 300, 60
JCL = """\
//ZOWEJOB  JOB (ACCT)
//COPY     EXEC PGM=IEBGENER
//SYSPRINT DD SYSOUT=*
//SYSIN    DD DUMMY
//SYSUT1   DD *
HELLO FROM ZOWE
//SYSUT2   DD SYSOUT=*
"""


@pytest.fixture(scope="module")
def executable():
    """The zowe command, installed once into the user's cache."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: the Zowe CLI cannot be had")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "zoslab-tests" / f"zowe-cli-{VERSION}"
    found = cache / "node_modules" / ".bin" / "zowe"
    if not found.exists():
        cache.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        command = ["npm", "install", "--prefix", str(cache), *options, f"@zowe/cli@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install @zowe/cli: {done.stderr[-300:]}")
    return found


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A started system with a few libraries on one volume."""
    folder = tmp_path_factory.mktemp("zos")
    with DiskSubsystem(folder / "dasd") as dasd:
        Volume.init(dasd.define(0x0A00, Geometry("3390", 20)), "LABRES")
        dasd.vary_online(0x0A00)
        CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    made = Zos.ipl(folder)
    modules = made.datasets.create("SYS1.LINKLIB", DataSetAttributes("PO", "U", 0, 6144), Space("TRK", 2, 1, 2))
    modules.pds().write("IEBGENER", [b"module"])
    modules.pds().write("IDCAMS", [b"module"])
    library = made.datasets.create("USER.LIB", DataSetAttributes("PO", "FB", 80, 8000), Space("TRK", 3, 1, 3)).pds()
    for name in ("ALPHA", "BETA"):
        library.write(name, [ebcdic.encode(f"MEMBER {name}", 80)])
    made.datasets.create("USER.DATA", DataSetAttributes("PS", "FB", 80, 8000), Space("TRK", 1, 1)).write(
        [ebcdic.encode("FIRST LINE", 80)]
    )
    yield made
    made.shutdown(timeout=5)


@pytest.fixture(scope="module")
def zowe(executable, system, tmp_path_factory):
    """Run a zowe command against the server, over TLS that is verified, and return its ``--response-format-json``."""
    folder = tmp_path_factory.mktemp("zowe")
    users = Users(folder / "users.json")
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    server = Server(create_application(system, users, HOST, port), folder / "tls", HOST, port)
    server.start()
    environment = os.environ | {
        "ZOWE_CLI_HOME": str(folder / "home"),
        "ZOWE_USE_DAEMON": "no",
        "NODE_EXTRA_CA_CERTS": str(server.authority),
        "ZOWE_OPT_HOST": HOST,
        "ZOWE_OPT_PORT": str(port),
        "ZOWE_OPT_USER": "IBMUSER",
        "ZOWE_OPT_PASSWORD": users.create("IBMUSER"),
    }

    def run(*words, good=True):
        command = [str(executable), *words, "--response-format-json"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_SECONDS, env=environment, cwd=folder, check=False
        )
        answer = json.loads(done.stdout)
        assert answer["success"] is good, f"{' '.join(words)}: {answer['message']} {answer.get('error')} {done.stderr}"
        return answer

    yield run
    server.stop()


def test_check_status(zowe):
    assert zowe("zosmf", "check", "status")["data"]["zosmf_version"] == "29"


def test_a_local_file_is_submitted_waited_for_and_its_spool_viewed(zowe, tmp_path):
    file = tmp_path / "job.jcl"
    file.write_text(JCL)
    job = zowe("jobs", "submit", "local-file", str(file), "--wait-for-output")["data"]
    assert (job["jobname"], job["status"], job["retcode"]) == ("ZOWEJOB", "OUTPUT", "CC 0000")
    assert "HELLO FROM ZOWE" in zowe("jobs", "view", "all-spool-content", job["jobid"])["stdout"]
    assert "IEBGENER" in zowe("jobs", "view", "spool-file-by-id", job["jobid"], "3")["stdout"]
    assert job["jobid"] in [one["jobid"] for one in zowe("jobs", "list", "jobs", "--owner", "*")["data"]]
    zowe("jobs", "delete", "job", job["jobid"])
    assert "error" in zowe("jobs", "view", "job-status-by-jobid", job["jobid"], good=False)


def test_data_sets_and_members_are_listed(zowe):
    rows = zowe("files", "list", "data-set", "USER.*", "--attributes")["data"]["apiResponse"]["items"]
    assert [(row["dsname"], row["dsorg"], row["lrecl"]) for row in rows] == [
        ("USER.DATA", "PS", "80"),
        ("USER.LIB", "PO", "80"),
    ]
    members = zowe("files", "list", "all-members", "USER.LIB")["data"]["apiResponse"]["items"]
    assert [row["member"] for row in members] == ["ALPHA", "BETA"]


def test_a_data_set_and_a_member_are_downloaded_changed_and_uploaded(zowe, system, tmp_path):
    for place, name, first in (("USER.DATA", "", "FIRST LINE"), ("USER.LIB(ALPHA)", "ALPHA", "MEMBER ALPHA")):
        file = tmp_path / f"content{name}.txt"
        zowe("files", "download", "data-set", place, "--file", str(file))
        assert file.read_text() == f"{first}\n"
        file.write_text(f"{first}\nCHANGED BY ZOWE\n")
        zowe("files", "upload", "file-to-data-set", str(file), place)
        found = system.datasets.find(place.partition("(")[0])
        records = found.pds().read(name) if name else found.records()
        assert [ebcdic.decode(record) for record in records] == [first, "CHANGED BY ZOWE"]


def test_data_sets_are_created_renamed_copied_and_deleted(zowe):
    zowe("files", "create", "data-set-partitioned", "USER.MADE", "--size", "2TRK", "--directory-blocks", "4")
    zowe("files", "rename", "data-set", "USER.MADE", "USER.RENAMED")
    zowe("files", "copy", "data-set", "USER.LIB(BETA)", "USER.RENAMED(COPIED)")
    members = zowe("files", "list", "all-members", "USER.RENAMED")["data"]["apiResponse"]["items"]
    assert [row["member"] for row in members] == ["COPIED"]
    zowe("files", "delete", "data-set", "USER.RENAMED", "--for-sure")
    assert zowe("files", "list", "data-set", "USER.RENAMED")["data"]["apiResponse"]["items"] == []


def test_a_command_is_issued_on_the_console(zowe):
    assert "IEE136I" in zowe("console", "issue", "command", "D T")["data"]["commandResponse"]


def test_idcams_statements_are_run(zowe, tmp_path):
    answer = zowe("files", "invoke", "ams-statements", "LISTCAT ENTRIES(USER.LIB)")
    assert any("USER.LIB" in line for line in answer["data"]["apiResponse"]["output"])


def test_the_log_is_read(zowe):
    zowe("console", "issue", "command", "D T")
    assert "IEE136I" in zowe("zos-logs", "list", "logs", "--range", "5m")["stdout"]
