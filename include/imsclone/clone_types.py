"""Which model and which planner an environment file has, by its clone type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import from_json

from imsclone.facts import SystemFacts
from imsclone.plan import Plan, check_spec, make_plan, read_facts
from imsclone.refresh.facts import RefreshFacts
from imsclone.refresh.make import check_refresh, make_refresh
from imsclone.refresh.plan import RefreshPlan
from imsclone.refresh.read import read_refresh
from imsclone.spec import EnvironmentSpec, RefreshSpec
from imsclone.spec.load import REFRESHES
from imsclone.spec.model import ConnectionId, SystemSpec
from imsclone.steps.batch import Batch
from imsclone.steps.reader import open_reader
from imsclone.zosmf import Client, Connection

if TYPE_CHECKING:
    from imsclone.ledger import Ledger

AnySpec = EnvironmentSpec | RefreshSpec
AnyPlan = Plan | RefreshPlan
AnyFacts = SystemFacts | RefreshFacts
Connect = Callable[[ConnectionId], Connection]


def plan_model(clone_type: str) -> type[Plan] | type[RefreshPlan]:
    """Return the model of the plans of a clone type."""
    return RefreshPlan if clone_type in REFRESHES else Plan


def read_plan(document: str) -> AnyPlan:
    """Read a plan from JSON. Raises PlanAltered."""
    return plan_model(from_json(document).get("clone_type", "")).model_validate_json(document)


def check(spec: AnySpec) -> None:
    """Check what needs no look at a system. Raises PlanRejected."""
    if isinstance(spec, RefreshSpec):
        check_refresh(spec)
    else:
        check_spec(spec)


def read(spec: AnySpec, connect: Connect, templates: Sequence[Path] = ()) -> AnyFacts:
    """Read what the plan of an environment needs to know."""
    if not isinstance(spec, RefreshSpec):
        return read_facts(open_reader(connect(spec.source.zosmf), spec, templates), spec)

    def batch(system: SystemSpec) -> Batch:
        connection = connect(system.zosmf)
        return Batch(Client(connection), system.job_card or connection.job_card, str(spec.name), templates)

    return read_refresh(spec, batch(spec.source), batch(spec.target))


def looked(spec: AnySpec, facts: AnyFacts, ledger: Ledger) -> AnyFacts:
    """Keep in the ledger what facts tell of the source's HALDBs; give them with what it knows of earlier times."""
    return ledger.look(spec.source.imsid, facts) if isinstance(facts, RefreshFacts) else facts


def make(spec: AnySpec, facts: AnyFacts) -> AnyPlan:
    """Make the plan. Raises PlanRejected with all problems."""
    if isinstance(spec, RefreshSpec) and isinstance(facts, RefreshFacts):
        return make_refresh(spec, facts)
    if isinstance(spec, EnvironmentSpec) and isinstance(facts, SystemFacts):
        return make_plan(spec, facts)
    raise TypeError(f"{type(facts).__name__} are no facts for a {type(spec).__name__}")
