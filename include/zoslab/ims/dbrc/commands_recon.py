"""INIT.RECON and CHANGE.RECON. The RECON is always of the level of IMS 15, so UPGRADE finds nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from zoslab.ims.dbrc.errors import WrongOperand
from zoslab.ims.dbrc.recon import Recon
from zoslab.ims.dbrc.records import Header
from zoslab.ims.dbrc.stamps import aware
from zoslab.ims.stamps import Clock
from zoslab.programs.statements import Statement

FLAGS: dict[str, tuple[str, Any]] = {
    "CATDS": ("catds", True),
    "NOCATDS": ("catds", False),
    "FORCER": ("forcer", True),
    "NOFORCER": ("forcer", False),
    "NOCHECK": ("check", "NOCHECK"),
    "CHECK17": ("check", "CHECK17"),
    "CHECK44": ("check", "CHECK44"),
    "LISTDL": ("listdl", True),
    "NOLISTDL": ("listdl", False),
    "REORGV": ("reorgv", True),
    "NOREORGV": ("reorgv", False),
    "STARTNEW": ("startnew", True),
    "NONEW": ("startnew", False),
    "TRACEON": ("traceon", True),
    "TRACEOFF": ("traceon", False),
    "NOCATALG": ("catalog", ""),
}
TEXTS = {
    "ACCESS": "access",
    "CATALOG": "catalog",
    "DASDUNIT": "dasd_unit",
    "LIST": "listing",
    "MINVERS": "minvers",
    "SSID": "ssid",
    "TAPEUNIT": "tape_unit",
    "TIMEZIN": "timezin",
}
LEVEL = "15.1"
TIMEFMT = ("O", "B", "LOCORG", "OFFSET", "PUNC", "YYYY")
LOGRET = "00.000 00:00:00.0"


def changed(header: Header, statement: Statement) -> Header:
    """Return the header with what the operands say.

    :raises WrongOperand: CMDAUTH or IMSPLEX lack a value.
    """
    values: dict[str, Any] = {field: content for name, (field, content) in FLAGS.items() if statement.has(name)}
    values.update({field: statement.text(name) for name, field in TEXTS.items() if statement.has(name)})
    special: dict[str, Callable[[Statement], dict[str, Any]]] = {
        "CDSLID": lambda s: {"cdslid": s.number("CDSLID")},
        "LOGRET": lambda s: {"logret": s.text("LOGRET") + LOGRET[len(s.text("LOGRET")) :]},
        "SIZALERT": lambda s: {"size_alert": s.texts("SIZALERT")},
        "LOGALERT": lambda s: {"log_alert": s.texts("LOGALERT")},
        "NOPLEX": lambda _: {"imsplex": "", "group_id": ""},
        "IMSPLEX": _imsplex,
        "TIMEZONE": lambda s: {"timezones": s.texts("TIMEZONE")},
        "TIMEFMT": _timefmt,
        "CMDAUTH": _cmdauth,
    }
    for name, read in special.items():
        if statement.has(name):
            values.update(read(statement))
    return replace(header, **values)


def _imsplex(statement: Statement) -> dict[str, str]:
    plex, *group = statement.texts("IMSPLEX")
    if len(plex) > 5 or len("".join(group)) > 3:
        raise WrongOperand("IMSPLEX TAKES A NAME OF UP TO 5 AND A GROUP OF UP TO 3 CHARACTERS")
    return {"imsplex": plex, "group_id": "".join(group)}


def _timefmt(statement: Statement) -> dict[str, str]:
    """Accept the format that listings have; DBRC knows others, this one does not write them."""
    wrong = [word for word in statement.texts("TIMEFMT") if word not in TIMEFMT]
    if wrong:
        raise WrongOperand(f"TIMEFMT({wrong[0]}) IS NOT SUPPORTED, LISTINGS HAVE {' '.join(TIMEFMT[2:])}")
    return {}


def _cmdauth(statement: Statement) -> dict[str, str]:
    kind, *names = statement.texts("CMDAUTH")
    if kind not in ("SAF", "EXIT", "BOTH", "NONE") or bool(names) != (kind != "NONE"):
        raise WrongOperand("CMDAUTH IS NONE, OR SAF, EXIT OR BOTH WITH A HIGH-LEVEL QUALIFIER")
    hlq, rcnqual = (*names, "", "")[:2]
    return {"cmdauth": kind, "safhlq": hlq, "rcnqual": rcnqual}


def init_recon(statement: Statement, recon: Recon, clock: Clock) -> None:
    """Write the header into empty RECON data sets."""
    recon.initialise(changed(Header(init_token=aware(clock.now())), statement))


def change_recon(statement: Statement, recon: Recon) -> None:
    """Change the header; with REPLACE, what the data sets are."""
    if statement.has("REPLACE"):
        if len(statement.keywords) > 1:
            raise WrongOperand("REPLACE STANDS ALONE IN A CHANGE.RECON COMMAND")
        recon.replace_data_set(statement.text("REPLACE"))
        return
    if statement.has("DUAL"):
        if len(statement.keywords) > 1:
            raise WrongOperand("DUAL STANDS ALONE IN A CHANGE.RECON COMMAND")
        recon.make_dual()
        return
    if statement.has("CHECKUP") and not statement.has("UPGRADE"):
        raise WrongOperand("CHECKUP IS FOR UPGRADE ONLY")
    if statement.has("UPGRADE"):
        if set(statement.keywords) - {"UPGRADE", "CHECKUP"}:
            raise WrongOperand("UPGRADE STANDS ALONE IN A CHANGE.RECON COMMAND")
        with recon.unit() as unit:
            if unit.header.minvers > LEVEL:
                raise WrongOperand(f"THE RECON IS AT A LEVEL ABOVE {LEVEL}")
        return
    if not statement.keywords:
        raise WrongOperand("CHANGE.RECON NEEDS AN OPERAND")
    with recon.unit() as unit:
        unit.put(changed(unit.header, statement))
