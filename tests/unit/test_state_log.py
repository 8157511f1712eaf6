"""The file of what devices and relationships are: a kill at any byte of a change leaves the old state or the new."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from zoslab.dasd.state_log import StateLog

KEYS, VALUES = (
    st.sampled_from(["0A80", "0A90", "0A91"]),
    st.one_of(st.none(), st.text(), st.dictionaries(st.text(), st.integers())),
)


def reopened(path: Path) -> dict[str, object]:
    log = StateLog(path)
    log.close()
    return log.values


def test_the_last_value_of_each_key_is_there_after_a_restart(tmp_path_factory):
    @given(st.lists(st.tuples(KEYS, VALUES)))
    def holds(changes):
        path = tmp_path_factory.mktemp("log") / "state.log"
        log, expected = StateLog(path), {}
        for key, value in changes:
            log.put(key, value)
            expected[key] = value
        log.close()
        assert reopened(path) == {key: value for key, value in expected.items() if value is not None}

    holds()


def test_a_change_that_a_kill_cut_short_does_not_count_and_does_not_spoil_the_next(tmp_path):
    path = tmp_path / "state.log"
    log = StateLog(path)
    log.put("0A80", "IMSP01")
    log.put("0A90", "IMST01")
    log.close()
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        log = StateLog(path)
        assert log.values == dict([("0A80", "IMSP01"), ("0A90", "IMST01")][: whole[:length].count(b"\n")])
        log.put("0A91", "IMST02")
        log.close()
        assert reopened(path)["0A91"] == "IMST02"
