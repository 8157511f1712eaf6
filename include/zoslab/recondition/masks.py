"""Rename masks for data set names: ordered, the first that matches decides.

``**`` stands for any number of qualifiers, none too; ``*`` for one qualifier or a part of one; ``%`` for one
character. What a wildcard on the left matched takes the place of the same wildcard on the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

_WILDCARD = re.compile(r"\*\*|\*|%")
_MASK = re.compile(r"[A-Z0-9@#$%*-]+(\.[A-Z0-9@#$%*-]+)*")


class InvalidMask(ValueError):
    """The two sides are no rename mask; the text says why."""


class RenameMask:
    """One mask, such as ``RenameMask("IMSP.**", "IMST.**")``."""

    def __init__(self, old: str, new: str) -> None:
        for side in (old, new):
            _require_mask(side)
        if _WILDCARD.findall(old) != _WILDCARD.findall(new):
            raise InvalidMask(f"({old},{new}) does not have the same wildcards in the same order on both sides")
        self.old, self.new = old, new

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, several, after = self.old.partition("**")
        head, tail = _expression(before.removesuffix(".")), _expression(after.removeprefix("."))
        if not several:
            return re.compile(head)
        if not head:
            return re.compile(rf"(?:(.+)\.)?{tail}" if tail else "(.+)")
        return re.compile(rf"{head}(?:\.(.+))?" + (rf"\.{tail}" if tail else ""))

    @cached_property
    def _template(self) -> str:
        return _WILDCARD.sub("{}", self.new)

    def apply(self, dsname: str) -> str | None:
        """Return the new name, however long; None if the mask does not match."""
        match = self._pattern.fullmatch(dsname)
        if match is None:
            return None
        name = self._template.format(*(part or "" for part in match.groups()))
        return name if None not in match.groups() else name.strip(".").replace("..", ".")

    def __str__(self) -> str:
        return f"({self.old},{self.new})"


class RenameMasks:
    """Masks in order. Which can match at all is looked up by the first qualifier."""

    def __init__(self, masks: Iterable[RenameMask] = ()) -> None:
        self.masks = tuple(masks)
        firsts = [mask.old.partition(".")[0] for mask in self.masks]
        literal = {first for first in firsts if not _WILDCARD.search(first)}
        self._anywhere = tuple(m for m, first in zip(self.masks, firsts, strict=True) if first not in literal)
        self._by_first = {
            wanted: tuple(m for m, first in zip(self.masks, firsts, strict=True) if first not in literal - {wanted})
            for wanted in literal
        }

    def apply(self, dsname: str) -> str | None:
        """Return the new name by the first mask that matches, None if none does."""
        for mask in self._by_first.get(dsname.partition(".")[0], self._anywhere):
            new = mask.apply(dsname)
            if new is not None:
                return new
        return None

    def __bool__(self) -> bool:
        return bool(self.masks)


def _require_mask(side: str) -> None:
    if not _MASK.fullmatch(side):
        raise InvalidMask(f"{side!r} is no data set name mask")
    if side.count("**") > 1 or any("**" in part and part != "**" for part in side.split(".")):
        raise InvalidMask(f"{side!r}: ** may stand once, alone between periods")


def _expression(mask: str) -> str:
    """Return the expression for a mask without ``**``."""
    return r"\.".join("([^.]+)" if part == "*" else _part(part) for part in mask.split("."))


def _part(qualifier: str) -> str:
    groups = {"*": "([^.]*)", "%": "([^.])"}
    return "".join(groups.get(token) or re.escape(token) for token in re.split(r"([*%])", qualifier))
