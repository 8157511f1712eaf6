"""Holding, copying and releasing the source: what is believed, what is refused, and what is made sure of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from imsclone.zosmf import Job
from imsclone.zosmf.completion import parse
from imsclone.zosmf.job_documents import Step

Make = Callable[..., Any]

pytestmark = pytest.mark.xdist_group("airflow")

NOT_SUSPENDED = "SUS003I IMSP WAS NOT SUSPENDED"
EXPIRED = "SUS005W IMSP TIMER EXPIRED AT 2026.325 00:00:04.100000; RESUMED"


def named(zosmf: Any, name: str) -> list[Any]:
    return [job for job in zosmf.jobs if job.name == name]


def test_a_good_copy_is_measured_by_the_time_stamps_of_the_host(operator: Make, bench: Any, host: Any) -> None:
    assert bench.execute(operator("Replicate")) == 6
    window = bench.ledger.run(bench.run_key).window
    assert (window.milliseconds, window.within_budget) == (250.0, True)
    assert bench.evidence("replicate").counts["volumes copied"] == 6


def test_the_watchdog_runs_before_the_source_is_held(operator: Make, bench: Any, host: Any) -> None:
    bench.execute(operator("Quiesce"))
    bench.execute(operator("Replicate"))
    assert [job.name for job in host.jobs] == ["CLNWATCH", "CLNWATCH", "CLNCOPY"]
    first, second = named(host, "CLNWATCH")
    assert (first.status, second.status) == ("OUTPUT", "ACTIVE"), "one watchdog is armed anew and counts from here"
    assert "sleep 5" in second.jcl


def test_the_source_is_not_touched_when_the_watchdog_does_not_run(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.errors import WatchdogNotActive

    good = host.outcome

    def outcome(job: Any) -> None:
        good(job)
        if job.name == "CLNWATCH":
            job.status, job.steps, job.retcode = "OUTPUT", {}, "JCL ERROR"

    host.outcome = outcome
    with pytest.raises(WatchdogNotActive):
        bench.execute(operator("Quiesce"))
    with pytest.raises(WatchdogNotActive):
        bench.execute(operator("Replicate"))
    assert named(host, "CLNCOPY") == []


BROKEN: list[tuple[Callable[[Any], None], str]] = [
    (lambda host: setattr(host, "resume", f"{EXPIRED}\n{NOT_SUSPENDED}"), "timer released IMSP before"),
    (lambda host: setattr(host, "resume", NOT_SUSPENDED), "watchdog was faster"),
]


def of_member(text: str, imsid: str, second: int = 0) -> str:
    return text.replace("IMSP", imsid).replace(".350000", f".{350000 + second}")


def job_of(suspend: list[str], resume: list[str]) -> Any:
    """A copy job as far as its window is concerned."""
    texts = {"SUSPEND": "\n".join(suspend), "RESUME": "\n".join(resume)}
    step = SimpleNamespace(completion=parse("CC 0000"))
    return SimpleNamespace(sysprint=texts.get, job=SimpleNamespace(step=lambda name: step))


def test_the_copy_of_a_sharing_group_is_good_only_if_every_member_was_held() -> None:
    from imsclone_airflow.operators import window

    held = "SUS001I IMSP SUSPENDED AT 2026.324 23:59:59.100000"
    freed = "SUS002I IMSP RESUMED AT 2026.324 23:59:59.350000 AFTER 0.250000 SECONDS"
    ran_out = "SUS005W IMSP TIMER EXPIRED AT 2026.324 23:59:59.200000; RESUMED"
    members = tuple(SimpleNamespace(source=imsid) for imsid in ("IMSP", "IMSQ"))
    plan: Any = SimpleNamespace(consistency="suspend", members=members)

    def measured(suspend: list[str], resume: list[str]) -> Any:
        return window.measure(plan, job_of(suspend, resume))

    good = measured([held, of_member(held, "IMSQ")], [freed, of_member(freed, "IMSQ", 50000)])
    assert good.broken == ""
    assert window.length(good) == timedelta(milliseconds=300)
    assert measured([held], [freed]).broken == "IMSQ was not suspended with the others"
    expired = measured([held, of_member(held, "IMSQ")], [freed, of_member(ran_out, "IMSQ")]).broken
    assert expired == "IMS's own timer released IMSQ before the copy was complete"


@pytest.mark.parametrize(("break_it", "said"), BROKEN)
def test_a_copy_that_outlived_its_window_is_a_failure(
    operator: Make, bench: Any, host: Any, break_it: Any, said: str
) -> None:
    from imsclone_airflow.errors import WindowBroken

    break_it(host)
    with pytest.raises(WindowBroken, match=said):
        bench.execute(operator("Replicate"))
    assert bench.evidence("replicate").outcome == "failed"


def test_a_pair_that_was_copied_slowly_is_a_failure(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.errors import PairNotCopied

    host.without_fast = "IMSP04"
    with pytest.raises(PairNotCopied, match="IMSP04"):
        bench.execute(operator("Replicate"))
    assert bench.ledger.run(bench.run_key).window is not None, "the source was held all the same"


def test_targets_left_offline_get_their_serials_back_before_the_copy(operator: Make, bench: Any, host: Any) -> None:
    host.serials["0A91"], host.serials["0A93"] = "IMSP02", "IMSP04"
    host.online -= {"0A91", "0A93", "0A95"}
    bench.execute(operator("Replicate"))
    relabels = [job for job in host.jobs if "PGM=ICKDSF" in job.jcl]
    assert len(relabels) == 1
    assert re.findall(r"VOLID\((\w+)\)", relabels[0].jcl) == ["IMST02", "IMST04"]
    assert (host.serials["0A91"], len(host.online)) == ("IMST02", 6)


def test_a_target_that_cannot_be_brought_online_stops_the_copy(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.errors import VolumeNotOnline

    host.online.discard("0A92")
    good = host.answers[r"V "]
    host.answers[r"V "] = lambda text: "IEE329I NOT BROUGHT ONLINE" if "0A92" in text else good(text)
    host.answers = {r"V ": host.answers[r"V "], **host.answers}
    host.serials["0A92"] = "IMSP03"
    with pytest.raises(VolumeNotOnline, match="0A92"):
        bench.execute(operator("Replicate"))
    assert named(host, "CLNCOPY") == []


def test_resume_cancels_a_copy_that_runs_then_releases_then_disarms(operator: Make, bench: Any, host: Any) -> None:
    bench.execute(operator("Quiesce"))
    replicate = operator("Replicate")
    replicate.submit_job(bench.render(replicate))
    (copy,) = named(host, "CLNCOPY")
    copy.status = "ACTIVE"
    assert bench.execute(operator("Resume")) == "released"
    assert host.cancelled[-2:] == [copy.id, named(host, "CLNWATCH")[-1].id]
    assert named(host, "CLNRESUM")[0].status == "OUTPUT"
    with pytest.raises(Exception, match="CLN504E"):
        replicate.client.command("D T")


def test_resume_finds_the_copy_of_a_cleared_task_too(operator: Make, bench: Any, host: Any) -> None:
    replicate = operator("Replicate")
    replicate.submit_job(bench.render(replicate, try_number=4, max_tries=5))
    (copy,) = named(host, "CLNCOPY")
    copy.status = "ACTIVE"
    bench.execute(operator("Resume"))
    assert copy.id in host.cancelled


def test_resume_may_run_any_number_of_times_and_without_a_copy(operator: Make, bench: Any, host: Any) -> None:
    for try_number in (1, 2):
        assert bench.execute(operator("Resume"), try_number=try_number) == "released"
    assert bench.execute(operator("Resume"), try_number=3, max_tries=4) == "released"
    assert bench.ledger.run(bench.run_key).window is None


def test_resume_measures_the_window_when_the_copy_step_died(operator: Make, bench: Any, host: Any) -> None:
    replicate = operator("Replicate")
    replicate.submit_job(bench.render(replicate))
    assert bench.ledger.run(bench.run_key).window is None
    bench.execute(operator("Resume"))
    assert bench.ledger.run(bench.run_key).window.milliseconds == 250.0


def test_a_source_that_is_not_known_to_be_released_fails_the_run(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.errors import SourceNotReleased

    good = host.outcome

    def outcome(job: Any) -> None:
        good(job)
        if job.name == "CLNRESUM":
            job.listings = {("RESUME", "SYSPRINT"): "SUS004E IMSP IS NOT ACTIVE"}
            job.steps = {"RESUME": "CC 0008"}

    host.outcome = outcome
    with pytest.raises(SourceNotReleased):
        bench.execute(operator("Resume"))


def test_relabel_leaves_alone_what_has_its_serial(operator: Make, bench: Any, host: Any) -> None:
    host.serials |= {"0A92": "IMSP03"}
    host.online -= {"0A92", "0A93"}
    step = operator("Relabel", group={"number": 2, "volumes": ""})
    assert bench.execute(step) == 2
    (job,) = host.jobs
    assert job.name == "CLNLAB02"
    assert re.findall(r"VOLID\((\w+)\)", job.jcl) == ["IMST03"]
    assert host.serials["0A92"] == "IMST03"
    again = operator("Relabel", group={"number": 2, "volumes": ""})
    assert bench.execute(again, try_number=2, max_tries=3) == 2
    assert len(host.jobs) == 1


COPIED = """\
 ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'COPY '
 ADR006I (001)-STEND(01), 2026.324 23:59:59 EXECUTION BEGINS
 ADR806I (001)-TOMI (03), VOLUME IMSP01 WAS COPIED USING A FAST REPLICATION FUNCTION
 ADR013I (001)-CLTSK(01), 2026.324 23:59:59 TASK COMPLETED WITH RETURN CODE 0000
 ADR012I (SCH)-DSSU (01), 2026.324 23:59:59 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0000
