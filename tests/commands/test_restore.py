"""`git alembic restore` with real git: its search, its messages, its changes, and its refusals."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import alembic.script
import pytest

from tests.support.project import ENV_PY, TEMPLATE, Project

VERSIONS = "migrations/versions"
C = f"{VERSIONS}/c_x.py"
US = "git-alembic: "


def restored(project: Project, *arguments: str, code: int = 0, cwd: str = ".") -> str:
    done = project.run("restore", *arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout + done.stderr
    return done.stdout


def refused(project: Project, *arguments: str) -> str:
    """Return the message with exit code 2. Assert that nothing changed."""
    before = state(project)
    done = project.run("restore", *arguments)
    assert (done.returncode, state(project)) == (2, before), done.stdout + done.stderr
    return done.stderr or done.stdout


def state(project: Project) -> tuple[str, dict[str, bytes]]:
    files = {str(path): path.read_bytes() for path in sorted(project.path.rglob("*.py")) if path.is_file()}
    return project.git("ls-files", "--stage", "-v") + project.git("for-each-ref"), files


def heads(project: Project) -> list[str]:
    """Return the heads that Alembic itself sees in the working tree."""
    return sorted(alembic.script.ScriptDirectory(str(project.path / "migrations")).get_heads())


@pytest.fixture
def lost(project: Project) -> Project:
    """c was on top of b. The next commit deleted it."""
    project.revision("c", "b", message="create orders")
    project.commit("bring c")
    project.git("rm", "-q", C)
    project.commit("drop c")
    return project


def short(project: Project, name: str) -> str:
    return project.git("rev-parse", "--short", name).strip()


class TestRestored:
    @pytest.mark.parametrize("name", ["c_x", "c_x.py", C])
    def test_by_the_name_of_the_file_and_from_a_subfolder(self, lost: Project, name: str) -> None:
        assert f"{US}restored: {C}\n" in restored(lost, name, cwd="migrations")

    @pytest.mark.parametrize("believed", ["true", "false"])
    def test_executable_bit(self, project: Project, believed: str) -> None:
        project.revision("c", "b")
        (project.path / C).chmod(0o755)
        project.commit()
        project.git("rm", "-q", C)
        project.commit()
        project.git("config", "core.fileMode", believed)
        restored(project, "c", "--stage")
        assert os.access(project.path / C, os.X_OK)
        assert project.git("ls-files", "--stage", C).startswith("100755 ")
        assert project.git("status", "--short") == f"A  {C}\n"

    def test_mode_of_a_plain_file(self, lost: Project) -> None:
        restored(lost, "c")
        assert stat.S_IMODE((lost.path / C).stat().st_mode) == stat.S_IMODE((lost.path / "alembic.ini").stat().st_mode)

    @pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
    def test_every_byte(self, project: Project, newline: bytes) -> None:
        text = '# coding: latin-1\n"""caf\xe9"""\nrevision = "c"\ndown_revision = "b"  # \n\n\n'.encode("latin-1")
        project.write(C, text.replace(b"\n", newline))
        project.commit()
        project.git("rm", "-q", C)
        project.commit()
        restored(project, "c")
        assert (project.path / C).read_bytes() == text.replace(b"\n", newline)

    def test_line_ends_as_git_would_check_them_out(self, lost: Project) -> None:
        lost.git("config", "core.autocrlf", "true")
        restored(lost, "c", "--stage")
        assert (lost.path / C).read_bytes() == lost.git("show", f"HEAD~:{C}").replace("\n", "\r\n").encode()
        assert lost.git("rev-parse", f":{C}") == lost.git("rev-parse", f"HEAD~:{C}")
        assert lost.git("status", "--short") == f"A  {C}\n"

    def test_the_staged_blob_is_the_original(self, project: Project) -> None:
        """`git add` would convert the line endings, drop the executable bit, and refuse the ignored file."""
        project.revision("c", "b")
        (project.path / C).write_bytes((project.path / C).read_bytes().replace(b"\n", b"\r\n"))
        (project.path / C).chmod(0o755)
        project.commit()
        project.git("rm", "-q", C)
        project.commit()
        project.git("config", "core.autocrlf", "input")
        project.git("config", "core.fileMode", "false")
        project.write(".gitignore", "*_x.py\n")
        restored(project, "c", "--stage")
        assert project.git("ls-files", "--stage", C) == project.git("ls-tree", "HEAD~", C).replace("blob ", "").replace(
            "\t", " 0\t"
        )

    def test_only_deleted_in_the_index_or_on_the_disk(self, project: Project) -> None:
        path = f"{VERSIONS}/b_x.py"
        (project.path / path).unlink()
        assert (
            restored(project, "b")
            == f"{US}'b' is staged: {path}\n{US}restored: {path}\n{US}the history is complete, with the head 'b'\n"
        )
        assert project.git("status", "--short") == ""
        project.git("rm", "-q", path)
        assert f"{US}'b' is on HEAD, main, and was introduced in commit" in restored(project, "b", "--stage")
        assert project.git("status", "--short") == ""

    def test_from_a_stash(self, project: Project) -> None:
        project.revision("c", "b")
        project.git("stash", "-q", "--include-untracked")
        assert f"{US}'c' is in stash@{{0}}, and was introduced in commit" in restored(project, "c")
        assert heads(project) == ["c"]

    def test_from_a_stash_that_was_dropped(self, project: Project) -> None:
        project.revision("c", "b")
        project.git("stash", "-q", "--include-untracked")
        project.git("stash", "drop", "-q")
        assert f"{US}'c' is only in an unreachable commit, and was introduced in commit" in restored(project, "c")
        assert heads(project) == ["c"]

    def test_from_unreachable_objects(self, project: Project) -> None:
        project.revision("c", "b", message="Create orders, & more")
        project.git("add", C)
        blob = project.git("rev-parse", f":{C}").strip()
        project.git("rm", "-qf", C)
        path = f"{VERSIONS}/c_create_orders_more.py"
        assert restored(project, "c").startswith(
            f"{US}'c' no longer has a path; its content is blob {blob}\n{US}restored: {path}\n"
        )
        assert heads(project) == ["c"]

    @pytest.mark.parametrize("add", [True, False])
    def test_from_another_worktree(self, project: Project, tmp_path: Path, add: bool) -> None:
        other = Project(tmp_path / "other")
        project.git("worktree", "add", "-q", "--detach", str(other.path))
        other.revision("c", "b")
        if add:
            other.git("add", C)
        assert f"{US}'c' is in the worktree {other.path}: {C}\n" in restored(project, "c", "--stage")
        assert (project.path / C).read_bytes() == (other.path / C).read_bytes()
        assert project.git("status", "--short") == f"A  {C}\n"

    def test_from_a_linked_worktree(self, lost: Project, tmp_path: Path) -> None:
        linked = Project(tmp_path / "linked")
        lost.git("worktree", "add", "-q", "--detach", str(linked.path))
        restored(linked, "c", "--stage")
        assert (linked.git("status", "--short"), lost.git("status", "--short")) == (f"A  {C}\n", "")


class TestWhole:
    def test_a_fork(self, lost: Project) -> None:
        lost.revision("d", "b")
        lost.commit()
        assert restored(lost, "c", code=1).endswith(
            f"{US}the history now has 2 heads, 'c' and 'd': `git add {C}`, then `git alembic fix`\n"
        )

    def test_more_heads_are_allowed(self, lost: Project) -> None:
        lost.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        lost.revision("d", "b")
        lost.commit()
        assert restored(lost, "c").endswith(f"{US}the history is complete, with the heads 'c' and 'd'\n")


class TestPlace:
    """The revision goes into today's folder."""

    def test_moved_out_by_mistake(self, project: Project) -> None:
        project.git("mv", f"{VERSIONS}/b_x.py", "migrations/b_x.py")
        project.commit("tidy up")
        out = restored(project, "b")
        assert out.startswith(
            f"{US}'b' (add b) was moved to migrations/b_x.py in commit {short(project, 'HEAD')} by Ada on 2026-01-02 "
            f"(tidy up): {VERSIONS}/b_x.py\n"
        )
        assert heads(project) == ["b"]

    def test_beside_its_parent_where_there_are_several_folders(self, empty: Project) -> None:
        empty.write(
            "alembic.ini",
            "[alembic]\nscript_location = migrations\npath_separator = space\n"
            "version_locations = migrations/one migrations/two\n",
        )
        empty.write("migrations/env.py", ENV_PY)
        empty.revision("a", folder="migrations/one")
        empty.revision("b", folder="migrations/two")
        empty.revision("c", "b", folder="migrations/old")
        empty.commit()
        empty.git("rm", "-q", "migrations/old/c_x.py")
        empty.commit()
        assert f"{US}restored: migrations/two/c_x.py\n" in restored(empty, "c", code=1)

    def test_no_environment_is_left(self, project: Project) -> None:
        project.git("rm", "-qr", "migrations", "alembic.ini")
        project.commit()
        assert f"{US}restored: {VERSIONS}/b_x.py\n{US}'b' comes after 'a', which" in restored(project, "b", code=1)

    def test_all_revisions_are_gone(self, project: Project) -> None:
        project.git("rm", "-qr", VERSIONS)
        project.commit()
        assert f"{US}restored: {VERSIONS}/b_x.py\n" in restored(project, "b", code=1)
        assert restored(project, "a").endswith(f"{US}the history is complete, with the head 'a'\n")

    def test_twins_that_have_moved(self, empty: Project) -> None:
        for home in ("mysql", "pg"):
            empty.write(f"{home}/alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
            empty.write(f"{home}/alembic/env.py", ENV_PY)
            for id_, down in (("a", None), ("b", "a")):
                empty.revision(id_, down, folder=f"{home}/alembic/versions", message=home)
        empty.commit()
        for home in ("mysql", "pg"):
            empty.git("rm", "-q", f"{home}/alembic/versions/b_x.py")
            empty.commit()
            empty.git("mv", home, f"new-{home}")
            (empty.path / "db" / home).parent.mkdir(exist_ok=True)
            empty.git("mv", f"new-{home}", f"db/{home}")
            empty.commit()
        for home in ("pg", "mysql"):
            restored(empty, "b", "--environment", f"db/{home}/alembic.ini", "--stage")
            path = f"{home}/alembic/versions/b_x.py"
            assert empty.git("rev-parse", f":db/{path}") == empty.git("rev-parse", f"HEAD~4:{path}")

    def test_a_revision_that_only_the_twin_had(self, empty: Project) -> None:
        for home in ("mysql", "pg"):
            empty.write(f"{home}/alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
            empty.write(f"{home}/alembic/env.py", ENV_PY)
            empty.revision("a", folder=f"{home}/alembic/versions")
        empty.revision("b", "a", folder="mysql/alembic/versions")
        empty.commit()
        empty.git("rm", "-q", "mysql/alembic/versions/b_x.py")
        assert refused(empty, "b", "--environment", "pg/alembic.ini") == (
            f"{US}git has no revision or file called 'b'\n"
        )
        assert f"{US}restored: mysql/alembic/versions/b_x.py\n" in restored(empty, "b")


class TestRefusals:
    def test_nothing_is_found(self, project: Project) -> None:
        assert refused(project, "nowhere") == f"{US}git has no revision or file called 'nowhere'\n"

    def test_a_shallow_clone(self, lost: Project, tmp_path: Path) -> None:
        lost.commit()
        shallow = Project(tmp_path / "shallow")
        lost.git("clone", "-q", "--depth=1", f"file://{lost.path}", str(shallow.path))
        assert refused(shallow, "c") == (
            f"{US}git has no revision or file called 'c'; this shallow clone doesn't have the full history "
            "(run `git fetch --unshallow`)\n"
        )

    def test_several(self, project: Project) -> None:
        for id_ in ("abcd11", "abcd12"):
            project.revision(id_, "b", message=f"create {id_}")
        project.commit("bring both")
        project.git("rm", "-q", f"{VERSIONS}/abcd11_x.py", f"{VERSIONS}/abcd12_x.py")
        project.commit("drop both")
        out = refused(project, "abcd1")
        assert out.startswith(
            f"{US}'abcd1' is ambiguous; it matches several lost revisions:\n"
            "  git alembic restore abcd11\n"
            f"    'abcd11' (create abcd11) was deleted in commit {short(project, 'HEAD')} by Ada on 2026-01-02 "
            "(drop both)"
        )
        assert [line.split()[-1] for line in out.splitlines() if "git alembic restore" in line] == ["abcd11", "abcd12"]
        assert f"{US}restored: {VERSIONS}/abcd12_x.py\n" in restored(project, "abcd12")
        assert f"{US}restored: {VERSIONS}/abcd11_x.py\n" in restored(project, "abcd1")

    @pytest.mark.parametrize("stage", [True, False])
    def test_a_file_in_the_way(self, lost: Project, stage: bool) -> None:
        lost.write(C, "mine\n")
        if stage:
            lost.git("add", C)
            (lost.path / C).unlink()
        assert refused(lost, "c").endswith(f"{C} is in the way: move it, then run `git alembic restore c` again\n")

    def test_a_dangling_link_in_the_way(self, lost: Project, tmp_path: Path) -> None:
        (lost.path / C).symlink_to(tmp_path / "elsewhere.py")
        assert "is in the way" in refused(lost, "c")
        assert not (tmp_path / "elsewhere.py").exists()

    def test_the_file_has_another_id_now(self, project: Project) -> None:
        project.revision("z", "a", name="b_x.py", message="add b")
        project.commit("another id")
        before = state(project)
        done = project.run("restore", "b")
        assert (done.returncode, state(project)) == (2, before)
        assert done.stdout.startswith(
            f"{US}'b' (add b) was given the id 'z' in commit {short(project, 'HEAD')} by Ada on "
            "2026-01-02 (another id): "
        )
        assert "b_x.py is in the way" in done.stderr

    def test_a_folder_behind_a_link(self, lost: Project, tmp_path: Path) -> None:
        (lost.path / "migrations").rename(tmp_path / "outside")
        (lost.path / "migrations").symlink_to(tmp_path / "outside")
        assert f"{C} would be written through a symbolic link, so it was not written\n" in refused(lost, "c")
        assert not (tmp_path / "outside" / "versions" / "c_x.py").exists()

    def test_a_conflict(self, lost: Project) -> None:
        lost.switch("topic", "HEAD")
        lost.revision("b", "a", body="topic()")
        lost.commit()
        lost.switch("main")
        lost.revision("b", "a", body="main()")
        lost.commit()
        lost.git("merge", "-q", "topic", code=1)
        assert "b_x.py has unresolved conflicts" in refused(lost, "c")

    def test_without_a_working_tree(self, lost: Project, tmp_path: Path) -> None:
        lost.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
        done = Project(tmp_path / "bare").run("restore", "c")
        assert (done.returncode, done.stderr) == (2, f"{US}there is no working tree here, so nothing can be restored\n")

    def test_an_empty_name(self, lost: Project) -> None:
        assert refused(lost, " ") == f"{US}the name is empty\n"

    def test_a_broken_configuration(self, lost: Project) -> None:
        lost.write("pyproject.toml", "[tool.git-alembic]\nheds = 2\n")
        lost.git("add", ".")
        assert "heds" in refused(lost, "c")

    @pytest.mark.parametrize("locked", [True, False])
    def test_a_failure_leaves_nothing(self, lost: Project, locked: bool) -> None:
        """The index cannot be written, so the written file is removed again."""
        if locked:
            lost.write(".git/index.lock", "")
        before = state(lost)
        code = f"import os, sys\n{'' if locked else FULL}{RUN.format(['restore', '--stage', 'c'])}"
        done = subprocess.run([sys.executable, "-c", code], cwd=lost.path, capture_output=True, text=True, check=False)
        assert (done.returncode, state(lost)) == (2, before)
        assert ("index.lock" if locked else f"{C} cannot be written: No space left") in done.stderr
        assert list((lost.path / ".git").glob("git-alembic-*")) == []


RUN = """
import sys
from git_alembic.cli import main
code = main({})
print(sorted({{"alembic", "sqlalchemy"}} & set(sys.modules)))
sys.exit(code)
"""
FULL = """
def full(descriptor):
    raise OSError(28, "No space left")
os.fsync = full
"""
KILLED = """
import os, signal
from git_alembic.cli import main
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
os.link = kill
main(["restore", "c"])
"""
OVERTAKEN = """
import os, sys
from git_alembic.cli import main
real = os.fsync
def overtake(descriptor):
    open("migrations/versions/c_x.py", "w").close()
    real(descriptor)
os.fsync = overtake
sys.exit(main(["restore", "c"]))
"""


def test_a_kill_leaves_no_incomplete_file(lost: Project) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=lost.path, check=False, capture_output=True)
    assert (done.returncode, lost.git("status", "--short", "-uall")) == (-signal.SIGKILL, "")
    restored(lost, "c")


def test_a_file_that_appears_meanwhile_is_kept(lost: Project) -> None:
    done = subprocess.run([sys.executable, "-c", OVERTAKEN], cwd=lost.path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, f"{US}{C} is in the way\n")
    assert (lost.path / C).read_bytes() == b""


def test_runs_no_project_code(lost: Project) -> None:
    """No project code runs, and neither Alembic nor SQLAlchemy is imported."""
    lost.write("migrations/env.py", "raise SystemExit('env.py ran')\n")
    lost.write(
        f"{VERSIONS}/d.py",
        TEMPLATE.format(id="d", down="b", revises="b", message="d", labels=None, depends=None, body="pass")
        + "\nraise SystemExit('d ran')\n",
    )
    lost.commit()
    code = RUN.format(["restore", "c"])
    done = subprocess.run([sys.executable, "-c", code], cwd=lost.path, check=False, capture_output=True, text=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("[]", "")


class TestDryRun:
    def test_a_plan(self, lost: Project) -> None:
        before = state(lost)
        text = lost.git("show", f"HEAD~:{C}")
        lines = text.splitlines()
        added = "".join(f"+{line}\n" for line in lines)
        assert restored(lost, "--dry-run", "c").split("\n", 2)[2] == (
            f"diff --git a/{C} b/{C}\nnew file mode 100644\n"
            f"--- /dev/null\n+++ b/{C}\n@@ -0,0 +1,{len(lines)} @@\n{added}"
            f"{US}the history is complete, with the head 'c'\n"
        )
        assert state(lost) == before

    def test_a_plan_after_which_something_is_left_to_do(self, lost: Project) -> None:
        lost.revision("d", "b")
        lost.commit()
        assert "the history now has 2 heads" in restored(lost, "--dry-run", "c")

    def test_nothing_to_do(self, project: Project) -> None:
        assert restored(project, "--dry-run", "--stage", "b").startswith(f"{US}nothing to restore")

    def test_no_plan(self, lost: Project) -> None:
        assert restored(lost, "--dry-run", "nothing", code=1).startswith(f"{US}git has no revision or file called")
        lost.write(C, "another file")
        assert "is in the way" in restored(lost, "--dry-run", "c", code=1)

    def test_several_revisions(self, project: Project) -> None:
        for id_ in ("abcd1", "abcd2"):
            project.revision(id_, "b")
        project.commit()
        project.git("rm", "-q", "migrations/versions/abcd1_x.py", "migrations/versions/abcd2_x.py")
        project.commit()
        assert "several lost revisions" in restored(project, "--dry-run", "abcd", code=1)


class TestWarnings:
    @pytest.mark.parametrize(("day", "days"), [("2026-07-01", 0), ("2026-07-02", 181), ("2029-01-02", 1096)])
    def test_a_removal_long_ago(self, lost: Project, monkeypatch: pytest.MonkeyPatch, day: str, days: int) -> None:
        monkeypatch.setenv("GIT_AUTHOR_DATE", f"{day}T00:00:00Z")
        lost.commit("later")
        output = restored(lost, "c")
        warning = (
            f"{US}that was {days} days before the current commit: make sure that 'c' didn't move to another package, "
            "and that no newer revision replaced it\n"
        )
        assert (warning in output) == bool(days)
        assert ("that was" in output) == bool(days)

    def test_an_ignored_file(self, project: Project) -> None:
        project.write(".gitignore", "c_x.py\n")
        project.commit()
        project.revision("c", "b")
        assert restored(project, "c") == f"{US}nothing to restore: 'c' is in {C}, not staged (`git add -f {C}`)\n"
        assert restored(project, "c", "--stage") == f"{US}staged: {C}\n"
        assert project.git("ls-files", C) == f"{C}\n"


def test_many_unreachable_commits_are_no_arguments(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their ids would not fit into the arguments of a process."""
    stream = "".join(f"commit refs/x\ncommitter A <a@b> {n} +0000\ndata 1\nx\n" for n in range(300))
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=project.path, input=stream.encode(), check=True)
    project.git("update-ref", "-d", "refs/x")
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    assert "git has no revision or file called" in project.run("restore", "nowhere").stderr
    commands = [line for line in trace.read_text().splitlines() if "built-in: git " in line]
    assert any("log" in command and "--no-walk=unsorted" in command for command in commands)
    assert (max(map(len, commands)) < 1000, len(commands) < 40) == (True, True)
