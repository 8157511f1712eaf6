"""Error answers of z/OSMF: one shape for jobs and files, another for the console.

Source: z/OSMF Programming Guide, error report documents; status codes as measured on live systems.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

JOBS_SERVICE = 6
FILES_SERVICE = 1
FILES_ALLOCATION = 8
FILES_ISPF = 4
FILES_READ_WRITE = 6


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


async def report(_: Request, error: Exception) -> Response:
    """Turn a refusal into its answer (an exception handler of the application)."""
    if isinstance(error, ZosmfError | ConsoleError):
        return error.response()
    raise error


def unknown_job(name: str) -> ZosmfError:
    """Return z/OSMF's answer for a job that JES does not know: 400, not 404."""
    return ZosmfError(400, JOBS_SERVICE, 4, 10, f"No job found for reference: '{name}'")
