"""The lines of a plan."""

from __future__ import annotations

import pytest

from git_alembic.database.sync.former_down_revisions import FormerParents
from git_alembic.database.sync.plan import DatabaseMove
from git_alembic.database.sync.plan_text import describe_move, describe_skipped
from git_alembic.git.search.commit_descriptions import Commit
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.downgrade_drops import Downgrade
from git_alembic.revisions.revision import Revision
from tests.support.whole_diagnoses import FLASK, LINE, LONG, facts, revision

COMMIT = Commit("1234567890", "1234567", "Ada", "2026-03-05", "Add c")
X = Revision("versions/x.py", "0123", "x", ("b",), message="add x")


def move(downgrades: tuple[FileVersion, ...] = (), upgrades: tuple[str, ...] = ()) -> DatabaseMove:
    return DatabaseMove(facts(()).database, (), downgrades, (), upgrades)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (FileVersion("ref", X, "100644", COMMIT, ("HEAD", "topic", "main")), "'x' (add x), from topic: versions/x.py"),
        (FileVersion("ref", X, "100644", COMMIT, ("HEAD",)), "'x' (add x), from commit 1234567: versions/x.py"),
        (FileVersion("unreachable", X._replace(path="", message=""), "100644"), "'x', from 0123"),
        (FileVersion("index", X, "100644"), "'x' (add x), from versions/x.py"),
        (
            FileVersion("worktree", X, "100644", worktree="/work/two"),
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
    place = FileVersion("index", X, "100644")
    assert describe_move(move((place,)), facts(()), {"x": downgrade})[1] == f"      {words}"


def test_eight_upgrades_are_listed_and_more_are_shortened() -> None:
    made = facts((), LONG)
    eight, nine = (describe_move(move((), made.graph.ids[:count]), made, {}) for count in (8, 9))
    assert eight == [f"  upgrade 'r{number}' (create table_r{number})" for number in range(8)]
    assert nine == [*eight[:4], "  upgrade … 4 more …", "  upgrade 'r8' (create table_r8)"]


HISTORY = (*LINE, revision("d", "c"))
CAME = "'d' came after {} in commit 1234567 from 2026-03-05 (Add c), which was checked out here"
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
