"""The data-set map in compact form: one line of text for each data set, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, overload

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

DELETED = "-"


@dataclass(frozen=True, slots=True)
class DataSetPair:
    """A data set before and after: its names, organization and the target volumes in order.

    ``target`` is ``-`` for one that a policy deletes from the clone.
    """

    source: str
    target: str
    organization: str
    volsers: tuple[str, ...]

    @property
    def renamed(self) -> bool:
        """Whether the name changes; a kept data set keeps it."""
        return self.target not in (self.source, DELETED)

    @property
    def deleted(self) -> bool:
        """Whether the clone will not have it."""
        return self.target == DELETED


class DataSetMap(Sequence[DataSetPair]):
    """Data-set pairs ordered by source name. Each is kept, and written to JSON, as ``SOURCE TARGET ORG VOL,VOL``."""

    __slots__ = ("lines",)

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.lines = tuple(lines)

    @classmethod
    def of(cls, pairs: Iterable[DataSetPair]) -> Self:
        """Make the map of some pairs."""
        lines = (f"{pair.source} {pair.target} {pair.organization} {','.join(pair.volsers)}" for pair in pairs)
        return cls(sorted(lines))

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataSetMap) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __iter__(self) -> Iterator[DataSetPair]:
        return map(_pair, self.lines)

    @overload
    def __getitem__(self, index: int) -> DataSetPair: ...
    @overload
    def __getitem__(self, index: slice) -> DataSetMap: ...
    def __getitem__(self, index: int | slice) -> DataSetPair | DataSetMap:
        if isinstance(index, slice):
            return DataSetMap(self.lines[index])
        return _pair(self.lines[index])

    def __repr__(self) -> str:
        return f"DataSetMap({len(self)} data sets)"

    @classmethod
    def _read(cls, lines: list[str]) -> Self:
        for line in lines:
            if line.count(" ") != 3:
                raise ValueError(f"{line!r} is not SOURCE TARGET ORGANIZATION VOLUMES")
        return cls(lines)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        from_lines = core_schema.no_info_after_validator_function(
            cls._read, core_schema.list_schema(core_schema.str_schema())
        )
        return core_schema.json_or_python_schema(
            json_schema=from_lines,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_lines]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: list(value.lines)),
        )


def _pair(line: str) -> DataSetPair:
    source, target, organization, volsers = line.split(" ")
    return DataSetPair(source, target, organization, tuple(volsers.split(",")))
