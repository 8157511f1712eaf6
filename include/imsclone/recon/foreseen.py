"""Which differences between a RECON and its clone are what the conversion is for, or follow from it. Pure.

Everything else is told: a command may have done more than was asked of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from imsclone.recon.changes import ABSENT, RECORD, Change
from imsclone.recon.errors import ReconChangedToo
from imsclone.recon.rules import Fate, ReconRules

LOGS = "PRILOG|SECLOG|PRISLD|SECSLD"
_NUMBER = re.compile(r" \d+$")


class Reason(NamedTuple):
    """Changes of fields that are explained: kinds and fields by expression, and what else must be true."""

    kinds: str
    fields: str
    why: Callable[[Change, ReconRules], bool]


def _renamed(change: Change, rules: ReconRules) -> bool:
    before, after = change.before.split(), change.after.split()
    return [rules.name(word, change.kind) for word in before] == after


def _moved(change: Change, rules: ReconRules) -> bool:
    return list(rules.volumes(change.before.split())) == change.after.split()


def _ours(change: Change, rules: ReconRules) -> bool:
    return change.before in rules.ssids and change.after == rules.ssid(change.before)


def _prefixed(change: Change, rules: ReconRules) -> bool:
    ending = ".A00001"
    return rules.name(change.before + ending, "PART") == change.after + ending


def _counted(change: Change, rules: ReconRules) -> bool:
    return change.after.isdigit() and int(change.after) == int(change.before) + 1


def _released(change: Change, rules: ReconRules) -> bool:
    return change.after == "0"


def _fewer(change: Change, rules: ReconRules) -> bool:
    return change.after.isdigit() and int(change.after) < int(change.before)


def _gone(change: Change, rules: ReconRules) -> bool:
    return change.after == ABSENT


def _failed(change: Change, rules: ReconRules) -> bool:
    return (change.before, change.after) == ("OFF", "ON")


def _always(change: Change, rules: ReconRules) -> bool:
    return True


REASONS: Sequence[Reason] = (
    Reason(".*", "DSN|ADSN", _renamed),
    Reason("RECON", "RECON[123]", _renamed),
    Reason("DB", "DSN PREFIX", _prefixed),
    Reason("DB", "CHANGE#", _counted),
    Reason(".*", "VOLSER", _moved),
    Reason(".*", "SSID", _ours),
    Reason("DB", "AUTHORIZED SUBSYSTEMS|HELD AUTHORIZATION STATE", _released),
    Reason("SSYS", "AUTHORIZED DATA BASES/AREAS", _released),
    Reason("DB|SSYS", "[A-Z@#$][A-Z0-9@#$]{0,7}", _gone),
    Reason("SSYS", "ABNORMAL TERM", _failed),
    Reason("IMAGE", "IC[12]", lambda change, rules: change.after == "INVALID"),
    Reason("SSYS|IMAGE|CA|LOGALL|" + LOGS, RECORD, _gone),
    Reason("DBDS|AREA|CAGRP", "(IC|CA) (USED|AVAIL)", _fewer),
    Reason(LOGS, "#DSN", _released),
    Reason("PRIOLD|SECOLD|LOGALL|" + LOGS, "RECORD SIZE|EARLIEST CHECKPOINT", _always),
)
"""A subsystem lets its databases go; a mask makes a prefix; CHANGE.PART counts; what is not carried goes."""


def unforeseen(found: Sequence[Change], rules: ReconRules) -> tuple[ReconChangedToo, ...]:
    """Return a warning for each change that nothing of the conversion explains."""
    return tuple(
        ReconChangedToo(record=change.record, field=change.field, before=change.before, after=change.after)
        for change in _unexplained(found, rules)
    )


def _unexplained(found: Sequence[Change], rules: ReconRules) -> Iterator[Change]:
    emptied = {
        change.record for change in found if re.fullmatch(LOGS, change.kind) and _is_dropped_data_set(change, rules)
    }
    for change in found:
        if change.record in emptied and change.after == ABSENT:
            continue
        field = _NUMBER.sub("", change.field)
        reasons = (one for one in REASONS if re.fullmatch(one.kinds, change.kind) and re.fullmatch(one.fields, field))
        if not any(one.why(change, rules) for one in reasons):
            yield change


def _is_dropped_data_set(change: Change, rules: ReconRules) -> bool:
    """Whether a log lost a data set that is not carried; all that is printed of it went, too."""
    return (
        _NUMBER.sub("", change.field) == "DSN"
        and change.after == ABSENT
        and rules.fate(change.before.split()[0], (), True) is not Fate.KEEP
    )
