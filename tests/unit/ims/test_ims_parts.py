"""The parts of IMS by themselves: definitions, members, locks, gate, log, commands."""

import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.ims import acb, dbdgen, log_block, mda, nucleus, rdds, wads
from zoslab.ims.bank import definitions
from zoslab.ims.errors import RegionDown, StartupFailed, SuspendFailed, UserAbend
from zoslab.ims.gate import Gate
from zoslab.ims.locks import EXCLUSIVE, SHARED, LockManager
from zoslab.ims.log_records import Change, IndexChange, LogRecord, Type, decode, differences
from zoslab.ims.macros import SourceError, read
from zoslab.ims.osam import BlockFile
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters, procedure_parm
from zoslab.programs.csluspoc import commands

# Definitions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(definitions.DBD_SOURCE))
def test_a_control_block_gives_back_the_definition(name):
    dbd = definitions.dbd(name)
    assert acb.parse_dmb(acb.build_dmb(dbd)) == dbd


@pytest.mark.parametrize("name", sorted(definitions.PSB_SOURCE))
def test_a_control_block_gives_back_the_psb(name):
    psb = definitions.program(name)
    assert acb.parse_psb(acb.build_psb(psb)) == psb


def test_column_72_continues_and_73_to_80_are_sequence_numbers():
    lines = [
        "         SEGM  NAME=A,".ljust(71) + "X00000010",
        "               BYTES=(16)   REMARK".ljust(72) + "00000020",
    ]
    (statement,) = read(lines)
    assert (statement.text("NAME"), statement.number("BYTES")) == ("A", 16)


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("BYTES=40", "BYTES=4X"), 4, "takes a number"),
        (("ACCESS=(HDAM,OSAM)", "ACCESS=(LOGICAL)"), 2, "expected ACCESS="),
        (("PARENT=((ACCOUNT,DBLE))", "PARENT=((NOSUCHX,DBLE))"), 7, "not defined before"),
        (("START=11,BYTES=8", "START=39,BYTES=8"), 6, "ends beyond"),
        (("DATASET DD1", "AREA    DD1"), 3, "AREA is not coded for HDAM; expected DATASET"),
        (("(DFSHDC40,4,{blocks})", "(DFSHDC40,4)"), 2, "expected RMNAME="),
        (("NAME=BALANCE", "NAME=BALANCE,FOO=1"), 6, "not supported"),
    ],
)
def test_wrong_source_is_refused_with_its_line(change, line, said):
    source = definitions.DBD_SOURCE["ACCT"].replace(*change).replace("{blocks}", "10")
    with pytest.raises(SourceError, match=f"LINE {line}: .*{said}"):
        dbdgen.generate(source.splitlines())


@given(st.text(alphabet="ABC =,()'X*", max_size=80))
def test_any_text_is_read_or_refused(text):
    with suppress(SourceError):
        assert all(statement.line == 1 for statement in read(["         " + text]))


def test_members_give_back_what_was_built():
    member = mda.MdaMember("ACCT", "DATABASE", (mda.Allocation("ACCT", "IMSP.DB.ACCT", "SHR"),))
    assert mda.parse(mda.build(member), "ACCT") == member
    assert nucleus.default_ssid(nucleus.build("DFSVNUC0", "IMSP"), "DFSVNUC0") == "IMSP"
    with pytest.raises(StartupFailed):
        nucleus.default_ssid(nucleus.build("DFSVNUC1", "IMSP"), "DFSVNUC0")
    with pytest.raises(StartupFailed):
        mda.parse(b"NO", "ACCT")


def test_the_newest_resource_definitions_count():
    old = rdds.build("IMSP", "2026.001 00:00:00.000000", [rdds.Resource("DB", "OLD")])
    new = rdds.build("IMSP", "2026.002 00:00:00.000000", definitions.resources())
    found = rdds.current([("A", new), ("B", old), ("C", [])], "IMSP")
    assert set(found.named("TRAN")) == set(definitions.TRANSACTIONS)
    with pytest.raises(StartupFailed, match="DFS3403W"):
        rdds.current([("A", [])], "IMSP")


def test_parameter_members_are_read():
    region = RegionParameters.read("DFSPBIMP", ["* COMMENT", "SUF=1", "APPLID1=X", "AUTO=Y"], "AUTO=N")
    assert (region.imsid, region.suffix, region.automatic) == ("", "1", False)
    with pytest.raises(StartupFailed, match="NOSUCH"):
        RegionParameters.read("DFSPBIMP", ["NOSUCH=1"])
    with pytest.raises(StartupFailed, match="WADSDEF"):
        StorageParameters.read("DFSVSM00", ["OLDSDEF OLDS=(00,01)"])
    lines = ["/* A COMMENT WITH IMSPLEX=NO */", "<SECTION=X>", "IMSPLEX=PLEX1", "RDDSDSN=(A.B,", "C.D)"]
    assert SystemParameters.read(lines) == SystemParameters("PLEX1", ("A.B", "C.D"))
    assert procedure_parm("CTL,IMP,") == ("IMP", "")
    with pytest.raises(StartupFailed):
        procedure_parm("BMP,X")


