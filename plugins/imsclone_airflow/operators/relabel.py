"""Write the target's serial into the label of each copied volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators import volumes
from imsclone_airflow.operators.group import VolumeGroupOperator

if TYPE_CHECKING:
    from imsclone.listings.ickdsf import Relabelled
    from imsclone.plan import VolumePair
    from imsclone_airflow.jobs import JobOutput


class RelabelOperator(VolumeGroupOperator):
    """Write the target's serial into the label of each copied volume (ICKDSF REFORMAT), then vary it online.

    VERIFY with the source's serial keeps any other volume from being written to. Run again, it leaves volumes
    alone that already carry their target serial.
    """

    jcl_template = "relabel.jcl"
    letters = "LABEL"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.left: Sequence[VolumePair] | None = None

    def is_needed(self) -> bool:
        self.left = volumes.bring_online(self.client, self.copies)
        return bool(self.left)

    def values(self) -> Mapping[str, Any]:
        return {"pairs": self.copies if self.left is None else self.left}

    def read(self, output: JobOutput) -> tuple[Relabelled, ...]:
        from imsclone.listings import ickdsf

        return ickdsf.relabelled(output.sysprint("RELABEL"))

    def check(self, found: tuple[Relabelled, ...]) -> None:
        require_relabelled(found)

    def finish(self, found: Any) -> int:
        volumes.require_online(self.client, self.copies)
        self.evidence.counts["volumes relabelled"] = len(self.copies)
        return len(self.copies)


def require_relabelled(found: Sequence[Relabelled]) -> None:
    """Raise for the first volume whose label was not written."""
    for one in found:
        if not one.done:
            said = "; ".join(map(str, one.problems)) or f"condition code {one.rc}"
            raise MessagesFound(what=f"Device {one.unit} did not get the serial {one.target}", said=said)
