"""The ledger's database: SQLite or Postgres, its schema, and transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from imsclone.ledger.errors import LedgerUnreachable

ADVISORY_LOCK = 0x434C4E31


class Database:
    """One database, with the clock that its rows are written by."""

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        try:
            self.url = make_url(url)
            self.engine = sa.create_engine(self.url, pool_pre_ping=True)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise LedgerUnreachable(url=url.partition("://")[0], reason=str(error).split("\n")[0]) from error
        if self.url.get_backend_name() == "sqlite":
            sa.event.listen(self.engine, "connect", _sqlite_settings)
            sa.event.listen(self.engine, "begin", _begin_at_once)

    def upgrade(self) -> None:
        """Bring the tables to the newest version; does nothing if they are."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
        with self._transaction(alone=True) as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, alone: bool = False) -> Iterator[Session]:
        """Open a transaction; ``alone`` keeps others that also want to be alone out until it ends."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                if alone and self.url.get_backend_name() == "postgresql":
                    session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
                yield session
        except DBAPIError as error:
            reason = str(error.orig).strip().split("\n")[0]
            raise LedgerUnreachable(url=self.url.render_as_string(), reason=reason) from error


def _sqlite_settings(connection: Any, record: object) -> None:
    """Let writers wait for each other, readers never, and transactions begin where SQLAlchemy says."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_at_once(connection: sa.Connection) -> None:
    """Take SQLite's write lock at the start: two transactions that both read, then write, would deadlock."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
