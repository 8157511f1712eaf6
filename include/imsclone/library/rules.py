"""Which words of a library member change, and to what. Pure.

Names are replaced whole or by qualifiers, never inside another name: IMSPLEX is not IMSP with something behind it.
Longer names that start with an IMSID change only if what follows the IMSID is known as a suffix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from imsclone.masks import RenameMasks

NAME_LENGTH = 8
SUFFIXES = frozenset(
    (
        *(
            "A",
            "APPL",
            "B",
            "BMP",
            "CAT",
            "CTL",
            "D",
            "DB",
            "DBRC",
            "DC",
            "DEP",
            "DLI",
            "DLS",
            "E",
            "FPR",
            "HW1",
            "HWS",
        ),
        *("IFP", "IRLM", "JBP", "JMP", "L", "M", "MPP", "MPR", "MSG", "OD", "ODBM", "OM", "OTMA", "R", "RC", "RDR"),
        *("REP", "RM", "S", "SC", "SCI", "SPOC", "SSM", "TM", "V1", "XCF", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    )
)
"""What sites put behind an IMSID in names of procedures, address spaces and members, as seen in public IMS samples."""

_QUALIFIER = re.compile(r"[A-Z@#$][A-Z0-9@#$-]{0,7}")
TOKEN = re.compile(r"[A-Z@#$][A-Z0-9@#$-]*(?:\.[A-Z@#$0-9][A-Z0-9@#$-]*)*|[A-Z0-9@#$-]+")


@dataclass(frozen=True)
class Replacement:
    """A text that is replaced wherever it stands as a word of its own."""

    find: str
    replace: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The text between word boundaries; a boundary counts only next to a letter or digit of the text."""
        before = r"(?<![A-Z0-9@#$])" if _is_word(self.find[:1]) else ""
        after = r"(?![A-Z0-9@#$])" if _is_word(self.find[-1:]) else ""
        return re.compile(before + re.escape(self.find) + after)


@dataclass(frozen=True)
class EditRules:
    """The names that change in members of the clone's libraries.

    :param volsers: source to target serials.
    :param imsids: source to target subsystem ids, of all sharing members.
    :param suffixes: what may follow an IMSID in a longer name that changes with it.
    """

    masks: RenameMasks
    volsers: Mapping[str, str] = field(default_factory=dict)
    imsids: Mapping[str, str] = field(default_factory=dict)
    replacements: tuple[Replacement, ...] = ()
    suffixes: frozenset[str] = SUFFIXES

    @cached_property
    def qualifiers(self) -> Mapping[str, str]:
        """High-level qualifiers that change as a whole, from masks such as ``IMSP.** -> IMST.**``."""
        found: dict[str, str] = {}
        for mask in self.masks.masks:
            left, right = (side.removesuffix(".**") for side in mask.sides)
            if mask.sides[0] == f"{left}.**" and _QUALIFIER.fullmatch(left):
                found.setdefault(left, right)
        return found

    def word(self, word: str) -> str:
        """Return what a word without periods becomes."""
        for names in (self.volsers, self.imsids, self.qualifiers):
            if word in names:
                return names[word]
        if len(word) <= NAME_LENGTH:
            for source, target in self.imsids.items():
                if word.startswith(source) and word[len(source) :] in self.suffixes:
                    return target + word[len(source) :]
        return word

    def dotted(self, name: str) -> str:
        """Return what a name with periods becomes."""
        renamed = self.masks.apply(name)
        return renamed.name if renamed else name

    def high_level(self, qualifiers: str) -> str:
        """Return what the front of a name becomes whose rest is a symbol, such as ``IMSP`` in ``IMSP.&LIB``."""
        renamed = self.masks.apply(f"{qualifiers}.X")
        if renamed and renamed.name.endswith(".X"):
            return renamed.name[:-2]
        return self.qualifiers.get(qualifiers, qualifiers)

    def member(self, name: str) -> str:
        """Return what a member's name becomes: member names hold IMSIDs too."""
        changed = self.word(name)
        return changed if len(changed) <= NAME_LENGTH else name


def replacements(pairs: Iterable[tuple[str, str]]) -> tuple[Replacement, ...]:
    """Return replacements of texts, the longest first, so that the order they are given in does not matter."""
    found = (Replacement(find, replace) for find, replace in pairs)
    return tuple(sorted(found, key=lambda one: -len(one.find)))


def _is_word(character: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9@#$]", character))
