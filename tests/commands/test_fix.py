"""`git alembic fix` with real git: each state that it repairs, and each state that it refuses."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import alembic.script
import pytest
from hypothesis import given, settings

from tests.support.generated_forks import FORKS, GeneratedFork
from tests.support.project import Project

VERSIONS = "migrations/versions"
TOOLS = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
PLAN = "git-alembic: plan for alembic.ini:\n"
DONE = "git-alembic: repaired and staged: {}\n"


def stage(project: Project) -> None:
    project.git("add", "-A")


def push(project: Project) -> None:
    project.git("push", "-q", "origin", "HEAD:main")
    project.git("fetch", "-q", "origin")


def text(project: Project, name: str) -> str:
    return (project.path / VERSIONS / name).read_text()


def changed(project: Project) -> list[str]:
    """Return the lines of the working tree that differ from HEAD's."""
    lines = project.git("diff", "-U0", "HEAD").splitlines()
    return [line for line in lines if re.match(r"[-+](?![-+])", line)]


def heads(project: Project) -> list[str]:
    """Return the heads that Alembic itself sees in the working tree."""
    script = alembic.script.ScriptDirectory(str(project.path / "migrations"))
    return sorted(script.get_heads())


def fixed(project: Project, *arguments: str, code: int = 0, env: dict[str, str] | None = None) -> str:
    done = project.run("fix", "--yes", *arguments, env=env)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout + done.stderr
    return done.stdout


def refused(project: Project, *arguments: str) -> str:
    """Return the message with exit code 2. Assert that nothing changed."""
    before = state(project)
    done = project.run("fix", "--yes", *arguments)
    assert (done.returncode, state(project)) == (2, before), done.stdout + done.stderr
    return done.stderr


def state(project: Project) -> tuple[str, dict[str, bytes]]:
    files = {
        str(path): path.read_bytes() for path in sorted((project.path / "migrations").rglob("*")) if path.is_file()
    }
    return project.git("ls-files", "--stage", "--full-name", "-v"), files


