from hypothesis import given
from hypothesis import strategies as st

from zoslab.programs.statements import (
    BadValue,
    Command,
    ConflictingKeywords,
    Grammar,
    Group,
    MissingKeyword,
    Parameter,
    RepeatedKeyword,
    Statement,
    StatementFault,
    UnbalancedText,
    UnknownCommand,
    UnknownKeyword,
    Word,
    flag,
    nested,
    parse,
    value,
    values,
)

GRAMMAR = Grammar(
    Command(
        "REFORMAT",
        value("UNIT", required=True, longest=4),
        values("VERIFY"),
        value("VOLID", pattern=r"[A-Z0-9@#$]{1,6}"),
        flag("PURGE", "PRG"),
        flag("NOPURGE"),
        value("MODE", choices=("FULL", "FAST")),
        exclusive=[("PURGE", "NOPURGE")],
        abbreviations=("REF",),
    ),
    Command(
        "DEFINE",
        nested("CLUSTER", value("NAME", required=True), flag("INDEXED"), value("KEYS", most=2), abbreviations=("CL",)),
        nested("DATA", value("NAME")),
        one_of=[("CLUSTER", "ALIAS")],
    ),
    Command("DELETE", flag("CLUSTER"), flag("NOSCRATCH", "NSCR"), positional=(1, 1)),
    Command("CHANGE.DB", value("DBD"), values("KEYSTRNG"), values("RENAME")),
    margins=(1, 72),
)


def one(*records: str) -> Statement:
    (statement,) = parse(records, GRAMMAR)
    assert isinstance(statement, Statement), statement
    return statement


def fault(*records: str) -> StatementFault:
    (found,) = parse(records, GRAMMAR)
    assert isinstance(found, StatementFault), found
    return found


def test_keywords_flags_and_abbreviations_are_found_by_their_full_name():
    statement = one(" REF UNIT(0A90) VERIFY(IMSP01,OWNER) VOLID(IMST01) PRG")
    assert (statement.verb, statement.text("UNIT"), statement.texts("VERIFY")) == (
        "REFORMAT",
        "0A90",
        ("IMSP01", "OWNER"),
    )
    assert statement.has("PURGE")
    assert not statement.has("NOPURGE")


def test_a_minus_continues_and_a_plus_joins_a_broken_word():
    statement = one(" REFORMAT UNIT(0A90) -", "   VOLID(IM+", "      ST01)   -", "   PURGE")
    assert statement.text("VOLID") == "IMST01"
    assert len(statement.lines) == 4


def test_two_statements_need_no_continuation_and_know_their_lines():
    first, second = parse([" REFORMAT UNIT(0A90) -", "  PURGE", "", " DELETE A.B CLUSTER"], GRAMMAR)
    assert isinstance(first, Statement)
    assert isinstance(second, Statement)
    assert (first.line, second.line) == (1, 4)
    assert str(second.positional[0]) == "A.B"


def test_comments_are_dropped_wherever_they_stand():
    statement = one(
        " /* relabel", "    the target */ REFORMAT UNIT(/* device */0A90) - /* more */", "  PURGE /* x - */"
    )
    assert statement.text("UNIT") == "0A90"
    assert statement.has("PURGE")


def test_a_comment_sign_inside_apostrophes_is_text():
    assert one(" CHANGE.DB KEYSTRNG('a /* b */ c')").text("KEYSTRNG") == "a /* b */ c"


def test_quoted_text_keeps_case_blanks_and_doubled_apostrophes():
    statement = one(" change.db keystrng('it''s, (one)', X'c1f0') dbd(acct)")
    assert statement.texts("KEYSTRNG") == ("it's, (one)", "c1f0")
    quoted = statement.keywords["KEYSTRNG"][1]
    assert isinstance(quoted, Word)
    assert quoted.quote == "X"
    assert statement.text("DBD") == "ACCT"


def test_pairs_in_double_parentheses_come_out_as_groups():
    statement = one(" CHANGE.DB RENAME((IMSP.**,IMST.**) , (A B))")
    assert statement.groups("RENAME") == [("IMSP.**", "IMST.**"), ("A", "B")]


def test_nested_operands_have_their_own_grammar_also_with_a_blank_before_the_parenthesis():
    statement = one(" DEFINE CLUSTER (NAME(A.B) INDEXED KEYS(32 0)) DATA (NAME(A.B.DATA))")
    cluster = statement.nested("CLUSTER")
    assert (cluster.text("NAME"), cluster.has("INDEXED"), cluster.texts("KEYS")) == ("A.B", True, ("32", "0"))
    assert statement.nested("DATA").text("NAME") == "A.B.DATA"


