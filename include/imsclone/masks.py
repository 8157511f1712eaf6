"""Rules that give one name for another: ordered rename masks for data sets, pairing rules for volumes. Pure.

In a data set mask ``**`` stands for any number of qualifiers (none, too), ``*`` for one qualifier or any part of
one, ``%`` for one character. In a volume rule ``#`` stands for one letter or
digit. What a wildcard on the left matched
takes the place of the same wildcard on the right, so both sides have the same wildcards in the same order.
Of several masks the first that matches a name decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from imsclone.names import DATA_SET_NAME_LENGTH, QUALIFIER_LENGTH, DataSetName, Name, Volser

_WILDCARD = re.compile(r"\*\*|\*|%")
_MASK_QUALIFIER = re.compile(r"[A-Z0-9@#$%*-]+")
_LITERAL_START = re.compile(r"[A-Z@#$%*]")


class Arrow(Name):
    """Two names written ``LEFT -> RIGHT``."""

    rule = "two names, written LEFT -> RIGHT"
    pattern = re.compile(r"\S+ -> \S+")
    length = 2 * DATA_SET_NAME_LENGTH + 4

    @classmethod
    def fold(cls, value: str) -> str:
        return " -> ".join(side.strip(" ") for side in value.upper().split("->"))

    @classmethod
    def broken_rule(cls, name: str) -> str:
        if cls.pattern.fullmatch(name) is None or len(name) > cls.length:
            return cls.rule
        left, _, right = name.partition(" -> ")
        return cls.broken_pair(left, right)

    @classmethod
    def broken_pair(cls, left: str, right: str) -> str:
        """Say which rule the two sides break; empty if none."""
        return ""

    @cached_property
    def sides(self) -> tuple[str, str]:
        """The left and the right name."""
        left, _, right = self.partition(" -> ")
        return left, right


class VolumePairText(Arrow):
    """One volume pair of a list, such as ``IMSP01 -> IMST01``."""

    rule = "a source and a target volume serial of 1 to 6 characters, written IMSP01 -> IMST01"

    @classmethod
    def broken_pair(cls, left: str, right: str) -> str:
        return "" if not Volser.broken_rule(left) and not Volser.broken_rule(right) else cls.rule


class CatalogPairText(Arrow):
    """A user catalog and what its copy is called, such as ``UCAT.IMSP -> UCAT.IMST``."""

    rule = "two catalog names (data set names), written UCAT.IMSP -> UCAT.IMST"

    @classmethod
    def broken_pair(cls, left: str, right: str) -> str:
        return "" if not DataSetName.broken_rule(left) and not DataSetName.broken_rule(right) else cls.rule


class VolumeRule(Arrow):
    """A rule that gives a target volume for each source volume, such as ``IMSP## -> IMST##``."""

    rule = "two volume serials with as many # on the left as on the right, written IMSP## -> IMST##"
    _serial: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z0-9@#$][A-Z0-9@#$-]{0,5}")

    @classmethod
    def broken_pair(cls, left: str, right: str) -> str:
        fits = cls._serial.fullmatch(left) and cls._serial.fullmatch(right) and left.count("#") == right.count("#")
        return "" if fits and "#" in left else cls.rule

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], str]:
        left, right = self.sides
        return re.compile("([A-Z0-9@#$])".join(re.escape(part) for part in left.split("#"))), right.replace("#", "{}")

    def target(self, volser: str) -> Volser | None:
        """Give the target's serial; None if the rule does not match."""
        pattern, template = self._compiled
        match = pattern.fullmatch(volser)
        return Volser(template.format(*match.groups())) if match else None


class RenameMask(Arrow):
    """One rename mask, such as ``IMSP.** -> IMST.**``."""

    rule = "two data set masks with the same wildcards (**, *, %) in the same order, written IMSP.** -> IMST.**"

    @classmethod
    def broken_pair(cls, left: str, right: str) -> str:
        for side in (left, right):
            broken = broken_mask(side)
            if broken:
                return broken
        return "" if _WILDCARD.findall(left) == _WILDCARD.findall(right) else cls.rule

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return compile_mask(self.sides[0])

    @cached_property
    def _target_pattern(self) -> re.Pattern[str]:
        return compile_mask(self.sides[1])

    @cached_property
    def _template(self) -> str:
        return _WILDCARD.sub("{}", self.sides[1])

    def apply(self, dsname: str) -> str | None:
        """Give the new name, whatever its length; None if the mask does not match."""
        match = self._pattern.fullmatch(dsname)
        if match is None:
            return None
        captured = [group or "" for group in match.groups()]
        return self._template.format(*captured).strip(".").replace("..", ".")

    def could_make(self, dsname: str) -> bool:
        """Whether a name has the form of the right side."""
        return self._target_pattern.fullmatch(dsname) is not None


