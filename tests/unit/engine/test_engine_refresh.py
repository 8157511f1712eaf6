"""The plan of a refresh: databases by name and mask, what belongs to them, definitions, every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.clone_types import read_plan
from imsclone.dbd import read_dbd
from imsclone.facts import CatalogEntry
from imsclone.jcl.card import LAST_COLUMN
from imsclone.listings import recon
from imsclone.names import ImsId
from imsclone.pairs import LONGEST, Asked
from imsclone.plan.errors import PlanAltered, PlanRejected
from imsclone.refresh import statements
from imsclone.refresh.checks import source_is_whole
from imsclone.refresh.definitions import deletions, undo_record
from imsclone.refresh.draft import RefreshDraft
from imsclone.refresh.facts import RefreshFacts, SideFacts
from imsclone.refresh.log_checks import keyed_data_is_built_anew
from imsclone.refresh.make import check_refresh, make_refresh
from imsclone.refresh.pairs import data_set_pairs
from imsclone.refresh.plan import RefreshPlan
from imsclone.refresh.undo import kept_names, undo
from imsclone.refresh.verify import catalog_problems, recon_problems
from imsclone.spec import RefreshSpec, SpecRejected, load_any
from imsclone.spec.refresh import DatabaseChoice

INCLUDE = Path(__file__).parents[3] / "include"
DATA = Path(__file__).parents[1] / "data"
BANK = (DATA / "list_recon_bank.txt").read_text()
NAMES = ("ACCT", "CUST", "CUSTX")
PLACES = {"ACCT": "05", "CUST": "06", "CUSTX": "03"}


def definition(name: str, **changed: str) -> Any:
    text = (DATA / f"dbd_{name.lower()}.txt").read_text()
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    return read_dbd(text, name)


def entries(ims: str) -> dict[str, CatalogEntry]:
    found = {}
    for name, volume in PLACES.items():
        dsname, volser = f"{ims}.DB.{name}", (f"{ims}{volume}",)
        if name == "CUSTX":
            found[dsname] = CatalogEntry(dsname, "CLUSTER")
            for kind in ("DATA", "INDEX"):
                found[f"{dsname}.{kind}"] = CatalogEntry(f"{dsname}.{kind}", kind, volser, dsname)
        else:
            found[dsname] = CatalogEntry(dsname, "NONVSAM", volser)
    return found


def listed(ims: str, text: str = BANK) -> Any:
    text = re.sub(r"IMSP(?!LEX)", ims, text)
    return recon.read(re.sub(r"(?m)^    BATCH1 .*\n", "", text))


@pytest.fixture
def facts() -> RefreshFacts:
    def side(ims: str) -> SideFacts:
        return SideFacts(
            recon=listed(ims),
            states={name: frozenset({"ALLOCS", "OPEN"}) for name in NAMES},
            allocated={name: (f"{ims}.DB.{name}",) for name in NAMES},
            dbds={name: definition(name) for name in NAMES},
        )

    return RefreshFacts(side("IMSP"), side("IMST"), entries("IMSP") | entries("IMST"))


@pytest.fixture
def spec(bank_refresh: Callable[..., RefreshSpec]) -> Callable[..., RefreshSpec]:
    return lambda **lines: bank_refresh(**{"databases": "[ACCT, CUST]", **lines})


def joined(card: str) -> str:
    """Join the records of a command as the batch SPOC utility does."""
    return " ".join(line.removesuffix("+").strip() for line in card.split("\n"))


def problems(spec: RefreshSpec, facts: RefreshFacts) -> list[str]:
    with pytest.raises(PlanRejected) as refused:
        make_refresh(spec, facts)
    return sorted(str(problem) for problem in refused.value.problems)


def ids(spec: RefreshSpec, facts: RefreshFacts) -> list[str]:
    return [problem[:7] for problem in problems(spec, facts)]


def test_an_index_comes_along_with_its_database(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(databases="[CUST]"), facts)
    assert [str(one.target) for one in plan.databases] == ["CUST", "CUSTX"]
    assert [(one.source, one.target, one.volsers, one.replaced) for one in plan.copies] == [
        ("IMSP.DB.CUST", "IMST.DB.CUST", ("IMST06",), True),
        ("IMSP.DB.CUSTX", "IMST.DB.CUSTX", ("IMST03",), True),
    ]
    assert [(part.source, part.target) for part in plan.copies[1].components] == [
        ("IMSP.DB.CUSTX.DATA", "IMST.DB.CUSTX.DATA"),
        ("IMSP.DB.CUSTX.INDEX", "IMST.DB.CUSTX.INDEX"),
    ]


def test_a_database_that_belongs_to_a_chosen_one_may_stop_the_refresh(spec: Any, facts: RefreshFacts) -> None:
    assert ids(spec(databases="[CUST]", related="stop"), facts) == ["CLN282E"]
    assert len(make_refresh(spec(databases='["C*"]', related="stop"), facts).databases) == 2


@pytest.mark.parametrize(
    ("choice", "names"),
    [("ACCT", {"ACCT"}), ('"*"', set(NAMES)), ('"C*"', {"CUST", "CUSTX"}), ('"%%%%"', {"ACCT", "CUST", "CUSTX"})],
)
def test_databases_are_chosen_by_name_or_mask(spec: Any, facts: RefreshFacts, choice: str, names: set[str]) -> None:
    assert set(make_refresh(spec(databases=f"[{choice}]"), facts).targets[0].refreshed) == names


def test_every_problem_is_told_at_once_and_where_it_was_written(spec: Any, facts: RefreshFacts) -> None:
    del facts.entries["IMSP.DB.ACCT"]  # type: ignore[attr-defined]
    wrong = spec(databases='[ACCT, NONE, "Q*"]', rename="['IMSP.** -> IMST.X.**']")
    told = problems(wrong, facts)
    assert [problem[:7] for problem in told] == ["CLN280E", "CLN281E", "CLN286E", "CLN289E"]
    assert "NONE" in told[0]
    assert "environments/bank.yaml line" in told[0]
    assert "IMST.X.DB.ACCT" in told[3]


def test_a_target_database_of_another_subsystem_stops_it(spec: Any, facts: RefreshFacts) -> None:
    held = listed("IMST", BANK.replace("    IMSP ", "    BATCH"))
    found = ids(spec(), replace(facts, target=replace(facts.target, recon=held)))
    assert set(found) == {"CLN284E"}


def test_names_that_recon_and_dynamic_allocation_give_are_shown_when_they_disagree(
    spec: Any, facts: RefreshFacts
) -> None:
    moved = replace(facts.target, allocated={"ACCT": ("IMST.OLD.ACCT",)})
    (told,) = problems(spec(), replace(facts, target=moved))
    assert "CLN285E" in told
    assert "IMST.DB.ACCT" in told
    assert "IMST.OLD.ACCT" in told


def test_new_data_sets_need_a_volume(spec: Any, facts: RefreshFacts) -> None:
    here = {name: entry for name, entry in facts.entries.items() if not name.startswith("IMST.DB.ACCT")}
    assert ids(spec(volumes="[]"), replace(facts, entries=here)) == ["CLN287E"]
    plan = make_refresh(spec(), replace(facts, entries=here))
    assert (plan.copies[0].volsers, plan.copies[0].replaced) == (("IMST05", "IMST06"), False)


def test_all_differences_of_definitions_stand_in_one_table(spec: Any, facts: RefreshFacts) -> None:
    other = {
        **facts.target.dbds,
        "ACCT": definition("ACCT", **{"400": "500"}),
        "CUST": definition("CUST", **{"BLOCK=4096": "BLOCK=8192"}),
    }
    (told,) = problems(spec(), replace(facts, target=replace(facts.target, dbds=other)))
    assert told.startswith("CLN298E")
    rows = [re.split(r"\s{2,}", line.strip()) for line in told.splitlines() if line.startswith("  ")]
    assert rows[0] == ["DATABASE", "WHAT", "WHERE", "SOURCE", "TARGET"]
    assert ["ACCT", "randomizer", "RMNAME highest block", "400", "500"] in rows
    assert [row[-2:] for row in rows if row[:2] == ["CUST", "block size"]] == [["4096", "8192"]]


def test_partitions_that_differ_are_differences(spec: Any, facts: RefreshFacts) -> None:
    text = (DATA / "list_recon_haldb.txt").read_text()
    source = recon.read(text)
    part = source.partitions[0]
    target = replace(
        source,
        partitions=tuple(replace(one, high_key="FF" * 3) if one is part else one for one in source.partitions[:-1]),
    )
    found = replace(facts, source=SideFacts(source), target=SideFacts(target))
    told = "\n".join(problems(spec(databases=f"[{part.master}]"), found))
    assert re.search(rf"{part.master} +KEYSTRNG +{part.name} +{part.high_key} +FFFFFF", told)
    assert re.search(rf"{part.master} +partitions +number", told)


def test_a_haldb_keeps_its_partition_numbers_and_loses_its_history(spec: Any) -> None:
    source = recon.read((DATA / "list_recon_haldb.txt").read_text())
    prefixed = replace(
        source,
        databases=tuple(replace(one, authorized=()) for one in source.databases),
        data_sets=tuple(replace(one, dsname=one.dsname.replace("IMSP", "IMST")) for one in source.data_sets),
    )
    names = [one.dsname for one in source.data_sets if one.dbd.startswith("HIST")]
    there = {name: CatalogEntry(name, "NONVSAM", ("IMSP05",)) for name in names}
    states = {"HIST": frozenset({"OPEN"})}
    found = RefreshFacts(SideFacts(source, states=states), SideFacts(prefixed, states=states), there)
    plan = make_refresh(spec(databases="[HIST]"), found)
    assert {one.owner for one in plan.copies} == {one.name for one in source.partitions}
    assert plan.targets[0].definitions == ()
    told = [one.text for one in deletions(prefixed, ["HIST"])]
    assert "DELETE.DB DBD(HIST)" not in told
    history = [*source.images, *source.allocations]
    assert len(told) == sum(one.dbd.startswith("HIST") for one in history)
    text = re.sub(r"(BACKOUT NEEDED +=)OFF", r"\1ON", (DATA / "list_recon_haldb.txt").read_text())
    undone = recon.read(text)
    told = [one.text for one in deletions(undone, ["HIST"])]
    assert {f"CHANGE.DB DBD({one.name}) NOBACK" for one in undone.partitions} <= set(told)
    needed = make_refresh(spec(databases="[HIST]", image_copy="needed"), found)
    assert all(one.command.text.endswith("ICON") for one in needed.targets[0].definitions)
    moved = replace(prefixed, partitions=tuple(replace(one, reorg_number=9) for one in prefixed.partitions))
    told = problems(spec(databases="[HIST]"), replace(found, target=SideFacts(moved, states=states)))
    assert "reorganization number" in told[0]


def test_areas_are_defined_with_the_data_sets_that_are_in_use(spec: Any, facts: RefreshFacts) -> None:
    source = recon.read((DATA / "list_recon_haldb.txt").read_text())
    names = [ads.dsname for one in source.data_sets if one.dbd == "TELL" for ads in one.area_data_sets]
    there = {name: CatalogEntry(name, "CLUSTER", ("IMSP05",)) for name in names}
    target = SideFacts(replace(source, data_sets=(), databases=()), states={"TELL": frozenset()})
    found = RefreshFacts(SideFacts(source, states={"TELL": frozenset({"OPEN"})}), target, there)
    plan = make_refresh(spec(databases="[TELL]"), found)
    told = [one.command.text for one in plan.targets[0].definitions]
    assert told[0].startswith("INIT.DB DBD(TELL)")
    assert "TYPEFP" in told[0]
    assert re.match(r"INIT\.DBDS DBD\(TELL\) AREA\(\w+\) GENMAX\(\d+\)", told[1])
    assert sum(one.startswith("INIT.ADS") for one in told) == len(names)
    assert all("ADSN(IMST." in one for one in told if one.startswith("INIT.ADS"))


def test_a_source_that_needs_recovery_is_not_copied(spec: Any, facts: RefreshFacts) -> None:
    hurt = replace(
        facts.source.recon,
        databases=tuple(replace(one, recovery_needed=one.dbd == "ACCT") for one in facts.source.recon.databases),
    )
    assert ids(spec(), replace(facts, source=replace(facts.source, recon=hurt))) == ["CLN291E"]


def test_a_partition_that_needs_backout_is_not_copied_and_one_that_is_not_chosen_does_no_harm(spec: Any) -> None:
    listed = recon.read((DATA / "list_recon_haldb.txt").read_text())
    hurt = tuple(replace(one, backout_needed=one.dbd == "HISTA") for one in listed.databases)
    side = SideFacts(replace(listed, databases=hurt))
    found = [
        [problem.values["name"] for problem in source_is_whole(RefreshDraft(wanted, RefreshFacts(side, side)))]
        for wanted in (spec(databases="[HIST]"), spec(databases="[HIST]", partitions="[HISTB]"))
    ]
    assert found == [["HISTA"], []]


@pytest.mark.parametrize("role", ["source", "target"])
def test_no_plan_is_made_beside_a_system_that_failed(spec: Any, facts: RefreshFacts, role: str) -> None:
    side = replace(getattr(facts, role), active=False, states={})
    assert ids(spec(), replace(facts, **{role: side})) == ["CLN294E"]
    ended = replace(side, recon=replace(side.recon, subsystems=()))
    assert make_refresh(spec(), replace(facts, **{role: ended}))


@pytest.mark.parametrize(
    ("answered", "signed_on", "failed"),
    [
        ({"IMSP", "IMSQ"}, {"IMSP": False, "IMSQ": False}, []),
        ({"IMSP"}, {"IMSP": False, "IMSQ": True}, ["IMSQ"]),
        ({"IMSP"}, {"IMSP": False, "IMSQ": False}, ["IMSQ"]),
        ({"IMSP"}, {"IMSP": False}, []),
        ({"IMSP"}, {"IMSP": False, "BATCH1": True}, []),
        ({"IMSP", "IMSQ"}, {"IMSP": False, "IMSQ": True}, []),
        (set(), {"IMSP": False, "IMSQ": False}, []),
        (set(), {"IMSP": False, "IMSQ": True}, ["IMSQ"]),
    ],
    ids=[
        "both run",
        "one failed",
        "one failed unseen or restarts",
        "one ended",
        "a batch job failed",
        "one came back",
        "nobody answered in time",
        "nobody answered in time and one failed",
    ],
)
def test_a_member_that_failed_is_told_though_another_runs(
    facts: RefreshFacts, answered: set[str], signed_on: dict[str, bool], failed: list[str]
) -> None:
    (known,) = facts.source.recon.subsystems
    listed = tuple(replace(known, ssid=ssid, abnormal=abnormal) for ssid, abnormal in signed_on.items())
    side = replace(facts.source, recon=replace(facts.source.recon, subsystems=listed), running=frozenset(answered))
    assert side.failed(map(ImsId, ("IMSP", "IMSQ"))) == failed


@pytest.mark.parametrize("role", ["source", "target"])
def test_each_member_that_failed_stands_against_the_plan(spec: Any, facts: RefreshFacts, role: str) -> None:
    wanted = spec()
    side, system = getattr(facts, role), getattr(wanted, role)
    second = f"{system.imsid[:3]}Z"
    members = [system.members[0], system.members[0].model_copy(update={"imsid": ImsId(second)})]
    wanted = wanted.model_copy(update={role: system.model_copy(update={"members": members})})
    (known,) = side.recon.subsystems
    listed = (known, replace(known, ssid=second, abnormal=True))
    side = replace(side, recon=replace(side.recon, subsystems=listed), running=frozenset({system.imsid}))
    (told,) = problems(wanted, replace(facts, **{role: side}))
    assert f"CLN294E  {second} does not run" in told


@pytest.mark.parametrize(("policy", "outcome"), [("abort", "CLN290E"), ("continue", 3), ("skip", 2)])
def test_what_becomes_of_databases_that_are_not_recoverable_is_the_files_choice(
    spec: Any, facts: RefreshFacts, policy: str, outcome: Any
) -> None:
    first, rest = BANK.split("RECOVERABLE           =YES", 1)
    source = replace(facts.source, recon=listed("IMSP", f"{first}RECOVERABLE           =NO {rest}"))
    wanted, found = spec(not_recoverable=policy), replace(facts, source=source)
    if isinstance(outcome, str):
        assert ids(wanted, found) == [outcome]
        return
    plan = make_refresh(wanted, found)
    assert len(plan.databases) == outcome
    assert ("NONRECOV" in plan.targets[0].definitions[0].command.text) == (policy == "continue")


def test_a_database_that_was_stopped_is_copied_and_stays_stopped(spec: Any, facts: RefreshFacts) -> None:
    states = {**facts.source.states, "ACCT": frozenset({"STOACC", "NOTOPEN"})}
    plan = make_refresh(spec(), replace(facts, source=replace(facts.source, states=states)))
    assert plan.held == ("CUST", "CUSTX")
    assert "ACCT" not in statements.release(plan)
    assert len(plan.copies) == 3


def test_a_time_in_the_past_is_refused_before_anything_is_read(spec: Any) -> None:
    with pytest.raises(PlanRejected, match="CLN247E"):
        check_refresh(spec(consistency="fuzzy_with_log_apply", apply_to="2020-01-01T00:00:00Z"))
    check_refresh(spec(consistency="fuzzy_with_log_apply", apply_to="2099-01-01T00:00:00Z"))


@pytest.mark.parametrize("line", ['as_of: "2020-01-01T00:00:00Z"', "long_running: {policy: fuzzy}"])
def test_a_copy_that_may_need_logs_is_made_only_by_what_can_give_one(spec: Any, line: str) -> None:
    key, _, value = line.partition(": ")
    with pytest.raises(PlanRejected, match="CLN891E"):
        check_refresh(spec(mover="emcsnap", **{key: value}))
    check_refresh(spec(**{key: value}))


@pytest.mark.parametrize(
    ("mode", "hold", "release"),
    [
        ("dbr", "STOP(ACCESS)", "START(ACCESS)"),
        ("dbd", "STOP(UPDATES)", "START(ACCESS)"),
        ("quiesce", "START(QUIESCE) OPTION(HOLD) SET(TIMEOUT(30))", "STOP(QUIESCE)"),
    ],
)
def test_the_source_is_held_and_released_by_one_command_each(
    spec: Any, facts: RefreshFacts, mode: str, hold: str, release: str
) -> None:
    plan = make_refresh(spec(consistency=mode), facts)
    assert joined(statements.hold(plan)) == f"UPDATE DB NAME(ACCT,CUST,CUSTX) {hold}"
    assert joined(statements.release(plan)) == f"UPDATE DB NAME(ACCT,CUST,CUSTX) {release}"


def test_a_fuzzy_copy_holds_nothing_and_is_told_as_such(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(consistency="fuzzy"), facts)
    assert not plan.holds_source
    assert [warning[:7] for warning in plan.warnings] == ["CLN277W"]


@given(st.lists(st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True), min_size=1, max_size=200))
def test_a_command_of_any_length_reads_the_same_when_its_records_are_joined(names: list[str]) -> None:
    card = statements.query(names)
    lines = card.split("\n")
    assert all(len(line) <= LAST_COLUMN for line in lines)
    assert all(line.endswith(" +") for line in lines[:-1])
    assert joined(card).replace(" ", "") == f"QUERYDBNAME({','.join(names)})SHOW(ALL)"


def test_data_sets_that_go_to_one_volume_are_copied_by_one_statement(spec: Any, facts: RefreshFacts) -> None:
    moved = {
        name: replace(one, volsers=("IMST05",)) if "IMST.DB" in name and one.volsers else one
        for name, one in facts.entries.items()
    }
    (statement,) = statements.copies(make_refresh(spec(), replace(facts, entries=moved)))
    words = " ".join(statement.replace(" -\n", " ").split())
    assert "INCLUDE(IMSP.DB.ACCT,IMSP.DB.CUST,IMSP.DB.CUSTX)" in words.replace(", ", ",")
    assert "FASTREPLICATION(REQUIRED)" in words
    assert "(IMSP.DB.CUSTX.INDEX,IMST.DB.CUSTX.INDEX)" in words.replace(", ", ",")


def test_the_recon_commands_forget_and_define_under_the_targets_names(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(image_copy="needed"), facts)
    told = [one.command.text for one in plan.targets[0].definitions]
    assert told[0].startswith("INIT.DB DBD(ACCT) SHARELVL(")
    assert told[1].startswith("INIT.DBDS DBD(ACCT) DDN(ACCT) DSN(IMST.DB.ACCT) GENMAX(")
    assert told[2] == "CHANGE.DBDS DBD(ACCT) DDN(ACCT) ICON"
    assert not any("IMSP" in one for one in told)
    assert [one.text for one in deletions(facts.target.recon, ["ACCT", "NONE"])] == ["DELETE.DB DBD(ACCT)"]
    assert [one.text for one in undo_record(["ACCT"])] == ["LIST.DB DBD(ACCT) DBDS"]


def test_a_database_may_have_another_name_on_the_target(spec: Any, facts: RefreshFacts) -> None:
    text = BANK.replace("DBD=ACCT     ", "DBD=ACCT2    ").replace("IMSP.DB.ACCT ", "IMSP.DB.ACCT ")
    target = replace(
        facts.target,
        recon=listed("IMST", text),
        allocated={},
        dbds={"ACCT2": definition("ACCT")},
    )
    plan = make_refresh(spec(databases="[ACCT -> ACCT2]"), replace(facts, target=target))
    assert [(one.source, one.target) for one in plan.databases] == [("ACCT", "ACCT2")]
    assert plan.targets[0].definitions[0].command.text.startswith("INIT.DB DBD(ACCT2)")
    assert plan.copies[0].owner == "ACCT2"


def test_a_plan_survives_its_journey_and_no_change(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(), facts)
    document = plan.model_dump_json()
    again = read_plan(document)
    assert isinstance(again, RefreshPlan)
    assert again.fingerprint == plan.fingerprint
    with pytest.raises(PlanAltered):
        read_plan(document.replace("IMST.DB.ACCT", "IMST.DB.ACCX"))


def test_the_recon_after_the_refresh_is_compared_with_the_plan(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(), facts)
    free = replace(
        facts.target.recon,
        databases=tuple(replace(one, authorized=()) for one in facts.target.recon.databases),
        images=(),
    )
    assert list(recon_problems(plan.targets[0], free)) == []
    told = [str(one) for one in recon_problems(plan.targets[0], facts.target.recon)]
    assert any("is authorized for" in one for one in told)
    gone = replace(free, databases=free.databases[1:], data_sets=free.data_sets[1:])
    assert [str(one).split("  ")[1][:5] for one in recon_problems(plan.targets[0], gone)] == ["RECON", "RECON"]
    assert list(catalog_problems(plan.targets[0], facts.entries)) == []
    elsewhere = {**facts.entries, "IMST.DB.ACCT": CatalogEntry("IMST.DB.ACCT", "NONVSAM", ("IMST01",))}
    assert "IMST01" in str(next(catalog_problems(plan.targets[0], elsewhere)))


def test_within_one_ims_a_database_goes_into_another_under_the_ddnames_of_that(spec: Any, facts: RefreshFacts) -> None:
    other = definition("ACCT", **{"NAME=ACCT,": "NAME=ACCT2,", "DD1=ACCT": "DD1=ACCT2"})
    both = replace(facts.source, dbds={**facts.source.dbds, "ACCT2": other}, states={**facts.source.states})
    made = spec(databases="[ACCT -> ACCT2]", target="imsp", rename="['IMSP.DB.ACCT -> IMSP.DB.ACCT2']")
    told = problems(made, replace(facts, source=both, target=both))
    assert [one[:7] for one in told] == ["CLN283E"], "ACCT2 is not registered"
    draft = RefreshDraft(made, replace(facts, source=both, target=both))
    assert [(one.ddname, one.target_ddname, one.target) for one in draft.data_sets] == [
        ("ACCT", "ACCT2", "IMSP.DB.ACCT2")
    ]


@pytest.mark.parametrize("value", ["ACCT", "C*", "%%%", "ACCT -> ACCT2", "acct"])
def test_a_choice_is_a_name_a_mask_or_a_pair(value: str) -> None:
    assert DatabaseChoice(value) == value.upper()


@pytest.mark.parametrize("value", ["", "TOOLONGNAME", "A B", "C* -> D*", "A -> ", "1ABC -> X", "A.B"])
def test_what_is_no_choice_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="name"):
        DatabaseChoice(value)


def test_a_wrong_file_is_refused_with_its_lines(tmp_path: Path, spec: Any) -> None:
    spec()
    path = tmp_path / "environments" / "bank.yaml"
    path.write_text(path.read_text().replace("related: take", "related: maybe") + "catalogs: [A -> B]\n")
    with pytest.raises(SpecRejected) as refused:
        load_any(path)
    assert [problem.id for problem in refused.value.problems] == ["CLN107E", "CLN105E"]


def two_targets(spec: Any, facts: RefreshFacts, **lines: str) -> tuple[RefreshSpec, RefreshFacts]:
    also = lines.pop("also", "[{target: imsk, rename: ['IMSP.** -> IMSK.**'], volumes: [IMSK01]}]")
    other = replace(facts.target, recon=listed("IMSK"), allocated={})
    return spec(also=also, **lines), replace(facts, also=(other,))


def test_one_window_serves_several_targets(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(*two_targets(spec, facts))
    assert plan.target_ids == ("IMST", "IMSK")
    assert [one.target for one in plan.targets[1].copies] == ["IMSK.DB.ACCT", "IMSK.DB.CUST", "IMSK.DB.CUSTX"]
    assert {one.volsers for one in plan.targets[1].copies} == {("IMSK01",)}
    assert sum("INCLUDE(IMSP.DB.ACCT" in statement for statement in statements.copies(plan)) == 2
    assert "IMSK.DB.CUST" in plan.targets[1].definitions[3].command.text
    assert joined(statements.hold(plan)) == "UPDATE DB NAME(ACCT,CUST,CUSTX) STOP(ACCESS)"


def test_problems_of_a_further_target_name_it_and_where_it_was_written(spec: Any, facts: RefreshFacts) -> None:
    also = "[{target: imsk, rename: ['IMSP.** -> IMSK.**']}]"
    told = problems(*two_targets(spec, facts, also=also))
    assert {one[:7] for one in told} == {"CLN287E"}
    assert all("IMSK.DB" in one for one in told)
    same = "[{target: imst, rename: ['IMSP.** -> IMST.**']}]"
    again = replace(facts, also=(facts.target,))
    assert "IMS IMST" in problems(spec(also=same), again)[0]


def test_a_further_target_that_has_no_file_is_told(spec: Any) -> None:
    with pytest.raises(SpecRejected, match="also"):
        spec(also="[{target: nowhere, rename: ['IMSP.** -> IMSK.**']}]")


def test_what_the_target_has_is_kept_under_names_and_definitions_of_its_own(spec: Any, facts: RefreshFacts) -> None:
    (target,) = make_refresh(spec(keep_generations="1", databases="[CUST]"), facts).targets
    assert target.kept is not None
    assert [(one.source, one.target) for one in target.kept.copies] == [
        ("IMST.DB.CUST", "IMST.DB.CUST.PREV"),
        ("IMST.DB.CUSTX", "IMST.DB.CUSTX.PREV"),
    ]
    assert [part.target for part in target.kept.copies[1].components] == [
        "IMST.DB.CUSTX.DATA.PREV",
        "IMST.DB.CUSTX.INDEX.PREV",
    ]
    assert sorted(one.command.text for one in target.kept.definitions) == sorted(
        one.command.text for one in target.definitions
    )
    assert make_refresh(spec(), facts).targets[0].kept is None


def test_an_undo_copies_back_what_is_there_and_names_all_that_is_gone(spec: Any, facts: RefreshFacts) -> None:
    done = make_refresh(spec(keep_generations="1", databases="[CUST]"), facts)
    there = {name: CatalogEntry(name, "NONVSAM", ("IMST06",)) for name in kept_names(done)}
    plan = undo(done, "bank/1", None, there, {"IMST": True})
    assert [(one.source, one.target) for one in plan.copies] == [
        ("IMST.DB.CUST.PREV", "IMST.DB.CUST"),
        ("IMST.DB.CUSTX.PREV", "IMST.DB.CUSTX"),
    ]
    assert not plan.holds_source
    assert read_plan(plan.model_dump_json()) == plan
    assert plan.summary()["undoes"] == "bank/1"
    with pytest.raises(PlanRejected) as refused:
        undo(done, "bank/1", None, {}, {"IMST": True})
    assert [str(problem)[:7] for problem in refused.value.problems] == ["CLN398E"] * 4


def test_data_sets_that_the_target_had_not_had_have_no_state_to_go_back_to(spec: Any, facts: RefreshFacts) -> None:
    left = {name: entry for name, entry in facts.entries.items() if name != "IMST.DB.ACCT"}
    done = make_refresh(spec(keep_generations="1", databases="[ACCT]"), replace(facts, entries=left))
    with pytest.raises(PlanRejected) as refused:
        undo(done, "bank/1", None, {}, {"IMST": True})
    assert [str(problem)[:7] for problem in refused.value.problems] == ["CLN397E"]


def test_a_name_that_is_too_long_to_be_kept_is_told_in_the_plan(spec: Any, facts: RefreshFacts) -> None:
    long = "IMST.ABCDEFGH.ABCDEFGH.ABCDEFGH.ABCDEFG"
    wanted = spec(keep_generations="1", databases="[ACCT]", rename=f"['IMSP.DB.** -> {long}.**']")
    assert "CLN393E" in ids(wanted, facts)


@pytest.mark.parametrize(
    ("mover", "consistency", "given"),
    [("shadowimage", "dbr", "nothing"), ("emcsnap", "fuzzy_with_log_apply", "dbr, dbd, quiesce, fuzzy")],
)
def test_a_mover_is_refused_that_cannot_give_the_consistency(
    spec: Any, mover: str, consistency: str, given: str
) -> None:
    with pytest.raises(PlanRejected) as refused:
        check_refresh(spec(mover=mover, consistency=consistency))
    told = [str(problem) for problem in refused.value.problems if str(problem).startswith("CLN891E")]
    assert len(told) == 1
    assert f"it can give: {given}." in told[0]


def test_statements_of_emcsnap_follow_its_grammar(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(mover="emcsnap"), facts)
    cards = [" ".join(line.removesuffix("-").strip() for line in card.split("\n")) for card in statements.copies(plan)]
    assert cards[0] == "GLOBAL MAXRC(0)"
    name, volume = r"'[A-Z0-9.]{1,44}'", r"[A-Z0-9]{1,6}(?:,[A-Z0-9]{1,6})*"
    grammar = rf"SNAP DATASET\(SOURCE\({name}\) TARGET\({name}\) VOLUME\({volume}\) REPLACE\(YES\)\)"
    assert all(re.fullmatch(grammar, card) for card in cards[1:])
    assert len(cards) == 1 + len(plan.copies)
    assert all(len(line) <= LAST_COLUMN for card in statements.copies(plan) for line in card.split("\n"))


def test_the_file_of_pairs_names_every_data_set_and_component(spec: Any, facts: RefreshFacts) -> None:
    assert ids(spec(mover="own"), facts) == ["CLN892E"]
    plan = make_refresh(spec(mover="own", work="{volumes: [LABWK1]}"), facts)
    lines = data_set_pairs(plan, Asked("dag/run", "TOKEN", 30, held=True))
    rows = [tuple(line.split()[:3]) for line in lines if line.startswith(" ")]
    assert ("IMSP.DB.ACCT", "IMST.DB.ACCT", "OSAM") in rows
    assert ("IMSP.DB.CUSTX.DATA", "IMST.DB.CUSTX.DATA", "PART") in rows
    assert len(rows) == len(plan.copies) + sum(len(one.components) for one in plan.copies)
    assert "* SAY IMSCLONE COPIED 'dag/run' TOKEN  WHEN ALL ARE COPIED AND CATALOGED" in lines
    assert max(map(len, lines)) <= LONGEST


def test_every_index_is_built_anew_behind_logs_though_its_changes_are_logged(spec: Any, facts: RefreshFacts) -> None:
    held = make_refresh(spec(long_running="{policy: fail}"), facts).targets[0]
    assert (held.recoveries, held.rebuilds) == ((), ())
    logs = {name: CatalogEntry(name, "NONVSAM", ("IMSP01",)) for name in re.findall(r"IMSP\.SLDS\.\w+", BANK)}
    facts = replace(facts, entries=facts.entries | logs)
    target = make_refresh(spec(consistency="fuzzy_with_log_apply"), facts).targets[0]
    assert {one.database for one in target.recoveries} == {"ACCT", "CUST"}
    assert [(one.database, one.primary, one.indexes) for one in target.rebuilds] == [("CUST", "CUSTX", ())]
    card = statements.rebuilds(target)[0]["statement"]
    assert joined(card) == "PROC BLD_PRIMARY,CUST INPUT IBSCAN"


@pytest.mark.parametrize("databases", ["[CUSTX]", "[ACCT, CUST, CUSTX]"])
def test_an_index_that_nothing_builds_is_not_copied_while_it_is_updated(
    spec: Any, facts: RefreshFacts, databases: str
) -> None:
    """Without the DBD source nobody knows whose index it is."""
    unknown = replace(facts, source=replace(facts.source, dbds={}))
    found = problems(spec(databases=databases, consistency="fuzzy_with_log_apply"), unknown)
    assert [line for line in found if "CLN278E" in line and "CUSTX CUSTX of IMSP (INDEX)" in line], found
    past = spec(databases=databases, as_of="2026-11-21T03:46:00+00:00")
    assert not any("CLN278E" in line for line in problems(past, unknown))
    make_refresh(spec(databases=databases, long_running="{policy: fail}"), unknown)


@pytest.mark.parametrize(
    ("kind", "told"), [("INDEX", True), ("PSINDEX", True), ("HISAM", True), ("SHISAM", True), ("SHSAM", False)]
)
def test_only_what_stands_in_a_key_sequenced_data_set_has_to_be_built_anew(
    spec: Any, facts: RefreshFacts, kind: str, told: bool
) -> None:
    text = BANK.replace("DBORG=INDEX  ", f"DBORG={kind:7}")
    unknown = replace(facts, source=replace(facts.source, recon=listed("IMSP", text), dbds={}))
    draft = RefreshDraft(spec(databases="[CUSTX]", consistency="fuzzy_with_log_apply"), unknown)
    assert [problem.id for problem in keyed_data_is_built_anew(draft)] == ["CLN278E"] * told
