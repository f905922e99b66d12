"""The points where commits left the target match git's own commands."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.ahead_behind_counts import Divergences
from tests.support.project import Project


@pytest.fixture
def tips(project: Project) -> dict[str, str]:
    """Return branches of every shape, by name. `main` is the target."""
    found: dict[str, str] = {}

    def add(name: str, start: str, commits: int = 1) -> None:
        project.git("checkout", "-q", "-B", "work", start)
        for number in range(commits):
            found[name] = project.commit(f"{name} {number}")

    def merge(name: str, start: str, *others: str) -> None:
        project.git("checkout", "-q", "-B", "work", start)
        for other in others:
            project.git("merge", "-q", "--no-ff", "--no-edit", "--no-verify", other)
        found[name] = project.git("rev-parse", "HEAD").strip()

    add("m1", "HEAD")
    add("topic", found["m1"], 2)
    add("m2", found["m1"])
    add("m3", found["m2"])
    merge("updated", found["topic"], found["m2"])
    merge("updated twice", found["updated"], found["m3"])
    add("feature", found["m2"])
    merge("main", found["m3"], found["feature"])
    merge("has an old feature", found["topic"], found["feature"])
    merge("criss", found["topic"], found["feature"], found["m3"])
    merge("stacked", found["updated"], found["topic"])
    project.git("checkout", "-q", "--orphan", "other")
    found["unrelated"] = project.commit("u")
    merge("half unrelated", found["topic"])
    project.git("merge", "-q", "--no-ff", "--no-edit", "--no-verify", "--allow-unrelated-histories", found["unrelated"])
    found["half unrelated"] = project.git("rev-parse", "HEAD").strip()
    return found


def test_matches_git(project: Project, tips: dict[str, str]) -> None:
    target = tips["main"]
    repository = Repository(str(project.path))
    divergences = Divergences(repository, list(tips.values()), target)
    for name, tip in tips.items():
        assert divergences.merge_base(tip) == repository.merge_base(tip, target), name
        counts = project.git("rev-list", "--left-right", "--count", f"{target}...{tip}").split()
        assert [str(divergences.behind(tip)), str(divergences.ahead(tip))] == counts, name


def test_no_commits(project: Project) -> None:
    head = project.git("rev-parse", "HEAD").strip()
    divergences = Divergences(Repository(str(project.path)), (), head)
    assert (divergences.merge_base(head), divergences.ahead(head), divergences.behind(head)) == (head, 0, 0)
