"""Which of the clone's catalogs the master catalog knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imsclone_airflow.errors import MessagesFound

if TYPE_CHECKING:
    from imsclone.plan.parts import CatalogPair
    from imsclone.zosmf import Client

NOT_FOUND = "IDC3012I"
WARNING = 4


def connected(client: Client, pairs: Sequence[CatalogPair]) -> tuple[CatalogPair, ...]:
    """Return the pairs whose target catalog is connected (LISTCAT of its entry in the master catalog)."""
    return tuple(pair for pair in pairs if is_connected(client, pair.target))


def is_connected(client: Client, catalog: str) -> bool:
    """Whether the master catalog has a connector. Raises MessagesFound when IDCAMS cannot say."""
    answer = client.access_method_services([f" LISTCAT ENTRIES({catalog})"])
    if answer.rc == 0:
        return True
    if any(NOT_FOUND in line for line in answer.lines):
        return False
    said = "; ".join(line.strip() for line in answer.lines if line.strip().startswith("IDC")) or f"RC {answer.rc}"
    raise MessagesFound(what=f"LISTCAT of {catalog}", said=said)
