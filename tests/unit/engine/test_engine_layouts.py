"""How a HALDB was partitioned at a past time: proven or not known, never wrong; and what the ledger keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imsclone.haldb.layout import DEFINED, HaldbLayout, Observation, State, observed
from imsclone.haldb.layout_rule import Proven, layout_at
from imsclone.haldb.past import as_it_was
from imsclone.ledger import Ledger
from imsclone.ledger import database as ledger_database
from imsclone.listings import recon as listing
from imsclone.listings.recon_records import Field, ReconRecord
from imsclone.listings.recon_types import CopiedDataSet, Database, DatabaseDataSet, ImageCopy, Partition
from imsclone.refresh.facts import RefreshFacts, SideFacts

START = datetime(2026, 11, 1, tzinfo=UTC)
EMPTY = listing.read((Path(__file__).parents[1] / "data" / "list_recon_bank.txt").read_text())
Looks = list[Observation]


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def stamped(moment: datetime) -> str:
    return f"{moment:%Y.%j %H:%M:%S.%f} +00:00"


def record(kind: str, dbds: tuple[str, str] = ("", ""), **fields: Any) -> ReconRecord:
    return ReconRecord(
        kind, tuple(Field(name.replace("_", " "), str(value)) for name, value in fields.items()), (), dbds
    )


@dataclass(frozen=True)
class Part:
    """A partition of the model."""

    id: int
    key: int
    version: int = 1
    reorg: int = 0
    init_needed: bool = True
    disabled: bool = False


@dataclass
class Model:
    """A HALDB and what DBRC keeps of it: no time of a definition, no trace of a deletion."""

    hour: int = 0
    last_id: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    images: list[tuple[str, datetime]] = field(default_factory=list)
    reorgs: list[tuple[str, datetime]] = field(default_factory=list)
    truth: dict[int, tuple[int, dict[str, Part]]] = field(default_factory=dict)
    looks: Looks = field(default_factory=list)

    def tick(self) -> None:
        """Note what there is for the next hour."""
        self.truth[self.hour] = (self.last_id, dict(self.parts))
        self.hour += 1

    def change(self, name: str, **values: Any) -> None:
        self.parts[name] = replace(self.parts[name], **values)

    def define(self, key: int) -> str | None:
        if any(one.key == key for one in self.parts.values()):
            return None
        self.last_id += 1
        name = f"P{self.last_id}"
        self.parts[name] = Part(self.last_id, key)
        return name

    def remove(self, name: str) -> None:
        del self.parts[name]
        self.images = [one for one in self.images if one[0] != name]
        self.reorgs = [one for one in self.reorgs if one[0] != name]

    def reload(self, *names: str) -> None:
        for name in names:
            self.change(name, reorg=self.parts[name].reorg + 1, init_needed=False)
            self.reorgs.append((name, at(self.hour)))

    def do(self, what: str, place: int, key: int) -> None:
        names = sorted(self.parts)
        getattr(self, what)(names[place % len(names)] if names else "", key)
        self.tick()

    def add(self, _: str, key: int) -> None:
        if name := self.define(key):
            self.change(name, reorg=1, init_needed=False)

    def split(self, name: str, key: int) -> None:
        new = self.define(key)
        self.tick()
        if name and new:
            self.reload(name, new)

    def retire(self, name: str, key: int) -> None:
        if name:
            self.remove(name)
        if new := self.define(key):
            self.tick()
            self.reload(new)

    def merge(self, name: str, key: int) -> None:
        if name:
            self.remove(name)

    def rekey(self, name: str, key: int) -> None:
        if name and all(one.key != key for one in self.parts.values()):
            self.change(name, key=key, version=self.parts[name].version + 1)

    def disable(self, name: str, key: int) -> None:
        if name:
            self.change(name, disabled=key % 2 == 0, version=self.parts[name].version + 1)

    def reorganise(self, name: str, key: int) -> None:
        if name:
            self.reload(name)

    def initialise(self, name: str, key: int) -> None:
        if name:
            self.change(name, reorg=self.parts[name].reorg + 1, init_needed=False)

    def copy(self, name: str, key: int) -> None:
        self.images += [(one, at(self.hour)) for one, part in self.parts.items() if not part.init_needed]

    def look(self, name: str, key: int) -> None:
        self.looks += observed(self.side())

    def side(self) -> SideFacts:
        """List the RECON within the hour."""
        fields = [(name, part, dict.fromkeys(DEFINED, "")) for name, part in sorted(self.parts.items())]
        master = record("DB", CURRENT_PARTITION_ID=self.last_id)
        parts = tuple(
            Partition(
                name, "HIST", part.id, "IMSP.HIST", f"{part.key:02X}", part.reorg, part.init_needed, part.disabled,
                ReconRecord("DB", (Field("CHANGE#", str(part.version)), *(Field(*one) for one in more.items())), ()),
            )
            for name, part, more in fields
        )  # fmt: skip
        recon = replace(
            EMPTY,
            databases=(Database("HIST", "HALDB", (), 0, 0, False, master),),
            partitions=parts,
            data_sets=tuple(_data_set(one) for one in parts),
            images=tuple(_image(*one) for one in self.images),
            allocations=(),
            others=tuple(record("REORG", (name, f"{name}A"), RUN=stamped(time)) for name, time in self.reorgs),
        )
        numbers = {f"IMSP.HIST.A{one.partition_id:05}": (one.partition_id, one.reorg_number) for one in parts}
        return SideFacts(recon, numbers=numbers, listed=(at(self.hour + 0.2), at(self.hour + 0.3)))

    def was(self, moment: datetime) -> tuple[int, dict[str, Part]]:
        """Return what there really was."""
        passed = int((moment - START) / timedelta(hours=1))
        return self.truth[passed]


def _data_set(one: Partition) -> DatabaseDataSet:
    dsname = f"IMSP.HIST.A{one.partition_id:05}"
    return DatabaseDataSet(one.name, f"{one.name}A", dsname, "OSAM", False, False, record("DBDS", TYPE="PART"))


def _image(name: str, time: datetime) -> ImageCopy:
    copied = (CopiedDataSet(f"IMSP.IC.{name}", ("IMSP01",)),)
    return ImageCopy(name, f"{name}A", stamped(time), False, copied, record("IMAGE"))


def shown(found: Proven) -> tuple[int, dict[str, Part]]:
    """Return what the rule says in the model's words."""
    parts = {
        one.name: Part(
            one.id, int(one.high_key, 16), int(one.version), found.states[one.name].reorg,
            found.states[one.name].init_needed, one.disabled,
        )
        for one in found.layout.partitions
    }  # fmt: skip
    return found.layout.last_id, parts


