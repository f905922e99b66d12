"""Inside the pre-commit hook, the index gets the file with the heads, and so does the working tree if it agrees."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.repair.heads_file_plan import HeadsFileStep
from git_alembic.repair.heads_file_staging import stage_heads_files
from tests.support.layouts import copied
from tests.support.project import INI, Project

PATH = "migrations/heads.txt"
TO_C = HeadsFileStep(PATH, "it has the head 'c' instead of 'b'", b"c\n")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("template") / "work")


@pytest.fixture
def staged(template: Project, tmp_path: Path) -> Project:
    """The line a <- b is committed with its file, and c is staged on b."""
    if not template.path.exists():
        template.path.mkdir()
        template.init()
        template.write("alembic.ini", INI)
        template.write("migrations/env.py", "")
        template.revision("a")
        template.revision("b", "a")
        template.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
        template.write(PATH, "b\n")
        template.commit("heads")
        template.revision("c", "b")
        template.git("add", "-A")
    return copied(template.path, tmp_path / "work")


def stage(project: Project, *paths: str) -> list[HeadsFileStep]:
    return stage_heads_files(Repository(str(project.path)), paths or (PATH,))


def in_index(project: Project, index: str = "") -> str:
    """Return the mode and the content of the file in an index."""
    before = os.environ.pop("GIT_INDEX_FILE", None)
    if index:
        os.environ["GIT_INDEX_FILE"] = index
    mode, blob, *_ = project.git("ls-files", "--stage", PATH).split()
    os.environ.pop("GIT_INDEX_FILE", None)
    if before:
        os.environ["GIT_INDEX_FILE"] = before
    return f"{mode} {project.git('cat-file', 'blob', blob)}"


def test_the_index_and_the_working_tree_get_the_file(staged: Project) -> None:
    assert stage(staged) == [TO_C]
    assert in_index(staged) == "100644 c\n"
    assert (staged.path / PATH).read_text() == "c\n"
    assert stage(staged) == []


def test_only_the_given_files(staged: Project) -> None:
    assert stage(staged, "other/heads.txt") == []
    assert in_index(staged) == "100644 b\n"


def test_a_new_file(staged: Project) -> None:
    staged.git("rm", "-qf", PATH)
    assert stage(staged) == [HeadsFileStep(PATH, "a new file with the head 'c'", b"c\n")]
    assert in_index(staged) == "100644 c\n"
    assert (staged.path / PATH).read_text() == "c\n"


def test_the_mode_stays(staged: Project) -> None:
    staged.git("update-index", "--chmod=+x", PATH)
    (staged.path / PATH).chmod(0o755)
    assert stage(staged) == [TO_C]
    assert in_index(staged) == "100755 c\n"


@pytest.mark.parametrize("kind", ["edited", "deleted", "a folder", "a link"])
def test_something_else_in_the_working_tree_stays(staged: Project, kind: str) -> None:
    place = staged.path / PATH
    place.unlink()
    if kind == "edited":
        place.write_text("my own\n")
    elif kind == "a folder":
        place.mkdir()
    elif kind == "a link":
        (staged.path / "b").write_text("b\n")
        place.symlink_to("../b")
    before = (place.is_symlink(), place.is_dir(), place.read_text() if place.is_file() else "")
    assert stage(staged) == [TO_C]
    assert in_index(staged) == "100644 c\n"
    assert (place.is_symlink(), place.is_dir(), place.read_text() if place.is_file() else "") == before


def test_a_new_file_does_not_replace_one_that_git_does_not_know(staged: Project) -> None:
    staged.git("rm", "-q", "--cached", PATH)
    assert stage(staged) == [HeadsFileStep(PATH, "a new file with the head 'c'", b"c\n")]
    assert (staged.path / PATH).read_text() == "b\n"


def test_a_file_with_other_lines_is_left_alone(staged: Project) -> None:
    staged.write(PATH, "Heads of departments\n")
    staged.git("add", PATH)
    assert stage(staged) == []
    assert in_index(staged) == "100644 Heads of departments\n"


def copy_index(project: Project, name: str) -> str:
    place = project.path / ".git" / name
    shutil.copy(project.path / ".git/index", place)
    return str(place)


def test_an_index_of_someone_else_does_not_concern_the_working_tree(
    staged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = copy_index(staged, "other")
    monkeypatch.setenv("GIT_INDEX_FILE", index)
    assert stage(staged) == [TO_C]
    assert (in_index(staged, index), in_index(staged)) == ("100644 c\n", "100644 b\n")
    assert (staged.path / PATH).read_text() == "b\n"


@pytest.mark.parametrize("name", ["index", "index.lock"])
def test_the_index_of_the_commit_may_be_relative_or_locked(
    staged: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name != "index":
        copy_index(staged, name)
    monkeypatch.setenv("GIT_INDEX_FILE", f".git/{name}")
    monkeypatch.chdir(staged.path)
    assert stage(staged) == [TO_C]
    assert in_index(staged, f".git/{name}") == "100644 c\n"
    assert (staged.path / PATH).read_text() == "c\n"


def test_a_commit_of_one_path_writes_the_index_after_the_commit_too(
    staged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit has c. The index after it also has d."""
    partial = copy_index(staged, "next-index-123.lock")
    staged.revision("d", "c")
    staged.git("add", "-A")
    lasting = copy_index(staged, "index.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", partial)
    assert stage(staged) == [TO_C]
    assert (in_index(staged, partial), in_index(staged, lasting)) == ("100644 c\n", "100644 d\n")
    assert (staged.path / PATH).read_text() == "d\n"


def test_beside_a_staged_fork_both_indexes_get_the_file_of_the_commit(
    staged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = copy_index(staged, "next-index-123.lock")
    staged.revision("d", "b")
    staged.git("add", "-A")
    lasting = copy_index(staged, "index.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", partial)
    assert stage(staged) == [TO_C]
    assert (in_index(staged, partial), in_index(staged, lasting)) == ("100644 c\n", "100644 c\n")
    assert (staged.path / PATH).read_text() == "c\n"
