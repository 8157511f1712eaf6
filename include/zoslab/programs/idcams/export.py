"""EXPORT of a catalog, and EXPORT DISCONNECT. AMS Commands, "EXPORT", "EXPORT DISCONNECT".

A catalog stays as it is, TEMPORARY or not, as the manual has it. Clusters are not exported; copy them with REPRO.
"""

from __future__ import annotations

from zoslab.catalog.errors import WrongEntryType
from zoslab.datasets import DataSet
from zoslab.programs.idcams import portable
from zoslab.programs.idcams.function import ERROR, Failed, Function, failing
from zoslab.programs.idcams.names import CATALOG
from zoslab.programs.idcams.record_io import data_set_operand, file_operand, opened
from zoslab.programs.statements import Command, Statement, flag

COMMAND = Command(
    "EXPORT",
    file_operand("OUTFILE", "OFILE"),
    data_set_operand("OUTDATASET", "ODS"),
    flag("TEMPORARY", "TEMP"),
    flag("PERMANENT", "PERM"),
    flag("DISCONNECT", "DCON"),
    CATALOG,
    abbreviations=("EXP",),
    positional=(1, 1),
    one_of=[("OUTFILE", "OUTDATASET", "DISCONNECT")],
    exclusive=[("TEMPORARY", "PERMANENT", "DISCONNECT")],
)


def run(function: Function, statement: Statement) -> None:
    """Write a catalog into a portable data set, or disconnect it from the master catalog."""
    name = str(statement.positional[0])
    catalogs = function.system.catalogs
    if statement.text("CATALOG", catalogs.master_dsname) != catalogs.master_dsname:
        raise Failed("IDC3014I CATALOG ERROR: USER CATALOGS ARE CONNECTED TO THE MASTER CATALOG")
    if statement.has("DISCONNECT"):
        _disconnect(function, name)
    else:
        _export(function, statement, name)


def _disconnect(function: Function, name: str) -> None:
    catalogs = function.system.catalogs
    with function.holding(name), failing(name, ERROR):
        catalogs.require(name, catalogs.master_dsname)
        aliases = catalogs.aliases(name)
        catalogs.export_disconnect(name)
    for alias in aliases:
        function.say(f"IDC0550I ENTRY (X) {alias} DELETED")
    function.say(f"IDC0550I ENTRY (U) {name} DELETED")


def _export(function: Function, statement: Statement, name: str) -> None:
    with function.holding(name, "READ"), failing(name):
        if name not in function.system.catalogs.catalogs():
            function.system.catalogs.require(name)
            raise WrongEntryType(f"{name} is not a catalog; copy clusters with REPRO")
        catalog = function.system.catalogs.connected(name)
        target = _target(function, statement)
        exported = function.system.clock.now()
        count = portable.write(target, catalog, f"{exported:%Y-%m-%d %H:%M:%S.%f}")
    function.say(f"IDC0005I NUMBER OF RECORDS PROCESSED WAS {count}")
    function.say(f"IDC0594I PORTABLE DATA SET CREATED SUCCESSFULLY ON {exported:%m/%d/%y} AT {exported:%H:%M:%S}")


def _target(function: Function, statement: Statement) -> DataSet:
    if statement.has("OUTDATASET"):
        return opened(function, statement.text("OUTDATASET"), "UPDATE")
    target = function.dd(statement.text("OUTFILE")).dataset
    if target is None:
        raise Failed(f"IDC3300I ERROR OPENING {statement.text('OUTFILE')}", "  it is not a data set")
    return target
