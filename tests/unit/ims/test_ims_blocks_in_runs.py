"""Runs of blocks are written and read as blocks one by one are; sorting more than fits; index data sets built anew."""

import random

import pytest

from zoslab.dasd.vsam.esds import Esds
from zoslab.ims.osam import BlockFile
from zoslab.ims.utilities.sort_work import SortWork
from zoslab.ims.utilities.target import BlockTarget
from zoslab.ims.vsam_blocks import IntervalFile


def osam(space):
    return BlockFile(space, 1000, "TEST")


def vsam(space):
    esds = Esds(space, 1024)
    esds.create()
    return IntervalFile(esds, "TEST")


@pytest.mark.parametrize("make", [osam, vsam])
@pytest.mark.parametrize("seed", range(6))
def test_runs_of_blocks_are_what_single_blocks_are(make_space, make, seed):
    choose = random.Random(seed)
    one, other = make(make_space(4)), make(make_space(4))
    for _ in range(12):
        first, count = choose.randrange(one.first, 150), choose.randrange(1, 90)
        run = [bytes([choose.randrange(256)]) * one.block_size for _ in range(count)]
        one.write_run(first, run)
        for number, data in enumerate(run, first):
            other.write(number, data)
        low = choose.randrange(one.first, one.blocks)
        high = choose.randrange(low, one.blocks + 1)
        assert list(one.scan(low, high)) == [other.read(number) for number in range(low, min(high, other.blocks))]
        assert one.blocks == other.blocks
    assert list(one.scan(9, 9)) == []


@pytest.mark.parametrize("make", [osam, vsam])
def test_what_was_copied_is_restored(make_space, make):
    source, target = make(make_space(4)), make(make_space(4))
    for number in (1, 2, 3, 40, 41, 90):
        source.write(number, bytes([number]) * source.block_size)
    items = list(BlockTarget(source).items())
    assert [int.from_bytes(key, "big") for key, _ in items] == [1, 2, 3, 40, 41, 90]
    target.write(60, b"\xff" * target.block_size)
    restored = BlockTarget(target)
    restored.erase()
    restored.restore(items)
    assert list(restored.items()) == items


def test_records_beyond_what_is_kept_in_storage_come_out_sorted():
    choose = random.Random(3)
    records = [(choose.randbytes(4), choose.randbytes(9)) for _ in range(1000)]
    with SortWork(64) as work:
        for key, record in records:
            work.add(key, record)
        assert list(work) == sorted(records)
        assert list(work) == sorted(records)
