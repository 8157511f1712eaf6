"""The command imsclone mask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from imsclone.cli import main

KEY = b"a masking key of the tests"
Write = Callable[..., Path]


@pytest.fixture
def command(unload: Path, policy_file: Path, dbd_file: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "key").write_bytes(KEY)
    options = ["--policy", str(policy_file), "--dbd", str(dbd_file), "--key-file", str(tmp_path / "key")]
    return ["mask", *options, str(unload)]


def test_the_command_masks_a_file_and_says_what_it_did(command: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*command, str(tmp_path / "out"), "--originals", str(tmp_path / "originals")])
    assert result.exit_code == 0, result.output
    assert "Database CUST: 1000 segments, order sorted by the new root keys" in result.output
    assert "CUSTOMER CARD digits 200 0" in [" ".join(line.split()) for line in result.output.splitlines()]
    assert "does not mention, left as they are: CUSTOMER AMOUNT\n" in result.output
    assert "Build these indexes anew after the reload: CUSTX, CARDX" in result.output
    again = CliRunner().invoke(main, [*command, str(tmp_path / "out")])
    assert (again.exit_code, "CLN864E" in again.output) == (8, True)


def test_a_dry_run_writes_nothing(command: list[str], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    result = CliRunner().invoke(main, [*command, "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "Values that would be changed" in result.output
    assert "Nothing was written." in result.output
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda words: words, 2, "Missing argument 'OUT'"),
        (lambda words: [*words[:5], *words[7:], "--dry-run"], 8, "CLN861E  There is no usable masking key: IMSCLONE"),
        (lambda words: [*words[:6], "/nowhere/key", words[7], "--dry-run"], 8, "CLN861E"),
        (lambda words: [*words[:4], "/nowhere/cust.dbd", *words[5:], "--dry-run"], 8, "CLN801E"),
        (lambda words: [*words[:2], "/nowhere/policy.yaml", *words[3:], "--dry-run"], 8, "CLN101E"),
        (lambda words: [*words[:7], "/nowhere/unload", "--dry-run"], 8, "CLN821E"),
    ],
)
def test_what_is_missing_is_said_with_its_id(
    command: list[str], change: Callable[[list[str]], list[str]], code: int, said: str
) -> None:
    result = CliRunner(env={"IMSCLONE_MASK_KEY": ""}).invoke(main, change(command))
    assert result.exit_code == code
    assert said in result.output


def test_the_key_may_come_from_the_environment_but_not_be_short(command: list[str], tmp_path: Path) -> None:
    words = [*command[:5], *command[7:], str(tmp_path / "out")]
    short = CliRunner(env={"IMSCLONE_MASK_KEY": "short"}).invoke(main, words)
    assert "CLN861E  There is no usable masking key: it has 5 bytes" in short.output
    result = CliRunner(env={"IMSCLONE_MASK_KEY": KEY.decode()}).invoke(main, words)
    assert result.exit_code == 0, result.output


def test_a_file_of_another_database_than_the_definitions_is_refused(
    command: list[str], tmp_path: Path, write_unload: Write
) -> None:
    other = write_unload(tmp_path / "other", [], name="OTHER")
    result = CliRunner().invoke(main, [*command[:-1], str(other), "--dry-run"])
    assert result.exit_code == 8
    assert "CLN824E" in result.output
