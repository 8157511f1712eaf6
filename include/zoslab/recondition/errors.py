"""What can keep a volume from being reconditioned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One message: ``RCDnnn`` with its severity I, W or E."""

    code: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.code.endswith("E")

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class InvalidRequest(Exception):
    """What was asked for contradicts itself; nothing was looked at.

    :ivar problems: all that is wrong with it.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
