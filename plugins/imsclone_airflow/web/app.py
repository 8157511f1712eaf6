"""The routes of the page. Every one of them wants a signed-in user who may see the Dag it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from imsclone.ledger import Ledger, Run, RunUnknown
from imsclone.report import time_line
from imsclone_airflow import settings
from imsclone_airflow.web import access, pages
from imsclone_airflow.web.shown import FILTERS

HERE = Path(__file__).parent
ROWS = 200
"""Rows of a data-set map that are sent at a time."""


def application() -> FastAPI:
    """Make the application. The folder of the environments and the ledger are those of the deployment."""
    app = FastAPI(title="IMS clones", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_api_route("/", overview, response_class=HTMLResponse)
    for path, route in (("", environment), ("/run", run), ("/data-sets", data_sets)):
        app.add_api_route(
            f"/environments/{{dag_id}}{path}", route, response_class=HTMLResponse, dependencies=[access.SEES_THE_DAG]
        )
    return app


def overview(request: Request, user: access.User) -> Any:
    """All environments that the user may see."""
    names = [name for name in settings.environments() if name in access.seen_by(user)]
    kept = pages.environments(settings.ledger(), names, access.next_runs(set(names)))
    return _page(request, "overview", kept=kept)


def environment(request: Request, dag_id: str) -> Any:
    """One environment: its runs, its trends, its maps."""
    ledger = settings.ledger()
    known = _environment(ledger, dag_id)
    last = next((one for one in known.runs if one.fingerprint), None)
    volumes = ledger.volume_map(last.fingerprint) if last else ()
    return _page(request, "environment", kept=known, volumes=volumes, last=last)


def run(request: Request, dag_id: str, id: str) -> Any:
    """One run: its steps on a time line, evidence, listings, and what its plan changed since the run before."""
    ledger = settings.ledger()
    known = _run(ledger, dag_id, id)
    evidence = ledger.evidence(id)
    bars = time_line(evidence, known.started_at, known.finished_at)
    before = ledger.run_before(id)
    difference = ledger.difference(before.fingerprint, known.fingerprint) if before and known.fingerprint else None
    return _page(request, "run", run=known, bars=bars, evidence=evidence, before=before, difference=difference)


def data_sets(request: Request, dag_id: str, id: str, search: str = "", after: int = -1) -> Any:
    """Rows of the data-set map of a run: those after a position that hold a text, a page at a time."""
    ledger = settings.ledger()
    known = _run(ledger, dag_id, id)
    rows = ledger.data_set_page(known.fingerprint, search, after, ROWS)
    return _page(request, "data_sets", rows=rows, run=known, search=search, more=len(rows) == ROWS)


def _environment(ledger: Ledger, name: str) -> pages.Kept:
    if name not in settings.environments():
        raise HTTPException(404, f"There is no environment {name}.")
    (known,) = pages.environments(ledger, [name], access.next_runs({name}))
    return known


def _run(ledger: Ledger, dag_id: str, id: str) -> Run:
    """Return a run of an environment that the user may see; another environment's is not found."""
    try:
        known = ledger.run(id)
    except RunUnknown as error:
        raise HTTPException(404, str(error)) from error
    kept = _environment(ledger, dag_id)
    if known.environment != (kept.spec.name if kept.spec else dag_id):
        raise HTTPException(404, f"Run {id} is not one of environment {dag_id}.")
    return known


def _page(request: Request, name: str, **values: Any) -> HTMLResponse:
    return TEMPLATES.TemplateResponse(request, f"{name}.html.j2", {"root": request.scope["root_path"], **values})


def _environment_of_templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS
    return made


TEMPLATES = Jinja2Templates(env=_environment_of_templates())
