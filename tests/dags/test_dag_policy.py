"""What must be true of every Dag that holds a production system."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[2]
FILES = sorted((PROJECT / "dags").glob("*.py"))
PARSE_SECONDS = 1.0


@pytest.fixture(scope="module")
def bag(airflow_home: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(PROJECT / "dags")


CLONES = ["full_system_clone", "skeleton_clone", "imst", "skel"]
REFRESHES = ["database_refresh", "bank", "haldb_copy", "hist"]
DAGS = [*CLONES, *REFRESHES]
UNDO = "undo"
OFFERED = [
    ("full_system_clone", ["imst"]),
    ("skeleton_clone", ["skel"]),
    ("database_refresh", ["bank"]),
    ("haldb_copy", ["hist"]),
]
WATCHES = ["watch_freshness", "watch_drift"]


@pytest.fixture(params=DAGS)
def dag(bag: Any, request: pytest.FixtureRequest) -> Any:
    return bag.dags[request.param]


def test_all_dags_can_be_imported(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == {*DAGS, *WATCHES, UNDO}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_imports_nothing_deprecated(file: Path, airflow_home: Path) -> None:
    warning = "error::airflow.utils.deprecation_tools.DeprecatedImportWarning"
    done = subprocess.run([sys.executable, "-W", warning, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_reads_like_the_procedure(file: Path) -> None:
    tree = ast.parse(file.read_text())
    logic = (ast.For, ast.While, ast.If, ast.Try, ast.FunctionDef, ast.Lambda)
    assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, logic)] == []
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(name == "airflow.sdk" or name.startswith("imsclone_airflow") for name in imported)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_is_parsed_fast(file: Path, airflow_home: Path) -> None:
    code = "import airflow.sdk, runpy, sys, time; t = time.process_time(); runpy.run_path(sys.argv[1])"
    code += "; print(time.process_time() - t)"
    best = min(
        float(subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, check=True).stdout)
        for _ in range(2)
    )
    assert best < PARSE_SECONDS


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_parsing_loads_neither_the_ledger_nor_the_planner(file: Path, airflow_home: Path) -> None:
    code = "import runpy, sys; runpy.run_path(sys.argv[1])"
    code += "; print([name for name in sys.modules if name in ('imsclone.ledger', 'imsclone.plan', 'alembic')])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert done.stdout.strip() == "[]"


def test_no_run_has_a_timeout_for_it_would_skip_the_release_of_the_source(dag: Any) -> None:
    assert dag.dagrun_timeout is None
    assert dag.max_active_runs == 1
    assert dag.catchup is False


def test_every_setup_has_a_teardown_that_fails_the_run_when_it_fails(dag: Any) -> None:
    setups = [task for task in dag.tasks if task.is_setup]
    assert setups
    for setup in setups:
        after = [task for task in setup.downstream_list if task.is_teardown]
        assert after, f"{setup.task_id} has no teardown"
        assert all(task.on_failure_fail_dagrun for task in after)


def test_a_failed_copy_cannot_end_green(dag: Any) -> None:
    """The run's state is that of its leaves; one that hangs from the teardown alone would be skipped, not failed."""
    replicate = dag.get_task("replicate")
    assert [task.task_id for task in dag.tasks if not task.downstream_list] == ["publish"]
    assert "verify" in replicate.downstream_task_ids
    assert "publish" in replicate.get_flat_relative_ids(upstream=False)
    assert not dag.get_task("publish").is_teardown


def test_nothing_goes_on_after_the_teardown_alone(dag: Any) -> None:
    """A teardown succeeds although the copy failed, so what follows it must follow the copy, too."""
    for task in dag.tasks:
        for after in task.downstream_list if task.is_teardown else []:
            assert "replicate" in after.upstream_task_ids


def test_every_task_is_bounded_retried_and_owned(dag: Any) -> None:
    for task in dag.tasks:
        assert task.execution_timeout is not None, task.task_id
        assert task.retries >= 1, task.task_id
        assert task.retry_policy is not None, task.task_id
        assert task.owner not in ("", "airflow"), task.task_id
        assert task.trigger_rule in ("all_success", "all_done_setup_success"), task.task_id


