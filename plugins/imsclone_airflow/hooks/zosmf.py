"""The hook: from an Airflow connection to a z/OSMF client."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.log import mask_secret

if TYPE_CHECKING:
    import httpx

    from imsclone.zosmf import Connection, Protected
    from imsclone_airflow.fenced import FencedClient


class ZosmfHook(BaseHook):
    """Transport to one z/OSMF; it decides nothing.

    Extras of the connection: ``ca_file`` (PEM file on every worker), ``token_kind`` (``ltpa`` or ``jwt``: the
    password is a token), ``console_name`` (EMCS console; names are sysplex-wide, so one for each connection),
    ``account``, ``jobclass``, ``msgclass`` (of the job card).

    :param conn_id: id of a connection of type z/OSMF.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "zosmf_default"
    conn_type = "zosmf"
    hook_name = "z/OSMF"

    def __init__(self, conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.conn_id = conn_id

    @cached_property
    def connection(self) -> Connection:
        """The z/OSMF connection. Its secrets are hidden from all logs from here on."""
        from imsclone.connections import connection

        known = self.get_connection(self.conn_id)
        _hide(known.login, known.password)
        described = {
            "host": known.host,
            "port": known.port,
            "login": known.login,
            "password": known.password,
            "extra": known.extra_dejson,
        }
        return connection(self.conn_id, {f"AIRFLOW_CONN_{self.conn_id.upper()}": json.dumps(described)})

    @staticmethod
    def carrier() -> httpx.BaseTransport | None:
        """Return httpx's transport where it is not the network."""
        return None

    def client(self, check: Callable[[], None], protected: Protected | None = None) -> FencedClient:
        """Return a client that asks ``check`` before every effect and refuses to write what is protected."""
        from imsclone_airflow.fenced import FencedClient

        return FencedClient(self.connection, check, protected, self.carrier())

    def test_connection(self) -> tuple[bool, str]:
        """Ask z/OSMF who it is, for the connection form."""
        from imsclone.errors import CloneError

        try:
            with self.client(lambda: None) as client:
                said = client.info()
        except CloneError as error:
            return False, str(error)
        return True, f"z/OSMF answers: {said}"

    def get_conn(self) -> Any:
        """Return a client without a fence, to look around."""
        return self.client(lambda: None)


def _hide(login: str | None, password: str | None) -> None:
    """Hide a password or token, in plain form, in base64, and as the header of basic authentication has it."""
    if not password:
        return
    for secret in (password, f"{login or ''}:{password}"):
        mask_secret(secret)
        mask_secret(base64.b64encode(secret.encode()).decode().rstrip("="))
        mask_secret(base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="))
