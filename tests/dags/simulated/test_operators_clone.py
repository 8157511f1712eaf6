"""Steps on the clone: retiring the one before, editing its libraries and modules, starting it, handing it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

Make = Callable[..., Any]
CONNECTED = (0, ["USERCATALOG --- UCAT.IMST"])
AWAY = (4, ["IDC3012I ENTRY UCAT.IMST NOT FOUND"])


class Ims:
    """An IMS on the console: what it is asked and what it becomes."""

    def __init__(self, host: Any, state: str, *, ends_on: str = "/CHE FREEZE", restarts: bool = True) -> None:
        self.state, self.ends_on, self.restarts, self.number = state, ends_on, restarts, 7
        host.answers = {
            r"D A,IMST": lambda text: " IMST NOT FOUND" if self.state == "down" else " IMST IMST IEFPROC",
            r"D R,L": lambda text: f"IEE112I PENDING REQUESTS\n{self.asks()}",
            r"R \d+,": self.reply,
            r"C IMST": lambda text: self.ended(text),
            r"S IMST": lambda text: self.ended(text, "ready"),
            **host.answers,
        }

    def asks(self) -> str:
        wanted = {"up": "DFS996I *IMS READY* IMST", "ready": "DFS810A IMS READY 26324/100000 IMST"}.get(self.state)
        return f"      {self.number:02} R LAB1     STC00001 *{self.number:02} {wanted}" if wanted else ""

    def reply(self, text: str) -> str:
        assert text.startswith(f"R {self.number},")
        self.number += 1
        if self.ends_on in text:
            self.state = "down"
        elif "/ERE OVERRIDE COLDCOMM." in text and self.restarts:
            self.state = "up"
        return "IEE600I REPLY"

    def ended(self, text: str, state: str = "down") -> str:
        self.state = state
        return f"IEE301I {text}"


def test_the_first_time_there_is_nothing_to_retire(operator: Make, bench: Any, host: Any) -> None:
    host.ams = lambda text: AWAY
    assert bench.execute(operator("RetirePrevious")) == 0
    assert host.jobs == []


def test_a_running_clone_is_stopped_by_a_freeze_and_let_go(operator: Make, bench: Any, host: Any) -> None:
    ims, host.ams = Ims(host, "up"), lambda text: CONNECTED
    assert bench.execute(operator("RetirePrevious")) == 1
    assert ims.state == "down"
    assert "R 7,/CHE FREEZE." in host.commands
    assert [job.name for job in host.jobs] == ["CLNRETIR"]


@pytest.mark.parametrize("state", ["up", "ready"])
def test_a_clone_that_does_not_freeze_is_cancelled(operator: Make, bench: Any, host: Any, state: str) -> None:
    ims, host.ams = Ims(host, state, ends_on="never"), lambda text: AWAY
    bench.execute(operator("RetirePrevious", stop_seconds=0))
    assert (ims.state, "C IMST" in host.commands) == ("down", True)


def test_the_clone_is_started_and_restarted_as_after_a_failure(operator: Make, bench: Any, host: Any) -> None:
    ims = Ims(host, "down")
    assert bench.execute(operator("Start")) == ["IMST"]
    assert ims.state == "up"
    assert host.commands.index("S IMST") < host.commands.index("R 7,/ERE OVERRIDE COLDCOMM.")


@pytest.mark.parametrize(("state", "sent"), [("up", []), ("ready", ["R 7,/ERE OVERRIDE COLDCOMM."])])
def test_start_goes_on_where_an_earlier_try_was(
    operator: Make, bench: Any, host: Any, state: str, sent: list[str]
) -> None:
    Ims(host, state)
    bench.execute(operator("Start"))
    assert [one for one in host.commands if not one.startswith("D ")] == sent


def test_a_restart_that_ims_refuses_is_an_error_at_once(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.errors import RestartNotDone

    Ims(host, "down", restarts=False)
    with pytest.raises(RestartNotDone, match=r"DFS994I in .* It refused or ended. It said last: "):
        bench.execute(operator("Start"))


def test_a_clone_that_went_down_with_its_z_os_is_started_again(
    operator: Make, bench: Any, host: Any, ended_task: Any
) -> None:
    from imsclone_airflow.errors import JobLost, RestartNotDone

    Ims(host, "down")
    host.answers[r"S IMST"] = lambda text: "IEE301I S IMST"
    host.jobs = [ended_task("STC00007", "ABENDU0778"), ended_task("STC00009", "SYS FAIL")]
    with pytest.raises(JobLost, match="IMST\\(STC00009\\) did not finish: SYS FAIL"):
        bench.execute(operator("Start"))
    host.jobs.reverse()
    host.jobs[1].id = "STC00010"
    with pytest.raises(RestartNotDone, match="DFS810A"):
        bench.execute(operator("Start"))


@pytest.mark.parametrize("listing", ["ACCOUNTS 2000 TOTAL 5\nBANK INVARIANT BROKEN", "ACCOUNTS 2000 TOTAL 5", ""])
def test_a_clone_whose_money_does_not_add_up_is_not_handed_over(
    operator: Make, bench: Any, host: Any, listing: str
) -> None:
    from imsclone_airflow.errors import OffloadUnproven

    host.outcome = lambda job: setattr(job, "listings", {("READ", "SYSPRINT"): listing})
    with pytest.raises(OffloadUnproven):
        bench.execute(operator("OffloadReport"))


def search_listing(*hits: str) -> str:
    lines = []
    for member in hits:
        lines += [f"{member:<8} --------- STRING(S) FOUND ---------", "       1  A LINE"]
    counts = f"       {len(hits)}          {len(hits)}            9          99"
    return "\n".join([*lines, "LINES-FOUND  MEMBERS-W/LNS  MEMBERS-PROC  LINES-PROC", counts])


def test_members_are_edited_and_get_their_new_names(operator: Make, bench: Any, host: Any) -> None:
    host.members = {
        "IMST.PROCLIB": {"IMSP": "//IMSP PROC\n//STEPLIB DD DSN=IMSP.SDFSRESL", "OTHER": "NOTHING HERE"},
        **{f"IMST.{name}": {} for name in ("JOBS", "USER1.JCL", "USER2.JCL")},
    }

    def outcome(job: Any) -> None:
        found = {"SRCH1": search_listing("IMSP"), **{f"SRCH{n}": search_listing() for n in (2, 3, 4)}}
        job.listings = {(step, "OUTDD"): text for step, text in found.items()} if job.name == "CLNSRCH" else {}

    host.outcome = outcome
    assert bench.execute(operator("UpdateLibraries")) == 1
    (_, write) = host.jobs
    assert "./ ADD NAME=IMST,LIST=ALL" in write.jcl
    assert "//STEPLIB DD DSN=IMST.SDFSRESL" in write.jcl
    assert host.members["IMST.PROCLIB"].keys() == {"OTHER"}, "the member's old name is gone"


def test_a_line_that_does_not_fit_leaves_every_library_as_it_was(
    operator: Make, bench: Any, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.library.errors import LibraryEditRejected
    from imsclone_airflow.operators.update_libraries import UpdateLibrariesOperator

    def edited(step: Any, library: Any, names: Any) -> Any:
        if library.target == "IMST.USER2.JCL":
            raise LibraryEditRejected(problems=[])
        return (SimpleNamespace(target="A", name="A", lines=("X",), changed=True),)

    host.members = {f"IMST.{name}": {"A": "IMSP"} for name in ("PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL")}
    host.outcome = lambda job: setattr(
        job, "listings", {(f"SRCH{n}", "OUTDD"): search_listing("A") for n in (1, 2, 3, 4)}
    )
    monkeypatch.setattr(UpdateLibrariesOperator, "edited", edited)
    with pytest.raises(LibraryEditRejected):
        bench.execute(operator("UpdateLibraries"))
    assert [job.name for job in host.jobs] == ["CLNSRCH"]


def dump_listing(name: str) -> str:
    words = name.encode("cp1047").ljust(16, b"\x40").hex().upper()
    words = "   ".join(words[at : at + 8] for at in range(0, 32, 8))
    heading = " **CCHHR- 0003000B28   RECORD LENGTH- 000010         MEMBER NAME  DFSVNUC0  CSECT NAME  DFSVNUC0"
    other = heading.replace("DFSVNUC0", "DFSBNUC0")
    return f"{heading}\n  000000   {words}\n{other}\n  000000   {words}\n AMA100I AMASPZAP PROCESSING COMPLETED"


@pytest.mark.parametrize(("after", "fails"), [("IMST", False), ("IMSP", True)])
def test_the_nucleus_is_zapped_and_dumped_again_for_proof(
    operator: Make, bench: Any, host: Any, after: str, fails: bool
) -> None:
    from imsclone_airflow.errors import NamesSource

    ids = iter(["IMSP", after])

    def outcome(job: Any) -> None:
        text = "AMA100I AMASPZAP PROCESSING COMPLETED" if "PGM=AMASPZAP" in job.jcl and " REP " in job.jcl else ""
        job.listings = {("ZAP", "SYSPRINT"): text} if text else {("DUMP", "SYSPRINT"): dump_listing(next(ids))}

    host.outcome = outcome
    if fails:
        with pytest.raises(NamesSource, match="nucleus"):
            bench.execute(operator("UpdateNucleus"))
    else:
        assert bench.execute(operator("UpdateNucleus")) == 2
    assert [job.name for job in host.jobs] == ["CLNNUCLD", "CLNNUCL", "CLNNUCLD"]


def test_a_nucleus_that_has_the_clones_id_is_left_alone(operator: Make, bench: Any, host: Any) -> None:
    host.outcome = lambda job: setattr(job, "listings", {("DUMP", "SYSPRINT"): dump_listing("IMST")})
    assert bench.execute(operator("UpdateNucleus")) == 0
    assert len(host.jobs) == 1


def test_publishing_closes_the_run_and_gives_the_target_free(operator: Make, bench: Any, host: Any) -> None:
    from imsclone_airflow.operators.publish import CLONES, report_path

    step = operator("Publish")
    told: list[Any] = []
    context = bench.render(step)
    context["outlet_events"] = {CLONES: SimpleNamespace(add=lambda asset, extra: told.append((asset, extra)))}
    step.execute(context)
    assert bench.ledger.run(bench.run_key).state == "success"
    assert bench.ledger.lease("IMS IMST", "the next run", timedelta(minutes=1))
    assert (told[0][0].name, told[0][0].uri) == ("ims://IMST", "ims://IMST/")
    assert Path(report_path(bench.run_key)).read_text().count("IMST06") >= 1


def test_a_run_whose_report_cannot_be_written_is_not_closed_and_nobody_is_told(
    operator: Make, bench: Any, host: Any
) -> None:
    from imsclone.ledger import LeaseHeld
    from imsclone_airflow.errors import ReportNotWritten
    from imsclone_airflow.operators.publish import CLONES, report_path

    told: list[Any] = []

    def publish() -> None:
        step = operator("Publish")
        context = bench.render(step)
        context["outlet_events"] = {CLONES: SimpleNamespace(add=lambda asset, extra: told.append(asset))}
        step.execute(context)

    in_the_way = Path(report_path(bench.run_key))
    in_the_way.mkdir(parents=True)
    with pytest.raises(ReportNotWritten, match="Is a directory"):
        publish()
    assert (bench.ledger.run(bench.run_key).state, told) == ("running", [])
    assert bench.ledger.evidence(bench.run_key)[-1].outcome == "failed"
    with pytest.raises(LeaseHeld):
        bench.ledger.lease("IMS IMST", "the next run", timedelta(minutes=1))
    in_the_way.rmdir()
    publish()
    assert (bench.ledger.run(bench.run_key).state, len(told)) == ("success", 1)


def test_a_step_of_a_run_whose_ledger_is_away_is_tried_again(operator: Make, bench: Any, host: Any) -> None:
    from imsclone.ledger.errors import LedgerUnreachable
    from imsclone_airflow.errors import LedgerAway

    step = operator("BackUpCatalogs")
    context = bench.render(step)

    def away() -> None:
        raise LedgerUnreachable(url="postgresql", reason="connection refused")

    step.fence.check = away
    with pytest.raises(LedgerAway, match="CLN507E"):
        step.execute(context)
