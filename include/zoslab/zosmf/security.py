"""Who may call: basic authentication, LTPA and JWT tokens, and the CSRF header that z/OSMF has required since 2.3."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
import threading
import time
from pathlib import Path

from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

LTPA, JWT = "LtpaToken2", "jwtToken"
CSRF = "X-CSRF-ZOSMF-HEADER"
TOKEN_SECONDS = 495 * 60  # SESSION_EXPIRE's default in IZUPRMxx
TOKENS_KEPT = 10_000
OPEN_PATHS = ("/zosmf/services/authenticate",)


class Users:
    """User ids and passwords, kept in a JSON file that only the owner can read, and the tokens given out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}

    def create(self, user: str) -> str:
        """Register ``user`` with a new random password and return it; a known user keeps the old one."""
        user = user.upper()
        known = self._load()
        if user not in known:
            known[user] = secrets.token_urlsafe(12)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_name(self._path.name + ".tmp")
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(known, file)
            os.replace(temporary, self._path)
        return known[user]

    def check(self, user: str, password: str) -> bool:
        """Say whether the password is the user's."""
        expected = self._load().get(user.upper(), "")
        return bool(expected) and hmac.compare_digest(expected.encode(), password.encode())

    def token(self, user: str) -> str:
        """Return a new token of ``user``."""
        token = secrets.token_urlsafe(48)
        now = time.monotonic()
        with self._lock:
            self._tokens[token] = (user.upper(), now + TOKEN_SECONDS)
            while len(self._tokens) > TOKENS_KEPT or next(iter(self._tokens.values()))[1] < now:
                del self._tokens[next(iter(self._tokens))]
        return token

    def owner(self, token: str) -> str | None:
        """Return whose token it is, or None where it is unknown or has expired."""
        user, expires = self._tokens.get(token, ("", 0.0))
        return user if expires > time.monotonic() else None

    def forget(self, token: str) -> bool:
        """End a token; say whether it was valid."""
        return self._tokens.pop(token, None) is not None

    def _load(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}


class Backend(AuthenticationBackend):
    """Find the caller by token cookie, bearer token or basic authentication."""

    def __init__(self, users: Users) -> None:
        self._users = users

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, SimpleUser] | None:
        if conn.url.path in OPEN_PATHS:
            return None
        user = self._by_token(conn) or basic(conn, self._users)
        if user is None:
            raise AuthenticationError("no valid token and no valid password")
        return AuthCredentials(["authenticated"]), SimpleUser(user.upper())

    def _by_token(self, conn: HTTPConnection) -> str | None:
        scheme, _, bearer = conn.headers.get("Authorization", "").partition(" ")
        offered = [conn.cookies.get(LTPA), conn.cookies.get(JWT), bearer if scheme.lower() == "bearer" else None]
        return next((user for token in offered if token and (user := self._users.owner(token))), None)


def basic(conn: HTTPConnection, users: Users) -> str | None:
    """Return the user of a valid Basic header, else None."""
    scheme, _, value = conn.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user.upper() if users.check(user, password) else None


def unauthorized(_: HTTPConnection, __: Exception) -> Response:
    """Return the 401 that every endpoint gives: realm in the header, no body."""
    return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="defaultRealm"'})


class CsrfMiddleware(BaseHTTPMiddleware):
    """Refuse requests without the CSRF header: 403 with a body of a shape of its own."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if CSRF not in request.headers and request.url.path not in OPEN_PATHS:
            message = (
                "IZUG846W: An HTTP request for a z/OSMF REST service was received from a remote site. "
                "The request was rejected, however, because the remote site "
                f'"{request.headers.get("Referer", "")}" is not permitted to the z/OSMF server '
                f'"{request.headers.get("Host", "")}" on the target system.'
            )
            return JSONResponse({"errorID": "IZUG846W", "errorMsg": message}, 403)
        return await call_next(request)


class LtpaMiddleware(BaseHTTPMiddleware):
    """Answer a request that was authenticated by password with an LTPA cookie."""

    def __init__(self, app: object, users: Users) -> None:
        super().__init__(app)  # type: ignore[arg-type]
        self._users = users

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        by_password = request.headers.get("Authorization", "").lower().startswith("basic")
        if by_password and LTPA not in request.cookies and "user" in request.scope and request.user.is_authenticated:
            set_token(response, LTPA, self._users.token(request.user.display_name))
        return response


def set_token(response: Response, name: str, token: str) -> None:
    """Set a token cookie the way z/OSMF does: for the whole server, secure, not for scripts."""
    response.set_cookie(name, token, path="/", secure=True, httponly=True, samesite=None)
