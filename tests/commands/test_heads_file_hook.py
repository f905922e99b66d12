"""The pre-commit hook of `git alembic install` updates the file with the heads, and changes nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.project import Project

PATH = "migrations/heads.txt"
VERSIONS = "migrations/versions"


@pytest.fixture
def hooked(project: Project) -> Project:
    """The line a <- b with its file, and the hooks."""
    project.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
    project.write(PATH, "b\n")
    project.write("notes.txt", "one\n")
    project.commit("heads")
    project.git("config", "core.editor", "true")
    assert project.run("install").returncode == 0
    return project


def commit(project: Project, *arguments: str, code: int = 0, cwd: str = ".", **variables: str) -> str:
    """Commit with the hooks. Return their output and git's."""
    done = subprocess.run(
        ["git", "commit", "-q", "-m", "work", *arguments],
        cwd=project.path / cwd,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def committed(project: Project) -> list[str]:
    return project.git("show", "--format=", "--name-only", "HEAD").splitlines()


def heads(project: Project, *places: str) -> list[str]:
    """Return the file in HEAD, in the index and in the working tree."""
    return [*(project.git("show", f"{where}:{PATH}") for where in ("HEAD", "")), (project.path / PATH).read_text()]


def status(project: Project) -> list[str]:
    return project.git("status", "--short").splitlines()


def staged(before: str, after: str) -> str:
    return f"git-alembic: staged {PATH}: it has the head '{after}' instead of '{before}'\n"


def test_a_commit_of_everything(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", "--intent-to-add", VERSIONS)
    hooked.write("notes.txt", "two\n")
    assert commit(hooked, "--all") == staged("b", "c")
    assert committed(hooked) == [PATH, f"{VERSIONS}/c_x.py", "notes.txt"]
    assert (heads(hooked), status(hooked)) == (["c\n"] * 3, [])


def test_a_commit_of_one_path(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    hooked.write("notes.txt", "two\n")
    hooked.git("add", "notes.txt")
    assert commit(hooked, "--", f"{VERSIONS}/c_x.py") == staged("b", "c")
    assert committed(hooked) == [PATH, f"{VERSIONS}/c_x.py"]
    assert (heads(hooked), status(hooked)) == (["c\n"] * 3, ["M  notes.txt"])


def test_a_commit_of_one_path_below_another_that_is_staged(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.revision("d", "c")
    hooked.git("add", VERSIONS)
    assert commit(hooked, "--", f"{VERSIONS}/c_x.py") == staged("b", "c")
    assert (heads(hooked), status(hooked)) == (["c\n", "d\n", "d\n"], [f"M  {PATH}", f"A  {VERSIONS}/d_x.py"])
    assert commit(hooked) == ""
    assert (heads(hooked), status(hooked)) == (["d\n"] * 3, [])


def test_a_commit_of_one_path_beside_a_staged_fork(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.revision("d", "b")
    hooked.git("add", VERSIONS)
    commit(hooked, "--", f"{VERSIONS}/c_x.py")
    assert (heads(hooked), status(hooked)) == (["c\n"] * 3, [f"A  {VERSIONS}/d_x.py"])


def test_an_edit_of_the_file_in_the_working_tree_stays(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    hooked.write(PATH, "mine\n")
    commit(hooked)
    assert (heads(hooked), status(hooked)) == (["c\n", "c\n", "mine\n"], [f" M {PATH}"])


def test_a_file_that_is_gone_from_the_working_tree_stays_gone(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    (hooked.path / PATH).unlink()
    commit(hooked)
    assert (status(hooked), hooked.git("show", f"HEAD:{PATH}")) == ([f" D {PATH}"], "c\n")


def test_the_file_is_new(hooked: Project) -> None:
    hooked.git("rm", "-q", PATH)
    hooked.commit("without")
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    assert commit(hooked) == f"git-alembic: staged {PATH}: a new file with the head 'c'\n"
    assert (heads(hooked), status(hooked)) == (["c\n"] * 3, [])


def test_line_ends_of_the_working_tree(hooked: Project) -> None:
    hooked.write(".gitattributes", "*.txt text eol=crlf\n")
    hooked.commit("attributes")
    hooked.git("rm", "-q", "--cached", PATH)
    (hooked.path / PATH).unlink()
    hooked.git("reset", "-q", "--hard")
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    commit(hooked)
    assert (hooked.git("show", f"HEAD:{PATH}"), (hooked.path / PATH).read_bytes()) == ("c\n", b"c\r\n")
    assert status(hooked) == []


def test_nothing_is_written_if_something_else_is_wrong(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("rm", "-q", f"{VERSIONS}/b_x.py")
    hooked.git("add", VERSIONS)
    before = hooked.git("ls-files", "--stage")
    assert "deleted-revision" in commit(hooked, code=1)
    assert (hooked.git("ls-files", "--stage"), (hooked.path / PATH).read_text()) == (before, "b\n")


def test_a_fork_that_is_allowed_has_both_heads(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.revision("d", "b")
    hooked.git("add", VERSIONS)
    assert "multiple-heads" in commit(hooked, code=1)
    commit(hooked, GIT_ALEMBIC_ALLOW="multiple-heads")
    assert heads(hooked) == ["c\nd\n"] * 3


def test_an_allowed_file_stays_as_it_is(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    assert commit(hooked, GIT_ALEMBIC_ALLOW="heads-file") == ""
    assert (committed(hooked), heads(hooked)) == ([f"{VERSIONS}/c_x.py"], ["b\n"] * 3)


def test_only_the_environment_of_the_commit(hooked: Project) -> None:
    hooked.write("more/alembic.ini", "[alembic]\nscript_location = scripts\n")
    hooked.write("more/scripts/env.py", "")
    hooked.revision("m", folder="more/scripts/versions")
    hooked.commit("another without its file")
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    commit(hooked)
    assert committed(hooked) == [PATH, f"{VERSIONS}/c_x.py"]
    assert status(hooked) == []


def test_a_separate_index(hooked: Project, tmp_path: Path) -> None:
    """The working tree belongs to the repository's own index."""
    index = str(tmp_path / "index")
    hooked.revision("c", "b")
    environment = {**os.environ, "GIT_INDEX_FILE": index}
    for arguments in (["read-tree", "HEAD"], ["add", f"{VERSIONS}/c_x.py"]):
        subprocess.run(["git", *arguments], cwd=hooked.path, env=environment, check=True)
    commit(hooked, GIT_INDEX_FILE=index)
    assert hooked.git("show", f"HEAD:{PATH}") == "c\n"
    assert (hooked.path / PATH).read_text() == "b\n"


def test_a_linked_worktree(hooked: Project, tmp_path: Path) -> None:
    hooked.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "topic"))
    topic = Project(tmp_path / "topic")
    topic.revision("c", "b")
    topic.git("add", VERSIONS)
    topic.write("notes.txt", "two\n")
    commit(topic, "--", VERSIONS)
    assert (heads(topic), status(topic)) == (["c\n"] * 3, [" M notes.txt"])
    assert heads(hooked)[1:] == ["b\n"] * 2


def test_a_merge_without_a_conflict_is_only_checked(hooked: Project) -> None:
    """git ignores changes of the index in pre-merge-commit."""
    hooked.git("branch", "topic", "HEAD~1")  # it started before the file existed
    hooked.switch("topic")
    hooked.revision("c", "b")
    hooked.commit("c")
    done = subprocess.run(
        ["git", "merge", "-q", "main", "-m", "merge"], cwd=hooked.path, capture_output=True, check=False, text=True
    )
    assert done.returncode == 1
    assert "heads-file: it lists 'b', which isn't a head" in done.stdout + done.stderr
    assert commit(hooked) == staged("b", "c")
    assert (heads(hooked), status(hooked)) == (["c\n"] * 3, [])


def test_a_conflict_is_resolved_by_fix(hooked: Project) -> None:
    for branch, id_ in (("topic", "c"), ("main", "d")):
        hooked.git("checkout", "-q", "-B", branch, "main" if branch == "topic" else branch)
        hooked.revision(id_, "b")
        hooked.git("add", VERSIONS)
        commit(hooked)
    hooked.git("merge", "-q", "topic", code=1)
    assert status(hooked) == [f"UU {PATH}", f"A  {VERSIONS}/c_x.py"]
    assert hooked.run("fix", "--yes").returncode == 0
    assert commit(hooked) == ""
    assert (heads(hooked), status(hooked), hooked.rules("--rev", "HEAD")) == (["c\n"] * 3, [], [])


@pytest.mark.parametrize("options", [["--rev", "HEAD"], ["--from-ref", "HEAD~1", "--to-ref", "HEAD"]])
def test_only_the_index_is_updated(hooked: Project, options: list[str]) -> None:
    done = hooked.run("check", "--update-heads-file", *options)
    assert done.returncode == 2
    assert "can't be used with --rev or --to-ref" in " ".join(done.stdout.split())


def test_a_check_without_the_option_writes_nothing(hooked: Project) -> None:
    hooked.revision("c", "b")
    hooked.git("add", VERSIONS)
    before = hooked.git("ls-files", "--stage")
    assert hooked.rules() == ["heads-file"]
    assert (hooked.git("ls-files", "--stage"), (hooked.path / PATH).read_text()) == (before, "b\n")
