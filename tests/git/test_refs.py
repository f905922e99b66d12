"""Branches, tags and remotes."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.refs import BranchTip
from tests.support.project import Project


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_a_remote_tracking_branch_comes_before_a_tag_or_local_branch(cloned: Project, kind: str) -> None:
    main = cloned.git("rev-parse", "origin/main").strip()
    cloned.git(kind, "origin/main", cloned.commit("another"))
    assert repository(cloned).resolve(["origin/main"]) == [main]
    assert repository(cloned).full_name("origin/main") == "refs/remotes/origin/main"


def test_the_current_branch_has_its_name_also_beside_a_tag(project: Project) -> None:
    project.git("tag", "main")
    assert repository(project).current_branch() == "main"


class TestRemoteBranches:
    @pytest.fixture
    def fetched(self, project: Project) -> Project:
        """Return a clone with origin/main, origin/work one commit ahead of it, and origin/HEAD."""
        for name in ("main", "work"):
            project.git("update-ref", f"refs/remotes/origin/{name}", project.commit(name))
        project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        for remote in ("origin", "fork"):
            project.git("remote", "add", remote, f"file:///{remote}")
        return project

    def tip(self, project: Project, name: str) -> str:
        return project.git("rev-parse", name).strip()

    def test_by_name_in_the_given_order(self, fetched: Project) -> None:
        main, work = (self.tip(fetched, f"origin/{name}") for name in ("main", "work"))
        found = repository(fetched).remote_branches(["origin/work", "origin/gone", "origin/HEAD", "origin/main"])
        assert found == [("origin/work", work), ("origin/main", main), ("origin/main", main)]

    def test_by_commit(self, fetched: Project) -> None:
        main, work = (self.tip(fetched, f"origin/{name}") for name in ("main", "work"))
        found = repository(fetched)
        assert found.remote_branches_at(main) == ["origin/HEAD", "origin/main"]
        assert found.remote_branches_at(work) == ["origin/work"]
        assert found.remote_branches_with(main) == ["origin/main", "origin/work"]
        assert found.remote_branches_with(work) == ["origin/work"]

    def test_those_of_the_current_branch(self, fetched: Project) -> None:
        found = repository(fetched)
        assert found.own_remote_branches() == {"", "origin/main", "fork/main"}
        fetched.git("branch", "-q", "--set-upstream-to", "origin/work")
        assert found.own_remote_branches() == {"origin/work", "origin/main", "fork/main"}
        assert found.upstream() == "refs/remotes/origin/work"
        fetched.git("checkout", "-q", "--detach")
        assert (found.own_remote_branches(), found.upstream(), found.current_branch()) == (frozenset(), None, None)

    def test_symbolic_refs(self, fetched: Project) -> None:
        assert repository(fetched).symbolic_refs() == {"refs/remotes/origin/HEAD": "refs/remotes/origin/main"}


@pytest.mark.parametrize(
    ("settings", "remote"),
    [
        ({}, "origin"),
        ({"branch.main.remote": "a"}, "a"),
        ({"branch.main.remote": "a", "remote.pushDefault": "b"}, "b"),
        ({"branch.main.remote": "a", "remote.pushDefault": "b", "branch.main.pushRemote": "c"}, "c"),
        ({"branch.other.pushRemote": "c"}, "origin"),
    ],
)
def test_remote_of_a_plain_push(empty: Project, settings: dict[str, str], remote: str) -> None:
    for key, value in settings.items():
        empty.git("config", key, value)
    assert repository(empty).push_remote() == remote


def test_branches_that_no_worktree_has(project: Project) -> None:
    for name in ("free", "taken", "group/free"):
        project.git("branch", name)
    project.git("worktree", "add", "-q", str(project.path.parent / "other"), "taken")
    assert repository(project).free_branches() == {"free", "group/free"}


def test_refs_that_match_a_glob(project: Project) -> None:
    for name in ("v1", "v2", "w1"):
        project.git("tag", name)
    assert repository(project).matching_refs("refs/tags/v*") == ["refs/tags/v1", "refs/tags/v2"]
    assert repository(project).matching_refs("refs/heads/v*") == []


def test_tips_of_branches_name_their_author_and_commit_time(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")
    commit = project.commit()
    project.git("update-ref", "refs/remotes/origin/a", commit)
    project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/a")
    project.git("update-ref", "refs/remotes/origin/tree", f"{commit}^{{tree}}")
    found = repository(project)
    tip = BranchTip("refs/heads/main", commit, "Bob", 1769904000)
    assert found.branch_tips(["refs/heads", "refs/remotes/origin"]) == [tip, tip._replace(ref="refs/remotes/origin/a")]
    assert found.describe_tips([commit, commit]) == {commit: tip._replace(ref=commit)}
    assert found.describe_tips([]) == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HEAD", "refs/heads/main"),
        ("main", "refs/heads/main"),
        ("refs/heads/main", "refs/heads/main"),
        ("v1", "refs/tags/v1"),
        ("gone", None),
        ("refs/heads/gone", None),
        ("HEAD~", None),
    ],
)
def test_full_name(project: Project, name: str, expected: str | None) -> None:
    project.git("tag", "v1")
    assert repository(project).full_name(name) == expected


def test_settings_of_git_alembic(project: Project) -> None:
    assert repository(project).alembic_config() == []
    project.git("config", "alembic.target", "a\nb")
    project.git("config", "alembic.rules.X-Y", "off")
    with (project.path / ".git" / "config").open("a") as stream:
        stream.write("[alembic]\n\tfetch\n[alembicx]\n\ta = b\n")
    assert repository(project).alembic_config() == [("target", "a\nb"), ("rules.x-y", "off"), ("fetch", None)]