def test_a_positional_value_may_be_a_list_in_parentheses_or_a_member():
    listed = one(" DELETE (A.B C.D) NSCR")
    assert isinstance(listed.positional[0], Group)
    assert listed.has("NOSCRATCH")
    assert str(one(" DELETE A.LIB(MEM)").positional[0]) == "A.LIB(MEM)"


def test_text_outside_the_margins_is_no_input():
    assert one(" REFORMAT UNIT(0A90)".ljust(72) + "00000100").text("UNIT") == "0A90"


def test_an_unknown_keyword_is_reported_with_its_line_and_column():
    found = fault(" REFORMAT UNIT(0A90) -", "   VLOID(IMST01)")
    assert isinstance(found, UnknownKeyword)
    assert (found.keyword, found.line, found.column, found.verb) == ("VLOID", 2, 4, "REFORMAT")
    assert found.lines == (" REFORMAT UNIT(0A90) -", "   VLOID(IMST01)")


def test_each_kind_of_mistake_has_its_own_fault():
    cases: list[tuple[str, type[StatementFault], str]] = [
        (" REFROMAT UNIT(1)", UnknownCommand, "REFROMAT"),
        (" REFORMAT PURGE", MissingKeyword, "UNIT"),
        (" REFORMAT UNIT(0A90) UNIT(0A91)", RepeatedKeyword, "UNIT"),
        (" REFORMAT UNIT(0A90) PURGE NOPURGE", ConflictingKeywords, "NOPURGE"),
        (" REFORMAT UNIT(0A90) VOLID(TOOLONG)", BadValue, "VOLID"),
        (" REFORMAT UNIT(0A9000)", BadValue, "UNIT"),
        (" REFORMAT UNIT", BadValue, "UNIT"),
        (" REFORMAT UNIT(1,2)", BadValue, "UNIT"),
        (" REFORMAT UNIT(1) PURGE(YES)", BadValue, "PURGE"),
        (" REFORMAT UNIT(1) MODE(SLOW)", BadValue, "MODE"),
        (" REFORMAT UNIT(1", UnbalancedText, "("),
        (" REFORMAT UNIT(1))", UnbalancedText, ")"),
        (" CHANGE.DB KEYSTRNG('AB)", UnbalancedText, "'"),
        (" DEFINE DATA(NAME(X))", MissingKeyword, "CLUSTER"),
        (" DEFINE CLUSTER(INDEXED)", MissingKeyword, "NAME"),
        (" DEFINE CLUSTER(NAME(A) BLUE)", UnknownKeyword, "BLUE"),
        (" DELETE A.B C.D", UnknownKeyword, "C.D"),
        (" DELETE", MissingKeyword, "a value"),
    ]
    for text, kind, keyword in cases:
        found = fault(text)
        assert (type(found), found.keyword) == (kind, keyword), text


def test_reading_goes_on_after_a_faulty_statement():
    kinds = [isinstance(found, Statement) for found in parse([" BLAH", " REFORMAT UNIT(1)"], GRAMMAR)]
    assert kinds == [False, True]


names = st.from_regex(r"[A-Z@#$][A-Z0-9@#$.*%]{0,7}", fullmatch=True)
quoted = st.text(alphabet="abcXYZ '(),/*-+", min_size=1, max_size=12)
leaf = st.builds(Word, names) | st.builds(lambda text: Word(text, quote="'"), quoted)
value_nodes = leaf | st.builds(lambda nodes: Group(tuple(nodes)), st.lists(leaf, min_size=1, max_size=4))


@given(nodes=st.lists(value_nodes, min_size=1, max_size=12), cut=st.integers(min_value=1, max_value=70))
def test_what_is_written_out_is_read_back_however_the_records_are_cut(nodes, cut):
    text = " CHANGE.DB " + str(Parameter(Word("RENAME"), Group(tuple(nodes))))
    pieces = [text[at : at + cut] for at in range(0, len(text), cut)]
    records = [piece + "-" for piece in pieces[:-1]] + pieces[-1:]
    (statement,) = parse(records, GRAMMAR)
    assert isinstance(statement, Statement), statement
    assert statement.keywords["RENAME"] == tuple(nodes)


def test_a_statement_of_many_thousand_records_is_read_in_linear_time():
    records = [" CHANGE.DB RENAME( -", *(f"   (IMSP.DB{n:05},IMST.DB{n:05}) -" for n in range(5000)), "   )"]
    assert len(one(*records).groups("RENAME")) == 5000
