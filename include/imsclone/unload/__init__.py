"""Databases unloaded to a file: records with their lengths, a header, segments in hierarchic order."""

from imsclone.unload.framing import Form, RecordFile
from imsclone.unload.unload import (
    Header,
    Item,
    Segment,
    Unload,
    begin_unload,
    open_unload,
    read_header,
    read_items,
    read_segments,
    segment_record,
)

__all__ = [
    "Form",
    "Header",
    "Item",
    "RecordFile",
    "Segment",
    "Unload",
    "begin_unload",
    "open_unload",
    "read_header",
    "read_items",
    "read_segments",
    "segment_record",
]
