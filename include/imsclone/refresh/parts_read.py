"""Read the parts of database definitions that are members of libraries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping

from imsclone.refresh.facts import Held
from imsclone.refresh.new_database import KEYS, MemberKind
from imsclone.spec.model import SystemSpec
from imsclone.zosmf import Client
from imsclone.zosmf.errors import NotFound


def read_parts(
    client: Client, system: SystemSpec, names: Collection[str]
) -> Mapping[tuple[MemberKind, str], tuple[Held, ...]]:
    """Return the libraries that have a member of some databases, in order, with what it holds."""
    found: dict[tuple[MemberKind, str], tuple[Held, ...]] = defaultdict(tuple)
    for kind, key in KEYS.items() if names else ():
        for library in getattr(system.libraries, key):
            try:
                members = set(client.members(library))
            except NotFound:
                continue
            for name in sorted(members & set(names)):
                found[kind, name] += (Held(library, digest(client, library, name)),)
    return dict(found)


def digest(client: Client, library: str, member: str) -> str:
    """Return the SHA-256 of a member's records, in hexadecimal."""
    seal = hashlib.sha256()
    for record in client.read_records(library, member):
        seal.update(len(record).to_bytes(4, "big") + record)
    return seal.hexdigest()
