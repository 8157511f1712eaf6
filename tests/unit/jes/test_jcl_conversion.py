"""Procedures, symbols, overrides and the parameters of each statement, from text to the converted job."""

from __future__ import annotations

import pytest

from zoslab.jes.converter import ConversionError, convert
from zoslab.jes.model import DdDefinition, JobDefinition, SpaceRequest, StepDefinition

IMS = """//IMSP     PROC IMSID=IMSP,SOUT=*,PARM1=
//REGION   EXEC PGM=DFSMVRC0,PARM='CTL,&IMSID,&PARM1'
//STEPLIB  DD DSN=&IMSID..SDFSRESL,DISP=SHR
//         DD DSN=SYS1.LINKLIB,DISP=SHR
//PROCLIB  DD DSN=&IMSID..PROCLIB,DISP=SHR
//SYSPRINT DD SYSOUT=&SOUT
//AFTER    EXEC PGM=IEFBR14
//         PEND
"""
LIBRARY = {
    "IMSP": IMS,
    "OUTER": "//OUTER PROC X=1\n//CALL EXEC IMSP,IMSID=IMS&X\n//LAST EXEC PGM=IEFBR14\n",
    "LIBS": "//STEPLIB  DD DSN=IMSP.SDFSRESL,DISP=SHR\n",
    "LOOP": "// INCLUDE MEMBER=LOOP\n",
}


class Library:
    def __init__(self) -> None:
        self.orders: list[tuple[str, ...]] = []

    def member(self, name: str, order: tuple[str, ...]) -> str | None:
        self.orders.append(order)
        return LIBRARY.get(name)


def job(text: str, **symbols: str) -> JobDefinition:
    return convert(f"//J JOB (ACCT),'NAME'\n{text}", Library(), symbols)


def errors(text: str) -> str:
    with pytest.raises(ConversionError) as caught:
        job(text)
    return "\n".join(str(finding) for finding in caught.value.findings)


def dd(step: StepDefinition, name: str) -> tuple[DdDefinition, ...]:
    return next(parts for parts in step.dds if parts[0].name == name)


def only_dd(operands: str) -> DdDefinition:
    cards = operands.replace("\n", "\n//  ")
    (found,) = dd(job(f"//S EXEC PGM=X\n//D DD {cards}").steps[0], "D")
    return found


def test_a_procedure_takes_defaults_and_values_of_the_exec_statement() -> None:
    region, after = job("//S EXEC IMSP,IMSID=IMST").steps
    assert (region.name, region.procstep, region.program) == ("S", "REGION", "DFSMVRC0")
    assert region.parm == "CTL,IMST,"
    assert [part.dsname for part in dd(region, "STEPLIB")] == ["IMST.SDFSRESL", "SYS1.LINKLIB"]
    assert after.procstep == "AFTER"


def test_set_gives_symbols_and_exec_gives_better_ones() -> None:
    steps = job("// SET A=IMSP,B='X Y'\n//S EXEC PGM=X,PARM='&A..&B'\n// SET A=IMST\n//T EXEC PGM=X,PARM=&A").steps
    assert [step.parm for step in steps] == ["IMSP.X Y", "IMST"]


def test_symbols_of_the_submission_are_known() -> None:
    assert job("//S EXEC PGM=X,PARM='&SYSUID &MINE'", SYSUID="IBMUSER", MINE="5").steps[0].parm == "IBMUSER 5"


def test_two_ampersands_in_apostrophes_are_one_and_an_undefined_symbol_stays() -> None:
    assert job("//S EXEC PGM=X,PARM='A&&B &NOSUCH'").steps[0].parm == "A&B &NOSUCH"


def test_dd_statements_after_the_call_override_add_and_nullify() -> None:
    text = """//S EXEC IMSP
//REGION.STEPLIB DD
//         DD DSN=MY.LIB
//REGION.PROCLIB DD DISP=OLD
//SYSPRINT DD DUMMY
//AFTER.NEW DD DSN=A.B,DISP=SHR
"""
    region, after = job(text).steps
    assert [part.dsname for part in dd(region, "STEPLIB")] == ["IMSP.SDFSRESL", "MY.LIB"]
    assert dd(region, "PROCLIB")[0].disposition.status == "OLD"
    assert dd(region, "SYSPRINT")[0].dummy
    assert dd(after, "NEW")[0].dsname == "A.B"


def test_an_override_to_in_stream_data_takes_the_data_set_away() -> None:
    region = job("//S EXEC IMSP\n//REGION.PROCLIB DD *\n data\n/*").steps[0]
    assert (dd(region, "PROCLIB")[0].data, dd(region, "PROCLIB")[0].dsname) == ((" data",), "")


