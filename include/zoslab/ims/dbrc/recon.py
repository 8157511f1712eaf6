"""The RECON: two copies and a spare, updated as one, repaired at the next open.

An update is written first as one record of its own (the new content of every record it changes) to COPY1, then
applied to COPY1 and to COPY2, then the first record is erased. Whoever opens the RECON after a failure finds either
no such record (the update never happened) or a whole one, and applies it again to both copies. A counter of updates
in the header extension of each copy shows a copy that was left behind. Own layout: the update record and the counter.
Loss of a copy: IMS System Administration, "Replacing damaged RECON data sets". Own rule: COMMANDS.md, section 1.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from zoslab import ebcdic
from zoslab.ims.dbrc import layout
from zoslab.ims.dbrc.copies import LOSS, Change, Copy, ReconDataSet, Update
from zoslab.ims.dbrc.errors import NotAllowed, ReconLost, ReconNamesDiffer, ReconNotInitialised
from zoslab.ims.dbrc.kinds import BY_TYPE
from zoslab.ims.dbrc.log_records import Subsystem
from zoslab.ims.dbrc.messages import message
from zoslab.ims.dbrc.records import Header, HeaderExtension, ReconDataSetEntry, family
from zoslab.ims.dbrc.unit import Unit

LOCKS: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
"""One lock per RECON1 data set name: IMS and jobs in this system take turns, as RESERVE makes them."""

COPIES = ("COPY1", "COPY2")
EXTENSION = HeaderExtension().key


@dataclass(frozen=True)
class NameDifference:
    """A RECON data set that is not named as the header says."""

    ddname: str
    recorded: str
    allocated: str


class Recon:
    """An open RECON.

    :param datasets: what is allocated to RECON1, RECON2 and RECON3, in this order.
    :param note: takes the messages that DBRC writes on its own account.
    :raises ReconLost: no copy can be used, or only one and the RECON says NONEW.
    """

    def __init__(self, datasets: Sequence[ReconDataSet], note: Callable[[str], None]) -> None:
        self.datasets = {f"RECON{number}": dataset for number, dataset in enumerate(datasets, 1)}
        self.copies = {name: Copy(held.ksds) for name, held in self.datasets.items() if held.ksds is not None}
        self.note = note
        self.lock = LOCKS[self.datasets["RECON1"].dsname]
        self.extension = HeaderExtension()
        with self.lock:
            self.refresh()
            if self.initialised and not self.differences():
                self.repair()

    @property
    def initialised(self) -> bool:
        """Whether INIT.RECON was ever run on these data sets."""
        return bool(self.extension.datasets)

    def differences(self) -> list[NameDifference]:
        """Return the data sets whose name is not the one the header records."""
        found = ((entry, self.datasets[entry.ddname].dsname) for entry in self.extension.datasets)
        return [NameDifference(entry.ddname, entry.dsname, dsname) for entry, dsname in found if entry.dsname != dsname]

    def good(self) -> list[str]:
        """Return the ddnames of the copies in use, COPY1 first."""
        in_use = {self.extension.status(name): name for name in self.copies}
        return [in_use[status] for status in COPIES if status in in_use]

    def refresh(self) -> None:
        """Read the configuration again: another DBRC may have changed it.

        :raises ReconLost: no data set can be read.
        """
        found, failures = [], []
        for name, copy in self.copies.items():
            try:
                found.append(copy.extension() or HeaderExtension())
            except LOSS as error:
                failures.append(f"{name}: {error}")
        if not any(extension.datasets for extension in found) and failures:
            raise ReconLost("NO RECON DATA SET CAN BE READ: " + ", ".join(failures))
        self.extension = max([self.extension, *found], key=lambda extension: extension.token)

    # -- units of work ------------------------------------------------------------------------------------------

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Hold the RECON; what the unit changed is written at the end, or nothing if it raised.

        :raises ReconNotInitialised: INIT.RECON was never run.
        :raises ReconNamesDiffer: something was changed while the data sets are not named as the header says.
        """
        with self.lock:
            self.refresh()
            if not self.initialised:
                raise ReconNotInitialised("THE RECON DATA SETS ARE EMPTY, ISSUE INIT.RECON")
            unit = Unit(self._read, self._browse, self._ahead() if self.differences() else {})
            yield unit
            if unit.changes:
                self.require_names()
                self.commit(unit.stored())

    def require_names(self) -> None:
        """Refuse to go on while the data sets are not named as the header says.

        :raises ReconNamesDiffer:
        """
        found = ", ".join(f"{d.ddname} IS {d.allocated} BUT THE HEADER SAYS {d.recorded}" for d in self.differences())
        if found:
            raise ReconNamesDiffer(f"{found}; ALLOCATE THOSE OR ISSUE CHANGE.RECON REPLACE(RECONn)")

    def initialise(self, header: Header) -> None:
        """Write the header to RECON1 and RECON2 (INIT.RECON).

        :raises NotAllowed: a data set is not there or holds something.
        """
        with self.lock:
            for name, dataset in self.datasets.items():
                if name not in self.copies:
                    raise NotAllowed(f"{name} {dataset.dsname} IS NOT AVAILABLE")
                if not self.copies[name].empty():
                    raise NotAllowed(f"{name} {dataset.dsname} IS NOT EMPTY")
            roles = zip(self.datasets.items(), ("COPY1", "COPY2", "SPARE"), strict=True)
            entries = tuple(ReconDataSetEntry(name, status, held.dsname) for (name, held), status in roles)
            self.extension = HeaderExtension(0, entries)
            self.commit({header.key: layout.store(header)})

    def commit(self, changes: dict[bytes, bytes | None]) -> None:
        """Write changes to both copies, or finish with the copies that are left."""
        self.extension = replace(self.extension, token=self.extension.token + 1)
        token, before = self.extension.token, self.good()
        while True:
            first = self._first()
            everything = {**changes, EXTENSION: layout.store(self.extension)}
            update = Update(tuple(Change(key, held is None, held or b"") for key, held in everything.items()))
            if self._try(first, partial(Copy.write, key=update.key, fields=layout.store(update), token=token)):
                break
        for name in self.good():
            self._try(name, partial(Copy.apply, update=update, token=token))
        self._try(first, partial(Copy.erase, key=update.key))
        if self.good() != before:
            self.reconfigure()

    def _first(self) -> str:
        good = self.good()
        if not good:
            raise ReconLost("NO RECON DATA SET IS LEFT THAT CAN BE USED")
        return good[0]

    def _try(self, name: str, action: Callable[[Copy], object]) -> bool:
        try:
            action(self.copies[name])
        except LOSS as error:
            self.note(message("DSP0901I", ddname=name, dsname=self.datasets[name].dsname, reason=error))
            self.extension = self.extension.changed(name, status="DISCARDED")
            return False
        return True

    def _read(self, key: bytes) -> bytes | None:
        found: list[bytes | None] = []
        while not self._try(self._first(), lambda copy: found.append(copy.read(key))):
            self.reconfigure()
        return found[-1]

    def _browse(self, from_key: bytes) -> list[tuple[bytes, bytes]]:
        found: list[list[tuple[bytes, bytes]]] = []
        while not self._try(self._first(), lambda copy: found.append(list(copy.browse(from_key)))):
            self.reconfigure()
        return [(key, held) for key, held in found[-1] if key[16] in BY_TYPE]

    def _ahead(self) -> dict[bytes, bytes | None]:
        update = next(filter(None, (self.copies[name].unfinished() for name in self.good())), Update())
        return {change.key: None if change.delete else change.content for change in update.changes}

    # -- repair and reconfiguration -----------------------------------------------------------------------------

    def repair(self) -> None:
        """Finish an update that was cut off, bring up a copy that was left behind, replace a copy that is lost."""
        for entry in self.extension.datasets:
            if entry.status in COPIES and entry.ddname not in self.copies:
                self.note(message("DSP0901I", ddname=entry.ddname, dsname=entry.dsname, reason="DATA SET NOT FOUND"))
                self.extension = self.extension.changed(entry.ddname, status="UNAVAILABLE")
        for name in self.good():
            self._try(name, self._finish_update)
        for name in self.good():
            self._try(name, partial(self._catch_up, name))
        self.reconfigure()
        if len(self.good()) < 2 and not layout.load(Header, self._read(Header().key) or b"")[0].startnew:
            raise ReconLost("ONLY ONE RECON COPY IS LEFT AND STARTNEW=NO, DEFINE A SPARE DATA SET")

    def _finish_update(self, copy: Copy) -> None:
        update = copy.unfinished()
        if update is not None:
            held = next(change.content for change in update.changes if change.key == EXTENSION)
            self.extension = layout.load(HeaderExtension, held)[0]
            for name in self.good():
                self._try(name, partial(Copy.apply, update=update, token=self.extension.token))
            self.note(message("DSP0902I"))
        copy.erase(Update().key)

    def _catch_up(self, name: str, copy: Copy) -> None:
        if self._token(copy) == self.extension.token:
            return
        current = (other for other in self.good() if self._token(self.copies[other]) == self.extension.token)
        source = next(current, None)
        if source is None:
            raise layout.DamagedRecord("it holds no RECON header")
        copy.become(self.copies[source])
        self.note(message("DSP0903I", ddname=name, dsname=self.datasets[name].dsname, source=source))

    def _token(self, copy: Copy) -> int:
        extension = copy.extension()
        return extension.token if extension else -1

    def reconfigure(self) -> None:
        """Settle what each data set is, promote the spare if a copy is missing, and record it.

        :raises ReconLost: no copy is left.
        """
        good = self._first()
        for name in self.datasets:
            if self.extension.status(name) not in COPIES:
                self.extension = self.extension.changed(name, status=self._unused_status(name))
        spare = next((name for name in self.copies if self.extension.status(name) == "SPARE"), None)
        if len(self.good()) < 2 and spare and self._try(spare, lambda copy: copy.become(self.copies[good])):
            free = next(status for status in COPIES if status != self.extension.status(good))
            self.extension = self.extension.changed(spare, status=free)
            self.note(message("DSP0380I"))
            self.note(message("DSP0914I", ddname=spare, dsname=self.datasets[spare].dsname, status=free))
            for key, _ in self.copies[good].browse(family(Subsystem.TYPE)):
                if key[16] == Subsystem.TYPE:
                    self.note(message("DSP0388I", ssid=ebcdic.decode(key[8:16])))
            self.note(message("DSP0381I"))
        if self.copies[good].extension() != self.extension:
            self.commit({})
        if len(self.good()) < 2:
            self.note(message("DSP0915I", ddname=good))

    def _unused_status(self, name: str) -> str:
        if name not in self.copies:
            return "UNAVAILABLE"
        try:
            return "SPARE" if self.copies[name].empty() else "DISCARDED"
        except LOSS:
            return "UNAVAILABLE"

    # -- CHANGE.RECON REPLACE -----------------------------------------------------------------------------------

    def replace_data_set(self, ddname: str) -> None:
        """CHANGE.RECON REPLACE(RECONn): put the spare in the data set's place.

        Own rule: if the data set allocated to ``ddname`` is not the one the header names, its name is recorded.

        :raises NotAllowed: the copies do not belong together, the data set is the spare, or there is no spare.
        """
        with self.lock:
            self.refresh()
            if any(difference.ddname == ddname for difference in self.differences()):
                self._record_name(ddname)
            else:
                self._discard(ddname)

    def make_dual(self) -> None:
        """CHANGE.RECON DUAL: make the spare a copy if only one copy is in use."""
        with self.lock:
            self.refresh()
            self.reconfigure()
            if len(self.good()) < 2:
                raise NotAllowed("THERE IS NO SPARE DATA SET TO MAKE A COPY OF")

    def _record_name(self, ddname: str) -> None:
        good = [self.copies[name] for name in self.good()]
        if len({self._token(copy) for copy in good}) > 1 and not self._ahead():
            raise NotAllowed("THE DATA SETS OF COPY1 AND COPY2 ARE NOT COPIES OF ONE RECON")
        for name in self.good():
            self._try(name, self._finish_update)
        self.extension = self.extension.changed(ddname, dsname=self.datasets[ddname].dsname)
        self.commit({})
        if not self.differences():
            self.repair()

    def _discard(self, ddname: str) -> None:
        self.require_names()
        if self.extension.status(ddname) not in COPIES:
            raise NotAllowed(f"{ddname} IS {self.extension.status(ddname)}, ONLY A COPY CAN BE REPLACED")
        if "SPARE" not in [self.extension.status(name) for name in self.copies] or len(self.good()) < 2:
            raise NotAllowed(f"{ddname} CANNOT BE REPLACED, THERE IS NO SPARE DATA SET")
        self.extension = self.extension.changed(ddname, status="DISCARDED")
        self.reconfigure()
