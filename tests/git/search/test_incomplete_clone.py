"""Blobs that exist, without those that are missing. tests/git/remotes/test_partial_clone.py has partial clones."""

from __future__ import annotations

from git_alembic.git import Repository
from git_alembic.git.search.incomplete_clone import read_existing_blobs
from tests.support.project import INI, Project


def test_missing_blobs_and_other_objects_are_left_out(project: Project) -> None:
    blob, commit = (project.git("rev-parse", name).strip() for name in ("HEAD:alembic.ini", "HEAD"))
    gone = project.git("rev-parse", "HEAD:migrations/versions/a_x.py").strip()
    (project.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    repository = Repository(str(project.path))
    assert list(read_existing_blobs(repository, [gone, blob, commit, "1" * 40, blob])) == [(blob, INI.encode())]
    assert list(read_existing_blobs(repository, [])) == []
