"""# Database refresh

Chosen databases of one IMS, with their indexes, are copied into another IMS that runs, consistent with each other.

The target's databases are stopped first. The source's are held only inside **replicate**, by one z/OS job that also
releases them. **resume** makes sure of it, whatever happened, and before that a watchdog job on z/OS has been armed
that would do it without us. Then the target's RECON forgets the old databases and their recovery history, and the
new ones are registered, masked if the environment says so, verified and started.
"""

from airflow.sdk import DAG

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.procedure import clone_defaults, clone_params, from_form
from imsclone_airflow.procedures.database_refresh import database_refresh

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
    database_refresh(**from_form(clone_type="database_refresh"))
