"""The notifier of clone runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseNotifier

from imsclone_airflow import settings

if TYPE_CHECKING:
    from airflow.sdk import Context


class CloneNotifier(BaseNotifier):
    """Tell those whom the environment's file names under ``alert`` that a run failed, in one line.

    The line says what failed, for which environment, where the source stands (not touched, runs, held until the
    watchdog releases it, or unknown), and what to do. Dags of this project use it when a run has failed for good; in
    other Dags it can be given as ``on_failure_callback``.

    :param environment: name of a file in environments/; that of the run if not given.
    """

    template_fields = ("environment",)

    def __init__(self, *, environment: str = "") -> None:
        super().__init__()
        self.environment = environment

    def notify(self, context: Context) -> None:
        from imsclone.spec import load_any
        from imsclone_airflow.notifications.failure import environment_of, failed_run
        from imsclone_airflow.notifications.send import tell

        name = self.environment or environment_of(context)
        if not name:
            return
        spec = load_any(settings.environment_file(name))
        message = failed_run(context, spec, settings.ledger())
        self.log.error("%s", message)
        for unreached in tell(spec.alert, spec.name, message):
            raise unreached
