"""PRINT: records in characters, hexadecimal or both. AMS Commands, "PRINT" and "Dump format"."""

from __future__ import annotations

from collections.abc import Iterator

from zoslab import ebcdic
from zoslab.programs.idcams.function import Function, failing
from zoslab.programs.idcams.names import NUMBER
from zoslab.programs.idcams.record_io import Numbered, data_set_operand, file_operand, read, selected
from zoslab.programs.statements import Command, Statement, flag, value

COMMAND = Command(
    "PRINT",
    file_operand("INFILE", "IFILE"),
    data_set_operand("INDATASET", "IDS"),
    flag("CHARACTER", "CHAR"),
    flag("HEX"),
    flag("DUMP"),
    value("FROMKEY", "FKEY"),
    value("TOKEY"),
    value("SKIP", pattern=NUMBER),
    value("COUNT", pattern=NUMBER),
    one_of=[("INFILE", "INDATASET")],
    exclusive=[("CHARACTER", "HEX", "DUMP")],
)
BYTES, WORD = 32, 4
WIDEST = 120


def run(function: Function, statement: Statement) -> None:
    """Print the records of a data set."""
    name = statement.text("INDATASET")
    if not name:
        dataset = function.dd(statement.text("INFILE")).dataset
        name = dataset.dsname if dataset else statement.text("INFILE")
    function.line(f"LISTING OF DATA SET -{name}")
    form = next((each for each in ("CHARACTER", "HEX") if statement.has(each)), "DUMP")
    count = 0
    with failing(name):
        for numbered in selected(read(function, statement, "INFILE", "INDATASET"), statement):
            count += 1
            function.listing.line(f"0{_title(numbered, count, form)}")
            for line in FORMS[form](numbered.record):
                function.line(line)
    function.say(f"IDC0005I NUMBER OF RECORDS PROCESSED WAS {count}")


def _title(numbered: Numbered, count: int, form: str) -> str:
    if numbered.key is not None:
        key = ebcdic.decode(numbered.key) if form == "CHARACTER" else numbered.key.hex().upper()
        return f"KEY OF RECORD - {key}"
    if numbered.rba is not None:
        return f"RBA OF RECORD - {numbered.rba}"
    return f"RECORD SEQUENCE NUMBER - {count}"


def printable(data: bytes) -> str:
    """Return EBCDIC bytes as text with periods for what cannot be printed."""
    return "".join(one if " " <= one <= "~" else "." for one in data.decode(ebcdic.CODE_PAGE))


def _characters(record: bytes) -> Iterator[str]:
    for at in range(0, max(1, len(record)), WIDEST):
        yield printable(record[at : at + WIDEST])


def _hex(record: bytes) -> Iterator[str]:
    for at in range(0, max(1, len(record)), WIDEST // 2):
        yield record[at : at + WIDEST // 2].hex().upper()


def _dump(record: bytes) -> Iterator[str]:
    for at in range(0, max(1, len(record)), BYTES):
        row = record[at : at + BYTES]
        words = " ".join(row[low : low + WORD].hex().upper() for low in range(0, len(row), WORD))
        yield f"{at:04X}  {words:<71}  *{printable(row):<32}*"


FORMS = {"CHARACTER": _characters, "HEX": _hex, "DUMP": _dump}
