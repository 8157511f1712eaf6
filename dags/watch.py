"""# Watches

They look at every environment and touch nothing.

**watch_freshness** fails for an environment whose data is older than its limit, and asks the ledger only.

**watch_drift** makes the plan of every environment as a run would, so it says which run would fail, and why, before
it does; it submits the jobs that read both systems. It is paused until somebody wants it. What it saw of the sources'
partitions stays in the ledger: a refresh to a past time needs it.
"""

from airflow.sdk import DAG

from imsclone_airflow import settings
from imsclone_airflow.operators import DriftOperator, FreshnessOperator
from imsclone_airflow.procedure import clone_defaults

ENVIRONMENT = "{{ task.environment }}"

with DAG(
    dag_id="watch_freshness",
    schedule="7 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args=clone_defaults(),
    tags=["ims", "watch"],
    doc_md=__doc__,
):
    FreshnessOperator.partial(task_id="freshness", map_index_template=ENVIRONMENT, max_active_tis_per_dagrun=4).expand(
        environment=settings.environments()
    )

with DAG(
    dag_id="watch_drift",
    schedule="37 5 * * *",
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=True,
    default_args=clone_defaults(),
    tags=["ims", "watch"],
    doc_md=__doc__,
):
    DriftOperator.partial(task_id="drift", map_index_template=ENVIRONMENT, max_active_tis_per_dagrun=2).expand(
        environment=settings.environments()
    )
