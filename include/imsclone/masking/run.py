"""An unloaded database masked: streamed from one file to another, which appears only when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from imsclone.masking.errors import ContentRefused, FileUnusable, NothingMasked, OutputExists
from imsclone.masking.numerals import Refused
from imsclone.masking.order import BUDGET, HierarchicKeys, Sorter
from imsclone.masking.originals import Originals
from imsclone.masking.plan import DatabaseMask, FieldMask
from imsclone.masking.rules import Change
from imsclone.unload import Header, Item, Unload, open_unload, read_items, segment_record
from imsclone.unload.errors import UnloadOfOther

VALUES_KEPT = 1 << 14
"""Values of a field whose masked form is remembered."""
TELL_EVERY = 10_000

Progress = Callable[[int, int], None]
"""Is told how many records and how many bytes of the file were read."""


@dataclass(frozen=True)
class FieldCount:
    """What became of a field: values that changed, and values that stayed, which hold nothing or are not there."""

    segment: str
    name: str
    rule: str
    changed: int
    stayed: int


@dataclass(frozen=True)
class MaskReport:
    """What was done to a database."""

    database: str
    segments: dict[str, int]
    fields: tuple[FieldCount, ...]
    order: str
    indexes: tuple[str, ...]
    unmentioned: tuple[str, ...] = ()


@dataclass
class Masking:
    """Masks the segments of one database; counts what it does."""

    plan: DatabaseMask
    file: str
    folder: Path
    originals: Originals | None = None
    budget: int = BUDGET
    segments: Counter[str] = field(default_factory=Counter)
    changed: Counter[FieldMask] = field(default_factory=Counter)
    stayed: Counter[FieldMask] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.changes: dict[FieldMask, Change] = {
            mask: lru_cache(maxsize=VALUES_KEPT)(mask.change) for masks in self.plan.masks.values() for mask in masks
        }

    def records(self, given: Iterable[Item]) -> Iterator[bytes]:
        """Give the masked records, in the order that a reload needs; headers of partitions stand before their segments.

        Where the whole database is sorted, all headers come first.
        """
        masked = self._masked(given)
        if self.plan.order == "kept":
            return map(_record, masked)
        return self._sorted(masked)

    def _sorted(self, masked: Iterable[Item]) -> Iterator[bytes]:
        keys = HierarchicKeys(self.plan.database)
        each_record = self.plan.order == "record"
        with closing(Sorter(self.folder, self.budget)) as sorter:
            for one in masked:
                if each_record and (isinstance(one, Header) or one.level == 1):
                    yield from sorter.drain()
                if isinstance(one, Header):
                    yield one.record()
                else:
                    sorter.add(keys.of(one), segment_record(one))
            yield from sorter.drain()

    def _masked(self, given: Iterable[Item]) -> Iterator[Item]:
        for number, one in enumerate(given, 2):
            if isinstance(one, Header):
                yield one
                continue
            self.segments[one.name] += 1
            masks = self.plan.masks.get(one.name)
            yield one._replace(data=self._data(masks, one.data, number)) if masks else one

    def _data(self, masks: tuple[FieldMask, ...], data: bytes, number: int) -> bytes:
        made = bytearray(data)
        for mask in masks:
            value = data[mask.start : mask.end]
            if not value:
                self.stayed[mask] += 1
                continue
            try:
                if len(value) < mask.end - mask.start and mask.kind != "C":
                    raise Refused("is cut off by the end of the segment")
                changed = self.changes[mask](value)
            except (Refused, UnicodeDecodeError) as error:
                said = str(error) if isinstance(error, Refused) else "is not text"
                raise ContentRefused(
                    file=self.file, number=number, segment=mask.segment, field=mask.name, said=said
                ) from None
            made[mask.start : mask.end] = changed
            if changed == value:
                self.stayed[mask] += 1
                continue
            self.changed[mask] += 1
            if self.originals is not None:
                self.originals.add(mask, value, changed)
        return bytes(made)

    def report(self) -> MaskReport:
        """Say what was done."""
        fields = tuple(
            FieldCount(mask.segment, mask.name, mask.rule, self.changed[mask], self.stayed[mask])
            for mask in self.changes
        )
        order = tuple(one.name for one in self.plan.database.segments)
        counts = {name: self.segments[name] for name in order}
        plan = self.plan
        return MaskReport(plan.database.name, counts, fields, plan.order, plan.indexes, plan.unmentioned)


def mask_file(
    source: Path,
    target: Path | None,
    plans: Mapping[str, DatabaseMask],
    *,
    replace: bool = False,
    originals: Originals | None = None,
    progress: Progress | None = None,
    budget: int = BUDGET,
) -> MaskReport:
    """Mask an unload on disk.

    :param target: where the masked unload goes; None is a dry run, which reads and masks all and writes nothing.
    :param replace: whether a target that exists is replaced.
    :raises MaskingProblem: nothing was written, a target that existed is as it was.
    """
    if target is not None and target.exists() and not replace:
        raise OutputExists(file=str(target))
    with open_unload(source) as unload:
        return mask_unload(
            unload, target, plans, replace=replace, originals=originals, progress=progress, budget=budget
        )


def mask_unload(
    unload: Unload,
    target: Path | None,
    plans: Mapping[str, DatabaseMask],
    *,
    replace: bool = False,
    originals: Originals | None = None,
    progress: Progress | None = None,
    budget: int = BUDGET,
) -> MaskReport:
    """Mask an unload that is being read, wherever it comes from, as :func:`mask_file` does."""
    file = unload.records.file
    plan = plans.get(unload.header.database)
    if plan is None:
        raise NothingMasked(database=unload.header.database, file=file)
    folder = target.absolute().parent if target is not None else Path(tempfile.gettempdir())
    masking = Masking(plan, file, folder, originals, budget)
    items = read_items(unload.header, unload.records, plan.database, file)
    records = masking.records(_told(items, unload, progress))
    if target is None:
        for _ in records:
            pass
    else:
        _write(target, unload, records, replace=replace)
    return masking.report()


def require_definition(header: Header, known: Iterable[str], file: Path) -> None:
    """Refuse a file whose database is not among those defined. Raises UnloadOfOther."""
    names = list(known)
    if header.database not in names:
        raise UnloadOfOther(file=str(file), found=header.database, known=", ".join(names) or "none")


def _told(items: Iterable[Item], unload: Unload, progress: Progress | None) -> Iterator[Item]:
    number = 0
    for number, one in enumerate(items, 1):
        if progress is not None and number % TELL_EVERY == 0:
            progress(number, unload.records.position)
        yield one
    if progress is not None:
        progress(number, unload.records.position)


def _record(one: Item) -> bytes:
    return one.record() if isinstance(one, Header) else segment_record(one)


def _write(target: Path, unload: Unload, records: Iterable[bytes], *, replace: bool) -> None:
    frame = unload.form.frame
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(frame(unload.header.record()))
            for record in records:
                stream.write(frame(record))
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            os.replace(temporary, target)
        else:
            os.link(temporary, target)
    except FileExistsError as error:
        raise OutputExists(file=str(target)) from error
    except OSError as error:
        raise FileUnusable(file=str(target), reason=error.strerror or str(error)) from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
