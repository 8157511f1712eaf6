"""INIT, CHANGE and DELETE of ADS: the data sets of an area. IMS Commands, Volume 3."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import allocations, databases
from zoslab.ims.dbrc.database_records import AreaDataSet, Dbds
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

MOST = 7
STATES = ("AVAIL", "UNAVAIL", "CREATE")


def _area(statement: Statement, unit: Unit) -> Dbds:
    area = allocations.data_set(unit, statement.text("DBD"), statement.text("AREA"))
    if area.db_type != "FP":
        raise WrongOperand(f"{area.dbname} {area.ddname} IS NO AREA")
    databases.not_in_use(databases.database(unit, area.dbname))
    return area


def _find(area: Dbds, name: str) -> AreaDataSet:
    found = next((ads for ads in area.ads if ads.ddname == name), None)
    if found is None:
        raise NotRegistered(f"AREA {area.ddname} HAS NO DATA SET {name}")
    return found


def init_ads(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Register a data set of an area: it is unavailable until DBFUMIN0 has formatted it."""
    area, name = _area(statement, unit), statement.text("ADDN")
    if any(ads.ddname == name for ads in area.ads):
        raise AlreadyRegistered(f"AREA {area.ddname} HAS A DATA SET {name}")
    if len(area.ads) == MOST:
        raise NotAllowed(f"AREA {area.ddname} HAS {MOST} DATA SETS, THERE CAN BE NO MORE")
    state = "AVAIL" if statement.has("AVAIL") else "UNAVAIL"
    unit.put(replace(area, ads=(*area.ads, AreaDataSet(name, statement.text("ADSN"), state))))


def change_ads(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a data set's name, ddname or availability."""
    area = _area(statement, unit)
    found = _find(area, statement.text("ADDN"))
    values: dict[str, Any] = {}
    if statement.has("AVAIL") or statement.has("UNAVAIL") or statement.has("CREATE"):
        values["status"] = next(state for state in STATES if statement.has(state))
    for keyword, field in (("ADSN", "dsn"), ("NEWADDN", "ddname")):
        if statement.has(keyword):
            values[field] = statement.text(keyword)
    if not values:
        raise WrongOperand("CHANGE.ADS NEEDS SOMETHING TO CHANGE")
    if any(ads.ddname == values.get("ddname") for ads in area.ads):
        raise AlreadyRegistered(f"AREA {area.ddname} HAS A DATA SET {values['ddname']}")
    changed = replace(found, **values)
    unit.put(replace(area, ads=tuple(changed if ads is found else ads for ads in area.ads)))


def delete_ads(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Forget a data set of an area."""
    area = _area(statement, unit)
    found = _find(area, statement.text("ADDN"))
    unit.put(replace(area, ads=tuple(ads for ads in area.ads if ads is not found)))
