"""What users write: one YAML file for each IMS system and one for each environment to keep."""

from imsclone.spec.errors import SpecRejected
from imsclone.spec.load import load_any, load_environment, load_system
from imsclone.spec.model import EnvironmentSpec, SystemSpec
from imsclone.spec.refresh import RefreshSpec

__all__ = [
    "EnvironmentSpec",
    "RefreshSpec",
    "SpecRejected",
    "SystemSpec",
    "load_any",
    "load_environment",
    "load_system",
]
