"""X'5950': what a control interval of an area is after a unit of recovery, logged at its sync point.

Source: ims.md section 4 (redo only). Own layout: as a full-function change, with the bytes after only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoslab.ims.log_records import Change, ChangeBody, LogRecord, RangeHead, Type

Ranges = Iterable[tuple[int, bytes]]
MOST = 2000


def records(dbd: str, area: str, number: int, ranges: Ranges) -> Iterator[LogRecord]:
    """Return the records of one control interval, none longer than an OLDS block can hold."""
    for part in _parts(ranges):
        pieces = [bytes(ChangeBody(ddname=area, block=number, ranges=len(part)))]
        for offset, after in part:
            pieces += [bytes(RangeHead(offset=offset, length=len(after))), after]
        yield LogRecord(Type.AREA_CHANGE, body=b"".join(pieces), dbd=dbd)


def _parts(ranges: Ranges) -> Iterator[list[tuple[int, bytes]]]:
    part: list[tuple[int, bytes]] = []
    for offset, after in ranges:
        for at in range(0, len(after), MOST):
            piece = after[at : at + MOST]
            if part and sum(len(held) + RangeHead.size for _, held in part) + len(piece) > MOST:
                yield part
                part = []
            part.append((offset + at, piece))
    if part:
        yield part


def change_of(record: LogRecord) -> Change:
    """Return the change a record describes; what was there before is not known."""
    body = ChangeBody.of(record.body[: ChangeBody.size])
    ranges, at = [], ChangeBody.size
    for _ in range(body.ranges):
        head = RangeHead.of(record.body[at : at + RangeHead.size])
        at += RangeHead.size
        ranges.append((head.offset, b"", record.body[at : at + head.length]))
        at += head.length
    return Change(record.dbd, body.ddname, body.block, tuple(ranges))