CHANGES = ("add", "split", "retire", "merge", "rekey", "disable", "reorganise", "initialise")
STEP = st.tuples(st.sampled_from([*CHANGES, "copy", "look", "look", "look"]), st.integers(0, 5), st.integers(1, 9))


@settings(max_examples=300, deadline=None)
@example(steps=[("copy", 0, 0), ("look", 0, 0), ("add", 0, 9), ("merge", 2, 0), ("copy", 0, 0), ("look", 0, 0)])
@example(steps=[("copy", 0, 0), ("look", 0, 0), ("rekey", 0, 9), ("rekey", 0, 1), ("look", 0, 0)])
@example(steps=[("copy", 0, 0), ("initialise", 0, 0)])
@example(steps=[("split", 1, 1), ("copy", 0, 0), ("initialise", 2, 0)])
@example(steps=[("disable", 0, 2), ("look", 0, 0), ("reorganise", 0, 0), ("copy", 0, 0), ("initialise", 0, 0)])
@given(steps=st.lists(STEP, max_size=14))
def test_the_rule_never_gives_a_layout_that_was_not(steps: list[tuple[str, int, int]]) -> None:
    model = Model()
    for key in (4, 8):
        model.do("add", 0, key)
    for step in steps:
        model.do(*step)
    recon = model.side().recon
    looks = [*model.looks, *observed(model.side())]
    for hour in range(model.hour):
        moment = at(hour + 0.7)
        found = layout_at(moment, looks, recon) if model.parts else ""
        if isinstance(found, Proven):
            assert shown(found) == model.was(moment)


def after(*steps: tuple[str, int, int]) -> Model:
    """A HALDB with two partitions, image copied, after some steps."""
    model = Model()
    for step in (("add", 0, 4), ("add", 0, 8), ("copy", 0, 0), *steps):
        model.do(*step)
    return model


def rule(model: Model, hour: float) -> Proven | str:
    return layout_at(at(hour), [*model.looks, *observed(model.side())], model.side().recon)


LOOK, SPLIT = ("look", 0, 0), ("split", 1, 6)


