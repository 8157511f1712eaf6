"""# HALDB copy

HALDBs of one IMS, with their indexes and indirect lists, are copied into another IMS that runs.

The work is that of a database refresh. What is more: the target's RECON gets the source's partition IDs, gaps
included, by DBRC commands alone; where its own numbering has gone past the source's, the plan says so before anything
is stopped. **verify** compares partition IDs and reorganization numbers in the data sets with the source's, and follows
every pointer, before the target's programs get the databases back.
"""

from airflow.sdk import DAG

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.procedure import clone_defaults, clone_params, from_form
from imsclone_airflow.procedures.haldb_copy import haldb_copy

with DAG(
    dag_id="haldb_copy",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=clone_params("haldb_copy"),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "refresh", "haldb"],
    doc_md=__doc__,
):
    haldb_copy(**from_form(clone_type="haldb_copy"))
