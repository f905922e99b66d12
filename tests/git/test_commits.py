"""Commits, their names, and the order in which they added files."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.commits import FirstParent
from tests.support.project import Project
from tests.support.refusal_message import refusal


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


class TestResolve:
    def test_a_commit_that_does_not_exist(self, project: Project) -> None:
        assert repository(project).commit("main") == project.git("rev-parse", "HEAD").strip()
        assert refusal(lambda: repository(project).commit("gone")) == "gone isn't a commit in this repository"

    def test_a_commit_that_a_shallow_clone_may_lack(self, project: Project, tmp_path: Path) -> None:
        project.commit()
        project.git("clone", "-q", "--depth=1", f"file://{project.path}", str(tmp_path / "shallow"))
        shallow = repository(Project(tmp_path / "shallow"))
        assert shallow.is_shallow()
        assert not repository(project).is_shallow()
        assert refusal(lambda: shallow.commit("HEAD~")) == (
            "HEAD~ isn't a commit in this repository, which is a shallow clone without the old commits "
            "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
        )

    def test_before_the_first_commit(self, empty: Project) -> None:
        assert repository(empty).has_commit() is False
        commit = empty.commit()
        assert repository(empty).has_commit() is True
        (empty.path / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
        assert (repository(empty).has_commit(), repository(empty).resolve(["HEAD"])) == (True, [None])


class TestMergeInProgress:
    @pytest.fixture
    def merging(self, project: Project) -> Project:
        """Merge the branches a and b into main, without a commit."""
        for name in "ab":
            project.switch(name, "main")
            project.write(name, name)
            project.commit(name)
        project.switch("main")
        project.git("merge", "-q", "--no-commit", "a", "b")
        return project

    def test_parents_and_their_names(self, merging: Project) -> None:
        found = repository(merging)
        parents = merging.git("rev-parse", "a", "b").split()
        assert found.merge_parents() == parents
        assert found.merge_parent_names(parents[::-1]) == ["b", "a"]
        (merging.path / ".git" / "MERGE_MSG").write_text("Merge branch 'gone'\n\n'a'\n")
        merging.git("tag", "v1", "b")
        assert found.merge_parent_names(parents) == ["a", "b"]
        merging.git("branch", "-qD", "b")
        assert found.merge_parent_names(parents) == ["a", "MERGE_HEAD"]

    def test_before_git_writes_the_merge(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        assert repository(project).merge_parents() == []
        monkeypatch.setenv("GITHEAD_" + "b" * 40, "topic")
        monkeypatch.setenv("GITHEAD_" + "a" * 40, "origin/x")
        assert repository(project).merge_parents() == ["a" * 40, "b" * 40]
        assert repository(project).merge_parent_names(["b" * 40]) == ["topic"]


class TestDescriptions:
    @pytest.fixture
    def commit(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-03-04T23:30:00-0700")
        monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")
        project.write("new.py", "")
        return project.commit("add it\n\nand more")

    def test_of_a_commit(self, project: Project, commit: str) -> None:
        assert repository(project).describe(commit) == (commit[:7], "Bob", "2026-03-04")
        assert repository(project).commit_message(commit) == "add it\n\nand more\n\n"

    def test_of_the_addition_of_a_path(self, project: Project, commit: str) -> None:
        last = project.commit("later")
        found = repository(project)
        assert found.describe_addition(last, "new.py") == (commit[:7], "Bob", "2026-03-04")
        assert found.describe_addition(last, "never.py") == found.describe(last)


class TestRemovedFiles:
    FOLDER = "migrations/versions"

    def test_deletions(self, project: Project) -> None:
        blobs = {name: project.git("rev-parse", f"HEAD:{self.FOLDER}/{name}_x.py").strip() for name in "ab"}
        project.write(f"{self.FOLDER}/note.txt", "x")
        project.commit()
        project.git("rm", "-q", f"{self.FOLDER}/b_x.py", f"{self.FOLDER}/note.txt", "migrations/env.py")
        head = project.commit()
        found = repository(project)
        assert found.list_deletions(head, [self.FOLDER]) == [(f"{self.FOLDER}/b_x.py", blobs["b"])]
        assert found.list_deletions(head, ["other"]) == found.list_deletions("HEAD~", [self.FOLDER]) == []
        assert [path for path, _ in found.list_deletions(head, [""])] == ["migrations/env.py", f"{self.FOLDER}/b_x.py"]

    def test_additions_that_a_remote_branch_dropped(self, project: Project) -> None:
        start = project.git("rev-parse", "HEAD").strip()
        project.git("config", "core.logAllRefUpdates", "true")
        project.revision("c", "b")
        added = project.commit()
        blob = project.git("rev-parse", f"HEAD:{self.FOLDER}/c_x.py").strip()
        for commit in (added, start):
            project.git("update-ref", "refs/remotes/origin/main", commit)
        found = repository(project)
        dropped = [(f"{self.FOLDER}/c_x.py", blob)]
        assert found.list_dropped_additions("origin/main", start, [self.FOLDER]) == dropped
        assert found.list_dropped_additions("origin/main", added, [self.FOLDER]) == []
        assert found.list_dropped_additions("origin/main", start, ["other"]) == []
        assert found.list_dropped_additions("main", start, [self.FOLDER]) == []
        assert found.list_dropped_additions("gone", start, [self.FOLDER]) == []


class TestLines:
    def test_first_parents(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        root = project.git("rev-parse", "HEAD").strip()
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
        project.switch("side", "HEAD")
        side = project.commit("side")
        project.switch("main")
        main = project.commit("main")
        project.git("merge", "-q", "--no-ff", "--no-edit", "side")
        merge = project.git("rev-parse", "HEAD").strip()
        found = repository(project)
        assert found.first_parent_line(merge) == [merge, main, root]
        time = 1769904000
        assert found.first_parents([merge], side) == {merge: FirstParent(main, time), main: FirstParent(root, time)}
        project.git("checkout", "-q", "--orphan", "other")
        alone = project.commit("alone")
        assert found.first_parents([alone], side) == {alone: FirstParent(None, time)}
        assert found.first_parents([], side) == {}
        first, *middle, last = found.list_commits([merge, f"^{root}"])
        assert first == (root, (), 1767323045, True)
        assert sorted(middle) == sorted([(side, (root,), time, False), (main, (root,), time, False)])
        assert last == (merge, (main, side), time, False)