@pytest.fixture
def no_alembic(tmp_path: Path) -> dict[str, str]:
    """Return a PATH with git but without Alembic."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").symlink_to(shutil.which("git") or "")
    return {"PATH": str(folder)}


@pytest.fixture
def forked(cloned: Project) -> Project:
    """c is published on b. d is staged on b."""
    cloned.revision("c", "b")
    cloned.commit()
    push(cloned)
    cloned.revision("d", "b")
    stage(cloned)
    return cloned


@pytest.fixture
def published_fork(cloned: Project) -> Project:
    """Both c and d are published on b."""
    cloned.revision("c", "b")
    cloned.revision("d", "b")
    cloned.commit()
    push(cloned)
    return cloned


@pytest.fixture
def diverged(cloned: Project) -> Project:
    """origin/main has c on b. The current branch topic has d and e on b."""
    cloned.switch("topic", "HEAD")
    cloned.switch("main")
    cloned.revision("c", "b")
    cloned.commit()
    push(cloned)
    cloned.switch("topic")
    cloned.revision("d", "b")
    cloned.revision("e", "d")
    cloned.commit()
    return cloned


def test_nothing_to_repair(cloned: Project) -> None:
    assert fixed(cloned) == "git-alembic: nothing to repair\n"


def test_without_a_commit(empty: Project) -> None:
    assert fixed(empty) == "git-alembic: nothing to repair\n"
    empty.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
    empty.revision("a")
    empty.revision("b", "a")
    empty.revision("c", "a")
    stage(empty)
    assert fixed(empty) == PLAN + f"  {VERSIONS}/c_x.py: 'c' comes after 'b' instead of 'a'\n" + DONE.format(
        f"{VERSIONS}/c_x.py"
    )


def test_bare_repository(cloned: Project, tmp_path: Path) -> None:
    done = Project(tmp_path / "origin.git").run("fix")
    assert (done.returncode, done.stderr) == (
        2,
        "git-alembic: there is no working tree here, so there is nothing to repair\n",
    )


class TestFork:
    STEP = PLAN + f"  {VERSIONS}/d_x.py: 'd' comes after 'c' instead of 'b'\n"

    def test_from_a_subfolder_and_with_an_executable_file(self, forked: Project) -> None:
        path = forked.path / VERSIONS / "d_x.py"
        path.chmod(0o755)
        stage(forked)
        done = forked.run("fix", "-y", cwd="migrations")
        assert (done.returncode, heads(forked), stat.S_IMODE(path.stat().st_mode)) == (0, ["d"], 0o755)

    def test_more_than_a_hundred_heads_need_a_merge_revision(self, cloned: Project) -> None:
        for number in range(100):
            cloned.revision(f"x{number}", "a")
        stage(cloned)
        done = cloned.run("fix", "--dry-run")
        assert done.returncode == 1
        assert done.stdout.startswith(
            "git-alembic: not possible: `git alembic fix` re-parents at most 100 heads, and there are 101: "
        )
        assert "`--strategy merge` merges them" in done.stdout
        assert "a new merge revision" in fixed(cloned, "--dry-run", "--strategy", "merge")

    def test_a_revision_stays_after_its_parents(self, forked: Project) -> None:
        forked.revision("e", "d")
        forked.revision("f", "d")
        stage(forked)
        fixed(forked)
        script = alembic.script.ScriptDirectory(str(forked.path / "migrations"))
        order = [revision.revision for revision in script.walk_revisions()]
        assert (heads(forked), order.index("d") > order.index("f")) == (["f"], True)
        assert order == ["f", "e", "d", "c", "b", "a"]

    def test_without_a_remote_head_is_published(self, project: Project) -> None:
        project.revision("c", "b")
        project.commit()
        project.revision("bb", "b")
        stage(project)
        fixed(project)
        assert heads(project) == ["bb"]

    def test_no_revision_comes_before_its_dependency(self, forked: Project) -> None:
        """e comes after d in the order and would go on top of it, but d depends on e."""
        forked.revision("d", "b", depends="e")
        forked.revision("e", "c")
        stage(forked)
        fixed(forked)
        assert (heads(forked), "down_revision = 'e'" in text(forked, "d_x.py")) == (["d"], True)

    def test_a_dependency_of_another_side(self, cloned: Project) -> None:
        """d comes after c in the order and would go on top of it, but c depends on d."""
        cloned.revision("c", "b", depends="d")
        cloned.revision("d", "b")
        stage(cloned)
        fixed(cloned)
        assert (heads(cloned), "down_revision = 'd'" in text(cloned, "c_x.py")) == (["c"], True)

    def test_a_dependency_of_a_published_revision(self, published_fork: Project, no_alembic: dict[str, str]) -> None:
        """e is unpublished, and the published d depends on it. e may come after c but not after d."""
        published_fork.revision("d", "b", depends="e")
        published_fork.revision("e", "b")
        stage(published_fork)
        out = fixed(published_fork, env=no_alembic)
        assert f"  {VERSIONS}/e_x.py: 'e' comes after 'c' instead of 'b'\n" in out
        assert len(heads(published_fork)) == 1

    def test_a_dependency_of_the_other_side_is_merged(self, cloned: Project, no_alembic: dict[str, str]) -> None:
        """The published d depends on e, and there is no other side for e to go on top of."""
        cloned.revision("d", "b", depends="e")
        cloned.commit()
        push(cloned)
        cloned.revision("e", "b")
        stage(cloned)
        out = fixed(cloned, env=no_alembic)
        assert ("comes after" in out, "a new merge revision" in out, len(heads(cloned))) == (False, True, 1)

    def test_computed_parent_is_merged_instead(self, forked: Project, no_alembic: dict[str, str]) -> None:
        forked.write(f"{VERSIONS}/d_x.py", "PARENT = 'b'\nrevision = 'd'\ndown_revision = PARENT\n")
        stage(forked)
        out = fixed(forked, env=no_alembic)
        assert (
            f"not possible: {VERSIONS}/d_x.py: `down_revision` has to be changed by hand: it isn't a literal (line 3)."
            in out
        )
        assert len(heads(forked)) == 1
        assert forked.rules() == []

    def test_labeled_lines_are_kept_apart(self, forked: Project) -> None:
        forked.write("pyproject.toml", '[tool.git-alembic]\nheads = "one-per-label"\n')
        forked.revision("x", labels="billing")
        forked.revision("y", "x")
        forked.revision("z", "x")
        stage(forked)
        fixed(forked)
        assert heads(forked) == ["d", "z"]

    def test_more_heads_are_allowed(self, forked: Project) -> None:
        forked.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        stage(forked)
        assert fixed(forked) == "git-alembic: nothing to repair\n"
        forked.revision("e", "d")
        forked.revision("f", "d")
        stage(forked)
        fixed(forked)
        assert heads(forked) == ["c", "f"]

    def test_lines_without_a_common_revision_are_kept_apart(
        self, published_fork: Project, no_alembic: dict[str, str]
    ) -> None:
        published_fork.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        published_fork.revision("x")
        stage(published_fork)
        assert TestMerge.STEP.search(fixed(published_fork, code=1, env=no_alembic))  # extra-base remains
        assert len(heads(published_fork)) == 2
        assert "x" in heads(published_fork)


class TestMerge:
    STEP = re.compile(rf"  {VERSIONS}: a new merge revision '([0-9a-f]{{12}})' that merges 'c' and 'd'\n")

    def test_own_template_without_alembic(self, published_fork: Project, no_alembic: dict[str, str]) -> None:
        out = fixed(published_fork, env=no_alembic)
        found = self.STEP.search(out)
        assert found
        path = f"{VERSIONS}/{found[1]}_merge_heads.py"
        assert out == (
            PLAN + found[0] + "git-alembic: `alembic merge` could not be run (it is not on PATH), so git-alembic "
            "wrote a plain merge revision\n" + DONE.format(path)
        )
        assert heads(published_fork) == [found[1]]
        assert published_fork.git("status", "--short") == f"A  {path}\n"
        date = re.compile(r"Create Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
        assert date.sub("Create Date: now", (published_fork.path / path).read_text()) == (
            f'"""merge heads\n\nRevision ID: {found[1]}\nRevises: c, d\nCreate Date: now\n\n"""\n\n'
            f"# revision identifiers, used by Alembic.\nrevision = '{found[1]}'\ndown_revision = ('c', 'd')\n"
            "branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
        )

    def test_style_of_the_project(self, published_fork: Project, no_alembic: dict[str, str]) -> None:
        text_ = text(published_fork, "d_x.py").replace("revision = 'd'", 'revision: str = "d"')
        published_fork.write(f"{VERSIONS}/d_x.py", text_.replace("\n", "\r\n"))
        stage(published_fork)
        id_ = self.STEP.findall(fixed(published_fork, env=no_alembic))[0]
        data = (published_fork.path / VERSIONS / f"{id_}_merge_heads.py").read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n")
        assert (
            "\r\nfrom typing import Sequence, Union\r\n\r\n# revision identifiers, used by Alembic.\r\n"
            f'revision: str = "{id_}"\r\ndown_revision: Union[str, Sequence[str], None] = ("c", "d")\r\n'
        ).encode() in data
        assert heads(published_fork) == [id_]

    def test_post_write_hooks_of_the_project(self, published_fork: Project) -> None:
        self.init_alembic(published_fork)
        published_fork.write(
            "alembic.ini",
            "[alembic]\nscript_location = migrations\n[post_write_hooks]\nhooks = mark\nmark.type = exec\n"
            f"mark.executable = {self.marker(published_fork)}\nmark.options = REVISION_SCRIPT_FILENAME\n",
        )
        published_fork.commit()
        (id_,) = self.STEP.findall(fixed(published_fork, env=TOOLS))
        assert text(published_fork, f"{id_}_merge_heads.py").endswith("# hooked\n")
        assert published_fork.git("status", "--short") == f"A  {VERSIONS}/{id_}_merge_heads.py\n"

    @staticmethod
    def init_alembic(project: Project) -> None:
        template = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
        project.write("migrations/script.py.mako", template.read_text() + "# of this project\n")

    @staticmethod
    def marker(project: Project) -> Path:
        script = project.path.parent / "marker"
        script.write_text("#!/bin/sh\necho '# hooked' >>\"$1\"\n")
        script.chmod(0o755)
        return script

    def test_with_an_ini_of_another_name_and_section(self, published_fork: Project) -> None:
        self.init_alembic(published_fork)
        published_fork.git("mv", "alembic.ini", "db.ini")
        published_fork.write("db.ini", "[billing]\nscript_location = migrations\nfile_template = billed_%%(rev)s\n")
        published_fork.write(
            "pyproject.toml",
            '[tool.git-alembic]\nenvironments = [{ name = "billing", config = "db.ini", section = "billing" }]\n',
        )
        published_fork.commit()
        (id_,) = self.STEP.findall(fixed(published_fork, env=TOOLS))
        assert text(published_fork, f"billed_{id_}.py").endswith("# of this project\n")
        assert heads(published_fork) == [id_]

    @pytest.mark.parametrize("own", [True, False])
    def test_more_than_two_heads(self, published_fork: Project, no_alembic: dict[str, str], own: bool) -> None:
        self.init_alembic(published_fork)
        published_fork.revision("e", "b")
        published_fork.commit()
        push(published_fork)
        out = fixed(published_fork, env=no_alembic if own else TOOLS)
        (id_,) = re.findall("a new merge revision '([0-9a-f]{12})' that merges 'c', 'd' and 'e'\n", out)
        assert heads(published_fork) == [id_]
        script = alembic.script.ScriptDirectory(str(published_fork.path / "migrations"))
        assert script.get_revision(id_).down_revision == ("c", "d", "e")

    def test_failing_alembic(self, published_fork: Project, tmp_path: Path, no_alembic: dict[str, str]) -> None:
        script = tmp_path / "bin" / "alembic"
        script.write_text(
            f"#!{sys.executable}\nopen('{VERSIONS}/half.py', 'w').close()\nraise SystemExit('no database')\n"
        )
        script.chmod(0o755)
        out = fixed(published_fork, env=no_alembic)
        assert "git-alembic: `alembic merge` could not be run (no database), so git-alembic wrote a plain" in out
        assert not (published_fork.path / VERSIONS / "half.py").exists()
        assert len(heads(published_fork)) == 1

    def test_strategy_merge_moves_nothing(self, forked: Project, no_alembic: dict[str, str]) -> None:
        assert self.STEP.search(fixed(forked, "--strategy", "merge", env=no_alembic))
        assert text(forked, "d_x.py").count("'b'") == 1

    def test_what_a_remote_branch_had_before_it_was_forced_back_is_published(
        self, cloned: Project, no_alembic: dict[str, str]
    ) -> None:
        """A database may have run it."""
        cloned.revision("c", "b")
        dropped = cloned.commit()
        cloned.git("push", "-q", "origin", "main")
        cloned.git("reset", "-q", "--hard", "HEAD~1")
        cloned.revision("d", "b")
        cloned.commit()
        cloned.git("push", "-q", "--force", "origin", "main")
        cloned.git("checkout", dropped, "--", VERSIONS)
        assert self.STEP.search(fixed(cloned, env=no_alembic))

    def test_strategy_rebase_leaves_published_revisions(self, published_fork: Project) -> None:
        before = state(published_fork)
        out = fixed(published_fork, "--strategy", "rebase", code=1)
        assert out.startswith(
            "git-alembic: not possible: neither of 'c' and 'd' can be re-parented; `--strategy merge` "
            "merges published branches, and `--published-too` re-parents them anyway\n"
            f"{VERSIONS}/d_x.py:9: multiple-heads: 2 heads: 'c' (origin/main), 'd' (origin/main)\n"
        )
        assert "git alembic fix" not in out
        assert state(published_fork) == before

    def test_published_too(self, published_fork: Project) -> None:
        fixed(published_fork, "--strategy", "rebase", "--published-too")
        assert len(heads(published_fork)) == 1
        assert len(changed(published_fork)) == 4


class TestDuplicate:
    def test_unpublished_file_gets_an_id_of_its_own(self, forked: Project) -> None:
        forked.git("rm", "-qf", f"{VERSIONS}/d_x.py")
        forked.revision("c", "b", name="other.py", message="other")
        forked.revision("f", "c")
        stage(forked)
        out = fixed(forked)
        id_ = re.findall("its id becomes '([0-9a-f]{12})'", out)[0]
        assert out == PLAN + (
            f"  {VERSIONS}/other.py: its id becomes '{id_}' instead of 'c', which {VERSIONS}/c_x.py already uses\n"
            f"  {VERSIONS}/f_x.py: 'f' comes after '{id_}' instead of 'c'\n"
            f"  {VERSIONS}/other.py: '{id_}' comes after 'c' instead of 'b'\n"
            + DONE.format(f"{VERSIONS}/f_x.py, {VERSIONS}/other.py")
        )
        assert f"Revision ID: {id_}\n" in text(forked, "other.py")
        assert heads(forked) == ["f"]
        assert forked.rules() == []

    @pytest.mark.parametrize(("width", "expected"), [(3, "009"), (1, "9")])
    def test_a_number_becomes_the_next_number(self, project: Project, width: int, expected: str) -> None:
        project.git("rm", "-qr", VERSIONS)
        first, second = f"{7:0{width}}", f"{8:0{width}}"
        project.revision(first, None)
        project.revision(second, first)
        project.commit()
        project.revision(second, first, name="other.py", message="other")
        stage(project)
        assert f"other.py: its id becomes '{expected}' instead of '{second}'" in fixed(project)
        assert heads(project) == [expected]

    def test_a_number_of_the_target_is_not_taken_again(self, project: Project) -> None:
        project.git("rm", "-qr", VERSIONS)
        project.revision("1", None)
        project.commit()
        project.revision("2", "1", name="theirs.py", message="theirs")
        project.commit()
        project.git("update-ref", "refs/remotes/origin/main", project.git("rev-parse", "HEAD").strip())
        project.git("reset", "-q", "--hard", "HEAD~")
        project.revision("1", None, name="other.py", message="other")
        stage(project)
        assert "other.py: its id becomes '3' instead of '1'" in fixed(project, code=1)

    def test_published_children_stay(self, forked: Project) -> None:
        forked.git("mv", "-f", f"{VERSIONS}/d_x.py", "d.txt")
        forked.revision("e", "c")
        forked.commit()
        push(forked)
        forked.revision("c", "b", name="other.py", message="other")
        stage(forked)
        before = text(forked, "e_x.py")
        fixed(forked)
        assert (text(forked, "e_x.py"), "Revises: e\n" in text(forked, "other.py")) == (before, True)

    def test_dependents_follow(self, forked: Project) -> None:
        forked.git("rm", "-qf", f"{VERSIONS}/d_x.py")
        forked.revision("c", "b", name="other.py", message="other")
        forked.revision("f", "b", depends="c")
        stage(forked)
        out = fixed(forked)
        id_ = re.findall("its id becomes '([0-9a-f]{12})'", out)[0]
        assert f"  {VERSIONS}/f_x.py: 'f' depends on '{id_}' instead of 'c'\n" in out
        assert f"depends_on = '{id_}'\n" in text(forked, "f_x.py")
        assert heads(forked) == ["f"]
        assert forked.rules() == []

    def test_two_copies_of_a_revision_need_no_new_id(self, cloned: Project) -> None:
        cloned.write(f"{VERSIONS}/copy.py", text(cloned, "b_x.py"))
        stage(cloned)
        out = fixed(cloned, code=1)
        assert (
            f"git-alembic: not possible: {VERSIONS}/copy.py is a copy of {VERSIONS}/b_x.py: remove one of them\n" in out
        )


class TestNames:
    @pytest.mark.parametrize("name", ["20260102_add_table", "20260102_add_table.py", "abcdef123", "abcdef12345x"])
    def test_a_wrong_parent_is_replaced(self, cloned: Project, name: str) -> None:
        cloned.revision("abcdef123456", "b", name="20260102_add_table.py")
        cloned.revision("c", name)
        stage(cloned)
        assert fixed(cloned) == PLAN + (
            f"  {VERSIONS}/c_x.py: 'c' comes after 'abcdef123456' instead of '{name}'\n"
            + DONE.format(f"{VERSIONS}/c_x.py")
        )
        assert heads(cloned) == ["c"]

    @pytest.mark.parametrize("name", ["20260102_add_table", "20260102_add_table.py", "abcdef123", "abcdef12345x"])
    def test_a_wrong_dependency_is_replaced(self, cloned: Project, name: str) -> None:
        cloned.revision("abcdef123456", "b", name="20260102_add_table.py")
        cloned.revision("c", "abcdef123456", depends=name)
        stage(cloned)
        before = text(cloned, "c_x.py")
        assert fixed(cloned) == PLAN + (
            f"  {VERSIONS}/c_x.py: 'c' depends on 'abcdef123456' instead of '{name}'\n"
            + DONE.format(f"{VERSIONS}/c_x.py")
        )
        assert text(cloned, "c_x.py") == before.replace(f"depends_on = '{name}'", "depends_on = 'abcdef123456'")
        assert cloned.rules() == []

    def test_a_dependency_of_a_published_revision_stays(self, cloned: Project) -> None:
        cloned.revision("abcdef123456", "b", name="20260102_add_table.py")
        cloned.revision("c", "abcdef123456", depends="20260102_add_table")
        cloned.commit()
        push(cloned)
        before = state(cloned)
        assert f"not possible: {VERSIONS}/c_x.py is published and stays as it is" in fixed(cloned, code=1)
        assert state(cloned) == before
        assert "'c' depends on 'abcdef123456' instead of" in fixed(cloned, "--published-too")

    def test_an_ambiguous_parent_stays(self, cloned: Project) -> None:
        cloned.revision("c", "nowhere")
        stage(cloned)
        before = state(cloned)
        out = fixed(cloned, code=1)
        assert (
            "missing-parent: the down_revision of 'c' is 'nowhere', but the history in the index has no such revision"
            in out
        )
        assert "not possible: the fork can be repaired once the parent of 'c', 'nowhere', exists\n" in out
        assert state(cloned) == before

    def test_never_a_descendant(self, cloned: Project) -> None:
        cloned.revision("aaaaaaaa", "bbbbbbbbbb_1")
        cloned.revision("bbbbbbbbbb_2", "aaaaaaaa")
        stage(cloned)
        assert "comes after" not in fixed(cloned, code=1)


class TestEmptyParent:
    @staticmethod
    def empty_parent(project: Project, id_: str) -> None:
        project.write(
            f"{VERSIONS}/{id_}_x.py", text(project, f"{id_}_x.py").replace("down_revision = None", "down_revision = ''")
        )
        stage(project)

    def test_a_base_has_none(self, empty: Project) -> None:
        empty.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
        empty.revision("a")
        before = text(empty, "a_x.py")
        self.empty_parent(empty, "a")
        assert empty.rules() == ["unreadable-revision"]
        path = f"{VERSIONS}/a_x.py"
        assert fixed(empty) == PLAN + f"  {path}: 'a' becomes a base, and no longer comes after ''\n" + DONE.format(
            path
        )
        assert (text(empty, "a_x.py"), heads(empty)) == (before, ["a"])

    def test_beside_others_it_goes_on_top(self, forked: Project) -> None:
        forked.revision("d")
        self.empty_parent(forked, "d")
        path = f"{VERSIONS}/d_x.py"
        assert fixed(forked) == PLAN + f"  {path}: 'd' comes after 'c', and is no longer a base\n" + DONE.format(path)
        assert (heads(forked), forked.rules()) == (["d"], [])

    def test_of_a_published_revision_stays(self, cloned: Project) -> None:
        self.empty_parent(cloned, "a")
        before = state(cloned)
        assert f"not possible: {VERSIONS}/a_x.py is published and stays as it is" in fixed(cloned, code=1)
        assert state(cloned) == before
        fixed(cloned, "--published-too")
        assert changed(cloned) == []


class TestDocstring:
    def test_follows_the_code(self, forked: Project) -> None:
        wrong = text(forked, "d_x.py").replace("Revision ID: d", "Revision ID: dd").replace("'b'", "'c'")
        forked.write(f"{VERSIONS}/d_x.py", wrong)
        stage(forked)
        assert fixed(forked) == PLAN + (
            f"  {VERSIONS}/d_x.py: the docstring now agrees with the code\n" + DONE.format(f"{VERSIONS}/d_x.py")
        )
        assert text(forked, "d_x.py") == wrong.replace("ID: dd", "ID: d").replace("Revises: b", "Revises: c")

    def test_of_a_published_revision_stays(self, cloned: Project) -> None:
        cloned.write(f"{VERSIONS}/b_x.py", text(cloned, "b_x.py").replace("Revises: a", "Revises: z"))
        stage(cloned)
        before = state(cloned)
        assert f"git-alembic: not possible: {VERSIONS}/b_x.py is published and stays as it is" in fixed(cloned)
        assert state(cloned) == before
        fixed(cloned, "--published-too")
        assert changed(cloned) == []


@pytest.mark.parametrize("allowed", ["1", '"one-per-label"'])
@pytest.mark.parametrize("base", [True, False])
@pytest.mark.parametrize("everywhere", [True, False])
def test_advice_matches_the_repair(cloned: Project, allowed: str, *, base: bool, everywhere: bool) -> None:
    """Also for a fork without a common ancestor."""
    cloned.write("pyproject.toml", f"[tool.git-alembic]\nheads = {allowed}\n")
    cloned.revision("x", None if base else "a")
    stage(cloned)
    if everywhere:
        cloned.commit()
        push(cloned)
    found = cloned.check(*(("--rev", "HEAD") if everywhere else ()))["findings"]
    (fork,) = (finding for finding in found if finding["rule"] == ("extra-base" if base else "multiple-heads"))
    advised = [fix["command"] for fix in fork["fixes"]]
    plan = cloned.run("fix", "--dry-run").stdout
    assert (["git", "alembic", "fix"] in advised) == ("'x' comes after 'b'" in plan)
    if base and not everywhere and allowed != "1":
        assert advised == [[]]  # a merge revision would not remove the second base
    else:
        assert ("a new merge revision" in plan) == (advised[0][:2] == ["alembic", "merge"])


class TestDeleted:
    @pytest.mark.parametrize("committed", [False, True])
    def test_comes_back(self, cloned: Project, committed: bool) -> None:
        before = text(cloned, "b_x.py")
        cloned.revision("c", "b")
        cloned.git("rm", "-q", f"{VERSIONS}/b_x.py")
        stage(cloned)
        where = "HEAD"
        if committed:
            where = "origin/main"
            cloned.commit()
        assert fixed(cloned) == PLAN + (
            f"  {VERSIONS}/b_x.py: 'b' is restored as it was in {where}\n" + DONE.format(f"{VERSIONS}/b_x.py")
        )
        assert (text(cloned, "b_x.py"), heads(cloned)) == (before, ["c"])

    @pytest.mark.parametrize("believed", ["true", "false"])
    def test_an_executable_file(self, cloned: Project, believed: str) -> None:
        """Even if git ignores the file system's bit (`core.fileMode`)."""
        (cloned.path / VERSIONS / "b_x.py").chmod(0o755)
        cloned.commit()
        push(cloned)
        cloned.git("config", "core.fileMode", believed)
        cloned.git("rm", "-q", f"{VERSIONS}/b_x.py")
        fixed(cloned)
        assert os.access(cloned.path / VERSIONS / "b_x.py", os.X_OK)
        assert cloned.git("ls-files", "--stage", f"{VERSIONS}/b_x.py").startswith("100755 ")
        assert cloned.git("status", "--short") == ""

    def test_a_replacement_goes_on_top(self, cloned: Project) -> None:
        cloned.git("rm", "-q", f"{VERSIONS}/b_x.py")
        cloned.revision("c", "a")
        stage(cloned)
        fixed(cloned)
        assert (heads(cloned), "down_revision = 'b'" in text(cloned, "c_x.py")) == (["c"], True)

    def test_a_file_in_the_way(self, cloned: Project) -> None:
        cloned.git("rm", "-q", f"{VERSIONS}/b_x.py")
        cloned.write(f"{VERSIONS}/b_x.py", "mine\n")
        assert refused(cloned) == (
            f"git-alembic: {VERSIONS}/b_x.py already exists where the deleted revision belongs: move it, then run "
            "`git alembic fix` again\n"
        )

    def test_a_squash_stays(self, cloned: Project) -> None:
        cloned.revision("b", None)
        cloned.git("rm", "-q", f"{VERSIONS}/a_x.py")
        stage(cloned)
        before = state(cloned)
        assert "deleted-revision: a squash into 'b' removed 1 published revision: 'a'\n" in fixed(cloned, code=1)
        assert state(cloned) == before

    def test_a_removed_environment_stays_removed(self, cloned: Project) -> None:
        cloned.git("rm", "-qr", "migrations", "alembic.ini")
        assert "the whole environment was removed, with 2 published revisions" in fixed(cloned, code=1)


