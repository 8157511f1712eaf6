"""What the plan of a HALDB copy refuses, from listings of the lab's DBRC: each with its own message."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from imsclone.listings import recon
from imsclone.plan.errors import PlanRejected
from imsclone.refresh.facts import RefreshFacts, SideFacts
from imsclone.refresh.make import make_refresh
from imsclone.spec import load_any
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import run

INCLUDE = Path(__file__).parents[2] / "include"
HIST = """\
 INIT.DB DBD(HIST) TYPHALDB SHARELVL(1)
 INIT.PART DBD(HIST) PART(HISTA) KEYSTRNG('50') DSNPREFX({ims}.HIST)
 INIT.PART DBD(HIST) PART(HISTB) KEYSTRNG('99') DSNPREFX({ims}.HIST)
 CHANGE.PART DBD(HIST) PART(HISTA) NOPINIT
 CHANGE.PART DBD(HIST) PART(HISTB) NOPINIT"""
ROUTINE = re.sub(r"KEYSTRNG\('\d+'\) ", "", HIST.replace("SHARELVL(1)", "PARTSEL(DFSPSHSH)"))
LONG = HIST.replace(" KEYSTRNG('50')", " -\n KEYSTRNG(X'" + "01" * 27 + "') -\n ")
GIVEN_AWAY = """
 INIT.PART DBD(HIST) PART(OWN) KEYSTRNG('10') DSNPREFX(IMST.HIST)
 DELETE.PART DBD(HIST) PART(OWN)
 CHANGE.PART DBD(HIST) PART(HISTA) NOPINIT"""


@pytest.fixture
def listed(new_recon_data_set, millisecond_clock):
    def make(ims, cards):
        data_sets = [ReconDataSet(f"{ims}.RECON{number}", new_recon_data_set()) for number in (1, 2, 3)]
        dbrc, lines = Dbrc.open(data_sets, millisecond_clock), []
        text = f" INIT.RECON SSID({ims}) CATDS REORGV\n{cards.format(ims=ims)}\n LIST.RECON"
        assert run(dbrc, text.split("\n"), lines.append) == 0, lines
        return recon.read("\n".join(lines))

    return make


@pytest.fixture
def told(tmp_path, listed):
    """Return the messages about HALDBs, each one line, for an environment file with lines changed."""

    def make(source=HIST, target=HIST, numbers=None, related="", **lines):
        for name in ("systems", "environments"):
            shutil.copytree(INCLUDE / name, tmp_path / name)
        path = tmp_path / "environments" / "hist.yaml"
        text = path.read_text()
        for key, value in lines.items():
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text) + f"{key}: {value}\n"
        path.write_text(text)
        ours, theirs = (SideFacts(listed(ims, cards)) for ims, cards in (("IMSP", source), ("IMST", target)))
        ours = replace(ours, numbers=numbers or {}, dbds={"HIST": Definition(related)} if related else {})
        with pytest.raises(PlanRejected) as refused:
            make_refresh(load_any(path), RefreshFacts(ours, theirs))
        return [str(one) for one in refused.value.problems if "CLN380E" <= one.id <= "CLN391E"]

    return make


class Definition:
    """A definition of which only what belongs to it matters."""

    def __init__(self, related):
        self.related = (related,)


def test_a_database_of_another_type_is_refused(told):
    cards = HIST + "\n INIT.DB DBD(ACCT) SHARELVL(1) TYPEIMS"
    (only,) = told(source=cards, target=cards, databases="[ACCT]")
    assert only.startswith("CLN380E")
    assert "database_refresh" in only


@pytest.mark.parametrize(
    ("given", "message", "words"),
    [
        ({"source": ROUTINE, "target": ROUTINE, "partitions": "[HISTA]"}, "CLN381E", "DFSPSHSH"),
        ({"related": "HISTX", "partitions": "[HISTA]"}, "CLN382E", "HISTX hold pointers"),
        ({"partitions": "[HISTZ]"}, "CLN383E", "HISTA, HISTB"),
        ({"target": HIST + GIVEN_AWAY}, "CLN384E", "the last partition ID given is 3 there, 2 on the source"),
        ({"target": HIST.replace("'99'", "'90'")}, "CLN384E", "KEYSTRNG"),
        ({"target": HIST.replace("HISTB", "HISTC"), "partitions": "[HISTB]"}, "CLN386E", "HISTB is not there"),
        ({"numbers": {"IMSP.HIST.A00002": (7, 1)}}, "CLN388E", "holds partition ID 7, its RECON says 2"),
        ({"rename": "['IMSP.HIST.A* -> IMST.HIST.B*', 'IMSP.** -> IMST.**']"}, "CLN389E", "ends in A00001"),
        ({"source": LONG, "target": ""}, "CLN390E", "27 bytes"),
    ],
)
def test_what_cannot_be_copied_is_refused_with_its_reason(told, given, message, words):
    found = told(**given)
    assert {one[:7] for one in found} == {message}, found
    assert any(words in one for one in found), found
