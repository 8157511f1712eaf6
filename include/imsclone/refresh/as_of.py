"""Databases as they were at a past time: from image copies, change accumulations and logs in the source's RECON. Pure.

Source: IMS Database Utilities, DFSURDB0: image copy, then change accumulation, then logs. What was reorganised, or
recovered to a time, between image copy and the wanted time cannot be recovered from that copy. Partitions are those
that `imsclone.haldb.past` has made of the RECON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from imsclone.errors import CloneError
from imsclone.listings.recon_types import ChangeAccumulation, ImageCopy, Recon
from imsclone.listings.stamps import shown, stamp, stamp_or_none
from imsclone.refresh.log_errors import HistoryCut, ImageCopyMissing
from imsclone.refresh.logs import NeededLogs, Owner, needed_logs

EVENTS = ("REORG", "RECOV")
CONCURRENT = "CIC"


@dataclass(frozen=True)
class Base:
    """What the recovery of one data set begins with; logs are needed from ``since`` on."""

    image: str
    since: datetime
    clean: bool
    accumulation: str = ""


@dataclass(frozen=True)
class Bases:
    """The bases of data sets, and what is missing."""

    found: Mapping[Owner, Base]
    problems: tuple[CloneError, ...]


def bases(recon: Recon, owners: Collection[Owner], moment: datetime, there: Collection[str] | None = None) -> Bases:
    """Choose for each data set the newest image copy of before a time, and a change accumulation behind it.

    :param there: the data sets that the catalog has; without it that is not checked.
    """
    found: dict[Owner, Base] = {}
    problems: list[CloneError] = []
    for owner in sorted(owners):
        image = _image(recon, owner, moment, there)
        if image is None:
            problems.append(_missing(recon, owner, moment))
            continue
        run = stamp(image.time)
        cut = [one for one in _events(recon, owner) if run < one[1] <= moment]
        if cut:
            kind, at = cut[0]
            problems.append(HistoryCut(name=owner[0], ddname=owner[1], image=image.time, kind=kind, at=shown(at)))
            continue
        clean = CONCURRENT not in image.record.words()
        held = _accumulation(recon, owner, run, moment, there) if clean else None
        since = run if held is None else stamp(held.record.get("STOP"))
        found[owner] = Base(_dsname(image, there), since, clean, held.data_set.dsname if held else "")
    return Bases(found, tuple(problems))


def logs_to(
    recon: Recon, chosen: Mapping[Owner, Base], moment: datetime, there: Collection[str] | None = None
) -> NeededLogs:
    """Return the logs that bring all bases up to a time, in order of time."""
    needed = [needed_logs(recon, {owner}, one.since, moment, there, clean=one.clean) for owner, one in chosen.items()]
    names = {name for one in needed for name in one.names}
    starts = {one.dsname: one.start for log in recon.logs for one in log.data_sets}
    told = [problem for one in needed for problem in one.problems]
    problems = {(problem.id, problem.values.get("dsname", str(problem))): problem for problem in told}
    waiting = dict.fromkeys(name for one in needed for name in one.waiting)
    return NeededLogs(tuple(sorted(names, key=lambda name: starts[name])), tuple(problems.values()), tuple(waiting))


def data_sets(recon: Recon) -> tuple[str, ...]:
    """Return every image copy and change accumulation that a RECON names."""
    images = [one.dsname for image in recon.images if not image.available for one in image.data_sets]
    return tuple(dict.fromkeys([*images, *(one.data_set.dsname for one in recon.change_accumulations)]))


def _images(recon: Recon, owner: Owner) -> list[ImageCopy]:
    found = [one for one in recon.images if (one.dbd, one.ddname) == owner and not one.available and one.data_sets]
    return sorted(found, key=lambda one: stamp(one.time))


def _image(recon: Recon, owner: Owner, moment: datetime, there: Collection[str] | None) -> ImageCopy | None:
    usable = [one for one in _images(recon, owner) if stamp(one.time) <= moment and _dsname(one, there)]
    return usable[-1] if usable else None


def _dsname(image: ImageCopy, there: Collection[str] | None) -> str:
    """Return the first of an image copy and its duplicate that the catalog has."""
    return next((one.dsname for one in image.data_sets if there is None or one.dsname in there), "")


def _missing(recon: Recon, owner: Owner, moment: datetime) -> ImageCopyMissing:
    known = _images(recon, owner)
    oldest = f"the oldest one is of {known[0].time}" if known else "there is none"
    return ImageCopyMissing(name=owner[0], ddname=owner[1], moment=shown(moment), oldest=oldest)


def _events(recon: Recon, owner: Owner) -> Iterator[tuple[str, datetime]]:
    for record in recon.others:
        if record.kind in EVENTS and record.dbds[:2] == owner:
            at = stamp_or_none(record.get("RUN").rstrip("*"))
            if at is not None and (record.kind == "REORG" or stamp_or_none(record.get("RECOV TO")) is not None):
                yield record.kind, at


def _accumulation(
    recon: Recon, owner: Owner, since: datetime, moment: datetime, there: Collection[str] | None
) -> ChangeAccumulation | None:
    """Return the newest change accumulation that holds a data set's changes and none of behind the wanted time."""
    usable = [
        (stop, one)
        for one in recon.change_accumulations
        if f"DBD={owner[0]} " in _squeezed(one) and f"DDN={owner[1]} " in _squeezed(one)
        if (stop := stamp_or_none(one.record.get("STOP"))) is not None and since < stop <= moment
        if there is None or one.data_set.dsname in there
    ]
    return max(usable, key=lambda pair: pair[0])[1] if usable else None


def _squeezed(one: ChangeAccumulation) -> str:
    return " ".join(" ".join(one.record.lines).split()) + " "