class TestFutureMerge:
    def test_prints_the_commands(self, diverged: Project) -> None:
        before = state(diverged)
        out = fixed(diverged, code=1)
        assert (
            f"{VERSIONS}/e_x.py:9: divergent-heads: merging origin/main would create 2 heads: 'c' (origin/main)" in out
        )
        way = [line.strip() for line in out.splitlines() if re.match("    git|  (To|Or)", line)]
        assert way == [
            "To repair: merge origin/main, then re-parent the unpublished revisions:",
            "git merge --no-commit origin/main && git alembic fix --yes && git commit --no-edit",
            "Or: rebase onto origin/main, then re-parent the unpublished revisions:",
            "git rebase origin/main && git alembic fix --yes && git commit --amend --no-edit",
        ]
        assert state(diverged) == before

    @pytest.mark.parametrize("first", ["merge", "rebase"])
    def test_the_printed_commands_merge_without_a_fork(self, diverged: Project, first: str) -> None:
        out = fixed(diverged, code=1)
        block = next(line for line in out.splitlines() if line.startswith(f"    git {first} "))
        for _, *words in (command.split() for command in block.split(" && ")):
            if words[0] == "alembic":
                fixed(diverged, "--yes")
            else:
                diverged.git(*words)
        assert fixed(diverged) == "git-alembic: nothing to repair\n"
        assert (heads(diverged), diverged.git("status", "--short")) == (["e"], "")

    def test_staged_work_is_committed_first(self, diverged: Project) -> None:
        diverged.revision("f", "e")
        stage(diverged)
        assert "    git commit && git merge --no-commit origin/main && git alembic fix --yes" in fixed(diverged, code=1)

    def test_against_another_branch(self, diverged: Project) -> None:
        diverged.git("branch", "-q", "other", "origin/main")
        diverged.git("update-ref", "refs/remotes/origin/main", "origin/main~")
        assert fixed(diverged) == "git-alembic: nothing to repair\n"
        assert "git merge --no-commit other" in fixed(diverged, "--against", "other", code=1)
        assert refused(diverged, "--against", "nowhere") == "git-alembic: nowhere isn't a commit in this repository\n"

    def test_own_fork_first(self, diverged: Project) -> None:
        diverged.revision("f", "d")
        stage(diverged)
        out = fixed(diverged, code=1)
        assert f"  {VERSIONS}/f_x.py: 'f' comes after 'e' instead of 'd'\n" in out
        assert "divergent-heads: merging origin/main would create 2 heads" in out
        assert heads(diverged) == ["f"]

    def test_a_fork_that_hides_it(self, forked: Project) -> None:
        """The merge adds no head until d is on top of c."""
        forked.switch("topic", "HEAD")
        forked.commit()
        forked.switch("main")
        forked.revision("e", "c")
        forked.commit()
        push(forked)
        forked.switch("topic")
        out = fixed(forked, code=1)
        assert out.startswith(TestFork.STEP + f"{VERSIONS}/d_x.py:9: divergent-heads: merging origin/main would create")
        assert out.endswith(DONE.format(f"{VERSIONS}/d_x.py"))
        assert heads(forked) == ["d"]


