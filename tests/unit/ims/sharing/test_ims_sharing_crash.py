"""One member stops at any write while the other works; its locks are retained until its restart."""

import random
import threading

import pytest

COLD = "/NRE CHKPT 0 FORMAT ALL"
STOPS = sorted(random.Random(11).sample(range(20, 1500), 6))


@pytest.mark.parametrize("at", STOPS)
def test_a_member_stops_at_any_write_while_the_other_works(pair, faults, keep_busy, sound, at):
    pair.make_tight()
    first, second = pair.start_both()
    faults.victim, faults.writes, faults.crash_at = "IMSP", 0, at
    keep_busy(first, second, count=70, seed=at)
    first.fail("CRASH", report=False)
    first.join()
    faults.crash_at = 0
    assert second.state == "RUNNING"
    worker = threading.Thread(target=keep_busy, args=(second,), kwargs={"count": 40, "seed": at + 1})
    worker.start()
    again = pair.start("IMSP", "/ERE OVERRIDE")
    worker.join()
    sound(again, second)
    keep_busy(again, second, count=15, seed=at + 2)
    sound(again, second)


@pytest.mark.parametrize("at", STOPS[::3])
@pytest.mark.parametrize("order", [("IMSP", "IMSQ"), ("IMSQ", "IMSP")])
def test_both_members_are_lost_with_their_z_os(pair, faults, keep_busy, sound, make_faults, at, order):
    pair.make_tight()
    first, second = pair.start_both()
    faults.victim, faults.writes, faults.crash_at = "IMSP", 0, at
    keep_busy(first, second, count=70, seed=at)
    twin = pair.copy(make_faults)
    pair.lose_z_os()
    one = twin.start(order[0], "/ERE OVERRIDE")
    two = twin.start(order[1], "/ERE OVERRIDE")
    sound(one, two)
    keep_busy(one, two, count=15, seed=at + 2)
    sound(one, two)
