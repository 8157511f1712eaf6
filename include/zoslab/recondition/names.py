"""The new names of one request: of volumes, of data sets, of what is named after its volume."""

from __future__ import annotations

from zoslab.catalog.entry import GENERATION
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.errors import DasdError
from zoslab.dasd.vtocix import NAME_PREFIX as INDEX_PREFIX
from zoslab.dasd.vvds import vvds_name
from zoslab.recondition.request import Request

VVDS_PREFIX = vvds_name("")


class NewNames:
    """Gives new names by the request's masks; the catalogs' own names come before the masks."""

    def __init__(self, request: Request) -> None:
        self.request, self.volmap = request, request.volmap
        self._masks = request.masks
        self._catalogs = {
            **{catalog_index(old): catalog_index(new) for old, new in request.catalogs.items()},
            **request.catalogs,
        }
        self.targets = set(request.volmap.values())
        self._given = {target for source, target in request.volmap.items() if source != target}

    def dsname(self, old: str) -> str | None:
        """Return the new name of a data set, None if no mask matches. What is named after a volume has none."""
        return self._catalogs.get(old) or self._masks.apply(old)

    def same(self, old: str) -> str:
        """Return the new name, or the old one if no mask matches; a VVDS is renamed for its volume."""
        if old.startswith(VVDS_PREFIX):
            return vvds_name(self.volser(old.removeprefix(VVDS_PREFIX)))
        return (self.dsname(old) or old) if old else old

    def volser(self, old: str) -> str:
        """Return the new serial of a volume, or the old one."""
        return self.volmap.get(old, old)

    def is_pending(self, volser: str) -> bool:
        """Tell whether a serial is a source's that is to change."""
        return self.volmap.get(volser, volser) != volser

    def is_given(self, volser: str) -> bool:
        """Tell whether a serial is one that the request gives: what carries it was reconditioned before."""
        return volser in self._given


def catalog_index(catalog: str) -> str:
    """Return the name DEFINE USERCATALOG gives a catalog's index component."""
    return f"{catalog[:35].rstrip('.')}.CATINDEX"


def of_volume(dsname: str) -> bool:
    """Tell whether a data set belongs to its volume: VTOC index, VVDS."""
    return dsname.startswith((INDEX_PREFIX, VVDS_PREFIX))


def is_generation(dsname: str) -> bool:
    """Tell whether a name is that of a generation data set."""
    return GENERATION.fullmatch(dsname) is not None


def fault_of(dsname: str) -> str:
    """Say what is wrong with a new name, an empty text if nothing."""
    try:
        check_dsname(dsname)
    except DasdError as error:
        return str(error)
    return ""