class TestLineEnds:
    """git stores files with other line endings than the working tree."""

    def test_only_the_named_lines_change_in_the_working_tree(self, forked: Project) -> None:
        path = forked.path / VERSIONS / "d_x.py"
        forked.git("config", "core.autocrlf", "true")
        forked.git("config", "core.safecrlf", "false")
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        stage(forked)
        before = path.read_bytes()
        assert b"\r" not in forked.git("cat-file", "blob", f":{VERSIONS}/d_x.py").encode()
        assert fixed(forked) == TestFork.STEP + DONE.format(f"{VERSIONS}/d_x.py")
        assert path.read_bytes() == before.replace(b"Revises: b", b"Revises: c").replace(b"n = 'b'", b"n = 'c'")
        assert (heads(forked), forked.git("status", "--short")) == (["d"], f"A  {VERSIONS}/d_x.py\n")

    def test_a_deleted_file_comes_back_as_git_checks_it_out(self, cloned: Project) -> None:
        path = cloned.path / VERSIONS / "b_x.py"
        before = path.read_bytes()
        cloned.git("config", "core.autocrlf", "true")
        cloned.git("rm", "-q", f"{VERSIONS}/b_x.py")
        fixed(cloned)
        assert path.read_bytes() == before.replace(b"\n", b"\r\n")
        assert cloned.git("status", "--short") == ""

    def test_real_changes_are_still_detected(self, forked: Project) -> None:
        forked.git("config", "core.autocrlf", "true")
        forked.write(f"{VERSIONS}/d_x.py", (text(forked, "d_x.py") + "# more\n").replace("\n", "\r\n"))
        assert refused(forked) == f"git-alembic: {VERSIONS}/d_x.py has unstaged changes; stage or stash them first\n"


