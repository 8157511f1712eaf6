"""A database as one IMS knows it: whether it is open, what is stopped, with which access it may be opened.

Source: QUERY DB, local status: STOACC STOSCHD STOUPDS LOCK OPEN NOTOPEN ALLOCS; /START DB ACCESS=, RO RD UP EX.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zoslab.ims.assemble import Allocated
from zoslab.ims.database import Database

STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES, LOCKED = "STOACC", "STOSCHD", "STOUPDS", "LOCK"
BACKOUT_FAILED = "BACKOUT"
NOT_INITIALISED = "NOTINIT"
REFUSING = frozenset({STOPPED_ACCESS, STOPPED_SCHEDULING, LOCKED})
UPDATE_ACCESS = ("UP", "EX")


@dataclass
class DatabaseEntry:
    """A database or HALDB partition that is defined to this IMS; ``database`` is None while it is not open.

    One that is not ``initialised`` had no ACBLIB member when IMS learned of it (NOTINIT): it cannot be used.
    """

    name: str
    database: Database | None = None
    stops: set[str] = field(default_factory=set)
    data_sets: list[Allocated] = field(default_factory=list)
    access: str = "UP"
    master: str = ""
    initialised: bool = True

    @property
    def refuses(self) -> bool:
        """Whether programs may not use it at all."""
        return bool(self.stops & REFUSING)

    @property
    def intent(self) -> str:
        """The access it is authorized with when it is opened."""
        return "RD" if STOPPED_UPDATES in self.stops and self.access in UPDATE_ACCESS else self.access
