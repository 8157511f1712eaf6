"""# Skeleton clone of an IMS

An IMS without database data. The volumes that hold the system data sets of the source are copied at one point in time,
relabelled, and every data set on them renamed and recataloged; the copy's RECON, libraries and load modules are
edited; it is verified, then started as another IMS, with every database defined and none allocated.

Which volumes these are the plan says. Database data sets that share one of them are a matter of the environment's
policy `colocated`: the plan stops, or **scratch_databases** deletes their copies, or they stay.

The source is held only inside **replicate**, by one z/OS job that also releases it. **resume** makes sure of it,
whatever happened, and before that a watchdog job on z/OS has been armed that would do it without us.
"""

from airflow.sdk import DAG, chain

from imsclone_airflow.callbacks import give_up
from imsclone_airflow.operators import (
    BackUpCatalogsOperator,
    PlanOperator,
    PublishOperator,
    QuiesceOperator,
    RecatalogOperator,
    RelabelOperator,
    RenameOperator,
    ReplicateOperator,
    ResumeOperator,
    RetirePreviousOperator,
    ScratchDatabasesOperator,
    StartOperator,
    UpdateLibrariesOperator,
    UpdateMdaOperator,
    UpdateNucleusOperator,
    UpdateReconOperator,
    UpdateResourceDefinitionsOperator,
    VerifyOperator,
)
from imsclone_airflow.procedure import clone_defaults, clone_params

VOLUMES = "{{ task.group['volumes'] }}"

with DAG(
    dag_id="skeleton_clone",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params=clone_params("skeleton"),
    default_args=clone_defaults(),
    on_failure_callback=give_up,
    render_template_as_native_obj=False,
    tags=["ims", "clone", "skeleton"],
    doc_md=__doc__,
):
    plan = PlanOperator(
        task_id="plan",
        clone_type="skeleton",
        environment="{{ params.environment }}",
        show_only="{{ params.dry_run }}",
    )
    the = {"plan": plan.plan}
    groups = plan.output

    retire_previous = RetirePreviousOperator(task_id="retire_previous", **the)
    back_up_catalogs = BackUpCatalogsOperator(task_id="back_up_catalogs", **the)

    arm_quiesce = QuiesceOperator(task_id="arm_quiesce", **the).as_setup()
    replicate = ReplicateOperator(task_id="replicate", **the)
    resume = ResumeOperator(task_id="resume", **the).as_teardown(setups=arm_quiesce, on_failure_fail_dagrun=True)

    relabel = RelabelOperator.partial(task_id="relabel", map_index_template=VOLUMES, **the).expand(group=groups)
    rename = RenameOperator.partial(task_id="rename", map_index_template=VOLUMES, **the).expand(group=groups)
    recatalog = RecatalogOperator(task_id="recatalog", **the)
    scratch_databases = ScratchDatabasesOperator(task_id="scratch_databases", **the)

    update_recon = UpdateReconOperator(task_id="update_recon", **the)
    update_libraries = UpdateLibrariesOperator(task_id="update_libraries", **the)
    update_mda = UpdateMdaOperator(task_id="update_mda", **the)
    update_resource_definitions = UpdateResourceDefinitionsOperator(task_id="update_resource_definitions", **the)
    update_nucleus = UpdateNucleusOperator(task_id="update_nucleus", **the)

    verify = VerifyOperator(task_id="verify", **the)
    start = StartOperator(task_id="start", **the)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, retire_previous, back_up_catalogs, arm_quiesce, replicate, resume)
    [replicate, resume] >> relabel
    chain(
        relabel,
        rename,
        recatalog,
        scratch_databases,
        [update_recon, update_libraries, update_mda, update_resource_definitions, update_nucleus],
        verify,
    )
    replicate >> verify
    chain(verify, start, publish)
