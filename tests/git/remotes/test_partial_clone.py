"""A clone without blobs gets the missing ones from its remote in one fetch."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.partial_clone import read_existing_blobs
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal

B = "migrations/versions/b_x.py"


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


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


def test_missing_blobs_and_other_objects_are_left_out(project: Project) -> None:
    blob, commit = (project.git("rev-parse", name).strip() for name in ("HEAD:alembic.ini", "HEAD"))
    gone = project.git("rev-parse", "HEAD:migrations/versions/a_x.py").strip()
    (project.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    repository = Repository(str(project.path))
    assert list(read_existing_blobs(repository, [gone, blob, commit, "1" * 40, blob])) == [(blob, INI.encode())]
    assert list(read_existing_blobs(repository, [])) == []
