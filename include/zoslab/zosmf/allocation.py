"""POST /zosmf/restfiles/ds/{dsn}: allocate a data set.

Source: z/OSMF Programming Guide, "Create a sequential and partitioned data set". Every allocation that fails, whatever
the reason, the lack of authority included, is answered alike: 500, category 8, "Dynamic allocation Error".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.audit import writer
from zoslab.dasd.errors import DasdError, NoSpace
from zoslab.datasets import DataSet, DataSetNotFound
from zoslab.enq import DataSetInUse
from zoslab.jes import protection
from zoslab.zos import Zos
from zoslab.zosmf import access
from zoslab.zosmf.errors import FILES_ALLOCATION, ZosmfError, bad_request
from zoslab.zosmf.names import Place

NUMBERS = ("primary", "secondary", "dirblk", "avgblk", "blksize", "lrecl")
TEXTS = ("volser", "unit", "dsorg", "alcunit", "recfm", "storclass", "mgntclass", "dataclass", "dsntype", "like")
UNITS = {"TRK": "TRK", "CYL": "CYL", "BLK": "BLK"}
DEVICES = ("", "3390", "SYSDA", "SYSALLDA")
TYPES = ("", "PDS", "BASIC", "LARGE")
HALF_TRACK = 27998
"""The largest block size of which a 3390 track holds two: what the system takes when it is to choose."""
MODEL_DIRECTORY = 20
"""Directory blocks of a library that is allocated like another: a DSCB does not say how many the model has."""


class Refused(Exception):
    """The request asks for something that this system cannot allocate."""


def request(body: Any) -> dict[str, Any]:
    """Return the checked create document.

    :raises ZosmfError: 400, a key is not known or a value is of the wrong kind.
    """
    if not isinstance(body, dict):
        raise bad_request("The request body is not a JSON object")
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key in NUMBERS:
            if isinstance(value, bool) or not str(value).isdecimal():
                raise bad_request(f"{key} is {value!r}, not a number of 0 or more")
            found[key] = int(value)
        elif key in TEXTS:
            if not isinstance(value, str) or not value:
                raise bad_request(f"{key} is {value!r}, not a text")
            found[key] = value.upper()
        else:
            raise bad_request(f"'{key}' is not an attribute that this system can allocate with")
    return found


def create(system: Zos, user: str, place: Place, wanted: Mapping[str, Any]) -> None:
    """Allocate and catalog the data set, on behalf of the user.

    :raises ZosmfError: 500, it cannot be allocated.
    """
    audited = writer.set(user)
    try:
        if protection.denied_by(system.profiles, place.dsname, user, "UPDATE") is not None:
            raise Refused(f"{user} may not create {place.dsname}")
        with system.enq.hold(place.dsname, False, access.owner(user)):
            _allocate(system, place, wanted)
    except (Refused, DataSetInUse, DataSetNotFound, DasdError, CatalogError) as error:
        raise ZosmfError(500, FILES_ALLOCATION, 900, 7, "Dynamic allocation Error", [str(error)]) from error
    finally:
        writer.reset(audited)


def _allocate(system: Zos, place: Place, wanted: Mapping[str, Any]) -> None:
    if place.member:
        raise Refused(f"{place} is a member; data sets are created here")
    if wanted.get("unit", "") not in DEVICES:
        raise Refused(f"no device of this system is of unit {wanted['unit']}")
    if wanted.get("dsntype", "") not in TYPES:
        raise Refused(f"DSNTYPE={wanted['dsntype']} is not supported: {', '.join(TYPES[1:])} are")
    model = system.datasets.find(wanted["like"]) if "like" in wanted else None
    attributes = _attributes(wanted, model)
    volser = place.volser or wanted.get("volser", "")
    group = _storage_group(system, wanted.get("storclass", ""))
    system.datasets.create(
        place.dsname, attributes, _space(wanted, model, attributes), [volser] if volser else None, group
    )


def _attributes(wanted: Mapping[str, Any], model: DataSet | None) -> DataSetAttributes:
    dsorg = wanted.get("dsorg") or (model.dsorg if model else "PO" if wanted.get("dirblk") else "PS")
    if not dsorg.startswith(("PS", "PO")):
        raise Refused(f"DSORG={dsorg} is not PS or PO; VSAM data sets are defined with access method services")
    recfm = wanted.get("recfm") or (model.recfm if model else "FB")
    undefined = recfm.startswith("U")
    lrecl = wanted.get("lrecl", model.lrecl if model else 0 if undefined else 80)
    blksize = wanted.get("blksize") or (model.blksize if model and "lrecl" not in wanted else 0)
    blksize = blksize or _system_determined(recfm, lrecl)
    if recfm.startswith("F") and (not lrecl or blksize % lrecl):
        raise Refused(f"BLKSIZE={blksize} is not a multiple of LRECL={lrecl}")
    return DataSetAttributes(dsorg, recfm, lrecl, blksize, large=wanted.get("dsntype") == "LARGE")


def _system_determined(recfm: str, lrecl: int) -> int:
    if recfm.startswith("F"):
        return max(lrecl, HALF_TRACK // lrecl * lrecl) if "B" in recfm and lrecl else lrecl
    return HALF_TRACK


def _space(wanted: Mapping[str, Any], model: DataSet | None, attributes: DataSetAttributes) -> Space:
    unit = wanted.get("alcunit", "TRK")
    if unit not in UNITS:
        raise Refused(f"alcunit {unit} is not {', '.join(UNITS)}")
    primary = wanted.get("primary", 0)
    if not primary and model is not None:
        unit, primary = "TRK", model.space.tracks
    if not primary:
        raise Refused("primary space is missing")
    partitioned = attributes.dsorg.startswith("PO")
    directory = wanted.get("dirblk", 0)
    if partitioned and not directory:
        if model is None:
            raise Refused("a partitioned data set needs directory blocks: dirblk")
        directory = MODEL_DIRECTORY
    return Space(UNITS[unit], primary, wanted.get("secondary", 0), directory, wanted.get("avgblk", 0))


def _storage_group(system: Zos, storage_class: str) -> str | None:
    if not storage_class:
        return None
    group = system.storage_classes.get(storage_class)
    if group is None:
        raise NoSpace("IGD01007I", f"storage class {storage_class} is not defined in SYS1.PARMLIB(IGDSMS00)")
    return group
