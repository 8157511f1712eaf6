"""A keyed permutation of the numbers below any size, in which no number stands for itself.

Large sizes: FF1 on the smallest power of two that holds them, or on the power they are, with cycle walking; its
encryption E is used as D(E(x) + step), which has no fixed point. NIST (SP 800-38G Rev. 1) requires a million values
for FF1; below that a table holds one cycle over all values (Sattolo's shuffle), made from SHAKE-256.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from array import array
from collections.abc import Callable
from functools import lru_cache

from imsclone.masking.ff1 import Ff1

TABLE_BELOW = 1_000_000
TABLES_KEPT = 64
WORD = 8

Permutation = Callable[[int], int]


class Permutations:
    """All permutations of one key and domain."""

    def __init__(self, key: bytes, domain: str) -> None:
        self.domain = domain.encode()
        self.key = key
        self.block_key = hmac.digest(key, b"imsclone ff1", "sha256")
        self.of_size = lru_cache(maxsize=TABLES_KEPT)(self._of_size)
        self.of_power = lru_cache(maxsize=TABLES_KEPT)(self._of_power)

    def _of_size(self, size: int) -> Permutation:
        """Return the permutation of 0 to ``size`` - 1."""
        if size < TABLE_BELOW:
            return _cycle(hmac.digest(self.key, b"imsclone table " + self.domain, "sha256"), size).__getitem__
        bits = (size - 1).bit_length()
        return self._walking(Ff1(self.block_key, self.domain, 2, bits), size, 1 << bits)

    def _of_power(self, radix: int, length: int) -> Permutation:
        """Return the permutation of the numbers of ``length`` digits of ``radix``."""
        size = radix**length
        if size < TABLE_BELOW:
            return self.of_size(size)
        return self._walking(Ff1(self.block_key, self.domain, radix, length), size, size)

    def _walking(self, cipher: Ff1, size: int, whole: int) -> Permutation:
        step = 1 + int.from_bytes(hmac.digest(self.key, b"imsclone step " + self.domain, "sha256"), "big") % (size - 1)
        encrypt, decrypt = cipher.encrypt, cipher.decrypt
        if size == whole:
            return lambda value: decrypt((encrypt(value) + step) % size)

        def walk(value: int) -> int:
            value = encrypt(value)
            while value >= size:
                value = encrypt(value)
            value = decrypt((value + step) % size)
            while value >= size:
                value = decrypt(value)
            return value

        return walk


@lru_cache(maxsize=TABLES_KEPT)
def _cycle(seed: bytes, size: int) -> array[int]:
    """Return a permutation that is one cycle; of one value there is only the one that changes nothing."""
    table = array("I", range(size))
    stream = array("Q", hashlib.shake_256(seed + size.to_bytes(4, "big")).digest(WORD * size))
    if sys.byteorder == "big":
        stream.byteswap()
    for place in range(size - 1, 0, -1):
        other = stream[place] % place
        table[place], table[other] = table[other], table[place]
    return table
