"""What is to be reconditioned: volumes, serials, names, and what happens to that which no mask matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.errors import DasdError
from zoslab.dasd.label import check_volser
from zoslab.recondition.errors import InvalidRequest, Problem
from zoslab.recondition.masks import InvalidMask, RenameMask, RenameMasks

Pair = tuple[str, str]
NotRenamed = Literal["KEEP", "DELETE", "FAIL"]


@dataclass(frozen=True)
class Request:
    """One run. Pairs are (source, target); a volume's label carries the target serial already.

    :ivar volmap: all volumes of the clone; those of this run if not given.
    :ivar catalogs: catalogs of the clone, by their names on the source.
    :ivar notrenamed: what becomes of data sets no mask matches. :ivar orphan: what becomes of catalog entries of
        volumes outside ``volmap``; kept ones stay as they are. :ivar gdg: what becomes of generation data groups.
    """

    volumes: Sequence[Pair]
    masks: RenameMasks = field(default_factory=RenameMasks)
    volmap: Mapping[str, str] = field(default_factory=dict)
    catalogs: Mapping[str, str] = field(default_factory=dict)
    notrenamed: NotRenamed = "KEEP"
    orphan: Literal["KEEP", "DELETE"] = "KEEP"
    gdg: Literal["RENAME", "DELETE"] = "RENAME"

    @classmethod
    def of(
        cls,
        volumes: Sequence[Pair],
        rename: Iterable[Pair] = (),
        volmap: Sequence[Pair] = (),
        catalogs: Sequence[Pair] = (),
        notrenamed: NotRenamed = "KEEP",
        orphan: Literal["KEEP", "DELETE"] = "KEEP",
        gdg: Literal["RENAME", "DELETE"] = "RENAME",
    ) -> Request:
        """Check what was given and return the request.

        :raises InvalidRequest: with everything that is wrong.
        """
        masks: list[RenameMask] = []
        problems = []
        for old, new in rename:
            try:
                masks.append(RenameMask(old, new))
            except InvalidMask as error:
                problems.append(Problem("RCD105E", f"RENAME: {error}"))
        pairs = dict(volmap or volumes)
        problems += _wrong_volumes(volumes, volmap or volumes)
        problems += _wrong_catalogs(catalogs)
        if problems:
            raise InvalidRequest(*problems)
        return cls(tuple(volumes), RenameMasks(masks), pairs, dict(catalogs), notrenamed, orphan, gdg)


def _wrong_volumes(volumes: Sequence[Pair], volmap: Sequence[Pair]) -> Iterator[Problem]:
    for volser in {volser for pair in (*volumes, *volmap) for volser in pair}:
        try:
            check_volser(volser)
        except DasdError as error:
            yield Problem("RCD101E", str(error))
    if not volumes:
        yield Problem("RCD101E", "VOLUMES names no volume")
    for side, what in ((0, "source"), (1, "target")):
        for volser, times in Counter(pair[side] for pair in volmap).items():
            if times > 1:
                yield Problem("RCD102E", f"VOLMAP has {volser} as {what} {times} times")
    for pair in volumes:
        if pair not in volmap:
            yield Problem("RCD103E", f"VOLUMES: ({pair[0]},{pair[1]}) is not in VOLMAP")
    changed = [pair for pair in volmap if pair[0] != pair[1]]
    for volser in {source for source, _ in changed} & {target for _, target in volmap}:
        yield Problem("RCD104E", f"VOLMAP has {volser} both as source and as target")


def _wrong_catalogs(catalogs: Sequence[Pair]) -> Iterator[Problem]:
    for name in {name for pair in catalogs for name in pair}:
        try:
            check_dsname(name)
        except DasdError as error:
            yield Problem("RCD106E", f"CATALOGS: {error}")
    for side in (0, 1):
        for name, times in Counter(pair[side] for pair in catalogs).items():
            if times > 1:
                yield Problem("RCD106E", f"CATALOGS has {name} {times} times")
