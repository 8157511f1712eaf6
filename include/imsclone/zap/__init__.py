"""Rules that replace names in load modules and blocks by AMASPZAP."""

from imsclone.zap.find import Change
from imsclone.zap.statements import Zap, for_blocks, for_data_set_names, for_subsystem_ids

__all__ = ["Change", "Zap", "for_blocks", "for_data_set_names", "for_subsystem_ids"]
