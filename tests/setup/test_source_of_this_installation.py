"""The source of the installed git-alembic in its metadata, and the checks of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic import __version__
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.setup.source_of_this_installation import (
    Installation,
    check_installable,
    find_installation,
    version_line,
)
from tests.support.installations import installed_from
from tests.support.project import Project

COMMIT = "4f" * 20
GIT = {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}
URLS = [
    (None, Installation("index")),
    ({"url": "https://example.org/x.git", "vcs_info": GIT}, Installation("git", "https://example.org/x.git", COMMIT)),
    (
        {"url": "https://ada:secret@example.org/x.git", "vcs_info": GIT},
        Installation("git", "https://example.org/x.git", COMMIT),
    ),
    (
        {"url": "ssh://git@example.org/x.git", "vcs_info": GIT},
        Installation("git", "ssh://git@example.org/x.git", COMMIT),
    ),
    (
        {"url": "https://example.org/x-1.whl", "archive_info": {}},
        Installation("archive", "https://example.org/x-1.whl"),
    ),
    ({"url": "file:///home/a%20b/x", "dir_info": {"editable": True}}, Installation("folder", "/home/a b/x")),
    ({"url": "file:///home/x-1.whl", "archive_info": {}}, Installation("folder", "/home/x-1.whl")),
    (
        {"url": "https://example.org/x.git", "vcs_info": GIT, "subdirectory": "python"},
        Installation("folder", "https://example.org/x.git"),
    ),
]


@pytest.mark.parametrize(("direct_url", "expected"), URLS)
def test_the_source_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct_url: dict[str, object] | None, expected: Installation
) -> None:
    monkeypatch.syspath_prepend(installed_from(tmp_path, direct_url)["PYTHONPATH"])
    assert find_installation() == expected
    commit = " (4f4f4f4f4f)" if expected.commit else ""
    assert version_line() == f"git-alembic {__version__}{commit}"


def test_no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert find_installation().kind == "folder"


@pytest.mark.parametrize(
    ("installation", "plain", "drift"),
    [
        (Installation("index"), f"git-alembic=={__version__}", f"git-alembic[drift]=={__version__}"),
        (Installation("archive", "https://x/y.whl"), "git-alembic @ https://x/y.whl", "git-alembic[drift] @ https://x/y.whl"),
        (Installation("folder", "/x"), "", ""),
    ],
)  # fmt: skip
def test_the_requirement_for_pip(installation: Installation, plain: str, drift: str) -> None:
    assert (installation.requirement(), installation.requirement("drift")) == (plain, drift)


class TestCheck:
    @pytest.fixture(autouse=True)
    def _there(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(project.path)

    def refusal(self, installation: Installation) -> str:
        with pytest.raises(CannotCheck) as refusal:
            check_installable(Repository(), installation)
        return str(refusal.value)

    def test_a_commit(self, project: Project, tmp_path: Path) -> None:
        """Even if the server provides the commit only with the branch."""
        subprocess.run(["git", "clone", "-q", "--bare", str(project.path), str(tmp_path / "ours.git")], check=True)
        first = project.git("rev-parse", "HEAD").strip()
        project.commit("more")
        project.git("push", "-q", str(tmp_path / "ours.git"), "main")
        address = f"file://{tmp_path}/ours.git"
        check_installable(Repository(), Installation("git", address, first))
        unpushed = project.commit("not pushed")
        assert self.refusal(Installation("git", address, unpushed)) == (
            f"git-alembic was installed from the commit {unpushed}, which {address} does not have: push it, or install "
            "git-alembic again"
        )

    def test_no_repository_at_the_address(self, tmp_path: Path) -> None:
        address = f"file://{tmp_path}/nowhere"
        assert self.refusal(Installation("git", address, COMMIT)).startswith(f"git fetch from {address} failed: ")

    @pytest.mark.parametrize("index", [True, False])
    def test_an_index(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: bool) -> None:
        for name, value in installed_from(tmp_path, index=index).items():
            monkeypatch.setenv(name, value)
        if index:
            check_installable(Repository(), Installation("index"))
            return
        assert self.refusal(Installation("index")) == (
            f"`git-alembic=={__version__}` cannot be installed, so the hooks would fail on the first commit: "
            f"ERROR: No matching distribution found for git-alembic=={__version__}"
        )

    def test_a_folder_run_once_by_uvx(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Its program is on PATH only for this run."""
        folder = tmp_path / "uv" / "archive-v0" / "x" / "bin"
        folder.mkdir(parents=True)
        (folder / "git-alembic").write_text("#!/bin/sh\n")
        (folder / "git-alembic").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        assert "but there isn't one" in self.refusal(Installation("folder", "/x"))

    def test_a_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        check_installable(Repository(), Installation("folder", "/x"))
        monkeypatch.setenv("PATH", f"{Path(shutil.which('git') or '').parent}:/usr/bin:/bin")
        assert self.refusal(Installation("folder", "/x")) == (
            "git-alembic was installed from /x, so hooks can only run the `git-alembic` on PATH, but there isn't one: "
            f"activate its environment or add {Path(sys.executable).parent} to PATH, and try again"
        )
