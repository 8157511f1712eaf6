"""Databases that the target lacks: what the plan says of them, what it refuses, what the job does, what proves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imsclone.clone_types import read_plan
from imsclone.facts import CatalogEntry
from imsclone.listings import recon, type2
from imsclone.listings.amaspzap import Dump
from imsclone.listings.code_page import encode
from imsclone.plan.errors import PlanRejected
from imsclone.refresh import define_statements, statements
from imsclone.refresh.facts import Held, Module, RefreshFacts, SideFacts
from imsclone.refresh.make import make_refresh
from imsclone.refresh.undo import undo
from imsclone.spec import RefreshSpec

INCLUDE = Path(__file__).parents[3] / "include"
BANK = (Path(__file__).parents[1] / "data" / "list_recon_bank.txt").read_text()
NAMES = ("ACCT", "CUST", "CUSTX")
KINDS = {"ACBLIB": "ACBLIB", "DBDLIB": "DBDLIB", "DBD source": "DBDSRC"}


def module(name: str, dsname: str) -> Module:
    text = (
        encode(f"DFSMDA  DATABASE{name:8}", 24) + b"\x00\x01" + encode(name, 8) + encode(dsname, 44) + encode("SHR", 4)
    )
    return Module("IMSP.MDALIB", (Dump("0000000003", name, name, 0, text),))


def listed(ims: str, *without: str) -> Any:
    found = recon.read(re.sub(r"(?m)^    BATCH1 .*\n", "", re.sub(r"IMSP(?!LEX)", ims, BANK)))
    kept = tuple(one for one in found.databases if one.dbd not in without)
    return replace(found, databases=kept, data_sets=tuple(one for one in found.data_sets if one.dbd not in without))


@pytest.fixture
def facts() -> RefreshFacts:
    """ACCT, CUST and its index on the source; the target knows CUST and CUSTX."""
    there = {name: CatalogEntry(name, "NONVSAM", ("IMSP05",)) for name in (f"IMSP.DB.{one}" for one in NAMES)}
    there |= {name: CatalogEntry(name, "NONVSAM", ("IMST05",)) for name in ("IMST.DB.CUST", "IMST.DB.CUSTX")}
    source = SideFacts(
        recon=listed("IMSP"),
        states={name: frozenset({"OPEN"}) for name in NAMES},
        allocated={name: (f"IMSP.DB.{name}",) for name in NAMES},
        held={
            (kind, name): (Held(f"IMSP.{library}", f"{kind}{name}"),)
            for kind, library in KINDS.items()
            for name in NAMES
        },
        modules={name: module(name, f"IMSP.DB.{name}") for name in NAMES},
    )
    target = SideFacts(
        recon=listed("IMST", "ACCT"),
        states={name: frozenset({"OPEN"}) for name in ("CUST", "CUSTX")},
        allocated={name: (f"IMST.DB.{name}",) for name in ("CUST", "CUSTX")},
    )
    return RefreshFacts(source, target, there)


@pytest.fixture
def spec(bank_refresh: Callable[..., RefreshSpec]) -> Callable[..., RefreshSpec]:
    return lambda **lines: bank_refresh(**{"databases": "[ACCT, CUST, CUSTX]", "define_missing": "true", **lines})


def problems(spec: RefreshSpec, facts: RefreshFacts) -> list[str]:
    with pytest.raises(PlanRejected) as refused:
        make_refresh(spec, facts)
    return sorted(str(problem) for problem in refused.value.problems)


def with_target(facts: RefreshFacts, **changed: Any) -> RefreshFacts:
    return replace(facts, target=replace(facts.target, **changed))


def with_source(facts: RefreshFacts, **changed: Any) -> RefreshFacts:
    return replace(facts, source=replace(facts.source, **changed))


def test_it_is_off_by_default_and_the_refusal_names_it(spec: Any, facts: RefreshFacts) -> None:
    (told,) = problems(spec(define_missing="false"), facts)
    assert told.startswith("CLN283E")
    assert "define_missing: true" in told


def test_the_plan_says_what_is_made_of_which_member(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(), facts)
    (new,) = plan.targets[0].defined
    assert [(one.kind, one.source, one.target) for one in new.members] == [
        ("DBDLIB", "IMSP.DBDLIB", "IMST.DBDLIB"),
        ("ACBLIB", "IMSP.ACBLIB", "IMST.ACBLIB"),
        ("DBD source", "IMSP.DBDSRC", "IMST.DBDSRC"),
    ]
    assert new.module is not None
    assert [(one.source, one.target) for one in new.module.names] == [("IMSP.DB.ACCT", "IMST.DB.ACCT")]
    (told,) = [one for one in plan.warnings if one.startswith("CLN811W")]
    assert "Database ACCT will be defined on IMST as it is on IMSP: IMST.DBDLIB(ACCT), IMST.ACBLIB(ACCT)" in told
    assert plan.summary()["databases to define"] == 1
    assert read_plan(plan.model_dump_json()) == plan


def test_only_what_the_target_knows_is_stopped_before_and_everything_is_started_after(
    spec: Any, facts: RefreshFacts
) -> None:
    (target,) = make_refresh(spec(), facts).targets
    assert statements.stop_known(target) == " UPDATE DB NAME(CUST,CUSTX) STOP(ACCESS)"
    assert statements.start_target(target) == " UPDATE DB NAME(ACCT,CUST,CUSTX) START(ACCESS)"
    (values,) = [define_statements.values(target)]
    assert values["command"].split("\n") == [
        " CREATE DB NAME(ACCT)",
        " UPDATE DB NAME(ACCT) STOP(ACCESS)",
        " QUERY DB NAME(ACCT) SHOW(ALL)",
    ]
    assert any(one.command.text.startswith("INIT.DB DBD(ACCT)") for one in target.definitions)


def test_it_comes_into_the_change_accumulation_groups_of_the_source_as_far_as_the_target_has_them(
    spec: Any, facts: RefreshFacts
) -> None:
    def grouped(record: Any) -> Any:
        return replace(record, lines=tuple(line for line in record.lines if line.split() != ["ACCT", "ACCT"]))

    def commands(groups: tuple[Any, ...]) -> list[str]:
        found = with_target(facts, recon=replace(facts.target.recon, others=groups))
        told = [one.command.text for one in make_refresh(spec(), found).targets[0].definitions]
        return [text for text in told if text.startswith("CHANGE.CAGRP")]

    others = facts.target.recon.others
    without = tuple(grouped(one) if one.kind == "CAGRP" else one for one in others)
    member = "CHANGE.CAGRP GRPNAME(BANKGRP) ADDMEM(({0},{0}))"
    assert sorted(commands(without)) == [member.format("ACCT"), member.format("CUST")]
    assert sorted(commands(others)) == [member.format("ACCT"), member.format("CUST")]
    assert commands(tuple(one for one in others if one.kind != "CAGRP")) == []


def test_the_names_in_a_dynamic_allocation_member_are_replaced_behind_a_check(spec: Any, facts: RefreshFacts) -> None:
    (new,) = make_refresh(spec(), facts).targets[0].defined
    (zap,) = define_statements.zaps(new)
    old, made = (encode(name, 12).hex().upper() for name in ("IMSP.DB.ACCT", "IMST.DB.ACCT"))
    assert zap.cards == (" NAME ACCT ACCT", f" VER 000022 {old}", f" REP 000022 {made}")


@pytest.mark.parametrize("library", ["ACBLIB", "DBDLIB"])
def test_a_member_that_is_there_is_left_if_it_is_the_same_and_refused_if_it_is_another(
    spec: Any, facts: RefreshFacts, library: Any
) -> None:
    held = {(library, "ACCT"): (Held(f"IMST.{library}", f"{library}ACCT"),)}
    assert make_refresh(spec(), with_target(facts, held=held)).targets[0].defined
    held = {(library, "ACCT"): (Held(f"IMST.{library}", "other"),)}
    (told,) = problems(spec(), with_target(facts, held=held))
    assert told.startswith("CLN817E")
    assert f"{library} member ACCT is in IMST.{library} already" in told


def test_a_dynamic_allocation_member_that_names_something_else_is_refused(spec: Any, facts: RefreshFacts) -> None:
    (told,) = problems(spec(), with_target(facts, allocated={**facts.target.allocated, "ACCT": ("IMSP.DB.ACCT",)}))
    assert told.startswith("CLN817E")
    assert "it names IMSP.DB.ACCT, not IMST.DB.ACCT" in told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"held": {}}, ["CLN816E", "CLN816E"]),
        ({"modules": {}}, ["CLN816E"]),
    ],
)
def test_every_part_must_be_on_the_source(spec: Any, facts: RefreshFacts, changed: Any, told: list[str]) -> None:
    assert [one[:7] for one in problems(spec(), with_source(facts, **changed))] == told


def test_the_target_needs_a_library_for_every_part(spec: Any, facts: RefreshFacts) -> None:
    wanted = spec()
    libraries = wanted.target.libraries.model_copy(update={"acblib": (), "dbdlib": (), "mda": ()})
    without = wanted.target.model_copy(update={"libraries": libraries})
    told = problems(wanted.model_copy(update={"target": without}).written_in(wanted._places), facts)
    assert [one[:7] for one in told] == ["CLN815E"] * 3
    assert {found[1] for one in told if (found := re.search(r"libraries\.(\w+)", one))} == {"acblib", "dbdlib", "mda"}


def test_every_acblib_of_the_target_gets_the_control_block_whichever_is_active(spec: Any, facts: RefreshFacts) -> None:
    wanted = spec()
    libraries = wanted.target.libraries.model_copy(update={"acblib": ("IMST.ACBLIBA", "IMST.ACBLIBB")})
    both = wanted.model_copy(update={"target": wanted.target.model_copy(update={"libraries": libraries})})
    (new,) = make_refresh(both.written_in(wanted._places), facts).targets[0].defined
    assert [one.target for one in new.members if one.kind == "ACBLIB"] == ["IMST.ACBLIBA", "IMST.ACBLIBB"]


def test_another_name_is_refused_because_the_control_block_holds_the_old_one(spec: Any, facts: RefreshFacts) -> None:
    told = problems(spec(databases="['ACCT -> ACCT2', CUST, CUSTX]"), facts)
    assert [one[:7] for one in told] == ["CLN812E"]
    assert "the control block holds the DBD name" in told[0]


def test_a_haldb_is_refused(spec: Any, facts: RefreshFacts) -> None:
    text = (Path(__file__).parents[1] / "data" / "list_recon_haldb.txt").read_text()
    source = recon.read(text)
    dsnames = [one.dsname for one in source.data_sets if one.dbd.startswith("HIST")]
    there = {name: CatalogEntry(name, "NONVSAM", ("IMSP05",)) for name in dsnames}
    states = {"HIST": frozenset({"OPEN"})}
    target = SideFacts(replace(source, databases=(), partitions=(), data_sets=()))
    found = RefreshFacts(SideFacts(source, states=states), target, there)
    assert [one[:7] for one in problems(spec(databases="[HIST]"), found) if "CLN27" not in one] == ["CLN813E"]


def test_a_target_that_does_not_run_cannot_be_told(spec: Any, facts: RefreshFacts) -> None:
    asleep = with_target(facts, active=False, states={}, recon=replace(facts.target.recon, subsystems=()))
    assert [one[:7] for one in problems(spec(), asleep)] == ["CLN814E"]


def test_a_database_that_has_no_control_block_in_the_running_ims_is_refused(spec: Any, facts: RefreshFacts) -> None:
    waiting = with_target(facts, states={**facts.target.states, "ACCT": frozenset({"NOTINIT", "NOTOPEN"})})
    assert [one[:7] for one in problems(spec(), waiting)] == ["CLN818E"]


def test_what_an_earlier_run_came_to_is_left_and_the_rest_is_made(spec: Any, facts: RefreshFacts) -> None:
    """IMS knows it: the control blocks are there. Without its dynamic allocation member it could not be opened."""
    known = with_target(facts, states={**facts.target.states, "ACCT": frozenset({"STOACC"})})
    (new,) = make_refresh(spec(), known).targets[0].defined
    assert new.members == ()
    assert new.module is not None
    allocated = {**facts.target.allocated, "ACCT": ("IMST.DB.ACCT",)}
    plan = make_refresh(spec(), with_target(known, allocated=allocated))
    assert plan.targets[0].defined == ()
    assert any(one.startswith("CLN276W") for one in plan.warnings)


def test_a_registered_database_that_ims_does_not_know_is_defined(spec: Any, facts: RefreshFacts) -> None:
    plan = make_refresh(spec(), with_target(facts, recon=listed("IMST")))
    assert [one.name for one in plan.targets[0].defined] == ["ACCT"]


def test_a_refresh_that_defined_databases_is_not_taken_back(spec: Any, facts: RefreshFacts) -> None:
    done = make_refresh(spec(keep_generations="1"), facts)
    with pytest.raises(PlanRejected) as refused:
        undo(done, "run", None, facts.entries, {"IMST": True})
    assert any("defined ACCT on IMST" in str(problem) for problem in refused.value.problems)


def test_members_that_are_not_what_the_plan_says_are_found(spec: Any, facts: RefreshFacts) -> None:
    """The important check: each way in which a member can be wrong is told, and a right one is not."""
    defined = make_refresh(spec(), facts).targets[0].defined
    right = {(one.target, "ACCT"): one.digest for one in defined[0].members}
    allocated = {"ACCT": ("IMST.DB.ACCT",)}
    assert list(define_statements.not_as_planned(defined, right, allocated)) == []
    for place in right:
        other = {**right, place: "other"}
        gone = {one: seal for one, seal in right.items() if one != place}
        assert [one[:2] for one in define_statements.not_as_planned(defined, other, allocated)] == [place]
        assert [one[:2] for one in define_statements.not_as_planned(defined, gone, allocated)] == [place]
    for names in ({}, {"ACCT": ("IMSP.DB.ACCT",)}, {"ACCT": ("IMST.DB.ACCT", "IMSP.DB.ACCT")}):
        (wrong,) = define_statements.not_as_planned(defined, right, names)
        assert wrong[:2] == ("IMST.MDALIB", "ACCT")


ANSWERS = """COMMAND : CREATE DB NAME(ACCT)
RC=X'{rc}' RSN=X'00000000'
DBName MbrName CC CCText
------ ------- -- -----------------------
{created}

