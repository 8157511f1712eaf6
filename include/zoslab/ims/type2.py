"""Type-2 commands, and type-1 commands that come through the Operations Manager, on the members of an IMSplex.

Source: IMS Commands, CREATE DB, UPDATE DB, UPDATE AREA, UPDATE DATAGRP; ims.md section 3. START and STOP(QUIESCE) are
processed once for the IMSplex, by the command master; everything else by each member for itself. HALDB partitions
are named in UPDATE DB: there is no resource type PART.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.ims import subsystems
from zoslab.ims.commands import command as type1
from zoslab.ims.om import CommandRejected, Response, Row, is_type2, parse
from zoslab.ims.region import ControlRegion
from zoslab.ims.type2_create import Create
from zoslab.ims.type2_query import query
from zoslab.ims.type2_update import Update

__all__ = ["CommandRejected", "Response", "Row", "execute", "execute_all"]


def execute(region: ControlRegion, text: str) -> Response:
    """Carry out a command on one member.

    :raises CommandRejected: it is not understood.
    """
    if not is_type2(text):
        entered = text if text.startswith("/") else f"/{text}"
        return Response(region.imsid, lines=tuple(type1(region, entered)))
    verb, resource, operands = parse(text)
    if verb == "QUERY":
        return query(region, resource, operands)
    if verb == "CREATE":
        create = Create.of(resource, operands)
        with region.as_itself():
            return create.on(region)
    update = Update.of(resource, operands)
    with region.as_itself():
        if update.quiesces:
            return update.quiesce([region, *subsystems.peers(region)])
        return update.on(region)


def execute_all(regions: Sequence[ControlRegion], text: str) -> list[Response]:
    """Carry out a command on several members, or on the first one for all of them if it is that kind of command.

    :raises CommandRejected: it is not understood.
    """
    if is_type2(text):
        verb, resource, operands = parse(text)
        if verb == "UPDATE" and Update.of(resource, operands).quiesces:
            return [execute(regions[0], text)]
    return [execute(region, text) for region in regions]
