"""Jobs from submission to output: completion codes, steps, spool, dispositions."""

from __future__ import annotations

import pytest

from zoslab.jes.errors import JclRejected, JobNotFound

SPACE = "SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80"


def test_a_job_ends_with_its_highest_code_and_every_step_has_its_own(lab) -> None:
    job = lab.run("//A EXEC PGM=COUNT,PARM=4\n//SYSPRINT DD SYSOUT=*\n//B EXEC PGM=IEFBR14\n//C EXEC COUNTER,N=2\n")
    assert job.retcode == "CC 0004"
    assert [(step.name, step.procstep, step.program, step.completion) for step in job.steps] == [
        ("A", "", "COUNT", "CC 0004"),
        ("B", "", "IEFBR14", "CC 0000"),
        ("C", "GO", "COUNT", "CC 0002"),
    ]


@pytest.mark.parametrize(
    ("program", "completion"),
    [
        ("NOTHERE", "ABEND S806"),
        ("FAIL,PARM=S0C7", "ABEND S0C7"),
        ("FAIL,PARM=U0778", "ABENDU0778"),
        ("BUG", "ABEND S0C4"),
        ("BADRC", "ABEND S0C4"),
        ("NOFUNC", "ABEND S0C1"),
        ("COPY", "ABEND S013"),
    ],
)
def test_an_abend_is_the_jobs_code_and_later_steps_do_not_run(lab, program: str, completion: str) -> None:
    job = lab.run(f"//A EXEC PGM={program}\n//B EXEC PGM=IEFBR14\n//C EXEC PGM=IEFBR14,COND=EVEN")
    assert (job.retcode, lab.completions(job)) == (completion, [completion, "FLUSH", "CC 0000"])
    assert "IEF450I TESTJOB A - ABEND=" in lab.lines(job, "JESMSGLG")


def test_a_program_that_falls_over_leaves_its_traceback(lab) -> None:
    assert "IndexError: table exhausted" in lab.lines(lab.run("//A EXEC PGM=BUG"), "JESYSMSG")


def test_a_program_is_found_in_steplib_and_then_not_in_joblib(lab) -> None:
    from zoslab.dasd.volume import DataSetAttributes, Space

    library = lab.system.datasets.create("MY.LIB", DataSetAttributes("PO", "U", 0, 6144), Space("TRK", 1, 1, 1))
    library.pds().write("SPECIAL", [b"module"])
    from zoslab.programs.registry import program

    @program("SPECIAL")
    def special(step) -> int:
        return 7

    text = "//JOBLIB DD DSN=MY.LIB,DISP=SHR\n//A EXEC PGM=SPECIAL\n//B EXEC PGM=SPECIAL\n"
    text += "//STEPLIB DD DSN=SYS1.LINKLIB,DISP=SHR"
    assert lab.completions(lab.run(text)) == ["CC 0007", "ABEND S806"]


def test_the_job_log_tells_the_story(lab) -> None:
    job = lab.run("//A EXEC PGM=IEFBR14")
    log = lab.lines(job, "JESMSGLG")
    for message in (
        "$HASP373 TESTJOB  STARTED - INIT",
        "IEF403I TESTJOB - STARTED",
        "IEF404I TESTJOB - ENDED",
        "$HASP395",
    ):
        assert message in log
    assert "IEF142I TESTJOB A - STEP WAS EXECUTED - COND CODE 0000" in lab.lines(job, "JESYSMSG")
    assert [file.id for file in lab.system.jes.spool(job.jobid)] == [2, 3, 4]


def test_sysout_is_on_the_spool_with_its_counts(lab) -> None:
    job = lab.run("//A EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=A\n//SYSUT1 DD *\none\ntwo\n/*")
    file = lab.system.jes.spool(job.jobid)[-1]
    assert (file.id, file.ddname, file.stepname, file.sysout_class) == (101, "SYSPRINT", "A", "A")
    assert (file.record_count, file.byte_count) == (2, 6)
    assert lab.system.jes.spool_records(job.jobid, 101) == ["one", "two"]


def test_jcl_errors_end_the_job_before_any_step(lab) -> None:
    job = lab.run("//A EXEC PGM=IEFBR14,NOSUCH=1")
    assert (job.retcode, job.steps) == ("JCL ERROR", [])
    assert "IEFC452I TESTJOB - JOB NOT RUN - JCL ERROR" in lab.lines(job, "JESMSGLG")
    assert "2 IEFC630I UNIDENTIFIED KEYWORD NOSUCH" in lab.lines(job, "JESYSMSG")


@pytest.mark.parametrize(
    "text", ["", "//A EXEC PGM=X", "JUST TEXT\n//J JOB", "//J JOB\n//* " + "X" * 80, "//lower job", "//TOOLONGNAME JOB"]
)
def test_what_is_no_job_is_rejected(lab, text: str) -> None:
    with pytest.raises(JclRejected):
        lab.system.jes.submit(text, "IBMUSER")


