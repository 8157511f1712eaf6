"""A copy of a sharing group under load is good if the updates of every member were held, and both restart on it."""

import threading
from contextlib import suppress

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.errors import ImsError


def copies(pair, members, make_faults, keep_busy, count):
    """Copies of everything, taken while both members work and the updates of ``members`` are held."""
    regions = pair.start_both()
    workers = [
        threading.Thread(target=keep_busy, args=(region,), kwargs={"count": 600, "seed": n, "threads": 1 + 2 * n})
        for n, region in enumerate(regions)
    ]
    for worker in workers:
        worker.start()
    made = []
    while workers[0].is_alive() and len(made) < count:
        held = [region for region in regions if region.imsid in members]
        for region in held:
            region.suspension.suspend(20)
        made.append(pair.copy(make_faults))
        for region in held:
            assert not region.suspension.resume().expired
        workers[0].join(0.15)
    for region in regions:
        region.fail("END OF TEST", report=False)
    for worker in workers:
        worker.join()
    assert len(made) == count
    return made


def is_good(twin, order, report_of):
    """Tell whether both members restart on a copy, and both find the bank and its pointers in order."""
    try:
        regions = [twin.start(member, "/ERE OVERRIDE") for member in order]
        wrong = [report_of(region).wrong for region in regions]
        found = [
            pointer_check.check(regions[0].databases.get(name)).errors for name in ("ACCT", "CUST", "HIST", "TELLER")
        ]
        return not any(wrong) and not any(found)
    except (ImsError, AssertionError):
        return False
    finally:
        for region in twin.regions.values():
            with suppress(ImsError):
                region.fail("END OF TEST", report=False)


@pytest.mark.parametrize("order", [("IMSP", "IMSQ"), ("IMSQ", "IMSP")])
def test_a_copy_while_both_are_suspended_restarts_with_both(pair, make_faults, keep_busy, report_of, order):
    pair.make_tight(buffers=20)
    for twin in copies(pair, ("IMSP", "IMSQ"), make_faults, keep_busy, 3):
        assert is_good(twin, order, report_of)


@pytest.mark.parametrize("held", [("IMSP", "IMSQ"), ("IMSP",)])
def test_volumes_copied_one_after_the_other_agree_only_if_both_are_suspended(
    pair, make_faults, keep_busy, report_of, held
):
    regions = pair.start_both()
    keep_busy(*regions, count=10)
    for member in held:
        pair.regions[member].suspension.suspend(20)
    twin = pair.copy(make_faults)
    worker = threading.Thread(target=keep_busy, args=(regions[1],), kwargs={"count": 10, "threads": 1})
    worker.start()
    worker.join(0.5)
    later = pair.copy(make_faults)
    twin.system.data_sets["IMSP.DB.ACCT"] = later.system.data_sets["IMSP.DB.ACCT"]
    for member in held:
        assert not pair.regions[member].suspension.resume().expired
    worker.join()
    assert is_good(twin, ("IMSP", "IMSQ"), report_of) == (len(held) == 2)
