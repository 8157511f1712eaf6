"""What can be wrong with an unloaded database. Ids CLN821 to CLN829."""

from __future__ import annotations

from imsclone.errors import CloneError


class UnloadProblem(CloneError):
    """A file that is not taken as an unloaded database."""


class NotUnload(UnloadProblem):
    """A file does not begin as an HD unload does."""

    id = "CLN821E"
    text = "{file} is not an HD unload: {said}."
    remedy = (
        "Give the output of DFSURGU0 (DD DFSURGU1), transferred binary with its record lengths (RDW or z/OSMF record)."
    )


class UnloadCut(UnloadProblem):
    """A file ends within a record."""

    id = "CLN822E"
    text = "{file} ends at byte {offset} within a record."
    remedy = "The transfer or the disk was cut short. Transfer the file again."


class UnloadBroken(UnloadProblem):
    """A record of a file cannot be."""

    id = "CLN823E"
    text = "{file} record {number}: {said}."
    remedy = "The file is damaged or of another definition. Unload the database again with the DBD that is given."


class UnloadOfOther(UnloadProblem):
    """A file holds another database than the definitions that are given."""

    id = "CLN824E"
    text = "{file} is an unload of database {found}, and the definitions given are of {known}."
    remedy = "Give the DBD source of {found}."
