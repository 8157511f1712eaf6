"""Is a RECON after the commands what the one before should have become? Pure.

Both listings are reduced to facts: tuples of a kind, its key and its names. The facts before, brought to the clone's
names by the same rules, must be the facts after; and no fact after may name the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imsclone.errors import CloneError
from imsclone.listings.recon_types import Recon
from imsclone.recon import databases, logs
from imsclone.recon.errors import ReconDiffers, ReconNamesSource
from imsclone.recon.rules import Fate, ReconRules

Fact = tuple[str, ...]


def compare(before: Recon, after: Recon, rules: ReconRules) -> tuple[CloneError, ...]:
    """Return every difference, and every record that still names the source; nothing if all is well."""
    wanted, found = set(expected(before, rules)), set(facts(after))
    problems: list[CloneError] = []
    for fact in sorted(wanted - found):
        problems.append(ReconDiffers(what=" ".join(fact), said="is missing"))
    for fact in sorted(found - wanted):
        problems.append(ReconDiffers(what=" ".join(fact), said="should not be there"))
    return (*problems, *still_named(after, rules))


def still_named(recon: Recon, rules: ReconRules) -> tuple[CloneError, ...]:
    """Return a problem for each fact that holds a name, serial or subsystem of the source."""
    problems = []
    for fact in sorted(set(facts(recon))):
        for value in fact[1:]:
            if rules.names_source(value) or value in rules.ssids or value in rules.volsers:
                problems.append(ReconNamesSource(kind=fact[0], shown=" ".join(fact[1:])))
                break
    return tuple(problems)


def changed(before: Recon, rules: ReconRules) -> int:
    """Return how many facts of a RECON change or go."""
    return len(set(facts(before)) - set(expected(before, rules)))


def facts(recon: Recon) -> Iterator[Fact]:
    """Yield what a RECON says, in names."""
    if recon.header is not None:
        yield "RECON", "SSID", recon.header.ssid
        yield from (("RECON", one.ddname, one.dsname) for one in recon.header.data_sets)
    yield from (("DB", one.dbd, one.kind) for one in recon.databases)
    yield from (("PART", one.master, one.name, str(one.partition_id), one.dsn_prefix) for one in recon.partitions)
    for data_set in recon.data_sets:
        yield data_set.record.kind, data_set.dbd, data_set.ddname, data_set.dsname
        yield from (("ADS", data_set.dbd, data_set.ddname, ads.ddname, ads.dsname) for ads in data_set.area_data_sets)
    yield from (("ALLOC", one.dbd, one.ddname, one.time) for one in recon.allocations)
    for image in recon.images:
        for copy in image.data_sets:
            yield "IMAGE", image.dbd, image.ddname, image.time, copy.dsname, *copy.volsers
    for ca in recon.change_accumulations:
        yield "CA", ca.group, ca.time, ca.data_set.dsname, *ca.data_set.volsers
    yield from _log_facts(recon)
    yield from (("SSYS", one.ssid) for one in recon.subsystems)
    for backout in recon.backouts:
        yield from (("BACKOUT", backout.ssid, unit.token) for unit in backout.units)


def _log_facts(recon: Recon) -> Iterator[Fact]:
    for log in recon.logs:
        yield log.kind, log.ssid, log.start
        yield from ((log.kind, log.ssid, log.start, one.dsname, *one.volsers) for one in log.data_sets)
    for one in recon.online_logs:
        yield from ((one.kind, one.ssid, olds.ddname, olds.start, olds.dsname) for olds in one.olds)


def expected(before: Recon, rules: ReconRules) -> Iterator[Fact]:
    """Yield what a copied RECON must say once it is converted."""
    if before.header is not None:
        yield "RECON", "SSID", rules.ssid(before.header.ssid)
        for one in before.header.data_sets:
            yield "RECON", one.ddname, rules.name(one.dsname, "RECON")
    yield from (("DB", one.dbd, one.kind) for one in before.databases)
    for part in before.partitions:
        yield "PART", part.master, part.name, str(part.partition_id), rules.prefix(part)
    for data_set in before.data_sets:
        kind = data_set.record.kind
        for ads in data_set.area_data_sets:
            yield "ADS", data_set.dbd, data_set.ddname, ads.ddname, rules.name(ads.dsname, "ADS")
        yield kind, data_set.dbd, data_set.ddname, rules.name(data_set.dsname, kind)
    yield from (("ALLOC", one.dbd, one.ddname, one.time) for one in before.allocations)
    yield from _expected_copies(before, rules)
    yield from _expected_logs(before, rules)
    for subsystem in before.subsystems:
        if subsystem.ssid in rules.ssids or rules.is_target(subsystem.ssid):
            yield "SSYS", rules.ssid(subsystem.ssid)
    for backout in before.backouts:
        yield from (("BACKOUT", rules.ssid(backout.ssid), unit.token) for unit in backout.units)


def _expected_copies(before: Recon, rules: ReconRules) -> Iterator[Fact]:
    for image in before.images:
        fates = databases.image_fates(image, rules)
        if fates and all(one is Fate.DROP for one in fates):
            continue
        for copy, what in zip(image.data_sets, fates, strict=True):
            named = _named(copy.dsname, copy.volsers, what, rules)
            yield "IMAGE", image.dbd, image.ddname, image.time, *named
    for ca in before.change_accumulations:
        what = databases.accumulation_fate(ca, rules)
        if what is not Fate.DROP:
            yield "CA", ca.group, ca.time, *_named(ca.data_set.dsname, ca.data_set.volsers, what, rules)


def _expected_logs(before: Recon, rules: ReconRules) -> Iterator[Fact]:
    for log in before.logs:
        is_ours = log.ssid in rules.ssids
        what = logs.fate(log, rules)
        if (is_ours and not logs.is_carried(log, before, rules)) or (not is_ours and what is Fate.DROP):
            continue
        ssid = rules.ssid(log.ssid)
        yield log.kind, ssid, log.start
        for one in logs.data_sets(log, rules):
            yield log.kind, ssid, log.start, *_named(one.dsname, one.volsers, what, rules)
    for one_record in before.online_logs:
        if one_record.ssid in rules.ssids and one_record.kind not in logs.OLDS:
            continue
        for olds in one_record.olds:
            name = rules.name(olds.dsname, one_record.kind)
            yield one_record.kind, rules.ssid(one_record.ssid), olds.ddname, olds.start, name


def _named(dsname: str, volsers: Sequence[str], what: Fate, rules: ReconRules) -> Fact:
    if what is Fate.KEEP:
        return dsname, *volsers
    return rules.name(dsname, "RECON"), *rules.volumes(volsers)