"""
THAWED = """\
 ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'CGCREATE'
 ADR006I (001)-STEND(01), 2026.325 00:00:00 EXECUTION BEGINS
 ADR006I (001)-STEND(02), 2026.325 00:00:00 EXECUTION ENDS
 ADR013I (001)-CLTSK(01), 2026.325 00:00:00 TASK COMPLETED WITH RETURN CODE 0000
 ADR012I (SCH)-DSSU (01), 2026.325 00:00:00 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0000
"""
LAST_SECOND = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)


def frozen_job(started: datetime | None, seconds: float) -> Any:
    """A copy job that froze and thawed; JES says when it began executing and for how long."""
    steps = tuple(Step(number, name, "ADRDSSU", parse("CC 0000")) for number, name in enumerate(("COPY", "THAW"), 1))
    finished = started + timedelta(seconds=seconds) if started else None
    job = Job("CLNCOPY", "JOB00001", status="OUTPUT", started=started, finished=finished, steps=steps)
    return SimpleNamespace(job=job, sysprint={"COPY": COPIED, "THAW": THAWED}.__getitem__)


@pytest.mark.parametrize(
    ("started", "seconds", "at_most", "resolution"),
    [
        (None, 0, 2000, 1000),
        (LAST_SECOND + timedelta(seconds=0.8), 0.4, 410, 10),
        (LAST_SECOND - timedelta(seconds=30), 33, 2000, 1000),
    ],
    ids=["whole seconds", "JES knows it more exactly", "a job that waited long before"],
)
def test_a_freeze_is_bounded_by_the_best_time_stamps_there_are(
    started: datetime | None, seconds: float, at_most: int, resolution: int
) -> None:
    from imsclone_airflow.operators import window

    frozen: Any = SimpleNamespace(consistency="freeze", copies=[SimpleNamespace(source="IMSP01", target="IMST01")])
    held = window.measure(frozen, frozen_job(started, seconds))
    assert window.length(held) == timedelta(milliseconds=at_most)
    assert (held.resolution, held.broken) == (timedelta(milliseconds=resolution), "")
