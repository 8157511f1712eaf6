"""Plans of skeletons: which volumes, what must be there, what must not, what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts, ReconReference, SystemFacts, VolumeFacts
from imsclone.plan import Plan, PlanProblem, PlanRejected, make_plan, read_facts
from imsclone.spec import EnvironmentSpec, load_environment

Skeleton = Callable[..., EnvironmentSpec]

ON_SYSTEM_VOLUMES = (
    "OLP00",
    "OLP01",
    "OLP02",
    "OLS00",
    "REPO.CATPRI.RID",
    "WADS0",
    "WADS1",
    "RDS",
    "MODBLKS",
    "MODSTAT",
    "FORMAT",
    "TFORMAT",
)
OTHERS = ("REFERAL", "QBLKS", "SHMSG", "LGMSG", "MSDBCP1", "DFSTRA01", "IMSMON", "PGMLIB", "TCFSLIB")
LIBRARIES = ("SDFSRESL", "PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL", "MDALIB", "ACBLIB", "DBDLIB", "RDDS1", "RDDS2")


def ksds(cluster: str, volser: str) -> list[DataSetFacts]:
    return [DataSetFacts(f"{cluster}.{kind}", (volser,), "VS", is_component_of=cluster) for kind in ("DATA", "INDEX")]


def sample() -> SystemFacts:
    """IMSP on five volumes: system data sets on 01 to 03, an index of a database on 03, databases on 04 and 05."""
    data_sets = [
        *(DataSetFacts(f"IMSP.{name}", ("IMSP01",)) for name in LIBRARIES),
        *(DataSetFacts(f"IMSP.{name}", ("IMSP02",)) for name in (*ON_SYSTEM_VOLUMES, *OTHERS)),
        *(DataSetFacts(f"IMSP.RPT.D{n}", ("IMSP03",)) for n in range(3)),
        *(found for n in (1, 2, 3) for found in ksds(f"IMSP.RECON{n}", f"IMSP{n:02}")),
        *ksds("IMSP.DB.CUSTX", "IMSP03"),
        DataSetFacts("IMSP.DB.CUST", ("IMSP04",)),
        DataSetFacts("IMSP.DB.ACCT", ("IMSP05",)),
        DataSetFacts("IMSP.SLDS.G0001V00", ("IMSP04",)),
    ]
    entries = [CatalogEntry(one.dsname, kind_of(one), one.volsers, one.is_component_of) for one in data_sets] + [
        CatalogEntry(one, "CLUSTER") for one in sorted({one.is_component_of for one in data_sets} - {""})
    ]
    data_sets += [DataSetFacts(name, ("IMSP01",), "VS") for name in ("UCAT.IMSP", "UCAT.IMSP.CATINDEX")]
    volumes = [VolumeFacts(f"IMSP{n:02}", f"0A{0x7F + n:02X}", cylinders=60) for n in range(1, 6)]
    volumes += [VolumeFacts(f"IMSK{n:02}", f"0A{0xAF + n:02X}", cylinders=60) for n in range(1, 4)]
    references = [ReconReference("DBDS", f"IMSP.DB.{name}") for name in ("ACCT", "CUST", "CUSTX")]
    references += [ReconReference("PRIOLD", f"IMSP.OLP0{n}") for n in range(3)]
    made = SystemFacts(
        volumes=tuple(volumes),
        data_sets=tuple(data_sets),
        catalogs=(CatalogFacts("UCAT.IMSP", "IMSP01", tuple(entries), ("IMSP",)),),
        ims_active=("IMSP",),
    )
    return replace(made, recon=replace(made.recon, references=tuple(references)))


def kind_of(found: DataSetFacts) -> Any:
    return found.dsname.rpartition(".")[2] if found.is_component_of else "NONVSAM"


@pytest.fixture
def facts() -> SystemFacts:
    return sample()


@pytest.fixture
def skeleton(include: Path) -> Skeleton:
    """Load the shipped environment with other values for policies and for the source."""

    def load(policies: Mapping[str, str] | None = None, **source: Any) -> EnvironmentSpec:
        values = {"policies": dict(policies)} if policies else {}
        spec = load_environment(include / "environments" / "skel.yaml", overrides=values)
        return spec.model_copy(update={"source": spec.source.model_copy(update=source)}) if source else spec

    return load


def problems_of(spec: EnvironmentSpec, facts: SystemFacts) -> list[PlanProblem]:
    with pytest.raises(PlanRejected) as caught:
        make_plan(spec, facts)
    return [problem for problem in caught.value.problems if isinstance(problem, PlanProblem)]


def with_references(facts: SystemFacts, *more: ReconReference) -> SystemFacts:
    return replace(facts, recon=replace(facts.recon, references=(*facts.recon.references, *more)))


@pytest.fixture
def plan(skeleton: Skeleton, facts: SystemFacts) -> Plan:
    return make_plan(skeleton(), facts)


def test_only_the_volumes_of_system_data_sets_are_copied(plan: Plan) -> None:
    assert [(pair.source, pair.target) for pair in plan.volume_pairs] == [
        ("IMSP01", "IMSK01"),
        ("IMSP02", "IMSK02"),
        ("IMSP03", "IMSK03"),
    ]
    assert [(left.source, left.data_sets) for left in plan.left_out] == [("IMSP04", 2), ("IMSP05", 1)]


def test_what_is_not_copied_is_told_in_tracks_and_bytes(plan: Plan) -> None:
    assert plan.tracks_not_copied == 2 * 60 * 15
    assert plan.bytes_not_copied == 2 * 60 * 15 * 56_664
    assert plan.summary()["volumes_left_out"] == 2


def test_every_database_is_defined_and_none_is_there(plan: Plan) -> None:
    assert [pair.target for pair in plan.databases.absent] == ["IMSK.DB.ACCT", "IMSK.DB.CUST", "IMSK.DB.CUSTX"]
    assert [pair.target for pair in plan.databases.copied] == ["IMSK.DB.CUSTX"]
    assert {pair.source for pair in plan.data_sets if pair.deleted} == {"IMSP.DB.CUSTX.DATA", "IMSP.DB.CUSTX.INDEX"}


def test_entries_of_what_is_not_copied_go_and_restart_leaves_databases_alone(plan: Plan) -> None:
    assert plan.policies.orphans == "delete"
    assert plan.restart == "/ERE OVERRIDE COLDSYS."


def test_a_full_clone_is_not_touched_by_all_this(respec: Callable[..., EnvironmentSpec], facts: SystemFacts) -> None:
    volumes = [VolumeFacts(f"IMST{n:02}", f"0A{0x8F + n:02X}", cylinders=60) for n in range(1, 6)]
    made = make_plan(respec(), replace(facts, volumes=(*facts.volumes, *volumes)))
    assert len(made.volume_pairs) == 5
    assert (made.left_out, made.databases.absent, made.restart) == ((), (), "/ERE OVERRIDE COLDCOMM.")


def test_a_database_beside_system_data_sets_stops_the_plan_which_names_set_and_volume(
    skeleton: Skeleton, facts: SystemFacts
) -> None:
    found = problems_of(skeleton({"colocated": "stop"}), facts)
    assert [problem.id for problem in found] == ["CLN253E"]
    assert "IMSP.DB.CUSTX is on IMSP03" in str(found[0])
    assert "policies" in str(found[0].place)


def test_stop_is_what_is_done_when_nothing_is_said(skeleton: Skeleton, facts: SystemFacts) -> None:
    assert [problem.id for problem in problems_of(skeleton({"gdg": "rename"}), facts)] == ["CLN253E"]


def test_a_database_that_is_deleted_is_told(plan: Plan) -> None:
    assert [warning[:7] for warning in plan.warnings] == ["CLN254W"]
    assert "IMSK.DB.CUSTX on IMSK03 is deleted" in plan.warnings[0]


def test_a_database_that_is_kept_is_told_with_what_a_clone_overlays(skeleton: Skeleton, facts: SystemFacts) -> None:
    made = make_plan(skeleton({"colocated": "keep"}), facts)
    assert "IMSK.DB.CUSTX stays on IMSK03" in made.warnings[0]
    assert "overlays it" in made.warnings[0]
    assert [pair.target for pair in made.databases.absent] == ["IMSK.DB.ACCT", "IMSK.DB.CUST"]
    assert not made.databases.copied
    assert not [pair for pair in made.data_sets if pair.deleted]


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("proclib", "PROCLIB"),
        ("jobs", "JOBS"),
        ("user_jcl", "user JCL libraries"),
        ("mda", "MDA libraries"),
        ("acblib", "ACBLIB"),
    ],
)
def test_a_library_that_the_file_does_not_name_is_missed(
    skeleton: Skeleton, facts: SystemFacts, kind: str, item: str
) -> None:
    spec = skeleton()
    spec = skeleton(libraries=spec.source.libraries.model_copy(update={kind: ()}))
    missing = [problem for problem in problems_of(spec, facts) if problem.id == "CLN250E"]
    assert [problem.values["item"] for problem in missing] == [item]


@pytest.mark.parametrize(("kind", "item"), [("olds", "OLDS"), ("wads", "WADS"), ("rds", "RDS")])
def test_logs_that_the_file_does_not_name_are_missed(
    skeleton: Skeleton, facts: SystemFacts, kind: str, item: str
) -> None:
    system = skeleton().source.system_data_sets.model_copy(update={kind: ()})
    missing = [p for p in problems_of(skeleton(system_data_sets=system), with_references(facts)) if p.id == "CLN250E"]
    assert [problem.values["item"] for problem in missing] == [item]


def test_a_mask_that_covers_nothing_is_told(skeleton: Skeleton, facts: SystemFacts) -> None:
    fewer = replace(facts, data_sets=tuple(one for one in facts.data_sets if "WADS" not in one.dsname))
    found = [problem for problem in problems_of(skeleton(), fewer) if problem.id == "CLN251E"]
    assert [str(problem.values["mask"]) for problem in found] == ["IMSP.WADS%"]
    assert "imsp.yaml" in str(found[0])


def test_an_online_log_of_the_recon_that_no_mask_covers_is_told(skeleton: Skeleton, facts: SystemFacts) -> None:
    moved = with_references(facts, ReconReference("PRIOLD", "IMSP.LOG99"))
    moved = replace(moved, data_sets=(*moved.data_sets, DataSetFacts("IMSP.LOG99", ("IMSP05",))))
    assert "IMSP.LOG99" in str(next(p for p in problems_of(skeleton(), moved) if p.id == "CLN252E"))


def test_a_library_on_no_volume_of_the_source_is_told(skeleton: Skeleton, facts: SystemFacts) -> None:
    fewer = replace(facts, data_sets=tuple(one for one in facts.data_sets if one.dsname != "IMSP.ACBLIB"))
    assert "IMSP.ACBLIB" in str(next(p for p in problems_of(skeleton(), fewer) if p.id == "CLN233E"))


def test_databases_that_were_refreshed_since_are_told(skeleton: Skeleton, facts: SystemFacts) -> None:
    """One on a volume that is overlaid, one elsewhere, whose entry goes with the catalog."""
    volumes = (*facts.volumes, VolumeFacts("IMSK09", "0AC0", cylinders=60))
    there = (DataSetFacts("IMSK.DB.ACCT", ("IMSK02",)), DataSetFacts("IMSK.DB.CUST", ("IMSK09",)))
    entries = (
        CatalogEntry("IMSK.DB.ACCT", "NONVSAM", ("IMSK02",)),
        CatalogEntry("IMSK.DB.CUST", "NONVSAM", ("IMSK09",)),
    )
    catalogs = (*facts.catalogs, CatalogFacts("UCAT.IMSK", "IMSK01", entries, ("IMSK",)))
    again = replace(facts, volumes=volumes, data_sets=(*facts.data_sets, *there), catalogs=catalogs)
    said = {warning[:7]: warning for warning in make_plan(skeleton(), again).warnings}
    assert "IMSK.DB.ACCT on IMSK02" in said["CLN256W"]
    assert "IMSK.DB.CUST on IMSK09" in said["CLN257W"]


class Reader:
    """Reads from facts, and keeps which volumes it was asked for."""

    def __init__(self, facts: SystemFacts) -> None:
        self.facts = facts
        self.asked: list[Any] = []

    def volumes(self, selection: Any) -> list[VolumeFacts]:
        self.asked.append(selection)
        wanted = {*selection.volsers, *(v.volser for v in self.facts.volumes if v.unit in selection.units)}
        masked = "IMSP" if selection.masks else "-"
        return [v for v in self.facts.volumes if v.volser in wanted or v.volser.startswith(masked)]

    def data_sets(self, volsers: Any) -> list[DataSetFacts]:
        return [one for one in self.facts.data_sets if set(one.volsers) & set(volsers)]

    def catalogs(self, names: Any) -> Any:
        return self.facts.catalogs

    def recon(self, dsnames: Any) -> Any:
        return self.facts.recon

    def members(self, libraries: Any) -> dict[str, tuple[str, ...]]:
        return {}

    def ims_active(self, imsids: Any) -> tuple[str, ...]:
        return ("IMSP",)


def test_targets_are_read_only_for_the_volumes_that_are_copied(
    skeleton: Skeleton, facts: SystemFacts, plan: Plan
) -> None:
    reader = Reader(facts)
    assert make_plan(skeleton(), read_facts(reader, skeleton())).fingerprint == plan.fingerprint
    assert reader.asked[1].volsers == ("IMSK01", "IMSK02", "IMSK03")
