"""Ways to people: a webhook, a mail. Which one, the type of the Airflow connection says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from imsclone_airflow.errors import AlertNotSent

if TYPE_CHECKING:
    from imsclone.errors import CloneError
    from imsclone.spec.model import AlertTarget

log = logging.getLogger(__name__)

SECONDS = 15.0


def tell(targets: Iterable[AlertTarget], environment: str, message: CloneError) -> list[AlertNotSent]:
    """Tell everybody, and return who was not reached: that one fails keeps nobody else from being told."""
    unreached = []
    for target in targets:
        try:
            _tell(target, environment, message)
        except AlertNotSent as error:
            log.error("%s", error)
            unreached.append(error)
    return unreached


def _tell(target: AlertTarget, environment: str, message: CloneError) -> None:
    try:
        known = BaseHook.get_connection(target.connection)
        send = WAYS.get(known.conn_type or "")
        if send is None:
            said = f"its type is {known.conn_type}, and alerts go through types {' and '.join(sorted(WAYS))}."
            raise AlertNotSent(connection=target.connection, said=said)
        send(known, target, environment, message)
    except AlertNotSent:
        raise
    except Exception as error:
        # Of any kind: a connection that is not there, a name, a socket, a refusal. Its text may hold the secret URL.
        raise AlertNotSent(connection=target.connection, said=f"{type(error).__name__}.") from error


def webhook(known: Any, target: AlertTarget, environment: str, message: CloneError) -> None:
    """POST JSON to the connection's URL: ``text`` is what Slack, Mattermost and Teams show.

    Extras: ``endpoint`` (path of the URL), ``headers``. Login and password, where given, are sent as basic
    authentication.
    """
    import httpx

    extra: Mapping[str, Any] = known.extra_dejson
    auth = httpx.BasicAuth(known.login, known.password or "") if known.login else None
    body = {"text": str(message), "id": message.id, "environment": environment}
    answer = httpx.post(address(known), json=body, headers=extra.get("headers"), auth=auth, timeout=SECONDS)
    if not answer.is_success:
        raise AlertNotSent(connection=target.connection, said=f"it answered with HTTP status {answer.status_code}.")


def address(known: Any) -> str:
    """Return the URL of a connection of type http, as Airflow's own hook makes it."""
    base = known.host if "://" in known.host else f"{known.schema or 'https'}://{known.host}"
    port = f":{known.port}" if known.port else ""
    path = str(known.extra_dejson.get("endpoint", "")).lstrip("/")
    return f"{base}{port}/{path}" if path else f"{base}{port}"


def mail(known: Any, target: AlertTarget, environment: str, message: CloneError) -> None:
    """Send a mail through Airflow's SMTP provider; the sender is ``from_email`` of the connection's extras."""
    from html import escape

    from airflow.providers.smtp.hooks.smtp import SmtpHook

    if not target.to:
        raise AlertNotSent(connection=target.connection, said="the environment's file names no receiver (to).")
    subject = f"{message.id} environment {environment}"
    with SmtpHook(smtp_conn_id=target.connection) as hook:
        hook.send_email_smtp(to=list(target.to), subject=subject, html_content=f"<p>{escape(str(message))}</p>")


WAYS: dict[str, Callable[[Any, Any, str, Any], None]] = {"http": webhook, "smtp": mail}
