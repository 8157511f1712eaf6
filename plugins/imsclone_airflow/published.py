"""What the asset of a target says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imsclone.ledger import Evidence, Run

APPLIED = "logs applied up to"
"""How the step that archives names the time."""


def asset_extra(run: Run, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """Return the figures of a run, with its consistency point: what was committed on the source until then is there.

    The point is when the source began to be held, by the clock of z/OS; for an offline copy, when the copy began; where
    logs were applied, the time up to which. After an undo it is that of the data which the target has again, or None if
    that is not known.
    """
    extra = dict(run.summary) | {"run": run.id, "source_milliseconds_lost": 0.0}
    copied = [one.started_at for one in evidence if one.step == "replicate"]
    point = copied[-1] if copied else run.started_at
    if run.window is not None:
        point = run.window.suspended_at
        extra["source_milliseconds_lost"] = run.window.milliseconds
        extra["source_milliseconds_exact"] = run.window.is_exact
    if "undoes" in run.summary:
        return extra | {"consistency_point": run.summary["data_of"]}
    applied = [one.after[APPLIED] for one in evidence if one.step == "archive_log" and APPLIED in one.after]
    return extra | {"consistency_point": applied[-1] if applied else point.isoformat()}
