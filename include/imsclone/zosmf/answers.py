"""Tell a refusal from an answer: the four error shapes of z/OSMF.

Jobs and files: category, rc, reason, message. Console: return-code, reason-code, reason. CSRF: errorID, errorMsg.
Anything else: text or HTML. Source: z/OSMF Programming Guide, error report documents.
"""

from __future__ import annotations

import json
from typing import Any

from imsclone.zosmf.errors import (
    ConsoleError,
    CsrfRefused,
    EtagMismatch,
    LoginRefused,
    NotFound,
    PlainAnswer,
    ServerBusy,
    ServiceError,
    ZosmfError,
)
from imsclone.zosmf.exchange import BUSY_STATUS, Reply

UNCHANGED = 304


def check(reply: Reply) -> Reply:
    """Return a good reply, raise the typed error for any other."""
    if 200 <= reply.status < 300 or reply.status == UNCHANGED or _is_ams_answer(reply):
        return reply
    raise refusal(reply)


def _is_ams_answer(reply: Reply) -> bool:
    """IDCAMS above return code 4 comes with an error status, yet with its listing: an answer, not a refusal."""
    body = _body(reply)
    return "output" in body and "rc" in body and "category" not in body


def refusal(reply: Reply) -> ZosmfError:
    """Return the typed error that an answer above 299 means."""
    where, status = reply.request.where, reply.status
    body = _body(reply)
    if "errorID" in body:
        return CsrfRefused(where=where, error_id=body["errorID"], said=body.get("errorMsg", ""))
    if status in (401, 403) and "category" not in body:
        return LoginRefused(where=where, status=status, said=body.get("message", ""))
    if status == 412:
        return EtagMismatch(where=where)
    if status in BUSY_STATUS and "return-code" not in body:
        return ServerBusy(where=where, status=status)
    if "category" in body:
        return _service(reply, body)
    if "return-code" in body:
        return ConsoleError(
            where=where,
            status=status,
            return_code=_number(body, "return-code"),
            reason_code=_number(body, "reason-code"),
            said=body.get("reason", ""),
        )
    return PlainAnswer(where=where, status=status, said=reply.text)


def _service(reply: Reply, body: dict[str, Any]) -> ZosmfError:
    raw = body.get("details") or []
    details = [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]
    said = " ".join([str(body.get("message", "")), *details])
    if reply.status == 404:
        return NotFound(where=reply.request.where, said=said)
    transaction = reply.headers.get("x-ibm-txid", "")
    return ServiceError(
        where=reply.request.where,
        status=reply.status,
        category=_number(body, "category"),
        rc=_number(body, "rc"),
        reason=_number(body, "reason"),
        transaction=f"(X-IBM-Txid {transaction})" if transaction else "",
        said=said,
    )


def _body(reply: Reply) -> dict[str, Any]:
    try:
        value = json.loads(reply.content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _number(body: dict[str, Any], key: str) -> int:
    try:
        return int(body.get(key, 0))
    except (TypeError, ValueError):
        return 0
