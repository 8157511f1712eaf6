"""What can be wrong with a volume, as exceptions. Every text says what was found, where, and what to do."""


class DasdError(Exception):
    """Base of everything zoslab.dasd raises about a volume or what is on it."""


class BadImage(DasdError):
    """The file is not an image that can be used: not CKD, compressed, in several files, or cut off."""


class BadTrack(DasdError):
    """A track image breaks the CKD framing: home address, record zero, a count field or the end-of-track mark."""


class TrackOverflow(DasdError):
    """The records do not fit the track of the real device, or the track does not exist."""


class NotLabelled(DasdError):
    """The device holds no standard volume label (VOL1) at cylinder 0, track 0, record 3."""


class BrokenVtoc(DasdError):
    """The VTOC contradicts itself: a bad format-3 chain, overlapping extents, free space that cannot be trusted."""


class InvalidDataSetName(DasdError):
    """The text is no data set name: at most 44 characters in qualifiers of 1 to 8."""


class DuplicateDataSet(DasdError):
    """The volume already has a data set of that name."""


class DataSetNotOnVolume(DasdError):
    """The VTOC of the volume has no format-1 DSCB of that name."""


class OutsideDataSet(DasdError):
    """A track was asked for that lies behind the last allocated track of the data set."""


class NoSpace(DasdError):
    """Space could not be had.

    :ivar code: the system code an access method would end with (``B37``, ``D37``, ``E37``), or for a first
        allocation ``IEF257I`` (no space) or ``IEF257I VTOC`` (no free DSCB).
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text} ({code})")
        self.code = code


class VtocFull(NoSpace):
    """No unused DSCB is left in the VTOC, or no room in its index."""


class FlashCopyRefused(DasdError):
    """The relationship cannot be established, or there is none; the message says why and what helps."""
