"""# Skeleton clone of an IMS

An IMS without database data. The volumes that hold the system data sets of the source are copied at one point in time,
relabelled, and every data set on them renamed and recataloged; the copy's RECON, libraries and load modules are
edited; it is verified, then started as another IMS, with every database defined and none allocated.

Which volumes these are the plan says. Database data sets that share one of them are a matter of the environment's
policy `colocated`: the plan stops, or **scratch_databases** deletes their copies, or they stay.

The source is held only inside **replicate**, by one z/OS job that also releases it. **resume** makes sure of it,
whatever happened, and before that a watchdog job on z/OS has been armed that would do it without us.
"""

from airflow.sdk import DAG

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.procedure import clone_defaults, clone_params, from_form
from imsclone_airflow.procedures.skeleton import skeleton

with DAG(
    dag_id="skeleton_clone",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=clone_params("skeleton"),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "clone"],
    doc_md=__doc__,
):
    skeleton(**from_form())
