"""Records of any data set that REPRO and PRINT read and write, named by DD or by data set name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.datasets import DataSet
from zoslab.programs.idcams.function import Failed, Function, failing
from zoslab.programs.idcams.names import DDNAME, ENTRY
from zoslab.programs.statements import Keyword, Operands, Statement, Word, value


@dataclass(frozen=True)
class Numbered:
    """A record with what PRINT calls it by: its key, its RBA or its number."""

    record: bytes
    key: bytes | None = None
    rba: int | None = None


def file_operand(keyword: str, *abbreviations: str) -> Keyword:
    """Return the operand that names a DD: ``INFILE(ddname)``."""
    return value(keyword, *abbreviations, pattern=DDNAME)


def data_set_operand(keyword: str, *abbreviations: str) -> Keyword:
    """Return the operand that names a data set: ``INDATASET(name)``."""
    return value(keyword, *abbreviations, pattern=ENTRY)


def read(function: Function, statement: Statement, file: str, dataset: str) -> Iterator[Numbered]:
    """Yield the records of the input."""
    if statement.has(file):
        dd = function.dd(statement.text(file))
        if dd.dataset is None or dd.member or len(dd.parts) > 1:
            return (Numbered(record) for record in dd.raw_records())
        return records_of(dd.dataset)
    return records_of(opened(function, statement.text(dataset), "READ"))


def opened(function: Function, name: str, access: str) -> DataSet:
    """Return a data set by name, allocated to the step.

    :raises Failed: it is not there, or another job holds it.
    """
    function.authorise(name, access)
    with failing(name):
        return function.step.allocate(name, "SHR" if access == "READ" else "OLD")


def records_of(dataset: DataSet) -> Iterator[Numbered]:
    """Yield the records of a data set of any organisation but partitioned."""
    if dataset.index_space is not None:
        ksds = dataset.ksds()
        for record in ksds.browse():
            yield Numbered(record, key=ksds.attributes.key_of(record))
    elif dataset.dsorg == "VS":
        for rba, record in dataset.esds().browse():
            yield Numbered(record, rba=rba)
    elif dataset.dsorg.startswith("PO"):
        raise Failed(f"IDC3302I ACTION ERROR ON {dataset.dsname}", "  a library needs a member name")
    else:
        for record in dataset.records():
            yield Numbered(record)


def selected(records: Iterable[Numbered], given: Operands) -> Iterator[Numbered]:
    """Yield what FROMKEY, TOKEY, SKIP and COUNT leave of the records."""
    low, high = (_key(given, keyword) for keyword in ("FROMKEY", "TOKEY"))
    skip, count = given.number("SKIP"), given.number("COUNT") if given.has("COUNT") else None
    for numbered in records:
        if (low or high) and numbered.key is None:
            raise Failed("IDC3217I INCONSISTENT PARAMETERS OR INCONSISTENT OPERANDS INVOLVING 'FROMKEY'",
                         "  the input has no keys")  # fmt: skip
        if low and numbered.key is not None and numbered.key[: len(low)] < low:
            continue
        if high and numbered.key is not None and numbered.key[: len(high)] > high:
            return
        if skip:
            skip -= 1
            continue
        if count == 0:
            return
        count = None if count is None else count - 1
        yield numbered


def _key(given: Operands, keyword: str) -> bytes:
    if not given.has(keyword):
        return b""
    node = given.keywords[keyword][0]
    if isinstance(node, Word) and node.quote == "X":
        try:
            return bytes.fromhex(node.text)
        except ValueError as error:
            raise Failed(f"IDC3203I ITEM '{node}' DOES NOT ADHERE TO RESTRICTIONS") from error
    return ebcdic.encode(given.text(keyword).rstrip("*"))
