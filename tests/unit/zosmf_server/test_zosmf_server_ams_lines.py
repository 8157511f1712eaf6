"""Long statements become cards that IDCAMS reads as the same statement."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.zosmf.ams import CARD_TEXT, folded
from zoslab.zosmf.errors import ZosmfError

WORDS = st.lists(st.from_regex(r"[A-Z(),.]{1,20}|'[A-Z ]{1,20}'", fullmatch=True), min_size=1, max_size=15)


@given(WORDS)
def test_cards_joined_again_are_the_statement(words):
    line = " ".join(words)
    cards = folded(line)
    assert all(len(card) <= CARD_TEXT + 1 and card.startswith(" ") for card in cards)
    joined = " ".join(re.sub(r" -$", "", card[1:]) for card in cards[:-1]) + " " * (len(cards) > 1) + cards[-1][1:]
    assert joined == line.rstrip()


def test_a_line_without_a_blank_is_refused():
    with pytest.raises(ZosmfError):
        folded("X" * 100)