def test_batch_spoc_joins_continued_commands():
    lines = ["* COMMENT", " UPDATE DB +", "   NAME(A) STOP(ACCESS) /* NOW */", " /DIS OLDS"]
    assert list(commands(lines)) == ["UPDATE DB NAME(A) STOP(ACCESS)", "/DIS OLDS"]


# Locks and gate ------------------------------------------------------------------------------------------------------


def test_the_unit_that_closes_a_circle_is_the_victim():
    locks = LockManager(timeout=10)
    locks.acquire(1, "A")
    locks.acquire(2, "B")
    waiter = threading.Thread(target=locks.acquire, args=(1, "B"))
    waiter.start()
    while not locks.waiting():
        threading.Event().wait(0.001)
    with pytest.raises(UserAbend, match="U0777"):
        locks.acquire(2, "A")
    locks.release_all(2)
    waiter.join(5)
    assert not waiter.is_alive()


def test_readers_share_and_writers_do_not_starve():
    locks = LockManager(timeout=0.05)
    locks.acquire(1, "A", SHARED)
    assert locks.try_acquire(2, "A", SHARED)
    assert not locks.try_acquire(3, "A", EXCLUSIVE)
    with pytest.raises(UserAbend, match="U3310"):
        locks.acquire(3, "A", EXCLUSIVE)
    locks.release_all(1)
    locks.release_all(2)
    assert locks.try_acquire(3, "A", EXCLUSIVE)
    locks.stop("DOWN")
    with pytest.raises(RegionDown):
        locks.acquire(1, "A")


def test_a_closed_gate_holds_writers_until_it_opens():
    gate, passed = Gate(), threading.Event()
    gate.close(1)

    def write():
        with gate.passing():
            passed.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert not passed.wait(0.05)
    gate.open()
    assert passed.wait(5)
    writer.join()
    gate.shatter("GONE")
    with pytest.raises(RegionDown), gate.passing():
        pass


def test_a_gate_that_cannot_close_stays_open():
    gate = Gate()
    inside, leave = threading.Event(), threading.Event()

    def write():
        with gate.passing():
            inside.set()
            leave.wait(5)

    writer = threading.Thread(target=write)
    writer.start()
    inside.wait(5)
    with pytest.raises(SuspendFailed):
        gate.close(0.05)
    assert not gate.closed
    leave.set()
    writer.join()


# Log ------------------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=64, max_size=300), st.lists(st.tuples(st.integers(0, 63), st.integers(0, 255)), max_size=20))
def test_differences_turn_one_block_into_the_other_and_back(before, edits):
    after = bytearray(before)
    for place, value in edits:
        after[place] = value
    change = Change("D", "DD", 7, differences(before, bytes(after)))
    decoded = Change.of(decode(change.record().encode("IMSP", 1, 2)))
    assert decoded == change
    image = bytearray(before)
    decoded.apply(image)
    assert image == after
    decoded.reversed().apply(image)
    assert image == before


def test_an_index_change_survives_the_log():
    change = IndexChange("CUSTX", "CUSTX", b"KEY", b"", b"RECORD")
    assert IndexChange.of(decode(change.record().encode("IMSP", 1, 2))) == change


def payload(count):
    return b"".join(LogRecord(Type.COMMIT, body=bytes(40)).encode("IMSP", n, n) for n in range(1, count + 1))


def test_a_log_block_is_read_back_and_a_torn_one_is_not():
    block = log_block.build(payload(5), 4096, "IMSP", 9)
    parsed = log_block.parse(block)
    assert (parsed.sequence, parsed.first_lsn, parsed.last_lsn, len(parsed.records())) == (9, 1, 5, 5)
    assert len(block) == 4096
    assert log_block.parse(block[:2000] + bytes(2096)) is None
    assert log_block.parse(block[:100] + b"\xff" + block[101:]) is None


def test_wads_give_back_what_was_hardened_last(make_space):
    file = BlockFile(make_space(15), wads.BLOCK_SIZE, "WADS")
    ahead = wads.WriteAhead([file], "IMSP")
    whole = payload(200)
    for already, upto in ((0, 3000), (3000, 9000), (9000, 15000)):
        ahead.harden(4, whole[:upto], already)
    assert wads.recover([file], 4) == whole[:15000]
    assert wads.recover([file], 5) == b""
    file.write(2, bytes(wads.BLOCK_SIZE))
    assert len(wads.recover([file], 4)) < 15000


def test_no_block_is_written_before_its_log_is_safe(bank):
    bank.load()
    bank.open(buffers=4)
    file = bank.databases["ACCT"].data_set.file
    log, write, seen = bank.engine.log, file.write, []
    pool = bank.engine.pool

    def checked(number, data):
        buffer = pool._buffers[(bank.databases["ACCT"].data_set, number)]
        seen.append(log.hardened >= buffer.lsn)
        write(number, data)

    file.write = checked
    pcbs = bank.pcbs()
    for number in range(1, 40):
        definitions_transfer(pcbs, number)
    assert seen
    assert all(seen)


def definitions_transfer(pcbs, number):
    from zoslab.ims.bank.transactions import PROGRAMS

    PROGRAMS["TRANSFER"](pcbs, [definitions.account_number(number), definitions.account_number(number + 1), "1"], 0)
