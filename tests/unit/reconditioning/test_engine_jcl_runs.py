"""The engine's JCL run by the programs, and their listings read by the engine."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from imsclone.jcl import JobHeader, render, values_of
from imsclone.listings import adrdssu, ickdsf, volrcond
from imsclone.masks import RenameMask
from imsclone.names import CardText, DataSetName, JobName, UnitAddress, Volser
from imsclone.zosmf import JobCard, correlator


@dataclass(frozen=True)
class Pair:
    source: Volser
    target: Volser
    target_unit: UnitAddress


PAIRS = [Pair(Volser(f"IMSP0{n}"), Volser(f"IMST0{n}"), UnitAddress(f"0A9{n - 1}")) for n in (1, 2)]
NAMES = [(pair.source, pair.target) for pair in PAIRS]


def values():
    catalog = SimpleNamespace(source=DataSetName("UCAT.IMSP"), target=DataSetName("UCAT.IMST"))
    return {
        "job": JobHeader(JobName("CLNCOPY"), correlator("d", "r", "t"), JobCard(), CardText("STEP"), CardText("qa1")),
        "pairs": PAIRS,
        "all_pairs": PAIRS,
        "copy_mode": "nocopy",
        "steplib": [],
        "catalogs": [catalog],
        "all_catalogs": [catalog],
        "masks": [RenameMask("IMSP.** -> IMST.**")],
        "policies": SimpleNamespace(unmatched="keep", orphans="keep", gdg="rename"),
        "simulate": False,
    }


@pytest.fixture
def run(lab):
    """Render a template, run it, return the SYSPRINT of its last step and its job."""

    def submit(template):
        given = values()
        jcl = render(template, **{name: given[name] for name in values_of(template)})
        job = lab.system.jes.wait(lab.system.jes.submit(jcl, "IBMUSER"), 30)
        assert all(step.completion == "CC 0000" for step in job.steps), [
            [step.completion for step in job.steps],
            lab.listing(job),
            lab.listing(job, "JESYSMSG"),
        ]
        return job

    return submit


def test_copy_relabel_and_rename_say_what_the_engine_reads(lab, run):
    copied = adrdssu.copies(lab.listing(run("replicate_offline.jcl")), NAMES)
    assert all(copy.copied and copy.target_offline and not copy.problems for copy in copied)
    assert [copy.unit for copy in copied] == ["0A90", "0A91"]
    relabelled = ickdsf.relabelled(lab.listing(run("relabel.jcl")))
    assert [(one.unit, one.source, one.target, one.done) for one in relabelled] == [
        ("0A90", "IMSP01", "IMST01", True),
        ("0A91", "IMSP02", "IMST02", True),
    ]
    job = run("rename.jcl")
    result = volrcond.run(lab.listing(job))
    assert (result.rc, result.problems, result.started is not None) == (0, (), True)
    assert [(one.source, one.target, one.index) for one in result.volumes] == [
        ("IMSP01", "IMST01", "REBUILT"),
        ("IMSP02", "IMST02", "REBUILT"),
    ]
    assert result.catalogs == (volrcond.CatalogResult("UCAT.IMST", 19, 19, 0),)
    renames = volrcond.renames(lab.listing(job, "RENAMES"))
    assert len(renames) == result.renamed
    assert volrcond.Rename("IMSP.SEQ", "IMST.SEQ", "IMST01") in renames


def test_a_frozen_group_is_copied_and_thawed(lab, run):
    job = run("replicate_freeze.jcl")
    assert all(copy.copied for copy in adrdssu.copies(lab.listing(job), NAMES))
    assert adrdssu.thaw("\n".join(lab.system.jes.output(job.jobid, "SYSPRINT", "THAW"))).consistent
    assert lab.dasd.flash.thaw().frozen == ()


def test_a_refusal_is_read_as_a_problem(lab):
    listing = lab.ok("ADRDSSU", " COPY FULL INDYNAM((NOVOL1)) OUTDYNAM((IMST01)) COPYVOLID", 8)
    (copy,) = adrdssu.copies(listing, [("NOVOL1", "IMST01")])
    assert (copy.rc, copy.copied, [problem.id for problem in copy.problems]) == (8, False, ["ADR405E"])
    listing = lab.ok("VOLRCOND", " RECONDITION VOLUMES((IMSP01,NOVOL1))", 8)
    result = volrcond.run(listing)
    assert (result.rc, [problem.id for problem in result.problems]) == (8, ["RCD200E"])
