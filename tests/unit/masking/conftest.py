"""A database of customers with cards and notes, unloads of it, and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from imsclone.dbd import Database, read_dbd
from imsclone.listings.code_page import encode
from imsclone.unload import Form, Header, Segment, segment_record

CUSTOMERS = """\
         DBD   NAME=CUST,ACCESS=({access})
         DATASET DD1=CUST,DEVICE=3390,BLOCK=4096
         SEGM  NAME=CUSTOMER,PARENT=0,BYTES=60
         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8,TYPE=C
         FIELD NAME=NAME,START=9,BYTES=24,TYPE=C,EXTERNALNAME=FULL_NAME
         FIELD NAME=CARD,START=33,BYTES=16,TYPE=C
         FIELD NAME=BORN,START=49,BYTES=5,TYPE=P
         FIELD NAME=AMOUNT,START=54,BYTES=7,TYPE=X
{index}         SEGM  NAME=ORDER,PARENT=CUSTOMER,BYTES=20
         FIELD NAME=(ORDNO,SEQ,M),START=1,BYTES=6,TYPE=C
         SEGM  NAME=LINE,PARENT=ORDER,BYTES=(40,10)
         SEGM  NAME=NOTE,PARENT=CUSTOMER,BYTES=40
         DBDGEN
         END
"""
PRIMARY = "         LCHILD NAME=(CUSTIX,CUSTX),PTR=INDX\n"
BY_CARD = """\
         LCHILD NAME=(CARDSEG,CARDX),PTR=INDX
         XDFLD NAME=XCARD,SRCH=(CARD)
"""
CARD_INDEX = """\
         DBD   NAME=CARDX,ACCESS=(INDEX,VSAM)
         DATASET DD1=CARDX,DEVICE=3390
         SEGM  NAME=CARDSEG,PARENT=0,BYTES=16
         FIELD NAME=(CARDKEY,SEQ,U),START=1,BYTES=16,TYPE=C
         LCHILD NAME=(CUSTOMER,CUST),INDEX=XCARD
         DBDGEN
         END
"""
POLICY = """\
fields:
  - {database: CUST, segment: CUSTOMER, field: CUSTNO, rule: digits}
  - {database: CUST, segment: CUSTOMER, field: full_name, rule: names, list: full-names}
  - {database: CUST, segment: CUSTOMER, field: CARD, rule: digits, check: luhn, keep: 6}
  - database: CUST
    segment: CUSTOMER
    field: BORN
    rule: date
    format: 0YYYYMMDD
    earliest: 1950-01-01
    latest: 2005-12-31
  - {database: CUST, segment: ORDER, field: ORDNO, rule: keep-format}
  - {database: CUST, segment: LINE, start: 3, length: 10, rule: keep-format}
  - {database: CUST, segment: NOTE, start: 1, length: 40, rule: nulling}
"""


def _definition(access: str = "HIDAM,OSAM", index: str = PRIMARY + BY_CARD) -> Database:
    randomizer = "),RMNAME=(DFSHDC40,3,100" if access.startswith("HDAM") else ""
    return read_dbd(CUSTOMERS.format(access=access + randomizer, index=index), "cust.dbd")


def _customer(number: int, name: str = "PAT EXAMPLE") -> Segment:
    card = f"{40000000 + number % 1000:08d}{number * 7919 % 10**8:08d}"
    born = f"0{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}c"
    data = encode(f"{number:08d}") + encode(f"{name} {number}"[:24], 24) + encode(card) + bytes.fromhex(born)
    return Segment("CUSTOMER", 1, data + number.to_bytes(7, "big"))


def _order(number: str) -> Segment:
    return Segment("ORDER", 2, encode(number, 6) + encode("WIDGETS", 14))


def _line(text: str) -> Segment:
    data = encode(text)
    return Segment("LINE", 3, (len(data) + 2).to_bytes(2, "big") + data)


def _note(text: str) -> Segment:
    return Segment("NOTE", 2, encode(text, 40))


def _database(customers: int) -> Iterable[Segment]:
    for number in range(1, customers + 1):
        yield _customer(number)
        for order in range(number % 4):
            yield _order(f"A{number % 10}{order:04d}")
            yield _line(f"LINE {number} OF {order}")
        yield _note(f"CALLED CUSTOMER {number}")


def _write(path: Path, segments: Iterable[Segment], form: Form = Form.RDW, name: str = "CUST") -> Path:
    with path.open("wb") as stream:
        stream.write(form.frame(Header(name, b"RUN12345").record()))
        stream.writelines(form.frame(segment_record(segment)) for segment in segments)
    return path


@pytest.fixture
def definition() -> Callable[..., Database]:
    return _definition


@pytest.fixture
def customers() -> Callable[[int], Iterable[Segment]]:
    return _database


@pytest.fixture
def write_unload() -> Callable[..., Path]:
    return _write


@pytest.fixture
def unload(tmp_path: Path) -> Path:
    return _write(tmp_path / "cust.unload", _database(200))


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY)
    return file


@pytest.fixture
def dbd_file(tmp_path: Path) -> Path:
    file = tmp_path / "cust.dbd"
    file.write_text(CUSTOMERS.format(access="HIDAM,OSAM", index=PRIMARY + BY_CARD))
    return file


@pytest.fixture
def card_index() -> Database:
    return read_dbd(CARD_INDEX, "cardx.dbd")
