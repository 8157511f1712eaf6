"""From the listing of a copied RECON to the DBRC commands that make it the clone's. Pure.

A RECON that is converted already gives no commands.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from imsclone.errors import CloneError
from imsclone.listings.recon_records import ReconRecord
from imsclone.listings.recon_types import Recon
from imsclone.recon import databases, logs, subsystems
from imsclone.recon.command import Command
from imsclone.recon.errors import ReconRecordUnconvertible, ReconUnlisted
from imsclone.recon.rules import ReconRules

CARRIED_BY_OTHERS = frozenset({"LOGALL", "CAGRP", "REORG", "RECOV", "DBDSGRP", "GSG"})
"""Kinds without names of their own: LOGALL is written with its log, groups list databases, the rest are times."""
NAME_FIELDS = frozenset({"DSN", "DSN PREFIX", "SSID", "CADSN", "ADSN"})


def commands(recon: Recon, rules: ReconRules) -> tuple[Command, ...]:
    """Return the commands in the order they must run.

    Data set names of the RECON come first, because DBRC changes nothing before; databases must be released before
    their data sets are renamed; the clone's subsystem is recorded last, when its logs are there.

    :raises ReconUnlisted: the status record is missing.
    :raises ReconRecordUnconvertible: a record of an unknown kind names the source.
    """
    if recon.header is None:
        raise ReconUnlisted(recon="the copied RECON")
    for problem in unconvertible(recon.others, rules):
        raise problem
    return tuple(
        chain(
            databases.header(recon.header, rules),
            subsystems.release(recon, rules),
            databases.data_sets(recon, rules),
            databases.image_copies(recon, rules),
            databases.change_accumulations(recon, rules),
            logs.commands(recon, rules),
            subsystems.backouts(recon, rules),
            subsystems.record_failed(recon, rules),
        )
    )


def unconvertible(records: Iterable[ReconRecord], rules: ReconRules) -> Iterable[CloneError]:
    """Yield a problem for each record that names the source and has no rule."""
    for record in records:
        if record.kind in CARRIED_BY_OTHERS:
            continue
        for one in record.fields:
            if one.name in NAME_FIELDS and (rules.names_source(one.value) or one.value in rules.ssids):
                yield ReconRecordUnconvertible(kind=record.kind, shown=f"{one.name}={one.value}")
                break
