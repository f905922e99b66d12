"""The questions to git in repositories that could give wrong answers."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.git.search.incomplete_clone import read_existing_blobs
from tests.support.project import Project
from tests.support.refusal_message import refusal

B = "migrations/versions/b_x.py"


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def remove_object(project: Project, id_: str) -> None:
    (project.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()


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


class TestNames:
    @pytest.mark.parametrize("kind", ["tag", "branch"])
    def test_a_remote_tracking_branch_comes_before_a_tag_or_local_branch(self, cloned: Project, kind: str) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        cloned.git(kind, "origin/main", cloned.commit("another"))
        assert repository(cloned).resolve(["origin/main"]) == [main]
        assert repository(cloned).full_name("origin/main") == "refs/remotes/origin/main"

    def test_other_names_mean_the_same_as_in_git(self, cloned: Project) -> None:
        cloned.git("branch", "topic/a")
        cloned.git("tag", "v1")
        names = ["topic/a", "v1", "HEAD", "refs/heads/main", "-x", "a\nb", "no/such"]
        head = cloned.git("rev-parse", "HEAD").strip()
        assert repository(cloned).resolve(names) == [head, head, head, head, None, None, None]

    def test_the_current_branch_has_its_name_also_beside_a_tag(self, project: Project) -> None:
        project.git("tag", "main")
        assert repository(project).current_branch() == "main"


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


class TestReplacedObjects:
    def test_a_replaced_blob_has_its_own_content(self, project: Project) -> None:
        blob = project.git("rev-parse", f":{B}").strip()
        project.write("other", "replaced")
        project.git("replace", blob, project.git("hash-object", "-w", "other").strip())
        assert b"down_revision" in dict(repository(project).read([blob]))[blob]
        assert repository(project).grep(INDEX, "down_revision", "*.py") == ["migrations/versions/a_x.py", B]

    def test_a_graft_adds_no_parent(self, project: Project) -> None:
        first, second = project.commit("first"), project.commit("second")
        graft = project.path / ".git" / "info" / "grafts"
        graft.parent.mkdir(exist_ok=True)
        graft.write_text(f"{second}\n")
        assert project.git("rev-list", "--count", "HEAD") == "1\n"
        assert repository(project).first_parent_line("HEAD")[:2] == [second, first]


class TestMissingObjects:
    @pytest.mark.parametrize("source", ["HEAD", INDEX])
    def test_a_search_by_content_fails(self, project: Project, source: str) -> None:
        remove_object(project, project.git("rev-parse", f"HEAD:{B}").strip())
        assert re.search(
            r"git grep failed: error: .* unable to read",
            refusal(lambda: repository(project).grep(source, "down_revision", "*.py")),
        )

    def test_a_merge_base_fails(self, project: Project) -> None:
        project.switch("topic", "HEAD")
        middle = project.commit("a")
        first = project.commit("b")
        project.switch("main")
        second = project.commit("c")
        remove_object(project, middle)
        assert refusal(lambda: repository(project).merge_base(first, second)).startswith("git merge-base failed")

    def test_unrelated_histories_have_no_merge_base(self, project: Project) -> None:
        main = project.commit()
        project.git("checkout", "-q", "--orphan", "other")
        other = project.commit()
        assert repository(project).merge_base(main, other) is None


@pytest.mark.git(2, 38)
def test_a_forecast_runs_no_filter(project: Project, tmp_path: Path) -> None:
    script = tmp_path / "filter"
    script.write_text(f"#!/bin/sh\necho ran >> '{tmp_path}/ran'\ncat\n")
    script.chmod(0o755)
    project.write(".gitattributes", "* filter=x text\n")
    project.write("n.txt", "0\n")
    start = project.commit()
    for branch, text in (("topic", "1\n"), ("other", "2\n")):
        project.switch(branch, start)
        project.write("n.txt", text)
        project.commit()
    project.git("config", "merge.renormalize", "true")
    for kind in ("clean", "smudge"):
        project.git("config", f"filter.x.{kind}", str(script))
    _, conflicts = repository(project).merge_tree("topic", "other") or ("", ())
    assert conflicts == ("n.txt",)
    assert not (tmp_path / "ran").exists()


@pytest.mark.git(2, 29)
class TestPartialClone:
    @pytest.fixture
    def partial(self, project: Project, tmp_path: Path) -> Project:
        project.git("config", "uploadpack.allowFilter", "true")
        project.git("config", "uploadpack.allowAnySHA1InWant", "true")
        options = ("--filter=blob:none", "--no-checkout", f"file://{project.path}", str(tmp_path / "partial"))
        subprocess.run(["git", "clone", "-q", *options], check=True)
        return Project(tmp_path / "partial")

    def test_files_come_in_one_fetch(self, partial: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        trace = tmp_path / "trace"
        monkeypatch.setenv("GIT_TRACE", str(trace))
        found = repository(partial).grep("HEAD", "down_revision", "*.py")
        assert found == ["migrations/versions/a_x.py", B]
        assert trace.read_text().count("run_command: git index-pack") == 1

    def test_only_missing_blobs_are_fetched(self, partial: Project) -> None:
        blobs = [partial.git("rev-parse", f"HEAD:migrations/versions/{name}_x.py").strip() for name in "ab"]
        partial.git("cat-file", "-e", blobs[0])
        assert [blob for blob, _ in repository(partial).read(blobs)] == blobs
        partial.git("remote", "set-url", "origin", "file:///nowhere")
        assert [blob for blob, _ in repository(partial).read(blobs)] == blobs

    def test_no_ref_is_made(self, partial: Project) -> None:
        before = partial.git("for-each-ref")
        repository(partial).grep("HEAD", "down_revision", "*.py")
        assert partial.git("for-each-ref") == before
        assert not (partial.path / ".git" / "FETCH_HEAD").exists()

    def test_a_search_for_lost_revisions_uses_existing_objects(self, partial: Project) -> None:
        partial.git("cat-file", "-e", f"HEAD:{B}")
        partial.git("remote", "set-url", "origin", "file:///nowhere")
        blobs = [partial.git("rev-parse", f"HEAD:migrations/versions/{name}_x.py").strip() for name in "ab"]
        assert [blob for blob, _ in read_existing_blobs(repository(partial), blobs)] == blobs[1:]

    def test_a_remote_out_of_reach(self, partial: Project) -> None:
        partial.git("remote", "set-url", "origin", "file:///nowhere")
        assert re.search(
            r"is missing 3 files and can't fetch from its remote origin: git fetch",
            refusal(lambda: repository(partial).grep("HEAD", "down_revision", "*.py")),
        )
