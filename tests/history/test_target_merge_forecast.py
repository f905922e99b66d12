"""A merge by path, and the conflicts that concern an environment."""

from __future__ import annotations

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.git import INDEX, Repository
from git_alembic.git.trees import Files
from git_alembic.history.snapshot_and_change import MergeForecast, Snapshot
from git_alembic.history.target_merge_forecast import (
    Sides,
    find_authors,
    forecast,
    merge_by_path,
    merged_files,
    resolve,
)
from tests.support.literal_changes import ENVIRONMENT, change, graph, revision, snapshot
from tests.support.project import Project

OLD, OURS, THEIRS = ("100644", "old"), ("100644", "ours"), ("100644", "theirs")
BY_PATH = {
    "nobody changed it": (OLD, OLD, OLD, OLD, False),
    "ours changed it": (OLD, OURS, OLD, OURS, False),
    "theirs changed it": (OLD, OLD, THEIRS, THEIRS, False),
    "both did the same": (OLD, OURS, OURS, OURS, False),
    "both changed it": (OLD, OURS, THEIRS, THEIRS, True),
    "ours added it": (None, OURS, None, OURS, False),
    "theirs added it": (None, None, THEIRS, THEIRS, False),
    "both added it": (None, OURS, THEIRS, THEIRS, True),
    "ours deleted it": (OLD, None, OLD, None, False),
    "theirs deleted it": (OLD, OLD, None, None, False),
    "both deleted it": (OLD, None, None, None, False),
    "ours deleted what theirs changed": (OLD, None, THEIRS, THEIRS, True),
    "theirs deleted what ours changed": (OLD, OURS, None, None, True),
}
Entry = tuple[str, str] | None


@pytest.mark.parametrize(("base", "ours", "theirs", "expected", "conflict"), BY_PATH.values(), ids=BY_PATH)
def test_a_path_is_merged(base: Entry, ours: Entry, theirs: Entry, expected: Entry, conflict: bool) -> None:
    sides = [{} if entry is None else {"a.py": entry} for entry in (base, ours, theirs)]
    assert merge_by_path(sides[0], sides[1], sides[2]) == (
        {} if expected is None else {"a.py": expected},
        ("a.py",) if conflict else (),
    )


def test_conflicts_are_sorted() -> None:
    _, conflicts = merge_by_path({}, {"b.py": OURS, "a.py": OURS}, {"b.py": THEIRS, "a.py": THEIRS})
    assert conflicts == ("a.py", "b.py")


def test_a_conflict_is_resolved_as_one_side_has_it() -> None:
    merged = {"a.py": OURS, "b.py": OURS, "c.py": OURS}
    assert resolve(merged, ("a.py", "b.py"), {"a.py": THEIRS, "c.py": THEIRS}) == {"a.py": THEIRS, "c.py": OURS}


def nothing(*_: str) -> Files:
    raise AssertionError("nobody has to ask")


SIDES = Sides({"a.py": OURS, "b.py": OLD}, {"a.py": OLD, "b.py": THEIRS}, lambda: {"a.py": OLD, "b.py": OLD})


def test_staged_files_are_merged_by_path(project: Project) -> None:
    repository, head = Repository(str(project.path)), project.git("rev-parse", "HEAD").strip()
    assert merged_files(repository, INDEX, head, SIDES, nothing) == ({"a.py": OURS, "b.py": THEIRS}, ())


@pytest.mark.git(2, 38)
def test_commits_are_merged_by_git(project: Project) -> None:
    base = project.commit("base")
    project.write("ours.txt", "ours")
    project.write("both.txt", "ours")
    ours = project.commit("ours")
    project.switch("topic", base)
    project.write("both.txt", "theirs")
    theirs = project.commit("theirs")
    files = {"ours.txt": OURS, "both.txt": OURS}
    sides = Sides({}, {"both.txt": THEIRS}, nothing)
    found = merged_files(Repository(str(project.path)), ours, theirs, sides, lambda _: files)
    assert found == ({"ours.txt": OURS, "both.txt": THEIRS}, ("both.txt",))


def test_the_authors_of_the_newest_revisions_of_the_target(project: Project) -> None:
    ids = [f"n{number}" for number in range(7)]
    for number, id_ in enumerate(ids):
        project.revision(id_, ids[number - 1] if number else "b")
        project.commit(f"add {id_}")
    files = {
        id_: revision(id_, ids[number - 1] if number else "", path=f"migrations/versions/{id_}_x.py")
        for number, id_ in enumerate(ids)
    }
    commit = project.git("rev-parse", "HEAD").strip()
    repository = Repository(str(project.path))
    found = find_authors(repository, change({}, {}), snapshot(files), commit)
    assert sorted(found) == ids[2:]
    short, author, date = repository.describe_addition(commit, "migrations/versions/n6_x.py")
    assert found["n6"] == f"{author}, {date}, commit {short}"
    assert sorted(find_authors(repository, change({}, {"n6": files["n6"]}), snapshot(files), commit)) == ids[1:6]


def test_a_forecast_has_the_conflicts_of_either_environment() -> None:
    moved = Snapshot("origin/main", Environment("alembic.ini", "moved", ("moved/versions",)), graph({}))
    made = change({}, {})
    assert made.environment == ENVIRONMENT
    merged = snapshot({})
    found = forecast(made, moved, merged, ("versions/a.py", "moved/versions/b.py", "app/c.py"), {"a": "Ann"})
    assert found == MergeForecast(moved, merged, ("versions/a.py", "moved/versions/b.py"), {"a": "Ann"})
