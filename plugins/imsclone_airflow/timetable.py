"""When a scheduled environment runs: cron in a time zone, but for the days of a calendar. Registered by plugin.py."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

JUST_NOW = datetime.timedelta(minutes=2)
"""A run of a new environment that was due so recently is still made: the scheduler may be about to make it."""


LATE = datetime.timedelta(hours=1)
"""How late a run is still made that nobody made in its time, because the scheduler was down or busy."""


class CalendarTimetable(CronTriggerTimetable):
    """Cron without the days on which nothing is made.

    :param cron: five fields, or six with the seconds last.
    :param timezone: in which the fields are read, and in which a day is a day.
    :param skip: days, as dates or as ISO texts.
    """

    def __init__(self, cron: str, *, timezone: Any, skip: Iterable[datetime.date | str] = (), **kwargs: Any) -> None:
        super().__init__(cron, timezone=timezone, **kwargs)
        self.skip = frozenset(
            day if isinstance(day, datetime.date) else datetime.date.fromisoformat(day) for day in skip
        )

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> CalendarTimetable:
        return cls(data["expression"], timezone=data["timezone"], skip=data["skip"])

    def serialize(self) -> dict[str, Any]:
        zone = str(self._timezone.name)
        return {"expression": self._expression, "timezone": zone, "skip": sorted(map(str, self.skip))}

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        after, within = last_automated_data_interval, restriction
        if not within.catchup:
            # Airflow's own would make the last one that has passed, however long ago: of a new environment, or after
            # a backfill of earlier dates.
            soonest = pendulum.now("UTC") - (JUST_NOW if after is None else LATE)
            if after is None or after.end < soonest:
                after, within = (
                    None,
                    TimeRestriction(max(filter(None, [within.earliest, soonest])), within.latest, True),
                )
        while True:
            found = super().next_dagrun_info(last_automated_data_interval=after, restriction=within)
            if found is None or found.run_after.in_timezone(self._timezone).date() not in self.skip:
                return found
            # The one after this day, however long ago it was: catchup only says where the search goes on.
            after, within = found.data_interval, TimeRestriction(within.earliest, within.latest, catchup=True)
