"""Which databases of an IMS are shared by block, and with whom. Source: IMS System Administration, share levels."""

from __future__ import annotations

from collections.abc import Iterable

from zoslab.ims.dbrc import Dbrc
from zoslab.ims.sharing import DataSetName, SharingMember


class SharedDatabases:
    """What one IMS shares. ``restarting`` is on until its restart has backed out what it had in flight itself."""

    def __init__(self, member: SharingMember | None, dbrc: Dbrc, imsid: str) -> None:
        self._member, self._dbrc, self._imsid = member, dbrc, imsid
        self.restarting = member is not None
        self._shared: dict[str, bool] = {}

    def is_shared(self, name: str) -> bool:
        """Tell whether a database or partition takes part in block-level sharing (SHARELVL 2 or 3, IRLM)."""
        if self._member is None:
            return False
        if name not in self._shared:
            db = self._dbrc.database(name)
            self._shared[name] = db is not None and db.share_level > 1
        return self._shared[name]

    def member_for(self, names: Iterable[str]) -> SharingMember | None:
        """Return the part this IMS has in the sharing of databases that are opened together, None if there is none."""
        return self._member if any(map(self.is_shared, names)) else None

    def left(self, data_sets: Iterable[DataSetName]) -> None:
        """Note that data sets are closed."""
        if self._member is not None:
            for name in data_sets:
                self._member.closed(name)

    def lose(self, names: Iterable[str]) -> None:
        """Keep others out of what this IMS left in flight in databases that its restart cannot put right."""
        if self._member is not None:
            self._member.group.locks.lose(self._imsid, names)

    def put_right(self, names: Iterable[str]) -> None:
        """Let others at databases that DBRC lets this IMS update: nothing is left to back out."""
        if self._member is not None:
            self._member.group.locks.put_right(self._imsid, names)

    def verify(self, ssid: str) -> bool:
        """Ask IRLM whether it knows the locks of a subsystem that is authorized to a database."""
        if self._member is None or self.restarting or ssid == self._imsid:
            return True
        return self._member.group.verify(ssid)

    def unverified(self, name: str) -> str:
        """Return a subsystem that shares a database and whose locks nobody knows, empty if there is none."""
        return self._dbrc.unverified(self._imsid, name, self.verify)
