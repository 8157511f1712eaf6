"""GET /zosmf/info: what system this is. Source: z/OSMF Programming Guide, information retrieval service."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

VERSION = "29"


def routes(host: str, port: int) -> list[Route]:
    """Return the route of the information service for a server at ``host`` and ``port``."""

    def info(_: Request) -> Response:
        return JSONResponse(
            {
                "zos_version": "05.29.00",
                "zosmf_version": VERSION,
                "zosmf_full_version": f"{VERSION}.0",
                "zosmf_hostname": host,
                "zosmf_port": str(port),
                "zosmf_saf_realm": "SAFRealm",
                "api_version": "1",
                "plugins": [{"pluginVersion": "zoslab", "pluginDefaultName": "zoslab", "pluginStatus": "ACTIVE"}],
            }
        )

    return [Route("/zosmf/info", info, methods=["GET"])]