def test_parm_of_the_call_goes_to_the_first_step_and_cond_to_all() -> None:
    region, after = job("//S EXEC IMSP,PARM='NEW',COND=(4,LT)").steps
    assert (region.parm, after.parm) == ("NEW", "")
    assert region.condition.tests == after.condition.tests != ()


def test_parm_with_a_step_name_goes_to_that_step() -> None:
    assert [step.parm for step in job("//S EXEC IMSP,PARM.AFTER=ABC").steps] == ["CTL,IMSP,", "ABC"]


def test_procedures_nest_and_the_step_is_named_by_its_caller() -> None:
    steps = job("//S EXEC OUTER,X=T").steps
    assert [(step.name, step.procstep) for step in steps] == [("CALL", "REGION"), ("CALL", "AFTER"), ("S", "LAST")]
    assert steps[0].parm == "CTL,IMST,"


def test_an_in_stream_procedure_goes_before_a_library() -> None:
    text = "//IMSP PROC\n//ONE EXEC PGM=MINE\n// PEND\n//S EXEC IMSP"
    assert job(text).steps[0].program == "MINE"


def test_include_puts_its_statements_where_it_stands() -> None:
    step = job("//S EXEC PGM=X\n// INCLUDE MEMBER=LIBS\n//D DD DUMMY").steps[0]
    assert [parts[0].name for parts in step.dds] == ["STEPLIB", "D"]


def test_jcllib_is_searched_first() -> None:
    library = Library()
    convert("//J JOB\n// JCLLIB ORDER=(A.LIB,B.LIB)\n//S EXEC IMSP", library, {})
    assert library.orders == [("A.LIB", "B.LIB")]


def test_the_listing_shows_procedure_statements_and_what_was_substituted() -> None:
    listing = "\n".join(job("//S EXEC IMSP").listing)
    assert "XXREGION   EXEC PGM=DFSMVRC0" in listing
    assert "IEFC653I SUBSTITUTION JCL - DSN=IMSP.SDFSRESL,DISP=SHR" in listing


def test_joblib_belongs_to_the_job() -> None:
    assert [part.dsname for part in job("//JOBLIB DD DSN=A.B,DISP=SHR\n//S EXEC PGM=X").joblib] == ["A.B"]


def test_job_parameters() -> None:
    text = "//J JOB (A,B),'IT''S ME',CLASS=B,MSGCLASS=X,\n// NOTIFY=&SYSUID,COND=(8,LE),TYPRUN=HOLD,REGION=0M\n"
    found = convert(f"{text}//S EXEC PGM=X", Library(), {"SYSUID": "IBMUSER"})
    assert (found.accounting, found.programmer, found.jobclass, found.msgclass) == ("A,B", "IT'S ME", "B", "X")
    assert (found.notify, found.typrun, found.condition[0].operator) == ("IBMUSER", "HOLD", "LE")


def test_steps_stand_in_the_branches_of_if() -> None:
    text = "//A EXEC PGM=X\n// IF RC=0 THEN\n//B EXEC PGM=X\n// ELSE\n//C EXEC PGM=X\n// ENDIF\n//D EXEC PGM=X"
    steps = job(text).steps
    assert [[branch.taken for branch in step.branches] for step in steps] == [[], [True], [False], []]


def test_space_dcb_and_disp() -> None:
    found = only_dd(
        "DSN=A.B,DISP=(,CATLG,DELETE),SPACE=(CYL,(1,2,3),,CONTIG),\nDCB=(RECFM=FB,LRECL=80),BLKSIZE=27920,UNIT=SYSDA"
    )
    assert found.space == SpaceRequest("CYL", 1, 2, 3)
    assert (found.dcb.recfm, found.dcb.lrecl, found.dcb.blksize) == ("FB", 80, 27920)
    assert (found.disposition.status, found.disposition.normal, found.disposition.abnormal) == (
        "NEW",
        "CATLG",
        "DELETE",
    )


@pytest.mark.parametrize(
    ("operands", "volumes"),
    [
        ("DSN=A,VOL=SER=IMSP01", ("IMSP01",)),
        ("DSN=A,VOL=SER=(IMSP01,IMSP02)", ("IMSP01", "IMSP02")),
        ("DSN=A,VOLUME=(PRIVATE,RETAIN,,2,SER=(A,B))", ("A", "B")),
    ],
)
def test_volume_serials(operands: str, volumes: tuple[str, ...]) -> None:
    assert only_dd(operands).volumes == volumes


