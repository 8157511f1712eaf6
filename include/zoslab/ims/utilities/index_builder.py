"""IIUSTART, IMS Index Builder: primary and secondary indexes are built anew from the segments.

Source: IMS Index Builder User's Guide, control statements PROC, INPUT and INDEX in the DD IIUIN; the order of PROC's
operands is an own reading. ``PROC BLD_PRIMARY,database`` (HIDAM; for partitions there is DFSPREC0), ``PROC
BLD_SECONDARY,database,ALL`` or ``,SELECTED`` with a statement ``INDEX name`` for each; ``INPUT IBSCAN``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc.database_records import Dbds
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.utilities import index_build, offline
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.exclusive import OpenForUtility, for_utility


def build(environment: Environment) -> int:
    """Build the indexes that the control statements name."""
    cards = [card[:72].split() for card in environment.step.dd("IIUIN").records() if card[:72].strip()]
    wrong = next((card for card in cards if card[0] not in ("PROC", "INPUT", "INDEX") or len(card) != 2), None)
    if wrong is not None:
        raise UtilityFailed(f"IIUB001E CONTROL STATEMENT ERROR: {' '.join(wrong)}", 16)
    if ["INPUT", "IBSCAN"] not in cards:
        raise UtilityFailed("IIUB001E THE STATEMENT INPUT IBSCAN IS REQUIRED", 16)
    requests = [card[1].split(",") for card in cards if card[0] == "PROC"]
    if not requests or len({request[1] for request in requests if len(request) > 1}) != 1:
        raise UtilityFailed("IIUB004E THE PROC STATEMENTS MUST NAME ONE DATABASE", 16)
    dbd = environment.definition(requests[0][1])
    selected = [card[1] for card in cards if card[0] == "INDEX"]
    names = [name for request in requests for name in _indexes(dbd, request, selected)]
    with _not_needing_recovery(environment, names), for_utility(environment, dbd, "REORG") as opened:
        _build(environment, dbd, opened, names)
    for one in _data_sets(environment, names):
        environment.tell(f"NOTIFY.REORG DBD({one.dbname}) DDN({one.ddname}) RUNTIME({stamp(environment.start)})")
    return 0


def _data_sets(environment: Environment, names: list[str]) -> list[Dbds]:
    """Return the DBDS records of index databases, those of the partitions of a PSINDEX."""
    if environment.dbrc is None:
        return []
    owners = [part.name for name in names for part in offline.definitions(environment, name)]
    return [one for name in (*names, *owners) for one in environment.dbrc.dbds(name)]


def _indexes(dbd: Dbd, request: list[str], selected: list[str]) -> list[str]:
    """Return the index databases that a PROC statement asks for."""
    secondary = [one.database for one in dbd.secondary]
    if request == ["BLD_PRIMARY", dbd.name] and dbd.index:
        return [dbd.index]
    if request == ["BLD_SECONDARY", dbd.name, "ALL"] and secondary:
        return secondary
    if request == ["BLD_SECONDARY", dbd.name, "SELECTED"] and selected and not set(selected) - set(secondary):
        return selected
    raise UtilityFailed(
        f"IIUB001E PROC {','.join(request)}: {dbd.name} IS {dbd.access}, PRIMARY INDEX {dbd.index or 'NONE'}, "
        f"SECONDARY INDEXES {','.join(secondary) or 'NONE'}", 16
    )  # fmt: skip


@contextmanager
def _not_needing_recovery(environment: Environment, names: list[str]) -> Iterator[None]:
    """Take the flag away that keeps an index from being used; it comes back if the index is not built."""
    flagged = [f"DBD({one.dbname}) DDN({one.ddname})" for one in _data_sets(environment, names) if one.recov_needed]
    for which in flagged:
        environment.tell(f"CHANGE.DBDS {which} NORECOV")
    try:
        yield
    except UtilityFailed:
        for which in flagged:
            environment.tell(f"CHANGE.DBDS {which} RECOV")
        raise


def _build(environment: Environment, dbd: Dbd, opened: OpenForUtility, names: list[str]) -> None:
    database = opened.open()
    for name in names:
        if name == dbd.index and isinstance(database.roots, HidamRoots):
            count = index_build.build_primary(database.store, database.roots)
        else:
            count = index_build.build_secondary(database, database.secondary[name])
        environment.say(f"IIUB100I INDEX {name} OF {dbd.name} BUILT, {count} RECORDS")
    opened.close()
