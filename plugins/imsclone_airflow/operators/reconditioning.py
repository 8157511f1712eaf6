"""The two ways to give copied data sets their new names: in place by a program, or by physical data set copy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators import volumes

if TYPE_CHECKING:
    from imsclone.listings import adrdssu, volrcond
    from imsclone.plan import Plan, VolumeGroup
    from imsclone.plan.parts import CatalogPair
    from imsclone_airflow.jobs import JobOutput
    from imsclone_airflow.operators.job import ZosJobOperator

WARNING = 4
VTOC_ENTRIES = 50
"""DSCBs on a track of a 3390."""
LEAST_VTOC, LEAST_INDEX = 14, 15


class Reconditioning(ABC):
    """One way."""

    rename_template: ClassVar[str]
    rename_steps: ClassVar[Mapping[str, Collection[int]]] = {}
    recatalog_template: ClassVar[str]

    @abstractmethod
    def make_room(self, step: ZosJobOperator) -> None:
        """Make the target volumes ready, once the clone before has let go of them."""

    @abstractmethod
    def rename_values(self, plan: Plan, group: VolumeGroup) -> Mapping[str, Any]:
        """Return the values of the template that renames on the volumes of a group."""

    @abstractmethod
    def renamed(self, output: JobOutput) -> Mapping[str, int]:
        """Return the figures of a renaming that did its work. Raises MessagesFound."""

    def recatalog_steps(self, plan: Plan) -> Mapping[str, Collection[int]]:
        """Return what steps of the job that makes the catalogs known may end with, beside 0."""
        return {}

    @abstractmethod
    def recatalog_values(self, plan: Plan) -> Mapping[str, Any]:
        """Return the values of the template that makes the catalogs known."""

    def recataloged(self, plan: Plan, output: JobOutput) -> Mapping[str, int]:
        """Return further figures of a job that made the catalogs known. Raises MessagesFound."""
        return {}

    @abstractmethod
    def let_go(self, step: ZosJobOperator, connected: Sequence[CatalogPair]) -> None:
        """Take catalogs that an earlier try connected out of the master catalog."""


class InPlace(Reconditioning):
    """VOLRCOND, or a site's own product in its place."""

    rename_template = "rename.jcl"
    recatalog_template = "recatalog.jcl"

    def make_room(self, step: ZosJobOperator) -> None:
        """The copy of the volumes overlays them."""

    def rename_values(self, plan: Plan, group: VolumeGroup) -> Mapping[str, Any]:
        return {
            "pairs": group.pairs,
            "all_pairs": plan.volume_pairs,
            "masks": plan.masks,
            "catalogs": group.catalogs,
            "all_catalogs": (),
            "policies": plan.policies,
            "simulate": False,
            "steplib": (),
        }

    def renamed(self, output: JobOutput) -> Mapping[str, int]:
        from imsclone.listings import volrcond

        found: volrcond.Run = volrcond.run(output.sysprint("RENAME"))
        if found.rc or found.problems:
            said = "; ".join(map(str, found.problems)) or f"return code {found.rc}"
            raise MessagesFound(what="Renaming was not completed", said=said)
        records = sum(one.renamed for one in found.catalogs)
        return {"data sets renamed": found.renamed, "catalog records renamed": records}

    def recatalog_values(self, plan: Plan) -> Mapping[str, Any]:
        return {}

    def let_go(self, step: ZosJobOperator, connected: Sequence[CatalogPair]) -> None:
        step.auxiliary(f"disconnect{step.desk.attempt()}", "retire.jcl", {"catalogs": connected})


class DataSetCopy(Reconditioning):
    """DFSMSdss from staging volumes; what the clone before had on the targets goes first."""

    rename_template = "rename_dss.jcl"
    rename_steps: ClassVar[Mapping[str, Collection[int]]] = {"COPY": (0, WARNING)}
    recatalog_template = "recatalog_dss.jcl"

    def make_room(self, step: ZosJobOperator) -> None:
        plan = step.the_plan
        most = max(pair.data_sets for pair in plan.volume_pairs)
        tracks = max(LEAST_VTOC, -(-3 * most // VTOC_ENTRIES))
        values = {"pairs": plan.volume_pairs, "vtoc_tracks": tracks, "index_tracks": max(LEAST_INDEX, tracks)}
        if step.desk.find("empty") is None:
            volumes.vary_offline(step.client, plan.volume_pairs)
        step.auxiliary("empty", "empty_targets.jcl", values)
        volumes.require_online(step.client, plan.volume_pairs)
        step.auxiliary("define", "define_catalogs.jcl", {"catalogs": plan.catalogs})

    def rename_values(self, plan: Plan, group: VolumeGroup) -> Mapping[str, Any]:
        excluded = {pair.target: list(plan.recataloging.excluded) for pair in group.pairs}
        for part in plan.recataloging.later:
            if part.target in excluded:
                excluded[part.target].append(part.name)
        return {"pairs": group.pairs, "masks": plan.masks, "excluded": excluded}

    def renamed(self, output: JobOutput) -> Mapping[str, int]:
        return {"data sets renamed": require_data_sets_copied(output.sysprint("COPY"))}

    def recatalog_steps(self, plan: Plan) -> Mapping[str, Collection[int]]:
        return {"LATER": (0, WARNING)} if plan.recataloging.later else {}

    def recatalog_values(self, plan: Plan) -> Mapping[str, Any]:
        what = plan.recataloging
        return {
            "masks": plan.masks,
            "later": what.later,
            "groups": what.groups,
            "nonvsam": what.nonvsam,
            "clusters": what.clusters,
        }

    def recataloged(self, plan: Plan, output: JobOutput) -> Mapping[str, int]:
        what = plan.recataloging
        entries = {"entries defined": len(what.groups) + len(what.nonvsam) + len(what.clusters)}
        if not what.later:
            return entries
        count = require_data_sets_copied(output.sysprint("LATER"))
        if count != len(what.later):
            said = f"{count} of {len(what.later)}"
            raise MessagesFound(what="Parts of data sets on further volumes were not all copied", said=said)
        return {**entries, "data sets continued": count}

    def let_go(self, step: ZosJobOperator, connected: Sequence[CatalogPair]) -> None:
        step.auxiliary(f"delete{step.desk.attempt()}", "delete_catalogs.jcl", {"catalogs": connected})


def require_data_sets_copied(listing: str) -> int:
    """Return how many data sets were copied under new names. Raises MessagesFound when one was not."""
    from imsclone.listings import adrdssu

    found: adrdssu.Run = adrdssu.run(listing)
    problems = [one for one in found.messages if one.severity in "EST" or one.id == "ADR455W"]
    if problems or found.highest_rc > WARNING:
        said = "; ".join(map(str, problems)) or f"return code {found.highest_rc}"
        raise MessagesFound(what="Data sets were not copied", said=said)
    return sum(one.id == "ADR711I" for one in found.messages)


RECONDITIONING: Mapping[str, Reconditioning] = {"volrcond": InPlace(), "dss": DataSetCopy()}
