"""A tree as a folder: the working tree itself, or a copy with git, links and local settings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.scratch.checkout import WORKING_TREE, Checkout, check_out
from tests.support.project import Project
from tests.support.refusal_message import refusal


@contextmanager
def checked_out(project: Project, source: str) -> Iterator[Checkout]:
    with check_out(Repository(str(project.path)), source, ["migrations/versions"]) as checkout:
        assert checkout.working_tree == str(project.path)
        yield checkout
    assert checkout.top == str(project.path) or not Path(checkout.top).exists()


def is_copied(project: Project, source: str) -> bool:
    with checked_out(project, source) as checkout:
        return checkout.top != str(project.path)


def git(folder: str, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class TestCopies:
    def test_only_if_the_tree_differs_from_the_working_tree(self, project: Project) -> None:
        assert [is_copied(project, source) for source in (INDEX, WORKING_TREE, "HEAD")] == [False, False, True]
        project.write("untracked.py", "x = 1")
        assert not is_copied(project, INDEX)
        project.write("alembic.ini", "changed")
        assert [is_copied(project, source) for source in (INDEX, WORKING_TREE)] == [True, False]

    def test_an_untracked_revision_makes_a_difference(self, project: Project) -> None:
        project.write("migrations/versions/note.txt", "")
        assert not is_copied(project, INDEX)
        project.revision("c", "b")
        assert is_copied(project, INDEX)

    def test_a_bare_repository(self, project: Project) -> None:
        project.git("config", "core.bare", "true")
        repository = Repository(str(project.path / ".git"))

        def action() -> None:
            with check_out(repository, "HEAD", []):
                raise AssertionError

        assert refusal(action) == "there is no working tree here, and the project's code needs one to run"


class TestContent:
    def test_files_are_those_of_the_tree_byte_for_byte(self, empty: Project) -> None:
        empty.git("config", "core.autocrlf", "true")
        empty.write(".gitattributes", "*.txt text eol=crlf\n")
        empty.write("a.txt", "1\n2\n")
        empty.write("b/c.py", "")
        program = empty.write("run.sh", "")
        (empty.path / program).chmod(0o755)
        (empty.path / "link").symlink_to("b/c.py")
        empty.commit()
        empty.write("a.txt", "other")
        with checked_out(empty, INDEX) as checkout:
            top = Path(checkout.top)
            assert top.name == empty.path.name
            assert (top / "a.txt").read_bytes() == b"1\n2\n"
            assert (top / "link").readlink() == Path("b/c.py")
            assert [os.access(top / name, os.X_OK) for name in ("run.sh", "a.txt")] == [True, False]

    def test_local_settings_are_copied_unless_the_tree_has_them(self, empty: Project) -> None:
        empty.write("app/main.py", "")
        empty.write("app/.flaskenv", "committed")
        empty.commit()
        for path in (".env", "app/.env", "app/.flaskenv", "other/.env"):
            empty.write(path, "local")
        with checked_out(empty, "HEAD") as checkout:
            found = {
                str(path.relative_to(checkout.top)): path.read_text() for path in Path(checkout.top).rglob(".*env")
            }
        assert found == {".env": "local", "app/.env": "local", "app/.flaskenv": "committed"}

    def test_a_submodule_is_a_link_to_the_working_tree(self, project: Project) -> None:
        commit = project.git("rev-parse", "HEAD").strip()
        for name in ("vendor", "missing"):
            project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{name}")
        project.write("vendor/x.py", "x = 1")
        with checked_out(project, INDEX) as checkout:
            assert (Path(checkout.top) / "vendor" / "x.py").read_text() == "x = 1"
            assert not os.path.lexists(Path(checkout.top) / "missing")


class TestGit:
    def test_the_copy_has_its_own_index_and_the_same_head(self, project: Project) -> None:
        start = project.git("rev-parse", "HEAD").strip()
        project.revision("c", "b")
        project.git("add", "-A")
        project.write("alembic.ini", "changed")
        with checked_out(project, INDEX) as checkout:
            assert git(checkout.top, "rev-parse", "HEAD") == start
            assert git(checkout.top, "status", "--porcelain") == "A  migrations/versions/c_x.py"
            git(checkout.top, "rm", "-q", "--cached", "alembic.ini")
        assert "alembic.ini" in project.git("ls-files")
        assert project.git("worktree", "list").count("\n") == 1
        head = project.commit()
        with checked_out(project, start) as checkout:
            assert git(checkout.top, "rev-parse", "HEAD") == head
            assert git(checkout.top, "diff", "--name-only") == ""
            assert (
                git(checkout.top, "ls-files").split()
                == git(str(project.path), "ls-tree", "-r", "--name-only", start).split()
            )

    def test_an_index_elsewhere(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        (project.path / ".git" / "other").write_bytes((project.path / ".git" / "index").read_bytes())
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/other")
        project.revision("c", "b")
        project.git("add", "-A")
        project.write("alembic.ini", "changed")
        with checked_out(project, INDEX) as checkout:
            monkeypatch.delenv("GIT_INDEX_FILE")
            assert git(checkout.top, "status", "--porcelain") == "A  migrations/versions/c_x.py"
