"""Two members of a data sharing group at work on one bank; what a member sees of the other; what DBRC says."""

import threading
import time
from contextlib import suppress

import pytest

from zoslab.ims import control
from zoslab.ims.bank.definitions import Account, account_number
from zoslab.ims.bank.ssas import by_account
from zoslab.ims.database_entry import STOPPED_ACCESS
from zoslab.ims.dbrc import processor
from zoslab.ims.dedb.database import area_named
from zoslab.ims.errors import ImsError, RegionDown, UserAbend
from zoslab.ims.schedule import run_transaction, scheduled
from zoslab.ims.sharing import SharedBlocks
from zoslab.ims.uor import Recovery


def test_both_members_work_on_the_same_databases(pair, keep_busy, sound):
    first, second = pair.start_both()
    keep_busy(first, second)
    assert first.done > 40
    assert second.done > 40
    sound(first, second)
    assert first.databases.get("ACCT").data_set.file is second.databases.get("ACCT").data_set.file
    first.freeze()
    keep_busy(second, seed=2)
    sound(second)
    second.freeze()
    alone = pair.start("IMSP", "/NRE")
    sound(alone)


def test_an_area_is_closed_and_opened_by_one_member_while_the_other_works(pair, keep_busy, sound):
    first, second = pair.start_both()
    keep_busy(first, second, count=8)
    first.databases.areas.close("TELLER02")
    assert {one.name for one in pair.system.dbrc().database("TELLER").authorized if one.area == "TELLER02"} == {"IMSQ"}
    keep_busy(second, count=15, seed=3)
    first.databases.areas.start("TELLER02")
    stores = [area_named(region.databases.get("TELLER"), "TELLER02") for region in (first, second)]
    assert stores[0].file.clusters is stores[1].file.clusters
    assert stores[0].data_set.shared is stores[1].data_set.shared is not None
    keep_busy(first, second, count=8, seed=4)
    sound(first, second)


def add(region, number, amount):
    """Add to an account's balance in a unit of work of its own; return the balance after."""
    with scheduled(region, "BANKTRN", "ADD") as program:
        return change(program, number, amount)


def change(program, number, amount):
    account = Account.of(program.pcbs[0].ghu(by_account(number)))
    account.balance += amount
    program.pcbs[0].repl(bytes(account))
    return account.balance


