"""The page docs/masking.md: its policy is one, and its commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from imsclone.cli import main
from imsclone.masking.checks import CHECKS
from imsclone.masking.lists import SHIPPED
from imsclone.masking.policy import PARAMETERS
from imsclone.spec.masking import MaskingSpec

PAGE = (Path(__file__).parents[3] / "docs" / "masking.md").read_text()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_page_run_with_its_policy(
    unload: Path, dbd_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yaml").write_text(blocks("yaml")[0])
    (tmp_path / "branches.txt").write_text("North\nSouth\nHarbour\n")
    (tmp_path / "key").write_text("a masking key of the tests")
    commands = [shlex.split(line) for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) == 3
    for tool, *words in commands:
        assert tool == "imsclone"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
    assert {"cust.masked", "cust.originals"} <= {path.name for path in tmp_path.iterdir()}


def test_the_keys_of_the_page_are_those_of_an_environment() -> None:
    written = yaml.load(blocks("yaml")[1], yaml.BaseLoader)
    assert set(written["masking"]) == set(MaskingSpec.model_fields)
    assert str(MaskingSpec.model_validate(written["masking"]).key) == "variable bank_mask_key"


def test_the_page_names_every_rule_parameter_check_and_list() -> None:
    for word in (*PARAMETERS, *(set(CHECKS) - {"none"}), *SHIPPED):
        assert f"`{word}`" in PAGE
    for rule, names in PARAMETERS.items():
        (row,) = re.findall(rf"^\| `{rule}` \|.*$", PAGE, re.MULTILINE)
        assert all(f"`{name}`" in row for name in names)
