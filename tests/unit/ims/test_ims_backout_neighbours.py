"""What a unit of recovery takes back is its own: neighbours in the same block keep what they have changed since."""

from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab import ebcdic
from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import Balance, account_number
from zoslab.ims.errors import UserAbend
from zoslab.ims.log_records import Change, differences
from zoslab.ims.schedule import scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"


def accounts_of_one_block(history):
    """Return two accounts whose histories hang on different anchors of one block."""
    seen = {}
    for number in map(account_number, range(1, 61)):
        key = ebcdic.encode(number)
        roots = history.partition_of(key).roots
        block, anchor = roots.anchor_of(key)
        for other, taken in seen.setdefault((roots.partition, block), []):
            if taken != anchor:
                return other, number
        seen[roots.partition, block].append((number, anchor))
    raise AssertionError("no two accounts")


def begin_history(program, number):
    assert program.pcbs[2].isrt(bytes(Balance(number=number, entries=0, last=0)), "HACCT   ")


def histories(region):
    found = []
    with scheduled(region, "BANKPSB", "LOOK") as program:
        pcb = program.pcbs[2]
        raw = pcb.gu("HACCT   ")
        while raw is not None:
            found.append(Balance.of(raw).number)
            raw = pcb.gn("HACCT   ")
    return found


def assert_only(region, number):
    assert histories(region) == [number]
    assert pointer_check.check(region.databases.get("HIST")).errors == []


def begin_both_and_abend(region, first, second):
    with scheduled(region, "BANKTRN", "FIRST") as program:
        begin_history(program, first)
        with scheduled(region, "BANKTRN", "SECOND") as other:
            begin_history(other, second)
        raise UserAbend(1, "ON PURPOSE")


def test_an_abend_leaves_the_anchors_of_others_in_a_block_it_formatted(extended_system):
    region = extended_system.start(COLD)
    first, second = accounts_of_one_block(region.databases.get("HIST"))
    with pytest.raises(UserAbend):
        begin_both_and_abend(region, first, second)
    assert_only(region, second)
    region.freeze()


def test_restart_leaves_the_anchors_of_others_in_a_block_that_the_unit_in_flight_formatted(
    extended_system, make_faults
):
    region = extended_system.start(COLD)
    first, second = accounts_of_one_block(region.databases.get("HIST"))
    with ExitStack() as held:
        begin_history(held.enter_context(scheduled(region, "BANKTRN", "FIRST")), first)
        with scheduled(region, "BANKTRN", "SECOND") as other:
            begin_history(other, second)
        twin = extended_system.copy(make_faults())
    again = twin.start("/ERE OVERRIDE")
    assert_only(again, second)
    again.freeze()
    region.freeze()


BLOCKS = st.binary(min_size=200, max_size=200)


@settings(deadline=None)
@given(BLOCKS, BLOCKS, st.lists(st.integers(0, 199), max_size=40))
def test_a_change_taken_back_touches_no_byte_it_did_not_change(before, other, places):
    after = bytearray(before)
    for place in places:
        after[place] ^= 0x5A
    undo = Change("D", "DD", 1, differences(before, bytes(after))).reversed()
    image = bytearray(other)
    undo.apply(image)
    changed = {place for place in range(200) if before[place] != after[place]}
    assert all(image[place] == (before if place in changed else other)[place] for place in range(200))


def test_a_stop_right_after_a_new_block_was_formatted_leaves_its_bitmap_bit_right(extended_system, make_faults):
    region = extended_system.start(COLD)
    with scheduled(region, "BANKTRN", "FIRST") as program:
        store = program.pcbs[1].database.store.group(0, 0)
        store._format(program.unit, store._new_block())
        region.log.force()
        twin = extended_system.copy(make_faults())
    again = twin.start("/ERE OVERRIDE")
    assert [str(one) for one in pointer_check.check(again.databases.get("CUST")).errors] == []
    again.freeze()
    region.freeze()
