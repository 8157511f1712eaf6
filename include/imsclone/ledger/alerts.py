"""Who was told what, and when: something that lasts is said at once, then again after a while, not every time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from imsclone.ledger.models import AlertRecord


def due(session: Session, what: str, since: datetime, now: datetime) -> bool:
    """Say whether something was not told since a moment; then it counts as told now."""
    record = session.get(AlertRecord, what)
    if record is not None and record.told_at > since:
        return False
    session.merge(AlertRecord(what=what, told_at=now))
    return True


def over(session: Session, what: str) -> None:
    """Forget that something was told, because it has ended."""
    record = session.get(AlertRecord, what)
    if record is not None:
        session.delete(record)
