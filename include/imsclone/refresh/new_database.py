"""What a plan says of a database that is defined on the target: which members come from where, under which names."""

from __future__ import annotations

from typing import Literal

from imsclone.names import DataSetName, MemberName
from imsclone.plan.parts import Part
from imsclone.spec.refresh import DatabaseName

MemberKind = Literal["ACBLIB", "DBDLIB", "DBD source"]
KEYS: dict[MemberKind, Literal["acblib", "dbdlib", "dbdsrc"]] = {
    "DBDLIB": "dbdlib",
    "ACBLIB": "acblib",
    "DBD source": "dbdsrc",
}
"""Where a system file names the libraries."""


class MemberCopy(Part):
    """A member to copy as it is; ``digest`` is that of its content."""

    kind: MemberKind
    source: DataSetName
    target: DataSetName
    digest: str


class RenamedDataSet(Part):
    """A data set name in the text of a load module, and what stands in its place on the target."""

    csect: MemberName
    offset: int
    source: DataSetName
    target: DataSetName


class ModuleCopy(Part):
    """A dynamic allocation member (DFSMDA) to copy with the target's data set names in it."""

    source: DataSetName
    target: DataSetName
    names: tuple[RenamedDataSet, ...]


class NewDatabase(Part):
    """A database that is defined on the target as it is on the source, under the same name."""

    name: DatabaseName
    members: tuple[MemberCopy, ...]
    module: ModuleCopy | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What is made, for people to read."""
        made = [f"{one.target}({self.name})" for one in self.members]
        made += [f"{self.module.target}({self.name})"] if self.module else []
        return (*made, "CREATE DB", "DBRC")
