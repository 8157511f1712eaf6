"""What a deployment sets by environment variables: where YAML files, JCL templates, ledger and reports are.

It is read while Dags are parsed, so it imports nothing heavy.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import imsclone

if TYPE_CHECKING:
    from imsclone.ledger import Ledger

FOLDER, LEDGER, REPORTS = "IMSCLONE_FOLDER", "IMSCLONE_LEDGER", "IMSCLONE_REPORTS"


def folder() -> Path:
    """Return the folder with systems/, environments/ and, where a site has its own templates, jcl/."""
    return Path(os.environ.get(FOLDER) or Path(imsclone.__file__).resolve().parents[1])


def environments(clone_type: str = "") -> list[str]:
    """Return the names of the environments there are.

    :param clone_type: only those whose file has a line that says so.
    """
    line = re.compile(rf"^clone_type:\s*{re.escape(clone_type)}\s*(#.*)?$", re.MULTILINE)
    files = sorted((folder() / "environments").glob("*.yaml"))
    return [path.stem for path in files if not clone_type or line.search(path.read_text(encoding="utf-8"))]


def environment_file(name: str) -> Path:
    """Return the file that describes an environment."""
    return folder() / "environments" / f"{name}.yaml"


def templates() -> tuple[Path, ...]:
    """Return the folders whose JCL templates come before ours."""
    own = folder() / "jcl"
    return (own,) if own.is_dir() else ()


def reports() -> Path:
    """Return the folder reports are written to."""
    home = Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow")
    return Path(os.environ.get(REPORTS) or home / "reports")


def ledger() -> Ledger:
    """Return the ledger. It has a database of its own: tasks may not touch Airflow's."""
    from imsclone.ledger import Ledger
    from imsclone_airflow.errors import LedgerNotSet

    url = os.environ.get(LEDGER)
    if not url:
        raise LedgerNotSet(variable=LEDGER)
    return Ledger(url)
