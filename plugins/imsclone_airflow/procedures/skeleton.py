"""The tasks of a skeleton clone, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import (
    ApproveOperator,
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

VOLUMES = "{{ task.group['volumes'] }}"


def skeleton(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    plan = PlanOperator(task_id="plan", clone_type="skeleton", **how)
    the = {"plan": plan.plan}
    groups = plan.output

    approve = ApproveOperator(task_id="approve", **the)
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

    chain(plan, approve, retire_previous, back_up_catalogs, arm_quiesce, replicate, resume)
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
