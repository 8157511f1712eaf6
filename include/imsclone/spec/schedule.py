"""When an environment is made anew: by the clock, on the days of a business calendar, or after something else."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from imsclone.names import CardText, Name

CRON = re.compile(r"[A-Za-z0-9*/,#-]+( [A-Za-z0-9*/,#-]+){4,5}")


class Strict(BaseModel):
    """A model that knows every key it is given and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AssetUri(Name):
    """The URI of an Airflow asset. It never gets into JCL."""

    rule = "an asset's URI, such as ims://IMSP or x-batch://end-of-day"
    pattern = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9@#$._~/-]+")
    length = 500

    @classmethod
    def fold(cls, value: str) -> str:
        return value


class Calendar(Strict):
    """One file of include/calendars: the days on which nothing is scheduled."""

    description: CardText | None = None
    skip: tuple[datetime.date, ...] = ()


class Schedule(Strict):
    """Either ``cron``, read in ``time_zone``, or ``after``, asset URIs that must all have been updated.

    ``cron`` is five fields, or six with the seconds last, as Airflow reads them.
    ``calendar`` names a file in include/calendars; a run that would fall on one of its days, in that time zone, is not
    made. ``first`` is the first day that can be backfilled.
    """

    cron: str | None = None
    time_zone: str = "UTC"
    calendar: Calendar = Calendar()
    first: datetime.date | None = None
    after: Annotated[tuple[AssetUri, ...], Field(max_length=20)] = ()

    @field_validator("cron")
    @classmethod
    def _fields_of_cron(cls, value: str | None) -> str | None:
        from croniter import croniter  # type: ignore[import-untyped]

        if value is not None and not (CRON.fullmatch(value) and croniter.is_valid(value)):
            raise ValueError(
                "five fields: minute, hour, day of month, month, day of week, as in 30 2 * * 1-5; a sixth is seconds"
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("a time zone of the IANA database, such as UTC or Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.cron is None) == (not self.after):
            raise ValueError("give either cron or after, not both and not neither")
        return self
