"""The IMS nucleus modules, as far as their default subsystem id goes. Own layout: the CSECT.

DFSVNUCx is the online nucleus (x from SUF=), DFSBNUC0 the batch nucleus. Only a region that is given no IMSID takes
the default from here.
"""

from __future__ import annotations

from zoslab.ims.errors import StartupFailed
from zoslab.layout import Layout, Raw, Text

BATCH = "DFSBNUC0"


class NucleusText(Layout):
    """Own layout: first bytes of the CSECT."""

    branch = Raw(0, 4)
    eye = Text(4, 8)
    level = Text(12, 8)
    compiled = Text(20, 8)
    filler = Raw(28, 4)
    ssid = Text(32, 4)
    end = Raw(36, 28)


def online(suffix: str) -> str:
    """Return the name of the online nucleus."""
    return f"DFSVNUC{suffix}"


def build(module: str, ssid: str) -> bytes:
    """Return the CSECT of a nucleus module."""
    return bytes(NucleusText(branch=b"\x47\xf0\xf0\x40", eye=module, level="V15R1", compiled="26.001", ssid=ssid))


def default_ssid(text: bytes, module: str) -> str:
    """Return the default subsystem id.

    :raises StartupFailed: this is no nucleus module.
    """
    found = NucleusText.of(text[: NucleusText.size]) if len(text) >= NucleusText.size else None
    if found is None or found.eye != module:
        raise StartupFailed(f"DFS0000I MODULE {module} IN STEPLIB IS NOT AN IMS NUCLEUS")
    return found.ssid
