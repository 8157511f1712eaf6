"""DEFINE ALIAS, CLUSTER, GENERATIONDATAGROUP, NONVSAM, USERCATALOG. AMS Commands, "DEFINE"."""

from __future__ import annotations

from zoslab.programs.idcams import define_cluster
from zoslab.programs.idcams.define_cluster import CLUSTER, COMPONENT, SPACE, space_of
from zoslab.programs.idcams.function import SEVERE, Failed, Function, failing
from zoslab.programs.idcams.names import CATALOG, DEVICE_TYPE, DSNAME, NUMBER, VOLUMES, catalog_of, joined
from zoslab.programs.statements import Command, Operands, Statement, flag, nested, value

NAME = value("NAME", required=True, pattern=DSNAME)
ALIAS = nested("ALIAS", NAME, value("RELATE", "REL", required=True, pattern=DSNAME))
NONVSAM = nested(
    "NONVSAM", NAME, VOLUMES, DEVICE_TYPE, flag("RECATALOG", "RCTLG"), flag("NORECATALOG", "NRCTLG"),
    abbreviations=("NVSAM",),
)  # fmt: skip
GROUP = nested(
    "GENERATIONDATAGROUP", NAME, value("LIMIT", "LIM", required=True, pattern=NUMBER), flag("EMPTY", "EMP"),
    flag("NOEMPTY", "NEMP"), flag("SCRATCH", "SCR"), flag("NOSCRATCH", "NSCR"), abbreviations=("GDG",),
)  # fmt: skip
USER_CATALOG = nested(
    "USERCATALOG", NAME, *SPACE, VOLUMES, flag("ICFCATALOG", "ICFCAT"), abbreviations=("UCAT",)
)  # fmt: skip
COMMAND = Command(
    "DEFINE",
    ALIAS,
    CLUSTER,
    NONVSAM,
    GROUP,
    USER_CATALOG,
    nested("DATA", *COMPONENT),
    nested("INDEX", *COMPONENT, abbreviations=("IX",)),
    CATALOG,
    abbreviations=("DEF",),
    one_of=[("ALIAS", "CLUSTER", "NONVSAM", "GENERATIONDATAGROUP", "USERCATALOG")],
)


def run(function: Function, statement: Statement) -> None:
    """Define one entry."""
    catalog = catalog_of(function, statement)
    components = [name for name in ("DATA", "INDEX") if statement.has(name)]
    if components and not statement.has("CLUSTER") and not statement.has("USERCATALOG"):
        raise Failed(f"IDC3211I KEYWORD '{components[0]}' IS IMPROPER")
    for keyword, define in DEFINITIONS.items():
        if statement.has(keyword):
            name = statement.nested(keyword).text("NAME")
            with function.holding(name):
                define(function, statement, catalog)


def _alias(function: Function, statement: Statement, catalog: str | None) -> None:
    given = statement.nested("ALIAS")
    name, related = given.text("NAME"), given.text("RELATE")
    catalogs = function.system.catalogs
    if catalog is not None and catalog != catalogs.catalog_for(name).name:
        raise Failed(f"IDC3014I CATALOG ERROR: AN ALIAS OF {related} BELONGS IN {catalogs.catalog_for(name).name}")
    with failing(related):
        catalogs.define_alias(name, related)


def _nonvsam(function: Function, statement: Statement, catalog: str | None) -> None:
    given = statement.nested("NONVSAM")
    name, volsers = given.text("NAME"), given.texts("VOLUMES")
    if not volsers:
        raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUMES' IS MISSING")
    with failing(name):
        if given.has("RECATALOG"):
            function.system.catalogs.define_recatalog(name, volsers, kind="NONVSAM", catalog=catalog)
        else:
            function.system.catalogs.define_nonvsam(name, volsers, catalog)


def _group(function: Function, statement: Statement, catalog: str | None) -> None:
    given = statement.nested("GENERATIONDATAGROUP")
    name, limit = given.text("NAME"), given.number("LIMIT")
    if not 1 <= limit <= 255:
        raise Failed(f"IDC3226I CONSTANT {limit} NOT WITHIN ALLOWED RANGE: LIMIT IS 1 TO 255")
    _exclusive(given, ("EMPTY", "NOEMPTY"), ("SCRATCH", "NOSCRATCH"))
    with failing(name):
        function.system.catalogs.define_gdg(
            name, limit, scratch=given.has("SCRATCH"), empty=given.has("EMPTY"), catalog=catalog
        )


def _user_catalog(function: Function, statement: Statement, catalog: str | None) -> None:
    given = joined(statement, "USERCATALOG", "DATA")
    name, volsers = given.text("NAME"), given.texts("VOLUMES")
    if len(volsers) != 1:
        raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUME' IS MISSING: A CATALOG IS ON ONE VOLUME")
    catalogs = function.system.catalogs
    if catalog not in (None, catalogs.master_dsname):
        raise Failed("IDC3014I CATALOG ERROR: USER CATALOGS ARE CONNECTED TO THE MASTER CATALOG")
    with failing(name):
        catalogs.define_user_catalog(name, volsers[0], space_of(given))
    function.say(f"IDC0508I DATA ALLOCATION STATUS FOR VOLUME {volsers[0]} IS 0")
    function.say(f"IDC0509I INDEX ALLOCATION STATUS FOR VOLUME {volsers[0]} IS 0")


def _exclusive(given: Operands, *pairs: tuple[str, str]) -> None:
    for pair in pairs:
        if all(map(given.has, pair)):
            text = f"IDC3217I INCONSISTENT PARAMETERS OR INCONSISTENT OPERANDS INVOLVING '{pair[1]}'"
            raise Failed(text, code=SEVERE)


DEFINITIONS = {
    "ALIAS": _alias,
    "CLUSTER": define_cluster.run,
    "NONVSAM": _nonvsam,
    "GENERATIONDATAGROUP": _group,
    "USERCATALOG": _user_catalog,
}
