"""Hand the clone over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias

from imsclone_airflow import settings
from imsclone_airflow.operators.base import CloneOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

CLONES = AssetAlias("ims_clones")


class PublishOperator(CloneOperator):
    """Close the run in the ledger, write its report, give the target free, and tell who waits for the clone.

    The asset ``ims://<imsid>`` is updated, with the run's figures.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"outlets": [CLONES], **kwargs})

    def work(self, context: Context) -> dict[str, Any]:
        run = self.ledger.run(self.task_key.run_key)
        summary = dict(run.summary) | {"run": run.id, "source_milliseconds_lost": 0.0}
        if run.window is not None:
            summary["source_milliseconds_lost"] = run.window.milliseconds
            summary["source_milliseconds_exact"] = run.window.is_exact
        for imsid in self.the_plan.target_ids:
            self.evidence.messages.append(f"{imsid} is ready")
            context["outlet_events"][CLONES].add(Asset(uri=f"ims://{imsid}", name=f"IMS {imsid}"), extra=summary)
        return summary

    def note(self, context: Context, outcome: str) -> None:
        """Write this task's own evidence, then the report, which shows all of them."""
        super().note(context, outcome)
        if outcome != "done":
            return
        self.ledger.finish_run(self.task_key.run_key, success=True)
        self.log.info("Report: %s", self.write_report())
        for lease in self.fence.targets:
            self.ledger.release(lease)

    def write_report(self) -> Path:
        """Write the report of the run."""
        from imsclone.report import write_report

        return write_report(self.ledger, self.task_key.run_key, report_path(self.task_key.run_key))


def report_path(run: str) -> Path:
    """Return where the report of a run goes."""
    return settings.reports() / f"{re.sub(r'[^A-Za-z0-9_.-]', '-', run)}.html"
