"""# Database refresh

Chosen databases of one IMS, with their indexes, are copied into another IMS that runs, consistent with each other.

The target's databases are stopped first. The source's are held only inside **replicate**, by one z/OS job that also
releases them. **resume** makes sure of it, whatever happened, and before that a watchdog job on z/OS has been armed
that would do it without us. Then the target's RECON forgets the old databases and their recovery history, and the
new ones are registered, verified and started.
"""

from airflow.sdk import DAG, chain

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.operators import PublishOperator
from imsclone_airflow.procedure import clone_defaults, clone_params
from imsclone_airflow.refresh import (
    DbrcDeleteOperator,
    DbrcInitOperator,
    HoldOperator,
    PlanRefreshOperator,
    ReleaseOperator,
    ReplicateDataSetsOperator,
    StartDatabasesOperator,
    StopDatabasesOperator,
    VerifyRefreshOperator,
)

with DAG(
    dag_id="database_refresh",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=clone_params("database_refresh"),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "refresh"],
    doc_md=__doc__,
):
    plan = PlanRefreshOperator(task_id="plan", environment="{{ params.environment }}", show_only="{{ params.dry_run }}")
    the = {"plan": plan.plan}

    stop_target = StopDatabasesOperator(task_id="stop_target", **the)

    arm_quiesce = HoldOperator(task_id="arm_quiesce", **the).as_setup()
    replicate = ReplicateDataSetsOperator(task_id="replicate", **the)
    resume = ReleaseOperator(task_id="resume", **the).as_teardown(setups=arm_quiesce, on_failure_fail_dagrun=True)

    dbrc_delete = DbrcDeleteOperator(task_id="dbrc_delete", **the)
    dbrc_init = DbrcInitOperator(task_id="dbrc_init", **the)
    verify = VerifyRefreshOperator(task_id="verify", **the)
    start_target = StartDatabasesOperator(task_id="start_target", **the)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, stop_target, arm_quiesce, replicate, resume)
    [replicate, resume] >> dbrc_delete
    chain(dbrc_delete, dbrc_init, verify)
    replicate >> verify
    chain(verify, start_target, publish)
