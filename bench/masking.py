"""Masking: records a second for each rule and for a whole policy, and bytes a second of the leak scan, at two sizes."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import report
from imsclone.dbd import Database, read_dbd
from imsclone.listings.code_page import encode
from imsclone.masking import Originals, load_policy, mask_file, plan_masking, scan_files
from imsclone.unload import Form, Header, Segment, segment_record

SIZES = (20_000, 100_000)
KEY = b"the masking key of the benchmark"
SOURCE = """\
         DBD   NAME=CUST,ACCESS=(HIDAM,OSAM)
         DATASET DD1=CUST
         SEGM  NAME=CUSTOMER,PARENT=0,BYTES=60
         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8,TYPE=C
         FIELD NAME=NAME,START=9,BYTES=24,TYPE=C
         FIELD NAME=CARD,START=33,BYTES=16,TYPE=C
         FIELD NAME=BORN,START=49,BYTES=5,TYPE=P
         SEGM  NAME=NOTE,PARENT=CUSTOMER,BYTES=40
         FIELD NAME=TEXT,START=1,BYTES=40,TYPE=C
         DBDGEN
         END
"""
RULES = {
    "key, digits": "segment: CUSTOMER, field: CUSTNO, rule: digits",
    "names": "segment: CUSTOMER, field: NAME, rule: names, list: full-names",
    "card, luhn": "segment: CUSTOMER, field: CARD, rule: digits, check: luhn, keep: 6",
    "date": "segment: CUSTOMER, field: BORN, rule: date, format: 0YYYYMMDD, earliest: 1950-01-01, latest: 2005-12-31",
    "keep-format": "segment: NOTE, field: TEXT, rule: keep-format",
    "nulling": "segment: NOTE, field: TEXT, rule: nulling",
}
WHOLE = ("key, digits", "names", "card, luhn", "date", "keep-format")


@dataclass(frozen=True)
class Masked:
    """One policy and size."""

    records: int
    seconds: float
    scan_seconds: float
    megabytes: float


def segments(customers: int) -> Iterator[Segment]:
    for n in range(customers):
        data = encode(f"{n:08d}PERSON {n:<17}{400_000 + n % 999}{n * 829_348_951 % 10**10:010d}")
        yield Segment(
            "CUSTOMER", 1, data + bytes.fromhex(f"0{1950 + n % 50}{1 + n % 12:02d}{1 + n % 28:02d}c") + bytes(7)
        )
        yield Segment("NOTE", 2, encode(f"Called about order {n * 31 % 10**6}", 40))


def measure(customers: int, rules: list[str], *, scanned: bool) -> Masked:
    """Mask an unload of so many customers, two records each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = "".join(f"  - {{database: CUST, {RULES[rule]}}}\n" for rule in rules)
        (folder / "policy.yaml").write_text(f"fields:\n{lines}")
        with (folder / "in").open("wb") as stream:
            stream.write(Form.RDW.frame(Header("CUST").record()))
            stream.writelines(Form.RDW.frame(segment_record(one)) for one in segments(customers))
        database: Database = read_dbd(SOURCE, "cust.dbd")
        plans = plan_masking(load_policy(folder / "policy.yaml"), [database], KEY)
        with Originals(folder / "originals", KEY) as originals:
            start = time.perf_counter()
            done = mask_file(folder / "in", folder / "out", plans, originals=originals if scanned else None)
            masked = time.perf_counter()
            if scanned:
                scan_files(originals, [folder / "out"]).require_clean("the output")
            ended = time.perf_counter()
        size = (folder / "out").stat().st_size / 1e6
    return Masked(sum(done.segments.values()), masked - start, ended - masked, size)


HEADINGS = ("policy", "records", "seconds", "records/s", "ratio", "scan MB/s", "peak MB")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each rule at the first size and the whole policy at each; ratio 1 is linear."""
    cases = [(rule, sizes[0]) for rule in RULES] + [("whole", size) for size in sizes] + [("whole, scan", sizes[0])]
    rows: list[list[str]] = []
    first = 0.0
    for policy, size in cases:
        child = report.child("bench.masking", policy, str(size))
        found = Masked(**child.result)
        each = found.seconds / found.records
        if policy == "whole":
            first = first or each
        rows.append(
            [
                policy,
                f"{found.records:,}",
                f"{found.seconds:.2f}",
                f"{1 / each:,.0f}",
                f"{each / first:.2f}" if policy == "whole" else "",
                f"{found.megabytes / found.scan_seconds:.1f}" if policy.endswith("scan") else "",
                str(child.megabytes),
            ]
        )
    report.table("Masking an unload", HEADINGS, rows)


if __name__ == "__main__":
    chosen = [sys.argv[1]] if sys.argv[1] in RULES else list(WHOLE)
    report.answer(measure(int(sys.argv[2]), chosen, scanned=sys.argv[1].endswith("scan")))
