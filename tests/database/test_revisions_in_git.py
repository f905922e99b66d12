"""What git and the working tree know about the revisions of a database."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from git_alembic.config.settings import Settings
from git_alembic.database.database_state import DatabaseState, Url
from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors
from git_alembic.database.revisions_in_git import (
    describe_origins,
    find_former_parents,
    find_lost_ancestors,
    find_namesakes,
    find_published_ids,
    find_same_code,
    read_file_version,
)
from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import revision
from tests.support.project import Project

VERSIONS = "migrations/versions"
ENVIRONMENT = Environment("alembic.ini", "migrations", (VERSIONS,), config="alembic.ini")
SHOP = DatabaseState("", Url("sqlite:///shop.db", "sqlite", database="shop.db"), "sqlite")


def here(project: Project) -> Snapshot:
    """Return the history of the working tree."""
    files = sorted((project.path / VERSIONS).glob("*.py"))
    read = [read_revision(f"{VERSIONS}/{file.name}", "", file.read_bytes()) for file in files]
    graph = RevisionGraph(revision for revision in read if isinstance(revision, Revision))
    return Snapshot("working tree", ENVIRONMENT, graph)


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def facts(project: Project) -> DatabaseFacts:
    return DatabaseFacts(ENVIRONMENT, here(project).graph, SHOP)


def test_who_added_a_revision_and_when(project: Project) -> None:
    project.revision("c", "b")
    assert describe_origins(repository(project), facts(project)) == {
        "a": "by Ada on 2026-01-02",
        "b": "by Ada on 2026-01-02",
        "c": "not committed",
    }
    project.git("update-ref", "-d", "HEAD")
    assert set(describe_origins(repository(project), facts(project)).values()) == {"not committed"}


def test_published_ids(cloned: Project) -> None:
    cloned.revision("c", "b")
    cloned.commit()
    cloned.revision("d", "c")
    made = facts(cloned)
    assert find_published_ids(repository(cloned), Settings(), made) == {"a", "b"}
    cloned.git("remote", "remove", "origin")
    assert find_published_ids(repository(cloned), Settings(), made) == {"a", "b", "c"}
    unreadable = Settings(published=("missing",))
    assert find_published_ids(repository(cloned), unreadable, made) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("url", "files", "expected"),
    [
        ("shop.db", ("web/shop.db", "shop.db", "web/instance/shop.db"), ("shop.db",)),
        ("shop.db", ("instance/shop.db", "db/shop.db", "db/migrations/shop.db", "elsewhere/shop.db"),
         ("db/migrations/shop.db", "db/shop.db", "instance/shop.db")),
        ("../shop.db?mode=ro", ("shop.db", "db/shop.db"), ("db/shop.db",)),
        ("shop.db", ("shop.db/is a folder",), ()),
        ("/srv/shop.db", ("shop.db",), ()),
    ],
)  # fmt: skip
def test_files_that_the_url_would_name_in_another_folder(
    tmp_path: Path, url: str, files: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    environment = Environment("db/alembic.ini", "db/migrations", (), config="db/alembic.ini", cwd="web")
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    database = replace(SHOP, url=Url("", "sqlite", database=url))
    found = find_namesakes(str(tmp_path), environment, database)
    assert tuple(os.path.relpath(path, tmp_path) for path in found) == expected


def ancestors(project: Project, id_: str) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    found = find_lost_ancestors(repository(project), here(project), id_)
    return [revision.id for revision in found.lost], found.known, found.missing


def test_a_lost_revision_and_its_ancestors_down_to_the_working_tree(project: Project) -> None:
    project.revision("x", "b")
    project.revision("y", ("x", "gone"), depends="a")
    project.commit()
    project.git("rm", "-q", f"{VERSIONS}/x_x.py", f"{VERSIONS}/y_x.py")
    project.commit()
    assert ancestors(project, "y") == (["y", "x"], ("a", "b"), ("gone",))
    assert ancestors(project, "b") == ([], ("b",), ())
    assert ancestors(project, "nowhere") == ([], (), ())
    assert ancestors(project, "") == ([], (), ())


def test_the_same_code_under_another_id(project: Project) -> None:
    project.revision("x", "b", body="op.add()", name="new.py")
    project.commit()
    text = (project.path / VERSIONS / "new.py").read_text()
    project.write(f"{VERSIONS}/new.py", text.replace("'x'", "'y'").replace("ID: x", "ID: y"))
    project.commit()
    found = find_lost_ancestors(repository(project), here(project), "x")
    assert find_same_code(repository(project), here(project), found) == "y"
    assert find_same_code(repository(project), here(project), LostAncestors()) == ""
    project.write(f"{VERSIONS}/new.py", text.replace("'x'", "'y'").replace("op.add()", "op.drop()"))
    assert find_same_code(repository(project), here(project), found) == ""
    (project.path / VERSIONS / "new.py").unlink()
    assert find_same_code(repository(project), here(project), found) == ""


def test_the_code_of_a_file(project: Project, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "x.py").write_bytes(b"two")
    project.write("x.py", "one")
    blob = project.git("rev-parse", f"HEAD:{VERSIONS}/a_x.py").strip()
    path, outside = revision("x", path="x.py", blob=""), str(tmp_path / "two")
    read = repository(project)
    assert read_file_version(read, FileVersion("working tree", path, "100644")) == b"one"
    assert read_file_version(read, FileVersion("worktree", path, "100644", worktree=outside)) == b"two"
    committed = (project.path / VERSIONS / "a_x.py").read_bytes()
    assert read_file_version(read, FileVersion("ref", path._replace(blob=blob), "100644")) == committed


def former(project: Project, *applied: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Return (id, the former parents, the subject of the commit)."""
    graph = here(project).graph
    found = find_former_parents(repository(project), graph, applied or graph.ids)
    return [(parents.id, parents.parents, parents.commit.subject) for parents in found]


def test_a_revision_that_was_re_parented(project: Project) -> None:
    project.revision("c", "a")
    project.commit("c on a")
    project.revision("c", "b")
    project.commit("c on b")
    assert former(project) == [("c", ("a",), "c on a")]
    assert former(project, "a", "b") == []


def test_the_latest_former_parents_count(project: Project) -> None:
    project.revision("c", "b")
    project.revision("d", "a")
    project.commit("d on a")
    project.revision("d", "b")
    project.commit("d on b")
    project.revision("d", "c")
    project.revision("c", "a")
    project.commit("d on c")
    project.revision("c", "b")
    project.commit("c on b again")
    assert former(project) == [("c", ("a",), "d on c"), ("d", ("b",), "d on b")]


def test_a_parent_that_is_gone(project: Project) -> None:
    project.revision("c", "gone")
    project.commit("c on gone")
    project.revision("c", "b")
    project.commit("c on b")
    assert former(project) == []


def test_only_commits_that_were_checked_out_here_count(project: Project) -> None:
    project.revision("c", "b")
    start = project.commit("c on b")
    project.revision("c", "a")
    project.git("add", "-A")
    other = project.git("commit-tree", "-p", start, "-m", "c on a", project.git("write-tree").strip()).strip()
    project.git("reset", "-q", "--hard")
    project.git("update-ref", "refs/heads/topic", other)
    assert former(project) == []
    project.switch("topic")
    project.switch("main")
    assert former(project) == [("c", ("a",), "c on a")]


def test_another_revision_in_the_same_file(project: Project) -> None:
    project.revision("x", "a", name="c_x.py")
    project.commit("x")
    project.revision("c", "b", name="c_x.py")
    project.commit("c")
    assert former(project) == []
