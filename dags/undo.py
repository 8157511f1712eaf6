"""# Undo of a database refresh

The target goes back to what it had before its last refresh: data sets from the copies that `keep_generation` made of
them, RECON registrations as they were. The source is neither held nor read. One generation is kept, so a refresh can
be taken back once, and only while no other environment has changed the same data sets.

It is for environments with `keep_generations: 1` in their file. What the target's programs changed since the refresh
is lost.
"""

from airflow.sdk import DAG

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.procedure import clone_defaults, from_form, undo_params
from imsclone_airflow.procedures.undo import undo

with DAG(
    dag_id="undo",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=undo_params(),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "refresh"],
    doc_md=__doc__,
):
    undo(environment=from_form()["environment"], show_only=from_form()["show_only"])
