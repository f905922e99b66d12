"""The forecast of all branches: who is shown first, and what a given order of merges leads to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from git_alembic.conflicts.branch import UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import NamedTip
from git_alembic.conflicts.collisions_of_branches import find_collisions
from git_alembic.conflicts.conflict_forecast import (
    ConflictForecast,
    forecast_conflicts,
    forecast_order,
    read_branches,
    worst_first,
)
from git_alembic.git import Repository
from git_alembic.git.refs import BranchTip, NamedCommit
from git_alembic.history.snapshot_reader import open_reader
from tests.support.imported_commits import ImportedCommit, import_commits
from tests.support.literal_branches import branch, targets
from tests.support.literal_changes import revision
from tests.support.project import Project
from tests.support.revision_files import file_of

LINE = targets({"a": "", "b": "a"})
NO_GIT = cast("Repository", None)
READER = cast("BranchReader", SimpleNamespace(target=("main", "0"), targets=LINE))
READY = branch("ready", {"r": "b"})
LATE = branch("late", {"l": "a"})
STACK = branch("stack", {"r": "b", "s": "r"})
DELETES = branch("deletes", {}, "b")
ALONE = branch("alone", {"b": "a"}, "b")


def order(*branches: UnmergedBranch) -> list[str]:
    return [each.name for each in worst_first(branches, find_collisions(LINE, branches))]


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        ((READY, LATE), ["late", "ready"]),  # the target first
        ((READY, LATE, DELETES), ["deletes", "late", "ready"]),  # the worst kind first
        ((ALONE, READY, branch("x", {"x": "b"})), ["ready", "x", "alone"]),
        ((branch("w", {"r": "b"}, time=1), branch("z", {"q": "b"}), STACK), ["z", "stack", "w"]),  # the number
        ((branch("b2", {"r": "b"}, time=2), branch("b1", {"q": "b"}, time=1)), ["b1", "b2"]),  # the oldest
        ((branch("b2", {"r": "b"}), branch("b1", {"q": "b"})), ["b1", "b2"]),
    ],
)
def test_the_worst_branch_comes_first(branches: tuple[UnmergedBranch, ...], expected: list[str]) -> None:
    assert order(*branches) == expected


def steps(forecast: ConflictForecast) -> list[tuple[str, tuple[str, ...], list[str]]]:
    return [(step.branch.name, step.reparented, [each.kind for each in step.collisions]) for step in forecast.steps]


def test_all_branches() -> None:
    found = forecast_conflicts(NO_GIT, READER, [READY, STACK, LATE])
    assert (found.target, found.focus, found.is_given_order) == (("main", "0"), "", False)
    assert [each.name for each in found.branches] == ["late", "ready", "stack"]
    assert steps(found) == [("ready", (), []), ("stack", (), []), ("late", ("l",), [])]
    assert found.by_name["stack"] is STACK
    assert [found.stacked_on(each) for each in (READY, STACK, LATE)] == [[], ["ready"], []]
    assert [found.collides(each) for each in (READY, STACK, LATE)] == [True, True, True]


def test_branches_that_collide_with_nothing() -> None:
    found = forecast_conflicts(NO_GIT, READER, [READY, STACK])
    assert [found.collides(each) for each in (READY, STACK)] == [False, False]
    assert forecast_conflicts(NO_GIT, READER, [LATE]).collides(LATE)  # with the target


def test_one_branch_and_those_that_it_collides_with() -> None:
    other = branch("other", {"q": "r", "r": "b"})
    found = forecast_conflicts(NO_GIT, READER, [READY, LATE, other, ALONE], "ready")
    assert ([each.name for each in found.branches], steps(found), found.focus) == (["late", "ready"], [], "ready")
    assert [each.name for each in forecast_conflicts(NO_GIT, READER, [READY, STACK], "ready").branches] == ["ready"]


def test_a_given_order_is_not_repaired() -> None:
    found = forecast_order(NO_GIT, READER, [LATE, READY, branch("third", {"t": "b"})])
    assert found.is_given_order
    assert [each.name for each in found.branches] == ["late", "ready", "third"]
    assert steps(found) == [("late", (), ["fork"]), ("ready", (), []), ("third", (), ["fork", "fork"])]


def test_branches_without_revisions_are_left_out() -> None:
    def read(tip: NamedTip, _: object) -> UnmergedBranch | None:
        return READY if tip.name == "ready" else None

    reader = cast("BranchReader", SimpleNamespace(read=read))
    tips = [NamedTip(name, BranchTip(name, "0", "Ada", 0)) for name in ("docs", "ready")]
    assert read_branches(reader, [(tip, []) for tip in tips]) == [READY]


def test_files_that_cannot_be_read() -> None:
    broken = READY._replace(unreadable=("v/x.py", "v/y.py"))
    found = forecast_conflicts(NO_GIT, READER, [broken, LATE])
    assert found.unreadable == [("ready", "v/x.py"), ("ready", "v/y.py")]


LONG = file_of(revision("b", "a")).replace(b"    pass", b"\n".join(b"    step_%d()" % number for number in range(9)), 1)


@pytest.fixture(scope="module")
def edits(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return main with a <- b, and branches that edit one line of b each."""
    start: dict[str, str | bytes | None] = {
        "alembic.ini": "[alembic]\nscript_location = db\n",
        "db/env.py": "",
        "db/versions/a.py": file_of(revision("a")),
        "db/versions/b.py": LONG,
    }
    changes = {"first": b"step_0", "last": b"step_8", "last too": b"step_8"}
    branches = [
        ImportedCommit(
            f"e{number}", {"db/versions/b.py": LONG.replace(step, b"edit_%d" % number)}, ("main",), message=name
        )
        for number, (name, step) in enumerate(changes.items())
    ]
    return import_commits(tmp_path_factory.mktemp("edits") / "work", [ImportedCommit("main", start), *branches])


@pytest.mark.parametrize(("names", "paths"), [(("e0", "e1"), ()), (("e1", "e2"), ("db/versions/b.py",))])
def test_git_decides_whether_edits_of_a_file_conflict(
    edits: Project, names: tuple[str, str], paths: tuple[str, ...]
) -> None:
    repository = Repository(str(edits.path))
    target, *commits = (
        commit or "" for commit in repository.resolve([f"refs/heads/{name}" for name in ("main", *names)])
    )
    reader = BranchReader(repository, open_reader(repository), NamedCommit("main", target or ""))
    tips = [
        NamedTip(name, BranchTip(name, commit or "", "Ada", 0)) for name, commit in zip(names, commits, strict=True)
    ]
    branches = read_branches(reader, reader.differences(tips))
    expected = [("conflicting-file", *names, paths)] if paths else []
    collisions = forecast_conflicts(repository, reader, branches).collisions
    assert [(each.kind, each.branch, each.other, each.paths) for each in collisions] == expected
    (_, second) = forecast_order(repository, reader, branches).steps
    assert [(each.kind, each.paths) for each in second.collisions] == ([("conflicting-file", paths)] if paths else [])
