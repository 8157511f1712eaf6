"""# Full-system clone of an IMS

Every volume of the source is copied at one point in time, relabelled, and every data set on it renamed and recataloged;
the copy's RECON, libraries and load modules are edited; it is verified, then started as another IMS.

The source is held only inside **replicate**, by one z/OS job that also releases it. **resume** makes sure of it,
whatever happened, and before that a watchdog job on z/OS has been armed that would do it without us.
"""

from airflow.sdk import DAG

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.procedure import clone_defaults, clone_params, from_form
from imsclone_airflow.procedures.full_system import full_system

with DAG(
    dag_id="full_system_clone",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=clone_params("full_system"),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "clone"],
    doc_md=__doc__,
):
    full_system(**from_form())
