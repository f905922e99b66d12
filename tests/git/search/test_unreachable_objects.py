"""Commits and blobs that nothing leads to."""

from __future__ import annotations

from git_alembic.git import Repository
from git_alembic.git.search.unreachable_objects import list_unreachable_objects, unreachable_among
from tests.support.project import Project


def test_a_dropped_commit_and_a_dropped_file(project: Project) -> None:
    head = project.git("rev-parse", "HEAD").strip()
    project.write("lost.py", "lost")
    lost = project.commit()
    blob = project.git("rev-parse", "HEAD:lost.py").strip()
    loose = project.git("hash-object", "-w", project.write("loose.py", "loose")).strip()
    project.git("reset", "-q", "--hard", head)
    repository = Repository(str(project.path))
    assert unreachable_among(repository, [head, lost, lost]) == {lost}
    assert unreachable_among(repository, []) == frozenset()
    assert list_unreachable_objects(repository) == ([], [loose])  # a reflog still has the commit
    project.git("reflog", "expire", "--all", "--expire=now", "--expire-unreachable=now")
    project.git("update-ref", "-d", "ORIG_HEAD")
    commits, blobs = list_unreachable_objects(repository)
    assert (commits, set(blobs)) == ([lost], {blob, loose})