@pytest.mark.parametrize(
    ("dd", "message"),
    [
        ("DSN=NOT.THERE,DISP=SHR", "IEF212I TESTJOB A D - DATA SET NOT FOUND"),
        ("DSN=OLD.DATA,DISP=(,CATLG),SPACE=(TRK,1),VOL=SER=LABWK1", "IEF253I TESTJOB A D - DUPLICATE NAME"),
        ("DSN=NEW.DATA,DISP=(,CATLG),SPACE=(CYL,500)", "IEF257I TESTJOB A D - SPACE REQUESTED NOT AVAILABLE"),
        ("DSN=NEW.DATA,DISP=(,CATLG)", "SPACE is not coded"),
        ("DSN=OLD.DATA,DISP=SHR,VOL=SER=NOVOL", "IEF244I TESTJOB A D - UNABLE TO ALLOCATE"),
        ("DISP=OLD,UNIT=3390,VOL=SER=NOVOL", "IEF244I TESTJOB A D - UNABLE TO ALLOCATE"),
    ],
)
def test_a_step_that_cannot_be_allocated_fails_the_job(lab, dd: str, message: str) -> None:
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=OLD.DATA,DISP=(,CATLG),{SPACE},VOL=SER=LABWK1")
    text = (
        f"//A EXEC PGM=IEFBR14\n//N DD DSN=FIRST.ONE,DISP=(,CATLG),{SPACE}\n//D DD {dd}\n//B EXEC PGM=IEFBR14,COND=EVEN"
    )
    job = lab.run(text)
    assert (job.retcode, lab.completions(job)) == ("JCL ERROR", ["JCL ERROR", "FLUSH"])
    assert message in lab.lines(job, "JESYSMSG")
    assert not lab.exists("FIRST.ONE")


def test_new_data_sets_are_written_cataloged_and_read_again(lab) -> None:
    job = lab.run(
        f"//A EXEC PGM=COPY\n//SYSUT1 DD *\nhello\n//SYSUT2 DD DSN=A.B,DISP=(,CATLG,DELETE),{SPACE}\n"
        "//B EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=A.B,DISP=SHR\n"
    )
    assert lab.completions(job) == ["CC 0000", "CC 0001"]
    assert lab.records("A.B") == ["hello"]
    assert "IEF285I   A.B                                          CATALOGED" in lab.lines(job, "JESYSMSG")


def test_mod_writes_behind_what_is_there(lab) -> None:
    lab.create("A.B", ["one"])
    lab.run("//A EXEC PGM=COPY\n//SYSUT1 DD *\ntwo\n//SYSUT2 DD DSN=A.B,DISP=MOD")
    assert lab.records("A.B") == ["one", "two"]


def test_members_are_read_and_written_and_a_missing_one_is_s013(lab) -> None:
    lab.library("MY.JCL", ONE="first")
    job = lab.run(
        "//A EXEC PGM=COPY\n//SYSUT1 DD DSN=MY.JCL(ONE),DISP=SHR\n//SYSUT2 DD DSN=MY.JCL(TWO),DISP=SHR\n"
        "//B EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=MY.JCL(THREE),DISP=SHR\n"
    )
    assert lab.completions(job) == ["CC 0000", "ABEND S013"]
    assert lab.system.datasets.find("MY.JCL").pds().read("TWO") == lab.system.datasets.find("MY.JCL").pds().read("ONE")


@pytest.mark.parametrize(
    ("disp", "program", "stays"),
    [
        ("(OLD,DELETE)", "IEFBR14", False),
        ("(OLD,KEEP,DELETE)", "IEFBR14", True),
        ("(OLD,KEEP,DELETE)", "BUG", False),
        ("(OLD,DELETE,KEEP)", "BUG", True),
        ("(OLD,UNCATLG)", "IEFBR14", False),
        ("OLD", "BUG", True),
        ("(MOD,DELETE)", "IEFBR14", False),
    ],
)
def test_dispositions_are_carried_out(lab, disp: str, program: str, stays: bool) -> None:
    lab.create("A.B")
    lab.run(f"//A EXEC PGM={program}\n//D DD DSN=A.B,DISP={disp}")
    assert lab.exists("A.B") == stays


def test_a_new_data_set_is_deleted_after_an_abend_if_so_coded(lab) -> None:
    lab.run(f"//A EXEC PGM=BUG\n//D DD DSN=A.B,DISP=(,CATLG,DELETE),{SPACE}\n//E DD DSN=A.C,DISP=(,CATLG),{SPACE}")
    assert (lab.exists("A.B"), lab.exists("A.C")) == (False, True)


