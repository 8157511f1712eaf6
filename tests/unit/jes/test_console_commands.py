"""Operator commands and the messages that answer them."""

from __future__ import annotations

import re

import pytest

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import Volume


def answer(lab, command: str) -> str:
    return "\n".join(lab.system.console.command(command))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("NONSENSE", "IEE305I NONSENSE COMMAND INVALID"),
        ("$DA", "IEE305I $DA      COMMAND INVALID"),
        ("D XYZ", "IEE535I DISPLAY  INVALID PARAMETER XYZ"),
        ("V 0A99", "IEE535I VARY     INVALID PARAMETER 0A99"),
        ("V 0FFF,ONLINE", "IEE313I 0FFF     UNIT REF. INVALID"),
        ("F NOSUCH,X", "IEE341I NOSUCH   NOT ACTIVE"),
        ("P NOSUCH", "IEE341I NOSUCH   NOT ACTIVE"),
        ("C NOSUCH", "IEE341I NOSUCH   NOT ACTIVE"),
        ("R 17,TEXT", "IEE147I REPLY 17 NOT OUTSTANDING"),
        ("S NOSUCH", "IEFC612I PROCEDURE NOSUCH WAS NOT FOUND\nIEE122I START COMMAND JCL ERROR FOR NOSUCH"),
        ("D U,VOL=NOSUCH", "IEE455I UNIT STATUS NO DEVICES WITH REQUESTED ATTRIBUTES"),
    ],
)
def test_what_cannot_be_done_is_said(lab, command: str, message: str) -> None:
    assert answer(lab, command) == message


def test_display_of_the_time(lab) -> None:
    pattern = r"IEE136I LOCAL: TIME=\d\d\.\d\d\.\d\d DATE=\d{4}\.\d{3}  UTC: TIME=\d\d\.\d\d\.\d\d DATE=\d{4}\.\d{3}"
    assert re.fullmatch(pattern, answer(lab, "D T"))


def test_units_are_displayed_with_their_volumes(lab) -> None:
    lines = answer(lab, "D U,DASD,ONLINE,0A00,16").splitlines()
    assert re.match(r"IEE457I \d\d\.\d\d\.\d\d UNIT STATUS", lines[0])
    assert [line.split()[:4] for line in lines[2:]] == [
        ["0A00", "3390", "O", "LABRES"],
        ["0A01", "3390", "O", "LABWK1"],
    ]
    assert answer(lab, "D U,VOL=LABWK1").splitlines()[2].startswith("0A01 3390 O")


def test_a_device_goes_offline_and_online(lab) -> None:
    assert answer(lab, "V 0A01,OFFLINE") == "IEE303I 0A01     OFFLINE"
    assert "OFFLINE" in answer(lab, "D U,,,0A01,1")
    assert answer(lab, "V (0A00-0A01),ONLINE") == "IEE302I 0A00     ONLINE\nIEE302I 0A01     ONLINE"


def test_a_duplicate_volume_serial_is_refused(lab) -> None:
    Volume.init(lab.system.dasd.define(0x0A90, Geometry("3390", 5)), "LABWK1")
    assert answer(lab, "V 0A90,ONLINE").startswith("IEA213I DUPLICATE VOLUME LABWK1 FOUND ON DEVICES 0A01 AND 0A90")
    assert not lab.system.dasd.device(0x0A90).online


def test_a_device_that_a_job_has_allocated_goes_offline_when_the_job_lets_go(lab) -> None:
    jobid = lab.submit("//A EXEC PGM=WAIT\n//V DD DISP=OLD,UNIT=3390,VOL=SER=LABWK1")
    lab.said("WAITING")
    assert answer(lab, "V 0A01,OFFLINE") == "IEE794I 0A01     PENDING OFFLINE"
    assert lab.system.dasd.device(0x0A01).online
    lab.system.jes.cancel(jobid)
    lab.said("IEF880I 0A01 NOW OFFLINE BY VARY COMMAND")


def test_a_started_task_takes_commands_and_stops(lab) -> None:
    started = answer(lab, "S LISTENER")
    assert "$HASP100 LISTENER ON STCINRDR" in started
    lab.said("LISTENING")
    assert "LISTENER STARTING GO" in answer(lab, "D A,L")
    assert answer(lab, "F LISTENER,DIS 'x'") == ""
    lab.said("HEARD MODIFY DIS 'x'")
    answer(lab, "P LISTENER")
    lab.said("$HASP395 LISTENER ENDED - RC=0000")
    (task,) = lab.system.jes.jobs(lambda job: job.started_task)
    assert (task.jobid[:3], task.jobclass, lab.ended(task.jobid).retcode) == ("STC", "STC", "CC 0000")


def test_symbols_and_another_job_name_go_with_start(lab) -> None:
    answer(lab, "S COUNTER,N=9,JOBNAME=NINE")
    lab.said("$HASP395 NINE")
    answer(lab, "S COUNTER.ID1")
    lab.said("$HASP395 ID1")
    codes = {job.jobname: lab.ended(job.jobid).retcode for job in lab.system.jes.jobs()}
    assert codes == {"NINE": "CC 0009", "ID1": "CC 0003"}


def test_a_job_that_takes_no_commands_refuses_them(lab) -> None:
    lab.submit("//A EXEC PGM=WAIT")
    lab.said("WAITING")
    assert answer(lab, "F TESTJOB,X") == "IEE342I MODIFY REJECTED--TASK BUSY"
    assert answer(lab, "C TESTJOB") == "IEE301I TESTJOB  CANCEL COMMAND ACCEPTED"
    lab.said("$HASP395 TESTJOB  ENDED - ABEND=S222")


def test_a_question_waits_for_its_reply(lab) -> None:
    answer(lab, "S ASKER")
    lab.said("*01 DFS810A IMS READY")
    assert "01 R LAB1" in answer(lab, "D R,L")
    assert answer(lab, "R 01,'/ERE OVERRIDE COLDCOMM.'") == "IEE600I REPLY TO 01 IS;/ERE OVERRIDE COLDCOMM."
    lab.said("REPLY WAS /ERE OVERRIDE COLDCOMM.")
    assert "RM=0" in answer(lab, "D R,L")


def test_a_question_ends_with_its_task(lab) -> None:
    answer(lab, "S ASKER")
    lab.said("DFS810A")
    answer(lab, "C ASKER")
    lab.said("$HASP395 ASKER    ENDED - ABEND=S222")
    assert lab.system.console.outstanding() == []


def test_everything_is_in_the_hardcopy_log_with_its_time(lab) -> None:
    before = lab.system.clock.now()
    lab.run("//A EXEC PGM=IEFBR14")
    answer(lab, "D T")
    entries = lab.system.console.hardcopy(before)
    assert [entry.kind for entry in entries[-2:]] == ["command", "response"]
    assert any("IEF403I TESTJOB" in entry.text and entry.jobname == "TESTJOB" for entry in entries)
    assert [entry.number for entry in entries] == sorted(entry.number for entry in entries)
