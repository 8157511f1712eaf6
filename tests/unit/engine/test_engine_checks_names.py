"""What stands against a plan, told of names, catalogs and the IMS system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts, ReconDataSet, ReconReference, SystemFacts
from imsclone.plan import DataSetPair, PlanProblem, PlanRejected, check_spec, make_plan
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


def test_a_new_name_that_is_too_long(respec: Respec, facts: SystemFacts) -> None:
    mask = "IMSP.** -> IMSTEST.NIGHTLY.ACCOUNTS.RETAIL.ALLBANK.**"
    found = [problem for problem in problems_of(respec(rename=[mask]), facts) if problem.id == "CLN214E"]
    problem = next(problem for problem in found if problem.values["source"] == "IMSP.DB.CUSTX.INDEX")
    assert "(54 characters, limit 44)" in str(problem)
    assert "Shorten the new prefix by 10." in str(problem)
    assert "rename" in str(problem.place)


def test_a_new_qualifier_that_is_too_long(respec: Respec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "IMSP.LONGNAME", "IMSP01")
    spec = respec(rename=["IMSP.LONG* -> IMST.XLONG*", "IMSP.** -> IMST.**"])
    assert the_problem(spec, facts, "CLN215E").values["part"] == "XLONGNAME"


def test_two_data_sets_with_one_new_name(respec: Respec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "IMSQ.DB.ACCT", "IMSP02")
    problem = the_problem(respec(rename=["IMSP.** -> IMST.**", "IMSQ.** -> IMST.**"]), facts, "CLN216E")
    assert problem.values["target"] == "IMST.DB.ACCT"
    assert "IMSP.** -> IMST.** and mask IMSQ.** -> IMST.**" in str(problem)


def test_a_mask_that_decides_about_nothing(respec: Respec, facts: SystemFacts) -> None:
    spec = respec(rename=["IMSP.** -> IMST.**", "IMSP.DB.** -> IMST.QA.**"])
    assert the_problem(spec, facts, "CLN217E").values["mask"] == "IMSP.DB.** -> IMST.QA.**"


def test_a_mask_for_a_cluster_or_generation_base_decides_about_something(respec: Respec, facts: SystemFacts) -> None:
    spec = respec(rename=["IMSP.SLDS -> IMST.SLDS", "IMSP.RECON1 -> IMST.RECON1", "IMSP.** -> IMST.**"])
    assert make_plan(spec, facts).masks[2:] == spec.rename


def test_a_name_that_no_mask_covers(respec: Respec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "OTHER.DATA", "IMSP02")
    assert the_problem(respec(), facts, "CLN218E").values["dsname"] == "OTHER.DATA"
    kept = make_plan(respec(policies={"unmatched": "keep"}), facts)
    assert DataSetPair("OTHER.DATA", "OTHER.DATA", "PS", ("IMST02",)) in list(kept.data_sets)
    deleted = make_plan(respec(policies={"unmatched": "delete"}), facts)
    assert next(pair for pair in deleted.data_sets if pair.source == "OTHER.DATA").deleted


def test_generations_go_if_the_policy_says_so(respec: Respec, facts: SystemFacts) -> None:
    made = make_plan(respec(policies={"gdg": "delete"}), facts)
    assert [pair.source for pair in made.data_sets if pair.deleted] == ["IMSP.SLDS.G0001V00", "IMSP.SLDS.G0002V00"]


def test_a_name_that_a_rerun_would_rename_again(respec: Respec, facts: SystemFacts) -> None:
    found = {problem.id for problem in problems_of(respec(rename=["IMSP.** -> IMSP.TEST.**"]), facts)}
    assert "CLN219E" in found


def test_a_volume_that_is_source_and_target(respec: Respec, facts: SystemFacts) -> None:
    found = problems_of(with_pairs(respec, *PAIRS[:5], "IMSP06 -> IMSP01"), facts)
    assert [problem.values["what"] for problem in found if problem.id == "CLN220E"] == ["Volume IMSP01"]


def test_a_unit_that_is_source_and_target(respec: Respec, facts: SystemFacts) -> None:
    values = {"volumes": {"pairs": [*PAIRS[:5], "IMSP06 -> IMST66"], "units": {"IMST66": "0A80"}}}
    assert the_problem(respec(**values), facts, "CLN220E").values["what"] == "Unit 0A80"


def test_a_unit_that_holds_another_volume(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    problem = the_problem(spec, with_volume(facts, "IMST03", volser="PAYROL"), "CLN241E")
    assert (problem.values["unit"], problem.values["found"]) == ("0A92", "PAYROL")


def test_a_new_name_that_is_taken(spec: EnvironmentSpec, facts: SystemFacts, with_entry: Add) -> None:
    other = CatalogFacts("UCAT.IMST", "IMST01", (CatalogEntry("IMST.DB.ACCT", "NONVSAM", ("LIVE01",)),))
    problem = the_problem(spec, replace(facts, catalogs=(*facts.catalogs, other)), "CLN221E")
    assert problem.values["volser"] == "LIVE01"


def test_an_entry_that_an_earlier_clone_copied_does_not_stand_in_the_way(
    spec: EnvironmentSpec, facts: SystemFacts, with_entry: Add
) -> None:
    facts = with_entry(facts, "IMSP.IC.TAPE", "TAPE01")
    copied = CatalogFacts("UCAT.IMST", "IMST01", (CatalogEntry("IMST.IC.TAPE", "NONVSAM", ("TAPE01",)),))
    made = make_plan(spec, replace(facts, catalogs=(*facts.catalogs, copied)))
    assert [warning[:7] for warning in made.warnings] == ["CLN231W"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"imsid": "IMSP"}, "IMS id"),
        ({"hlq": "IMSP"}, "high-level qualifier"),
        ({"members": ({"imsid": "IMST", "procedure": "IMSP"},)}, "procedure"),
    ],
)
def test_source_and_target_must_not_share_an_identity(respec: Respec, changes: dict[str, Any], kind: str) -> None:
    spec = respec()
    target = type(spec.target).model_validate(spec.target.model_dump() | changes)
    with pytest.raises(PlanRejected, match="CLN222E") as caught:
        check_spec(spec.model_copy(update={"target": target}))
    assert kind in {problem.values["kind"] for problem in caught.value.problems}


def test_a_catalog_that_keeps_its_name_or_alias(respec: Respec, facts: SystemFacts) -> None:
    found = problems_of(respec(catalogs=["UCAT.IMSP -> UCAT.IMSP"]), facts)
    assert "CLN223E" in {problem.id for problem in found}
    alias = replace(facts, catalogs=(replace(facts.catalogs[0], aliases=("IMSP", "OTHER")),))
    assert "alias OTHER" in str(the_problem(respec(), alias, "CLN223E"))


def test_a_new_catalog_that_lives_elsewhere(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    other = CatalogFacts("UCAT.IMST", "LABRES")
    assert "already exists on LABRES" in str(
        the_problem(spec, replace(facts, catalogs=(*facts.catalogs, other)), "CLN223E")
    )


@pytest.mark.parametrize(("volser", "role"), [("IMST01", "target"), ("IMSP01", "source")])
def test_work_volumes_among_the_cloned(respec: Respec, facts: SystemFacts, volser: str, role: str) -> None:
    assert the_problem(respec(work={"volumes": [volser]}), facts, "CLN224E").values["role"] == role


def test_work_data_sets_on_a_target(spec: EnvironmentSpec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "CLONE.BACKUP", "IMST02", cataloged=False)
    assert "CLONE.BACKUP" in str(the_problem(spec, facts, "CLN224E"))


def test_a_data_set_of_which_a_part_is_elsewhere(spec: EnvironmentSpec, facts: SystemFacts, with_data_set: Add) -> None:
    assert "OTHER1" in str(the_problem(spec, with_data_set(facts, "IMSP.BIG", "IMSP01", "OTHER1"), "CLN225E"))


def test_a_data_set_whose_first_volume_was_not_read(respec: Respec, facts: SystemFacts) -> None:
    later = DataSetFacts("IMSP.BIG", ("IMSP02",), volume_sequence=2)
    spec = respec(policies={"uncataloged": "keep"})
    assert "1 volumes before IMSP02" in str(
        the_problem(spec, replace(facts, data_sets=(*facts.data_sets, later)), "CLN225E")
    )


def test_a_catalog_entry_without_its_format_1(respec: Respec, facts: SystemFacts, with_entry: Add) -> None:
    facts = with_entry(facts, "IMSP.GONE", "IMSP02")
    problem = the_problem(respec(policies={"orphans": "fail"}), facts, "CLN226E")
    assert (problem.values["dsname"], problem.values["volser"]) == ("IMSP.GONE", "IMSP02")
    made = make_plan(respec(policies={"orphans": "delete"}), facts)
    assert [warning[:7] for warning in made.warnings] == ["CLN227W"]
    assert made.policies.orphans == "delete"


def test_a_data_set_in_no_catalog(respec: Respec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "IMSP.LOST", "IMSP02", cataloged=False)
    assert the_problem(respec(), facts, "CLN228E").values["dsname"] == "IMSP.LOST"
    made = make_plan(respec(policies={"uncataloged": "keep"}), facts)
    assert [warning[:7] for warning in made.warnings] == ["CLN229W"]


def test_a_catalog_that_is_missing_or_not_cloned(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    assert "does not exist" in str(the_problem(spec, replace(facts, catalogs=()), "CLN230E"))
    moved = replace(facts, catalogs=(replace(facts.catalogs[0], volser="LABRES"),))
    assert "is on LABRES" in str(the_problem(spec, moved, "CLN230E"))


def test_a_target_file_that_says_another_name_than_the_masks(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    spec = with_system(spec, "target", recon=("IMST.RECON1", "IMST.RECONX", "IMST.RECON3"))
    assert "IMST.RECONX" in str(the_problem(spec, facts, "CLN232E"))


def test_a_library_that_is_not_on_the_source_volumes(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    fewer = replace(facts, data_sets=tuple(d for d in facts.data_sets if d.dsname != "IMSP.JOBS"))
    problem = next(problem for problem in problems_of(spec, fewer) if problem.id == "CLN233E")
    assert (problem.values["kind"], problem.values["dsname"]) == ("jobs", "IMSP.JOBS")


def test_members_that_do_not_pair(spec: EnvironmentSpec) -> None:
    extra = spec.source.members[0].model_copy(update={"imsid": "IMSQ", "procedure": "IMSQ"})
    with pytest.raises(PlanRejected, match="CLN234E"):
        check_spec(with_system(spec, "source", members=(*spec.source.members, extra)))


def test_an_ims_that_shares_the_databases_and_is_not_listed(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    both = replace(facts, recon=replace(facts.recon, subsystems=("IMSP", "IMSQ")))
    problem = the_problem(spec, both, "CLN268E")
    assert (problem.values["ssid"], problem.values["listed"]) == ("IMSQ", "IMSP")
    extra = spec.source.members[0].model_copy(update={"imsid": "IMSQ", "procedure": "IMSQ"})
    listed = with_system(spec, "source", members=(*spec.source.members, extra))
    copy = spec.target.members[0].model_copy(update={"imsid": "IMSU", "procedure": "IMSU"})
    listed = with_system(listed, "target", members=(*spec.target.members, copy))
    plan = make_plan(listed, both)
    assert [(one.source, one.target) for one in plan.members] == [("IMSP", "IMST"), ("IMSQ", "IMSU")]
    assert any("CLN236W" in one and "IMSQ does not run" in one for one in plan.warnings)


def test_another_recon_than_the_one_named(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    recon = replace(facts.recon, data_sets=(ReconDataSet("RECON1", "COPY1", "OLD.RECON1"),))
    assert "OLD.RECON1" in str(the_problem(spec, replace(facts, recon=recon), "CLN235E"))


@pytest.mark.parametrize(
    ("consistency", "active", "warned"), [("offline", True, True), ("suspend", False, True), ("freeze", False, False)]
)
def test_a_source_in_the_wrong_state_is_warned_of(
    respec: Respec, facts: SystemFacts, consistency: str, active: bool, warned: bool
) -> None:
    made = make_plan(respec(consistency=consistency), replace(facts, ims_active=("IMSP",) if active else ()))
    assert bool(made.warnings) == warned


def test_recon_records_for_data_sets_elsewhere_are_warned_of(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    references = (ReconReference("IMAGE", "IMSP.IC.TAPE"), ReconReference("DBDS", "IMSP.DB.CUSTX"))
    made = make_plan(spec, replace(facts, recon=replace(facts.recon, references=references)))
    assert [warning[:7] for warning in made.warnings] == ["CLN239W"]


def test_a_name_on_a_source_volume_that_is_no_name(respec: Respec, facts: SystemFacts, with_data_set: Add) -> None:
    facts = with_data_set(facts, "BAD NAME", "IMSP02", cataloged=False)
    spec = respec(policies={"unmatched": "keep", "uncataloged": "keep"})
    assert the_problem(spec, facts, "CLN240E").values["dsname"] == "BAD NAME"
