"""The leak scan finds every original value, wherever it stands, and holds none itself."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imsclone.masking.scan
from imsclone.dbd import Database
from imsclone.masking import Originals, ScanReport, load_policy, mask_file, plan_masking, scan_blocks, scan_files
from imsclone.masking.errors import FileUnusable, LeaksFound, OriginalsUnusable
from imsclone.masking.plan import FieldMask

KEY = b"a masking key of the tests"
NAME = FieldMask("CUSTOMER", "NAME", 8, 20, "names", "C", bytes)
NUMBER = FieldMask("CUSTOMER", "CUSTNO", 0, 8, "digits", "C", bytes)


def ebcdic(text: str, length: int = 0) -> bytes:
    return text.ljust(length).encode("cp1047")


@pytest.fixture
def originals(tmp_path: Path) -> Iterator[Originals]:
    with Originals(tmp_path / "originals", KEY) as made:
        for number in range(50):
            made.add(NAME, ebcdic(f"PERSON {number}", 12), ebcdic(f"OTHER {number}", 12))
            made.add(NUMBER, ebcdic(f"{number + 10_000_000}"), ebcdic(f"{number + 90_000_000}"))
        yield made


@pytest.mark.parametrize("block", [1, 7, 4096])
@pytest.mark.parametrize("offset", [0, 1, 4090, 8191, 12_000 - 12])
def test_a_planted_value_is_found_at_its_byte_also_across_blocks(
    originals: Originals, offset: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imsclone.masking.scan, "CHUNK", 4096)
    target = bytearray(b"\xd7\xc5\xd9\x00" * 3000)
    target[offset : offset + 12] = ebcdic("PERSON 17", 12)
    report = scan_blocks(
        originals, {"IMST.DB.CUST": [bytes(target[at : at + block]) for at in range(0, 12_000, block)]}
    )
    assert [(leak.place, leak.offset, leak.field) for leak in report.leaks] == [
        ("IMST.DB.CUST", offset, "CUSTOMER NAME")
    ]
    assert report.bytes == 12_000
    with pytest.raises(LeaksFound, match=f"IMST.DB.CUST byte {offset}: an original value of CUSTOMER NAME, 12 bytes"):
        report.require_clean("IMST")


@given(before=st.binary(max_size=40), after=st.binary(max_size=40), number=st.integers(0, 49), cut=st.integers(0, 80))
@settings(deadline=None, max_examples=50)
def test_a_value_is_found_between_any_bytes(before: bytes, after: bytes, number: int, cut: int) -> None:
    text = before + ebcdic(f"{number + 10_000_000}") + after
    assert _small().scan_of(text, cut).found == 1


class _Small:
    """A record of originals in memory that all examples share."""

    def __init__(self) -> None:
        self.originals = Originals(Path(":memory:"), KEY)
        for number in range(50):
            self.originals.add(NUMBER, ebcdic(f"{number + 10_000_000}"), ebcdic(f"{number + 90_000_000}"))

    def scan_of(self, text: bytes, cut: int) -> ScanReport:
        return scan_blocks(self.originals, {"T": [text[:cut], text[cut:]]})


_SHARED: list[_Small] = []


def _small() -> _Small:
    if not _SHARED:
        _SHARED.append(_Small())
    return _SHARED[0]


def test_what_masking_wrote_is_no_leak_but_the_same_bytes_elsewhere_are(tmp_path: Path) -> None:
    card = FieldMask("CUSTOMER", "CARD", 8, 24, "digits", "C", bytes)
    with Originals(tmp_path / "originals", KEY) as made:
        made.add(NUMBER, ebcdic("12345678"), ebcdic("55555555"))
        made.add(card, ebcdic("4000000000000002"), ebcdic("9912345678000000"))
        report = scan_blocks(made, {"T": [ebcdic("55555555") + ebcdic("9912345678000000")]})
        assert (report.found, report.explained) == (0, 1)
        report = scan_blocks(made, {"T": [ebcdic("12345678") + ebcdic("9912345678000000")]})
        assert ([leak.offset for leak in report.leaks], report.explained) == ([0], 1)


def test_values_that_stand_anywhere_by_chance_are_counted_and_not_looked_for(tmp_path: Path) -> None:
    amount = FieldMask("ACCOUNT", "AMOUNT", 0, 8, "digits", "F", bytes)
    with Originals(tmp_path / "originals", KEY) as made:
        made.add(amount, (1).to_bytes(8, "big"), (900).to_bytes(8, "big"))
        made.add(NAME, ebcdic("AL", 12), ebcdic("BO", 12))
        made.add(NUMBER, ebcdic("00000000"), ebcdic("55555555"))
        report = scan_blocks(made, {"T": [bytes(100), ebcdic("AL", 12), ebcdic("00000000")]})
    assert report.found == 0
    assert report.said_too_little == {"ACCOUNT AMOUNT": 1, "CUSTOMER NAME": 1, "CUSTOMER CUSTNO": 1}


def test_the_record_of_originals_holds_no_value_and_serves_only_its_key(originals: Originals, tmp_path: Path) -> None:
    originals.flush()
    stored = (tmp_path / "originals").read_bytes()
    assert ebcdic("PERSON 17") not in stored
    assert b"PERSON 17" not in stored
    with pytest.raises(OriginalsUnusable, match="made with another key"):
        Originals(tmp_path / "originals", b"another key of the tests")
    (tmp_path / "text").write_text("this is no record of originals, but a text " * 20)
    with pytest.raises(OriginalsUnusable, match="not a database"):
        Originals(tmp_path / "text", KEY)


def test_a_record_of_originals_goes_on_where_it_was_closed(tmp_path: Path) -> None:
    for number in range(3):
        with Originals(tmp_path / "originals", KEY) as made:
            made.add(NAME, ebcdic(f"PERSON {number}", 12), ebcdic("SOMEONE", 12))
    with Originals(tmp_path / "originals", KEY) as made:
        assert scan_blocks(made, {"T": [ebcdic("PERSON 0", 12) + ebcdic("PERSON 2", 12)]}).found == 2


def test_a_masked_unload_is_clean_and_the_original_is_not(
    unload: Path, tmp_path: Path, policy_file: Path, definition: Callable[..., Database]
) -> None:
    plans = plan_masking(load_policy(policy_file), [definition()], KEY)
    with Originals(tmp_path / "originals", KEY) as made:
        mask_file(unload, tmp_path / "out", plans, originals=made)
        clean = scan_files(made, [tmp_path / "out"])
        assert clean.found == 0
        clean.require_clean("the target")
        dirty = scan_files(made, [tmp_path / "out", unload])
        assert dirty.found == 1000, "no more are looked for"
        assert {leak.place for leak in dirty.leaks} == {str(unload)}
        with pytest.raises(FileUnusable):
            scan_files(made, [tmp_path / "nowhere"])


def test_memory_does_not_grow_with_the_target(originals: Originals) -> None:
    def blocks(count: int) -> Iterable[bytes]:
        return (bytes([number & 255]) * 32_768 for number in range(count))

    peaks = []
    for count in (100, 400):
        tracemalloc.start()
        scan_blocks(originals, {"T": blocks(count)})
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_record_that_was_just_begun_when_its_process_died_is_taken_up(tmp_path: Path) -> None:
    begun = Originals(tmp_path / "originals", KEY)
    begun.store.close()
    with Originals(tmp_path / "originals", KEY) as again:
        assert again.count("original") == 0
    with pytest.raises(OriginalsUnusable):
        Originals(tmp_path / "originals", b"another key of the tests")
