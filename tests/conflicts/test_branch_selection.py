"""Which branches are compared, and under which names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from git_alembic.config.settings import Settings
from git_alembic.conflicts.branch_selection import (
    NamedTip,
    Selection,
    _commits_before,
    find_tip,
    require_target,
    select_tips,
    short_name,
    unique_tips,
)
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.commits import FirstParent
from git_alembic.git.refs import BranchTip, NamedCommit
from tests.support.imported_commits import START, ImportedCommit, import_commits
from tests.support.project import Project

REFS = (
    "refs/heads/main",
    "refs/heads/topic",
    "refs/remotes/origin/main",
    "refs/remotes/origin/topic",
    "refs/remotes/origin/release/1",
    "refs/remotes/fork/topic",
    "refs/remotes/fork/release/2",
    "refs/pull/7/head",
    "refs/pull/7/merge",
    "refs/remotes/origin/gh-readonly-queue/main/pr-7",
)
# a (10) <- b (20) <- c (30); b <- d (40); r (25) is a root; the target contains everything below `a`
LINES = {
    "a": FirstParent("target", 10),
    "b": FirstParent("a", 20),
    "c": FirstParent("b", 30),
    "d": FirstParent("b", 40),
    "r": FirstParent(None, 25),
}


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("refs/remotes/origin/topic", "origin/topic"),
        ("refs/heads/topic", "topic"),
        ("refs/pull/12/head", "pull/12/head"),
        ("refs/heads/HEAD", "refs/heads/HEAD"),
        ("refs/heads/-x", "refs/heads/-x"),
        ("HEAD~1", "HEAD~1"),
    ],
)
def test_short_names(ref: str, name: str) -> None:
    assert short_name(ref) == name


def tip(name: str, commit: str, *aliases: str) -> NamedTip:
    return NamedTip(name, BranchTip(f"refs/heads/{name}", commit, "Ada", 0), aliases)


def test_each_commit_occurs_once_and_the_target_never() -> None:
    tips = [tip("z", "1"), tip("b", "2"), tip("c", "1"), tip("z", "1"), tip("c", "1"), tip("main", "0"), tip("a", "3")]
    assert unique_tips(tips, "0") == [tip("a", "3"), tip("b", "2"), tip("z", "1", "c")]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a repository with a few branches, one of which has two names."""
    project = import_commits(tmp_path_factory.mktemp("several") / "work", map(ImportedCommit, REFS))
    project.git("update-ref", "refs/pull/8/head", "refs/remotes/origin/topic")
    for remote in ("origin", "fork"):
        project.git("remote", "add", remote, "nowhere")
    return project


@pytest.fixture
def repository(several: Project) -> Repository:
    return Repository(str(several.path))


def selected(repository: Repository, selection: Selection = Selection(), settings: Settings = Settings()) -> list[str]:  # noqa: B008 - they are frozen
    target = NamedCommit("origin/main", repository.resolve(["refs/remotes/origin/main"])[0] or "")
    return [" ".join((tip.name, *tip.aliases)) for tip in select_tips(repository, settings, target, selection)]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["fork/release/2", "fork/topic", "origin/release/1", "origin/topic pull/8/head", "pull/7/head"]),
        (
            Selection(includes_local=True),
            [
                "fork/release/2",
                "fork/topic",
                "main",
                "origin/release/1",
                "origin/topic pull/8/head",
                "pull/7/head",
                "topic",
            ],
        ),
        (Selection(globs=("topic",)), ["fork/topic", "origin/topic"]),
        (Selection(globs=("origin/t*", "pull/*")), ["origin/topic pull/8/head", "pull/7/head"]),
        (Selection(globs=("refs/pull/7/*",)), ["pull/7/head"]),
        (Selection(names=("main",), globs=("pull/7/*",)), ["main", "pull/7/head"]),
        (Selection(names=("pull/8/head",), globs=("origin/t*",)), ["pull/8/head origin/topic"]),
    ],
)
def test_selections(repository: Repository, selection: Selection, expected: list[str]) -> None:
    assert selected(repository, selection) == expected


def test_release_branches_are_left_out(repository: Repository) -> None:
    settings = Settings(release_branches=("release/*",))
    assert selected(repository, settings=settings) == ["fork/topic", "origin/topic pull/8/head", "pull/7/head"]


def test_names_that_two_branches_share_are_written_in_full(tmp_path: Path) -> None:
    refs = ("refs/remotes/origin/main", "refs/remotes/origin/topic", "refs/heads/origin/topic")
    repository = Repository(str(import_commits(tmp_path / "work", map(ImportedCommit, refs)).path))
    assert selected(repository, Selection(includes_local=True)) == [
        "refs/heads/origin/topic",
        "refs/remotes/origin/topic",
    ]


def test_a_server_compares_its_own_branches(tmp_path: Path) -> None:
    project = import_commits(tmp_path / "work", map(ImportedCommit, ("main", "topic")))
    repository = Repository(str(project.path))
    target = require_target(repository, Settings())
    assert target == ("main", repository.resolve(["refs/heads/main"])[0])
    assert [tip.name for tip in select_tips(repository, Settings(), target, Selection())] == ["topic"]


def test_a_glob_without_a_match(repository: Repository) -> None:
    message = "no branch matches 'nothing*' (run `git fetch`, or pass `--local` for local branches)"
    with pytest.raises(CannotCheck, match=re.escape(message)):
        selected(repository, Selection(globs=("main", "nothing*")))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("topic", "topic"),
        ("origin/topic", "origin/topic"),
        ("refs/remotes/fork/topic", "fork/topic"),
        ("release/1", "origin/release/1"),
        ("pull/7/head", "pull/7/head"),
    ],
)
def test_a_branch_that_the_user_names(repository: Repository, name: str, found: str) -> None:
    assert find_tip(repository, name).name == found


def test_a_commit_that_the_user_names(repository: Repository) -> None:
    commit = repository.resolve(["refs/heads/main"])[0] or ""
    assert find_tip(repository, commit[:12]) == NamedTip(commit[:12], BranchTip(commit[:12], commit, "Ada", START))
    message = "there is no branch 'nowhere' here (run `git fetch`, or pass `--fetch`)"
    with pytest.raises(CannotCheck, match=re.escape(message)):
        find_tip(repository, "nowhere")


def test_without_a_target(empty: Project) -> None:
    message = (
        "this repository has no target branch to compare with: pass one with `--target REF`, or set `target` in "
        "[tool.git-alembic]"
    )
    with pytest.raises(CannotCheck, match=re.escape(message)):
        require_target(Repository(str(empty.path)), Settings())


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (5, {"c": None, "d": None, "r": None}),
        (10, {"c": "a", "d": "a", "r": None}),
        (25, {"c": "b", "d": "b", "r": "r"}),
        (39, {"c": "c", "d": "b", "r": "r"}),
        (40, {"c": "c", "d": "d", "r": "r"}),
    ],
)
def test_commits_before(time: int, expected: dict[str, str | None]) -> None:
    for tips in (list(expected), list(reversed(expected))):
        found = _commits_before(LINES, [*tips, "target"], time)
        assert {tip: found[tip] for tip in expected} == expected
        assert found["target"] is None
