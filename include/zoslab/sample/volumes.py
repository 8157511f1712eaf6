"""The volumes of the sample system, as tables."""

from __future__ import annotations

from dataclasses import dataclass

DEVICE_TYPE = "3390"
CYLINDERS = 90


@dataclass(frozen=True)
class SampleVolume:
    """One device and the volume on it."""

    devno: int
    volser: str
    sms: bool = False
    cylinders: int = CYLINDERS


SYSTEM_VOLUMES = (SampleVolume(0x0A00, "LABRES"), SampleVolume(0x0A01, "LABWK1"))

_SMS = (True, True, True, False, True, False)

SOURCE_VOLUMES = tuple(SampleVolume(0x0A7F + n, f"IMSP{n:02}", sms) for n, sms in enumerate(_SMS, 1))

TARGET_VOLUMES = tuple(SampleVolume(0x0A8F + n, f"IMST{n:02}", sms) for n, sms in enumerate(_SMS, 1))

SKELETON_VOLUMES = tuple(SampleVolume(0x0AAF + n, f"IMSK{n:02}", sms) for n, sms in enumerate(_SMS[:3], 1))

STAGING_VOLUMES = tuple(SampleVolume(0x0ABF + n, f"IMSS{n:02}", sms) for n, sms in enumerate(_SMS, 1))

CLONE_VOLUMES = (*TARGET_VOLUMES, *SKELETON_VOLUMES, *STAGING_VOLUMES)

ALL_VOLUMES = (*SYSTEM_VOLUMES, *SOURCE_VOLUMES, *CLONE_VOLUMES)

STORAGE_GROUPS = {
    "SGIMSP": tuple(volume.volser for volume in SOURCE_VOLUMES if volume.sms),
    "SGIMST": tuple(volume.volser for volume in TARGET_VOLUMES if volume.sms),
    "SGIMSK": tuple(volume.volser for volume in SKELETON_VOLUMES if volume.sms),
}
