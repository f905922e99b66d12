"""The remotes are repositories beside the project's own."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.push_target_freshness import FetchedTarget, fetch_target
from git_alembic.git.remotes.remote_branches_and_fetches import RemoteRefs
from tests.support.project import Project


def target(project: Project, name: str = "origin/main", known: str = "") -> FetchedTarget:
    repository = Repository(str(project.path))
    return fetch_target(
        repository,
        RemoteRefs(repository, {"origin": ["refs/heads/main"]}),
        name,
        known or project.git("rev-parse", name).strip(),
    )


def test_as_the_remote_has_it_now(cloned: Project, ahead: str) -> None:
    assert target(cloned) == FetchedTarget(ahead, ("git", "fetch", "origin"))


def test_unchanged_or_local(cloned: Project) -> None:
    known = cloned.git("rev-parse", "HEAD").strip()
    assert target(cloned) == target(cloned, "main") == FetchedTarget(known)


def test_a_remote_that_no_longer_has_it(cloned: Project) -> None:
    cloned.git("update-ref", "refs/remotes/origin/gone", "HEAD")
    known = cloned.git("rev-parse", "HEAD").strip()
    assert target(cloned, "origin/gone") == FetchedTarget(
        known, note="origin no longer has refs/heads/gone; checked against origin/gone as of the last fetch"
    )


def test_a_remote_that_cannot_be_asked(cloned: Project) -> None:
    cloned.git("remote", "set-url", "origin", "file:///nowhere")
    (cloned.path / ".git/logs/refs/remotes/origin/main").unlink()
    found = target(cloned)
    assert found.commit == cloned.git("rev-parse", "HEAD").strip()
    assert found.note.startswith("git ls-remote failed: ")
    assert found.note.endswith("; checked against origin/main as recorded in this repository")


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(1, "a moment ago"), (119, "a moment ago"), (121, "2 minutes ago"), (7199, "119 minutes ago"),
     (7201, "2 hours ago"), (172_801, "2 days ago"), (-99, "a moment ago")],
)  # fmt: skip
def test_the_age_of_the_last_fetch(cloned: Project, monkeypatch: pytest.MonkeyPatch, seconds: int, age: str) -> None:
    cloned.git("remote", "set-url", "origin", "file:///nowhere")
    log = cloned.path / ".git/logs/refs/remotes/origin/main"
    monkeypatch.setattr("time.time", lambda: log.stat().st_mtime + seconds)
    assert target(cloned).note.endswith(f"; checked against origin/main as fetched {age}")
