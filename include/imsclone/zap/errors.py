"""What can be wrong when names in load modules and blocks are replaced. Ids CLN471 to CLN489."""

from __future__ import annotations

from imsclone.errors import CloneError


class ZapError(CloneError):
    """A name that is not replaced, because it cannot be."""


class ZapNoRoom(ZapError):
    """A new name that is longer than the field the old one stands in."""

    id = "CLN471E"
    text = "{where} offset {offset:06X}: {old} would become {new}, {length} bytes, where {room} bytes are free."
    remedy = "Shorten the right side of the rename mask, or assemble the member anew."


class IdNotFound(ZapError):
    """A module that should hold a subsystem id and does not."""

    id = "CLN472E"
    text = "Module {where} holds none of the ids {ids}."
    remedy = "Check the system's list of nucleus modules; the default id may stand in another module at your level."


class ZapRejected(ZapError):
    """VER found other bytes than were dumped."""

    id = "CLN473E"
    text = "{rejected} VER statements were rejected: {shown}"
    remedy = "The module changed since it was dumped. Dump it again."
