import random

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.bank.transactions import PROGRAMS, by_account


def busy(bank, transfers=60):
    bank.load()
    bank.open()
    choose = random.Random(2)
    for _ in range(transfers):
        pcbs = bank.pcbs()
        payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
        PROGRAMS["TRANSFER"](pcbs, [payer, payee, "5"], 0)
        PROGRAMS["CUSTOMER"](pcbs, [f"9000000{choose.randint(0, 9)}"], 0)
        bank.commit(pcbs)
    return bank


def test_a_sound_database_has_no_errors(bank):
    busy(bank)
    for name, segments in (("ACCT", {"ACCOUNT", "HISTORY"}), ("CUST", {"CUSTOMER", "CONTROL", "NOTE"})):
        report = pointer_check.check(bank.databases[name])
        assert report.errors == []
        assert set(report.segments) == segments
    assert pointer_check.check(bank.databases["ACCT"]).segments["ACCOUNT"] == 60


def spoil(bank, rba, offset, data):
    pcbs = bank.pcbs()
    bank.databases["ACCT"].store.patch(pcbs[0].unit, rba, offset, data)
    bank.commit(pcbs)


def damage(bank, kind):
    """Damage ACCT in one way; return what the checker must say."""
    database = bank.databases["ACCT"]
    pcb = bank.pcbs()[0]
    pcb.gu(by_account(account_number(7)))
    root = database.store.read(pcb._path[-1].rba)
    history = database.shape.types[1]
    first = database.store.read(root.child(history))
    spots = {
        "PTF into nothing": (first.rba, first.kind.ptf, (0x7FFFFF00).to_bytes(4, "big")),
        "PTB flipped": (first.rba, first.kind.ptb, b"\0\0\1\0"),
        "PP flipped": (first.rba, first.kind.pp, b"\0\0\0\4"),
        "PCF lost": (root.rba, root.kind.first_child[history.code], bytes(4)),
        "PCL wrong": (root.rba, root.kind.last_child[history.code], b"\0\0\2\0"),
        "child becomes root": (root.rba, root.kind.first_child[history.code], root.rba.to_bytes(4, "big")),
        "segment code": (first.rba, 0, b"\x77"),
        "root key": (root.rba, root.kind.prefix, bytes(10)),
    }
    if kind == "bitmap bit":
        bank.engine.recovery.hint(pcb.unit, database.data_set, 0, lambda image: image.__setitem__(4, image[4] ^ 0x40))
    elif kind == "free space over data":
        start = root.rba // 4096 * 4096
        spoil(bank, start, 0, (root.rba % 4096 + 2).to_bytes(2, "big"))
    else:
        spoil(bank, *spots[kind])


@pytest.mark.parametrize(
    ("kind", "pointer"),
    [
        ("PTF into nothing", "PTF"),
        ("PTB flipped", "PTB"),
        ("PP flipped", "PP"),
        ("PCF lost", "NONE"),
        ("PCL wrong", "PCL"),
        ("child becomes root", "PCF"),
        ("segment code", "BLOCK"),
        ("root key", "RAP"),
        ("bitmap bit", "BITMAP"),
        ("free space over data", "BLOCK"),
    ],
)
def test_damage_is_found_and_named(bank, kind, pointer):
    busy(bank)
    damage(bank, kind)
    errors = pointer_check.check(bank.databases["ACCT"]).errors
    assert pointer in {error.pointer for error in errors}


def test_an_index_entry_without_its_root_is_found(bank):
    busy(bank)
    key = next(iter(sorted(bank.index.records)))
    bank.index.records[key] = bank.databases["CUST"].index.record(key, 4096 * 3 + 2)
    assert "INDEX" in {error.pointer for error in pointer_check.check(bank.databases["CUST"]).errors}