def neighbours(region):
    """Two accounts on different anchors in one block."""
    database, seen = region.databases.get("ACCT"), {}
    with scheduled(region, "BANKINQ", "LOOK") as program:
        for place in range(1, 61):
            number = account_number(place)
            program.pcbs[0].gu(by_account(number))
            stored = next(database.store.read(one.rba) for one in program.pcbs[0]._path)
            anchor = database.roots.anchor_of(stored.key)
            for other, at in seen.get(stored.rba // 4096, []):
                if at != anchor:
                    return other, number
            seen.setdefault(stored.rba // 4096, []).append((number, anchor))
    raise AssertionError("no two accounts in one block")


def taking_turns(first, second):
    """Both members add to two accounts in one block in turn; return the balances as each saw them, from 0."""
    one, two = neighbours(first)
    begun = {number: add(first, number, 0) for number in (one, two)}
    found = []
    for turn in range(4):
        region = (first, second)[turn % 2]
        found += [add(region, number, 1) - begun[number] for number in (one, two)]
    return found


def test_a_member_sees_what_the_other_has_committed(pair):
    assert taking_turns(*pair.start_both()) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_without_cross_invalidation_a_member_reads_stale_blocks(pair, monkeypatch):
    monkeypatch.setattr(SharedBlocks, "written", lambda self, by, block: None)
    assert taking_turns(*pair.start_both()) != [1, 1, 2, 2, 3, 3, 4, 4]


def test_without_writing_at_the_sync_point_a_member_reads_stale_blocks(pair, monkeypatch):
    monkeypatch.setattr(Recovery, "claim", lambda self, unit, data_set, block, *, wait=True: True)
    assert taking_turns(*pair.start_both()) != [1, 1, 2, 2, 3, 3, 4, 4]


def update_at_once(first, second):
    """A unit of each member changes its account of one block; return whether the second had to wait."""
    one, two = neighbours(first)
    begun = [add(first, one, 0), add(second, two, 0)]
    other = threading.Thread(target=add, args=(second, two, 5), daemon=True)
    with scheduled(first, "BANKTRN", "ADD") as program:
        change(program, one, 7)
        other.start()
        end = time.monotonic() + 0.5
        while time.monotonic() < end and other.is_alive() and not first.sharing.group.locks.waiting():
            time.sleep(0.01)
        waited = other.is_alive()
    other.join(10)
    found = [[add(region, one, 0) - begun[0], add(region, two, 0) - begun[1]] for region in (first, second)]
    return waited, found


def test_a_block_is_changed_by_one_member_at_a_time(pair):
    assert update_at_once(*pair.start_both()) == (True, [[7, 5], [7, 5]])


def test_without_locks_on_blocks_an_update_is_lost(pair, monkeypatch):
    def claim(self, unit, data_set, block, *, wait=True):
        if data_set.shared is not None:
            unit.shared[data_set, block] = None
        return True

    monkeypatch.setattr(Recovery, "claim", claim)
    waited, found = update_at_once(*pair.start_both())
    assert not waited
    assert found != [[7, 5], [7, 5]]


def test_a_deadlock_of_two_members_has_a_victim(pair):
    first, second = pair.start_both()
    one, two = neighbours(first)
    abends = []

    def cross(region, mine, other, both):
        try:
            with scheduled(region, "BANKTRN", "ADD") as program:
                program.pcbs[0].ghu(by_account(mine))
                both.wait()
                change(program, other, 1)
        except UserAbend as abend:
            abends.append(abend.code)

    both = threading.Barrier(2)
    workers = [threading.Thread(target=cross, args=(first, one, two, both)),
               threading.Thread(target=cross, args=(second, two, one, both))]  # fmt: skip
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert abends == [777]


def test_what_a_failed_member_holds_for_update_is_retained(pair):
    first, second = pair.start_both()
    one, two = neighbours(first)
    before = [add(first, number, 0) for number in (one, two)]
    with suppress(RegionDown), scheduled(first, "BANKTRN", "ADD") as program:
        change(program, one, 7)
        first.engine.pool.flush()
        first.fail("CRASH")
    for number in (one, two):
        with pytest.raises(UserAbend, match=r"DFS3304I IRLM LOCK REQUEST REJECTED.*SUBSYSTEM=IMSP") as rejected:
            add(second, number, 1)
        assert rejected.value.code == 3303
    assert run_transaction(second, "BALANCE", [two]).startswith("BALANCE")
    assert second.sharing.group.locks.retained("IMSP") > 0
    again = pair.start("IMSP", "/ERE")
    assert second.sharing.group.locks.retained("IMSP") == 0
    for region in (second, again):
        assert [add(region, number, 0) for number in (one, two)] == before


def test_what_restart_cannot_back_out_stays_locked_until_batch_backout_was_run(pair):
    first, second = pair.start_both()
    one, _ = neighbours(first)
    before = add(first, one, 0)
    add(second, one, 0)
    with suppress(RegionDown), scheduled(first, "BANKTRN", "ADD") as program:
        change(program, one, 7)
        first.engine.pool.flush()
        first.fail("CRASH")
    member = pair.system.modules.pop("ACCT")
    again = pair.start("IMSP", "/ERE")
    assert pair.system.dbrc().database("ACCT").backout_count == 1
    with pytest.raises(UserAbend, match=r"DFS3304I.*SUBSYSTEM=IMSP"):
        add(second, one, 1)
    pair.system.modules["ACCT"] = member
    with pytest.raises(ImsError, match="BACKOUT NEEDED"):
        again.databases.start("ACCT")
    with pytest.raises(UserAbend, match="DFS3304I"):
        add(second, one, 1)
    assert processor.run(pair.system.dbrc(), [" DELETE.BKOUT SSID(IMSP)"], lambda _: None) == 0
    again.databases.start("ACCT")
    assert add(second, one, 0) == before + 7, "nothing has really been backed out here"


def test_a_database_is_taken_from_the_programs_of_one_member_alone(pair):
    first, second = pair.start_both()
    before = add(first, account_number(1), 0)
    with scheduled(second, "BANKTRN", "ADD") as program:
        change(program, account_number(1), 5)
        control.close_database(first, "ACCT", STOPPED_ACCESS)
        assert first.databases.entry("ACCT").database is None
    assert add(second, account_number(1), 0) == before + 5


def test_who_waits_for_a_member_that_fails_is_rejected(pair):
    first, second = pair.start_both()
    one, _ = neighbours(first)
    abends = []

    def wait():
        try:
            add(second, one, 1)
        except UserAbend as abend:
            abends.append(abend.code)

    other = threading.Thread(target=wait)
    with suppress(RegionDown), scheduled(first, "BANKTRN", "ADD") as program:
        change(program, one, 7)
        other.start()
        while not second.sharing.group.locks.waiting():
            time.sleep(0.01)
        first.fail("CRASH")
    other.join(10)
    assert abends == [3303]


# DBRC ------------------------------------------------------------------------------------------------------------


def listed(pair, command):
    said = []
    processor.run(pair.system.dbrc(), [command], said.append)
    return "\n".join(said)


def test_both_members_are_in_the_recon(pair, keep_busy):
    first, second = pair.start_both()
    keep_busy(first, second, count=10)
    text = listed(pair, " LIST.SUBSYS ALL")
    assert text.count("IRLMID=IRLM") == 2
    held = {one.ssid: {db.name for db in one.authorized} for one in pair.system.dbrc().subsystems()}
    assert held["IMSP"] == held["IMSQ"] == {"ACCT", "CUST", "CUSTX", "CUSTNX", "HISTA", "HISTB", "HISTC", "TELLER"}
    assert {one.name for one in pair.system.dbrc().database("ACCT").authorized} == {"IMSP", "IMSQ"}
    for ssid in ("IMSP", "IMSQ"):
        assert f"SSID={ssid}" in listed(pair, " LIST.LOG ALL")
        (log,) = pair.system.dbrc().prilog(ssid)
        assert log.stop is None
    second.freeze()
    assert [one.ssid for one in pair.system.dbrc().subsystems()] == ["IMSP"]
    assert {one.name for one in pair.system.dbrc().database("ACCT").authorized} == {"IMSP"}


@pytest.mark.parametrize(("level", "irlm"), [(0, "IRLM"), (1, "IRLM"), (2, "IRL2"), (3, "")])
def test_a_second_member_is_refused_where_blocks_cannot_be_shared(pair, level, irlm):
    pair.set_level(level)
    first = pair.start("IMSP")
    add(first, account_number(1), 0)
    line = f"IRLM=Y,IRLMNM={irlm}" if irlm else "IRLM=N"
    pair.system.proclib["DFSPBP00"][-1] = line
    second = pair.start("IMSQ")
    with pytest.raises(UserAbend, match=r"DFS047A UNABLE TO OBTAIN AUTHORIZATION.*HELD BY IMSP") as refused:
        add(second, account_number(1), 0)
    assert refused.value.code == 3303
    assert ("WITHOUT A COMMON IRLM" in str(refused.value)) == (level > 1)


def test_another_irlm_of_the_group_does_at_share_level_3(pair):
    first = pair.start("IMSP")
    pair.system.proclib["DFSPBP00"][-1] = "IRLM=Y,IRLMNM=IRL2"
    assert taking_turns(first, pair.start("IMSQ")) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_no_member_gets_at_what_a_lost_member_left_in_flight(pair, make_faults):
    first, second = pair.start_both()
    one, two = neighbours(first)
    before = [add(region, number, 0) for region, number in ((first, one), (second, two))]
    with suppress(RegionDown), scheduled(second, "BANKTRN", "ADD") as program:
        change(program, two, 9)
        second.engine.pool.flush()
        add(first, account_number(1), 0)
        second.fail("Z/OS", report=False)
    twin = pair.copy(make_faults)
    again = twin.start("IMSP", "/ERE OVERRIDE")
    with pytest.raises(UserAbend, match=r"AUTHORIZED TO IMSQ, WHICH IS NOT ACTIVE.*REASON CODE 09"):
        add(again, one, 0)
    other = twin.start("IMSQ", "/ERE OVERRIDE")
    for region in (again, other):
        assert [add(region, number, 0) for number in (one, two)] == before


def test_a_lost_member_that_is_given_up_is_cleaned_up_by_dbrc(pair, make_faults):
    first, second = pair.start_both()
    add(first, account_number(1), 0)
    add(second, account_number(1), 0)
    twin = pair.copy(make_faults)
    again = twin.start("IMSP", "/ERE OVERRIDE")
    with pytest.raises(UserAbend, match=r"REASON CODE 09"):
        add(again, account_number(1), 0)
    for command in (" CHANGE.SUBSYS SSID(IMSQ) STARTRCV", " CHANGE.SUBSYS SSID(IMSQ) ENDRECOV"):
        listed(twin, command)
    add(again, account_number(1), 0)
