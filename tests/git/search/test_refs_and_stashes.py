"""The commits that have a name, and which of them have a file."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.search.refs_and_stashes import (
    find_refs_with_file,
    list_checked_out_commits,
    list_named_commits,
    list_stashes,
)
from tests.support.project import Project

B = "migrations/versions/b_x.py"


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def tip(project: Project, name: str) -> str:
    return project.git("rev-parse", name).strip()


def test_names_from_the_nearest_to_the_farthest(project: Project) -> None:
    head = tip(project, "HEAD")
    for ref in ("refs/tags/v1", "refs/remotes/origin/main", "refs/heads/a", "refs/notes/x"):
        project.git("update-ref", ref, head)
    project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    project.write("alembic.ini", "changed")
    project.git("stash", "-q")
    other = project.path.parent / "other"
    project.git("worktree", "add", "-q", "--detach", str(other))
    names = [each.name for each in list_named_commits(repository(project))]
    assert names == [
        "HEAD", "a", "main", "origin/main", "v1", "notes/x", "stash@{0}", "stash@{0}", f"HEAD of {other}",
    ]  # fmt: skip


def test_before_the_first_commit(empty: Project) -> None:
    assert list_named_commits(repository(empty)) == list_stashes(repository(empty)) == []
    assert list_checked_out_commits(repository(empty)) == []


def test_each_stash_with_its_index_and_its_untracked_files(project: Project) -> None:
    for text in ("first", "second"):
        project.write("alembic.ini", text)
        project.write("untracked", text)
        project.git("stash", "-q", "--include-untracked")
    expected = [
        NamedCommit(f"stash@{{{number}}}", tip(project, f"stash@{{{number}}}{part}"))
        for number in (0, 1)
        for part in ("", "^2", "^3")
    ]
    assert list_stashes(repository(project)) == expected


def test_what_was_checked_out(project: Project) -> None:
    first = tip(project, "HEAD")
    second = project.commit()
    project.switch("topic", first)
    assert list_checked_out_commits(repository(project)) == [NamedCommit(id_, id_) for id_ in (first, second)]


def test_refs_with_a_version_of_a_file(project: Project) -> None:
    old = tip(project, f"HEAD:{B}")
    project.git("tag", "v1")
    project.revision("b", "a", message="changed")
    project.commit()
    new = tip(project, f"HEAD:{B}")
    project.git("branch", "topic")
    commits = [NamedCommit(name, tip(project, name)) for name in ("main", "v1", "topic")]
    found = find_refs_with_file(repository(project), commits, [B, "gone.py", "a\nb"])
    assert {key: names for key, names in found.items() if key[0] == B} == {
        (B, new): ["main", "topic"],
        (B, old): ["v1"],
    }
    assert find_refs_with_file(repository(project), [], [B]) == {}


@pytest.mark.parametrize("path", ["gone.py"])
def test_a_missing_file_has_no_blob(project: Project, path: str) -> None:
    found = find_refs_with_file(repository(project), [NamedCommit("main", tip(project, "main"))], [path])
    ((key, names),) = found.items()
    assert (key[0], key[1].endswith(" missing"), names) == (path, True, ["main"])
