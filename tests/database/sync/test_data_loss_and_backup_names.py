"""The data that a plan drops, what is said about its copy, and the numbered copies."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from git_alembic.database.database_state import DatabaseState, Url
from git_alembic.database.diagnosis import Effect
from git_alembic.database.inspection import Inspection
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.requests_to_probe import Questions
from git_alembic.database.sync.data_loss_and_backup_names import (
    Losses,
    can_dump,
    describe_losses,
    dump_name,
    find_losses,
    next_copy,
)
from git_alembic.database.sync.move_plan import DatabaseMove
from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.downgrade_drops import Downgrade
from tests.support.literal_changes import ENVIRONMENT
from tests.support.whole_diagnoses import facts, revision

X, Y = (FileVersion("history", revision(id_), "100644") for id_ in "xy")
DATABASE = facts(()).database
MOVE = DatabaseMove(DATABASE, ("x",), (X,), ("b",), ("b",))
EMPTY = DatabaseMove(DATABASE, ("b",), (), ("b",), ())


def test_what_has_data_and_what_is_kept() -> None:
    losses = Losses({"table a": 0, "table b": 3, "column a.x": None, "column s.b.y": 2, "column c.z": 0})
    assert losses.of_data == ("table b", "column a.x", "column s.b.y")
    assert losses.tables == ("a", "b")
    assert losses.tables_to_keep == ("b", "a", "s.b")


@dataclass
class FakeInspection:
    """Rehearsals that drop the given keys, and databases with the given counts (None: no answer)."""

    dropped: Mapping[int, tuple[str, ...]]
    counts: list[dict[str, int | None]] | None
    environment: Environment = ENVIRONMENT
    effects: dict[int, Effect] = field(default_factory=dict)
    questions: list[Questions] = field(default_factory=list)

    def rehearse(self, effects: Mapping[int, Effect]) -> dict[int, RehearsalResult]:
        self.effects.update(effects)
        return {number: RehearsalResult(dropped=self.dropped.get(number, ())) for number in effects}

    def ask_again(self, questions: Questions) -> tuple[DatabaseState, ...]:
        self.questions.append(questions)
        return tuple(replace(DATABASE, counts=counts) for counts in self.counts or ())


def losses_of(inspection: FakeInspection, *moves: DatabaseMove, **downgrades: Downgrade) -> tuple[Losses, ...]:
    return find_losses(cast("Inspection", inspection), moves, downgrades)


def test_the_rehearsal_and_the_code_of_the_downgrades_say_what_is_dropped() -> None:
    fake = FakeInspection({1: ("table a",), 2: ()}, [{}, {"table a": 1, "column b.c": None}, {"table z": 5}])
    second = replace(MOVE, downgrades=(Y,))
    found = losses_of(
        fake, EMPTY, MOVE, second, x=Downgrade(("column b.c", "SQL: DROP VIEW v", "table a")), y=Downgrade()
    )
    assert found == (Losses(), Losses({"table a": 1, "column b.c": None}), Losses())
    assert fake.effects == {1: Effect(("x",), ("b",), ("x",), (X,)), 2: Effect(("x",), ("b",), ("y",), (Y,))}
    (questions,) = fake.questions
    assert {number: list(keys) for number, keys in questions.counted.items()} == {1: ["table a", "column b.c"]}


def test_nothing_is_tried_for_empty_plans() -> None:
    fake = FakeInspection({}, None)
    assert losses_of(fake, EMPTY, EMPTY) == (Losses(), Losses())
    assert (fake.effects, fake.questions) == ({}, [])


def test_databases_that_no_longer_answer() -> None:
    assert losses_of(FakeInspection({0: ("table a",)}, None), MOVE, x=Downgrade()) == (Losses(),)


@pytest.mark.parametrize(
    ("database", "kept", "dumps"),
    [
        (replace(DATABASE, file="/srv/shop.db"), "a copy of the file is kept", False),
        (replace(DATABASE, dialect="postgresql"), "these rows are saved to a file first", True),
        (replace(DATABASE, dialect="mysql"), "these rows are saved to a file first", True),
        (replace(DATABASE, dialect="oracle"), "they cannot be saved on oracle", False),
        (replace(DATABASE, dialect="postgresql", file="/srv/shop.db"), "a copy of the file is kept", False),
    ],
)
def test_the_copy(database: DatabaseState, kept: str, dumps: bool) -> None:
    move = replace(MOVE, database=database)
    losses = Losses({"table a": 2, "table b": 0, "column c.d": None})
    named = "table a (2 rows), column c.d (its values could not be counted)"
    assert describe_losses(move, losses) == [f"  data that will be lost: {named}; {kept}"]
    assert can_dump(move) is dumps


def test_no_data_no_line() -> None:
    assert describe_losses(MOVE, Losses({"table b": 0})) == []


def test_numbers_go_up_and_twenty_copies_stay(tmp_path: Path) -> None:
    repository = cast("Repository", SimpleNamespace(common_dir=str(tmp_path)))
    home = tmp_path / "git-alembic/before-sync"
    assert next_copy(repository, "shop.db") == str(home / "0001-shop.db")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for number in (2, 10, 9):
        (home / f"{number:04}-x.db").touch()
    (home / "notes.txt").touch()
    assert next_copy(repository, "shop.db") == str(home / "0011-shop.db")
    for number in range(11, 21):
        (home / f"{number:04}-x.db").touch()
    for number in range(9990, 9997):
        (home / f"{number}-x.db").touch()
    assert next_copy(repository, "shop.db") == str(home / "9997-shop.db")
    kept = [2, 9, 10, *range(11, 21), *range(9990, 9997)][-19:]
    assert sorted(path.name for path in home.iterdir()) == [*(f"{number:04}-x.db" for number in kept), "notes.txt"]


SHOP = DatabaseState("", Url("", "postgresql", database="shop"), "postgresql")


@pytest.mark.parametrize(
    ("database", "name"),
    [
        (SHOP, "shop.sql"),
        (replace(SHOP, schema_name="acme"), "shop.sql"),
        (replace(SHOP, schema_name="acme", has_named_schema=True), "shop-acme.sql"),
        (replace(SHOP, schema_name="a/c me", has_named_schema=True), "shop-a_c_me.sql"),
        (replace(SHOP, file="/srv/my shop.db"), "my_shop.db.sql"),
        (replace(SHOP, url=Url("", "postgresql")), "database.sql"),
    ],
)
def test_the_name_of_a_dump(database: DatabaseState, name: str) -> None:
    assert dump_name(database) == name