@pytest.mark.parametrize("name", CLONES)
def test_the_work_is_done_in_the_order_of_the_procedure(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    order = [task.task_id for task in dag.topological_sort()]
    first = ["plan", "approve", "retire_previous", "back_up_catalogs", "arm_quiesce", "replicate", "resume"]
    assert order[: len(first)] == first
    assert [name for name in order if name in ("relabel", "rename", "recatalog")] == ["relabel", "rename", "recatalog"]
    assert [name for name in order if not name.startswith("offload.")][-3:] == ["verify", "start", "publish"]
    offload = [name.partition(".")[2] for name in order if name.startswith("offload.")]
    whole = dag.dag_id in ("full_system_clone", "imst")
    assert offload == (["report", "pointer_check", "image_copy", "unload"] if whole else [])
    assert ("scratch_databases" in order) == (dag.dag_id in ("skeleton_clone", "skel"))


@pytest.mark.parametrize("name", REFRESHES)
def test_a_refresh_stops_the_target_before_it_touches_the_source_and_starts_it_when_proven(bag: Any, name: str) -> None:
    order = [task.task_id for task in bag.dags[name].topological_sort()]
    before = ["plan", "approve", "stop_target", "define_missing", "keep_generation"]
    assert order[:8] == [*before, "arm_quiesce", "replicate", "resume"]
    assert order[-3:] == ["verify", "start_target", "publish"]


def test_an_undo_touches_nothing_before_it_is_approved_and_starts_what_is_proven(bag: Any) -> None:
    order = [task.task_id for task in bag.dags[UNDO].topological_sort()]
    assert order[:4] == ["plan", "approve", "stop_target", "restore"]
    assert order[4:] == ["dbrc_delete", "dbrc_init", "verify", "start_target", "publish"]
    assert bag.dags[UNDO].dagrun_timeout is None


@pytest.mark.parametrize(("name", "offered"), OFFERED)
def test_the_form_offers_the_environments_there_are(bag: Any, name: str, offered: list[str]) -> None:
    assert bag.dags[name].params.get_param("environment").schema["enum"] == offered


def test_the_form_changes_only_within_the_limits_of_the_file(dag: Any) -> None:
    """A default of the form is one it accepts, and what a run changes is a key of the file with its limits."""
    from imsclone.spec import EnvironmentSpec
    from imsclone.spec.refresh import RefreshSpec

    model = RefreshSpec if dag.dag_id in REFRESHES else EnvironmentSpec
    assert dag.params.get_param("dry_run").schema["type"] == "boolean"
    fields = model.model_json_schema()["properties"]
    for name in sorted(set(dag.params) - {"dry_run", "environment"}):
        form, file = dag.params.get_param(name), fields[name]
        assert form.resolve() is None, "nothing is changed unless somebody asks for it"
        assert [one for one in form.schema.get("enum", []) if one] == file.get("enum", [])
        assert form.schema.get("maximum") == file.get("maximum")
        assert form.schema.get("exclusiveMinimum") == file.get("exclusiveMinimum")


def test_links_are_tried_again_and_refusals_are_not(dag: Any) -> None:
    from imsclone.steps.batch import ReadingLost
    from imsclone.zosmf.errors import LinkError, LoginRefused, StepsFailed
    from imsclone_airflow.errors import JobLost, LedgerAway, NotRestarted, ReportNotWritten

    policy = dag.get_task("replicate").retry_policy

    def action(error: BaseException) -> str:
        return str(policy.evaluate(error, 1, 4).action.value)

    assert action(LinkError(where="GET /", said="reset", sent=True)) == "retry"
    assert action(JobLost(job="J", said="SYS FAIL")) == "retry"
    assert action(LedgerAway(said="away")) == "retry"
    assert action(NotRestarted(environment="bank", problems=[])) == "retry"
    assert action(ReportNotWritten(path="/reports/r.html", said="No space left on device")) == "retry"
    assert action(ReadingLost(job="J", said="SYS FAIL")) == "retry"
    assert action(LoginRefused(where="GET /", status=401, said="")) == "fail"
    assert action(StepsFailed(job="J", problems="step COPY")) == "fail"
    assert action(ValueError("of ours")) == "default"


def test_the_retry_policy_and_the_dag_can_be_serialized(dag: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    document = DagSerialization.serialize_dag(dag)
    again = DagSerialization.deserialize_dag(document)
    assert set(again.task_dict) == set(dag.task_dict)


def test_the_provider_brings_its_connection_type() -> None:
    from airflow.providers_manager import ProvidersManager

    from imsclone_airflow.provider import get_provider_info

    kind = get_provider_info()["connection-types"][0]
    assert kind["connection-type"] == "zosmf"
    module, _, name = kind["hook-class-name"].rpartition(".")
    assert getattr(__import__(module, fromlist=[name]), name).conn_type == "zosmf"
    assert "imsclone" in ProvidersManager().providers
