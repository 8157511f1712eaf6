"""Leases with fencing tokens: one holder of a target at a time, and a newer token makes an older one worthless.

A team that books a target holds its lease like a run does, so that the two exclude each other by the same UPDATE.

Each operation is a single UPDATE whose WHERE clause is the condition, so it is atomic on SQLite and Postgres alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Update, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from imsclone.ledger.errors import BookingEnded, LeaseHeld, LeaseLost, NotBooked, TargetBooked
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
    booked: bool = False
    note: str = ""

    @property
    def is_free(self) -> bool:
        """Whether it was given back, or never held."""
        return self.expires_at == NEVER


def target_lease(imsid: str) -> str:
    """Return the name of the lease on a target IMS, its volumes and its data sets."""
    return f"IMS {imsid}"


def acquire(session: Session, target: str, holder: str, ttl: timedelta, now: datetime) -> Lease:
    """Take a free or expired lease, or one's own again; each time with a higher token. Raises LeaseHeld."""
    return _take(session, Lease(target, holder, 0, now + ttl), now)


def book(session: Session, target: str, team: str, until: datetime, note: str, now: datetime) -> Lease:
    """Take a target for a team; the same team again changes its booking. Raises LeaseHeld, BookingEnded."""
    if until <= now:
        raise BookingEnded(target=target, until=_shown(until), now=_shown(now))
    return _take(session, Lease(target, team, 0, until, booked=True, note=note), now)


def unbook(session: Session, target: str, now: datetime) -> Lease:
    """End a booking. Raises NotBooked; the lease of a run is left alone."""
    booked = (LeaseRecord.target == target, LeaseRecord.booked, LeaseRecord.expires_at > now)
    record = session.scalars(select(LeaseRecord).where(*booked)).one_or_none()
    if record is None:
        raise NotBooked(target=target)
    ended = _lease_of(record)
    release(session, ended)
    return ended


def _take(session: Session, wanted: Lease, now: datetime) -> Lease:
    _make_row(session, wanted.target)
    own = and_(LeaseRecord.holder == wanted.holder, LeaseRecord.booked == wanted.booked)
    taken = (
        update(LeaseRecord)
        .where(LeaseRecord.target == wanted.target, or_(own, LeaseRecord.expires_at <= now))
        .values(
            holder=wanted.holder,
            token=LeaseRecord.token + 1,
            expires_at=wanted.expires_at,
            booked=wanted.booked,
            note=wanted.note,
        )
        .returning(LeaseRecord.token)
    )
    token = session.execute(taken).scalar_one_or_none()
    if token is None:
        raise _held(session.scalars(select(LeaseRecord).where(LeaseRecord.target == wanted.target)).one())
    return replace(wanted, token=token)


def _held(held: LeaseRecord) -> LeaseHeld:
    kind = TargetBooked if held.booked else LeaseHeld
    note = f"{held.note}." if held.note else "No reason was given."
    return kind(target=held.target, holder=held.holder, until=_shown(held.expires_at), note=note)


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def renew(session: Session, lease: Lease, ttl: timedelta, now: datetime) -> Lease:
    """Extend a lease; also one that ran out, if nobody took it since. Raises LeaseLost."""
    _change(session, lease, update(LeaseRecord).values(expires_at=now + ttl))
    return replace(lease, expires_at=now + ttl)


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
    return [_lease_of(one) for one in session.scalars(query)]


def find(session: Session, target: str) -> Lease | None:
    """Return the lease of a target that was ever held."""
    record = session.get(LeaseRecord, target)
    return _lease_of(record) if record is not None else None


def _lease_of(record: LeaseRecord) -> Lease:
    return Lease(record.target, record.holder, record.token, record.expires_at, record.booked, record.note)


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
