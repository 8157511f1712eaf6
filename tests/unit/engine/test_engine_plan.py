"""Plans: decided from facts alone, complete, and proof against change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsclone.facts import CatalogEntry, DataSetFacts, SystemFacts
from imsclone.pairs import Asked, volume_pairs
from imsclone.plan import DataSetMap, DataSetPair, Plan, PlanAltered, PlanProblem, PlanRejected, make_plan
from imsclone.spec import EnvironmentSpec

Respec = Callable[..., EnvironmentSpec]
Add = Callable[..., SystemFacts]


def problems_of(spec: EnvironmentSpec, facts: SystemFacts) -> list[PlanProblem]:
    with pytest.raises(PlanRejected) as caught:
        make_plan(spec, facts)
    return [problem for problem in caught.value.problems if isinstance(problem, PlanProblem)]


def with_volume(facts: SystemFacts, changed: str, **changes: Any) -> SystemFacts:
    volumes = tuple(replace(v, **changes) if v.volser == changed else v for v in facts.volumes)
    return replace(facts, volumes=volumes)


PAIRS = [f"IMSP{n:02} -> IMST{n:02}" for n in range(1, 7)]


def test_the_sample_makes_a_plan_that_says_everything(plan: Plan) -> None:
    assert [(pair.source, pair.target) for pair in plan.volume_pairs] == [tuple(pair.split(" -> ")) for pair in PAIRS]
    assert [pair.target_unit for pair in plan.volume_pairs] == ["0A90", "0A91", "0A92", "0A93", "0A94", "0A95"]
    names = {pair.source: pair.target for pair in plan.data_sets}
    assert names["IMSP.DB.ACCT"] == "IMST.DB.ACCT"
    assert names["UCAT.IMSP.CATINDEX"] == "UCAT.IMST.CATINDEX"
    assert names["SYS1.VVDS.VIMSP03"] == "SYS1.VVDS.VIMST03"
    assert names["SYS1.VTOCIX.IMSP03"] == "SYS1.VTOCIX.IMST03"
    assert [(catalog.target, catalog.target_volser, catalog.target_aliases) for catalog in plan.catalogs] == [
        ("UCAT.IMST", "IMST01", ("IMST",))
    ]
    assert {pair.kind for pair in plan.libraries} == {"proclib", "jobs", "user_jcl"}
    assert [pair.target for pair in plan.mda_libraries] == ["IMST.MDALIB"]
    assert [pair.target for pair in plan.recon.data_sets] == ["IMST.RECON1", "IMST.RECON2", "IMST.RECON3"]
    assert [pair.target for pair in plan.rdds] == ["IMST.RDDS1", "IMST.RDDS2"]
    assert (plan.nucleus.library.target, plan.nucleus.modules) == ("IMST.SDFSRESL", ("DFSVNUC0", "DFSBNUC0"))
    assert [(member.source, member.target) for member in plan.members] == [("IMSP", "IMST")]
    assert plan.replacements[-1].model_dump() == {"find": "IMSP", "replace": "IMST"}
    assert (plan.consistency, plan.outage_budget_seconds, plan.warnings) == ("suspend", 5.0, ())


def test_volumes_come_in_groups_and_a_catalog_with_its_volume(plan: Plan) -> None:
    assert [[pair.target for pair in group.pairs] for group in plan.groups] == [
        ["IMST01", "IMST02"],
        ["IMST03", "IMST04"],
        ["IMST05", "IMST06"],
    ]
    assert [len(group.catalogs) for group in plan.groups] == [1, 0, 0]


def test_a_multi_volume_data_set_keeps_the_order_of_its_volumes(plan: Plan) -> None:
    wide = next(pair for pair in plan.data_sets if pair.source == "IMSP.DB.WIDE")
    assert wide.volsers == ("IMST05", "IMST06")


def test_a_plan_survives_json_with_its_fingerprint(plan: Plan) -> None:
    again = Plan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.fingerprint == plan.fingerprint
    assert Plan.model_validate(json.loads(plan.model_dump_json())) == plan


def test_a_changed_plan_is_refused(plan: Plan) -> None:
    text = plan.model_dump_json()
    for old, new in (("IMST05", "IMST09"), ('"suspend"', '"freeze"'), ("IMST.DB.ACCT", "IMSP.DB.ACCT")):
        with pytest.raises(PlanAltered, match="CLN202E"):
            Plan.model_validate_json(text.replace(old, new))


def test_a_plan_without_its_fingerprint_is_refused(plan: Plan) -> None:
    document = json.loads(plan.model_dump_json())
    del document["fingerprint"]
    with pytest.raises(PlanAltered):
        Plan.model_validate_json(json.dumps(document))


def test_the_fingerprint_depends_on_what_is_done_not_on_the_order_or_the_free_space(
    spec: EnvironmentSpec, facts: SystemFacts, plan: Plan
) -> None:
    shuffled = replace(
        facts,
        volumes=tuple(replace(volume, tracks_free=7) for volume in reversed(facts.volumes)),
        data_sets=tuple(reversed(facts.data_sets)),
    )
    assert make_plan(spec, shuffled).fingerprint == plan.fingerprint
    assert make_plan(spec, replace(facts, ims_active=())).fingerprint == plan.fingerprint


def test_each_value_of_the_environment_reaches_the_fingerprint(respec: Respec, facts: SystemFacts, plan: Plan) -> None:
    changes: list[Mapping[str, Any]] = [
        {"outage_budget_seconds": 6},
        {"consistency": "freeze"},
        {"copy_mode": "copy"},
        {"mover": "own"},
        {"own_copy_hours": 2},
        {"group_size": 3},
        {"recon": {"slds": False}},
        {"libraries": ["proclib"]},
        {"replacements": [{"find": "PROD", "replace": "TEST"}]},
        {"policies": {"gdg": "delete"}},
        {"approval": {"required": True}},
        {"work": {"hlq": "OTHER"}},
    ]
    fingerprints = {make_plan(respec(**change), facts).fingerprint for change in changes}
    assert len(fingerprints | {plan.fingerprint}) == len(changes) + 1


def test_the_file_of_pairs_names_every_volume_and_how_to_say_that_it_is_copied(
    respec: Respec, facts: SystemFacts
) -> None:
    made = make_plan(respec(mover="own"), facts)
    lines = volume_pairs(made, Asked("dag/run", "TOKEN", 5, held=True))
    rows = [line.split() for line in lines if line.startswith(" ")]
    assert rows[0] == ["IMSP01", "0A80", "IMST01", "0A90", "3390", str(made.copies[0].cylinders)]
    assert [(row[0], row[2]) for row in rows] == [(pair.source, pair.target) for pair in made.copies]
    assert "* SAY IMSCLONE COPIED 'dag/run' TOKEN  WHEN ALL ARE COPIED WITH THEIR LABELS, THE TARGETS OFFLINE" in lines
    assert "* CONSISTENCY SUSPEND  SOURCE HELD YES" in lines


def test_an_own_copy_of_volumes_needs_a_place_for_its_pairs_and_cannot_freeze(
    respec: Respec, facts: SystemFacts
) -> None:
    assert [one.id for one in problems_of(respec(mover="own", work={}), facts)] == ["CLN892E"]
    (found,) = problems_of(respec(mover="own", consistency="freeze"), facts)
    assert "it can give: suspend, offline." in str(found)


def test_the_summary_is_small(plan: Plan) -> None:
    assert len(json.dumps(plan.summary())) < 1000
    assert plan.summary()["data_sets"] == len(plan.data_sets)


def test_all_problems_come_at_once(respec: Respec, facts: SystemFacts) -> None:
    spec = respec(rename=["IMSP.DB.** -> IMST.DB.**"], work={"volumes": ["IMST01"]})
    found = {problem.id for problem in problems_of(spec, with_volume(facts, "IMST02", cylinders=10))}
    assert {"CLN212E", "CLN218E", "CLN224E"} <= found


def test_many_problems_of_one_kind_are_told_shortly_but_kept_whole(
    respec: Respec, facts: SystemFacts, with_data_set: Add
) -> None:
    for n in range(30):
        facts = with_data_set(facts, f"OTHER.D{n:02}", "IMSP01")
    with pytest.raises(PlanRejected) as caught:
        make_plan(respec(), facts)
    assert len(caught.value.problems) == 30
    assert "... and 10 more of this kind" in str(caught.value)


def test_a_data_set_map_reads_its_own_lines() -> None:
    pairs = [DataSetPair("B", "C", "VS", ("V1", "V2")), DataSetPair("A", "-", "PS", ("V1",))]
    made = DataSetMap.of(pairs)
    assert list(made) == [pairs[1], pairs[0]]
    assert made[0].deleted
    assert not made[0].renamed
    assert list(made[1:]) == [pairs[0]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.sets(st.from_regex(r"[A-Z@#$][A-Z0-9@#$-]{0,7}(\.[A-Z@#$][A-Z0-9@#$-]{0,7}){0,2}", fullmatch=True), max_size=15)
)
def test_any_data_sets_under_the_prefix_make_a_plan_in_which_no_source_name_is_left(
    spec: EnvironmentSpec, facts: SystemFacts, names: set[str]
) -> None:
    more = tuple(DataSetFacts(f"IMSP.X.{name}", ("IMSP02",)) for name in names)
    entries = tuple(CatalogEntry(found.dsname, "NONVSAM", found.volsers) for found in more)
    catalog = replace(facts.catalogs[0], entries=(*facts.catalogs[0].entries, *entries))
    made = make_plan(spec, replace(facts, data_sets=(*facts.data_sets, *more), catalogs=(catalog,)))
    sources = {pair.source for pair in made.data_sets}
    targets = [pair.target for pair in made.data_sets]
    assert len(targets) == len(set(targets))
    assert not sources & set(targets)
    assert Plan.model_validate_json(made.model_dump_json()) == made


def test_the_work_grows_with_the_data_sets_and_no_faster(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    """Counted, not timed: how often a mask is tried for each data set."""
    tried = [_tries(spec, facts, count) for count in (200, 2000)]
    assert tried[1] - tried[0] == 9 * (tried[0] - _tries(spec, facts, 0))


def _tries(spec: EnvironmentSpec, facts: SystemFacts, count: int) -> int:
    tries = 0

    class Counted(str):
        def partition(self, separator: str, /) -> tuple[str, str, str]:
            nonlocal tries
            tries += separator == "."
            return super().partition(separator)

    more = tuple(DataSetFacts(Counted(f"IMSP.N.D{n}"), ("IMSP02",)) for n in range(count))
    entries = tuple(CatalogEntry(found.dsname, "NONVSAM", found.volsers) for found in more)
    catalog = replace(facts.catalogs[0], entries=(*facts.catalogs[0].entries, *entries))
    make_plan(spec, replace(facts, data_sets=(*facts.data_sets, *more), catalogs=(catalog,)))
    return tries
