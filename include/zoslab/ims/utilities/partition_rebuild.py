"""DFSPREC0, the HALDB Index/ILDS Rebuild utility. Source: IMS Database Utilities, DFSPREC0.

SYSIN has ``PARTITION=name,RECOVTYP=type``: INDEX is the primary index of a PHIDAM partition, ILE its ILDS, BOTH both.
PARM names the database, also as ``ULU,DFSPREC0,name``. Own choice: several statements are allowed.
"""

from __future__ import annotations

import re

from zoslab.ims.dbd import Dbd
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.utilities import index_build, offline
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed

STATEMENT = re.compile(r"PARTITION=(\w{1,7}),RECOVTYP=(\w+)")
TYPES = ("INDEX", "ILE", "BOTH")


def rebuild(environment: Environment) -> int:
    """Rebuild what the control statements ask for."""
    dbd = environment.definition(environment.step.parm.split(",")[-1].strip())
    wanted = [_statement(card) for card in environment.step.dd("SYSIN").records() if card[:72].strip()]
    if not wanted:
        raise UtilityFailed("DFS1982I REASON CODE = 05 ERROR PROCESSING SYSIN DATA SET: IT IS EMPTY", 8)
    if dbd.access not in ("PHDAM", "PHIDAM"):
        raise UtilityFailed(f"DFS1982I {dbd.name} IS NOT A PHDAM OR PHIDAM DATABASE", 8)
    for name, kind in wanted:
        if kind != "ILE" and dbd.access != "PHIDAM":
            raise UtilityFailed(f"DFS1982I {dbd.name} IS A PHDAM, IT HAS NO PRIMARY INDEX", 8)
        _one(environment, dbd, name, kind)
    return 0


def _statement(card: str) -> tuple[str, str]:
    match = STATEMENT.fullmatch(card[:72].strip())
    if match is None:
        raise UtilityFailed(f"DFS1982I REASON CODE = 05 ERROR PROCESSING SYSIN DATA SET: {card.strip()}", 8)
    if match[2] not in TYPES:
        raise UtilityFailed(f"DFS1982I REASON CODE = 10 RECOVERY TYPE IS INVALID: {match[2]}", 8)
    return match[1], match[2]


def _one(environment: Environment, dbd: Dbd, name: str, kind: str) -> None:
    with offline.authorized(environment, [name], "REORG"):
        opened = offline.open_partitions(environment, dbd, [name])
        opened.database.check_identities()
        (partition,), store = opened.partitions, opened.database.store
        if kind != "ILE" and isinstance(partition.roots, HidamRoots):
            count = index_build.build_primary(store, partition.roots)
            environment.say(f"DFS339I PRIMARY INDEX {partition.definition.ddname('X')} REBUILT, {count} RECORDS")
        if kind != "INDEX":
            names = {one.target for one in dbd.secondary}
            targets = [one for one in store.shape.types if one.name in names]
            count = index_build.build_indirect(store, partition, targets)
            environment.say(f"DFS339I ILDS {partition.definition.ddname('L')} REBUILT, {count} RECORDS")
