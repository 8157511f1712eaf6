"""What the watches of environments share: their file, and telling people what they found."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from imsclone_airflow import settings

if TYPE_CHECKING:
    from imsclone.errors import CloneError
    from imsclone.ledger import Ledger
    from imsclone.spec import EnvironmentSpec, RefreshSpec

AGAIN = timedelta(hours=23)
"""After which people are told again of what has not ended."""


class WatchOperator(BaseOperator):
    """Look at one environment without touching anything.

    :param environment: name of a file in environments/.
    """

    template_fields = ("environment",)
    ui_color = "#eef3ea"

    def __init__(self, *, environment: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.environment = environment

    @cached_property
    def spec(self) -> EnvironmentSpec | RefreshSpec:
        """The environment. Raises SpecRejected."""
        from imsclone.spec import load_any

        return load_any(settings.environment_file(self.environment))

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, with its tables."""
        made = settings.ledger()
        made.upgrade()
        return made

    def tell(self, found: CloneError) -> None:
        """Tell people what was found, at once and then once a day; when nobody was reached, the next time again."""
        from imsclone_airflow.notifications.send import tell

        if self.ledger.alert_is_due(self.what, AGAIN):
            unreached = tell(self.spec.alert, self.spec.name, found)
            if unreached and len(unreached) == len(self.spec.alert):
                self.ledger.alert_is_over(self.what)

    def all_is_well(self) -> None:
        """Note that there is nothing to tell, so that the next time is told at once."""
        self.ledger.alert_is_over(self.what)

    @property
    def what(self) -> str:
        """What this watch tells of."""
        return f"{type(self).__name__} {self.spec.name}"
