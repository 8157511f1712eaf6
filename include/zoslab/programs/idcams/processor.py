"""Reads commands, runs them, keeps LASTCC and MAXCC. A command with a syntax error gets condition code 12; the next
one is read. Condition code 16 ends processing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.programs.idcams import (
    alter,
    dcollect,
    define,
    delete,
    diagnose,
    export,
    import_,
    listcat,
    print_,
    repro,
)
from zoslab.programs.idcams.function import SEVERE, TERMINATING, Failed, Function, Run
from zoslab.programs.idcams.modal import Codes, Modal, ModalError
from zoslab.programs.registry import program
from zoslab.programs.statement_source import Source, sources
from zoslab.programs.statements import (
    BadValue,
    ConflictingKeywords,
    Grammar,
    MissingKeyword,
    RepeatedKeyword,
    StatementFault,
    UnbalancedText,
    UnknownCommand,
    UnknownKeyword,
    parse,
)

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

MARGINS = (2, 72)
MODULES = (alter, dcollect, define, delete, diagnose, export, import_, listcat, print_, repro)
COMMANDS = Grammar(*(module.COMMAND for module in MODULES), margins=MARGINS)
RUN: dict[str, Run] = {module.COMMAND.verb: module.run for module in MODULES}
SYNTAX: dict[type[StatementFault], str] = {
    UnknownCommand: "IDC3219I VERB NAME '{keyword}' UNKNOWN",
    UnknownKeyword: "IDC3211I KEYWORD '{keyword}' IS IMPROPER",
    RepeatedKeyword: "IDC3213I KEYWORD '{keyword}' IS REPEATED",
    MissingKeyword: "IDC3212I REQUIRED KEYWORD '{keyword}' IS MISSING",
    ConflictingKeywords: "IDC3217I INCONSISTENT PARAMETERS OR INCONSISTENT OPERANDS INVOLVING '{keyword}'",
    BadValue: "IDC3203I ITEM '{keyword}' DOES NOT ADHERE TO RESTRICTIONS",
    UnbalancedText: "IDC3205I DELIMITER '{keyword}' IS NOT PROPERLY PAIRED",
}
BYPASSED = "IDC3202I ABOVE TEXT BYPASSED UNTIL NEXT COMMAND. CONDITION CODE IS 12"


@program("IDCAMS")
def idcams(step: Step) -> int:
    """Run the commands of SYSIN."""
    listing = step.print("SYSPRINT")
    now = step.system.clock.now()
    listing.line(f"1IDCAMS  SYSTEM SERVICES{'TIME: ':>49}{now:%H:%M:%S        %m/%d/%y}     PAGE      1")
    modal = Modal(Codes())
    for source in sources(step.dd("SYSIN").records(), MARGINS):
        listing.line("0")
        for record in source.lines:
            listing.line(f" {record}".rstrip())
        try:
            records = modal.remainder(source)
        except ModalError as error:
            listing.line(f"0IDC3216I MODAL COMMAND IN ERROR: {error}")
            modal.codes.note(TERMINATING)
        else:
            if records is not None:
                modal.codes.note(_command(step, listing, source, records))
        if modal.codes.maximum >= TERMINATING or modal.cancelled:
            break
    listing.line("0")
    listing.line(f"0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS {modal.codes.maximum}")
    return modal.codes.maximum


def _command(step: Step, listing: Listing, source: Source, records: list[str]) -> int:
    """Run the one command in ``records`` and return its condition code."""
    statement = next(parse(records, COMMANDS))
    if isinstance(statement, StatementFault):
        text = SYNTAX[type(statement)].format(keyword=statement.keyword)
        listing.line(f"0{text}")
        listing.line(f"   {statement.text} (COLUMN {statement.column})")
        listing.line(f" {BYPASSED}")
        return SEVERE
    function = Function(step, listing)
    try:
        RUN[statement.verb](function, statement)
    except Failed as failure:
        function.say(*failure.lines, code=failure.code)
    if function.code >= SEVERE:
        function.say(f"IDC3003I FUNCTION TERMINATED. CONDITION CODE IS {function.code}")
    else:
        function.say(f"IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS {function.code}")
    return function.code
