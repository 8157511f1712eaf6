"""Say what is wrong with an environment's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from imsclone_airflow import settings
from imsclone_airflow.errors import EnvironmentMended

if TYPE_CHECKING:
    from airflow.sdk import Context


class RefuseOperator(BaseOperator):
    """Fail with every error of an environment's file: the only task of a Dag whose file has errors.

    :param environment: name of a file in environments/.
    """

    def __init__(self, *, environment: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.environment = environment

    def execute(self, context: Context) -> None:
        from imsclone.spec import load_any

        load_any(settings.environment_file(self.environment))
        raise EnvironmentMended(environment=self.environment)
