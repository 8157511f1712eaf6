"""What ``zoslab dbdgen`` prints: a database as it was read. Own layout: the lines of the report."""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims.dbd import Dbd, Field, Segment


def report(dbd: Dbd) -> list[str]:
    """Return the report of a database."""
    head = f"DBD {dbd.name} ACCESS={dbd.access}" + (f",{dbd.method}" if dbd.method else "")
    if dbd.selection:
        head += f" PSNAME={dbd.selection}"
    lines = [head]
    if dbd.randomizer is not None:
        one = dbd.randomizer
        lines.append(
            f"  RANDOMIZER {one.module} ANCHORS={one.anchors} BLOCKS={one.blocks}"
            + (f" BYTES={one.max_bytes}" if one.max_bytes else "")
        )
    for number, group in enumerate(dbd.data_sets, 1):
        members = [segment.name for segment in dbd.segments if segment.group == number - 1]
        lines.append(
            f"  DATA SET GROUP {number} DD={group.ddname} BLOCK={group.block_size} SEGMENTS={','.join(members)}"
        )
    if dbd.partitioned:
        for group_number in range(dbd.groups):
            members = [segment.name for segment in dbd.segments if segment.group == group_number]
            lines.append(f"  DATA SET GROUP {chr(ord('A') + group_number)} SEGMENTS={','.join(members)}")
    for area in dbd.areas:
        lines.append(
            f"  AREA {area.ddname} SIZE={area.size} UOW=({area.uow[0]},{area.uow[1]}) "
            f"ROOT=({area.root[0]},{area.root[1]})"
        )
    for segment in dbd.segments:
        lines += _segment(dbd, segment)
    lines += [f"  INDEX LINK SEGMENT={one.segment} DATABASE={one.database}" for one in dbd.links]
    for index in dbd.secondary:
        lines.append(
            f"  SECONDARY INDEX {index.name} DATABASE={index.database} TARGET={index.target} SOURCE={index.source} "
            f"SEARCH={','.join(index.search)}"
            + (f" SUBSEQ={','.join(index.subsequence)}" if index.subsequence else "")
            + (f" DDATA={','.join(index.duplicate_data)}" if index.duplicate_data else "")
        )
    return lines


def _level(dbd: Dbd, segment: Segment) -> int:
    level = 1
    parent = dbd.segment(segment.parent)
    while parent is not None:
        level, parent = level + 1, dbd.segment(parent.parent)
    return level


def _segment(dbd: Dbd, segment: Segment) -> Iterator[str]:
    length = f"({segment.length},{segment.min_length})" if segment.variable else str(segment.length)
    twins = "TB" if segment.twin_backward else "T" if segment.twin_forward else "NOTWIN"
    twins = f"({twins},CTR)" if segment.counter else twins
    parent = f" PARENT={segment.parent}" if segment.parent else ""
    yield (
        f"  SEGMENT {_level(dbd, segment)} {segment.name:8}{parent} BYTES={length} PTR={twins}"
        + (" PARENT POINTER=DBLE" if segment.last_child else "")
        + (" TYPE=SEQ" if segment.kind == "SEQ" else "")
    )
    for field in segment.fields:
        yield _field(field)


def _field(field: Field) -> str:
    key = f" SEQ,{'U' if field.unique else 'M'}" if field.sequence else ""
    return f"    FIELD {field.name:8} START={field.start} BYTES={field.length} TYPE={field.type}{key}"
