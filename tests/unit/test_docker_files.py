"""The files under docker/, as far as they can be checked without a container engine."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
DOCKER = PROJECT / "docker"
BIN = Path(sys.executable).parent
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
AIRFLOW = {"migrate", "scheduler", "api-server", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, with continued lines joined."""
    lines = [line for line in (DOCKER / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_compose_file_fits_the_schema_of_compose(tmp_path: Path) -> None:
    done = checked(DOCKER / "compose.yaml")
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DOCKER / "compose.yaml").read_text().replace("healthcheck:", "healthchek:", 1))
    assert checked(wrong).returncode != 0


def test_every_process_of_airflow_is_a_service_with_the_same_image_and_settings(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {*AIRFLOW, "postgres", "zos"}
    settings = [services[name]["environment"] for name in AIRFLOW]
    assert all(one == settings[0] for one in settings)
    assert {services[name]["image"] for name in {*AIRFLOW, "zos"}} == {"imsclone:latest"}
    assert {"IMSCLONE_LEDGER", "IMSCLONE_FOLDER", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"} <= set(settings[0])
    assert services["zos"]["profiles"] == ["zos"], "it is an option"
    assert all("healthcheck" in services[name] for name in services if name != "migrate")


def test_no_secret_has_a_value_in_the_repository_and_each_is_in_the_example(compose: Any) -> None:
    text = (DOCKER / "compose.yaml").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?\}", text))
    assert re.findall(r"\$\{(\w+)\}", text) == [], "a variable that is not set must stop compose"
    example = dict(line.split("=", 1) for line in (DOCKER / "env.example").read_text().splitlines() if line[:1] != "#")
    assert set(example) == needed
    assert {name for name, value in example.items() if value} == {"IMSCLONE_FILES", "BASE_URL"}


def test_what_is_mounted_and_copied_is_there_and_reaches_the_build(compose: Any) -> None:
    for service in compose["services"].values():
        for source in (volume.split(":")[0] for volume in service["volumes"] if volume.startswith(".")):
            assert (DOCKER / source).exists()
    ignore = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    sent = [line[1:] for line in ignore if line.startswith("!")]
    copied = [word for kind, rest in instructions() if kind == "COPY" for word in shlex.split(rest)[:-1]]
    for source in (word for word in copied if not word.startswith("--")):
        assert (PROJECT / source).exists()
        assert any(fnmatch.fnmatch(source, pattern) for pattern in sent), f"{source} is not sent to the build"


def test_the_image_has_the_versions_that_are_tested_and_no_others() -> None:
    tested = dict(PIN.findall((PROJECT / "requirements.lock").read_text()))
    shipped = dict(PIN.findall((DOCKER / "requirements.lock").read_text()))
    assert shipped.items() <= tested.items(), "run make lock"
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["image"]]
    assert {re.split(r"[\[<>=]", one)[0] for one in wanted} <= set(shipped)
    assert "pytest" not in shipped


@pytest.mark.parametrize("name", ["entrypoint.sh", "ledger.sh"])
def test_a_script_is_one_that_the_shell_reads(name: str) -> None:
    subprocess.run(["sh", "-n", str(DOCKER / name)], check=True)


def test_the_configuration_of_the_image_has_nothing_left_open(tmp_path: Path) -> None:
    (command,) = [rest for kind, rest in instructions() if kind == "RUN" and rest.startswith("sed ")]
    made = tmp_path / "airflow.cfg"
    local = command.replace("/etc/imsclone/airflow.cfg", str(made))
    subprocess.run(["sh", "-c", local], check=True, cwd=PROJECT)
    text = made.read_text()
    assert "@" not in text
    assert "dags_folder = /opt/imsclone/dags" in text
    assert "xcom_objectstorage_path = file:///var/lib/airflow/xcom" in text


def test_the_connection_to_the_embedded_zos_is_made_from_its_file(tmp_path: Path) -> None:
    known = tmp_path / "connection.json"
    known.write_text('{"host": "zos", "port": 10443, "user": "IBMUSER", "password": "p", "ca_file": "/ca.pem"}')
    done = subprocess.run(
        [sys.executable, "-m", "imsclone_airflow.local.connection", str(known)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"host": "zos"' in done.stdout
    assert "imsclone_airflow.local.connection" in (DOCKER / "entrypoint.sh").read_text()


@pytest.mark.slow
def test_the_install_steps_work_in_a_clean_environment(tmp_path: Path) -> None:
    """The steps of the Dockerfile on what it copies, by uv, which takes the same options as pip and is faster."""
    for kind, rest in instructions():
        if kind == "COPY" and not rest.startswith("--"):
            *sources, target = shlex.split(rest)
            for source in sources:
                copy(PROJECT / source, tmp_path / (source if target == "./" else target))
    subprocess.run([BIN / "uv", "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], check=True)
    steps = [rest.split(" && ")[0] for kind, rest in instructions() if kind == "RUN" and rest.startswith("pip install")]
    assert len(steps) == 2
    for step in steps:
        command = [BIN / "uv", *shlex.split(step), "--quiet", "--python", str(tmp_path / "venv")]
        subprocess.run(command, check=True, cwd=tmp_path)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IMSCLONE"))}
    command = [tmp_path / "venv" / "bin" / "imsclone", "validate"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=clean).stdout
    assert str(tmp_path / "include" / "environments" / "imst.yaml") in said


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    else:
        shutil.copy(source, target)
