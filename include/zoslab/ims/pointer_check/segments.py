"""What each segment must be by itself: delete byte, ILK, partition, index entries, and its place in the ILDS."""

from __future__ import annotations

from zoslab.ims.database import Database
from zoslab.ims.errors import CallRefused
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.arrive import Arrivals
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.spill import Spill
from zoslab.ims.pointer_check.window import Fields, Prefix, Window
from zoslab.ims.segment import GROUP_SHIFT, SEPARATED
from zoslab.ims.store import BrokenPointer


class Segments:
    """Looks at the segments of windows one by one."""

    def __init__(self, database: Database, rows: Rows, spill: Spill, known: list[Prefix], arrivals: Arrivals) -> None:
        self._database, self._rows, self._spill, self._known = database, rows, spill, known
        self._roots_of = arrivals.roots_of
        self._targets = {one.keys.target.code for one in database.secondary.values()}
        self._sources = [
            [(number, one) for number, one in enumerate(database.secondary.values()) if one.keys.source.code == code]
            for code in range(len(known))
        ]

    def check(self, window: Window) -> None:
        """Look at every segment, when the pointers that lead to the window from indexes are known."""
        roots = self._roots_of(window.space)
        by_index = isinstance(roots, HidamRoots)
        stamp = b"".join(one.to_bytes(2, "big") for one in window.store.stored_identity()) if window.space >> 8 else b""
        for rba, fields in window.segments.items():
            prefix = self._known[fields[0]]
            if fields[1]:
                self._delete_byte(window, rba, fields[1], prefix)
            if prefix.parent is None and by_index and window.indexed[rba] != 1:
                self._not_indexed(window, rba, window.indexed[rba])
            if stamp:
                self._haldb(window, rba, fields, prefix, stamp)
            if self._sources[fields[0]]:
                self._entries(window, rba, fields)

    def _delete_byte(self, window: Window, rba: int, found: int, prefix: Prefix) -> None:
        if found & ~(0 if prefix.kind.fixed_slot else SEPARATED):
            self._rows.add(window.space, "DELETE", rba, 0, f"DELETE BYTE IS X'{found:02X}'")

    def _not_indexed(self, window: Window, rba: int, count: int) -> None:
        text = "ROOT HAS NO INDEX ENTRY" if not count else f"ROOT HAS {count} INDEX ENTRIES"
        self._rows.add(window.space, records.INDEX, 0, rba, text, rba)

    # HALDB -------------------------------------------------------------------------------------------------------

    def _haldb(self, window: Window, rba: int, fields: Fields, prefix: Prefix, stamp: bytes) -> None:
        ilk = fields[prefix.ilk]
        if ilk != rba.to_bytes(4, "big") + stamp:
            self._other_ilk(window, rba, ilk, fields[0], stamp)
        if prefix.parent is None:
            self._right_partition(window, rba)

    def _other_ilk(self, window: Window, rba: int, ilk: bytes, code: int, stamp: bytes) -> None:
        """Look at an ILK that is not of the place and time the segment stands at."""
        space, said = window.space, f"ILK {ilk.hex().upper()}"
        partition, reorg = int.from_bytes(ilk[4:6], "big"), int.from_bytes(ilk[6:8], "big")
        if ilk[4:8] == stamp:
            self._rows.add(space, "ILK", rba, int.from_bytes(ilk[:4], "big"), f"{said} IS NOT OF THIS PLACE")
        elif partition == space >> 8 and reorg > int.from_bytes(stamp[2:], "big"):
            self._rows.add(space, "ILK", rba, 0, f"{said} IS OF A REORGANIZATION NOT YET MADE")
        elif not partition or not reorg:
            self._rows.add(space, "ILK", rba, 0, f"{said} HAS NO PARTITION ID OR REORG NUMBER")
        self._spill.put(records.by_ilk(space >> 8, ilk), (ilk, code, space, rba))
        if code in self._targets and rba not in window.listed:
            self._not_listed(window, rba, ilk, code)

    def _not_listed(self, window: Window, rba: int, ilk: bytes, code: int) -> None:
        assert isinstance(self._database, HaldbDatabase)
        ilds = self._database.partitions[window.space >> 8].ilds
        self._rows.add(window.space, records.ILE, 0, rba, "SEGMENT HAS NO ILDS ENTRY THAT LEADS TO IT", rba)
        found = ilds.find(ilk, code)
        if found is not None:
            text = f"ILE {ilk.hex().upper()} LEADS TO {found.rba:08X}, THE SEGMENT IS AT {rba:08X}"
            self._rows.index(ilds, records.ILE, ilk + bytes([code]), found.rba, text)

    def _right_partition(self, window: Window, rba: int) -> None:
        assert isinstance(self._database, HaldbDatabase)
        try:
            expected = self._database.partition_of(window.keys[rba]).definition
        except CallRefused:
            self._rows.add(window.space, "KEY", rba, 0, "ROOT BELONGS TO NO PARTITION")
            return
        if expected.id != window.space >> 8:
            self._rows.add(window.space, "KEY", rba, 0, f"ROOT BELONGS TO PARTITION {expected.name}")

    def unique(self) -> None:
        """Look for two segments with one ILK."""
        for where in self._spill.ranges(records.BY_ILK):
            seen: dict[tuple[bytes, int], tuple[int, int]] = {}
            for ilk, code, space, rba in self._spill.take(where):
                other = seen.setdefault((ilk, code), (space, rba))
                if other != (space, rba):
                    text = f"ILK {ilk.hex().upper()} IS USED TWICE"
                    self._rows.add(space, "ILK", rba, other[1], text)
                    self._rows.add(*other[:1], "ILK", other[1], rba, text)

    # Secondary indexes -------------------------------------------------------------------------------------------

    def _entries(self, window: Window, rba: int, fields: Fields) -> None:
        """Pass on the entries that a source segment must have."""
        store = self._database.store
        try:
            stored = store.read(window.space << GROUP_SHIFT | rba)
        except BrokenPointer:
            return
        for number, index in self._sources[fields[0]]:
            key = index.keys.key(stored)
            if key is None:
                continue
            try:
                record = index.record(store, stored, key)
            except BrokenPointer:
                self._rows.add(window.space, "XDFLD", rba, 0, "TARGET OF THE INDEX IS NOT REACHED FROM ITS SOURCE")
                continue
            self._spill.put(records.by_key(number, key), ("SOURCE", key, record, window.space, rba))
