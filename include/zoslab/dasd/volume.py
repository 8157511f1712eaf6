"""A volume: its label, its VTOC, and the space of the data sets on it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from zoslab.dasd import allocation, initialise, track, vtocix
from zoslab.dasd.allocation import DataSetAttributes as DataSetAttributes
from zoslab.dasd.allocation import Space as Space
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.dscb import LARGE_FORMAT, Format1, dsorg_code
from zoslab.dasd.errors import DasdError
from zoslab.dasd.errors import NoSpace as NoSpace
from zoslab.dasd.extent import Extent
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import Device, atomic, version_of
from zoslab.dasd.label import VolumeLabel, check_volser, read_label, write_label
from zoslab.dasd.track import Record
from zoslab.dasd.vtoc import Vtoc, VtocEntry
from zoslab.dasd.vtoc_content import VtocContent

VTOC_TRACKS, INDEX_TRACKS = 14, 15
EXTENT_LIMIT, VSAM_EXTENT_LIMIT = 16, 123
_END_OF_FILE = Record(1, b"", b"")


class Volume:
    """The volume on a device. Making one reads nothing; ``open`` also checks that there is a label and a VTOC."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.vtoc = Vtoc(device)
        self._label: tuple[Hashable, VolumeLabel] | None = None

    @classmethod
    def open(cls, device: Device) -> Volume:
        """Return the volume on a device that has to have one.

        :raises NotLabelled: there is no label.
        :raises BrokenVtoc: there is no VTOC.
        """
        volume = cls(device)
        volume.vtoc.content()
        return volume

    @classmethod
    def init(
        cls,
        device: Device,
        volser: str,
        vtoc_tracks: int = VTOC_TRACKS,
        index_tracks: int = INDEX_TRACKS,
        *,
        sms: bool = False,
        owner: str = "",
    ) -> Volume:
        """Initialise a volume: label, VTOC from track 1 on, VTOC index behind it (none if ``index_tracks`` is 0)."""
        initialise.initialise(device, volser, vtoc_tracks, index_tracks, sms, owner)
        return cls(device)

    @property
    def geometry(self) -> Geometry:
        return self.device.geometry

    @property
    def label(self) -> VolumeLabel:
        """A copy of the label as it is now."""
        version = version_of(self.device)
        if self._label is None or self._label[0] != version:
            self._label = version, read_label(self.device)
        return VolumeLabel.of(bytes(self._label[1]))

    @property
    def volser(self) -> str:
        return self.label.volserno

    @property
    def indexed(self) -> bool:
        return self.vtoc.indexed

    @property
    def sms(self) -> bool:
        """Whether the volume is SMS managed."""
        return self.vtoc.format4.ds4smsfg & 0xC0 == 0xC0

    def relabel(self, volser: str) -> None:
        """Change the serial in the label and nothing else (ICKDSF REFORMAT VOLID)."""
        label = self.label
        label.volserno = check_volser(volser)
        write_label(self.device, label)

    def batch(self) -> AbstractContextManager[VtocContent]:
        """Collect changes to the VTOC; see ``Vtoc.batch``."""
        return self.vtoc.batch()

    def allocate(self, dsname: str, attributes: DataSetAttributes, space: Space) -> VtocEntry:
        """Allocate a new data set. For DSORG=PS an end-of-file mark is written, as DADSM does.

        :raises DuplicateDataSet: the volume has one of that name.
        :raises NoSpace: not enough free tracks in five pieces; ``VtocFull`` if a DSCB is lacking.
        """
        format1 = attributes.format1(check_dsname(dsname), self.volser)
        space.store(format1)
        request = allocation.primary(space, format1, self.geometry)
        _check_directory(space, format1, request.tracks, self.geometry)
        if request.tracks > allocation.LARGEST_DATA_SET and attributes.dsorg == "PS" and not attributes.large:
            raise DasdError(f"{dsname}: {request.tracks} tracks on a volume need large format (DSNTYPE=LARGE)")
        with atomic(self.device), self.vtoc.batch() as content:
            self.vtoc.require_new(dsname)
            self._refuse_second_index(content, dsname)
            extents = allocation.choose(content.free.runs, request, self.geometry) if request.tracks else []
            if request.tracks and not extents:
                raise NoSpace("IEF257I", f"{dsname}: {request.tracks} tracks are not free on volume {self.volser}")
            entry = self.vtoc.add(format1, tuple(extents), cylinders=request.cylinders)
            if extents and attributes.dsorg.startswith("PS"):
                self.write_records(extents[0].low, [_END_OF_FILE])
        return entry

    def extend(self, dsname: str) -> Extent:
        """Give a data set its secondary quantity; returns the first new extent (there are more if space is in pieces).

        :raises NoSpace: ``D37`` without secondary quantity, ``B37`` (``E37`` for a PDS) without room or extents.
        """
        with self.vtoc.batch() as content:
            entry = self.vtoc.require(dsname)
            code = "E37" if entry.dscb.dsorg.startswith("PO") else "B37"
            request = allocation.secondary(entry.dscb, self.geometry)
            where = f"{dsname} on volume {self.volser}"
            if not request.tracks:
                raise NoSpace("D37", f"{where} is full and has no secondary space quantity")
            limit = VSAM_EXTENT_LIMIT if entry.dscb.dsorg.startswith("VS") else EXTENT_LIMIT
            left = limit - len(entry.extents)
            if left <= 0:
                raise NoSpace(code, f"{where} has {len(entry.extents)} extents, the most it can have")
            pieces = min(left, allocation.PIECES)
            extents = allocation.choose(content.free.runs, request, self.geometry, pieces)
            if not extents:
                raise NoSpace(code, f"{where} needs {request.tracks} tracks more, which are not free")
            if sum(each.tracks for each in extents) + entry.tracks > allocation.LARGEST_DATA_SET:
                self._require_large(entry, code)
            self.vtoc.extend(dsname, tuple(extents), cylinders=request.cylinders)
            return extents[0]

    def release(self, dsname: str, tracks: int) -> None:
        """Free the space of a data set behind its first ``tracks`` tracks (RLSE), in its unit of allocation."""
        entry = self.vtoc.require(dsname)
        heads = self.geometry.heads
        if entry.dscb.ds1scal1 & 0xC0 == 0xC0:
            tracks = -(-tracks // heads) * heads
        if tracks < entry.tracks:
            self.vtoc.shrink(dsname, tracks)

    def scratch(self, dsname: str) -> None:
        """Delete a data set from the volume. Its tracks are not erased.

        :raises DataSetNotOnVolume: the volume does not have it.
        """
        with self.vtoc.batch() as content:
            if content.indexed and dsname.startswith(vtocix.NAME_PREFIX):
                raise DasdError(f"{dsname} is the index of the VTOC; make the VTOC OS format first (BUILDIX OSVTOC)")
            self.vtoc.remove(dsname)

    def rename(self, old: str, new: str) -> None:
        """Rename a data set.

        :raises DataSetNotOnVolume: the volume does not have ``old``.
        :raises DuplicateDataSet: it has ``new``.
        """
        self.vtoc.rename(old, check_dsname(new))

    def rename_all(self, pairs: Mapping[str, str]) -> None:
        """Rename data sets all at once, so that names may change places; errors as for ``rename``."""
        self.vtoc.rename_all({old: check_dsname(new) for old, new in pairs.items()})

    def update_dscb(self, dsname: str, **fields: Any) -> VtocEntry:
        """Set fields of a data set's format-1 DSCB by their names in ``Format1``."""
        return self.vtoc.update(dsname, **fields)

    def read_records(self, number: int) -> list[Record]:
        """Return the records of a track of the volume.

        :raises BadTrack: its home address or framing is wrong.
        """
        image = self.device.read_track(number)
        track.check_position(image, *self.geometry.cchh(number))
        return track.parse(image)

    def write_records(self, number: int, records: Iterable[Record]) -> None:
        """Replace the records of a track of the volume.

        :raises TrackOverflow: they do not fit.
        """
        cc, hh = self.geometry.cchh(number)
        self.device.write_track(number, track.build(cc, hh, records, self.geometry))

    def build_index(self, tracks: int = INDEX_TRACKS) -> None:
        """Give the VTOC an index (ICKDSF BUILDIX IXVTOC)."""
        initialise.build_index(self.vtoc, self.volser, tracks)

    def drop_index(self) -> None:
        """Make the VTOC one without index (ICKDSF BUILDIX OSVTOC)."""
        initialise.drop_index(self.vtoc)

    def rebuild_index(self) -> None:
        """Write the index of the VTOC anew (ICKDSF REFORMAT REFVTOC)."""
        initialise.rebuild_index(self.vtoc)

    def _refuse_second_index(self, content: VtocContent, dsname: str) -> None:
        if content.indexed and dsname.startswith(vtocix.NAME_PREFIX):
            raise DasdError(f"{dsname}: volume {self.volser} has its VTOC index already")

    def _require_large(self, entry: VtocEntry, code: str) -> None:
        if entry.dscb.dsorg == "PS" and not entry.dscb.ds1flag1 & LARGE_FORMAT:
            raise NoSpace(code, f"{entry.dsname} is not large format and cannot exceed 65535 tracks on a volume")


def _check_directory(space: Space, format1: Format1, tracks: int, geometry: Geometry) -> None:
    """Refuse directory blocks that are more than the primary space, or for anything but a PDS."""
    if not space.directory:
        return
    if format1.ds1dsorg != dsorg_code("PO") and not format1.dsorg.startswith("PO"):
        raise DasdError(f"{format1.ds1dsnam}: directory blocks are for DSORG=PO, not {format1.dsorg or 'none'}")
    if -(-(space.directory + 1) // geometry.directory_blocks_per_track) > tracks:
        raise NoSpace("IEF257I", f"{format1.ds1dsnam}: {space.directory} directory blocks do not fit {tracks} tracks")
