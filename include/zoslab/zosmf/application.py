"""The z/OSMF application: all services of one system behind the CSRF rule and authentication."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import Response

from zoslab.jes.errors import JobNotFound
from zoslab.zos import Zos
from zoslab.zosmf import authenticate, errors, info
from zoslab.zosmf.ams import AccessMethodServices
from zoslab.zosmf.console import ConsoleServices
from zoslab.zosmf.datasets import DataSetServices
from zoslab.zosmf.hardcopy_log import HardcopyLog
from zoslab.zosmf.jobs import JobServices
from zoslab.zosmf.security import Backend, CsrfMiddleware, LtpaMiddleware, Users, unauthorized

Handler = Callable[[Request, Exception], Awaitable[Response]]

HANDLERS: dict[type[Exception], Handler] = {
    errors.ZosmfError: errors.report,
    errors.ConsoleError: errors.report,
    JobNotFound: errors.report_purged,
    HTTPException: errors.report_no_match,
    Exception: errors.report_unexpected,
}


def create_application(system: Zos, users: Users, host: str, port: int) -> Starlette:
    """Return the application for ``system``, which is reached at ``host`` and ``port``."""
    return Starlette(
        routes=[
            *authenticate.routes(users),
            *info.routes(host, port),
            *JobServices(system).routes(),
            *ConsoleServices(system).routes(),
            *HardcopyLog(system).routes(),
            *AccessMethodServices(system).routes(),
            *DataSetServices(system).routes(),
        ],
        middleware=[
            Middleware(CsrfMiddleware),
            Middleware(AuthenticationMiddleware, backend=Backend(users), on_error=unauthorized),
            Middleware(LtpaMiddleware, users=users),
        ],
        exception_handlers=dict(HANDLERS),
    )
