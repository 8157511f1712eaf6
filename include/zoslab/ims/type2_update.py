"""UPDATE DB, AREA and DATAGRP: START and STOP of ACCESS, SCHD, UPDATES and QUIESCE, SET(LOCK). See `zoslab.ims.type2`.

Source: IMS Commands, Volume 2; OPTION(FEOV) switches the OLDS, which STOP(ACCESS) does not do by default; ALLRSP shows
every resource when the name is generic, without it only those in error are; APAR PM76444 gives completion codes 8 and
C of STOP(QUIESCE).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zoslab.ims import quiesce
from zoslab.ims.control import TakeRefused, close_database, start_database, stop_scheduling
from zoslab.ims.database_entry import LOCKED, STOPPED_ACCESS, STOPPED_UPDATES
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import ImsError
from zoslab.ims.om import (
    IN_USE,
    NONE,
    NOT_AUTHORIZED,
    NOT_FOUND,
    QUIESCE_FAILED,
    QUIESCE_TIMED_OUT,
    REFUSED,
    SOME,
    CommandRejected,
    Operands,
    Response,
    Row,
    allow,
    is_generic,
    matching,
)
from zoslab.ims.region import ControlRegion
from zoslab.ims.type2_query import NO_RESOURCES

ACCESS = {"BRWS": "RO", "READ": "RD", "UPD": "UP", "EXCL": "EX"}
STOPS = {"DB": ("ACCESS", "SCHD", "UPDATES", "QUIESCE"), "AREA": ("ACCESS", "SCHD", "QUIESCE")}
STOPS["DATAGRP"] = STOPS["AREA"]
OPTIONS = {
    ("START", "ACCESS"): {"DBALLOC", "NODBALLOC", "OPEN", "NOOPEN"},
    ("START", "QUIESCE"): {"HOLD", "NOHOLD"},
    ("STOP", "ACCESS"): {"FEOV", "NOFEOV", "PFA", "NOPFA"},
    ("STOP", "UPDATES"): {"FEOV", "NOFEOV", "PFA", "NOPFA"},
}
OPPOSITES = (("DBALLOC", "NODBALLOC"), ("OPEN", "NOOPEN"), ("HOLD", "NOHOLD"), ("FEOV", "NOFEOV"), ("PFA", "NOPFA"))


@dataclass(frozen=True)
class Update:
    """A checked UPDATE: what is to be done (``START ACCESS``, ``STOP QUIESCE``, ``SET LOCK``) to which names."""

    resource: str
    names: tuple[str, ...]
    action: tuple[str, str]
    options: frozenset[str] = frozenset()
    access: str = ""
    lock: bool = False
    timeout: float = quiesce.TIMEOUT

    @classmethod
    def of(cls, resource: str, operands: Operands) -> Update:
        """Check the operands.

        :raises CommandRejected: naming what is wrong.
        """
        if resource not in STOPS:
            text = f"CSLM054E UPDATE {resource} IS NOT SUPPORTED; EXPECTED {', '.join(STOPS)}"
            raise CommandRejected(f"{text}. PARTITIONS ARE NAMED IN UPDATE DB" if resource == "PART" else text)
        allow(
            operands,
            NAME=None,
            START=("ACCESS", "QUIESCE"),
            STOP=STOPS[resource],
            SET=None,
            OPTION=("ALLRSP", *dict.fromkeys(one for pair in OPPOSITES for one in pair)),
            SCOPE=("ALL", "ACTIVE"),
        )
        if "NAME" not in operands:
            raise CommandRejected("CSLM054E NAME() IS MISSING")
        if resource == "DATAGRP" and (len(operands["NAME"]) > 1 or is_generic(operands["NAME"][0])):
            raise CommandRejected("CSLM054E NAME() TAKES ONE GROUP")
        action, settings = _action(operands)
        options = frozenset(operands.get("OPTION", ()))
        _check_options(operands["NAME"], action, options)
        return replace(cls(resource, operands["NAME"], action, options), **_settings(resource, action, settings))

    @property
    def quiesces(self) -> bool:
        """Whether the command master does it for all members."""
        return self.action[1] == "QUIESCE"

    # Resources ---------------------------------------------------------------------------------------------------

    def targets(self, region: ControlRegion) -> tuple[list[str], list[str]]:
        """Return the resources the names stand for, and the names that stand for none."""
        if self.resource == "AREA":
            defined = region.databases.areas.names()
        elif self.resource == "DATAGRP":
            members = region.dbrc.group(self.names[0])
            return [one for one in members if region.databases.has(one)], [] if members else list(self.names)
        else:
            defined = list(region.databases.entries)
        found: list[str] = []
        missing: list[str] = []
        for name in self.names:
            known = matching(name, defined)
            if not known and self.resource == "DB" and not is_generic(name) and region.databases.has(name):
                known = [name]
            (found if known else missing).extend(known or [name])
        return list(dict.fromkeys(found)), missing

    def _row(self, region: ControlRegion, name: str, code: int = 0, text: str = "") -> Row:
        """Return a resource's line."""
        columns = {"MbrName": region.imsid, **({"CCText": text} if text else {})}
        if self.resource == "AREA":
            return Row(code, {"AreaName": name, **columns})
        master = region.databases.entry(name).master if region.databases.has(name) else ""
        return Row(code, {"DBName": master or name, **({"PartName": name} if master else {}), **columns})

    def _response(self, region: ControlRegion, rows: list[Row], missing: list[str]) -> Response:
        rows = rows + [self._row(region, name, NOT_FOUND, NO_RESOURCES) for name in missing]
        if "*" in self.names and "ALLRSP" not in self.options:
            rows = [row for row in rows if row.code]
        return Response(region.imsid, rows=tuple(rows))

    # On one member -----------------------------------------------------------------------------------------------

    def on(self, region: ControlRegion) -> Response:
        """Do it on one member."""
        names, missing = self.targets(region)
        rows = [self._one(region, name) for name in names]
        if "FEOV" in self.options and any(not row.code for row in rows):
            region.log.switch()
            region.checkpoint()
        return self._response(region, rows, missing)

    def _one(self, region: ControlRegion, name: str) -> Row:
        try:
            if self.resource == "AREA":
                _AREA_ACTIONS[self.action](region, name)
            else:
                self._database(region, name)
        except TakeRefused as refused:
            return self._row(region, name, IN_USE, str(refused))
        except (ImsError, DbrcError) as error:
            code = NOT_AUTHORIZED if str(error).startswith("DFS047A") else REFUSED
            return self._row(region, name, code, str(error))
        return self._row(region, name)

    def _database(self, region: ControlRegion, name: str) -> None:
        if self.action == ("START", "ACCESS"):
            start_database(region, name, self.access)
        elif self.action == ("SET", "LOCK"):
            stops = region.databases.entry(name).stops - {LOCKED}
            region.databases.stops.set(name, stops | ({LOCKED} if self.lock else set()))
        else:
            _DATABASE_ACTIONS[self.action](region, name)

    # On all members ----------------------------------------------------------------------------------------------

    def quiesce(self, regions: Sequence[ControlRegion]) -> Response:
        """START or STOP(QUIESCE) over all members; the first one answers."""
        master = regions[0]
        names, missing = self.targets(master)
        keys = {name: self._keys(master, name) for name in names}
        if self.action[0] == "STOP":
            rows = [self._resume(regions, name, keys[name]) for name in names]
        else:
            rows = self._start_quiesce(regions, keys) if names and not missing else []
            rows += [self._row(master, name, NONE, "COMMAND COMPLETE FOR NONE") for name in names if missing]
        return self._response(master, rows, missing)

    def _keys(self, region: ControlRegion, name: str) -> tuple[str, ...]:
        areas = region.databases.areas
        return (f"{areas.database_of(name)}/{name}",) if self.resource == "AREA" else region.databases.quiescable(name)

    def _start_quiesce(self, regions: Sequence[ControlRegion], keys: dict[str, tuple[str, ...]]) -> list[Row]:
        gates = [region.engine.recovery.updates for region in regions]
        busy = [name for name, held in keys.items() if any(gate.state([one]) for gate in gates for one in held)]
        if busy:
            text = {name: "IS QUIESCING OR QUIESCED ALREADY" for name in busy}
            return [self._row(regions[0], one, QUIESCE_FAILED, text.get(one, "NOT QUIESCED")) for one in keys]
        every = list(dict.fromkeys(key for held in keys.values() for key in held))
        try:
            quiesce.start(regions, every, hold="HOLD" in self.options, timeout=self.timeout)
        except quiesce.QuiesceTimeout as late:
            return [self._row(regions[0], name, QUIESCE_TIMED_OUT, str(late)) for name in keys]
        except (ImsError, DbrcError) as error:
            return [self._row(regions[0], name, QUIESCE_FAILED, str(error)) for name in keys]
        return [self._row(regions[0], name) for name in keys]

    def _resume(self, regions: Sequence[ControlRegion], name: str, keys: tuple[str, ...]) -> Row:
        held = {one for region in regions for one in region.engine.recovery.updates.closed(keys)}
        if not held:
            return self._row(regions[0], name, NONE, "COMMAND COMPLETE FOR NONE")
        quiesce.stop(regions, [one for one in keys if one in held])
        whole = held == set(keys)
        return self._row(regions[0], name, 0 if whole else SOME, "" if whole else "COMMAND COMPLETE FOR SOME")


