import threading

import pytest

from zoslab.enq import DataSetInUse, Enq


def test_readers_share_and_a_writer_has_it_alone():
    enq = Enq()
    with enq.hold("IMSP.SEQ", True, "JOB1"), enq.hold("IMSP.SEQ", True, "JOB2"):
        assert enq.holders("IMSP.SEQ") == [("JOB1", True), ("JOB2", True)]
        with (
            pytest.raises(DataSetInUse, match=r"IMSP\.SEQ is in use by JOB1") as refused,
            enq.hold("IMSP.SEQ", False, "JOB3"),
        ):
            pass
        assert (refused.value.dsname, refused.value.holder) == ("IMSP.SEQ", "JOB1")
    with enq.hold("IMSP.SEQ", False, "JOB3"):
        with pytest.raises(DataSetInUse), enq.hold("IMSP.SEQ", True, "JOB1"):
            pass
        with enq.hold("IMSP.OTHER", False, "JOB1"):
            assert enq.names() == ["IMSP.OTHER", "IMSP.SEQ"]
    assert enq.names() == []


def test_an_owner_is_not_refused_by_its_own_hold():
    enq = Enq()
    with enq.hold("IMSP.SEQ", True, "JOB1"), enq.hold("IMSP.SEQ", False, "JOB1"):
        assert len(enq.holders("IMSP.SEQ")) == 2
    assert enq.holders("IMSP.SEQ") == []


def test_a_hold_ends_with_its_block_whatever_happens():
    enq = Enq()
    with pytest.raises(RuntimeError), enq.hold("IMSP.SEQ", False, "JOB1"):
        raise RuntimeError
    assert enq.holders("IMSP.SEQ") == []


def test_exactly_one_of_many_threads_gets_it():
    enq, outcomes, together = Enq(), [], threading.Barrier(8, timeout=30)

    def try_it(owner):
        together.wait()
        try:
            with enq.hold("IMSP.SEQ", False, owner):
                outcomes.append("held")
                together.wait()
        except DataSetInUse:
            outcomes.append("refused")
            together.wait()

    threads = [threading.Thread(target=try_it, args=(f"JOB{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held"] + ["refused"] * 7
