"""DBFUMIN0, the DEDB Initialization utility. Source: IMS Database Utilities, DBFUMIN0.

PARM names the database; CONTROL holds ``AREA=name`` statements, or ``ALLAREAS``. An area data set is the one of its DD
statement or of the RECON; DBRC must say UNAVAIL of it and says AVAIL when it is formatted.
"""

from __future__ import annotations

from zoslab.ims.dbd import Area
from zoslab.ims.dbrc import Dbds
from zoslab.ims.dedb.area import AreaFile, format_area
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed


def initialise(environment: Environment) -> int:
    """Format the areas that the control statements name."""
    dbname = environment.step.parm.split(",")[0].strip()
    dbd = environment.definition(dbname)
    if dbd.access != "DEDB":
        raise UtilityFailed(f"DFS2590I {dbname} IS NOT A DEDB")
    for area in _areas(environment, {one.ddname: one for one in dbd.areas}):
        _format(environment, dbname, area)
    return 0


def _areas(environment: Environment, known: dict[str, Area]) -> list[Area]:
    found: list[Area] = []
    for card in filter(str.strip, environment.step.dd("CONTROL").records()):
        words = card.split()
        keyword, _, name = words[0].partition("=")
        if words[0] == "ALLAREAS":
            found += known.values()
        elif keyword != "AREA" or name not in known:
            raise UtilityFailed(f"DFS2591I CONTROL STATEMENT ERROR: {card.strip()}")
        else:
            found.append(known[name])
    if not found:
        raise UtilityFailed("DFS2591I NO AREA IS NAMED")
    return found


def _format(environment: Environment, dbname: str, area: Area) -> None:
    recorded = _recorded(environment, dbname, area.ddname)
    names = [ads.ddname for ads in recorded.ads] if recorded is not None else [area.ddname]
    for ads in recorded.ads if recorded is not None else ():
        if ads.status != "UNAVAIL":
            raise UtilityFailed(f"DFS2592I AREA DATA SET {ads.ddname} OF {area.ddname} IS {ads.status}, NOT UNAVAIL", 8)
    file = AreaFile([environment.dataset(name, dbname).esds() for name in names], area.ddname)
    count = format_area(file, area)
    for name in names if recorded is not None else ():
        environment.tell(f"CHANGE.ADS DBD({dbname}) AREA({area.ddname}) ADDN({name}) AVAIL")
    environment.say(f"DFS2593I AREA {area.ddname} FORMATTED: {count} CONTROL INTERVALS, {len(names)} DATA SETS")


def _recorded(environment: Environment, dbname: str, area: str) -> Dbds | None:
    if environment.dbrc is None:
        return None
    found = next((one for one in environment.dbrc.dbds(dbname) if one.ddname == area), None)
    if found is None or not found.ads:
        raise UtilityFailed(f"DFS2592I AREA {area} OF {dbname} HAS NO DATA SET IN THE RECON", 8)
    return found
