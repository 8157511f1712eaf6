"""DFSUDMP0, the Database Image Copy utility. Source: IMS Database Utilities, DFSUDMP0.

Control statement: column 1 D, column 2 number of copies (1 or 2), 4 database, 13 ddname or area, 22 output ddname, 31
second output ddname. Own layout: the image copy data set is a header record and one record for each block or keyed
record, behind its number or key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from zoslab.ims.dbrc.haldb_records import is_recoverable
from zoslab.ims.stamps import stck
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.target import Item, Target, open_target
from zoslab.layout import Layout, Number, Text


class CopyHeader(Layout):
    """Own layout: first record of an image copy."""

    eye = Text(0, 8)
    dbd = Text(8, 8)
    ddname = Text(16, 8)
    run = Number(24, 8)
    kind = Text(32, 1)
    concurrent = Text(33, 1)
    dsn = Text(34, 44)


EYE = "DFSUDMP0"


@dataclass(frozen=True)
class CopyStatement:
    """What one control statement asks for."""

    dbname: str
    ddname: str
    outputs: tuple[str, ...]

    @classmethod
    def read(cls, card: str) -> CopyStatement:
        """Understand a control statement.

        :raises UtilityFailed: it is wrong.
        """
        card = card.ljust(80)
        words = [card[at : at + 8].strip() for at in (3, 12, 21, 30)]
        if card[0] != "D" or card[1] not in "12" or not all(words[:3]):
            raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {card.rstrip()}", 16)
        outputs = tuple(words[2 : 2 + int(card[1])])
        if not all(outputs):
            raise UtilityFailed(f"DFS301A TWO COPIES NEED TWO OUTPUT DDNAMES: {card.rstrip()}", 16)
        return cls(words[0], words[1], outputs)


def image_copy(environment: Environment) -> int:
    """Run every control statement of SYSIN."""
    statements = [CopyStatement.read(card) for card in environment.step.dd("SYSIN").records() if card.strip()]
    if not statements:
        raise UtilityFailed("DFS301A NO CONTROL STATEMENT", 16)
    concurrent = "CIC" in environment.step.parm.split(",")
    for statement in statements:
        _copy(environment, statement, concurrent)
    return 0


def _copy(environment: Environment, statement: CopyStatement, concurrent: bool) -> None:
    dbd = environment.definition(statement.dbname)
    if dbd.partitioned and not is_recoverable(statement.ddname, "PART"):
        raise UtilityFailed(
            f"DFS301A {statement.ddname} IS AN INDEX OR ILDS OF A HALDB, IT IS REBUILT AND NOT COPIED", 16
        )
    area = statement.ddname if dbd.access == "DEDB" else ""
    run = environment.now()
    with environment.authorized(statement.dbname, "READ-ONLY" if concurrent else "READ", area):
        dataset = environment.dataset(statement.ddname, statement.dbname)
        target = open_target(dataset, dbd, statement.ddname)
        head = CopyHeader(eye=EYE, dbd=statement.dbname, ddname=statement.ddname, run=stck(run), kind=target.kind,
                          concurrent="Y" if concurrent else "N", dsn=dataset.dsname)  # fmt: skip
        count = 0
        for output in statement.outputs:
            count = _write(environment, output, head, target)
        _register(environment, statement, run, count, concurrent)
    environment.say(
        f"DFS339I FUNCTION DU HAS COMPLETED NORMALLY. {statement.dbname} {statement.ddname} {count} RECORDS"
    )


def _write(environment: Environment, output: str, head: CopyHeader, target: Target) -> int:
    count = 0

    def records() -> Iterator[bytes]:
        nonlocal count
        yield bytes(head)
        for key, data in target.items():
            count += 1
            yield len(key).to_bytes(2, "big") + key + data

    environment.dataset(output)
    environment.step.dd(output).write(records())
    return count


def _register(environment: Environment, statement: CopyStatement, run: datetime, count: int, concurrent: bool) -> None:
    if environment.dbrc is None:
        return
    words = []
    for end, output in zip(("", "2"), statement.outputs, strict=False):
        dataset = environment.dataset(output)
        words.append(f"ICDSN{end}({dataset.dsname}) VOLLIST{end}({','.join(dataset.volsers)}) UNIT{end}(3390)")
    keyword = "AREA" if environment.definition(statement.dbname).access == "DEDB" else "DDN"
    environment.tell(
        f"NOTIFY.IC DBD({statement.dbname}) {keyword}({statement.ddname}) RUNTIME({stamp(run)}) "
        f"STOPTIME({stamp(environment.now())}) RECDCT({count}) {'CIC' if concurrent else 'BATCH'} {' '.join(words)}"
    )


def read_copy(records: Iterator[bytes]) -> tuple[CopyHeader, Iterator[Item]]:
    """Return header and content of an image copy.

    :raises UtilityFailed: it is none.
    """
    first = next(records, b"")
    head = CopyHeader.of(first) if len(first) == CopyHeader.size else None
    if head is None or head.eye != EYE:
        raise UtilityFailed("DFS315A THE DATA SET OF DD DFSUDUMP IS NOT AN IMAGE COPY")

    def items() -> Iterator[Item]:
        for record in records:
            length = int.from_bytes(record[:2], "big")
            yield record[2 : 2 + length], record[2 + length :]

    return head, items()