@pytest.mark.parametrize(
    ("operands", "dsname", "member"),
    [
        ("DSN=IMSP.JOBS(CLONE),DISP=SHR", "IMSP.JOBS", "CLONE"),
        ("DSN='IMSP.SLDS(-1)',DISP=SHR", "IMSP.SLDS", "-1"),
        ("DSN=IMSP.SLDS(+1),DISP=(,CATLG)", "IMSP.SLDS", "+1"),
        ("DSN=&&TEMP,DISP=(,PASS)", "&&TEMP", ""),
        ("DSN=&TEMP(A),DISP=(,PASS)", "&&TEMP", "A"),
    ],
)
def test_data_set_names(operands: str, dsname: str, member: str) -> None:
    found = only_dd(operands)
    assert (found.dsname, found.member) == (dsname, member)


def test_nullfile_and_a_forward_reference_to_nothing_are_dummy() -> None:
    assert only_dd("DSN=NULLFILE").dummy
    assert only_dd("DDNAME=LATER").dummy


def test_ddname_takes_the_later_dd() -> None:
    step = job("//S EXEC PGM=X\n//A DD DDNAME=B\n//B DD DSN=X.Y,DISP=SHR").steps[0]
    assert dd(step, "A")[0].dsname == "X.Y"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("//S EXEC PGM=X\n//D DD DSN=A,EXPDT=99365", "3 IEFC630I UNIDENTIFIED KEYWORD EXPDT ON THE DD STATEMENT"),
        ("//S EXEC PGM=X,RD=R", "2 IEFC630I UNIDENTIFIED KEYWORD RD ON THE EXEC STATEMENT"),
        ("//S EXEC NOTHERE", "2 IEFC612I PROCEDURE NOTHERE WAS NOT FOUND"),
        ("//S EXEC IMSP,NOSUCH=1", "2 IEFC657I THE SYMBOL NOSUCH WAS NOT USED"),
        ("//S EXEC IMSP\n//BAD.D DD DUMMY", "IEFC632I STEP BAD NAMED ON THE DD STATEMENT WAS NOT FOUND"),
        ("//S EXEC PGM=X\n//O OUTPUT CLASS=A", "3 IEFC605I THE OUTPUT STATEMENT IS NOT SUPPORTED"),
        ("//S EXEC PGM=X\n//D DD DSN=A.B,DISP=(SHR,KEPT)", "3 IEFC629I INCORRECT USE OF SHR,KEPT IN THE DISP FIELD"),
        ("//S EXEC PGM=X\n//D DD DSN=TOOLONGNAME.B", "IN THE DSN FIELD"),
        ("//S EXEC PGM=X\n//D DD DSN=A.B,DCB=(OPTCD=Z)", "UNIDENTIFIED KEYWORD OPTCD IN THE DCB FIELD"),
        ("//S EXEC PGM=X\n//D DD DSN=A.B,UNIT=TAPE", "IEF210I UNIT FIELD SPECIFIES INCORRECT DEVICE NAME TAPE"),
        ("//S EXEC PGM=X\n//D DD SPACE=(TRK,X),DISP=NEW", "IN THE SPACE FIELD"),
        ("//S EXEC PGM=X\n//D DD SYSOUT=(A,,FORM)", "IN THE SYSOUT FIELD"),
        ("//S EXEC PGM=X\n//D DD DSN=*.NO.SUCH,DISP=SHR", "IEF645I INVALID REFER BACK *.NO.SUCH ON DD D"),
        ("//S EXEC PGM=X\n//D DD DUMMY\n//D DD DUMMY", "IEFC631I DDNAME D STANDS TWICE"),
        ("//S EXEC PGM=X\n//D DD DISP=SHR", "SAYS NEITHER DSN"),
        ("//S EXEC PGM=X,COND=(4,XX)", "IN THE COND FIELD"),
        ("// IF RC>4 THEN\n//S EXEC PGM=X", "IEFC603I AN IF STATEMENT HAS NO ENDIF"),
        ("//S EXEC PGM=X\n// ELSE", "IEFC019I MISPLACED ELSE STATEMENT"),
        ("// IF RC THEN\n//S EXEC PGM=X\n// ENDIF", "RC NEEDS A COMPARISON"),
        ("//D DD DUMMY\n//S EXEC PGM=X", "IEFC019I MISPLACED DD STATEMENT"),
        ("// SET A=1", "IEFC607I JOB HAS NO STEPS"),
        ("// INCLUDE MEMBER=LOOP\n//S EXEC PGM=X", "NESTING OF PROCEDURES AND INCLUDES EXCEEDS 15"),
        ("//S EXEC PGM=X,PARM='" + "A" * 40 + "',\n// COND=EVEN,COND=ONLY", "COND"),
    ],
)
def test_what_is_wrong_is_named_with_its_statement(text: str, message: str) -> None:
    assert message in errors(text)


def test_all_errors_come_at_once() -> None:
    found = errors("//S EXEC PGM=X,FOO=1\n//D DD BAR=2\n//T EXEC PGM=Y\n//D DD BAZ=3")
    assert [word in found for word in ("FOO", "BAR", "BAZ")] == [True, True, True]
