"""Plans with reconditioning dss: staging volumes, and the entries of the clone's catalogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imsclone.facts import CatalogEntry, DataSetFacts, SystemFacts, VolumeFacts
from imsclone.plan import Plan, PlanProblem, PlanRejected, make_plan
from imsclone.spec import EnvironmentSpec

Respec = Callable[..., EnvironmentSpec]
RULES = {"rule": "IMSP## -> IMST##", "staging": "IMSP## -> IMSS##"}


@pytest.fixture
def spec(respec: Respec) -> EnvironmentSpec:
    return respec(reconditioning="dss", volumes=RULES)


@pytest.fixture
def staged(facts: SystemFacts) -> SystemFacts:
    """The sample with staging volumes, a generation, and attributes as LISTCAT gives them."""
    volumes = [VolumeFacts(f"IMSS{n:02}", f"0AC{n}", cylinders=100) for n in range(1, 7)]
    first, *others = facts.catalogs
    entries = [
        replace(entry, limit=7, attributes=frozenset({"SCRATCH"})) if entry.kind == "GDG" else entry
        for entry in first.entries
        if entry.name != "IMSP.SLDS.G0001V00"
    ]
    entries.append(CatalogEntry("IMSP.SLDS.G0001V00", "GDS", ("IMSP03",), "IMSP.SLDS"))
    catalogs = (replace(first, entries=tuple(entries)), *others)
    return replace(facts, volumes=(*facts.volumes, *volumes), catalogs=catalogs)


@pytest.fixture
def plan(spec: EnvironmentSpec, staged: SystemFacts) -> Plan:
    return make_plan(spec, staged)


def with_volume(facts: SystemFacts, changed: str, **changes: Any) -> SystemFacts:
    return replace(facts, volumes=tuple(replace(v, **changes) if v.volser == changed else v for v in facts.volumes))


def problem_of(spec: EnvironmentSpec, facts: SystemFacts) -> PlanProblem:
    with pytest.raises(PlanRejected) as caught:
        make_plan(spec, facts)
    (problem,) = caught.value.problems
    assert isinstance(problem, PlanProblem)
    return problem


def test_volumes_are_copied_to_staging_and_the_targets_stay_the_targets(plan: Plan) -> None:
    assert [(pair.target, pair.target_unit) for pair in plan.copies][:2] == [("IMSS01", "0AC1"), ("IMSS02", "0AC2")]
    assert [pair.target for pair in plan.volume_pairs][:2] == ["IMST01", "IMST02"]
    assert [pair.target for pair in plan.groups[0].copies] == ["IMSS01", "IMSS02"]


def test_without_staging_the_copies_go_to_the_targets(respec: Respec, facts: SystemFacts) -> None:
    made = make_plan(respec(), facts)
    assert made.copies == made.volume_pairs
    assert not made.recataloging.nonvsam


def test_clusters_keep_their_structure(plan: Plan) -> None:
    recon = next(one for one in plan.recataloging.clusters if one.name == "IMST.RECON1")
    assert (recon.data, recon.index) == ("IMST.RECON1.DATA", "IMST.RECON1.INDEX")
    assert (recon.organization, recon.volsers, recon.catalog) == ("INDEXED", ("IMST02",), "UCAT.IMST")


def test_a_cluster_without_index_is_what_its_attributes_say(spec: EnvironmentSpec, staged: SystemFacts) -> None:
    for attributes, organization in (((), "NONINDEXED"), (("LINEAR",), "LINEAR"), (("NUMBERED",), "NUMBERED")):
        found = DataSetFacts("IMSP.E.DATA", ("IMSP02",), "VS", is_component_of="IMSP.E")
        entries = (
            CatalogEntry("IMSP.E", "CLUSTER"),
            CatalogEntry("IMSP.E.DATA", "DATA", ("IMSP02",), "IMSP.E", attributes=frozenset(attributes)),
        )
        first, *others = staged.catalogs
        more = replace(
            staged,
            data_sets=(*staged.data_sets, found),
            catalogs=(replace(first, entries=(*first.entries, *entries)), *others),
        )
        made = make_plan(spec, more).recataloging.clusters
        assert next(one.organization for one in made if one.name == "IMST.E") == organization


def test_groups_come_with_limit_and_generations(plan: Plan) -> None:
    (group,) = plan.recataloging.groups
    assert (group.name, group.limit, group.scratch, group.empty) == ("IMST.SLDS", 7, True, False)
    assert "IMST.SLDS.G0001V00" in {one.name for one in plan.recataloging.nonvsam}


def test_parts_on_further_volumes_are_copied_last_and_cataloged_in_order(plan: Plan) -> None:
    (part,) = plan.recataloging.later
    assert (part.name, part.staging, part.target) == ("IMSP.DB.WIDE", "IMSS06", "IMST06")
    wide = next(one for one in plan.recataloging.nonvsam if one.name == "IMST.DB.WIDE")
    assert wide.volsers == ("IMST05", "IMST06")


def test_the_catalogs_themselves_are_not_copied(plan: Plan) -> None:
    assert plan.recataloging.excluded == ("UCAT.IMSP", "UCAT.IMSP.CATINDEX")
    assert not [one for one in plan.recataloging.clusters if one.name.startswith("UCAT")]


def test_a_plan_survives_json(plan: Plan) -> None:
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_a_rule_for_staging_is_needed(respec: Respec, staged: SystemFacts) -> None:
    assert problem_of(respec(reconditioning="dss"), staged).id == "CLN260E"


def test_a_staging_volume_that_is_not_there(spec: EnvironmentSpec, staged: SystemFacts) -> None:
    fewer = replace(staged, volumes=tuple(v for v in staged.volumes if v.volser != "IMSS03"))
    problem = problem_of(spec, fewer)
    assert (problem.id, problem.values["source"]) == ("CLN261E", "IMSP03")


def test_a_staging_volume_that_is_a_target(respec: Respec, staged: SystemFacts) -> None:
    spec = respec(reconditioning="dss", volumes={"rule": "IMSP## -> IMST##", "staging": "IMSP## -> IMST##"})
    with pytest.raises(PlanRejected, match="CLN262E"):
        make_plan(spec, staged)


@pytest.mark.parametrize("changes", [{"cylinders": 99}, {"device_type": "3380"}])
def test_a_staging_volume_that_cannot_take_the_copy(
    spec: EnvironmentSpec, staged: SystemFacts, changes: dict[str, Any]
) -> None:
    assert problem_of(spec, with_volume(staged, "IMSS02", **changes)).id == "CLN263E"


def test_a_staging_volume_with_foreign_data(spec: EnvironmentSpec, staged: SystemFacts) -> None:
    mine = DataSetFacts("IMSP.PROCLIB", ("IMSS01",))
    foreign = DataSetFacts("PAYROLL.DATA", ("IMSS01",))
    assert make_plan(spec, replace(staged, data_sets=(*staged.data_sets, mine)))
    problem = problem_of(spec, replace(staged, data_sets=(*staged.data_sets, mine, foreign)))
    assert (problem.id, problem.values["dsname"]) == ("CLN264E", "PAYROLL.DATA")


def test_an_entry_that_is_not_carried(spec: EnvironmentSpec, staged: SystemFacts) -> None:
    first, *others = staged.catalogs
    path = CatalogEntry("IMSP.PATH", "PATH", owner="IMSP.RECON1")
    more = replace(staged, catalogs=(replace(first, entries=(*first.entries, path)), *others))
    assert problem_of(spec, more).id == "CLN265E"


def test_names_that_would_stay(respec: Respec, staged: SystemFacts) -> None:
    spec = respec(reconditioning="dss", volumes=RULES, policies={"unmatched": "keep", "orphans": "keep"})
    assert problem_of(spec, staged).id == "CLN266E"
