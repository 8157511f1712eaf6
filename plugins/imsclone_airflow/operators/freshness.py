"""Find environments whose data is too old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowSkipException

from imsclone_airflow.errors import EnvironmentTooOld, NeverMade
from imsclone_airflow.operators.watch import WatchOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError


class FreshnessOperator(WatchOperator):
    """Fail, and tell people, when an environment's data is older than ``freshness_hours`` of its file.

    The data is of the moment at which the source was released after it was copied. Only the ledger is asked.
    """

    def execute(self, context: Context) -> str:
        limit = self.spec.freshness_hours
        if limit is None:
            raise AirflowSkipException(f"Environment {self.spec.name} has no limit (freshness_hours).")
        wrong = self.too_old(limit)
        if wrong is not None:
            self.tell(wrong)
            raise wrong
        self.all_is_well()
        return "fresh"

    def too_old(self, limit: int) -> CloneError | None:
        """Compare the age of the data with the limit."""
        last = self.ledger.last_good(self.spec.name)
        if last is None or last.data_of is None:
            return NeverMade(environment=self.spec.name, limit=limit)
        age = self.ledger.clock() - last.data_of
        if age <= timedelta(hours=limit):
            return None
        since = last.data_of.isoformat(timespec="seconds")
        hours = int(age / timedelta(hours=1))
        return EnvironmentTooOld(environment=self.spec.name, since=since, hours=hours, limit=limit)
