"""Revisions that were re-parented since they were checked out here."""

from __future__ import annotations

from git_alembic.database.sync.former_down_revisions import find_former_parents
from git_alembic.git import Repository
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from tests.support.project import Project

VERSIONS = "migrations/versions"


def former(project: Project, *applied: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Return (id, the former parents, the subject of the commit)."""
    files = sorted((project.path / VERSIONS).glob("*.py"))
    read = [read_revision(f"{VERSIONS}/{file.name}", "", file.read_bytes()) for file in files]
    graph = RevisionGraph(revision for revision in read if isinstance(revision, Revision))
    found = find_former_parents(Repository(str(project.path)), graph, applied or graph.ids)
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