def _action(operands: Operands) -> tuple[tuple[str, str], dict[str, str]]:
    """Return what is to be done and what SET() says."""
    settings: dict[str, str] = {}
    for word in operands.get("SET", ()):
        name, _, value = word.rstrip(")").partition("(")
        settings[name] = value
    asked = [(verb, value) for verb in ("START", "STOP") for value in operands.get(verb, ())]
    if not asked and len(settings) == 1 and next(iter(settings)) in ("LOCK", "RESIDENT"):
        return ("SET", next(iter(settings))), settings
    if len(asked) != 1:
        raise CommandRejected("CSLM054E EXPECTED ONE OF START(), STOP(), SET(LOCK()) AND SET(RESIDENT())")
    return asked[0], settings


def _check_options(names: tuple[str, ...], action: tuple[str, str], options: frozenset[str]) -> None:
    wrong = options - {"ALLRSP"} - OPTIONS.get(action, set())
    if wrong:
        raise CommandRejected(f"CSLM054E OPTION({sorted(wrong)[0]}) IS NOT VALID WITH {action[0]}({action[1]})")
    if "ALLRSP" in options and "*" not in names:
        raise CommandRejected("CSLM054E OPTION(ALLRSP) IS VALID WITH NAME(*) ONLY")
    for pair in OPPOSITES:
        if options.issuperset(pair):
            raise CommandRejected(f"CSLM054E OPTION({','.join(pair)}): ONE EXCLUDES THE OTHER")


