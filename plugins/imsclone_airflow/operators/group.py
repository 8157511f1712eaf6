"""A step that is mapped over groups of volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone.plan import Plan, VolumeGroup, VolumePair


class VolumeGroupOperator(ZosJobOperator):
    """One job for each group of volumes.

    :param group: one of the groups the plan task returned: its number, and its volumes for people to read.
    """

    template_fields: Sequence[str] = (*ZosJobOperator.template_fields, "group")

    def __init__(self, *, group: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.group = group

    @cached_property
    def volume_group(self) -> VolumeGroup:
        """The group as the plan has it."""
        number = int(self.group["number"])
        return next(group for group in self.the_plan.groups if group.number == number)

    def job_letters(self) -> str:
        """Return the job name's letters with the group's number: JES runs one job of a name at a time."""
        return f"{self.letters[:3]}{self.volume_group.number % 100:02d}"

    @property
    def pairs(self) -> tuple[VolumePair, ...]:
        """The group's volume pairs."""
        return self.volume_group.pairs

    @property
    def copies(self) -> tuple[VolumePair, ...]:
        """The group's pairs as the copy of whole volumes sees them: with staging volumes these are the targets."""
        return self.volume_group.copies


def group_documents(plan: Plan) -> list[Mapping[str, Any]]:
    """Return the groups of a plan, small, to map tasks over."""
    return [
        {"number": group.number, "volumes": f"{group.pairs[0].target} to {group.pairs[-1].target}"}
        for group in plan.groups
    ]
