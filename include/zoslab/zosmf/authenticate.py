"""POST and DELETE /zosmf/services/authenticate: log in, log out. Source: z/OSMF Programming Guide, authentication."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zoslab.zosmf.security import JWT, LTPA, Users, basic, set_token


def routes(users: Users) -> list[Route]:
    """Return the routes of the authentication service."""

    def login(request: Request) -> Response:
        user = basic(request, users)
        if user is None:
            return JSONResponse(
                {"returnCode": 8, "reasonCode": 1, "message": "Authentication failed."},
                401,
                {"WWW-Authenticate": 'Basic realm="defaultRealm"'},
            )
        response = JSONResponse({"returnCode": 0, "reasonCode": 0, "message": "Success."})
        set_token(response, LTPA, users.token(user))
        set_token(response, JWT, users.token(user))
        return response

    def logout(request: Request) -> Response:
        tokens = [request.cookies[name] for name in (LTPA, JWT) if name in request.cookies]
        ended = [users.forget(token) for token in tokens]
        return Response(status_code=204 if any(ended) else 401)

    path = "/zosmf/services/authenticate"
    return [Route(path, login, methods=["POST"]), Route(path, logout, methods=["DELETE"])]
