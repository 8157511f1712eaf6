"""Format-preserving encryption FF1 over AES. Source: NIST SP 800-38G, algorithms 6 to 8 (REVCBC is CBC-MAC).

Numeral strings are numbers here: a string of ``length`` numerals of ``radix`` is its value. AES is the one of the
package cryptography; what the tests check is the samples that NIST publishes with the standard.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

ROUNDS = 10
BLOCK = 16


class Ff1:
    """FF1 with one key, tweak, radix and length. Not for two threads at once."""

    def __init__(self, key: bytes, tweak: bytes, radix: int, length: int) -> None:
        self.left = length // 2
        self.right = length - self.left
        self.modulus: tuple[int, int] = (radix**self.left, radix**self.right)
        self.bytes: int = ((radix**self.right - 1).bit_length() + 7) // 8
        self.wanted: int = 4 * -(-self.bytes // 4) + 4
        self.cipher: Callable[[bytes], bytes] = Cipher(AES(key), ECB()).encryptor().update
        head = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([ROUNDS, self.left % 256])
        head += length.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
        fixed = head + tweak + bytes(-(len(tweak) + self.bytes + 1) % BLOCK)
        whole = len(fixed) // BLOCK * BLOCK
        self.state = self._absorb(0, fixed[:whole])
        self.rest = fixed[whole:]
        self.one_block = len(self.rest) + 1 + self.bytes == BLOCK
        self.marks = [int.from_bytes(self.rest + bytes([i]) + bytes(self.bytes), "big") for i in range(ROUNDS)]

    def _absorb(self, state: int, text: bytes) -> int:
        for start in range(0, len(text), BLOCK):
            mixed = state ^ int.from_bytes(text[start : start + BLOCK], "big")
            state = int.from_bytes(self.cipher(mixed.to_bytes(BLOCK, "big")), "big")
        return state

    def _round(self, number: int, half: int) -> int:
        """Return y of step 6.iv for one round."""
        mixed = self.marks[number] + half
        if self.one_block:
            first = int.from_bytes(self.cipher((self.state ^ mixed).to_bytes(BLOCK, "big")), "big")
        else:
            first = self._absorb(self.state, mixed.to_bytes(len(self.rest) + 1 + self.bytes, "big"))
        if self.wanted <= BLOCK:
            return first >> 8 * (BLOCK - self.wanted)
        made = first.to_bytes(BLOCK, "big")
        for more in range(1, -(-self.wanted // BLOCK)):
            made += self.cipher((first ^ more).to_bytes(BLOCK, "big"))
        return int.from_bytes(made[: self.wanted], "big")

    def encrypt(self, value: int) -> int:
        """Return the number that stands for ``value``."""
        first, second = divmod(value, self.modulus[1])
        for number in range(ROUNDS):
            first, second = second, (first + self._round(number, second)) % self.modulus[number % 2]
        return first * self.modulus[1] + second

    def decrypt(self, value: int) -> int:
        """Return the number that ``value`` stands for."""
        first, second = divmod(value, self.modulus[1])
        for number in reversed(range(ROUNDS)):
            first, second = (second - self._round(number, first)) % self.modulus[number % 2], first
        return first * self.modulus[1] + second
