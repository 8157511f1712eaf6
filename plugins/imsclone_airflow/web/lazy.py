"""The page as an ASGI application that is made with the first request: plugins are loaded by every Airflow process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX = "/ims-clones"


@cache
def _made() -> FastAPI:
    from imsclone_airflow.web.app import application

    return application()


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request."""
    await _made()(scope, receive, send)
