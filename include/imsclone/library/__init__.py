"""Rules that bring members of PROCLIB, JOBS and JCL libraries to the clone's names."""

from imsclone.library.deck import Deck, deck
from imsclone.library.edit import EditedMember, changed, edit, words
from imsclone.library.rules import EditRules, Replacement, replacements

__all__ = ["Deck", "EditRules", "EditedMember", "Replacement", "changed", "deck", "edit", "replacements", "words"]
