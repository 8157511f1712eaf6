"""Error answers of z/OSMF: one shape for jobs and files, another for the console.

Source: z/OSMF Programming Guide, error report documents; status codes as measured on live systems, where 403 and 409
are never used and a refused data set is a 500.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

JOBS_SERVICE = 6
JOBS_UNEXPECTED = 7
FILES_SERVICE = 1
FILES_ISPF = 4
FILES_READ_WRITE = 6
FILES_ALLOCATION = 8
FILES_UNEXPECTED = 16


class ZosmfError(Exception):
    """A refused request of the jobs or files service: category, rc, reason and message as z/OSMF reports them."""

    def __init__(
        self, status: int, category: int, rc: int, reason: int, message: str, details: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.status, self.category, self.rc, self.reason = status, category, rc, reason
        self.message, self.details = message, list(details)

    def response(self) -> Response:
        """Return the error report document."""
        body: dict[str, object] = {
            "category": self.category,
            "rc": self.rc,
            "reason": self.reason,
            "message": self.message,
        }
        if self.details:
            body["details"] = self.details
        return JSONResponse(body, self.status)


class ConsoleError(Exception):
    """A refused request of the console services."""

    def __init__(self, status: int, return_code: int, reason_code: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.return_code, self.reason_code, self.reason = status, return_code, reason_code, reason

    def response(self) -> Response:
        """Return the error report document of the console services."""
        return JSONResponse(
            {"return-code": self.return_code, "reason-code": self.reason_code, "reason": self.reason}, self.status
        )


def bad_request(message: str, reason: int = 2) -> ZosmfError:
    """Return the files service's answer to a request that is wrong in itself, or that this system does not support."""
    return ZosmfError(400, FILES_SERVICE, 4, reason, message)


def unknown_job(name: str) -> ZosmfError:
    """Return z/OSMF's answer for a job that JES does not know: 400, not 404."""
    return ZosmfError(400, JOBS_SERVICE, 4, 10, f"No job found for reference: '{name}'")


async def report(_: Request, error: Exception) -> Response:
    """Turn a refusal into its answer (an exception handler of the application)."""
    if isinstance(error, ZosmfError | ConsoleError):
        return error.response()
    raise error


async def report_purged(request: Request, _: Exception) -> Response:
    """Answer for a job that was purged while the request looked at it."""
    named = request.path_params
    return unknown_job(named.get("correlator") or f"{named.get('name', '')}({named.get('id', '')})").response()


async def report_no_match(request: Request, error: Exception) -> Response:
    """Answer for a path or a method that no service has."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    path = request.url.path
    message = f"No match for method {request.method} and pathInfo='{path}'"
    if path.startswith("/zosmf/restconsoles"):
        return ConsoleError(400, 1, 3, message).response()
    category = JOBS_SERVICE if path.startswith("/zosmf/restjobs") else FILES_SERVICE
    return ZosmfError(status, category, 4, 7, message).response()


async def report_unexpected(request: Request, error: Exception) -> Response:
    """Answer for a failure of the system itself; the server logs where it happened."""
    message = f"Unexpected error: {type(error).__name__}: {error}"
    path = request.url.path
    if path.startswith("/zosmf/restconsoles"):
        return ConsoleError(500, 8, 1, message).response()
    category = JOBS_UNEXPECTED if path.startswith("/zosmf/restjobs") else FILES_UNEXPECTED
    return ZosmfError(500, category, 8, 0, message).response()
