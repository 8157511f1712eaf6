"""Copy data sets of the target to other names of the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import DataSetNotCopied
from imsclone_airflow.refresh.step import RefreshStep, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.adrdssu import DataSetCopied
    from imsclone.refresh.plan import DataSetCopy
    from imsclone_airflow.jobs import JobOutput

COPY = "COPY"


class CopyWithinTarget(RefreshStep):
    """One job that copies data sets of a target whose databases are stopped; nothing of the source is held or read.

    By FlashCopy where that is possible. A volume that is the target of a copy that is not complete, such as one of a
    clone with ``copy_mode: nocopy``, cannot be the source of another: its data sets are read and written.
    """

    jcl_template = "refresh_copy.jcl"
    side = "source"
    steps = {COPY: (0,)}  # noqa: RUF012

    @property
    def copies(self) -> Sequence[DataSetCopy]:
        """What is copied."""
        raise TypeError("a concrete step has copies")

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import copy_statements

        held = {"mover": "dss", "held": False, "hold": None, "release": None}
        return spoc_values(self.refresh.source) | held | {"copies": copy_statements(self.copies, "PREFERRED")}

    def preview(self) -> None:
        if self.copies:
            super().preview()

    def read(self, output: JobOutput) -> tuple[DataSetCopied, ...]:
        from imsclone.listings import adrdssu

        return adrdssu.data_sets(output.sysprint(COPY), [one.source for one in self.copies])

    def check(self, found: tuple[DataSetCopied, ...]) -> None:
        names = {str(one.source): one.target for one in self.copies}
        for one in found:
            if one.problems or not (one.fast or one.processed):
                problem = "; ".join(map(str, one.problems)) or "no message says so"
                raise DataSetNotCopied(source=one.source, target=names[one.source], said=problem)
