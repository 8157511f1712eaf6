"""A unit of work on the RECON: what a command or a service reads and changes before it is written as one update."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from zoslab.ims.dbrc import layout
from zoslab.ims.dbrc.kinds import decode
from zoslab.ims.dbrc.records import Header, Record, family

if TYPE_CHECKING:
    from zoslab.ims.dbd import Dbd

R = TypeVar("R", bound=Record)


def no_definition(_dbname: str) -> Dbd | None:
    """Return no definition: DBDLIB is not allocated."""
    return None


class Unit:
    """Reads see the unit's own changes, and before them ``ahead``: what an interrupted update still has to write.

    ``definition`` returns a database's definition from DBDLIB, None if it has none.
    """

    def __init__(
        self,
        read: Callable[[bytes], bytes | None],
        browse: Callable[[bytes], Iterable[tuple[bytes, bytes]]],
        ahead: Mapping[bytes, bytes | None],
    ) -> None:
        self._read, self._browse, self._ahead = read, browse, ahead
        self.changes: dict[bytes, Record | None] = {}
        self.definition: Callable[[str], Dbd | None] = no_definition

    def find(self, wanted: R) -> R | None:
        """Return the stored record with the kind and key of ``wanted``."""
        key = wanted.key
        if key in self.changes:
            return cast("R | None", self.changes[key])
        held = self._ahead[key] if key in self._ahead else self._read(key)
        return None if held is None else cast("R", decode(key, held))

    def put(self, record: Record) -> None:
        """Store a record, in place of one with its key."""
        self.changes[record.key] = record

    def delete(self, record: Record) -> None:
        """Delete a record."""
        self.changes[record.key] = None

    def all(self, kind: type[R], dbname: str = "", ddname: str = "") -> list[R]:
        """Return the records of a kind in key order, of one database or subsystem if its name is given."""
        return [record for record in self.every() if _wanted(record, kind, dbname, ddname)]  # type: ignore[misc]

    def logs(self, kind: type[R]) -> list[R]:
        """Return the records of a kind that is kept by subsystem, in key order, without reading the databases'."""
        return [record for record in self.every(family(0)[:7]) if type(record) is kind]

    def every(self, from_key: bytes = b"") -> Iterable[Record]:
        """Return all records from a key on, in key order."""
        stored = {**dict(self._browse(from_key)), **{k: held for k, held in self._ahead.items() if k >= from_key}}
        found = {key: decode(key, held) for key, held in stored.items() if held is not None and key not in self.changes}
        found.update({key: held for key, held in self.changes.items() if held is not None and key >= from_key})
        return [found[key] for key in sorted(found)]

    @property
    def header(self) -> Header:
        """The RECON header."""
        found = self.find(Header())
        return found if found is not None else Header()

    def stored(self) -> dict[bytes, bytes | None]:
        """Return the changes as bytes by key."""
        return {key: None if held is None else layout.store(held) for key, held in self.changes.items()}


def _wanted(record: Record, kind: type[Record], dbname: str, ddname: str) -> bool:
    return (
        type(record) is kind
        and (not dbname or getattr(record, "dbname", dbname) == dbname)
        and (not ddname or getattr(record, "ddname", ddname) == ddname)
    )
