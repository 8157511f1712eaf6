"""What was done: runs, maps, evidence, windows and leases, in a database of its own."""

from imsclone.ledger.errors import LeaseHeld, LeaseLost, LedgerError, NotBooked, RunUnknown, TargetBooked
from imsclone.ledger.leases import Lease, target_lease
from imsclone.ledger.ledger import Ledger
from imsclone.ledger.plans import DataSetRow, Difference, Maps, VolumeMapping
from imsclone.ledger.pruning import Pruned
from imsclone.ledger.refused import Wanted
from imsclone.ledger.runs import Evidence, Run, Window

__all__ = [
    "DataSetRow",
    "Difference",
    "Evidence",
    "Lease",
    "LeaseHeld",
    "LeaseLost",
    "Ledger",
    "LedgerError",
    "Maps",
    "NotBooked",
    "Pruned",
    "Run",
    "RunUnknown",
    "TargetBooked",
    "VolumeMapping",
    "Wanted",
    "Window",
    "target_lease",
]
