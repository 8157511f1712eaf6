"""REPRO: copy records between data sets of any organisation. AMS Commands, "REPRO".

MERGECAT, ENCIPHER and the environment options are not supported and refused as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.dasd.vsam.errors import DuplicateKey
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.programs.idcams.function import ERROR, SEVERE, Failed, Function, failing
from zoslab.programs.idcams.names import NUMBER
from zoslab.programs.idcams.record_io import data_set_operand, file_operand, opened, read, selected
from zoslab.programs.statements import Command, Statement, flag, value

COMMAND = Command(
    "REPRO",
    file_operand("INFILE", "IFILE"),
    data_set_operand("INDATASET", "IDS"),
    file_operand("OUTFILE", "OFILE"),
    data_set_operand("OUTDATASET", "ODS"),
    value("FROMKEY", "FKEY"),
    value("TOKEY"),
    value("SKIP", pattern=NUMBER),
    value("COUNT", pattern=NUMBER),
    flag("REPLACE", "REP"),
    flag("NOREPLACE", "NREP"),
    flag("REUSE", "RUS"),
    flag("NOREUSE", "NRUS"),
    one_of=[("INFILE", "INDATASET"), ("OUTFILE", "OUTDATASET")],
    exclusive=[("REPLACE", "NOREPLACE"), ("REUSE", "NOREUSE")],
)
MOST_DUPLICATES = 4


def run(function: Function, statement: Statement) -> None:
    """Copy, and say how many records there were."""
    copied = _Counted(function, statement)
    try:
        with failing(statement.text("OUTDATASET") or statement.text("OUTFILE")):
            _write(function, statement, copied)
    except Failed:
        function.say(f"IDC0005I NUMBER OF RECORDS PROCESSED WAS {copied.count}")
        raise
    function.say(f"IDC0005I NUMBER OF RECORDS PROCESSED WAS {copied.count - copied.refused}")


class _Counted:
    """The selected input records, counted as they are read."""

    def __init__(self, function: Function, statement: Statement) -> None:
        self._records = selected(read(function, statement, "INFILE", "INDATASET"), statement)
        self.count = self.refused = 0

    def __iter__(self) -> Iterator[bytes]:
        for numbered in self._records:
            yield numbered.record
            self.count += 1


def _write(function: Function, statement: Statement, records: _Counted) -> None:
    if statement.has("OUTDATASET"):
        target = opened(function, statement.text("OUTDATASET"), "UPDATE")
    else:
        dd = function.dd(statement.text("OUTFILE"))
        named = dd.dataset
        if named is None or not named.dsorg.startswith("VS"):
            dd.write(records)
            return
        target = named
    if not target.dsorg.startswith("VS"):
        target.write(records)
    elif target.index_space is not None:
        _into_ksds(function, statement, target.ksds(), records)
    else:
        esds = target.esds()
        if statement.has("REUSE"):
            esds.create()
        esds.load(records)


def _into_ksds(function: Function, statement: Statement, ksds: Ksds, records: _Counted) -> None:
    """Load an empty data set in sequence; add to one that holds records."""
    if statement.has("REUSE"):
        ksds.create()
    if ksds.empty:
        ksds.load(records)
        ksds.close()
        return
    for record in records:
        try:
            if statement.has("REPLACE"):
                ksds.put(record)
            else:
                ksds.insert(record)
        except DuplicateKey as error:
            records.refused += 1
            function.say("IDC3302I ACTION ERROR", "IDC3308I ** DUPLICATE RECORD", f"  {error}", code=ERROR)
            if records.refused == MOST_DUPLICATES:
                raise Failed("IDC31467I MAXIMUM ERROR LIMIT REACHED", code=SEVERE) from error
    ksds.close()
