"""The other worktrees, and their indexes."""

from __future__ import annotations

import shutil
from pathlib import Path

from git_alembic.git import Repository
from git_alembic.git.search.worktrees import Worktree, list_index_of, list_worktrees
from tests.support.project import Project


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def test_all_but_the_own_one(project: Project, tmp_path: Path) -> None:
    head = project.git("rev-parse", "HEAD").strip()
    assert list_worktrees(repository(project)) == []
    others = [tmp_path / name for name in ("one", "two", "gone")]
    for other in others:
        project.git("worktree", "add", "-q", "--detach", str(other))
    shutil.rmtree(others[2])
    main = Worktree(str(project.path), str(project.path / ".git" / "index"), head)
    one, two = (Worktree(str(top), str(project.path / f".git/worktrees/{top.name}/index"), head) for top in others[:2])
    assert list_worktrees(repository(project)) == [one, two]
    assert list_worktrees(repository(Project(others[0]))) == [main, two]


def test_a_worktree_without_a_commit(project: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "--detach", str(tmp_path / "one"))
    Project(tmp_path / "one").git("checkout", "-q", "--orphan", "new")
    assert [tree.head for tree in list_worktrees(repository(project))] == [""]


def test_a_bare_repository_has_only_linked_ones(project: Project, tmp_path: Path) -> None:
    project.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = Project(tmp_path / "bare")
    bare.git("worktree", "add", "-q", "--detach", str(tmp_path / "one"))
    assert [tree.top for tree in list_worktrees(repository(bare))] == [str(tmp_path / "one")]


def test_the_index_of_another_worktree(project: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "one")
    project.git("worktree", "add", "-q", "--detach", str(other.path))
    path = other.revision("ä", "b")
    other.git("add", "-A")
    blob = other.git("rev-parse", f":{path}").strip()
    (tree,) = list_worktrees(repository(project))
    assert list(list_index_of(repository(project), tree, [f":(literal){path}"])) == [(path, "100644", blob)]
    assert list(list_index_of(repository(project), tree, ["gone"])) == []
