"""Generation data groups: relative names, new generations, rolling off. Source: DFSMS Managing Catalogs, "GDG"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zoslab.catalog import bcs, cells
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import Catalog
from zoslab.catalog.cells import GenerationGroup
from zoslab.catalog.entry import GENERATION
from zoslab.catalog.errors import CatalogError, GenerationNotFound, WrongEntryType
from zoslab.dasd.allocation import check_dsname

if TYPE_CHECKING:
    from zoslab.catalog.system import CatalogSystem

LIMIT, HIGHEST, BASE_LENGTH = 255, 9999, 35


def name_of(base: str, number: int, version: int) -> str:
    """Return the absolute name of a generation."""
    return f"{base}.G{number:04d}V{version:02d}"


def define(system: CatalogSystem, base: str, limit: int, scratch: bool, empty: bool, catalog: str | None) -> None:
    """Define a base."""
    if not 1 <= limit <= LIMIT or len(check_dsname(base)) > BASE_LENGTH:
        raise CatalogError(f"GDG {base}: a limit of 1 to {LIMIT} and a name of at most {BASE_LENGTH} characters")
    cell = cells.generations(GenerationGroup(limit, scratch, empty))
    system.catalog_for(base, catalog).add(BcsRecord(bcs.GROUP, base, (bcs.information(), cell)))


def relative(system: CatalogSystem, base: str, number: int) -> str:
    """Return the name of a relative generation, see ``CatalogSystem.generation``."""
    record = system.catalog_for(base).get(base)
    if record is None or record.kind != bcs.GROUP:
        raise WrongEntryType(f"{base} is not defined as a generation data group")
    group = record.group.generations
    if number > 0:
        latest = group[-1][0] if group else 0
        if latest + number > HIGHEST:
            raise GenerationNotFound(
                f"{base}({number:+d}) would be generation {latest + number}; {HIGHEST} is the last"
            )
        return name_of(base, latest + number, 0)
    if len(group) + number < 1:
        raise GenerationNotFound(f"{base}({number}) does not exist: the group has {len(group)} generations")
    return name_of(base, *group[len(group) + number - 1])


def base_of(catalog: Catalog, dsname: str) -> BcsRecord | None:
    """Return the record of the group that a name is a generation of."""
    found = GENERATION.fullmatch(dsname)
    record = catalog.get(found[1]) if found else None
    return record if record is not None and record.kind == bcs.GROUP else None


def join(catalog: Catalog, base: BcsRecord, dsname: str) -> list[str]:
    """Enter a generation in its group; return the names that roll off, which are no longer in the group."""
    number, version = pair_of(dsname)
    group = base.group
    if any(existing == number for existing, _ in group.generations):
        kept = tuple((n, version if n == number else v) for n, v in group.generations)
        replaced = [name_of(base.name, n, v) for n, v in group.generations if n == number and v != version]
        catalog.put(base.with_group(replace(group, generations=kept)))
        return replaced
    members = tuple(sorted((*group.generations, (number, version))))
    off: tuple[tuple[int, int], ...] = ()
    if len(members) > group.limit:
        off = members[:-1] if group.empty else members[: len(members) - group.limit]
    catalog.put(base.with_group(replace(group, generations=members[len(off) :])))
    return [name_of(base.name, *pair) for pair in off]


def leave(catalog: Catalog, base: BcsRecord, dsname: str) -> None:
    """Take a generation out of its group."""
    group = base.group
    left = tuple(pair for pair in group.generations if pair != pair_of(dsname))
    catalog.put(base.with_group(replace(group, generations=left)))


def pair_of(dsname: str) -> tuple[int, int]:
    """Return (generation, version) of an absolute name."""
    found = GENERATION.fullmatch(dsname)
    if found is None:
        raise WrongEntryType(f"{dsname} is no generation name")
    return int(found[2]), int(found[3])
