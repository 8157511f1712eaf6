"""What z/OSMF says of itself. Source: z/OSMF Programming Guide, information retrieval service."""

from __future__ import annotations

from dataclasses import dataclass

from imsclone.zosmf.exchange import Conversation, Request, ask


@dataclass(frozen=True, slots=True)
class Info:
    """One z/OSMF server. ``plugins`` is empty when z/OSMF could not list them."""

    version: str
    zos_version: str
    hostname: str
    realm: str
    plugins: tuple[str, ...] = ()


def info() -> Conversation[Info]:
    """Read the server's description."""
    reply = yield from ask(Request("GET", "/info"))
    document = reply.document()
    plugins = document.get("plugins")
    names = [str(one.get("pluginDefaultName", "")) for one in plugins] if isinstance(plugins, list) else []
    return Info(
        version=str(document.get("zosmf_version", "")),
        zos_version=str(document.get("zos_version", "")),
        hostname=str(document.get("zosmf_hostname", "")),
        realm=str(document.get("zosmf_saf_realm", "")),
        plugins=tuple(names),
    )
