"""Masking: sensitive fields of an unloaded database changed by a policy, and the proof that nothing of them is left."""

from imsclone.masking.originals import Originals
from imsclone.masking.plan import DatabaseMask, FieldMask, plan_masking
from imsclone.masking.policy import FieldRule, Policy, load_policy
from imsclone.masking.run import Masking, MaskReport, mask_file, mask_unload
from imsclone.masking.scan import Leak, Scanner, ScanReport, scan_blocks, scan_files

__all__ = [
    "DatabaseMask",
    "FieldMask",
    "FieldRule",
    "Leak",
    "MaskReport",
    "Masking",
    "Originals",
    "Policy",
    "ScanReport",
    "Scanner",
    "load_policy",
    "mask_file",
    "mask_unload",
    "plan_masking",
    "scan_blocks",
    "scan_files",
]
