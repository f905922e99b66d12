"""Commits, their names, and the order in which they added files."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from tests.support.project import Project


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def test_subjects_of_commits(project: Project) -> None:
    """An empty message, one with several lines, and one that a setting of `git log` would change."""
    project.git("config", "i18n.logOutputEncoding", "latin-1")
    ids = []
    for message in ("two\nlines\n\nand more", "", "größe | \N{SNOWMAN}"):
        project.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message)
        ids.append(project.git("rev-parse", "HEAD").strip())
    found = repository(project).subjects([*ids, ids[0]])
    assert found == dict(zip(ids, ("two lines", "", "größe | \N{SNOWMAN}"), strict=True))
    assert repository(project).subjects([]) == {}


def test_names_mean_the_same_as_in_git(cloned: Project) -> None:
    cloned.git("branch", "topic/a")
    cloned.git("tag", "v1")
    names = ["topic/a", "v1", "HEAD", "refs/heads/main", "-x", "a\nb", "no/such"]
    head = cloned.git("rev-parse", "HEAD").strip()
    assert repository(cloned).resolve(names) == [head, head, head, head, None, None, None]


class TestOrderOfAddition:
    @pytest.fixture(autouse=True)
    def one_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")

    def added(self, project: Project, name: str) -> None:
        project.write(name, name)
        project.commit(f"add {name}")

    def test_commits_of_one_second_keep_their_order(self, project: Project) -> None:
        self.added(project, "z")
        self.added(project, "a")
        self.added(project, "m")
        assert repository(project).order_of_addition("HEAD", ["a", "m", "never", "z"]) == ["z", "a", "m"]

    def test_files_of_a_merge_come_after_existing_files(self, project: Project) -> None:
        project.git("checkout", "-qb", "side")
        self.added(project, "a")
        self.added(project, "0")
        project.git("checkout", "-q", "main")
        self.added(project, "z")
        project.git("merge", "-q", "--no-edit", "side")
        assert repository(project).order_of_addition("HEAD", ["0", "a", "z"]) == ["z", "a", "0"]

    def test_a_tip_without_commits_added_nothing(self, project: Project) -> None:
        assert repository(project).order_of_addition("no/such", ["z"]) == []

    def test_more_paths_than_fit_into_a_command_line(self, project: Project) -> None:
        paths = [f"many/{number}" for number in range(101)]
        for path in paths:
            project.write(path, path)
        project.commit("add all")
        self.added(project, "many/other")
        assert repository(project).order_of_addition("HEAD", paths) == sorted(paths)
        assert repository(project).order_of_addition("HEAD", [*paths, "alembic.ini"])[0] == "alembic.ini"


class TestLastAdditions:
    @pytest.mark.parametrize("folder", ["", "a/b/"])
    @pytest.mark.parametrize("count", [1, 10, 11])
    def test_each_path_has_the_newest_commit_that_added_it(self, project: Project, count: int, folder: str) -> None:
        names = [f"{folder}{number}" for number in range(count)]
        for name in names:
            project.write(name, name)
        both = project.commit("add both")
        (project.path / names[0]).unlink()
        project.commit("remove")
        project.write(names[0], "again")
        again = project.commit("add again")
        expected = {**dict.fromkeys(names, both), names[0]: again}
        assert repository(project).last_additions(["HEAD"], [*names, f"{folder}never"]) == expected


def test_a_graft_adds_no_parent(project: Project) -> None:
    first, second = project.commit("first"), project.commit("second")
    graft = project.path / ".git" / "info" / "grafts"
    graft.parent.mkdir(exist_ok=True)
    graft.write_text(f"{second}\n")
    assert project.git("rev-list", "--count", "HEAD") == "1\n"
    assert repository(project).first_parent_line("HEAD")[:2] == [second, first]
