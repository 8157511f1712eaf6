"""The base operator: a job runs exactly once, its outcome is judged, only one process may act for a task."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.xdist_group("airflow")


def sample(**arguments: Any) -> Any:
    from imsclone_airflow.operators import RetirePreviousOperator

    class SampleOperator(RetirePreviousOperator):
        """A job whose listing must say GOOD."""

        def is_needed(self) -> bool:
            return True

        def read(self, output: Any) -> str:
            return str(output.sysprint("RETIRE"))

        def check(self, found: str) -> None:
            from imsclone_airflow.errors import MessagesFound

            if "GOOD" not in found:
                raise MessagesFound(what="The sample", said=found)

        def finish(self, found: Any) -> str:
            return str(found)

    return SampleOperator(task_id="sample", retries=2, **{"plan": None, **arguments})


@pytest.fixture
def good(zosmf: Any) -> Any:
    def outcome(job: Any) -> None:
        job.listings = {("RETIRE", "SYSPRINT"): "GOOD"}

    zosmf.outcome = outcome
    return zosmf


def test_the_jcl_is_seen_before_the_task_runs(bench: Any, zosmf: Any) -> None:
    operator = sample()
    context = bench.render(operator)
    assert operator.jcl.startswith("//CLNRETIR JOB")
    assert "EXPORT UCAT.IMST DISCONNECT" in operator.jcl
    assert operator.plan.startswith("imst, fingerprint ")
    assert (operator.template_fields, context["task"].jcl) == (("plan", "jcl"), operator.jcl)
    assert zosmf.jobs == []


def test_a_site_puts_its_own_template_first(
    bench: Any, zosmf: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jcl").mkdir()
    (tmp_path / "jcl" / "retire.jcl").write_text('{% include "_job.jcl" %}\n//SITE EXEC PGM=SITEPGM\n')
    monkeypatch.setenv("IMSCLONE_FOLDER", str(tmp_path))
    operator = sample()
    bench.render(operator)
    assert "PGM=SITEPGM" in operator.jcl


def test_a_plan_that_was_changed_is_refused(bench: Any) -> None:
    from imsclone.plan import PlanAltered

    bench.document["document"] = bench.document["document"].replace("IMST06", "IMSX06")
    with pytest.raises(PlanAltered):
        bench.render(sample())


def test_a_job_is_submitted_judged_and_noted(bench: Any, good: Any) -> None:
    assert bench.execute(sample()) == "GOOD"
    assert len(good.jobs) == 1
    noted = bench.evidence("sample")
    assert (noted.outcome, noted.job) == ("done", "CLNRETIR(JOB00001)")
    assert "GOOD" in noted.listing


def test_a_retry_finds_the_job_of_the_try_before_though_nothing_was_stored(bench: Any, good: Any) -> None:
    bench.execute(sample())
    bench.stores.clear()
    assert bench.execute(sample(), try_number=2) == "GOOD"
    assert len(good.jobs) == 1


def test_a_retry_that_reconnects_gives_the_result(bench: Any, good: Any) -> None:
    bench.execute(sample())
    good.jobs[0].status = "ACTIVE"
    ended = iter(["ACTIVE", "ACTIVE", "OUTPUT"])
    whole = good.find

    def later(id_: str) -> Any:
        job = whole(id_)
        job.status = next(ended, "OUTPUT")
        return job

    good.find = later
    assert bench.execute(sample(), try_number=2) == "GOOD"
    assert len(good.jobs) == 1


@pytest.mark.parametrize("ending", ["SYS FAIL", "CANCELED", "ABEND S222"])
def test_a_job_that_was_lost_runs_again_under_the_next_attempt(bench: Any, good: Any, ending: str) -> None:
    from imsclone_airflow.errors import JobLost

    good_outcome, good.outcome = good.outcome, lambda job: setattr(job, "retcode", ending)
    with pytest.raises(JobLost):
        bench.execute(sample())
    good.outcome = good_outcome
    assert bench.execute(sample(), try_number=2) == "GOOD"
    assert len({job.correlator for job in good.jobs}) == 2


def test_a_job_that_failed_by_itself_is_not_run_again(bench: Any, zosmf: Any) -> None:
    from imsclone.zosmf.errors import StepsFailed

    zosmf.outcome = lambda job: setattr(job, "steps", {"RETIRE": "CC 0008"})
    for try_number in (1, 2):
        with pytest.raises(StepsFailed, match="RETIRE"):
            bench.execute(sample(), try_number=try_number)
    assert len(zosmf.jobs) == 1
    assert bench.evidence("sample").outcome == "failed"


def test_a_job_with_good_codes_is_not_believed_without_its_listing(bench: Any, zosmf: Any) -> None:
    from imsclone_airflow.errors import MessagesFound

    zosmf.outcome = lambda job: setattr(job, "listings", {("RETIRE", "SYSPRINT"): "NOTHING WAS DONE"})
    with pytest.raises(MessagesFound, match="NOTHING WAS DONE"):
        bench.execute(sample())


def test_a_task_that_is_cleared_gets_a_job_of_its_own(bench: Any, good: Any) -> None:
    bench.execute(sample())
    bench.execute(sample(), try_number=2, max_tries=3)
    assert len(good.jobs) == 2


def test_a_submit_whose_answer_was_lost_is_found(bench: Any, good: Any) -> None:
    submit = good._submit

    def arrives_but_its_answer_does_not(request: Any) -> Any:
        submit(request)
        raise httpx.ReadError("connection reset", request=request)

    good._submit = arrives_but_its_answer_does_not
    assert bench.execute(sample()) == "GOOD"
    assert len(good.jobs) == 1


def test_a_submit_that_never_arrived_is_made_again_by_the_next_try(bench: Any, good: Any) -> None:
    from imsclone.zosmf.errors import SubmitUnconfirmed

    good.broken = ["PUT /restjobs/jobs"]
    with pytest.raises(SubmitUnconfirmed):
        bench.execute(sample())
    assert bench.execute(sample(), try_number=2) == "GOOD"
    assert len(good.jobs) == 1


def test_an_old_process_of_the_task_may_not_act(bench: Any, good: Any) -> None:
    from imsclone.ledger import LeaseLost

    old, new = sample(), sample()
    context = bench.render(old)
    assert old.fence
    bench.execute(new, try_number=2)
    good.jobs.clear()
    with pytest.raises(LeaseLost):
        old.execute(context)
    with pytest.raises(LeaseLost):
        old.client.command("V 0A90,ONLINE")
    assert (good.jobs, good.commands) == ([], [])


def test_a_run_that_lost_its_target_may_not_act(bench: Any, good: Any) -> None:
    from imsclone.ledger import LeaseLost

    bench.ledger.release(bench.lease)
    bench.ledger.lease(bench.lease.target, "another run", _hour())
    with pytest.raises(LeaseLost):
        bench.execute(sample())
    assert good.jobs == []


def test_a_run_that_gave_its_target_up_takes_it_back_when_nobody_did(bench: Any, good: Any) -> None:
    bench.ledger.release(bench.lease)
    assert bench.execute(sample()) == "GOOD"


def _hour() -> Any:
    from datetime import timedelta

    return timedelta(hours=1)


def test_killing_the_task_cancels_its_job(bench: Any, zosmf: Any) -> None:
    zosmf.outcome = lambda job: setattr(job, "status", "ACTIVE")
    operator = sample()
    context = bench.render(operator)
    operator.submit_job(context)
    operator.desk.waiting_for = operator.client.find(zosmf.jobs[0].correlator)
    operator.on_kill()
    assert zosmf.cancelled == ["JOB00001"]


def test_a_task_that_was_taken_over_cancels_nothing(bench: Any, zosmf: Any) -> None:
    from imsclone_airflow.fence import take_over

    zosmf.outcome = lambda job: setattr(job, "status", "ACTIVE")
    operator = sample()
    operator.submit_job(bench.render(operator))
    operator.desk.waiting_for = operator.client.find(zosmf.jobs[0].correlator)
    take_over(bench.ledger, operator.task_key)
    operator.on_kill()
    assert zosmf.cancelled == []


def test_the_source_cannot_be_written_to(bench: Any, zosmf: Any) -> None:
    from imsclone.zosmf.errors import SourceWriteRefused

    operator = sample()
    bench.render(operator)
    with pytest.raises(SourceWriteRefused):
        operator.client.delete("IMSP.PROCLIB", "IMSP")
    with pytest.raises(SourceWriteRefused):
        operator.client.access_method_services([" DELETE IMSP.DB.ACCT"])


def test_jcl_that_cannot_be_made_is_refused_when_the_task_runs(bench: Any, zosmf: Any) -> None:
    from imsclone.jcl.errors import TemplateMissing

    operator = sample(jcl_template="nothing.jcl")
    context = bench.render(operator)
    assert "CLN351E" in operator.jcl
    with pytest.raises(TemplateMissing):
        operator.execute(context)
    assert zosmf.jobs == []


def test_secrets_of_a_connection_are_hidden_from_logs(zosmf: Any, caplog: pytest.LogCaptureFixture) -> None:
    from airflow.sdk._shared.secrets_masker import redact

    from imsclone_airflow.hooks.zosmf import ZosmfHook

    assert ZosmfHook("zosmf_lab").connection.user == "IBMUSER"
    encoded = base64.b64encode(b"IBMUSER:secret-phrase").decode()
    with caplog.at_level(logging.DEBUG):
        assert redact(f"password secret-phrase, header {encoded}") == "password ***, header ***"
    assert "secret-phrase" not in caplog.text


def test_the_connection_form_can_be_tested(zosmf: Any) -> None:
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    good, said = ZosmfHook("zosmf_lab").test_connection()
    assert not good
    assert "CLN341E" in said


@pytest.mark.parametrize("kind", ["", "ltpa", "jwt"])
def test_a_secret_is_hidden_in_every_form_it_can_take_in_a_log(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    from airflow.sdk.log import redact

    from imsclone_airflow.hooks.zosmf import ZosmfHook

    secret = f"hush{kind}~~phrase??{kind}"
    known = {
        "conn_type": "zosmf",
        "host": "h",
        "login": "IBMUSER",
        "password": secret,
        "extra": {"token_kind": kind or None},
    }
    monkeypatch.setenv("AIRFLOW_CONN_ZOSMF_HIDDEN", json.dumps(known))
    connection = ZosmfHook("zosmf_hidden").connection
    assert (connection.token if kind else connection.password).get_secret_value() == secret
    forms = [
        secret,
        *(
            encode(text.encode()).decode()
            for text in (secret, f"IBMUSER:{secret}")
            for encode in (base64.b64encode, base64.urlsafe_b64encode)
        ),
    ]
    request = httpx.Request("GET", "https://h", headers={})
    header = next(httpx.BasicAuth("IBMUSER", secret).auth_flow(request)).headers["Authorization"]
    for form in (*forms, header):
        shown = redact(f"sent {form} to z/OSMF")
        assert "***" in shown
        assert form.removeprefix("Basic ").rstrip("=") not in shown
