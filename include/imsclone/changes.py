"""What one plan decides otherwise than another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imsclone.clone_types import AnyPlan
from imsclone.plan import Plan

NOTHING = "-"
SHOWN_OTHERWISE = ("data_sets", "volume_pairs", "fingerprint")


@dataclass(frozen=True)
class Change:
    """One difference: what it is, and its value in both plans; ``-`` where one plan has none."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before} to {self.after}"


def changes(old: AnyPlan, new: AnyPlan) -> Iterator[Change]:
    """Yield what is new, gone or changed: volumes, data sets, then every other decision."""
    if old.fingerprint == new.fingerprint:
        return
    yield from _differing("volume", _volumes(old), _volumes(new))
    yield from _differing("data set", _data_sets(old), _data_sets(new))
    yield from _differing("", _others(old), _others(new))


def _differing(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, NOTHING), new.get(name, NOTHING)
        if before != after:
            yield Change(f"{kind} {name}".strip(), before, after)


def _volumes(plan: AnyPlan) -> dict[str, str]:
    return {
        pair.source: f"{pair.source_unit}, {pair.device_type}, {pair.cylinders} cylinders, to {pair.target}"
        for pair in (plan.volume_pairs if isinstance(plan, Plan) else ())
    }


def _data_sets(plan: AnyPlan) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in plan.data_sets.lines)


def _others(plan: AnyPlan) -> dict[str, str]:
    document = plan.model_dump(mode="json").items()
    return dict(_leaves(((key, value) for key, value in document if key not in SHOWN_OTHERWISE), ""))


def _leaves(values: Iterable[tuple[Any, Any]], above: str) -> Iterator[tuple[str, str]]:
    for key, value in values:
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping):
            yield from _leaves(value.items(), name)
        elif isinstance(value, list):
            yield from _leaves(enumerate(value, 1), name)
        else:
            yield name, str(value)
