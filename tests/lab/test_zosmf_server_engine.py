"""The engine's own client against the running TLS server of the embedded z/OS."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from imsclone.zosmf import Client, Connection
from imsclone.zosmf.completion import Ending
from imsclone.zosmf.datasets import Allocation
from imsclone.zosmf.errors import EtagMismatch, LinkError, LoginRefused, NotFound, ServiceError
from imsclone.zosmf.job_documents import gate
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.jes.protection import parse
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

HOST = "127.0.0.1"
COPY_STEP = """\
//COPY     EXEC PGM=IEBGENER
//SYSPRINT DD SYSOUT=*
//SYSIN    DD DUMMY
//SYSUT1   DD *
HELLO
//SYSUT2   DD SYSOUT=*
"""
JCL = f"//CLNTEST JOB (ACCT)\n{COPY_STEP}"


@pytest.fixture
def running(tmp_path):
    """A started system, and a connection to it as IBMUSER."""
    with DiskSubsystem(tmp_path / "dasd") as dasd:
        Volume.init(dasd.define(0x0A00, Geometry("3390", 15)), "LABRES")
        dasd.vary_online(0x0A00)
        CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    system = Zos.ipl(tmp_path)
    modules = system.datasets.create("SYS1.LINKLIB", DataSetAttributes("PO", "U", 0, 6144), Space("TRK", 2, 1, 2))
    for name in ("IEFBR14", "IEBGENER", "BPXBATCH", "IDCAMS"):
        modules.pds().write(name, [b"module"])
    users = Users(tmp_path / "users.json")
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    server = Server(create_application(system, users, HOST, port), tmp_path / "tls", HOST, port)
    server.start()
    password = SecretStr(users.create("IBMUSER"))
    yield system, Connection(host=HOST, port=port, user="IBMUSER", password=password, ca_path=server.authority)
    server.stop()
    system.shutdown(timeout=5)


def test_a_job_is_submitted_once_waited_for_and_read(running):
    _, connection = running
    with Client(connection) as zosmf:
        job = zosmf.submit_once(JCL, "CLONEA1")
        again = zosmf.submit_once(JCL, "CLONEA1")
        assert again.id == job.id
        ended = zosmf.wait(job, 20)
        gate(ended)
        assert zosmf.listing(ended, "COPY", "SYSUT2").strip() == "HELLO"
        assert ended.steps[0].name == "COPY"
        assert ended.started <= ended.finished
        zosmf.purge(ended)
        assert zosmf.find("CLONEA1") is None


def test_a_job_is_cancelled(running):
    _, connection = running
    with Client(connection) as zosmf:
        job = zosmf.submit_once("//CLNWAIT JOB\n//W EXEC PGM=BPXBATCH,PARM='SH sleep 60'\n", "CLONEB1")
        deadline = time.monotonic() + 20
        while not zosmf.status(job).steps and time.monotonic() < deadline:
            time.sleep(0.05)
        zosmf.cancel(job)
        ended = zosmf.wait(job, 20)
        assert ended.completion.ending is Ending.CANCELLED


def test_data_sets_and_members_are_created_written_read_renamed_and_deleted(running):
    _, connection = running
    with Client(connection) as zosmf:
        zosmf.create("CLONE.LIB", Allocation(dsorg="PO", directory=5, primary=2, volser="LABRES"))
        zosmf.write_text("CLONE.LIB", ["//A PROC", "", "//B EXEC PGM=IEFBR14"], "IMST")
        text = zosmf.read_text("CLONE.LIB", "IMST")
        assert text.lines == ("//A PROC", "", "//B EXEC PGM=IEFBR14")
        assert zosmf.members("CLONE.LIB") == ("IMST",)
        tag = zosmf.write_text("CLONE.LIB", ["NEW"], "IMST", etag=text.etag)
        assert zosmf.read_text("CLONE.LIB", "IMST").etag == tag
        with pytest.raises(EtagMismatch):
            zosmf.write_text("CLONE.LIB", ["LOST"], "IMST", etag=text.etag)
        assert len(zosmf.read_records("CLONE.LIB", "IMST")[0]) == 80
        zosmf.rename("CLONE.LIB", "CLONE.NEW")
        (row,) = zosmf.data_sets("CLONE.**")
        assert (row.dsname, row.dsorg, row.recfm, row.lrecl, row.volsers) == ("CLONE.NEW", "PO", "FB", 80, ("LABRES",))
        zosmf.delete("CLONE.NEW", "IMST")
        zosmf.delete("CLONE.NEW")
        with pytest.raises(NotFound):
            zosmf.read_text("CLONE.NEW", "IMST")


def test_what_the_user_may_not_read_is_an_error_of_the_service_and_not_a_login(running):
    system, connection = running
    with Client(connection) as zosmf:
        zosmf.create("CLONE.SECRET", Allocation())
        system.profiles = parse(["CLONE.SECRET  READ(NOBODY)  UPDATE(NOBODY)"])
        with pytest.raises(ServiceError) as refused:
            zosmf.read_text("CLONE.SECRET")
        assert refused.value.report == (4, 8, 0)


def test_commands_messages_and_idcams_work(running):
    system, connection = running
    before = datetime.now(UTC) - timedelta(seconds=2)
    with Client(connection) as zosmf:
        assert "IEE136I" in zosmf.command("D T", wanted="IEE136I").text
        answer = zosmf.command("D T", unsolicited="XYZ001I")
        system.console.message("XYZ001I DONE")
        assert zosmf.detected(answer, 5) == "XYZ001I DONE"
        assert any(message.id == "XYZ001I" for message in zosmf.hardcopy(before))
        assert zosmf.access_method_services([" LISTCAT ENTRIES(SYS1.LINKLIB)"]).rc == 0
        assert zosmf.access_method_services([" DELETE CLONE.NOTHING"]).rc == 8
        assert zosmf.info().version == "29"


def test_many_requests_at_once_each_get_their_own_answer(running):
    _, connection = running
    with Client(connection) as zosmf, ThreadPoolExecutor(8) as pool:
        jobs = list(
            pool.map(lambda number: zosmf.submit_once(f"//CLN{number:04d} JOB\n{COPY_STEP}", f"M{number}"), range(24))
        )
        ended = list(pool.map(lambda job: zosmf.wait(job, 30), jobs))
    assert [job.name for job in ended] == [f"CLN{number:04d}" for number in range(24)]
    assert {str(job.completion) for job in ended} == {"CC 0000"}


def test_a_wrong_password_and_an_authority_that_is_not_trusted_are_told_apart(running):
    _, connection = running
    with Client(connection.model_copy(update={"password": SecretStr("wrong")})) as zosmf, pytest.raises(LoginRefused):
        zosmf.info()
    with (
        Client(connection.model_copy(update={"ca_path": None})) as zosmf,
        pytest.raises(LinkError, match="certificate"),
    ):
        zosmf.info()