@pytest.mark.parametrize(
    ("steps", "hour"),
    [
        ((("copy", 0, 0),), 3.5),
        ((LOOK, ("copy", 0, 0), LOOK, SPLIT), 4.5),
        ((LOOK, ("copy", 0, 0), LOOK, SPLIT, LOOK, ("copy", 0, 0)), 8.5),
        ((("disable", 0, 2), LOOK, ("reorganise", 0, 0), ("copy", 0, 0)), 4.5),
        ((("disable", 0, 2), LOOK, ("copy", 0, 0), ("reorganise", 0, 0)), 5.5),
        ((("merge", 0, 0), LOOK, ("copy", 0, 0)), 5.5),
    ],
)
def test_a_layout_that_looks_on_both_sides_agree_on_or_that_never_changed_is_known(steps: Any, hour: float) -> None:
    model = after(*steps)
    found = rule(model, hour)
    assert isinstance(found, Proven), found
    assert shown(found) == model.was(at(hour))


@pytest.mark.parametrize(
    ("steps", "hour", "said"),
    [
        ((("merge", 0, 0), ("copy", 0, 0)), 4.5, "none before: at an unknown time partition ID 1 was deleted"),
        ((("rekey", 0, 2), ("copy", 0, 0)), 4.5, "at an unknown time P1 was changed"),
        ((("add", 0, 9),), 3.1, "nothing is recorded of P3 at that time"),
        ((LOOK, SPLIT), 4.1, "between them P3 was defined, the last partition ID went from 2 to 3"),
        ((LOOK, ("merge", 0, 0)), 4.1, "between them P1 was deleted: at an unknown time partition ID 1 was deleted"),
        (
            (("disable", 0, 2), LOOK, ("initialise", 0, 0)),
            5.5,
            "P1 was reorganised or initialised, and no REORG record",
        ),
        ((("reorganise", 0, 0),), 2.5, "P1 was reorganised or initialised"),
    ],
)
def test_what_is_not_proven_is_told_with_the_nearest_looks_and_what_lies_between(
    steps: Any, hour: float, said: str
) -> None:
    found = rule(after(*steps), hour)
    assert isinstance(found, str)
    assert said in found


def past(model: Model, hour: float) -> RefreshFacts:
    facts = RefreshFacts(model.side(), SideFacts(EMPTY), looks=tuple(model.looks))
    return as_it_was(facts, at(hour))


def told(facts: RefreshFacts) -> list[str]:
    return [problem.id for problem in facts.untold.get("HIST", ())]


def test_a_time_before_a_split_has_the_partitions_and_numbers_of_then() -> None:
    model = after(LOOK, ("copy", 0, 0), LOOK, SPLIT)
    then = past(model, 4.5)
    assert told(then) == []
    recon = then.source.recon
    assert [(one.name, one.partition_id) for one in recon.partitions] == [("P1", 1), ("P2", 2)]
    assert [one.ddname for one in recon.data_sets] == ["P1A", "P2A"]
    assert recon.databases[0].record.get("CURRENT PARTITION ID") == "2"
    assert then.source.numbers["IMSP.HIST.A00002"] == (2, 1)
    now = past(model, 9.5).source
    assert [one.name for one in now.recon.partitions] == ["P1", "P2", "P3"]
    assert now.numbers["IMSP.HIST.A00002"] == (2, 2)


def test_a_high_key_of_then_is_taken_from_the_look() -> None:
    model = after(LOOK, ("copy", 0, 0), LOOK, ("rekey", 1, 7), ("reorganise", 1, 0))
    assert [one.high_key for one in past(model, 4.5).source.recon.partitions] == ["04", "08"]
    assert [one.high_key for one in model.side().recon.partitions] == ["04", "07"]


def test_a_partition_that_was_deleted_since_is_told_as_missing() -> None:
    facts = past(after(LOOK, ("copy", 0, 0), LOOK, ("retire", 0, 3)), 4.5)
    assert told(facts) == ["CLN273E"]
    assert "P1 (ID 1)" in str(facts.untold["HIST"][0])
    assert [one.name for one in facts.source.recon.partitions] == ["P2"]


def test_another_block_size_or_prefix_now_is_told() -> None:
    model = after(LOOK, ("copy", 0, 0), LOOK)
    side = model.side()
    moved = tuple(replace(one, dsn_prefix="IMSP.OTHER") for one in side.recon.partitions)
    facts = RefreshFacts(replace(side, recon=replace(side.recon, partitions=moved)), side, looks=tuple(model.looks))
    assert told(as_it_was(facts, at(4.5))) == ["CLN274E", "CLN274E"]


