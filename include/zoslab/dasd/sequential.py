"""Physical sequential data sets: blocks from the first track on, an end-of-file mark behind the last.

Source: DFSMS Using Data Sets, chapters on BSAM and QSAM. DS1LSTAR gives the last block; a data set whose DS1LSTAR is
zero was never written and is read as empty, whatever an earlier data set left on its tracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoslab.dasd.block_writer import BlockWriter
from zoslab.dasd.record_format import RecordFormat
from zoslab.dasd.space import DataSetSpace


def read_blocks(space: DataSetSpace) -> Iterator[bytes]:
    """Yield the blocks of a data set up to its end-of-file mark."""
    last_track, last_record = space.last
    if (last_track, last_record) == (0, 0):
        return
    for rel_track in range(last_track + 1):
        for record in space.read(rel_track):
            if record.is_end_of_file:
                return
            yield record.data


def read_records(space: DataSetSpace, recfm: str = "", lrecl: int = 0, blksize: int = 0) -> Iterator[bytes]:
    """Yield the records of a data set, without their record descriptor words.

    :param recfm: with ``lrecl`` and ``blksize`` replaces what the DSCB says, as a DD statement's DCB does.
    :raises BadBlock: a block contradicts the record format.
    """
    return _format(space, recfm, lrecl, blksize).deblock(read_blocks(space))


def write_records(
    space: DataSetSpace, records: Iterable[bytes], recfm: str = "", lrecl: int = 0, blksize: int = 0
) -> int:
    """Replace the content of a data set and return the number of blocks written.

    :raises NoSpace: the data set is full; what fitted is written.
    :raises BadRecordLength: a record does not fit; the blocks before it are written.
    """
    return _write(space, records, _format(space, recfm, lrecl, blksize), (0, 0))


def append_records(
    space: DataSetSpace, records: Iterable[bytes], recfm: str = "", lrecl: int = 0, blksize: int = 0
) -> int:
    """Add records behind the last block (DISP=MOD) and return the number of blocks written."""
    return _write(space, records, _format(space, recfm, lrecl, blksize), _last_block(space))


def _last_block(space: DataSetSpace) -> tuple[int, int]:
    """Return the last block to keep: Hercules' dasdload lets DS1LSTAR point to the end-of-file mark behind it."""
    rel_track, last = space.last
    on_track = space.read(rel_track) if last else []
    before_mark = [record.number for record in on_track if record.is_end_of_file and record.number <= last]
    return rel_track, min(before_mark) - 1 if before_mark else last


def _write(space: DataSetSpace, records: Iterable[bytes], form: RecordFormat, after: tuple[int, int]) -> int:
    writer = BlockWriter(space, after)
    written = 0
    last = after
    try:
        for block in form.block(records):
            last = writer.write(block)
            written += 1
        writer.write_end_of_file()
    finally:
        writer.flush()
        space.last = last
    return written


def _format(space: DataSetSpace, recfm: str, lrecl: int, blksize: int) -> RecordFormat:
    dscb = space.dscb
    return RecordFormat(recfm or dscb.recfm, lrecl or dscb.ds1lrecl, blksize or dscb.ds1blkl)
