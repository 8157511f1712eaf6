"""What OpenLineage is told of a copy. Its provider is no part of the installation, so its classes are stood in for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

CLASSES = {
    "airflow.providers.openlineage": [],
    "airflow.providers.openlineage.extractors": ["OperatorLineage"],
    "openlineage": [],
    "openlineage.client": [],
    "openlineage.client.event_v2": ["Dataset"],
    "openlineage.client.generated": [],
    "openlineage.client.generated.lifecycle_state_change_dataset": [
        "LifecycleStateChangeDatasetFacet",
        "PreviousIdentifier",
    ],
}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the classes that are used, which only hold what they are given."""
    for name, classes in CLASSES.items():
        module: Any = ModuleType(name)
        for one in classes:
            setattr(module, one, SimpleNamespace)
        module.LifecycleStateChange = SimpleNamespace(OVERWRITE="OVERWRITE")
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def told(operator: Callable[..., Any], bench: Any, host: Any) -> Callable[[], Any]:
    def complete() -> Any:
        step = operator("Replicate")
        bench.render(step)
        return step.get_openlineage_facets_on_complete(None)

    return complete


def test_each_copied_data_set_names_the_one_it_comes_from(told: Callable[[], Any], plan: Any, provider: None) -> None:
    lineage = told()
    assert len(lineage.inputs) == len(lineage.outputs) == len(plan.data_sets)
    for before, after in zip(lineage.inputs, lineage.outputs, strict=True):
        assert before.namespace == after.namespace == "zos://zosmf_lab"
        assert after.name == before.name.replace("IMSP", "IMST")
        previous = after.facets["lifecycleStateChange"].previousIdentifier
        assert (previous.namespace, previous.name) == (before.namespace, before.name)


def test_more_data_sets_than_an_event_bears_are_cut_and_said(
    told: Callable[[], Any], provider: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("imsclone_airflow.lineage.LIMIT", 3)
    with caplog.at_level("WARNING"):
        assert len(told().outputs) == 3
    assert "more are in the ledger only" in caplog.text


def test_without_the_provider_nothing_is_told(told: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "airflow.providers.openlineage.extractors", None)
    assert told() is None
