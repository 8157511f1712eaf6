"""An unload masked from file to file: what changes, in what order it ends up, in how much memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imsclone.masking.run
from imsclone.dbd import Database
from imsclone.masking import load_policy, mask_file, plan_masking
from imsclone.masking.errors import ContentRefused, FileUnusable, NothingMasked, OutputExists
from imsclone.masking.order import Sorter
from imsclone.masking.plan import DatabaseMask
from imsclone.unload import Form, Segment, open_unload, read_segments
from imsclone.unload.errors import NotUnload, UnloadBroken, UnloadCut

KEY = b"a masking key of the tests"
Definition = Callable[..., Database]
Write = Callable[..., Path]


@pytest.fixture
def plans(policy_file: Path, definition: Definition) -> dict[str, DatabaseMask]:
    return plan_masking(load_policy(policy_file), [definition()], KEY)


def read(path: Path, database: Database) -> list[Segment]:
    with open_unload(path) as unload:
        return list(read_segments(unload, database))


def tree_order(segments: Iterable[Segment], database: Database) -> list[Segment]:
    """Order segments as a tree whose twins are sorted by key: the plain way, in memory."""
    roots: list[tuple[Segment, list]] = []  # type: ignore[type-arg]
    path: list[list] = [roots]  # type: ignore[type-arg]
    for segment in segments:
        node: tuple[Segment, list] = (segment, [])  # type: ignore[type-arg]
        del path[segment.level :]
        path[segment.level - 1].append(node)
        path.append(node[1])
    names = [one.name for one in database.segments]

    def place(node: tuple[Segment, list]) -> tuple[int, bytes]:  # type: ignore[type-arg]
        found = database.segment(node[0].name)
        key = found.sequence if found else None
        return names.index(node[0].name), node[0].data[key.start - 1 :][: key.length] if key else b""

    def flat(nodes: list[tuple[Segment, list]]) -> Iterable[Segment]:  # type: ignore[type-arg]
        for node in sorted(nodes, key=place):
            yield node[0]
            yield from flat(node[1])

    return list(flat(roots))


def test_only_the_fields_of_the_policy_change(
    unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask], definition: Definition
) -> None:
    kept = {"CUST": replace(plans["CUST"], order="kept")}
    report = mask_file(unload, tmp_path / "out", kept)
    before, after = read(unload, definition()), read(tmp_path / "out", definition())
    assert len(before) == len(after) == sum(report.segments.values())
    for old, new in zip(before, after, strict=True):
        assert (old.name, old.level, len(old.data)) == (new.name, new.level, len(new.data))
        if old.name == "CUSTOMER":
            assert all(old.data[a:b] != new.data[a:b] for a, b in ((0, 8), (8, 32), (32, 48), (48, 53)))
            assert old.data[53:] == new.data[53:]
        if old.name == "ORDER":
            assert old.data[6:] == new.data[6:]
        if old.name == "NOTE":
            assert new.data == b"\x40" * 40
    counts = {(one.segment, one.name): (one.changed, one.stayed) for one in report.fields}
    assert counts["CUSTOMER", "CUSTNO"] == (200, 0)
    assert counts["NOTE", "(1,40)"] == (200, 0)
    assert len({new.data[:8] for new in after if new.name == "CUSTOMER"}) == 200


@pytest.mark.parametrize("budget", [1 << 20, 4_000])
def test_segments_end_up_in_the_order_of_their_new_keys(
    unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask], definition: Definition, budget: int
) -> None:
    report = mask_file(unload, tmp_path / "out", plans, budget=budget)
    mask_file(unload, tmp_path / "kept", {"CUST": replace(plans["CUST"], order="kept")})
    assert read(tmp_path / "out", definition()) == tree_order(read(tmp_path / "kept", definition()), definition())
    assert report.order == "database"
    assert report.indexes == ("CUSTX", "CARDX")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cust.unload", "kept", "out", "policy.yaml"]


def test_roots_of_a_randomized_database_keep_their_order_and_only_twins_are_sorted(
    unload: Path, tmp_path: Path, policy_file: Path, definition: Definition
) -> None:
    hdam = definition(access="HDAM,OSAM", index="")
    plans = plan_masking(load_policy(policy_file), [hdam], KEY)
    assert (plans["CUST"].order, plans["CUST"].indexes) == ("record", ())
    mask_file(unload, tmp_path / "out", plans, budget=500)
    mask_file(unload, tmp_path / "kept", {"CUST": replace(plans["CUST"], order="kept")})
    out, kept = read(tmp_path / "out", hdam), read(tmp_path / "kept", hdam)
    roots = [one.data for one in kept if one.level == 1]
    assert [one.data for one in out if one.level == 1] == roots
    assert out != kept
    starts = [at for at, one in enumerate(kept) if one.level == 1] + [len(kept)]
    for first, behind in pairwise(starts):
        assert out[first:behind] == tree_order(kept[first:behind], hdam)


def test_the_same_key_gives_the_same_file_and_another_key_another(
    unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask], policy_file: Path, definition: Definition
) -> None:
    mask_file(unload, tmp_path / "one", plans)
    mask_file(unload, tmp_path / "two", plan_masking(load_policy(policy_file), [definition()], KEY))
    mask_file(unload, tmp_path / "three", plan_masking(load_policy(policy_file), [definition()], KEY + b"!"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "three").read_bytes()


@given(keys=st.lists(st.binary(min_size=1, max_size=9), max_size=60), budget=st.sampled_from([300, 2_000, 1 << 20]))
@settings(deadline=None, max_examples=40)
def test_records_come_back_sorted_whatever_memory_there_is(keys: list[bytes], budget: int) -> None:
    sorter = Sorter(Path("/tmp"), budget)
    for key in keys:
        sorter.add(key, b"of " + key)
    assert list(sorter.drain()) == sorted(b"of " + key for key in keys)
    assert list(sorter.drain()) == []


def test_many_runs_are_merged_without_opening_all_of_them_at_once(tmp_path: Path) -> None:
    sorter = Sorter(tmp_path, 300)
    for number in range(500):
        sorter.add((number * 7919 % 500).to_bytes(2, "big"), (number * 7919 % 500).to_bytes(2, "big"))
        assert len(sorter.runs) < 64
    assert [int.from_bytes(one, "big") for one in sorter.drain()] == list(range(500))


def test_memory_does_not_grow_with_the_database(
    tmp_path: Path,
    plans: dict[str, DatabaseMask],
    customers: Callable[[int], Iterable[Segment]],
    write_unload: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imsclone.masking.run, "VALUES_KEPT", 64)
    peaks = []
    for count in (50, 200, 1000):
        source = write_unload(tmp_path / f"in{count}", customers(count))
        tracemalloc.start()
        mask_file(source, tmp_path / f"out{count}", plans, budget=200_000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.3 * peaks[1], peaks


def test_both_forms_of_records_are_read_and_written_as_they_came(
    tmp_path: Path,
    plans: dict[str, DatabaseMask],
    customers: Callable[[int], Iterable[Segment]],
    write_unload: Write,
    definition: Definition,
) -> None:
    results = []
    for form in Form:
        source = write_unload(tmp_path / form, customers(20), form)
        mask_file(source, tmp_path / f"out.{form}", plans)
        with open_unload(tmp_path / f"out.{form}") as opened:
            assert opened.form is form
            assert (opened.header.database, opened.header.run) == ("CUST", b"RUN12345")
        results.append(read(tmp_path / f"out.{form}", definition()))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("damage", "error", "said"),
    [
        (lambda data: b"", NotUnload, "it is empty"),
        (lambda data: b"\0\0" + data, NotUnload, "not a header"),
        (lambda data: data.replace(b"\xc4\xc6\xe2\xe4\xd9\xc7\xe4\xf0", bytes(8), 1), NotUnload, "header of DFSURGU0"),
        (lambda data: data[:-5], UnloadCut, "ends at byte"),
        (lambda data: data[:-2] + b"\0\0\0\1", UnloadCut, "ends at byte"),
        (lambda data: data + b"\0\0\0\0", UnloadBroken, "its length word is wrong"),
        (lambda data: data[:28] + b"\0\x0d\0\0" + bytes(9), UnloadBroken, "record 2: it names no segment"),
        (
            lambda data: data[:28] + b"\0\x35\0\0\xd5\xd6\xe3\xc5\x40\x40\x40\x40\2" + bytes(40),
            UnloadBroken,
            "under its parent",
        ),
        (lambda data: data[:28] + b"\0\x0e\0\0\xc3\xe4\xe2\xe3\xd6\xd4\xc5\xd9\1\0", UnloadBroken, "has 1 bytes"),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_is_written(
    unload: Path,
    tmp_path: Path,
    plans: dict[str, DatabaseMask],
    damage: Callable[[bytes], bytes],
    error: type[Exception],
    said: str,
) -> None:
    unload.write_bytes(damage(unload.read_bytes()))
    with pytest.raises(error, match=said):
        mask_file(unload, tmp_path / "out", plans)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cust.unload", "policy.yaml"]


def test_a_value_that_is_not_of_its_type_is_named_by_record_and_field_but_not_shown(
    unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask], definition: Definition, write_unload: Write
) -> None:
    segments = read(unload, definition())
    data = segments[0].data
    segments[0] = segments[0]._replace(data=data[:48] + b"\xc1\xc2\xc3\xc4\xc5" + data[53:])
    write_unload(unload, segments)
    with pytest.raises(ContentRefused, match="record 2: CUSTOMER BORN is not packed decimal") as caught:
        mask_file(unload, tmp_path / "out", plans)
    assert "ABCDE" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_field_behind_the_end_of_a_short_segment_is_masked_as_far_as_it_goes(
    tmp_path: Path, plans: dict[str, DatabaseMask], definition: Definition, write_unload: Write, unload: Path
) -> None:
    segments = [one for one in read(unload, definition()) if one.name in ("CUSTOMER", "ORDER")][:5]
    assert segments[1].name == "ORDER"
    line = Segment("LINE", 3, b"\0\x0a" + "TO LARRY".encode("cp1047"))
    write_unload(unload, [*segments[:2], line, *segments[2:]])
    mask_file(unload, tmp_path / "out", plans)
    (made,) = (one for one in read(tmp_path / "out", definition()) if one.name == "LINE")
    assert made.data[:2] == line.data[:2]
    assert made.data[4] == line.data[4]
    assert made.data[5:] != line.data[5:]


def test_nothing_is_overwritten_unless_said(unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask]) -> None:
    (tmp_path / "out").write_text("precious")
    with pytest.raises(OutputExists):
        mask_file(unload, tmp_path / "out", plans)
    assert (tmp_path / "out").read_text() == "precious"
    mask_file(unload, tmp_path / "out", plans, replace=True)
    assert (tmp_path / "out").stat().st_size == unload.stat().st_size
    mask_file(unload, unload, plans, replace=True)
    with pytest.raises(FileUnusable, match="No such file"):
        mask_file(unload, tmp_path / "nowhere" / "out", plans)


def test_a_target_that_appears_meanwhile_is_not_overwritten(
    unload: Path, tmp_path: Path, plans: dict[str, DatabaseMask]
) -> None:
    with pytest.raises(OutputExists):
        mask_file(
            unload, tmp_path / "out", plans, progress=lambda *_: (tmp_path / "out").write_text("precious") and None
        )
    assert (tmp_path / "out").read_text() == "precious"


def test_a_database_without_rules_is_not_passed_through(
    tmp_path: Path, plans: dict[str, DatabaseMask], write_unload: Write
) -> None:
    with pytest.raises(NothingMasked, match="no rule for database ELSE"):
        mask_file(write_unload(tmp_path / "else", [], name="ELSE"), tmp_path / "out", plans)