# The ledger --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    made.upgrade()
    yield made
    made.close()


def looked(ledger: Ledger, model: Model) -> tuple[Observation, ...]:
    side = model.side()
    model.tick()
    return ledger.look("IMSP", RefreshFacts(side, side)).looks


def rows(ledger: Ledger, table: str) -> int:
    with ledger.engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def test_looks_that_find_the_same_are_one_row_and_another_layout_is_kept_once(ledger: Ledger) -> None:
    model = after()
    first = model.hour
    for _ in range(3):
        found = looked(ledger, model)
    assert [(one.first, one.last) for one in found] == [(at(first + 0.3), at(first + 2.2))]
    model.do("reorganise", 0, 0)
    looked(ledger, model)
    assert (rows(ledger, "layout_looks"), rows(ledger, "layouts")) == (2, 1)
    model.do(*SPLIT)
    found = looked(ledger, model)
    assert (len(found), rows(ledger, "layouts")) == (3, 2)
    assert found[-1].layout == next(iter(observed(model.side()))).layout
    assert found[-1].states["P2"] == State(2, "A-J", init_needed=False)


def test_a_look_that_comes_late_does_not_stretch_what_was_seen_since(ledger: Ledger) -> None:
    model = after()
    early = model.side()
    model.tick()
    model.do(*SPLIT)
    looked(ledger, model)
    found = ledger.look("IMSP", RefreshFacts(early, early)).looks
    assert [(one.first < one.last, len(one.layout.partitions)) for one in found] == [(False, 2), (False, 3)]


def test_what_the_ledger_gives_back_proves_what_was_looked_at(ledger: Ledger) -> None:
    model = after()
    for step in (LOOK, ("copy", 0, 0), LOOK, SPLIT, LOOK):
        if step == LOOK:
            kept = looked(ledger, model)
        else:
            model.do(*step)
    facts = as_it_was(RefreshFacts(model.side(), model.side(), looks=kept), at(4.5))
    assert [one.name for one in facts.source.recon.partitions] == ["P1", "P2"]


def test_rows_go_when_no_image_copy_reaches_them_but_the_last_of_them(ledger: Ledger) -> None:
    model = after()
    for _ in range(4):
        looked(ledger, model)
        model.do("reorganise", 0, 0)
    assert rows(ledger, "layout_looks") == 4
    model.images = [(name, at(model.hour)) for name in model.parts]
    model.tick()
    looked(ledger, model)
    assert rows(ledger, "layout_looks") == 2
    model.do(*SPLIT)
    looked(ledger, model)
    model.images = [(name, at(model.hour)) for name in model.parts]
    model.do("add", 0, 9)
    looked(ledger, model)
    assert (rows(ledger, "layout_looks"), rows(ledger, "layouts")) == (2, 2)


def test_200_partitions_looked_at_daily_are_a_row_for_each_change(ledger: Ledger) -> None:
    model = Model()
    for key in range(200):
        model.add("", key)
    for day in range(60):
        looked(ledger, model)
        if day % 7 == 0:
            model.do("reorganise", day, 0)
    assert rows(ledger, "layouts") == 1
    assert rows(ledger, "layout_looks") == 10


def test_a_haldb_whose_data_sets_were_not_asked_for_their_numbers_is_not_noted() -> None:
    assert list(observed(replace(after().side(), numbers={}))) == []
    assert list(observed(replace(after().side(), listed=None))) == []


def test_the_digest_depends_on_everything_that_is_defined() -> None:
    found = next(iter(observed(after().side()))).layout
    first = found.partitions[0]
    changes: list[Callable[[], HaldbLayout]] = [
        lambda: found.model_copy(update={"last_id": 9}),
        lambda: found.model_copy(update={"routine": "HASH"}),
        *(
            lambda name=name: found.model_copy(
                update={"partitions": (first.model_copy(update={name: "X"}), *found.partitions[1:])}
            )
            for name in ("name", "version", "prefix", "high_key")
        ),
    ]
    assert len({found.digest, *(change().digest for change in changes)}) == 1 + len(changes)


def test_the_migration_can_be_taken_back_and_made_again(ledger: Ledger) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ledger_database.__file__).parent / "alembic"))

    def tables() -> set[str]:
        return set(sa.inspect(ledger.engine).get_table_names()) & {"layouts", "layout_looks"}

    assert tables() == {"layouts", "layout_looks"}
    with ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
    assert tables() == set()
    ledger.upgrade()
    assert tables() == {"layouts", "layout_looks"}
