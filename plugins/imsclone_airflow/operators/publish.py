"""Hand the clone over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias

from imsclone_airflow import settings
from imsclone_airflow.errors import ReportNotWritten
from imsclone_airflow.operators.base import CloneOperator
from imsclone_airflow.published import asset_extra

if TYPE_CHECKING:
    from airflow.sdk import Context

CLONES = AssetAlias("ims_clones")


class PublishOperator(CloneOperator):
    """Close the run in the ledger, write its report, give the target free, and tell who waits for the clone.

    The asset ``ims://<imsid>`` is updated, with the run's figures and its consistency point.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"outlets": [CLONES], **kwargs})

    def work(self, context: Context) -> dict[str, Any]:
        """Write the report as far as it goes: where that fails, the run is not closed, and nobody is told."""
        self.write_report()
        run = self.ledger.run(self.task_key.run_key)
        summary = asset_extra(run, self.ledger.evidence(run.id))
        for imsid in self.the_plan.target_ids:
            self.evidence.messages.append(f"{imsid} is ready")
            # Without a name of its own: an asset is its name and its URI, and who waits for it knows the URI only.
            context["outlet_events"][CLONES].add(Asset(f"ims://{imsid}"), extra=summary)
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
        """Write the report of the run. Raises ReportNotWritten."""
        from imsclone.report import write_report

        path = report_path(self.task_key.run_key)
        try:
            return write_report(self.ledger, self.task_key.run_key, path)
        except OSError as error:
            raise ReportNotWritten(path=path, said=error.strerror or error) from error


def report_path(run: str) -> Path:
    """Return where the report of a run goes."""
    return settings.reports() / f"{re.sub(r'[^A-Za-z0-9_.-]', '-', run)}.html"