class DataSetMask(Name):
    """A mask over data set names, such as ``IMSP.OLP%%`` or ``IMSP.MSDB*``."""

    rule = "a data set mask with **, * and % as wildcards"
    pattern = re.compile(r"\S+")
    length = DATA_SET_NAME_LENGTH

    @classmethod
    def broken_rule(cls, name: str) -> str:
        return super().broken_rule(name) or broken_mask(name)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return compile_mask(self)

    def matches(self, dsname: str) -> bool:
        """Whether the mask covers a name."""
        return self._pattern.fullmatch(dsname) is not None


def broken_mask(mask: str) -> str:
    """Say what is wrong with a data set mask; empty if nothing is."""
    for qualifier in mask.split("."):
        literal = _WILDCARD.sub("", qualifier)
        if not _MASK_QUALIFIER.fullmatch(qualifier) or not _LITERAL_START.match(qualifier):
            return f"a mask of qualifiers that each start with a letter, @, #, $ or a wildcard; {qualifier!r} does not"
        if len(literal) + qualifier.count("%") > QUALIFIER_LENGTH:
            return f"a mask of qualifiers of 1 to 8 characters; {qualifier!r} has more"
        if "**" in qualifier and qualifier != "**":
            return f"a mask in which ** stands alone between periods; {qualifier!r} does not"
    if mask.count("**") > 1:
        return "a mask with ** at most once"
    return "" if len(_WILDCARD.sub("", mask).strip(".")) <= DATA_SET_NAME_LENGTH else "a mask of 1 to 44 characters"


def compile_mask(mask: str) -> re.Pattern[str]:
    """Make the regular expression of a mask, with one group for each wildcard."""
    head, found, tail = mask.partition("**")
    before, after = _expression(head.rstrip(".")), _expression(tail.lstrip("."))
    if not found:
        return re.compile(before)
    if not before:
        return re.compile(rf"(?:(.+)\.)?{after}" if after else "(.+)")
    return re.compile(rf"{before}(?:\.(.+))?" + (rf"\.{after}" if after else ""))


def _expression(mask: str) -> str:
    """Translate a mask without **."""
    qualifiers = ["([^.]+)" if qualifier == "*" else _part(qualifier) for qualifier in mask.split(".")]
    return r"\.".join(qualifiers)


def _part(qualifier: str) -> str:
    groups = {"*": "([^.]*)", "%": "([^.])"}
    return "".join(groups.get(token) or re.escape(token) for token in re.split(r"([*%])", qualifier))


@dataclass(frozen=True)
class Renamed:
    """A new name and the number of the mask that made it, counted from 0."""

    name: str
    mask: int


class RenameMasks:
    """Ordered rename masks: the first that matches a name decides."""

    def __init__(self, masks: Iterable[RenameMask]) -> None:
        self.masks: Sequence[RenameMask] = tuple(masks)
        self._by_first = _by_first_qualifier([mask.sides[0] for mask in self.masks])
        self._by_target = _by_first_qualifier([mask.sides[1] for mask in self.masks])

    def apply(self, dsname: str) -> Renamed | None:
        """Give the new name; None if no mask matches."""
        for number in self._by_first.get(dsname.partition(".")[0], self._by_first[""]):
            renamed = self.masks[number].apply(dsname)
            if renamed is not None:
                return Renamed(renamed, number)
        return None

    def could_have_made(self, dsname: str) -> bool:
        """Whether a name may be one that these masks gave."""
        candidates = self._by_target.get(dsname.partition(".")[0], self._by_target[""])
        return any(self.masks[number].could_make(dsname) for number in candidates)


def _by_first_qualifier(masks: Sequence[str]) -> dict[str, list[int]]:
    """Say for each literal first qualifier which masks can match; under "" those that can match any."""
    firsts = ["" if _WILDCARD.search(first) else first for first in (mask.partition(".")[0] for mask in masks)]
    return {chosen: [n for n, first in enumerate(firsts) if first in ("", chosen)] for chosen in {"", *firsts}}