class TestRefusals:
    def test_unstaged_changes(self, forked: Project) -> None:
        forked.write(f"{VERSIONS}/d_x.py", text(forked, "d_x.py") + "# more\n")
        assert refused(forked) == f"git-alembic: {VERSIONS}/d_x.py has unstaged changes; stage or stash them first\n"
        (forked.path / VERSIONS / "d_x.py").unlink()
        assert refused(forked) == f"git-alembic: {VERSIONS}/d_x.py has unstaged changes; stage or stash them first\n"

    def test_symbolic_link(self, forked: Project) -> None:
        forked.git("mv", f"{VERSIONS}/d_x.py", "migrations/real.py")
        (forked.path / VERSIONS / "d_x.py").symlink_to("../real.py")
        stage(forked)
        assert (
            refused(forked)
            == f"git-alembic: {VERSIONS}/d_x.py is a symbolic link, and git-alembic does not edit the target of a "
            "link\n"
        )

    def test_conflict(self, diverged: Project) -> None:
        diverged.switch("main")
        diverged.revision("d", "c")
        diverged.commit()
        diverged.switch("topic")
        diverged.git("merge", "-q", "main", code=1)
        assert refused(diverged) == (
            f"git-alembic: {VERSIONS}/d_x.py has unresolved conflicts (`git status` lists them)\n"
        )

    def test_a_conflict_in_other_files_does_not_matter(self, diverged: Project) -> None:
        for branch in ("topic", "main"):
            diverged.switch(branch)
            diverged.write("README", f"{branch}\n")
            diverged.commit()
        diverged.switch("topic")
        diverged.git("merge", "-q", "main", code=1)
        assert fixed(diverged) == TestFork.STEP + DONE.format(f"{VERSIONS}/d_x.py")
        assert (heads(diverged), diverged.git("diff", "--name-only", "--diff-filter=U")) == (["e"], "README\n")

    def test_a_useless_repair_is_undone(self, forked: Project) -> None:
        """A git filter reverts every change in the index."""
        forked.write(".gitattributes", "d_x.py filter=undo\n")
        forked.git("config", "filter.undo.clean", "sed -e \"s/n = 'c'/n = 'b'/\"")
        stage(forked)
        assert refused(forked) == "git-alembic: the repair did not resolve the findings, so it was undone\n"


