"""A full-system clone whose volumes somebody else copies, told by the file of pairs."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from copier import Copier

_spec = importlib.util.spec_from_file_location(
    "consistency_on_lab", Path(__file__).with_name("test_consistency_on_lab.py")
)
assert _spec is not None
assert _spec.loader is not None
consistency = importlib.util.module_from_spec(_spec)
sys.modules["consistency_on_lab"] = consistency
_spec.loader.exec_module(consistency)
production, states = consistency.production, consistency.states

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("own_volumes_on_lab")]

OWN = ("mover: own", "outage_budget_seconds: 60")


def statements(text: str) -> str:
    """Make the statements that copy the volumes of a file of pairs."""
    pairs = re.findall(r"(?m)^ (\w{6}) \w{4} (\w{6}) \w{4} 3390 \d+$", text)
    return "\n".join(
        f" COPY FULL INDYNAM(({source})) OUTDYNAM(({target})) COPYVOLID -\n  FASTREPLICATION(REQUIRED) PURGE"
        for source, target in pairs
    )


def cloned(clones: Any, **how: Any) -> tuple[Any, Copier]:
    file = clones.environment.parents[1] / "reports" / "pairs" / "imst.txt"
    copier = Copier(clones.client, file, statements, **how)
    copier.start()
    run = clones.clone("suspend", *OWN)
    copier.join(60)
    return run, copier


def test_the_source_is_suspended_until_its_volumes_are_said_to_be_copied_and_the_clone_adds_up(production: Any) -> None:
    run, copier = cloned(production)
    assert set(states(run).values()) == {"success"}, states(run)
    assert "is told that its copy is made" in copier.said
    window, found = production.window(run), production.evidence(run, "replicate")
    assert window.is_exact
    assert 0 < window.milliseconds < 60_000
    assert found.counts["volumes copied"] == 6
    assert "BANK INVARIANT HOLDS" in production.evidence(run, "offload.report").listing
    assert "SUS002I" in found.listing


def test_a_copy_that_failed_ends_the_run_and_the_source_goes_on(production: Any) -> None:
    run, _ = cloned(production, copies=False, failed="The pair IMSP03 is broken")
    found = states(run)
    assert (found["replicate"], found["resume"], found["relabel"]) == ("failed", "success", "upstream_failed"), found
    assert "The pair IMSP03 is broken" in str(production.evidence(run, "replicate").messages)
    assert production.is_active()
    assert production.window(run).milliseconds > 0


def test_volumes_that_were_not_copied_though_it_was_said_are_not_taken_for_copies(production: Any) -> None:
    run, _ = cloned(production, copies=False)
    found = states(run)
    assert (found["replicate"], found["resume"], found["relabel"]) == ("failed", "success", "upstream_failed"), found
    (said,) = [text for text in production.evidence(run, "replicate").messages if "CLN767E" in text]
    assert "6 of 6" in said
    assert production.is_active()
