"""FF1 against NIST's samples, and permutations of any size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imsclone.masking.ff1 import Ff1
from imsclone.masking.permutation import TABLE_BELOW, Permutations

KEY = b"a masking key of the tests"
AES_KEYS = [
    "2B7E151628AED2A6ABF7158809CF4F3C",
    "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F",
    "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94",
]


@pytest.mark.parametrize(
    ("key", "plain", "tweaked", "letters"),
    list(
        zip(
            AES_KEYS,
            [2433477484, 2830668132, 6657667009],
            [6124200773, 2496655549, 1001623463],
            ["a9tv40mll9kdu509eum", "xbj3kv35jrawxv32ysr", "xs8a0azh2avyalyzuwd"],
            strict=True,
        )
    ),
)
def test_ff1_gives_what_nist_publishes(key: str, plain: int, tweaked: int, letters: str) -> None:
    """FF1samples.pdf of the NIST cryptographic standards and guidelines, samples 1 to 9."""
    aes = bytes.fromhex(key)
    assert Ff1(aes, b"", 10, 10).encrypt(123456789) == plain
    assert Ff1(aes, b"9876543210", 10, 10).encrypt(123456789) == tweaked
    assert Ff1(aes, b"7777pqrs777", 36, 19).encrypt(int("0123456789abcdefghi", 36)) == int(letters, 36)


@given(radix=st.sampled_from([2, 10, 26, 256]), length=st.integers(2, 90), tweak=st.binary(max_size=20), data=st.data())
@settings(max_examples=60, deadline=None)
def test_ff1_is_undone_by_its_inverse(radix: int, length: int, tweak: bytes, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, radix**length - 1))
    cipher = Ff1(bytes(32), tweak, radix, length)
    made = cipher.encrypt(value)
    assert 0 <= made < radix**length
    assert cipher.decrypt(made) == value


@pytest.mark.parametrize("size", [2, 10, 99, 100, 676, 26000])
def test_a_small_permutation_reaches_every_number_once_and_none_stays(size: int) -> None:
    permutation = Permutations(KEY, "").of_size(size)
    made = [permutation(number) for number in range(size)]
    assert sorted(made) == list(range(size))
    assert all(one != number for number, one in enumerate(made))


@given(numbers=st.sets(st.integers(0, TABLE_BELOW * 7 - 1), min_size=2, max_size=40))
@settings(max_examples=30, deadline=None)
def test_a_large_permutation_keeps_numbers_apart_and_within(numbers: set[int]) -> None:
    permutation = Permutations(KEY, "").of_size(TABLE_BELOW * 7)
    made = {permutation(number) for number in numbers}
    assert len(made) == len(numbers)
    assert all(0 <= one < TABLE_BELOW * 7 for one in made)
    assert all(permutation(number) != number for number in numbers)
