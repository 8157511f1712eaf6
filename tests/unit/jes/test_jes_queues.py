"""Waiting, cancelling, serialisation of data sets, and what a restart of the system leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from zoslab.jes.execution import Execution
from zoslab.zos import Zos

WAITING = "//W EXEC PGM=WAIT,PARM='{}'\n//A DD DSN=A.B,DISP={}"


def test_two_jobs_of_one_name_run_one_after_the_other(lab) -> None:
    first = lab.submit("//A EXEC PGM=WAIT")
    lab.said("WAITING")
    second = lab.submit("//A EXEC PGM=IEFBR14")
    other = lab.run("//A EXEC PGM=IEFBR14", name="OTHER")
    assert (other.retcode, lab.system.jes.job(second).status) == ("CC 0000", "INPUT")
    lab.system.jes.cancel(first)
    assert lab.ended(second).retcode == "CC 0000"


def test_a_running_job_that_is_cancelled_ends_with_s222(lab) -> None:
    jobid = lab.submit("//A EXEC PGM=WAIT\n//B EXEC PGM=IEFBR14\n//C EXEC PGM=IEFBR14,COND=EVEN")
    lab.said("WAITING")
    assert lab.system.jes.job(jobid).steps[0].completion is None
    lab.system.jes.cancel(jobid)
    job = lab.ended(jobid)
    assert (job.retcode, lab.completions(job)) == ("ABEND S222", ["ABEND S222", "FLUSH", "FLUSH"])


def test_a_job_cancelled_before_its_first_step_does_not_end_well(lab, monkeypatch) -> None:
    select = Execution.run
    monkeypatch.setattr(Execution, "run", lambda execution: execution.cancelled.set() or select(execution))
    job = lab.run("//A EXEC PGM=IEFBR14\n//B EXEC PGM=IEFBR14,COND=EVEN")
    assert (job.retcode, lab.completions(job)) == ("CANCELED", ["FLUSH", "FLUSH"])


def test_a_waiting_job_that_is_cancelled_never_runs(lab) -> None:
    jobid = lab.system.jes.submit("//J JOB TYPRUN=HOLD\n//A EXEC PGM=IEFBR14", "IBMUSER")
    lab.system.jes.cancel(jobid)
    job = lab.ended(jobid)
    assert (job.retcode, job.steps, job.started) == ("CANCELED", [], None)


def test_a_held_job_runs_when_released(lab) -> None:
    jobid = lab.system.jes.submit("//J JOB TYPRUN=HOLD\n//A EXEC PGM=IEFBR14", "IBMUSER")
    lab.run("//A EXEC PGM=IEFBR14", name="OTHER")
    assert lab.system.jes.job(jobid).status == "INPUT"
    lab.system.jes.release(jobid)
    assert lab.ended(jobid).retcode == "CC 0000"


def test_a_job_waits_for_a_data_set_that_another_has_for_itself(lab) -> None:
    lab.create("A.B")
    holder = lab.submit(WAITING.format("HOLDER", "OLD"), name="HOLDER")
    lab.said("WAITING HOLDER")
    waiter = lab.submit("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=SHR", name="WAITER")
    lab.said("IEF863I DSN = A.B WAITER")
    lab.system.jes.cancel(holder)
    assert lab.ended(waiter).retcode == "CC 0000"


def test_jobs_share_what_they_read(lab) -> None:
    lab.create("A.B")
    first = lab.submit(WAITING.format("ONE", "SHR"), name="ONE")
    lab.said("WAITING ONE")
    second = lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=SHR", name="TWO")
    assert (second.retcode, lab.system.jes.job(first).status) == ("CC 0000", "ACTIVE")


def test_a_job_that_waits_for_a_data_set_can_be_cancelled(lab) -> None:
    lab.create("A.B")
    lab.submit(WAITING.format("HOLDER", "OLD"), name="HOLDER")
    lab.said("WAITING HOLDER")
    waiter = lab.submit("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=OLD", name="WAITER")
    lab.said("IEF863I")
    lab.system.jes.cancel(waiter)
    assert lab.ended(waiter).retcode == "ABEND S222"


def test_a_data_set_is_free_again_after_the_last_step_that_names_it(lab) -> None:
    lab.create("A.B")
    lab.submit("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=OLD\n//B EXEC PGM=WAIT", name="HOLDER")
    lab.said("WAITING")
    assert lab.run("//A EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=OLD").retcode == "CC 0000"


def test_a_dynamic_allocation_is_serialised_and_goes_back_at_the_end_of_the_step(lab) -> None:
    lab.create("A.B")
    holder = lab.submit("//A EXEC PGM=HOLD,PARM=A.B", name="HOLDER")
    lab.said("WAITING")
    assert lab.system.enq.names() == ["A.B"]
    lab.system.jes.cancel(holder)
    lab.ended(holder)
    assert lab.system.enq.names() == []


def test_a_dynamic_allocation_goes_back_when_the_program_gives_it_back(lab) -> None:
    lab.create("A.B")
    holder = lab.submit("//A EXEC PGM=HOLDFREE,PARM=A.B", name="HOLDER")
    lab.said("WAITING")
    assert lab.system.enq.names() == []
    lab.system.jes.cancel(holder)
    lab.ended(holder)


def test_purging_a_running_job_cancels_it_and_takes_it_away(lab) -> None:
    jobid = lab.submit("//A EXEC PGM=WAIT")
    lab.said("WAITING")
    lab.system.jes.purge(jobid)
    lab.run("//A EXEC PGM=IEFBR14")
    assert lab.system.jes.find(jobid) is None


def test_waiting_jobs_and_numbers_survive_an_orderly_stop(new_lab) -> None:
    first = new_lab()
    jobid = first.submit("//A EXEC PGM=IEFBR14")
    first.system.shutdown()
    second = new_lab()
    second.system.jes.warm_start()
    second.start()
    assert second.ended(jobid).retcode == "CC 0000"
    assert second.run("//A EXEC PGM=IEFBR14").jobid > jobid
    second.system.shutdown()


def test_a_registered_task_comes_back_after_an_orderly_stop(new_lab, tmp_path) -> None:
    lab = new_lab()
    lab.system.console.command("S LISTENER,HOW='S LISTENER'")
    lab.said("LISTENING")
    lab.system.shutdown(5)
    system = Zos.ipl(tmp_path)
    assert [job.jobname for job in system.jes.jobs(lambda job: job.status == "ACTIVE")] == ["LISTENER"]
    system.shutdown(5)


def test_a_registered_task_that_ended_while_the_system_was_up_is_forgotten(lab) -> None:
    lab.system.console.command("S LISTENER,HOW='S LISTENER'")
    lab.said("LISTENING")
    assert [element.name for element in lab.system.arm.elements()] == ["SYSLAB"]
    lab.system.console.command("C LISTENER")
    (task,) = lab.system.jes.jobs()
    assert lab.ended(task.jobid).retcode == "ABEND S222"
    assert lab.system.arm.elements() == []


KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {here!r})
    from conftest import Lab
    lab = Lab(Path({folder!r})).start(2)
    running = lab.submit("//A EXEC PGM=COUNT\\n//SYSPRINT DD SYSOUT=*\\n//SYSUT1 DD *\\nshown\\n//B EXEC PGM=WAIT")
    lab.said("WAITING")
    lab.submit("/*JOBPARM RESTART=Y\\n//A EXEC PGM=WAIT,PARM=AGAIN", name="AGAIN")
    lab.said("WAITING AGAIN")
    lab.submit("//A EXEC PGM=IEFBR14", name="QUEUED")
    lab.system.console.command("S LISTENER,HOW='S LISTENER'")
    lab.said("LISTENING")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_kill_jobs_that_ran_have_failed_or_run_again_queued_jobs_run_and_registered_tasks_are_back(
    new_lab, tmp_path
) -> None:
    new_lab().system.shutdown()
    script = textwrap.dedent(KILLED.format(here=str(Path(__file__).parent), folder=str(tmp_path)))
    ended = subprocess.run([sys.executable, "-c", script], check=False, env={**os.environ}, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    system = Zos.ipl(tmp_path)
    try:
        (failed,) = system.jes.jobs(lambda job: job.jobname == "TESTJOB")
        (queued,) = system.jes.jobs(lambda job: job.jobname == "QUEUED")
        assert (failed.status, failed.retcode) == ("OUTPUT", "SYS FAIL")
        assert [step.completion for step in failed.steps] == ["CC 0001", "SYS FAIL"]
        assert system.jes.output(failed.jobid, "SYSPRINT") == ["shown"]
        assert system.jes.wait(queued.jobid, 10).retcode == "CC 0000"
        tasks = system.jes.jobs(lambda job: job.jobname == "LISTENER")
        assert [task.status for task in tasks] == ["OUTPUT", "ACTIVE"]
        (again,) = system.jes.jobs(lambda job: job.jobname == "AGAIN")
        assert (again.status, [step.completion for step in again.steps]) == ("ACTIVE", [None])
        assert len({job.jobid for job in system.jes.jobs()}) == len(system.jes.jobs())
    finally:
        system.shutdown(5)
