"""CREATE DB: a database resource of its own, without a system definition. See `zoslab.ims.type2`.

Source: IMS Commands, CREATE DB; IMS System Definition, "Adding databases dynamically to an online IMS system": a DMB
in ACBLIB is associated when the command is issued, and no online change is needed; without one the database is added
with status NOTINIT. CREATE is valid only with dynamic resource definition (MODBLKS=DYN). DEDB: completion code E4 for
an area name that is there already. LIKE and descriptors are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zoslab.ims.errors import ImsError
from zoslab.ims.om import AREA_EXISTS, EXISTS, CommandRejected, Operands, Response, Row, allow, is_generic
from zoslab.ims.rdds import ACCESS, Resource
from zoslab.ims.region import ControlRegion

_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")


@dataclass(frozen=True)
class Create:
    """A checked CREATE DB. ``access`` is ACCTYPE; that of the system default descriptor is UPD."""

    names: tuple[str, ...]
    access: str = "UPD"

    @classmethod
    def of(cls, resource: str, operands: Operands) -> Create:
        """Check the operands.

        :raises CommandRejected: naming what is wrong.
        """
        if resource != "DB":
            raise CommandRejected(f"CSLM054E CREATE {resource} IS NOT SUPPORTED; EXPECTED DB")
        allow(operands, NAME=None, SET=None)
        names = operands.get("NAME", ())
        wrong = [name for name in names if is_generic(name) or not _NAME.fullmatch(name)]
        if wrong or not names:
            raise CommandRejected(f"CSLM054E NAME({wrong[0] if wrong else ''}) IS NO NAME OF A NEW DATABASE")
        access = cls.access
        for word in operands.get("SET", ()):
            keyword, _, value = word.rstrip(")").partition("(")
            if keyword == "ACCTYPE" and value in ACCESS:
                access = value
            elif (keyword, value) != ("RESIDENT", "N"):
                raise CommandRejected(f"CSLM054E SET({keyword}({value})) IS NOT VALID WITH CREATE DB")
        return cls(names, access)

    def on(self, region: ControlRegion) -> Response:
        """Do it on one member.

        :raises ImsError: the member has no dynamic resource definition.
        """
        if not region.configuration.system.dynamic:
            raise ImsError(f"CREATE IS NOT VALID: DYNAMIC RESOURCE DEFINITION IS NOT ENABLED {region.imsid}")
        return Response(region.imsid, rows=tuple(self._one(region, name) for name in self.names))

    def _one(self, region: ControlRegion, name: str) -> Row:
        columns = {"DBName": name, "MbrName": region.imsid}
        if region.databases.has(name):
            return Row(EXISTS, {**columns, "CCText": "RESOURCE ALREADY EXISTS"})
        taken = region.databases.areas.taken(name)
        if taken:
            return Row(AREA_EXISTS, {**columns, "CCText": f"AREA {taken} ALREADY EXISTS"})
        region.definitions.create(Resource("DB", name, access=self.access))
        return Row(0, columns)
