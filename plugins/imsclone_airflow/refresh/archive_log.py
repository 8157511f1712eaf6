"""Have the source's logs archived as far as a copy needs them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from imsclone_airflow.published import APPLIED
from imsclone_airflow.refresh.errors import LogsNotThere
from imsclone_airflow.refresh.step import COMMAND, RefreshStep, recon_values, spoc_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.refresh.logs import NeededLogs

ARCHIVE_SECONDS = 600.0
"""How long online logs may wait for their archive."""
AGAIN_SECONDS = 1.0


class ArchiveLogOperator(RefreshStep):
    """Switch the online logs of the source and wait until what the copies need is archived.

    ``/SWITCH OLDS`` makes IMS go on with its next online log data set; the one before is archived by the source
    itself, as every full one is. No program notices. The result names the log data sets in order and the time up to
    which they are to be applied.

    :param copied: what the copy step returned: whether the copy needs logs, and when it was made.
    """

    template_fields: Sequence[str] = (*RefreshStep.template_fields, "copied")
    jcl_template = COMMAND
    letters = "SWLOG"
    side = "source"

    def __init__(self, *, copied: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.copied = copied

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import switch_log

        return spoc_values(self.refresh.source, switch_log())

    def preview(self) -> None:
        if self.refresh.applies_logs:
            super().preview()

    def work(self, context: Context) -> Any:
        if not self.refresh.applies_logs or not self.copied["fuzzy"]:
            return {"logs": [], "until": "", "applied": False}
        since, until = (datetime.fromisoformat(self.copied[key]) for key in ("since", "until"))
        if self.refresh.as_of is not None:
            until = self.refresh.as_of
        elif self.refresh.apply_to is not None:
            until = self.reached(max(until, self.refresh.apply_to))
        if self.refresh.source.active:
            self.keep(self.desk.run("switch", self.job_jcl))
        found = self.archived(int(context["ti"].try_number), since, until)
        self.evidence.counts["log data sets needed"] = len(found.names)
        self.evidence.after[APPLIED] = until.isoformat()
        return {"logs": list(found.names), "until": until.isoformat(), "applied": True}

    def reached(self, moment: datetime) -> datetime:
        """Wait until a time has come, and return it."""
        while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
            self.fence.check()
            time.sleep(min(left, AGAIN_SECONDS))
        return moment

    def archived(self, try_number: int, since: datetime, until: datetime) -> NeededLogs:
        """Look into the RECON until everything is archived. Raises LogsNotThere."""
        deadline, number = time.monotonic() + ARCHIVE_SECONDS, 0
        while True:
            number += 1
            found = self.listed(f"logs{try_number}x{number}", since, until)
            waiting = bool(found.waiting) or any(one.id == "CLN245E" for one in found.problems)
            if not waiting or time.monotonic() > deadline:
                break
            self.fence.check()
            time.sleep(AGAIN_SECONDS)
        problems = [*found.problems, *self.unarchived(found, until)]
        problems += self.missing(f"there{try_number}", found, until) if not problems else []
        if problems:
            raise LogsNotThere(imsid=self.refresh.source.imsid, problems=problems)
        return found

    def listed(self, label: str, since: datetime, until: datetime) -> NeededLogs:
        """Return what one listing of the source's RECON says."""
        from imsclone.listings import recon
        from imsclone.refresh.as_of import logs_to
        from imsclone.refresh.logs import needed_logs

        output = self.desk.run(label, self.maker("list_recon.jcl", "LOGS", recon_values(self.refresh.source)))
        found, plan = recon.read(output.sysprint("LIST")), self.refresh
        if plan.as_of is not None:
            return logs_to(found, plan.bases, plan.as_of)
        return needed_logs(found, plan.owners, since, until, restarts=plan.restarts)

    def unarchived(self, found: NeededLogs, until: datetime) -> Sequence[Any]:
        """Return a problem for each online log that was not archived in time."""
        from imsclone.refresh.log_errors import LogNotArchived

        return [LogNotArchived(ssid=name, reached="its start", until=until.isoformat()) for name in found.waiting]

    def missing(self, label: str, found: NeededLogs, until: datetime) -> Sequence[Any]:
        """Return a problem for each data set that is not in the catalog."""
        from imsclone.listings import idcams
        from imsclone.names import DataSetName
        from imsclone.refresh.log_errors import LogMissing

        if not found.names:
            return ()
        names = [DataSetName(name) for name in found.names]
        output = self.desk.run(label, self.maker("list_data_sets.jcl", "LOGDS", {"names": names}))
        there = {one.name for one in idcams.listcat(output.sysprint("LISTCAT"))}
        gone = [name for name in found.names if name not in there]
        return [LogMissing(dsname=name, since=f"before {until}", said="the catalog") for name in gone]
