"""Whether databases were defined is read from the target afterwards: what IMS knows, and what each member holds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

BLOCK = (b"DMB ACCT",)
KNOWN = """\
COMMAND : CREATE DB NAME(ACCT)
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC CCText
------ ------- -- ------
ACCT   IMST    0

COMMAND : UPDATE DB NAME(ACCT) STOP(ACCESS)
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC CCText
------ ------- -- ------
ACCT   IMST    0

COMMAND : QUERY DB NAME(ACCT) SHOW(ALL)
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC LclStat
------ ------- -- --------------
ACCT   IMST    0  STOACC,NOTOPEN
"""


class Library:
    """The members of the target's libraries."""

    def __init__(self, *members: str, block: tuple[bytes, ...] = BLOCK) -> None:
        self.there, self.block = members, block

    def members(self, library: str) -> tuple[str, ...]:
        return self.there

    def read_records(self, library: str, member: str) -> tuple[bytes, ...]:
        return self.block


def step_with(library: Library, monkeypatch: pytest.MonkeyPatch, named: str = "IMST.DB.ACCT") -> Any:
    from imsclone.names import DataSetName, MemberName
    from imsclone.refresh.new_database import MemberCopy, ModuleCopy, NewDatabase, RenamedDataSet
    from imsclone.refresh.parts_read import digest
    from imsclone.spec.refresh import DatabaseName
    from imsclone_airflow.refresh import DefineDatabasesOperator

    pair = {"source": DataSetName("IMSP.ACBLIB"), "target": DataSetName("IMST.ACBLIB")}
    seal = digest(Library("ACCT"), "IMSP.ACBLIB", "ACCT")  # type: ignore[arg-type]
    names = {"source": DataSetName("IMSP.DB.ACCT"), "target": DataSetName("IMST.DB.ACCT")}
    module = ModuleCopy(
        source=DataSetName("IMSP.MDALIB"),
        target=DataSetName("IMST.MDALIB"),
        names=(RenamedDataSet(csect=MemberName("ACCT"), offset=34, **names),),
    )
    new = NewDatabase(
        name=DatabaseName("ACCT"), members=(MemberCopy(kind="ACBLIB", digest=seal, **pair),), module=module
    )
    step = DefineDatabasesOperator(task_id="define_missing", plan=None, group={"number": 0})
    side = SimpleNamespace(imsid="IMST", members=("IMST", "IMSU"))
    step.planned = SimpleNamespace(targets=[SimpleNamespace(defined=(new,), side=side)])
    step.__dict__["client"] = library
    monkeypatch.setattr(step, "allocated", lambda: {"ACCT": (named,)})
    return step


def answers(text: str = KNOWN) -> Any:
    from imsclone.listings import type2

    return type2.answers(text)


def test_what_is_as_planned_passes_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    step = step_with(Library("ACCT"), monkeypatch)
    step.check(answers())
    assert step.finish(answers()) == 1
    assert step.evidence.messages == ["IMSU does not run: give it CREATE DB when it does", "ACCT on IMST: created"]


@pytest.mark.parametrize(
    ("library", "named", "told"),
    [
        (Library("ACCT", block=(b"DMB OTHER",)), "IMST.DB.ACCT", "ACCT of IMST.ACBLIB .* not the one in IMSP.ACBLIB"),
        (Library(), "IMST.DB.ACCT", "ACCT of IMST.ACBLIB .* it is not there"),
        (Library("ACCT"), "IMSP.DB.ACCT", "ACCT of IMST.MDALIB .* it names IMSP.DB.ACCT, not IMST.DB.ACCT"),
    ],
)
def test_a_member_that_is_not_as_planned_fails_the_task_whatever_the_steps_ended_with(
    library: Library, named: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone_airflow.refresh.errors import MemberNotAsPlanned

    with pytest.raises(MemberNotAsPlanned, match=told):
        step_with(library, monkeypatch, named).check(answers())


@pytest.mark.parametrize("status", ["NOTINIT,NOTOPEN", ""])
def test_a_database_that_ims_cannot_use_fails_the_task(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from imsclone_airflow.refresh.errors import DatabasesNotDefined

    row = "ACCT   IMST    0  STOACC,NOTOPEN"
    text = KNOWN.replace(row, f"ACCT   IMST    0  {status}" if status else "ACCT   IMST    10")
    with pytest.raises(DatabasesNotDefined, match="ACCT is not known to IMST, or has no control block there"):
        step_with(Library("ACCT"), monkeypatch).check(answers(text))


def test_where_nothing_is_lacking_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    step = step_with(Library(), monkeypatch)
    step.planned = SimpleNamespace(targets=[SimpleNamespace(defined=(), side=SimpleNamespace(imsid="IMST"))])
    assert not step.is_needed()
    step.preview()
    assert step.jcl == ""
    assert step.finish(None) == 0
