"""Leases with fencing tokens: one holder of a target at a time, and a newer token makes an older one worthless.

Each operation is a single UPDATE whose WHERE clause is the condition, so it is atomic on SQLite and Postgres alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Update, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from imsclone.ledger.errors import LeaseHeld, LeaseLost
from imsclone.ledger.models import LeaseRecord

TASK = "task "
"""How the name of a lease begins that a task holds against its own older processes. All others are of targets."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Lease:
    """The right to touch a target until ``expires_at``, as long as ``token`` is the newest."""

    target: str
    holder: str
    token: int
    expires_at: datetime

    @property
    def is_free(self) -> bool:
        """Whether it was given back, or never held."""
        return self.expires_at == NEVER


def acquire(session: Session, target: str, holder: str, ttl: timedelta, now: datetime) -> Lease:
    """Take a free or expired lease, or one's own again; each time with a higher token. Raises LeaseHeld."""
    _make_row(session, target)
    free = or_(LeaseRecord.holder == holder, LeaseRecord.expires_at <= now)
    taken = (
        update(LeaseRecord)
        .where(LeaseRecord.target == target, free)
        .values(holder=holder, token=LeaseRecord.token + 1, expires_at=now + ttl)
        .returning(LeaseRecord.token)
    )
    token = session.execute(taken).scalar_one_or_none()
    if token is None:
        held = session.execute(select(LeaseRecord).where(LeaseRecord.target == target)).scalar_one()
        until = held.expires_at.isoformat(timespec="seconds")
        raise LeaseHeld(target=target, holder=held.holder, until=until)
    return Lease(target, holder, token, now + ttl)


def renew(session: Session, lease: Lease, ttl: timedelta, now: datetime) -> Lease:
    """Extend a lease; also one that ran out, if nobody took it since. Raises LeaseLost."""
    _change(session, lease, update(LeaseRecord).values(expires_at=now + ttl))
    return Lease(lease.target, lease.holder, lease.token, now + ttl)


def release(session: Session, lease: Lease) -> None:
    """Give a lease back; the token stays, so that the next one is higher. One that was lost is left alone."""
    session.execute(update(LeaseRecord).where(_is_newest(lease)).values(expires_at=NEVER))


def require(session: Session, lease: Lease, now: datetime) -> None:
    """Make sure, before an effect on the host, that the lease still is the newest and has not run out."""
    alive = select(LeaseRecord.token).where(_is_newest(lease), LeaseRecord.expires_at > now)
    if session.execute(alive).scalar_one_or_none() is None:
        raise LeaseLost(target=lease.target, holder=lease.holder, token=lease.token)


def known(session: Session, *, tasks: bool) -> list[Lease]:
    """Return the leases of all targets, and on request those of tasks, by name."""
    query = select(LeaseRecord).order_by(LeaseRecord.target)
    if not tasks:
        query = query.where(LeaseRecord.target.not_like(f"{TASK}%"))
    return [Lease(one.target, one.holder, one.token, one.expires_at) for one in session.scalars(query)]


def _is_newest(lease: Lease) -> ColumnElement[bool]:
    return and_(LeaseRecord.target == lease.target, LeaseRecord.token == lease.token)


def _change(session: Session, lease: Lease, change: Update) -> None:
    result = session.execute(change.where(_is_newest(lease)))
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise LeaseLost(target=lease.target, holder=lease.holder, token=lease.token)


def _make_row(session: Session, target: str) -> None:
    if session.get(LeaseRecord, target) is not None:
        return
    try:
        with session.begin_nested():
            session.add(LeaseRecord(target=target, holder="", token=0, expires_at=NEVER))
    except IntegrityError:
        session.expire_all()