COMMAND : UPDATE DB NAME(ACCT) STOP(ACCESS)
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC CCText
------ ------- -- -----------------------
{stopped}

COMMAND : QUERY DB NAME(ACCT) SHOW(ALL)
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC LclStat        CCText
------ ------- -- -------------- -----------------
{known}
"""
MISSING = "ACCT   IMST    10                NO RESOURCES"
GOOD = {
    "rc": "00000000",
    "created": "ACCT   IMST    0",
    "stopped": "ACCT   IMST    0",
    "known": "ACCT   IMST    0  STOACC,NOTOPEN",
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ""),
        ({"created": "ACCT   IMST    11 RESOURCE ALREADY EXISTS"}, ""),
        (
            {"created": "ACCT   IMST    E4 AREA A1 ALREADY EXISTS", "known": "ACCT   IMST    10                NONE"},
            "A1",
        ),
        ({"stopped": "ACCT   IMST    6F IN USE BY BMP"}, "IN USE BY BMP"),
        ({"known": "ACCT   IMST    0  NOTINIT,NOTOPEN"}, "no control block"),
        ({"known": MISSING}, "not known to IMST"),
        ({"known": f"ACCT   IMST    0  STOACC\n{MISSING.replace('IMST', 'IMSU')}"}, "not known to IMSU"),
    ],
)
def test_what_every_member_knows_afterwards_decides(changed: dict[str, str], told: str) -> None:
    said = define_statements.unknown(type2.answers(ANSWERS.format(**GOOD | changed)), ["ACCT"])
    assert (told in said) if told else said == ""


def test_an_ims_that_is_not_there_or_takes_no_create_is_told_in_its_own_words() -> None:
    away = "RC=X'02000010' RSN=X'00004200' NO CLIENTS TO ROUTE THE COMMAND TO\n\n"
    listing = "".join(f"COMMAND : {verb} DB NAME(ACCT)\n{away}" for verb in ("CREATE", "UPDATE", "QUERY"))
    assert "NO CLIENTS" in define_statements.unknown(type2.answers(listing), ["ACCT"])
    refused = ANSWERS.format(**GOOD | {"known": MISSING})
    head, _, rest = refused.partition("\n\n")
    assert head
    listing = f"COMMAND : CREATE DB NAME(ACCT)\nRC=X'0200000C' RSN=X'00003014' CREATE IS NOT VALID\n\n{rest}"
    assert "CREATE IS NOT VALID" in define_statements.unknown(type2.answers(listing), ["ACCT"])
