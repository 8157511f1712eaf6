"""Text that keeps its format: each character stays in its class, and all of them together are one number.

Classes of a code page: digits, capital and small letters A to Z, other capital and small letters. Everything else
(blanks, punctuation) stays where it is. The number is of mixed radix, so that values of one pattern are permuted as
a whole and stay different from each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from imsclone.listings import code_page as _registers_cp1047  # noqa: F401
from imsclone.masking.permutation import Permutation, Permutations

FIXED, DIGIT, UPPER, LOWER, OTHER_UPPER, OTHER_LOWER = range(6)
PATTERNS_KEPT = 4096


def _class_of(letter: str) -> int:
    if letter.isascii():
        classes = ((letter.isdigit(), DIGIT), (letter.isupper(), UPPER), (letter.islower(), LOWER))
    else:
        classes = ((letter.isupper(), OTHER_UPPER), (letter.islower(), OTHER_LOWER), (False, FIXED))
    return next((number for holds, number in classes if holds), FIXED)


@dataclass(frozen=True)
class Alphabet:
    """The characters of a code page by class: ``classes`` and ``ranks`` by byte, ``members`` by class."""

    classes: bytes
    ranks: bytes
    members: tuple[bytes, ...]

    def pattern(self, value: bytes) -> bytes:
        """Return the class of each character."""
        return value.translate(self.classes)


@lru_cache
def alphabet(code_page: str) -> Alphabet:
    """Return the alphabet of a code page."""
    letters = [bytes([code]).decode(code_page, errors="replace") for code in range(256)]
    classes = bytes(_class_of(letter) if len(letter) == 1 and letter != "\ufffd" else FIXED for letter in letters)
    members = tuple(bytes(code for code in range(256) if classes[code] == number) for number in range(6))
    ranks = bytes(0 if not one else members[one].index(code) for code, one in enumerate(classes))
    return Alphabet(classes, ranks, members)


class KeepFormat:
    """Substitutes each value by another of the same pattern."""

    def __init__(self, permutations: Permutations, code_page: str) -> None:
        self.permutations = permutations
        self.alphabet = alphabet(code_page)
        self._plan = lru_cache(maxsize=PATTERNS_KEPT)(self._plan_of)

    def _plan_of(self, pattern: bytes) -> tuple[tuple[int, ...], tuple[bytes, ...], Permutation | None]:
        """Return the places that change, their members, and the permutation of all values of a pattern."""
        places = tuple(place for place, one in enumerate(pattern) if one)
        members = tuple(self.alphabet.members[pattern[place]] for place in places)
        radices = {len(one) for one in members}
        if not members:
            return (), (), None
        if len(radices) == 1:
            return places, members, self.permutations.of_power(radices.pop(), len(members))
        size = 1
        for one in members:
            size *= len(one)
        return places, members, self.permutations.of_size(size)

    def __call__(self, value: bytes) -> bytes:
        places, members, permutation = self._plan(self.alphabet.pattern(value))
        if permutation is None:
            return value
        ranks = self.alphabet.ranks
        number = 0
        for place, one in zip(places, members, strict=True):
            number = number * len(one) + ranks[value[place]]
        number = permutation(number)
        made = bytearray(value)
        for place, one in zip(reversed(places), reversed(members), strict=True):
            number, rank = divmod(number, len(one))
            made[place] = one[rank]
        return bytes(made)
