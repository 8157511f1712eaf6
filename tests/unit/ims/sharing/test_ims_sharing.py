"""Two members of a data sharing group at work on one bank."""

from zoslab.ims import pointer_check
from zoslab.ims.errors import ImsError
from zoslab.ims.sharing import SharedBlocks
from zoslab.ims.uor import Recovery

COLD = "/NRE CHKPT 0 FORMAT ALL"


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


def broken(pair, keep_busy, report_of):
    """Tell whether what the members did to each other shows: in the bank, in its pointers, or in refused calls."""
    first, second = pair.start_both()
    keep_busy(first, second, count=60)
    if "FAILED" in (first.state, second.state):
        return True
    try:
        reports = [report_of(region) for region in (first, second)]
        errors = [pointer_check.check(first.databases.get(name)).errors for name in ("ACCT", "CUST", "HIST")]
    except ImsError:
        return True
    return any(report.wrong for report in reports) or any(errors)


def test_without_cross_invalidation_the_bank_breaks(pair, keep_busy, report_of, monkeypatch):
    monkeypatch.setattr(SharedBlocks, "written", lambda self, by, block: None)
    assert broken(pair, keep_busy, report_of)


def test_without_locks_on_blocks_the_bank_breaks(pair, keep_busy, report_of, monkeypatch):
    def claim(self, unit, data_set, block, *, wait=True):
        if data_set.shared is not None:
            unit.shared[data_set, block] = None
        return True

    monkeypatch.setattr(Recovery, "claim", claim)
    assert broken(pair, keep_busy, report_of)


def test_without_writing_blocks_at_the_sync_point_the_bank_breaks(pair, keep_busy, report_of, monkeypatch):
    monkeypatch.setattr(Recovery, "claim", lambda self, unit, data_set, block, *, wait=True: True)
    assert broken(pair, keep_busy, report_of)
