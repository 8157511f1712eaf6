"""What users write: one YAML file for each IMS system and one for each environment to keep."""

from imsclone.spec.errors import SpecRejected
from imsclone.spec.load import load_environment, load_system
from imsclone.spec.model import EnvironmentSpec, SystemSpec

__all__ = ["EnvironmentSpec", "SpecRejected", "SystemSpec", "load_environment", "load_system"]
