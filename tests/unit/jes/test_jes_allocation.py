"""Where new data sets go, generations, models, and data sets over several volumes."""

from __future__ import annotations

import pytest

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import Volume
from zoslab.parmlib import BadParameter, public_volumes, storage_definitions

SPACE = "SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80"
COPY = "//{} EXEC PGM=COPY\n//SYSUT1 DD *\n{}\n//SYSUT2 DD DSN={},DISP=(,CATLG),{}"


def test_a_relative_generation_is_the_same_data_set_in_every_step(lab) -> None:
    lab.system.catalogs.define_gdg("IMSP.SLDS", 3)
    job = lab.run(
        f"//A EXEC PGM=COPY\n//SYSUT1 DD *\nfirst\n//SYSUT2 DD DSN=IMSP.SLDS(+1),DISP=(,CATLG),{SPACE}\n"
        "//B EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=IMSP.SLDS(+1),DISP=SHR\n"
    )
    assert lab.lines(job, "SYSPRINT") == "first"
    later = lab.run("//B EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=IMSP.SLDS(0),DISP=SHR")
    assert lab.lines(later, "SYSPRINT") == "first"
    assert lab.exists("IMSP.SLDS.G0001V00")


def test_a_generation_that_is_not_there_fails_the_job(lab) -> None:
    lab.system.catalogs.define_gdg("IMSP.SLDS", 3)
    job = lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=IMSP.SLDS(-1),DISP=SHR")
    assert job.retcode == "JCL ERROR"
    assert "IEF286I TESTJOB - GENERATION CANNOT BE RESOLVED" in lab.lines(job, "JESMSGLG")


def test_like_takes_the_attributes_of_another_data_set(lab) -> None:
    lab.create("MODEL.DATA")
    lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=LIKE.THAT,DISP=(,CATLG),LIKE=MODEL.DATA,SPACE=(TRK,1)")
    made = lab.system.datasets.find("LIKE.THAT")
    assert (made.recfm, made.lrecl, made.blksize) == ("FB", 80, 8000)


def test_a_block_size_left_out_is_half_a_track(lab) -> None:
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,CATLG),{SPACE}")
    assert lab.system.datasets.find("A.B").blksize == 27920


def test_a_data_set_may_lie_on_several_volumes_and_is_deleted_from_all(lab) -> None:
    text = "//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=({}),SPACE=(TRK,1),RECFM=FB,LRECL=80,VOL=SER=(LABRES,LABWK1)"
    lab.run(text.format(",CATLG"))
    assert lab.system.datasets.find("A.B").volsers == ["LABRES", "LABWK1"]
    lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(OLD,DELETE)")
    assert not lab.exists("A.B")
    assert [volume.vtoc.find("A.B") for volume in lab.system.dasd.volumes()] == [None, None]


def test_an_uncataloged_data_set_is_deleted_from_its_volume_and_the_cataloged_one_stays(lab) -> None:
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,CATLG),{SPACE},VOL=SER=LABRES")
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,KEEP),{SPACE},VOL=SER=LABWK1")
    job = lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(OLD,DELETE),VOL=SER=LABWK1")
    assert job.retcode == "CC 0000"
    assert lab.system.dasd.volume("LABWK1").vtoc.find("A.B") is None
    assert lab.system.datasets.find("A.B").volsers == ["LABRES"]


def test_space_that_runs_out_is_sb37_or_sd37(lab) -> None:
    data = "\n".join(["x" * 80] * 800)
    for quantity, code in (("(TRK,1)", "ABEND SD37"), ("(CYL,(1,1))", "CC 0000")):
        job = lab.run(
            f"//A EXEC PGM=COPY\n//SYSUT1 DD *\n{data}\n//SYSUT2 DD DSN=A.B,DISP=(,DELETE),"
            f"SPACE={quantity},RECFM=FB,LRECL=80"
        )
        assert job.retcode == code


def test_a_library_read_as_a_sequential_data_set_is_s013(lab) -> None:
    job = lab.run("//A EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=SYS1.PROCLIB,DISP=SHR")
    assert job.retcode == "ABEND S013"


def parmlib(lab, **members: str) -> None:
    lab.library("SYS1.PARMLIB", **members)
    lab.system.read_parmlib()


def test_new_data_sets_go_to_public_volumes_only(lab) -> None:
    Volume.init(lab.system.dasd.define(0x0A80, Geometry("3390", 50)), "IMSP01")
    lab.system.dasd.vary_online(0x0A80)
    parmlib(lab, VATLST00="LABRES,0,2,3390\nLABWK1,0,1,3390    ,N\nIMSP01,0,2,3390\n")
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,CATLG),{SPACE}")
    assert lab.system.datasets.find("A.B").volsers == ["LABWK1"]


def test_a_storage_class_leads_to_its_storage_group_and_the_data_set_is_cataloged_at_once(lab) -> None:
    Volume.init(lab.system.dasd.define(0x0A85, Geometry("3390", 50)), "IMSP06", sms=True)
    lab.system.dasd.vary_online(0x0A85)
    parmlib(lab, IGDSMS00="STORGRP(SGIMS) VOLUMES(IMSP06)\nSTORCLAS(SCIMS) STORGRP(SGIMS)\n")
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,KEEP),{SPACE},STORCLAS=SCIMS")
    made = lab.system.datasets.find("A.B")
    assert (made.volsers, made.sms) == (["IMSP06"], True)
    job = lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.C,DISP=(,KEEP),{SPACE},STORCLAS=NOSUCH")
    assert "storage class NOSUCH is not defined" in lab.lines(job, "JESYSMSG")


def test_the_proclib_concatenation_comes_from_parmlib_and_skips_what_is_not_there(lab) -> None:
    lab.library("IMSP.PROCLIB", MYPROC="//GO EXEC PGM=IEFBR14\n")
    assert lab.run("//A EXEC MYPROC").retcode == "JCL ERROR"
    text = "PROCLIB(PROC00) DD(1)=(DSN=NOT.THERE),\n     DD(2)=(DSN=IMSP.PROCLIB),\n     DD(3)=(DSN=SYS1.PROCLIB)\n"
    parmlib(lab, JES2PARM=text)
    assert lab.system.procedures.concatenation() == ("NOT.THERE", "IMSP.PROCLIB", "SYS1.PROCLIB")
    assert lab.run("//A EXEC MYPROC\n//B EXEC COUNTER").retcode == "CC 0003"


@pytest.mark.parametrize("line", ["LABWK1", "LABWK1,9,1", "TOOLONG1,0,1"])
def test_a_bad_line_of_vatlst_is_named(line: str) -> None:
    with pytest.raises(BadParameter, match="VATLST00 line 2"):
        public_volumes(["/* comment */", line])


def test_a_bad_line_of_the_storage_definitions_is_named() -> None:
    with pytest.raises(BadParameter, match="IGDSMS00 line 1"):
        storage_definitions(["STORGRP SGIMS"])
