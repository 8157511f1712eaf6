"""What a user may write about masking inside a refresh."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from imsclone.names import MemberName
from imsclone.spec.model import ConnectionId
from imsclone.spec.schedule import Strict


class KeySource(Strict):
    """Where the masking key comes from: an Airflow variable, or the password of a connection; one of the two."""

    variable: ConnectionId | None = None
    connection: ConnectionId | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.variable is None) == (self.connection is None):
            raise ValueError("give either variable or connection")
        return self

    def __str__(self) -> str:
        return f"variable {self.variable}" if self.variable else f"connection {self.connection}"


class MaskingSpec(Strict):
    """Masking before the target is started.

    ``policy`` is a file, relative to the folder that holds environments/. ``not_scanned`` are refreshed databases
    whose data sets the leak scan leaves out. ``cylinders`` is the space of each work data set, first and further.
    """

    policy: Annotated[str, Field(min_length=1)]
    key: KeySource
    not_scanned: tuple[MemberName, ...] = ()
    cylinders: Annotated[int, Field(ge=1, le=10_000)] = 10
