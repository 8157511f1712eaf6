"""Running a stream of DBRC commands, as DSPURX00 does: echo, effect, messages, condition codes.

Each command is one update of the RECON: refused, it changes nothing. Own reading (the manual's pages are not public):
a refused command ends with condition code 12 and processing stops there; a LIST of a record that is not there ends
with 8 and processing goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from zoslab.ims.dbrc import commands_accumulation as accumulation
from zoslab.ims.dbrc import commands_alloc as allocs
from zoslab.ims.dbrc import commands_area as areas
from zoslab.ims.dbrc import commands_copies as copies
from zoslab.ims.dbrc import commands_database as databases
from zoslab.ims.dbrc import commands_events as events
from zoslab.ims.dbrc import commands_groups as groups
from zoslab.ims.dbrc import commands_haldb as haldb
from zoslab.ims.dbrc import commands_log as logs
from zoslab.ims.dbrc import commands_subsystem as subsystems
from zoslab.ims.dbrc.commands_list import Listing
from zoslab.ims.dbrc.commands_recon import change_recon, init_recon
from zoslab.ims.dbrc.errors import DbrcError, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.genjcl import Skeletons, generate
from zoslab.ims.dbrc.grammar import GRAMMAR
from zoslab.ims.dbrc.listing import RULE
from zoslab.ims.dbrc.messages import message
from zoslab.ims.dbrc.services import Dbrc
from zoslab.ims.dbrc.stamps import short_text
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Grammar, Statement, StatementFault, parse

Handler = Callable[[Statement, Unit, datetime], None]

HANDLERS: dict[str, Handler] = {
    "INIT.DB": databases.init_db,
    "CHANGE.DB": databases.change_db,
    "DELETE.DB": databases.delete_db,
    "INIT.DBDS": databases.init_dbds,
    "CHANGE.DBDS": databases.change_dbds,
    "DELETE.DBDS": databases.delete_dbds,
    "INIT.PART": haldb.init_part,
    "CHANGE.PART": haldb.change_part,
    "DELETE.PART": haldb.delete_part,
    "INIT.ADS": areas.init_ads,
    "CHANGE.ADS": areas.change_ads,
    "DELETE.ADS": areas.delete_ads,
    "INIT.DBDSGRP": groups.init_dbdsgrp,
    "CHANGE.DBDSGRP": groups.change_dbdsgrp,
    "DELETE.DBDSGRP": groups.delete_dbdsgrp,
    "INIT.GSG": groups.init_gsg,
    "DELETE.GSG": groups.delete_gsg,
    "INIT.SG": groups.init_sg,
    "DELETE.SG": groups.delete_sg,
    "NOTIFY.ALLOC": allocs.notify_alloc,
    "DELETE.ALLOC": allocs.delete_alloc,
    "INIT.IC": copies.init_ic,
    "NOTIFY.IC": copies.notify_ic,
    "CHANGE.IC": copies.change_ic,
    "DELETE.IC": copies.delete_ic,
    "NOTIFY.UIC": events.notify_uic,
    "CHANGE.UIC": events.change_uic,
    "DELETE.UIC": events.delete_uic,
    "NOTIFY.REORG": events.notify_reorg,
    "DELETE.REORG": events.delete_reorg,
    "NOTIFY.RECOV": events.notify_recov,
    "DELETE.RECOV": events.delete_recov,
    "CHANGE.CAGRP": accumulation.change_cagrp,
    "INIT.CA": accumulation.init_ca,
    "INIT.CAGRP": accumulation.init_cagrp,
    "DELETE.CAGRP": accumulation.delete_cagrp,
    "NOTIFY.CA": accumulation.notify_ca,
    "CHANGE.CA": accumulation.change_ca,
    "DELETE.CA": accumulation.delete_ca,
    "NOTIFY.PRILOG": logs.notify_prilog,
    "CHANGE.PRILOG": logs.change_prilog,
    "NOTIFY.SECLOG": logs.notify_prilog,
    "CHANGE.SECLOG": logs.change_prilog,
    "DELETE.LOG": logs.delete_log,
    "NOTIFY.SUBSYS": subsystems.notify_subsys,
    "CHANGE.SUBSYS": subsystems.change_subsys,
    "DELETE.SUBSYS": subsystems.delete_subsys,
    "NOTIFY.BKOUT": subsystems.notify_bkout,
    "CHANGE.BKOUT": subsystems.change_bkout,
    "DELETE.BKOUT": subsystems.delete_bkout,
}
REFUSED, NOT_FOUND = 12, 8
LONG = Grammar(*GRAMMAR.commands.values(), margins=(1, 4000))


def run(
    dbrc: Dbrc,
    records: Iterable[str],
    write: Callable[[str], None],
    skeletons: Skeletons | None = None,
) -> int:
    """Run the commands in ``records``, write the listing line by line, return the highest condition code.

    :param skeletons: where GENJCL commands read and write; without it they are refused.
    """
    highest = 0
    for difference in dbrc.recon.differences():
        values = (difference.ddname, difference.allocated, difference.recorded)
        write(message("DSP0917I", **dict(zip(("ddname", "allocated", "recorded"), values, strict=True))))
    for statement in parse(records, GRAMMAR):
        for line in statement.lines:
            write(line.rstrip())
        code = _run_one(dbrc, statement, write, skeletons)
        write(message("DSP0203I", code=code))
        write(message("DSP0220I", time=short_text(dbrc.now())))
        highest = max(highest, code)
        if code >= REFUSED:
            write(message("DSP0209I", code=code))
            break
    write(message("DSP0211I", text="COMMAND PROCESSING COMPLETE"))
    write(message("DSP0211I", text=f"HIGHEST CONDITION CODE = {highest:02}"))
    return highest


def execute(dbrc: Dbrc, command: str) -> None:
    """Run one command for a utility.

    :raises DbrcError: it is refused.
    """
    for statement in parse([" " + command], LONG):
        if isinstance(statement, StatementFault):
            raise WrongOperand(str(statement))
        _change(dbrc, statement)


def _run_one(
    dbrc: Dbrc,
    statement: Statement | StatementFault,
    write: Callable[[str], None],
    skeletons: Skeletons | None,
) -> int:
    if isinstance(statement, StatementFault):
        write(message("DSP0918I", text=statement))
        return REFUSED
    try:
        if statement.verb.startswith("LIST."):
            return _list(dbrc, statement, write)
        if statement.verb.startswith("GENJCL."):
            return _generate(dbrc, statement, write, skeletons)
        _change(dbrc, statement)
    except DbrcError as error:
        write(error.message)
        return REFUSED
    except ValueError as error:
        write(message("DSP0912I", text=error))
        return REFUSED
    return 0


def _generate(dbrc: Dbrc, statement: Statement, write: Callable[[str], None], skeletons: Skeletons | None) -> int:
    if skeletons is None:
        raise NotAllowed("GENJCL NEEDS JCLPDS AND JCLOUT")
    with dbrc.recon.unit() as unit:
        made = generate(statement, unit, dbrc.now(), skeletons)
    for line in made if statement.has("LIST") else []:
        write(line)
    return 0


def _change(dbrc: Dbrc, statement: Statement) -> None:
    if statement.verb == "INIT.RECON":
        init_recon(statement, dbrc.recon, dbrc.clock)
    elif statement.verb == "CHANGE.RECON":
        change_recon(statement, dbrc.recon)
    else:
        with dbrc.recon.unit() as unit:
            unit.definition = dbrc.definition
            HANDLERS[statement.verb](statement, unit, dbrc.now())


def _list(dbrc: Dbrc, statement: Statement, write: Callable[[str], None]) -> int:
    count, code = 0, 0
    with dbrc.recon.unit() as unit:
        try:
            for lines in Listing(unit, dbrc.recon.extension).run(statement):
                count += 1
                write(RULE)
                for line in lines:
                    write(line)
        except NotRegistered as error:
            write(error.message)
            code = NOT_FOUND
    write(message("DSP0180I", count=count))
    return code
