"""`git alembic init`: what the last year says, what is written, and that it runs in pre-commit and prek."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from git_alembic import __version__
from git_alembic.commands.init import HOOKS, hooks
from tests.commands.test_audit import Script
from tests.setup.test_frameworks import MODULES, shared
from tests.support.project import INI, Project

__all__ = ["shared"]
ROOT = Path(__file__).resolve().parents[2]
FILE = ".pre-commit-config.yaml"
YEAR = 365 * 24  # hours
QUIET = (
    "The last year has 1 commit; 1 of them touches an Alembic environment.\nThe hooks would not have said a word.\n\n"
)
ENTRY = f"""\
+  - repo: local
+    hooks:
+      - id: alembic-check
+        name: alembic check
+        entry: git-alembic check
+        language: python
+        additional_dependencies: [git-alembic=={__version__}]
+        always_run: true
+        pass_filenames: false
+        stages: [pre-commit, pre-merge-commit, manual]
"""
TYPES = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push, post-checkout, post-merge, post-rewrite]"
NEXT = f"""\
git-alembic: {FILE} is written. What is left to do:

    git add {FILE}
    pre-commit install    # or: prek install; once in every clone
"""
THEIRS = "# ours\nrepos:\n  - repo: local\n    hooks: # none yet\n      []\n"


def config(project: Project) -> Path:
    return project.path / FILE


class TestWriting:
    def test_nobody_to_ask(self, project: Project) -> None:
        done = project.run("init")
        assert (done.returncode, done.stderr) == (1, "")
        start = f"{QUIET}--- /dev/null\n+++ b/{FILE}\n@@ -0,0 +1,29 @@\n+{TYPES}\n+repos:\n{ENTRY}"
        assert done.stdout[: len(start)] == start
        end = "\n\ngit-alembic: nothing was changed (`git alembic init --yes` writes it)\n"
        assert done.stdout[-len(end) :] == end
        assert not config(project).exists()

    def test_dry_run(self, project: Project) -> None:
        done = project.run("init", "--dry-run", "--yes")
        assert done.returncode == 0
        assert done.stdout.endswith("\n\ngit-alembic: nothing was changed (--dry-run)\n")
        assert not config(project).exists()

    def test_yes_and_again(self, project: Project) -> None:
        done = project.run("init", "--yes")
        assert done.returncode == 0
        assert done.stdout.endswith(f"\n\n{NEXT}")
        written = config(project).read_bytes()
        assert project.git("status", "--porcelain") == f"?? {FILE}\n"
        again = project.run("init", "--yes")
        assert (again.returncode, again.stdout) == (0, f"{QUIET}git-alembic: {FILE} has the hooks already\n")
        assert config(project).read_bytes() == written

    def test_what_is_there_stays(self, project: Project) -> None:
        project.write(FILE, THEIRS)
        config(project).chmod(0o640)
        done = project.run("init", "--yes")
        shown = [line for line in done.stdout.splitlines() if re.match(r"[-+@]", line)]
        assert shown[:3] == [f"--- a/{FILE}", f"+++ b/{FILE}", "@@ -1,5 +1,33 @@"]
        assert not [line for line in shown[3:] if line.startswith("-")]
        new = config(project).read_text().splitlines()
        old = THEIRS.splitlines()
        assert (new[:1], new[1], new[2:6]) == (old[:1], TYPES, old[1:])
        assert config(project).stat().st_mode & 0o777 == 0o640

    def test_a_link_stays_one(self, project: Project) -> None:
        project.write("config/hooks.yaml", THEIRS)
        config(project).symlink_to("config/hooks.yaml")
        assert project.run("init", "--yes").returncode == 0
        assert config(project).is_symlink()
        assert "alembic-check" in (project.path / "config/hooks.yaml").read_text()

    def test_the_other_ending(self, project: Project) -> None:
        project.write(".pre-commit-config.yml", THEIRS)
        assert project.run("init", "--yes").returncode == 0
        assert "alembic-check" in (project.path / ".pre-commit-config.yml").read_text()
        assert not config(project).exists()

    def test_drift_too(self, project: Project) -> None:
        assert project.run("init", "--drift", "--yes").returncode == 0
        found = yaml.safe_load(config(project).read_text())["repos"][0]["hooks"]
        assert {hook["id"]: hook["stages"] for hook in found[3:]} == {
            "alembic-drift": ["pre-push", "manual"],
            "alembic-roundtrip": ["pre-push", "manual"],
        }
        assert [hook["id"] for hook in found[:3]] == list(HOOKS)

    def test_from_a_subfolder(self, project: Project) -> None:
        assert project.run("init", "--yes", cwd="migrations").returncode == 0
        assert config(project).exists()

    def test_line_ends_stay(self, project: Project) -> None:
        project.write(FILE, THEIRS.replace("\n", "\r\n"))
        project.run("init", "--yes")
        assert re.findall(rb"(?<!\r)\n", config(project).read_bytes()) == []

    @pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
    def test_asks_on_a_terminal(self, project: Project, answer: str, written: bool) -> None:
        """A real terminal, which turns line ends into its own."""
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "git_alembic", "init"]
        with subprocess.Popen(command, cwd=project.path, stdin=slave, stdout=slave, stderr=slave) as process:
            os.close(slave)
            os.write(master, f"{answer}\n".encode())
            said = _everything(master)
        os.close(master)
        assert f"Write this to {FILE}? [y/N]" in said
        assert process.returncode == (0 if written else 1)
        assert config(project).exists() is written


def _everything(terminal: int) -> str:
    """What is written to a terminal until its other side is closed, which Linux tells by an error."""
    out = b""
    with suppress(OSError):
        while part := os.read(terminal, 65_536):
            out += part
    return out.decode()


class TestPlain:
    def test_what_install_does(self, project: Project) -> None:
        done = project.run("init", "--plain", "--yes")
        assert done.returncode == 0
        hook = project.path / ".git" / "hooks" / "pre-push"
        assert hook.stat().st_mode & 0o111
        assert done.stdout == project.run("install").stdout.replace("is there already", "written").join([QUIET, ""])
        assert not config(project).exists()

    def test_nobody_to_ask(self, project: Project) -> None:
        before = sorted((project.path / ".git" / "hooks").iterdir())
        done = project.run("init", "--plain")
        assert done.returncode == 1
        end = "git-alembic: nothing was changed (`git alembic init --plain --yes` writes it)\n"
        assert done.stdout.endswith(f"  post-rewrite: written\n{end}")
        assert sorted((project.path / ".git" / "hooks").iterdir()) == before


class TestRefusals:
    def test_prek_toml(self, project: Project) -> None:
        project.write("prek.toml", "")
        done = project.run("init", "--yes")
        assert (done.returncode, done.stderr) == (
            2,
            "git-alembic: prek.toml is there; docs/hooks.md has the hooks to add, and `--plain` writes git's own\n",
        )
        assert not config(project).exists()

    def test_no_configuration(self, project: Project) -> None:
        project.write(FILE, "nothing\n")
        done = project.run("init", "--yes")
        assert (done.returncode, done.stderr) == (
            2,
            f"git-alembic: {FILE}: this is no mapping with a key `repos`\n",
        )
        assert config(project).read_text() == "nothing\n"

    def test_no_text(self, project: Project) -> None:
        project.write(FILE, b"\xff\xfe")
        done = project.run("init", "--yes")
        assert done.returncode == 2
        assert f"{FILE} cannot be read: " in done.stderr

    def test_drift_in_plain_hooks(self, project: Project) -> None:
        done = project.run("init", "--plain", "--drift", "--yes")
        assert (done.returncode, done.stderr) == (
            2,
            "git-alembic: --drift is for .pre-commit-config.yaml; docs/hooks.md says how a plain hook runs more\n",
        )
        assert not (project.path / ".git" / "hooks" / "pre-push").exists()

    def test_bare(self, project: Project) -> None:
        project.git("clone", "-q", "--bare", ".", "bare.git")
        done = project.run("init", cwd="bare.git")
        assert done.returncode == 2
        assert "a bare repository makes no commits" in done.stderr


@pytest.fixture
def script(empty: Project, monkeypatch: pytest.MonkeyPatch) -> Script:
    empty.write("alembic.ini", INI)
    empty.revision("a")
    empty.revision("b", "a")
    script = Script(empty, monkeypatch)
    script.commit("start")
    return script


HEAD = "rule              severity  said  repaired later  in a repair  stayed"


class TestLastYear:
    def test_counts(self, script: Script) -> None:
        """A fork and its repair by a new id, three deletions that were meant, and one commit before the year."""
        project = script.project
        script.pause(YEAR)
        for id_, down in [("c", "b"), ("d", "b")]:
            project.revision(id_, down)
        script.commit("fork")
        project.revision("e", "c", name="d_x.py")
        script.commit("a new id")
        for id_ in ("e", "c", "b"):
            project.git("rm", "-q", f"migrations/versions/{'d' if id_ == 'e' else id_}_x.py")
            script.commit(f"drop {id_}")
        assert project.run("init").stdout.split("\n\n---")[0] == (
            "The last year has 5 commits; 5 of them touch an Alembic environment.\n\n"
            "The hooks would have said:\n\n"
            "rule                 severity  said  repaired later  in a repair  stayed\n"
            "changed-revision-id  error     1     0               1            0\n"
            "deleted-revision     error     3     0               0            3\n"
            "multiple-heads       error     1     1               0            0\n\n"
            "An error stops the commit, a warning is only printed. `repaired later` is what\n"
            "the hooks are for. What was said `in a repair`, or `stayed` as it was, was meant\n"
            "and would have been in the way. `git alembic audit` names the commits.\n\n"
            "More of this was meant than was wrong; a warning may do here, in pyproject.toml:\n\n"
            '    [tool.git-alembic.rules]\n    deleted-revision = "warning"'
        )

    def test_what_is_older_does_not_count(self, script: Script) -> None:
        script.project.revision("c", "a")
        script.commit("fork")
        script.pause(YEAR)
        script.commit("rest")
        script.commit("rest")
        first = script.project.run("init").stdout.splitlines()[0]
        assert first == "The last year has 2 commits; 0 of them touch an Alembic environment."

    def test_no_commit(self, empty: Project) -> None:
        done = empty.run("init", "--yes")
        assert done.returncode == 0
        assert done.stdout.startswith("git-alembic: the last year cannot be replayed: there is no commit yet\n\n---")

    def test_shallow(self, script: Script, tmp_path: Path) -> None:
        script.commit("more")
        source = f"file://{script.project.path}"
        subprocess.run(["git", "clone", "-q", "--depth=1", source, tmp_path / "shallow"], check=True)
        done = Project(tmp_path / "shallow").run("init", "--yes")
        assert done.returncode == 0
        assert done.stdout.startswith("git-alembic: the last year cannot be replayed: this is a shallow clone")


def test_the_hooks_are_those_of_the_manifest() -> None:
    assert [hook["id"] for hook in hooks(HOOKS)] == list(HOOKS)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of the checkout as it is on disk."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("framework", ["pre-commit", pytest.param("prek", marks=pytest.mark.git(2, 28))])
def test_what_is_written_runs(
    project: Project, framework: str, wheels: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework installs the wheel from a folder, as the settings of pip and uv say; no address is needed."""
    monkeypatch.setenv("PIP_FIND_LINKS", f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}".strip())
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(shared / "pre-commit-of-init"))
    monkeypatch.setenv("PREK_HOME", str(shared / "prek-of-init"))
    assert project.run("init", "--yes").returncode == 0
    project.commit("set up the hooks")
    install = [sys.executable, "-m", MODULES[framework], "install", "--install-hooks"]
    subprocess.run(install, cwd=project.path, check=True, capture_output=True, text=True)
    installed = {path.name for path in (project.path / ".git" / "hooks").iterdir()}
    assert {"pre-commit", "pre-merge-commit", "pre-push", "post-checkout", "post-merge", "post-rewrite"} <= installed
    project.revision("c", "b")
    project.revision("d", "b")
    project.git("add", "-A")
    done = subprocess.run(
        ["git", "commit", "-qm", "fork"], cwd=project.path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "multiple-heads: 2 heads instead of 1" in " ".join((done.stdout + done.stderr).split())
    project.revision("d", "c")
    project.git("add", "-A")
    subprocess.run(["git", "commit", "-qm", "line"], cwd=project.path, capture_output=True, check=True)
