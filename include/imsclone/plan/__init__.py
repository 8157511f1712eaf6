"""The plan of a clone: volume map, data-set map, every decision, all problems at once, and a fingerprint."""

from imsclone.plan.data_set_map import DataSetMap, DataSetPair
from imsclone.plan.errors import PlanAltered, PlanProblem, PlanRejected
from imsclone.plan.make import check_spec, make_plan
from imsclone.plan.model import Plan
from imsclone.plan.parts import VolumeGroup, VolumePair
from imsclone.plan.read import read_facts

__all__ = [
    "DataSetMap",
    "DataSetPair",
    "Plan",
    "PlanAltered",
    "PlanProblem",
    "PlanRejected",
    "VolumeGroup",
    "VolumePair",
    "check_spec",
    "make_plan",
    "read_facts",
]
