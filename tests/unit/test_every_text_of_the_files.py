"""Every value of both files is tried with text that could become a statement; none gets through."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from imsclone.errors import CloneError
from imsclone.jcl import JobHeader, job_name, render
from imsclone.names import CardText
from imsclone.spec import EnvironmentSpec, SpecRejected, SystemSpec
from imsclone.spec.document import parse_document
from imsclone.spec.load import _model_in, validated
from imsclone.spec.places import described
from imsclone.zosmf import Correlator
from imsclone.zosmf.connection import JobCard

INCLUDE = Path(__file__).parents[2] / "include"
BAD = [
    "'",
    '"',
    "\n",
    "\r",
    "\n//X EXEC PGM=IEFBR14\n",
    "'\n//",
    "//",
    "/*",
    "&SYSUID",
    "\x00",
    "\x15",
    "\u2028",
    "\x85",
]
NUMBERS = {"group_size", "outage_budget_seconds", "approval.wait_hours", "freshness_hours", "own_copy_hours"}
"""A number with a line end behind it is that number."""
Key = tuple[str | int, ...]

CARD = {
    "prefix": "CLN",
    "account": "ACCT,1",
    "programmer": "IMS DBA",
    "jobclass": "A",
    "msgclass": "H",
    "region": "0M",
    "notify": "IBMUSER",
    "user": "IBMUSER",
    "statements": ["/*JOBPARM SYSAFF=SYSA"],
}


def system(name: str) -> dict[str, Any]:
    text = (INCLUDE / "systems" / "imsp.yaml").read_text().replace("IMSP", name.upper())
    known: dict[str, Any] = yaml.load(text, yaml.BaseLoader)
    known["volumes"] |= {"volsers": [f"{name.upper()}01"], "storage_groups": ["SG1"]}
    return known | {"job_card": copy.deepcopy(CARD)}


def environment() -> dict[str, Any]:
    known: dict[str, Any] = yaml.load((INCLUDE / "environments" / "imst.yaml").read_text(), yaml.BaseLoader)
    known["approval"]["approvers"] = ["dba"]
    known["offload"]["unload"] = ["ACCT"]
    known["alert"] = [{"connection": "ops_mail", "to": ["dba@example.com"]}]
    known["volumes"]["staging"] = "IMSP## -> IMSS##"
    calendar = {"description": "Holidays", "skip": ["2026-12-25"]}
    known["schedule"] = {"cron": "0 2 * * *", "time_zone": "UTC", "first": "2026-01-01", "calendar": calendar}
    known["offload"]["unload"] = ["ACCT"]
    known["alert"] = [{"connection": "mail", "to": ["dba@example.com"]}]
    more = {"replacements": [{"find": "PROD", "replace": "TEST"}], "freshness_hours": "26"}
    return known | more | {"source": system("imsp"), "target": system("imst")}


def with_defaults(document: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Write the defaults out that are words or numbers."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None and isinstance(document.get(name), dict):
            with_defaults(document[name], inner)
        elif isinstance(field.default, str | int | float) and name not in document:
            document[name] = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    return document


def leaves(value: Any, key: Key = ()) -> Iterator[Key]:
    """Yield the path of every value, and of every key of a mapping that is no field."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*key, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*key, number))
    else:
        yield key


def fields(model: type[BaseModel], key: Key = ()) -> Iterator[Key]:
    """Yield the path of every field that is no model."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None and not issubclass(inner, str):
            yield from fields(inner, (*key, name))
        else:
            yield (*key, name)


def with_text(value: Any, change: Callable[[str], str], key: Key = ()) -> Any:
    """Change every value but the site's own statements."""
    if isinstance(value, dict):
        return {name: with_text(inner, change, (*key, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_text(inner, change, (*key, number)) for number, inner in enumerate(value)]
    return value if "statements" in key else change(value)


def loaded(document: dict[str, Any]) -> EnvironmentSpec:
    return validated(EnvironmentSpec, parse_document(yaml.safe_dump(document), "all.yaml"))


ALL = with_defaults(environment(), EnvironmentSpec)
PATHS = list(leaves(ALL))


def test_the_document_has_every_field_there_is_and_is_good() -> None:
    there = {tuple(step for step in path if isinstance(step, str)) for path in PATHS}
    missing = {path for path in fields(EnvironmentSpec) if not any(one[: len(path)] == path for one in there)}
    instead = {("volumes", "pairs"), ("schedule", "after")}
    assert missing == instead, "give each new field a value above; pairs stand in place of a rule, after of cron"
    assert loaded(ALL).name == "imst"


def test_both_models_are_covered() -> None:
    assert {path[1] for path in PATHS if path[0] == "source"} == set(SystemSpec.model_fields)


def is_number(text: str) -> bool:
    """Whether a text is a number for the models, which leave away blanks around it: no statement comes of that."""
    try:
        float(text)
    except ValueError:
        return False
    return True


@settings(deadline=None, max_examples=60)
@example(before="", bad="\n", after="1", keep=False)
@given(before=st.text(max_size=4), bad=st.sampled_from(BAD), after=st.text(max_size=4), keep=st.booleans())
def test_no_value_takes_text_that_could_become_a_statement(before: str, bad: str, after: str, keep: bool) -> None:
    problems = refused(with_text(ALL, lambda good: (good if keep else before) + bad + after))
    told = {problem.place.key for problem in problems if problem.place}
    taken = {described(path) for path in PATHS if "statements" not in path} - told
    still_numbers = not (bad + after).strip() if keep else is_number(before + bad + after)
    assert taken <= (NUMBERS if still_numbers else set())


@settings(deadline=None, max_examples=20)
@given(bad=st.sampled_from(BAD))
def test_no_key_takes_text_that_could_become_a_statement(bad: str) -> None:
    volumes = ALL["volumes"] | {"units": {f"IMST{bad}": "0A90"}, "pairs": [f"IMSP01 -> IMST{bad}"]}
    problems = refused(ALL | {"volumes": volumes, f"owner{bad}": "x"})
    assert [problem.id for problem in problems].count("CLN105E") == 1
    assert [problem.id for problem in problems].count("CLN107E") == 2


def refused(document: dict[str, Any]) -> Sequence[CloneError]:
    """Require a typed refusal whose every problem is one printable line with file and line."""
    with pytest.raises(SpecRejected) as caught:
        loaded(document)
    for problem in caught.value.problems:
        assert str(problem).startswith(problem.id)
        assert str(problem).isprintable(), repr(str(problem))
        assert problem.place is not None
        assert (problem.place.file, problem.place.line > 0) == ("all.yaml", True)
    return caught.value.problems


@settings(deadline=None, max_examples=200)
@given(
    before=st.sampled_from(["", "//*", "/*", "/*JOBPARM ", "//"]), bad=st.sampled_from(BAD), after=st.text(max_size=8)
)
def test_a_statement_of_the_site_stays_one_statement_that_runs_nothing(before: str, bad: str, after: str) -> None:
    try:
        card = JobCard(statements=(before + bad + after,))
    except ValueError:
        return
    header = JobHeader(job_name("CLN", "X"), Correlator("CLNX1"), card, CardText("X"), CardText("imst"))
    names = {"names": ["UCAT.IMSP"]}
    plain = render(
        "list_connectors.jcl",
        (),
        job=JobHeader(header.name, header.correlator, JobCard(), header.step, header.environment),
        **names,
    )
    lines = render("list_connectors.jcl", (), job=header, **names).splitlines()
    (line,) = [line for line in lines if line not in plain.splitlines()]
    assert line.startswith(("//*", "/*"))
    assert len(line) <= 71
