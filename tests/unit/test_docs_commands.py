"""Every command and link that README and docs show exists; what is cheap is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import imsclone.cli
import zoslab.cli
from imsclone.errors import all_messages

PROJECT = Path(__file__).parents[2]
PAGES = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")]
TOOLS: dict[str, click.Command] = {"imsclone": imsclone.cli.main, "zoslab": zoslab.cli.main}
CHEAP = [("imsclone", "validate"), ("imsclone", "messages"), ("imsclone", "history"), ("zoslab", "volume")]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:make|imsclone|zoslab)(?: [^`]*)?)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
HOLDERS = {"IMAGE", "ENVIRONMENT"}


def lines() -> list[tuple[str, str]]:
    """Return every command line of a fenced block, with its page."""
    return [
        (page.name, line)
        for page in PAGES
        for block in BLOCK.findall(page.read_text())
        for line in block.splitlines()
        if line and not line.startswith("#")
    ]


def words(line: str) -> list[str]:
    found = shlex.split(line)
    return [Path(found[0]).name, *found[1:]]


def followed(tool: str, arguments: list[str]) -> None:
    """Follow a command line through groups, and require that each option is known."""
    command, rest = TOOLS[tool], list(arguments)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        known = command.commands
        assert name in known, f"{tool} has no {name}"
        command = known[name]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in rest:
        if word.startswith("-"):
            assert word in {*options, "-h", "--help"}, f"{tool} {arguments} has no {word}"


@pytest.mark.parametrize(("page", "line"), lines())
def test_a_command_in_a_block_exists_with_its_options(page: str, line: str) -> None:
    tool, *arguments = words(line)
    if tool == "make":
        targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
        assert set(arguments) <= set(targets)
    else:
        assert tool in TOOLS, f"{page}: {line}"
        followed(tool, arguments)


@pytest.mark.parametrize(("page", "line"), [one for one in lines() if tuple(words(one[1])[:2]) in CHEAP])
def test_a_command_that_is_cheap_runs(page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tool, *arguments = words(line)
    result = CliRunner().invoke(TOOLS[tool], arguments)
    assert result.exit_code == 0, (page, line, result.output)


def test_commands_within_a_sentence_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    for page in PAGES:
        for text in INLINE.findall(page.read_text()):
            tool, *arguments = words(text.split(" > ")[0])
            if tool == "make":
                assert set(arguments) <= set(targets), f"{page}: {text}"
            elif arguments and arguments[0] not in HOLDERS:
                followed(tool, arguments)


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in LINK.findall(page.read_text()):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_messages_that_are_named_exist_and_templates_and_decisions_do() -> None:
    known = {kind.id for kind in all_messages()}
    for page in PAGES:
        text = page.read_text()
        assert set(re.findall(r"CLN\d{3}[EW]", text)) <= known, page
        for template in re.findall(r"`(\w+\.jcl)`", text):
            assert (PROJECT / "include/imsclone/jcl" / template).exists(), f"{page}: {template}"
        for number in re.findall(r"ADR (\d+)\b", text):
            assert list((PROJECT / "docs/adr").glob(f"{int(number):04}-*.md")), f"{page}: ADR {number}"