def test_temporary_data_sets_pass_from_step_to_step_and_are_gone_at_the_end(lab) -> None:
    job = lab.run(
        f"//A EXEC PGM=COPY\n//SYSUT1 DD *\nx\ny\n//SYSUT2 DD DSN=&&T,DISP=(,PASS),{SPACE}\n"
        "//B EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=&&T,DISP=(OLD,PASS)\n"
        "//C EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=*.A.SYSUT2,DISP=(OLD,PASS)\n"
    )
    assert lab.completions(job) == ["CC 0000", "CC 0002", "CC 0002"]
    names = [entry.dsname for volume in lab.system.dasd.volumes() for entry in volume.vtoc.entries()]
    assert not [name for name in names if name.startswith("SYS2")]


def test_a_concatenation_is_read_in_order_with_in_stream_data_between(lab) -> None:
    lab.create("A.B", ["one"])
    text = (
        "//A EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=A.B,DISP=SHR\n"
        "//  DD *\ntwo\n/*\n//  DD DUMMY\n//  DD DSN=A.B,DISP=SHR"
    )
    assert lab.lines(lab.run(text), "SYSPRINT") == "one\ntwo\none"


def test_a_volume_can_be_allocated_without_a_data_set(lab) -> None:
    job = lab.run("//A EXEC PGM=IEFBR14\n//V DD DISP=OLD,UNIT=3390,VOL=SER=LABWK1")
    assert "IEF237I 0A01 ALLOCATED TO V" in lab.lines(job, "JESYSMSG")


def test_the_internal_reader_takes_jobs_from_a_step(lab) -> None:
    lab.run("//A EXEC PGM=SPAWN\n//READER DD SYSOUT=(A,INTRDR)")
    (child,) = lab.system.jes.jobs(lambda job: job.jobname == "CHILD")
    assert lab.ended(child.jobid).retcode == "CC 0000"


def test_a_correlator_finds_its_job(lab) -> None:
    jobid = lab.system.jes.submit("//J JOB\n//S EXEC PGM=IEFBR14", "IBMUSER", "MYRUN$1")
    job = lab.system.jes.job(jobid)
    assert len(job.correlator.partition(":")[0]) == 31
    assert lab.system.jes.find("MYRUN$1") is job
    assert lab.system.jes.find(job.correlator) is job
    assert lab.system.jes.find("NOSUCH") is None
    with pytest.raises(JclRejected):
        lab.system.jes.submit("//J JOB\n//S EXEC PGM=IEFBR14", "IBMUSER", "not valid")


def test_a_purged_job_is_gone(lab) -> None:
    job = lab.run("//A EXEC PGM=IEFBR14")
    lab.system.jes.purge(job.jobid)
    with pytest.raises(JobNotFound):
        lab.system.jes.job(job.jobid)


def test_each_writer_is_known_to_the_disk_audit(lab) -> None:
    lab.run(f"//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=(,CATLG),{SPACE},VOL=SER=LABWK1", name="WHODIDIT")
    assert lab.system.dasd.audit.writers("LABWK1")["WHODIDIT"] > 0


def test_restart_skips_the_steps_before(lab) -> None:
    text = "//J JOB RESTART=B\n//A EXEC PGM=BUG\n//B EXEC PGM=IEFBR14"
    job = lab.ended(lab.system.jes.submit(text, "IBMUSER"))
    assert lab.completions(job) == ["FLUSH", "CC 0000"]


def test_cond_of_the_job_ends_it(lab) -> None:
    text = "//J JOB COND=(4,LE)\n//A EXEC PGM=COUNT,PARM=4\n//SYSPRINT DD SYSOUT=*\n//B EXEC PGM=IEFBR14"
    job = lab.ended(lab.system.jes.submit(text, "IBMUSER"))
    assert lab.completions(job) == ["CC 0004", "FLUSH"]


def test_access_that_no_profile_permits_is_s913(lab) -> None:
    from zoslab.jes.protection import parse

    lab.create("IMSP.DB.ACCT", ["money"])
    lab.system.profiles = parse(["IMSP.DB.*  READ(*) UPDATE(IMSP)"])
    reading = "//A EXEC PGM=COUNT\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=IMSP.DB.ACCT,DISP=SHR"
    writing = "//A EXEC PGM=COPY\n//SYSUT1 DD *\nx\n//SYSUT2 DD DSN=IMSP.DB.ACCT,DISP=SHR"
    assert lab.run(reading).retcode == "CC 0001"
    job = lab.run(writing)
    assert job.retcode == "ABEND S913"
    assert "ICH408I USER(IBMUSER)" in lab.lines(job, "JESMSGLG")
    assert lab.run(writing, owner="IMSP").retcode == "CC 0000"
