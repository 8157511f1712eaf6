"""``make demo``: clone IMSP to IMST on the embedded z/OS through Airflow, in this process, and print the result.

``make demo-skeleton`` runs another Dag for another environment: these are the arguments.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imsclone_airflow.local.home import Home
from imsclone_airflow.local.services import start_lab

if TYPE_CHECKING:
    from imsclone_airflow.local.progress import Progress

DEFAULT = ("full_system_clone", "imst")
FAILED = 1


def main(dag_id: str, environment: str) -> int:
    """Run the demonstration for the checkout in the current folder; return 0 when the clone serves."""
    home = Home.of(Path.cwd())
    home.configure()
    with (home.airflow / "demo.log").open("w") as log:
        migrating = subprocess.Popen(["airflow", "db", "migrate"], env=home.environment(), stdout=log, stderr=log)
        start_lab(home)
        if migrating.wait() != 0:
            print(f"Airflow's database could not be made; see {log.name}", file=sys.stderr)
            return FAILED
        os.environ.update(home.environment())
        terminal = _redirect(log.fileno())
        return _run(home, terminal, log.name, (dag_id, environment))


def _redirect(log: int) -> int:
    """Send what this process prints to the log, and return where its lines went before."""
    sys.stdout.flush()
    terminal = os.dup(1)
    os.dup2(log, 1)
    os.dup2(log, 2)
    return terminal


def _run(home: Home, terminal: int, log: str, wanted: tuple[str, str]) -> int:
    dag_id, environment = wanted

    def say(text: str) -> None:
        os.write(terminal, text.encode())

    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.listener import get_listener_manager

    from imsclone_airflow.local.progress import Progress

    progress = Progress(say)
    get_listener_manager().add_listener(progress)  # type: ignore[no-untyped-call]
    say(f"Running the Dag {dag_id} for the environment {environment}; its log is {log}\n")
    bag = DagBag(home.project / "dags")
    if bag.import_errors:
        say("\n".join(bag.import_errors.values()) + "\n")
        return FAILED
    run = bag.dags[dag_id].test(run_conf={"environment": environment, "dry_run": False})
    if str(run.state) != "success":
        say(f"\nThe clone failed. {progress.failure}\nSee {log}\n")
        return FAILED
    say(_result(run, progress))
    return 0


def _result(run: Any, progress: Progress) -> str:
    from imsclone.report.report import figures
    from imsclone_airflow import settings
    from imsclone_airflow.identity import run_key
    from imsclone_airflow.operators.publish import report_path

    key = run_key(run.dag_id, run.run_id)
    ledger = settings.ledger()
    known, counts = ledger.run(key), figures(ledger.evidence(key))
    lost = known.window.shown() if known.window else "none"
    rows = {
        "Volumes": counts.get("volumes copied", 0),
        "Data sets renamed": counts.get("data sets renamed", 0),
        "Members edited": counts.get("members edited", 0),
        "RECON records changed": counts.get("RECON records changed", 0),
        "Source time lost": lost,
        "Elapsed": f"{known.elapsed_seconds or 0:.0f} s",
    }
    if "bytes not copied" in counts:
        rows |= {
            "Databases without data": counts["database data sets defined without data"],
            "Volumes not copied": counts["volumes not copied"],
            "Tracks not copied": f"{counts['tracks not copied']:,}",
            "Space not needed": f"{counts['bytes not copied'] / 1e6:,.0f} MB",
        }
    table = "\n".join(f"  {name:<24}{value:>16}" for name, value in rows.items())
    return f"\n{known.target} is a clone of {known.source} and serves.\n\n{table}\n\nReport: {report_path(key)}\n"


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or DEFAULT)))
