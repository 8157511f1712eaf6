"""The commands ``zoslab`` and ``imsclone`` with arguments, folders and ports that cannot work: one clear line each."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import imsclone.cli
import zoslab.cli


def zoslab_says(*arguments: object) -> Result:
    return CliRunner().invoke(zoslab.cli.main, [str(one) for one in arguments])


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["start"], "'zoslab create' builds one"),
        (["start", "--detach"], "'zoslab create' builds one"),
        (["status"], "is not running"),
        (["console", "D T"], "'zoslab start' starts it"),
        (["workload"], "'zoslab start' starts it"),
        (["volume", "export", "IMSP01", "x"], "holds no system"),
    ],
)
def test_a_command_that_needs_a_system_says_that_there_is_none(
    tmp_path: Path, arguments: list[str], shown: str
) -> None:
    result = zoslab_says("--folder", tmp_path / "lab", *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert shown in result.output
    assert not (tmp_path / "lab").exists()


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["start", "--port", "99999"], "1<=x<=65535"),
        (["workload", "--rate", "-5"], "0<=x<=10000"),
        (["workload", "--rate", "x"], "not a valid integer"),
        (["workload", "--ims", "A,B"], "1 to 4 letters"),
        (["console"], "Missing argument"),
        (["volume", "ls", "nowhere.ckd"], "does not exist"),
        (["volume", "recondition", __file__, "--rename", "A"], "OLD.**=NEW.**"),
        (["begin"], "No such command"),
    ],
)
def test_a_wrong_argument_is_told_with_what_would_be_right(tmp_path: Path, arguments: list[str], shown: str) -> None:
    result = zoslab_says("--folder", tmp_path, *arguments)
    assert result.exit_code == 2
    assert shown in result.output


@pytest.mark.parametrize("verb", ["ls", "check", "recondition"])
def test_a_file_that_is_no_volume_is_told(tmp_path: Path, verb: str) -> None:
    file = tmp_path / "text"
    file.write_text("no volume" * 100)
    result = zoslab_says("volume", verb, file)
    assert result.exit_code == 1
    assert "CKD" in result.output
    assert file.read_text() == "no volume" * 100


def test_a_system_is_not_created_over_something_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert "not an empty folder" in zoslab_says("--folder", file, "create").output
    assert "not an empty folder" in zoslab_says("--folder", tmp_path, "create").output
    assert file.read_text() == "mine"


def test_a_port_that_is_taken_is_told_without_a_trace(tmp_path: Path, taken_port: int) -> None:
    folder = tmp_path / "lab"
    assert zoslab_says("--folder", folder, "create").exit_code == 0
    result = zoslab_says("--folder", folder, "start", "--detach", "--port", taken_port)
    assert result.exit_code == 1
    assert "cannot listen at 127.0.0.1" in result.output
    assert "Choose another port" in result.output
    assert zoslab_says("--folder", folder, "status").exit_code == 1


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_command_itself_ends_without_a_trace(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zoslab", "--folder", str(tmp_path / "no"), "console", "D T"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_folders_and_ledgers_without_what_is_wanted_are_told(tmp_path: Path) -> None:
    run = CliRunner().invoke
    result = run(imsclone.cli.main, ["validate", "--folder", str(tmp_path)])
    assert (result.exit_code, result.output[:7]) == (8, "CLN606E")
    ledger = f"sqlite:///{tmp_path}/none/ledger.db"
    assert run(imsclone.cli.main, ["history", "--ledger", ledger]).output.startswith("CLN507E")
    assert run(imsclone.cli.main, ["plan", "imst", "--folder", str(tmp_path)]).output.startswith("CLN601E")


def test_a_plan_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(imsclone.cli.FileNotWritten, match=r"none/plan\.json cannot be written: No such file"),
        imsclone.cli._writing(tmp_path / "none" / "plan.json"),
    ):
        (tmp_path / "none" / "plan.json").write_text("{}")
