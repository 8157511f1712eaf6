"""How the HALDBs of sources were partitioned, as looks at their RECONs told.

A layout is kept once, by its digest. Looks that found the same stretch one row; another row comes only when something
differs, so that 200 partitions that stay as they are cost one row, however often they are looked at. Rows go when no
image copy reaches them any more: of those that ended before the oldest one in the RECON, the last alone stays, because
it and the one behind it may prove a time between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from imsclone.haldb.layout import HaldbLayout, Observation, State, observed
from imsclone.ledger.models import LayoutLook, LayoutRecord

if TYPE_CHECKING:
    from imsclone.refresh.facts import RefreshFacts


def keep(session: Session, imsid: str, looks: Iterable[Observation]) -> None:
    """Keep what a look at a RECON told."""
    for look in looks:
        _keep(session, imsid, look)
        if look.oldest is not None:
            of_it = _of(imsid, look.layout.name)
            ended = sa.and_(*of_it, LayoutLook.last_at < look.oldest)
            newest = session.scalar(sa.select(sa.func.max(LayoutLook.first_at)).where(ended))
            if newest is not None:
                session.execute(sa.delete(LayoutLook).where(ended, LayoutLook.first_at < newest))
    session.execute(sa.delete(LayoutRecord).where(LayoutRecord.digest.not_in(sa.select(LayoutLook.digest))))


def _keep(session: Session, imsid: str, look: Observation) -> None:
    name, digest = look.layout.name, look.layout.digest
    earlier = sa.select(LayoutLook).where(*_of(imsid, name), LayoutLook.first_at <= look.first)
    found = session.scalars(earlier.order_by(LayoutLook.first_at.desc()).limit(1)).one_or_none()
    states = {one: list(state) for one, state in look.states.items()}
    if found is not None and (found.digest, found.states) == (digest, states):
        found.last_at = max(found.last_at, look.last)
        return
    if session.get(LayoutRecord, digest) is None:
        session.add(LayoutRecord(digest=digest, document=look.layout.model_dump_json()))
        session.flush()
    row = {"imsid": imsid, "haldb": name, "first_at": look.first, "last_at": look.last}
    session.merge(LayoutLook(**row, digest=digest, states=states))
    session.flush()


def known(session: Session, imsid: str) -> tuple[Observation, ...]:
    """Return all looks at the HALDBs of a source, in order of time."""
    documents = {one.digest: one.document for one in session.scalars(sa.select(LayoutRecord))}
    layouts = {digest: HaldbLayout.model_validate_json(document) for digest, document in documents.items()}
    query = sa.select(LayoutLook).where(LayoutLook.imsid == imsid).order_by(LayoutLook.first_at)
    return tuple(
        Observation(
            layout=layouts[row.digest],
            states={name: State(*state) for name, state in row.states.items()},
            first=row.first_at,
            last=row.last_at,
        )
        for row in session.scalars(query)
    )


def look(session: Session, imsid: str, facts: RefreshFacts) -> tuple[Observation, ...]:
    """Keep what the facts of a plan tell of the source's HALDBs; return all that is known of them."""
    keep(session, imsid, observed(facts.source))
    return known(session, imsid)


def _of(imsid: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return LayoutLook.imsid == imsid, LayoutLook.haldb == name