def _settings(resource: str, action: tuple[str, str], settings: dict[str, str]) -> dict[str, Any]:
    """Return the fields that SET() fills."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "ACCTYPE" and action == ("START", "ACCESS") and value in ACCESS and resource != "AREA":
            found["access"] = ACCESS[value]
        elif name == "TIMEOUT" and action == ("START", "QUIESCE") and value.isdigit() and 1 <= int(value) <= 999:
            found["timeout"] = float(value)
        elif name == "LOCK" and action == ("SET", "LOCK") and value in ("ON", "OFF") and resource == "DB":
            found["lock"] = value == "ON"
        elif (name, value, action, resource) != ("RESIDENT", "N", ("SET", "RESIDENT"), "DB"):
            raise CommandRejected(
                f"CSLM054E SET({name}({value})) IS NOT VALID WITH {resource} {action[0]}({action[1]})"
            )
    return found


_DATABASE_ACTIONS: dict[tuple[str, str], Callable[[ControlRegion, str], None]] = {
    ("STOP", "ACCESS"): lambda region, name: close_database(region, name, STOPPED_ACCESS),
    ("STOP", "UPDATES"): lambda region, name: close_database(region, name, STOPPED_UPDATES),
    ("STOP", "SCHD"): stop_scheduling,
    ("SET", "RESIDENT"): lambda region, name: None,
}
_AREA_ACTIONS: dict[tuple[str, str], Callable[[ControlRegion, str], None]] = {
    ("START", "ACCESS"): lambda region, name: region.databases.areas.start(name),
    ("STOP", "ACCESS"): lambda region, name: region.databases.areas.close(name),
    ("STOP", "SCHD"): lambda region, name: region.databases.areas.stop(name),
}
