"""Airflow's home on this machine: its configuration, its connection to the embedded z/OS, its environment."""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Where Airflow and the embedded z/OS live.

    :param project: the checkout.
    :param airflow: AIRFLOW_HOME; made when missing.
    :param lab: folder of the embedded z/OS.
    :param database: Airflow's metadata database; a SQLite file in ``airflow`` when empty.
    """

    project: Path
    airflow: Path
    lab: Path
    port: int = 8080
    database: str = ""

    @classmethod
    def of(cls, project: Path) -> Home:
        """Return the folders that the Makefile uses; IMSCLONE_PORT and IMSCLONE_DATABASE change port and database."""
        return cls(
            project,
            project / ".airflow",
            project / ".lab",
            int(os.environ.get("IMSCLONE_PORT", "8080")),
            os.environ.get("IMSCLONE_DATABASE", ""),
        )

    def configure(self) -> None:
        """Write airflow.cfg from the template; secrets made the first time are kept."""
        self.airflow.mkdir(parents=True, exist_ok=True)
        kept = self.airflow / "secret"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(32))
        text = (self.project / "airflow.cfg.template").read_text()
        for name, value in {
            "PROJECT": str(self.project),
            "HOME": str(self.airflow),
            "PORT": str(self.port),
            "SECRET": kept.read_text(),
            "DATABASE": self.database or f"sqlite:///{self.airflow}/airflow.db",
        }.items():
            text = text.replace(f"@{name}@", value)
        (self.airflow / "airflow.cfg").write_text(text)

    def environment(self) -> dict[str, str]:
        """Return the environment for every Airflow process: its home and the connection ``zosmf_lab``."""
        connection = self.lab / "connection.json"
        known = {"AIRFLOW_CONN_ZOSMF_LAB": airflow_connection(connection)} if connection.exists() else {}
        return {
            **os.environ,
            **known,
            "AIRFLOW_HOME": str(self.airflow),
            "IMSCLONE_LEDGER": os.environ.get("IMSCLONE_LEDGER", f"sqlite:///{self.airflow}/ledger.db"),
            "IMSCLONE_PROJECT": str(self.project),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }


def airflow_connection(path: Path) -> str:
    """Return what connection.json of an embedded z/OS says, as an Airflow connection."""
    known = json.loads(path.read_text())
    return json.dumps(
        {
            "conn_type": "zosmf",
            "host": known["host"],
            "port": known["port"],
            "login": known["user"],
            "password": known["password"],
            "extra": {"ca_file": known["ca_file"]},
        }
    )
