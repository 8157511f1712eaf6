"""What stands against a plan, told of volumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imsclone.facts import CatalogEntry, CatalogFacts, SystemFacts
from imsclone.plan import Plan, PlanProblem, PlanRejected, make_plan
from imsclone.spec import EnvironmentSpec

Respec = Callable[..., EnvironmentSpec]
Add = Callable[..., SystemFacts]


def problems_of(spec: EnvironmentSpec, facts: SystemFacts) -> list[PlanProblem]:
    with pytest.raises(PlanRejected) as caught:
        make_plan(spec, facts)
    return [problem for problem in caught.value.problems if isinstance(problem, PlanProblem)]


def the_problem(spec: EnvironmentSpec, facts: SystemFacts, message_id: str) -> PlanProblem:
    (problem,) = [problem for problem in problems_of(spec, facts) if problem.id == message_id]
    return problem


def with_volume(facts: SystemFacts, changed: str, **changes: Any) -> SystemFacts:
    volumes = tuple(replace(v, **changes) if v.volser == changed else v for v in facts.volumes)
    return replace(facts, volumes=volumes)


def with_system(spec: EnvironmentSpec, role: str, **changes: Any) -> EnvironmentSpec:
    return spec.model_copy(update={role: getattr(spec, role).model_copy(update=changes)})


def with_pairs(respec: Respec, *pairs: str, **values: Any) -> EnvironmentSpec:
    return respec(volumes={"pairs": list(pairs)}, **values)


PAIRS = [f"IMSP{n:02} -> IMST{n:02}" for n in range(1, 7)]


def test_a_source_volume_that_is_missing(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    choice = spec.source.volumes.model_copy(update={"volsers": ("IMSP07",)})
    problem = the_problem(with_system(spec, "source", volumes=choice), facts, "CLN203E")
    assert problem.values["volser"] == "IMSP07"


def test_an_unknown_storage_group(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    choice = spec.source.volumes.model_copy(update={"storage_groups": ("SGIMS",)})
    assert "SGIMS" in str(the_problem(with_system(spec, "source", volumes=choice), facts, "CLN204E"))


def test_volumes_of_a_storage_group_are_chosen(spec: EnvironmentSpec, facts: SystemFacts, plan: Plan) -> None:
    grouped = tuple(replace(v, storage_group="SGIMS" if v.volser.startswith("IMSP") else "") for v in facts.volumes)
    choice = spec.source.volumes.model_copy(update={"storage_groups": ("SGIMS",), "masks": ()})
    made = make_plan(with_system(spec, "source", volumes=choice), replace(facts, volumes=grouped))
    assert made.volume_pairs == plan.volume_pairs


def test_a_volume_mask_that_matches_nothing(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    choice = spec.source.volumes.model_copy(update={"masks": ("IMSP%%", "IMSQ*")})
    assert "IMSQ*" in str(the_problem(with_system(spec, "source", volumes=choice), facts, "CLN205E"))


def test_a_source_without_a_target(respec: Respec, facts: SystemFacts) -> None:
    assert "IMSP06" in str(the_problem(with_pairs(respec, *PAIRS[:5]), facts, "CLN206E"))


def test_a_source_paired_twice(respec: Respec, facts: SystemFacts) -> None:
    assert "IMST01 and IMST09" in str(the_problem(with_pairs(respec, *PAIRS, "IMSP01 -> IMST09"), facts, "CLN207E"))


def test_two_sources_to_one_target(respec: Respec, facts: SystemFacts) -> None:
    problem = the_problem(with_pairs(respec, *PAIRS[:5], "IMSP06 -> IMST05"), facts, "CLN208E")
    assert "IMSP05 and IMSP06" in str(problem)


def test_a_pair_that_is_not_used(respec: Respec, facts: SystemFacts) -> None:
    problem = the_problem(with_pairs(respec, *PAIRS, "IMSP09 -> IMST09"), facts, "CLN209E")
    assert problem.values["pair"] == "IMSP09 -> IMST09"


def test_a_target_that_is_missing(respec: Respec, facts: SystemFacts) -> None:
    assert "IMST99" in str(the_problem(with_pairs(respec, *PAIRS[:5], "IMSP06 -> IMST99"), facts, "CLN210E"))


def test_an_offline_target_is_found_by_its_device_number(spec: EnvironmentSpec, facts: SystemFacts, plan: Plan) -> None:
    offline = with_volume(facts, "IMST03", volser="", online=False, cylinders=0)
    made = make_plan(spec, offline)
    assert made.volume_pairs == plan.volume_pairs
    assert [warning[:7] for warning in made.warnings] == ["CLN237W"]


def test_another_device_type(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    problem = the_problem(spec, with_volume(facts, "IMST02", device_type="3380"), "CLN211E")
    assert "IMST02 on 0A91 is a 3380" in str(problem)


def test_a_target_that_is_too_small(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    assert "99 cylinders" in str(the_problem(spec, with_volume(facts, "IMST02", cylinders=99), "CLN212E"))


def test_a_larger_target_will_do(spec: EnvironmentSpec, facts: SystemFacts, plan: Plan) -> None:
    assert make_plan(spec, with_volume(facts, "IMST02", cylinders=1000)).volume_pairs == plan.volume_pairs


def test_a_target_on_another_unit_than_told(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    assert "0AFF" in str(the_problem(spec, with_volume(facts, "IMST02", unit="0AFF"), "CLN238E"))


def test_foreign_data_on_a_target(spec: EnvironmentSpec, facts: SystemFacts, with_data_set: Add) -> None:
    problem = the_problem(spec, with_data_set(facts, "PAYROLL.DATA", "IMST02", cataloged=False), "CLN213E")
    assert (problem.values["volser"], problem.values["dsname"]) == ("IMST02", "PAYROLL.DATA")


def test_what_an_earlier_clone_left_may_be_overlaid(
    spec: EnvironmentSpec, facts: SystemFacts, plan: Plan, with_data_set: Add
) -> None:
    left = facts
    for pair in plan.data_sets:
        left = with_data_set(left, pair.target, *pair.volsers, cataloged=False)
    entries = tuple(CatalogEntry(pair.target, "NONVSAM", pair.volsers) for pair in plan.data_sets)
    ucat = CatalogFacts("UCAT.IMST", "IMST01", entries, ("IMST",))
    assert make_plan(spec, replace(left, catalogs=(*left.catalogs, ucat))).fingerprint == plan.fingerprint


def test_what_an_interrupted_clone_left_unrenamed_may_be_overlaid(
    spec: EnvironmentSpec, facts: SystemFacts, plan: Plan
) -> None:
    copies = tuple(
        replace(found, volsers=tuple(volser.replace("IMSP", "IMST") for volser in found.volsers))
        for found in facts.data_sets
    )
    made = make_plan(spec, replace(facts, data_sets=(*facts.data_sets, *copies)))
    assert made.fingerprint == plan.fingerprint
