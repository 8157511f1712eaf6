"""Airflow knows every option that we set, in airflow.cfg.template and in docker/compose.yaml."""

from __future__ import annotations

import configparser
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def known(airflow_home: Path) -> Any:
    """Every option of Airflow and its providers, by section."""
    from airflow.configuration import conf

    return {section: set(found["options"]) for section, found in conf.configuration_description.items()}


def unknown(options: list[tuple[str, str]], known: Any) -> list[tuple[str, str]]:
    return [(section, option) for section, option in options if option not in known.get(section, set())]


def test_every_option_of_the_template_is_known(known: Any) -> None:
    template = configparser.RawConfigParser()
    template.read(PROJECT / "airflow.cfg.template")
    options = [(section, option) for section in template.sections() for option in template.options(section)]
    assert len(options) > 20
    assert unknown(options, known) == []
    assert unknown([("core", "parallelizm"), ("kore", "parallelism")], known) == [
        ("core", "parallelizm"),
        ("kore", "parallelism"),
    ]


def test_an_option_of_the_template_is_read(known: Any) -> None:
    from airflow.configuration import conf

    assert conf.getint("core", "parallelism") == 8
    assert conf.get("common.io", "xcom_objectstorage_compression") == "gzip"


def test_every_variable_of_the_compose_file_is_an_option(known: Any) -> None:
    services = yaml.safe_load((PROJECT / "docker" / "compose.yaml").read_text())["services"]
    names = [name for name in services["scheduler"]["environment"] if name.startswith("AIRFLOW__")]
    options = [tuple(name.lower().split("__")[1:]) for name in names]
    assert ("database", "sql_alchemy_conn") in options
    assert unknown(options, known) == []


def test_every_setting_of_the_template_has_its_reason_above_it() -> None:
    lines = (PROJECT / "airflow.cfg.template").read_text().splitlines()
    settings = [(above, line) for above, line in pairwise(lines) if re.match(r"[a-z_]+ = ", line)]
    assert [line for above, line in settings if not above.startswith("# ")] == []
    assert len(settings) > 20
