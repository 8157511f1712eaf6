"""The JCL that a Dag's tasks would submit for a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from imsclone_airflow.identity import TaskKey
from imsclone_airflow.operators.job import ZosJobOperator


def previews(dag: Any, document: Mapping[str, Any], key: TaskKey, groups: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield task ids and JCL in the order of the work; nothing for steps whose JCL depends on what they find."""
    for task in dag.topological_sort():
        for index, step in _steps(task, groups):
            step.take(document, replace(key, task=step.task_id, map_index=index))
            step.preview()
            yield step.task_id, step.jcl


def _steps(task: Any, groups: Sequence[Any]) -> Iterator[tuple[int, ZosJobOperator]]:
    kind = task.operator_class if task.is_mapped else type(task)
    if not issubclass(kind, ZosJobOperator) or kind.derived:
        return
    if task.is_mapped:
        for index, group in enumerate(groups):
            yield index, task.unmap({"group": group})
    else:
        yield -1, task.prepare_for_execution()
