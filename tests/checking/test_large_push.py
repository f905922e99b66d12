"""A push of many branches: which branches are checked, and how many git processes that needs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from git_alembic.checking.large_push import updates_to_check
from git_alembic.git import Repository
from git_alembic.git.ref_updates import RefUpdate
from tests.support.project import Project


@pytest.fixture
def repository(cloned: Project) -> Repository:
    return Repository(str(cloned.path))


def new(name: str, commit: str, old: str | None = None) -> RefUpdate:
    return RefUpdate(f"refs/heads/{name}", old, commit, name)


def checked(repository: Repository, updates: Sequence[RefUpdate], target: str | None = None) -> list[str]:
    return [update.branch for update in updates_to_check(repository, updates, lambda _update, _commit: target)]


def commits(project: Project, count: int, path: str) -> list[str]:
    """Commit a change of a file on top of origin/main, once per branch."""
    made = []
    for number in range(count):
        project.git("checkout", "-q", "--detach", "origin/main")
        project.write(path, f"# {number}\n")
        made.append(project.commit())
    return made


class TestUpdatesToCheck:
    def test_few_updates_are_all_checked(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        updates = [new(f"b{number}", main) for number in range(8)]
        assert checked(repository, updates, main) == [update.branch for update in updates]

    def test_no_change(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        assert checked(repository, [new(f"b{number}", main) for number in range(9)], main) == []

    def test_a_change_of_other_files(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        updates = [new(f"b{number}", commit) for number, commit in enumerate(commits(cloned, 9, "README"))]
        assert checked(repository, updates, main) == []

    def test_changes_of_python_files(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        others = [new(f"o{number}", commit) for number, commit in enumerate(commits(cloned, 9, "README"))]
        updates = [new(f"b{number}", commit) for number, commit in enumerate(commits(cloned, 3, "a.py"))]
        assert checked(repository, [*others, *updates, *others], main) == ["b0", "b1", "b2"]

    def test_the_same_commit_is_checked_once(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        (commit,) = commits(cloned, 1, "a.py")
        assert checked(repository, [new(f"b{number}", commit) for number in range(20)], main) == ["b0"]
        olds = [new(f"b{number}", commit, main if number % 2 else None) for number in range(20)]
        assert checked(repository, olds, main) == ["b0", "b1"]

    def test_a_new_branch_without_a_target(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        updates = [new(f"b{number}", main) for number in range(9)]
        assert checked(repository, updates) == ["b0"]
        assert checked(repository, [new(f"b{number}", main, main) for number in range(9)]) == []


def count_of_processes(project: Project, trace: Path, branches: int, commits: Sequence[str]) -> int:
    trace.unlink(missing_ok=True)
    zeros = "0" * 40
    lines = [f"refs/heads/b{n} {commits[n % len(commits)]} refs/heads/b{n} {zeros}" for n in range(branches)]
    project.write("lines", "\n".join(lines) + "\n")
    pre_push = "from git_alembic.cli import run; run()"
    with (project.path / "lines").open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-c", pre_push, "pre-push", "origin", "url"], cwd=project.path, stdin=stream,
            capture_output=True, check=False, env={**os.environ, "GIT_TRACE": str(trace)},
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    return trace.read_text().count("trace: built-in: git ")


def test_the_number_of_git_processes_does_not_grow_with_the_branches(cloned: Project, tmp_path: Path) -> None:
    made = commits(cloned, 30, "README")
    trace = tmp_path / "trace"
    few = count_of_processes(cloned, trace, 10, made)
    assert count_of_processes(cloned, trace, 2000, made) <= few <= 15
