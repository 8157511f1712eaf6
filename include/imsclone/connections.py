"""z/OSMF connections for use without Airflow: the variables ``AIRFLOW_CONN_<ID>``, which Airflow reads, too."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import ValidationError

from imsclone.errors import CloneError
from imsclone.facts import SystemReader
from imsclone.spec import EnvironmentSpec
from imsclone.zosmf import Connection

CARD_FIELDS = ("account", "jobclass", "msgclass")
OWN_FIELDS = ("console_name", "token_kind")


class ConnectionUnknown(CloneError):
    """No variable describes a connection."""

    id = "CLN603E"
    text = "The connection {conn_id} is not known here: the variable {variable} is not set."
    remedy = "Set it to Airflow's JSON or URI form of the connection, or plan in Airflow."


class ConnectionInvalid(CloneError):
    """A variable does not describe a z/OSMF connection. The value is not shown: it holds a password."""

    id = "CLN604E"
    text = "The variable {variable} does not describe a z/OSMF connection: {reason}."
    remedy = "Correct it; Airflow's `airflow connections get` shows the form."


def connection(conn_id: str, variables: Mapping[str, str] | None = None) -> Connection:
    """Make the connection that a system file names."""
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    written = (os.environ if variables is None else variables).get(variable)
    if not written:
        raise ConnectionUnknown(conn_id=conn_id, variable=variable)
    try:
        return Connection.model_validate(_fields(written))
    except ValidationError as error:
        reason = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}" for one in error.errors())
    except (ValueError, TypeError, AttributeError):
        reason = "it is neither JSON nor a URI with host, port, login, password and extra"
    raise ConnectionInvalid(variable=variable, reason=reason)


def reader_for(spec: EnvironmentSpec) -> SystemReader:
    """Open the reader of the z/OS that the source system names."""
    reached = connection(spec.source.zosmf)
    reader: SystemReader = importlib.import_module("imsclone.steps.reader").open_reader(reached, spec)
    return reader


def _fields(written: str) -> dict[str, Any]:
    known = json.loads(written) if written.lstrip().startswith("{") else _from_uri(written)
    extra = known.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    fields: dict[str, Any] = {"host": known.get("host") or ""} | {
        name: extra[name] for name in OWN_FIELDS if extra.get(name)
    }
    if known.get("port"):
        fields["port"] = int(known["port"])
    if extra.get("ca_file"):
        fields["ca_path"] = extra["ca_file"]
    secret = "token" if extra.get("token_kind") else "password"
    fields |= {"user": known.get("login") or None, secret: known.get("password") or None}
    return fields | {"job_card": {name: extra[name] for name in CARD_FIELDS if extra.get(name)}}


def _from_uri(written: str) -> dict[str, Any]:
    """Take Airflow's URI form apart: ``zosmf://user:password@host:port/?ca_file=...``."""
    parts = urlsplit(written)
    return {
        "host": unquote(parts.hostname or ""),
        "port": parts.port,
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "extra": dict(parse_qsl(parts.query)),
    }
