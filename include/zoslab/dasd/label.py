"""The standard volume label (VOL1): cylinder 0, track 0, record 3. Source: DFSMSdfp Using Data Sets."""

from __future__ import annotations

import re

from zoslab import ebcdic
from zoslab.dasd import track
from zoslab.dasd.errors import DasdError, NotLabelled
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import Device
from zoslab.dasd.track import Record
from zoslab.layout import Layout, Raw, Text

LABEL_KEY = ebcdic.encode("VOL1")
_VOLSER = re.compile(r"[A-Z0-9$#@-]{1,6}")
_WAIT_PSW = bytes.fromhex("000A00000000000F")
_IPL_CCWS = bytes.fromhex("0300000000000001") + bytes(8)


class VolumeLabel(Layout):
    """The 80 bytes behind the key ``VOL1``."""

    size = 80
    vollabi = Text(0, 4)  # VOL1
    volserno = Text(4, 6)  # volume serial
    volsec = Raw(10, 1)  # security byte, not used by z/OS
    volvtoc = Raw(11, 5)  # CCHHR of the format-4 DSCB
    volowner = Text(37, 14)  # owner


def check_volser(volser: str) -> str:
    """Return ``volser`` if it can be one: 1 to 6 letters, digits, $, #, @ or hyphens.

    :raises DasdError: it cannot.
    """
    if not _VOLSER.fullmatch(volser):
        raise DasdError(f"{volser!r} is no volume serial: 1 to 6 of A-Z, 0-9, $, #, @ and - are")
    return volser


def new_label(volser: str, vtoc: bytes, owner: str = "") -> VolumeLabel:
    """Return a label; ``vtoc`` is the CCHHR of the format-4 DSCB."""
    label = VolumeLabel(bytearray(b"\x40" * VolumeLabel.size))
    label.vollabi, label.volserno, label.volowner = "VOL1", check_volser(volser), owner
    label.volvtoc = vtoc
    return label


def label_track(label: VolumeLabel, geometry: Geometry) -> bytes:
    """Return track 0 of a volume that cannot be IPLed: IPL1 that loads a wait, an empty IPL2, the label."""
    records = [
        Record(1, ebcdic.encode("IPL1"), _WAIT_PSW + _IPL_CCWS),
        Record(2, ebcdic.encode("IPL2"), bytes(144)),
        Record(3, LABEL_KEY, bytes(label)),
    ]
    return track.build(0, 0, records, geometry)


def read_label(device: Device) -> VolumeLabel:
    """Return the label of the volume on ``device``.

    :raises NotLabelled: there is none.
    """
    return label_of(device.read_track(0))


def read_volser(image: bytes) -> str:
    """Return the serial in an image of track 0.

    :raises NotLabelled: it has no label.
    """
    return label_of(image).volserno


def label_of(image: bytes) -> VolumeLabel:
    """Return the label in an image of track 0.

    :raises NotLabelled: it has none.
    """
    track.check_position(image, 0, 0)
    for record in track.parse(image):
        if record.number == 3 and record.key == LABEL_KEY and record.data[:4] == LABEL_KEY:
            return VolumeLabel.of(record.data)
    raise NotLabelled("cylinder 0 track 0 has no VOL1 record 3: the volume is not initialised (ICKDSF INIT)")


def serial_on(image: bytes) -> str | None:
    """Return the serial in an image of track 0, None if it has no label that can be made out."""
    try:
        records = track.parse(image)
    except DasdError:
        return None
    labels = (record.data for record in records if record.number == 3 and record.key == LABEL_KEY)
    return next((VolumeLabel.of(data).volserno for data in labels if len(data) >= VolumeLabel.size), None)


def write_label(device: Device, label: VolumeLabel) -> None:
    """Replace the label and nothing else on its track."""
    image = device.read_track(0)
    label_of(image)
    records = [
        Record(3, LABEL_KEY, bytes(label) + record.data[VolumeLabel.size :]) if record.number == 3 else record
        for record in track.parse(image)
    ]
    device.write_track(0, track.build(0, 0, records, device.geometry))
