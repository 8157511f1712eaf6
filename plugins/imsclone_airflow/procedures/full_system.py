"""The tasks of a full-system clone, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import TaskGroup, chain

from imsclone_airflow.operators import (
    ApproveOperator,
    BackUpCatalogsOperator,
    ImageCopyOperator,
    OffloadReportOperator,
    PlanOperator,
    PointerCheckOperator,
    PublishOperator,
    QuiesceOperator,
    RecatalogOperator,
    RelabelOperator,
    RenameOperator,
    ReplicateOperator,
    ResumeOperator,
    RetirePreviousOperator,
    StartOperator,
    UnloadOperator,
    UpdateLibrariesOperator,
    UpdateMdaOperator,
    UpdateNucleusOperator,
    UpdateReconOperator,
    UpdateResourceDefinitionsOperator,
    VerifyOperator,
)

VOLUMES = "{{ task.group['volumes'] }}"


def full_system(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    plan = PlanOperator(task_id="plan", clone_type="full_system", **how)
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

    update_recon = UpdateReconOperator(task_id="update_recon", **the)
    update_libraries = UpdateLibrariesOperator(task_id="update_libraries", **the)
    update_mda = UpdateMdaOperator(task_id="update_mda", **the)
    update_resource_definitions = UpdateResourceDefinitionsOperator(task_id="update_resource_definitions", **the)
    update_nucleus = UpdateNucleusOperator(task_id="update_nucleus", **the)

    verify = VerifyOperator(task_id="verify", **the)
    start = StartOperator(task_id="start", **the)
    with TaskGroup("offload"):
        report = OffloadReportOperator(task_id="report", **the)
        pointer_check = PointerCheckOperator(task_id="pointer_check", **the)
        image_copy = ImageCopyOperator(task_id="image_copy", **the)
        unload = UnloadOperator(task_id="unload", **the)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, approve, retire_previous, back_up_catalogs, arm_quiesce, replicate, resume)
    [replicate, resume] >> relabel
    chain(
        relabel,
        rename,
        recatalog,
        [update_recon, update_libraries, update_mda, update_resource_definitions, update_nucleus],
        verify,
    )
    replicate >> verify
    chain(verify, start, report, pointer_check, image_copy, unload, publish)
