"""What Airflow learns of this provider: the connection type with its form. An entry point in pyproject.toml."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return the provider's description. It is read by every Airflow process, so it imports nothing."""
    return {
        "package-name": "imsclone",
        "name": "IMS clone",
        "description": "Clones IMS systems and databases through z/OSMF.",
        "connection-types": [
            {
                "connection-type": "zosmf",
                "hook-class-name": "imsclone_airflow.hooks.zosmf.ZosmfHook",
                "hook-name": "z/OSMF",
                "ui-field-behaviour": {
                    "hidden-fields": ["schema"],
                    "relabeling": {"login": "User ID", "password": "Password or password phrase"},
                    "placeholders": {"host": "zosmf.example.com", "port": "443"},
                },
                "conn-fields": _fields(),
            }
        ],
    }


def _fields() -> dict[str, Any]:
    def text(label: str, description: str, **schema: Any) -> dict[str, Any]:
        return {"label": label, "description": description, "schema": {"type": ["string", "null"], **schema}}

    return {
        "ca_file": text(
            "CA file", "Certificate authority that signed z/OSMF's certificate, as a PEM file on the workers"
        ),
        "token_kind": text("Kind of token", "Set when the password is a token", enum=["ltpa", "jwt", None]),
        "console_name": text(
            "Console name", "EMCS console; one per connection", pattern="^[A-Za-z@#$][A-Za-z0-9@#$]{1,7}$"
        ),
        "account": text("Account", "Accounting information of the job card"),
        "jobclass": text("Job class", "CLASS of the job card", pattern="^[A-Z0-9]{1,8}$"),
        "msgclass": text(
            "Message class", "MSGCLASS of the job card; must keep output until it is read", pattern="^[A-Z0-9]$"
        ),
    }
