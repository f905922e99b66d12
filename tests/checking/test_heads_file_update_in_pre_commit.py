"""The heads file is updated during the commit if nothing else stops it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from git_alembic.checking.heads_file_update_in_pre_commit import stage_heads_files, update_heads_files
from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from git_alembic.repair.heads_file_plan import HeadsFileStep
from tests.support.layouts import copied
from tests.support.project import INI, Project

HEADS = "migrations/heads.txt"
TO_C = HeadsFileStep(HEADS, "it has the head 'c' instead of 'b'", b"c\n")
STALE = Finding("heads-file", HEADS, 0, ("c",), "it has another head")
ELSEWHERE = STALE._replace(path="other/heads.txt")
WARNING = Finding("edited-revision", "x.py", 0, ("b",), "edited", severity="warning")
FORK = Finding("multiple-heads", "x.py", 0, ("b", "c"), "2 heads")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("template") / "work")


@pytest.fixture
def linear(template: Project, tmp_path: Path) -> Project:
    """The line a <- b is committed with its file, and c is staged on b."""
    if not template.path.exists():
        template.path.mkdir()
        template.init()
        template.write("alembic.ini", INI)
        template.write("migrations/env.py", "")
        template.revision("a")
        template.revision("b", "a")
        template.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
        template.write(HEADS, "b\n")
        template.commit("heads")
        template.revision("c", "b")
        template.git("add", "-A")
    return copied(template.path, tmp_path / "work")


def stage(project: Project, *paths: str) -> list[HeadsFileStep]:
    return stage_heads_files(Repository(str(project.path)), paths or (HEADS,))


def in_index(project: Project, index: str = "") -> str:
    """Return the mode and the content of the file in an index."""
    before = os.environ.pop("GIT_INDEX_FILE", None)
    if index:
        os.environ["GIT_INDEX_FILE"] = index
    mode, blob, *_ = project.git("ls-files", "--stage", HEADS).split()
    os.environ.pop("GIT_INDEX_FILE", None)
    if before:
        os.environ["GIT_INDEX_FILE"] = before
    return f"{mode} {project.git('cat-file', 'blob', blob)}"


def test_what_is_staged_needs_no_finding(linear: Project, capsys: pytest.CaptureFixture[str]) -> None:
    report = update_heads_files(Repository(str(linear.path)), Report(findings=(STALE, WARNING, ELSEWHERE)))
    assert report.findings == (WARNING, ELSEWHERE)
    assert linear.git("show", f":{HEADS}") == "c\n"
    assert capsys.readouterr().err == f"git-alembic: staged {HEADS}: it has the head 'c' instead of 'b'\n"


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(findings=(WARNING,)),
        Report(findings=(STALE, FORK)),
        Report(findings=(STALE,), reason="no configuration"),
    ],
)
def test_nothing_is_written(linear: Project, capsys: pytest.CaptureFixture[str], report: Report) -> None:
    assert update_heads_files(Repository(str(linear.path)), report) is report
    assert linear.git("show", f":{HEADS}") == "b\n"
    assert capsys.readouterr().err == ""


def test_the_index_and_the_working_tree_get_the_file(linear: Project) -> None:
    assert stage(linear) == [TO_C]
    assert in_index(linear) == "100644 c\n"
    assert (linear.path / HEADS).read_text() == "c\n"
    assert stage(linear) == []


def test_only_the_given_files(linear: Project) -> None:
    assert stage(linear, "other/heads.txt") == []
    assert in_index(linear) == "100644 b\n"


def test_a_new_file(linear: Project) -> None:
    linear.git("rm", "-qf", HEADS)
    assert stage(linear) == [HeadsFileStep(HEADS, "a new file with the head 'c'", b"c\n")]
    assert in_index(linear) == "100644 c\n"
    assert (linear.path / HEADS).read_text() == "c\n"


def test_the_mode_stays(linear: Project) -> None:
    linear.git("update-index", "--chmod=+x", HEADS)
    (linear.path / HEADS).chmod(0o755)
    assert stage(linear) == [TO_C]
    assert in_index(linear) == "100755 c\n"


@pytest.mark.parametrize("kind", ["edited", "deleted", "a folder", "a link"])
def test_something_else_in_the_working_tree_stays(linear: Project, kind: str) -> None:
    place = linear.path / HEADS
    place.unlink()
    if kind == "edited":
        place.write_text("my own\n")
    elif kind == "a folder":
        place.mkdir()
    elif kind == "a link":
        (linear.path / "b").write_text("b\n")
        place.symlink_to("../b")
    before = (place.is_symlink(), place.is_dir(), place.read_text() if place.is_file() else "")
    assert stage(linear) == [TO_C]
    assert in_index(linear) == "100644 c\n"
    assert (place.is_symlink(), place.is_dir(), place.read_text() if place.is_file() else "") == before


def test_a_new_file_does_not_replace_one_that_git_does_not_know(linear: Project) -> None:
    linear.git("rm", "-q", "--cached", HEADS)
    assert stage(linear) == [HeadsFileStep(HEADS, "a new file with the head 'c'", b"c\n")]
    assert (linear.path / HEADS).read_text() == "b\n"


def test_a_file_with_other_lines_is_left_alone(linear: Project) -> None:
    linear.write(HEADS, "Heads of departments\n")
    linear.git("add", HEADS)
    assert stage(linear) == []
    assert in_index(linear) == "100644 Heads of departments\n"


def copy_index(project: Project, name: str) -> str:
    place = project.path / ".git" / name
    shutil.copy(project.path / ".git/index", place)
    return str(place)


def test_an_index_of_someone_else_does_not_concern_the_working_tree(
    linear: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = copy_index(linear, "other")
    monkeypatch.setenv("GIT_INDEX_FILE", index)
    assert stage(linear) == [TO_C]
    assert (in_index(linear, index), in_index(linear)) == ("100644 c\n", "100644 b\n")
    assert (linear.path / HEADS).read_text() == "b\n"


@pytest.mark.parametrize("name", ["index", "index.lock"])
def test_the_index_of_the_commit_may_be_relative_or_locked(
    linear: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name != "index":
        copy_index(linear, name)
    monkeypatch.setenv("GIT_INDEX_FILE", f".git/{name}")
    monkeypatch.chdir(linear.path)
    assert stage(linear) == [TO_C]
    assert in_index(linear, f".git/{name}") == "100644 c\n"
    assert (linear.path / HEADS).read_text() == "c\n"


def test_a_commit_of_one_path_writes_the_index_after_the_commit_too(
    linear: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit has c. The index after it also has d."""
    partial = copy_index(linear, "next-index-123.lock")
    linear.revision("d", "c")
    linear.git("add", "-A")
    lasting = copy_index(linear, "index.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", partial)
    assert stage(linear) == [TO_C]
    assert (in_index(linear, partial), in_index(linear, lasting)) == ("100644 c\n", "100644 d\n")
    assert (linear.path / HEADS).read_text() == "d\n"


def test_beside_a_staged_fork_both_indexes_get_the_file_of_the_commit(
    linear: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = copy_index(linear, "next-index-123.lock")
    linear.revision("d", "b")
    linear.git("add", "-A")
    lasting = copy_index(linear, "index.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", partial)
    assert stage(linear) == [TO_C]
    assert (in_index(linear, partial), in_index(linear, lasting)) == ("100644 c\n", "100644 c\n")
    assert (linear.path / HEADS).read_text() == "c\n"
