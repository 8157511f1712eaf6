"""Unloads of HALDBs: headers of partitions, and the ILK of each segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from imsclone.dbd import Database, read_dbd
from imsclone.masking import load_policy, mask_file, plan_masking
from imsclone.unload import Form, Header, Segment, open_unload, read_items, segment_record
from imsclone.unload.errors import UnloadBroken

KEY = b"a masking key of the tests"
PARTITIONED = """\
         DBD   NAME=CUST,ACCESS=({access},OSAM){more}
         SEGM  NAME=CUSTOMER,PARENT=0,BYTES=20
         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8,TYPE=C
         SEGM  NAME=ORDER,PARENT=CUSTOMER,BYTES=8
         FIELD NAME=(ORDNO,SEQ,U),START=1,BYTES=8,TYPE=C
         DBDGEN
"""


def partitions() -> Iterable[bytes]:
    """Records of two partitions, each segment with the ILK that its number says."""
    for partition in (1, 2):
        tail = f"CUST{partition}".ljust(8).encode("cp1047") + bytes([0, partition, 0, 7])
        yield Header("CUST", b"RUN12345", tail).record()
        for number in range(partition * 100, partition * 100 + 30):
            data = f"{number:08d}{'':12}".encode("cp1047")
            yield segment_record(Segment("CUSTOMER", 1, data, number.to_bytes(8, "big")))
            for order in range(number % 3):
                ilk = (number * 10 + order).to_bytes(8, "big")
                yield segment_record(Segment("ORDER", 2, f"{order:08d}".encode("cp1047"), ilk))


@pytest.mark.parametrize(("access", "more"), [("PHDAM", ",RMNAME=(DFSHDC40,1,9)"), ("PHIDAM", "")])
def test_segments_of_partitions_keep_their_ilk_and_headers_stand_before_them(
    tmp_path: Path, access: str, more: str
) -> None:
    database = read_dbd(PARTITIONED.format(access=access, more=more), "d")
    fields = [("CUSTOMER", "CUSTNO"), ("ORDER", "ORDNO")]
    lines = "".join(f"  - {{database: CUST, segment: {one}, field: {name}, rule: digits}}\n" for one, name in fields)
    (tmp_path / "policy.yaml").write_text(f"fields:\n{lines}")
    plans = plan_masking(load_policy(tmp_path / "policy.yaml"), [database], KEY)
    (tmp_path / "in").write_bytes(b"".join(map(Form.RDW.frame, partitions())))
    mask_file(tmp_path / "in", tmp_path / "out", plans, budget=2_000)
    with open_unload(tmp_path / "out") as unload:
        items = [unload.header, *read_items(unload.header, unload.records, database, "out")]
    headers = [at for at, one in enumerate(items) if isinstance(one, Header)]
    roots = [one for one in items if isinstance(one, Segment) and one.level == 1]
    assert len(headers) == 2
    if access == "PHIDAM":
        assert headers == [0, 1]
        assert [one.data for one in roots] == sorted(one.data for one in roots)
    else:
        assert [one.ilk[-1] for one in roots] == [number & 255 for number in (*range(100, 130), *range(200, 230))]
        assert items[headers[1] + 1] == next(one for one in roots if int.from_bytes(one.ilk, "big") == 200)
    owner = 0
    for one in items:
        if isinstance(one, Segment):
            number = int.from_bytes(one.ilk, "big")
            owner = number if one.level == 1 else owner
            assert one.level == 1 or number // 10 == owner, "each order stays under its customer"


def test_an_unload_of_a_haldb_is_not_taken_with_a_definition_of_none(
    tmp_path: Path, policy_file: Path, definition: Callable[..., Database]
) -> None:
    (tmp_path / "in").write_bytes(b"".join(map(Form.RDW.frame, partitions())))
    with pytest.raises(UnloadBroken, match="record 1: its header is not that of a database of type HIDAM"):
        mask_file(tmp_path / "in", tmp_path / "out", plan_masking(load_policy(policy_file), [definition()], KEY))
