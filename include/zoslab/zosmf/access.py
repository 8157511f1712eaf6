"""What a request holds while it works on a data set: its user's authority, enqueues, the user's name in the disk audit.

Own rule, after ISPF: a member is written with the library shared and the member's own name exclusive (as SPFEDIT
does), a sequential data set with its name exclusive; delete and rename need the data set's name for themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from zoslab.catalog.errors import CatalogError, GenerationNotFound
from zoslab.dasd.audit import writer
from zoslab.dasd.errors import DasdError, NoSpace
from zoslab.dasd.pds import DirectoryFull, MemberNotFound
from zoslab.datasets import DataSetNotFound, WrongOrganisation
from zoslab.enq import DataSetInUse
from zoslab.jes import protection
from zoslab.zos import Zos
from zoslab.zosmf.errors import FILES_ISPF, FILES_READ_WRITE, ZosmfError
from zoslab.zosmf.names import Place

NO_MEMBER = 524
_requests = itertools.count(1)
Hold = tuple[str, bool]
"""A name and whether it is shared."""


@contextmanager
def reading(system: Zos, user: str, place: Place, category: int = FILES_READ_WRITE) -> Iterator[None]:
    """Read a data set, a member or a directory."""
    with _working(system, user, [place], "READ", [(place.dsname, True)], category):
        yield


@contextmanager
def writing(system: Zos, user: str, place: Place, category: int = FILES_READ_WRITE) -> Iterator[None]:
    """Write a data set or a member, or change a member's directory entry."""
    holds = [(place.dsname, True), (str(place), False)] if place.member else [(place.dsname, False)]
    with _working(system, user, [place], "UPDATE", holds, category):
        yield


@contextmanager
def changing(system: Zos, user: str, *places: Place, category: int = FILES_READ_WRITE) -> Iterator[None]:
    """Delete or rename data sets."""
    with _working(system, user, places, "UPDATE", [(place.dsname, False) for place in places], category):
        yield


@contextmanager
def _working(
    system: Zos, user: str, places: Iterable[Place], intent: str, holds: Iterable[Hold], category: int
) -> Iterator[None]:
    """Check authority before anything is looked at, then hold the names while the block runs.

    :raises ZosmfError: for everything that data management, the catalogs or another holder object to.
    """
    for place in places:
        if protection.denied_by(system.profiles, place.dsname, user, intent) is not None:
            raise not_authorised()
    audited = writer.set(user)
    try:
        with translated(category), ExitStack() as held:
            one = owner(user)
            for name, shared in holds:
                held.enter_context(system.enq.hold(name, shared, one))
            yield
    finally:
        writer.reset(audited)


def owner(user: str) -> str:
    """Return who holds what one request holds: each has a TSO address space of its own."""
    return f"{user} TSU{next(_requests) % 100_000:05d}"


@contextmanager
def translated(category: int = FILES_READ_WRITE) -> Iterator[None]:
    """Turn the refusals of the system into answers of the files service."""
    try:
        yield
    except DataSetInUse as error:
        raise in_use(error) from error
    except (DataSetNotFound, GenerationNotFound) as error:
        raise ZosmfError(404, category, 8, 0, "Data set not found", [str(error)]) from error
    except MemberNotFound as error:
        raise ZosmfError(404, category, 8, NO_MEMBER, "Member not found", [str(error)]) from error
    except (NoSpace, DirectoryFull) as error:
        code = error.code if isinstance(error, NoSpace) else "E37"
        raise ZosmfError(500, category, 8, 0, f"ABEND S{code}", [str(error)]) from error
    except (DasdError, CatalogError, WrongOrganisation) as error:
        raise ZosmfError(500, category, 8, 0, str(error)) from error


def not_authorised() -> ZosmfError:
    """Return the answer to a user whom a profile refuses: 500, as z/OSMF says it, and not 403."""
    details = ["ISRZ002 Authorization failed - You may not use this protected data set. Open 913 abend."]
    return ZosmfError(500, FILES_ISPF, 8, 0, "LMOPEN error", details)


def in_use(error: DataSetInUse) -> ZosmfError:
    """Return the answer for a data set or member that somebody else holds."""
    details = [
        f"IKJ56225I DATA SET {error.dsname} ALREADY IN USE, TRY LATER+",
        "IKJ56225I DATA SET IS ALLOCATED TO ANOTHER JOB OR USER",
        f"HELD BY {error.holder}",
    ]
    return ZosmfError(500, FILES_READ_WRITE, 8, 0, "Data set in use", details)
