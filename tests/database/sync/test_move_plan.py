"""The plan for one database, the reasons for none, and its lines."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors
from git_alembic.database.revisions_in_git import FormerParents
from git_alembic.database.sync.move_plan import (
    DatabaseMove,
    describe_move,
    describe_skipped,
    find_irreversible,
    find_repeated,
    plan_move,
)
from git_alembic.errors import CannotCheck
from git_alembic.git.search.commit_log import Commit
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.downgrade_drops import Downgrade
from git_alembic.revisions.revision import Revision
from tests.support.whole_diagnoses import FLASK, FORK, LINE, LONG, facts, lost, revision

X, Y, Z = revision("x", "b"), revision("y", "x"), revision("z", "a")


def steps(move: DatabaseMove) -> tuple[str, str, str, str]:
    """Return the current revisions, the downgrades, the upgrades and the heads."""
    downgrades = (place.revision.id for place in move.downgrades)
    return " ".join(move.current), " ".join(downgrades), " ".join(move.upgrades), " ".join(move.heads)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(facts(None), ("", "", "a b c", "c"), id="an empty database"),
        pytest.param(facts(("b",)), ("b", "", "c", "c"), id="behind"),
        pytest.param(facts(("c",)), ("c", "", "", "c"), id="at the head"),
        pytest.param(
            facts(("y",), lost_ancestors={"y": lost(Y, X, known=("b",))}), ("y", "y x", "c", "c"), id="another branch"
        ),
        pytest.param(
            facts(("y", "z"), lost_ancestors={"z": lost(Z, known=("a",)), "y": lost(Y, X, known=("b",))}),
            ("y z", "z y x", "c", "c"), id="two branches",
        ),
        pytest.param(
            facts(("c", "z"), lost_ancestors={"z": lost(Z, known=("a",))}), ("c z", "z", "", "c"), id="a side of a fork"
        ),
        pytest.param(
            facts(("x",), lost_ancestors={"x": lost(revision("x"))}), ("x", "x", "a b c", "c"), id="another base"
        ),
        pytest.param(facts(("b",), FORK, heads_allowed=2), ("b", "", "c d", "c d"), id="two heads are allowed"),
    ],
)  # fmt: skip
def test_plans(made: DatabaseFacts, expected: tuple[str, ...]) -> None:
    move = plan_move(made)
    assert steps(move) == expected
    assert move.database == made.database
    assert move.is_empty == (expected[1:3] == ("", ""))


NOTHING = LostAncestors()


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (
            facts(None, tables=("users",)),
            "the database has tables, but no record of which revisions created them (see `git alembic doctor`)",
        ),
        (facts((None, "b")), "its version table holds NULL, which Alembic never writes (see `git alembic doctor`)"),
        (
            facts(("b", "c")),
            "the version table has rows for both a revision and its ancestor (see `git alembic doctor`)",
        ),
        (facts(("b",), FORK), "this checkout has 2 heads, 'c' and 'd' (run `git alembic fix`)"),
        (
            facts(("a",), (revision("a"), revision("b", "gone"), revision("m", "a", "b"))),
            "Alembic can't load the history of this checkout (see `git alembic check`)",
        ),
        (
            facts(("a",), (*LINE, revision("d", "e"), revision("e", "d"))),
            "Alembic can't load the history of this checkout (see `git alembic check`)",
        ),
        (
            facts(("x",), lost_ancestors={"x": NOTHING}),
            "the database is at 'x', but git has no file for that revision (see `git alembic doctor`)",
        ),
        (
            facts(("x",), lost_ancestors={"x": lost(revision("x", "w", "v"), missing=("w",))}),
            (
                "git has no file for 'w', an ancestor of 'x', so the downgrade can't continue past it (see `git "
                "alembic doctor`)"
            ),
        ),
        (
            facts(("x",), lost_ancestors={"x": lost(revision("x", "w", "v"), missing=("w", "v"))}),
            (
                "git has no file for 'w' and 'v', ancestors of 'x', so the downgrade can't continue past it (see `git "
                "alembic doctor`)"
            ),
        ),
    ],
)
def test_no_plan(made: DatabaseFacts, reason: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        plan_move(made)
    assert str(refusal.value) == reason


def test_a_downgrade_that_only_raises_an_exception() -> None:
    move = plan_move(facts(("y",), lost_ancestors={"y": lost(Y, X, known=("b",))}))
    downgrades = {"y": Downgrade(), "x": Downgrade(refuses=True)}
    assert list(find_irreversible(move, downgrades)) == [
        "'x' cannot be downgraded: its downgrade only raises an exception (migrations/versions/x.py)"
    ]


COMMIT = Commit("1234567890", "1234567", "Ada", "2026-03-05", "Add c")
AGAIN = (
    "; if 'd' was applied in that position, {} already applied and would run again. Find out the order in which they "
    "were applied. Then, instead of `git alembic sync`, run `alembic stamp --purge` or `alembic upgrade`"
)
CAME = "'d' came after {} in commit 1234567 from 2026-03-05 (Add c), which was checked out here"


@pytest.mark.parametrize(
    ("rows", "parents", "sentence"),
    [
        (("b",), ("c",), CAME.format("'c'") + AGAIN.format("'c' was")),
        (("a",), ("c",), CAME.format("'c'") + AGAIN.format("'b' and 'c' were")),
        (("b",), ("a", "c"), CAME.format("'a' and 'c'") + AGAIN.format("'c' was")),
        (("b",), ("b",), None),
        (("c",), ("c",), None),
        ((), (), None),
    ],
)
def test_revisions_that_would_run_twice(rows: tuple[str, ...], parents: tuple[str, ...], sentence: str | None) -> None:
    made: Any = facts(rows)
    former = FormerParents("d", parents, COMMIT)
    assert list(find_repeated(plan_move(made), made.graph, [former])) == ([sentence] if sentence else [])


def test_a_file_is_the_best_version_of_the_revision() -> None:
    made = facts(("x",), lost_ancestors={"x": lost(X, known=("b",))})
    ancestors = made.lost_ancestors["x"].lost[0]
    better = FileVersion("ref", X, "100644", refs=("main",))
    both = LostAncestors((ancestors._replace(files=(better, *ancestors.files)),), ("b",))
    assert plan_move(facts(("x",), lost_ancestors={"x": both})).downgrades == (better,)


ADD_X = Revision("versions/x.py", "0123", "x", ("b",), message="add x")


def move(downgrades: tuple[FileVersion, ...] = (), upgrades: tuple[str, ...] = ()) -> DatabaseMove:
    return DatabaseMove(facts(()).database, (), downgrades, (), upgrades)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            FileVersion("ref", ADD_X, "100644", COMMIT, ("HEAD", "topic", "main")),
            "'x' (add x), from topic: versions/x.py",
        ),
        (
            FileVersion("ref", ADD_X, "100644", COMMIT, ("HEAD",)),
            "'x' (add x), from commit 1234567: versions/x.py",
        ),
        (FileVersion("unreachable", ADD_X._replace(path="", message=""), "100644"), "'x', from 0123"),
        (FileVersion("index", ADD_X, "100644"), "'x' (add x), from versions/x.py"),
        (
            FileVersion("worktree", ADD_X, "100644", worktree="/work/two"),
            "'x' (add x), from the worktree /work/two: versions/x.py",
        ),
    ],
)
def test_where_the_code_comes_from(place: FileVersion, words: str) -> None:
    lines = describe_move(move((place,)), facts(()), {"x": Downgrade()})
    assert lines == [f"  downgrade {words}", "      drops no tables or columns"]


@pytest.mark.parametrize(
    ("downgrade", "words"),
    [
        (Downgrade(("table a", "column b.c")), "drops table a, column b.c"),
        (Downgrade(), "drops no tables or columns"),
        (Downgrade(is_empty=True), "does nothing"),
        (Downgrade(is_readable=False), "what it drops is unknown"),
    ],
)
def test_what_a_downgrade_drops(downgrade: Downgrade, words: str) -> None:
    place = FileVersion("index", ADD_X, "100644")
    assert describe_move(move((place,)), facts(()), {"x": downgrade})[1] == f"      {words}"


def test_eight_upgrades_are_listed_and_more_are_shortened() -> None:
    made = facts((), LONG)
    eight, nine = (describe_move(move((), made.graph.ids[:count]), made, {}) for count in (8, 9))
    assert eight == [f"  upgrade 'r{number}' (create table_r{number})" for number in range(8)]
    assert nine == [*eight[:4], "  upgrade … 4 more …", "  upgrade 'r8' (create table_r8)"]


HISTORY = (*LINE, revision("d", "c"))
AFTER_A, AFTER_B, AFTER_NOTHING = (CAME.format(parent) for parent in ("'a'", "'b'", "nothing"))
IF = "if 'd' was applied in that position, "
COMMANDS = "      alembic downgrade c && alembic stamp --purge {} && alembic upgrade head"


def skipped(parents: tuple[str, ...], tables: tuple[str, ...], makes: dict[str, list[str]]) -> list[str]:
    made = facts(("d",), HISTORY, tables=tables)
    return list(describe_skipped(made, [FormerParents("d", parents, COMMIT)], makes))


@pytest.mark.parametrize(
    ("parents", "tables", "makes", "line"),
    [
        pytest.param(
            ("b",), (), {}, f"  perhaps: {AFTER_B}; {IF}'c' was not applied",
            id="no table tells",
        ),
        pytest.param(
            ("b",), ("other",), {"c": ["posts"]}, f"  note: {AFTER_B}; 'c' was not applied",
            id="its table is missing",
        ),
        pytest.param(("b",), ("posts",), {"c": ["posts"]}, None, id="its table exists"),
        pytest.param(
            ("a",), ("posts",), {"c": ["posts"], "b": ["users"]}, f"  note: {AFTER_A}; 'b' was not applied",
            id="one of two tables exists",
        ),
        pytest.param(
            (), (), {},
            f"  perhaps: {AFTER_NOTHING}; {IF}'a', 'b' and 'c' were not applied",
            id="it was a base",
        ),
        pytest.param(("c",), (), {}, None, id="nothing came between"),
    ],
)  # fmt: skip
def test_revisions_that_may_have_been_skipped(
    parents: tuple[str, ...], tables: tuple[str, ...], makes: dict[str, list[str]], line: str | None
) -> None:
    expected = [line, COMMANDS.format(" ".join(parents) or "base")] if line else []
    assert skipped(parents, tables, makes) == expected


def test_the_commands_are_those_of_the_project() -> None:
    made = facts(("d",), HISTORY, environment=FLASK)
    lines = list(describe_skipped(made, [FormerParents("d", ("a", "b"), COMMIT)], {}))
    assert lines[1:] == [
        "      (cd web && flask db downgrade c) &&",
        "      (cd web && flask db stamp --purge a) &&",
        "      (cd web && flask db stamp b) &&",
        "      (cd web && flask db upgrade head)",
    ]
