"""Database refresh: chosen databases of one IMS, copied into another that runs."""

from imsclone.refresh.make import check_refresh, make_refresh
from imsclone.refresh.plan import RefreshPlan
from imsclone.refresh.read import read_refresh

__all__ = ["RefreshPlan", "check_refresh", "make_refresh", "read_refresh"]
