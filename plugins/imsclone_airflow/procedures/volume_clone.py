"""The tasks that every clone of volumes has, in the order of the work; full system and skeleton differ in between."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import (
    ApproveOperator,
    BackUpCatalogsOperator,
    PlanOperator,
    QuiesceOperator,
    RecatalogOperator,
    RelabelOperator,
    RenameOperator,
    ReplicateOperator,
    ResumeOperator,
    RetirePreviousOperator,
    UpdateLibrariesOperator,
    UpdateMdaOperator,
    UpdateNucleusOperator,
    UpdateReconOperator,
    UpdateResourceDefinitionsOperator,
)

VOLUMES = "{{ task.group['volumes'] }}"


def copy_and_rename(plan: PlanOperator) -> tuple[Any, Any]:
    """Lay the tasks that copy the source's volumes and give all that is on them its new names.

    :return: the task that copies, on which what is proven of the copy hangs, and the last one.
    """
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

    chain(plan, approve, retire_previous, back_up_catalogs, arm_quiesce, replicate, resume)
    [replicate, resume] >> relabel
    chain(relabel, rename, recatalog)
    return replicate, recatalog


def edit(plan: PlanOperator) -> list[Any]:
    """Lay the tasks that make another IMS of what was renamed, side by side."""
    the = {"plan": plan.plan}
    return [
        UpdateReconOperator(task_id="update_recon", **the),
        UpdateLibrariesOperator(task_id="update_libraries", **the),
        UpdateMdaOperator(task_id="update_mda", **the),
        UpdateResourceDefinitionsOperator(task_id="update_resource_definitions", **the),
        UpdateNucleusOperator(task_id="update_nucleus", **the),
    ]
