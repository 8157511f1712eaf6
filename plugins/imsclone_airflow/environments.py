"""One Dag for each file in environments/: the clone type's procedure on the environment's schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.sdk import DAG, Asset, get_parsing_context
from airflow.sdk.definitions.param import ParamsDict

from imsclone.errors import CloneError
from imsclone.spec import EnvironmentSpec, RefreshSpec, SpecRejected, load_any
from imsclone_airflow import settings
from imsclone_airflow.callbacks import give_up
from imsclone_airflow.operators.refuse import RefuseOperator
from imsclone_airflow.procedure import clone_defaults, from_form, run_params
from imsclone_airflow.procedures.database_refresh import database_refresh
from imsclone_airflow.procedures.full_system import full_system
from imsclone_airflow.procedures.haldb_copy import haldb_copy
from imsclone_airflow.procedures.skeleton import skeleton
from imsclone_airflow.timetable import CalendarTimetable

if TYPE_CHECKING:
    from imsclone.spec.schedule import Schedule

PROCEDURES: dict[str, Callable[..., None]] = {
    "full_system": full_system,
    "skeleton": skeleton,
    "database_refresh": database_refresh,
    "haldb_copy": haldb_copy,
}
AnySpec = EnvironmentSpec | RefreshSpec


def environment_dags() -> dict[str, DAG]:
    """Return the Dags by name; only the one that is wanted when a task of it starts.

    A file with errors becomes a Dag that says so; the others do not suffer from it.
    """
    wanted = get_parsing_context().dag_id
    names = settings.environments()
    return {name: environment_dag(name) for name in names if wanted in (None, name)}


def environment_dag(name: str) -> DAG:
    """Return the Dag that keeps one environment."""
    try:
        return _dag(name, load_any(settings.environment_file(name)))
    except SpecRejected as error:
        return _broken(name, error)


def _dag(name: str, spec: AnySpec) -> DAG:
    with DAG(
        dag_id=name,
        schedule=_when(spec.schedule),
        start_date=_first_day(spec.schedule),
        catchup=False,
        max_active_runs=1,
        default_args=clone_defaults(owner=str(spec.owner)),
        on_failure_callback=give_up,
        render_template_as_native_obj=False,
        tags=["ims", "environment", spec.clone_type, str(spec.source.imsid), str(spec.target.imsid)],
        # Plain text all through: the DAG processor refuses to hand on classes of ours.
        description=str(spec.description) if spec.description else None,
        doc_md=_described(name, spec),
    ) as dag:
        PROCEDURES[spec.clone_type](**from_form(name, spec.clone_type))
    # After the tasks, each of which copies the form it finds; and past Airflow's check of the defaults, which are the
    # same for all environments: both take more time than all the rest of parsing.
    object.__setattr__(dag, "params", ParamsDict(run_params(spec.clone_type)))
    return dag


def _when(schedule: Schedule | None) -> Any:
    if schedule is None:
        return None
    if schedule.after:
        return [Asset(str(uri)) for uri in schedule.after]
    return CalendarTimetable(str(schedule.cron), timezone=schedule.time_zone, skip=schedule.calendar.skip)


def _first_day(schedule: Schedule | None) -> pendulum.DateTime | None:
    if schedule is None or schedule.first is None:
        return None
    day = schedule.first
    return pendulum.datetime(day.year, day.month, day.day, tz=schedule.time_zone)


def _described(name: str, spec: AnySpec) -> str:
    kind = spec.clone_type.replace("_", " ")
    is_refresh = isinstance(spec, RefreshSpec)
    what = f"databases of {spec.source.imsid}" if is_refresh else f"a {kind} clone of {spec.source.imsid}"
    lines = [f"# {name}: {spec.target.imsid}, {what}", spec.description or ""]
    return "\n\n".join([*lines, f"Kept by {spec.owner}. The environment's file is `environments/{name}.yaml`."])


def _broken(name: str, error: CloneError) -> DAG:
    with DAG(
        dag_id=name,
        dag_display_name=f"{name} (its file has errors)",
        schedule=None,
        catchup=False,
        max_active_runs=1,
        default_args=clone_defaults() | {"retries": 0},
        tags=["ims", "environment", "broken"],
        doc_md=f"# {name} cannot be made\n\n```\n{error}\n```",
    ) as dag:
        RefuseOperator(task_id="environment_file", environment=name)
    return dag