def read_on(terminal: int) -> str:
    """Return the next output of a pseudo-terminal, or "" at its end, which Linux reports as an error."""
    try:
        return os.read(terminal, 10_000).decode("utf-8", "replace")
    except OSError:
        return ""


class TestAsking:
    @pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
    def test_on_a_terminal(self, forked: Project, answer: str, code: int) -> None:
        ours, theirs = pty.openpty()
        os.write(ours, f"{answer}\n".encode())
        command = [sys.executable, "-m", "git_alembic", "fix"]
        done = subprocess.run(command, cwd=forked.path, stdin=theirs, stdout=theirs, stderr=theirs, check=False)
        os.close(theirs)
        shown = "".join(iter(lambda: read_on(ours), ""))
        os.close(ours)
        assert (done.returncode, "Make these changes? [y/N]" in shown) == (code, True)
        assert heads(forked) == (["c", "d"] if code else ["d"])


KILLED = """
import os, signal
from git_alembic.cli import main
real, left = os.replace, [{allowed}]
def replace(source, target):
    if target.endswith(".py"):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
    real(source, target)
os.replace = replace
main(["fix", "--yes"])
"""


@pytest.mark.parametrize("allowed", [0, 1])
def test_a_kill_leaves_each_file_as_it_was_or_as_it_was_to_be(forked: Project, allowed: int) -> None:
    forked.revision("e", "b")
    stage(forked)
    names = ("d_x.py", "e_x.py")
    before = [text(forked, name) for name in names]
    done = subprocess.run([sys.executable, "-c", KILLED.format(allowed=allowed)], cwd=forked.path, check=False)
    assert done.returncode == -signal.SIGKILL
    after = [text(forked, name) for name in names]
    stage(forked)
    fixed(forked)
    whole = [text(forked, name) for name in names]
    assert after == whole[:allowed] + before[allowed:]
    assert forked.git("status", "--short", "--ignored") == "".join(f"A  {VERSIONS}/{name}\n" for name in names)
    assert heads(forked) == ["e"]


def test_a_failing_write_undoes_everything(forked: Project) -> None:
    forked.revision("e", "b")
    stage(forked)
    before = state(forked)
    code = KILLED.format(allowed=1).replace(
        "os.kill(os.getpid(), signal.SIGKILL)", "left[0] = 9; raise OSError(28, 'No space left')"
    )
    code = code.replace("main([", "raise SystemExit(main([").replace('"])', '"]))')
    done = subprocess.run([sys.executable, "-c", code], cwd=forked.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"git-alembic: {VERSIONS}/e_x.py cannot be written: No space left\n")
    assert state(forked) == before


@settings(max_examples=6, deadline=None)
@given(history=FORKS)
def test_generated_forks_through_git(history: GeneratedFork) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.init()
        project.write("alembic.ini", "[alembic]\nscript_location = .\n")
        project.write("env.py", "from alembic import context\n")
        for published in (True, False):
            for path, data in history.files.items():
                if path.startswith("versions/p") == published:
                    project.write(path, data)
            if published:
                project.commit()
        stage(project)
        fixed(project)
        assert project.git("diff", "--name-only") == ""
        assert len(alembic.script.ScriptDirectory(folder).get_heads()) == 1
