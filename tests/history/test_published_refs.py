"""The published refs, and the commits on them."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Settings
from git_alembic.git import Repository
from git_alembic.history.published_refs import find_published_refs, is_published
from git_alembic.history.target_branch import find_target
from tests.support.project import Project
from tests.support.refusal_message import refusal


class TestAmbiguousNames:
    @pytest.mark.parametrize("name", ["origin/main", "main"])
    def test_a_branch_comes_before_a_tag(self, cloned: Project, name: str) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        cloned.git("tag", name, cloned.git("commit-tree", "-m", "x", "HEAD^{tree}").strip())
        repository = Repository(str(cloned.path))
        assert find_target(repository, Settings(target=name)) == (name, main)
        assert find_published_refs(repository, Settings(published=(name,)), ()) == [(name, main)]
        assert find_published_refs(repository, Settings(), (name,)) == [(name, main)]


class TestPublishedRefs:
    def test_patterns_of_the_options_replace_those_of_the_settings(self, cloned: Project) -> None:
        head = cloned.git("rev-parse", "HEAD").strip()
        for name in ("release/1", "release/2", "old"):
            cloned.git("update-ref", f"refs/remotes/origin/{name}", head)
        cloned.git("tag", "v1")
        repository, settings = Repository(str(cloned.path)), Settings(published=("origin/old",))
        assert find_published_refs(repository, settings, ()) == [("origin/old", head)]
        assert find_published_refs(repository, settings, ("origin/release/*", "refs/tags/v[0-9]", "main")) == [
            ("refs/remotes/origin/release/1", head),
            ("refs/remotes/origin/release/2", head),
            ("refs/tags/v1", head),
            ("main", head),
        ]
        assert find_published_refs(repository, Settings(), ()) == [("origin/main", head)]

    def test_no_remote_and_no_pattern(self, project: Project) -> None:
        assert find_published_refs(Repository(str(project.path)), Settings(), ()) == []

    def test_a_missing_ref(self, cloned: Project) -> None:
        assert refusal(
            lambda: find_published_refs(Repository(str(cloned.path)), Settings(published=("main", "origin/gone")), ())
        ) == (
            "the published ref origin/gone does not exist here: run `git fetch`, "
            "or change `published` in [tool.git-alembic]"
        )


class TestPublishedCommits:
    def test_on_a_ref_or_on_the_local_branch_of_the_target(self, cloned: Project) -> None:
        repository = Repository(str(cloned.path))
        local = cloned.commit("on main, not pushed")
        cloned.switch("trunk", "HEAD")
        topic = cloned.commit("on trunk")

        def published(settings: Settings, *refs: str) -> list[bool]:
            return [is_published(repository, settings, commit, refs) for commit in (local, topic)]

        assert published(Settings()) == [True, False]
        assert published(Settings(), topic) == [True, True]
        cloned.git("update-ref", "refs/remotes/origin/trunk", "origin/main")
        assert published(Settings(target="origin/trunk")) == [True, True]
        cloned.git("branch", "-qM", "trunk", "other")
        assert published(Settings(target="origin/trunk")) == [False, False]

    @pytest.mark.parametrize(("branch", "expected"), [("main", True), ("master", True), ("trunk", False)])
    def test_without_a_target_on_a_branch_with_a_usual_name(
        self, project: Project, branch: str, expected: bool
    ) -> None:
        project.git("branch", "-qM", branch)
        head = project.git("rev-parse", "HEAD").strip()
        assert is_published(Repository(str(project.path)), Settings(), head, ()) is expected
