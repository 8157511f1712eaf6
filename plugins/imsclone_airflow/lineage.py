"""Where each data set of a clone comes from, for OpenLineage."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imsclone.clone_types import AnyPlan

log = logging.getLogger(__name__)

LIMIT = 20_000
"""Data sets in one event; servers refuse larger ones. The ledger has all of them."""


def copied(plan: AnyPlan) -> Any:
    """Return the copied data sets as OpenLineage's inputs and outputs; None where its provider is not installed.

    The namespace is the z/OS, ``zos://`` with the id of its connection, the name is that of the data set. Each output
    names its own input as its previous identifier, because inputs and outputs of a job are not paired otherwise.
    """
    try:
        from airflow.providers.openlineage.extractors import OperatorLineage
        from openlineage.client.event_v2 import Dataset  # type: ignore[import-not-found]
        from openlineage.client.generated.lifecycle_state_change_dataset import (  # type: ignore[import-not-found]
            LifecycleStateChange,
            LifecycleStateChangeDatasetFacet,
            PreviousIdentifier,
        )
    except ImportError:
        return None

    source, target = (f"zos://{system.zosmf}" for system in (plan.source, plan.target))
    pairs = [pair for pair in plan.data_sets if not pair.deleted]
    if len(pairs) > LIMIT:
        log.warning("OpenLineage is told of %s data sets; %s more are in the ledger only", LIMIT, len(pairs) - LIMIT)
    inputs, outputs = [], []
    for pair in pairs[:LIMIT]:
        inputs.append(Dataset(namespace=source, name=pair.source))
        facet = LifecycleStateChangeDatasetFacet(
            lifecycleStateChange=LifecycleStateChange.OVERWRITE,
            previousIdentifier=PreviousIdentifier(name=pair.source, namespace=source),
        )
        outputs.append(Dataset(namespace=target, name=pair.target, facets={"lifecycleStateChange": facet}))
    return OperatorLineage(inputs=inputs, outputs=outputs)
