"""What a pointer check found: counts by segment type and pointer type, and a row for each error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PointerError:
    """A pointer or a block that is wrong: ``source`` and ``target`` are RBAs, 0 if there is none.

    ``block`` and ``offset`` say where to look: at the pointer, or for a segment without one at the segment.
    """

    database: str
    ddname: str
    pointer: str
    source: int
    target: int
    text: str
    block: int = 0
    offset: int = 0

    def __str__(self) -> str:
        return (
            f"{self.database:8} {self.ddname:8} {self.pointer:6} {self.source:08X} {self.target:08X} "
            f"{self.block:8} {self.offset:5} {self.text}"
        )


@dataclass
class PointerReport:
    """What a check found: segments by type, pointers by type, errors."""

    database: str
    segments: Counter[str] = field(default_factory=Counter)
    pointers: Counter[str] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    errors: list[PointerError] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        found = [f"DATABASE {self.database}"]
        found += [f"  DATA SET {name:8} {count:10} BLOCKS" for name, count in sorted(self.blocks.items())]
        found += [f"  SEGMENT  {name:8} {count:10}" for name, count in sorted(self.segments.items())]
        found += [f"  POINTER  {name:8} {count:10}" for name, count in sorted(self.pointers.items())]
        if self.errors:
            found.append("  DATABASE DD       POINT. SOURCE   TARGET      BLOCK OFFSET ERROR")
        return [*found, *(f"  {error}" for error in self.errors), f"  ERRORS {len(self.errors)}"]
