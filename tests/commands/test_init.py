"""`git alembic init`: its report on the last year, its changes for each hook manager, and that the hooks run."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from git_alembic import __version__
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice, manifest
from git_alembic.setup.managers.yaml_edits import as_yaml
from tests.commands.test_audit import Script
from tests.commands.test_real_hook_managers import MODULES, hook_repository, shared
from tests.support.installations import installed_from
from tests.support.project import INI, Project

__all__ = ["hook_repository", "shared"]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FILE = ".pre-commit-config.yaml"
YEAR = 365 * 24  # hours
FOUND = "git-alembic found 1 environment:\n  alembic.ini (migrations): 2 revisions, head 'b'\n\n"
QUIET = (
    "In the last year: 1 commit; 1 of them touches an Alembic environment.\nThe hooks would have reported nothing.\n\n"
)
TYPES = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push]"
ENTRY = """\
  - repo: local
    hooks:
      - id: alembic-check
        name: alembic check
        entry: git-alembic check
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-commit, pre-merge-commit, manual]
      - id: alembic-push
        name: alembic push
        entry: git-alembic pre-push
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-push, manual]
"""
NEXT = f"""\
git-alembic: {FILE} is written. Next steps:

    git add {FILE}
    pre-commit install    # or: prek install; once in every clone
"""
THEIRS = "# ours\nrepos:\n  - repo: local\n    hooks: # none yet\n      []\n"


@pytest.fixture(autouse=True)
def _on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put git-alembic where hooks look for it, and hide the manifests of other hooks."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(BIN), os.environ["PATH"]]))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "no-pre-commit"))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "no-prek"))


def config(project: Project) -> Path:
    return project.path / FILE


def paragraphs(text: str) -> str:
    return " ".join(text.split())


class TestWriting:
    def test_without_a_terminal(self, project: Project) -> None:
        done = project.run("init")
        assert (done.returncode, done.stderr) == (1, "")
        added = "".join(f"+{line}\n" for line in f"{TYPES}\nrepos:\n{ENTRY}".splitlines())
        start = f"{FOUND}--- /dev/null\n+++ b/{FILE}\n@@ -0,0 +1,18 @@\n{added}\n"
        assert done.stdout[: len(start)] == start
        end = f"{QUIET}git-alembic: nothing was changed (run `git alembic init --yes` to make the changes)\n"
        assert done.stdout[-len(end) :] == end
        assert not config(project).exists()

    def test_other_messages(self, project: Project) -> None:
        output = paragraphs(project.run("init").stdout)
        assert (
            f"git-alembic was installed from {ROOT}, which other clones do not have, so these hooks run the "
            "git-alembic on PATH: install it on every machine where you commit."
        ) in output
        assert (
            "pre-commit and prek show a hook's output only if it fails, so nobody sees warnings. To make a warning "
            'block the commit, set its rule to "error", or set `fail-on-warning = true` in [tool.git-alembic].'
        ) in output
        assert (
            "`git alembic init --hint` also adds a hook that shows how a checkout, merge or rebase affects the "
            "database. The manager prints a few lines about it on every run."
        ) in output

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
        assert (again.returncode, again.stdout) == (
            0,
            f"{FOUND}{QUIET}git-alembic: pre-commit already has the hooks\n",
        )
        assert config(project).read_bytes() == written

    def test_existing_hooks_stay(self, project: Project) -> None:
        project.write(FILE, THEIRS)
        config(project).chmod(0o640)
        done = project.run("init", "--yes")
        shown = [line for line in done.stdout.splitlines() if re.match(r"[-+@]", line)]
        assert shown[:3] == [f"--- a/{FILE}", f"+++ b/{FILE}", "@@ -1,5 +1,22 @@"]
        assert not [line for line in shown[3:] if line.startswith("-")]
        new = config(project).read_text().splitlines()
        old = THEIRS.splitlines()
        assert (new[:1], new[1], new[2:6]) == (old[:1], TYPES, old[1:])
        assert config(project).stat().st_mode & 0o777 == 0o640

    def test_a_link_stays_a_link(self, project: Project) -> None:
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

    def test_drift_and_hint(self, project: Project) -> None:
        assert project.run("init", "--drift", "--hint", "--yes").returncode == 0
        written = yaml.safe_load(config(project).read_text())
        assert {hook["id"]: hook["stages"] for hook in written["repos"][0]["hooks"][2:]} == {
            "alembic-hint": ["post-checkout", "post-merge", "post-rewrite"],
            "alembic-drift": ["pre-push", "manual"],
            "alembic-roundtrip": ["pre-push", "manual"],
        }
        assert written["default_install_hook_types"][3:] == ["post-checkout", "post-merge", "post-rewrite"]

    def test_from_a_subfolder(self, project: Project) -> None:
        assert project.run("init", "--yes", cwd="migrations").returncode == 0
        assert config(project).exists()

    def test_line_ends_stay(self, project: Project) -> None:
        project.write(FILE, THEIRS.replace("\n", "\r\n"))
        project.run("init", "--yes")
        assert re.findall(rb"(?<!\r)\n", config(project).read_bytes()) == []

    def test_flow_style_is_shown_to_be_pasted(self, project: Project) -> None:
        project.write(FILE, '{"repos": [{"repo": "meta", "hooks": []}]}')
        done = project.run("init", "--yes")
        assert done.returncode == 1
        indented = "".join(f"    {line}\n" for line in f"{TYPES}\nrepos:\n{ENTRY}".splitlines())
        assert done.stdout.startswith(f"{FOUND}Add this to {FILE}:\n\n{indented}\n")
        assert done.stdout.endswith(
            f"{QUIET}git-alembic: nothing was written. Add the lines above, then run:\n\n"
            "    pre-commit install    # or: prek install; once in every clone\n"
        )
        assert project.run("init", "--dry-run").returncode == 0

    @pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
    def test_asks_on_a_terminal(self, project: Project, answer: str, written: bool) -> None:
        """A real terminal replaces line endings."""
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "git_alembic", "init"]
        with subprocess.Popen(command, cwd=project.path, stdin=slave, stdout=slave, stderr=slave) as process:
            os.close(slave)
            os.write(master, f"{answer}\n".encode())
            output = _everything(master)
        os.close(master)
        assert f"Write this to {FILE}? [y/N]" in output
        assert process.returncode == (0 if written else 1)
        assert config(project).exists() is written


def _everything(terminal: int) -> str:
    """Return everything written to a terminal until its other side closes, which Linux reports as an error."""
    out = b""
    with suppress(OSError):
        while part := os.read(terminal, 65_536):
            out += part
    return out.decode()


class TestInstallations:
    """The written hooks work for every source of git-alembic."""

    def test_an_index(self, project: Project, tmp_path: Path) -> None:
        done = project.run("init", "--drift", "--yes", env=installed_from(tmp_path / "index"))
        assert (done.returncode, done.stderr) == (0, "")
        hooks = yaml.safe_load(config(project).read_text())["repos"][0]["hooks"]
        assert [(hook["language"], hook["additional_dependencies"]) for hook in hooks] == [
            ("python", [f"git-alembic=={__version__}"]),
            ("python", [f"git-alembic=={__version__}"]),
            ("python", [f"git-alembic[drift]=={__version__}"]),
            ("python", [f"git-alembic[drift]=={__version__}"]),
        ]
        assert "other clones" not in done.stdout

    def test_hooks_that_another_installation_wrote(self, project: Project, tmp_path: Path) -> None:
        """They stay, and a note says that they install another version."""
        project.run("init", "--yes", env=installed_from(tmp_path / "index"))
        before = config(project).read_text()
        done = project.run("init", "--yes")
        assert done.returncode == 0
        assert (
            f"The hooks alembic-check, alembic-push install git-alembic=={__version__}, but this git-alembic was "
            f"installed from {ROOT}. To change that, remove them and run `git alembic init` again."
        ) in paragraphs(done.stdout)
        assert config(project).read_text() == before

    def test_the_page_shows_the_written_lines(self, project: Project, tmp_path: Path, hook_repository: Path) -> None:
        commit, address = Project(hook_repository).git("rev-parse", "HEAD").strip(), f"file://{hook_repository}"
        url = {"url": address, "vcs_info": {"vcs": "git", "commit_id": commit}}
        page = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
        blocks = re.findall(r"(?ms)^ *```yaml\n(.*?)^ *```$", page)
        from_git = blocks[0].replace("<address>", address).replace("<commit>", as_yaml(commit))
        project.run("init", "--yes", env=installed_from(tmp_path / "git", url))
        assert config(project).read_text() == from_git.removeprefix(f"# {FILE}\n")
        config(project).unlink()
        project.run("init", "--yes", env=installed_from(tmp_path / "index"))
        assert config(project).read_text().partition("\n")[2] == textwrap.dedent(blocks[1])

    def test_an_index_that_does_not_have_it(self, project: Project, tmp_path: Path) -> None:
        done = project.run("init", "--yes", env=installed_from(tmp_path / "index", index=False))
        assert done.returncode == 2
        assert done.stderr.startswith(f"git-alembic: `git-alembic=={__version__}` cannot be installed, so the hooks ")
        assert not config(project).exists()

    def test_a_git_address(self, project: Project, tmp_path: Path, hook_repository: Path) -> None:
        commit = Project(hook_repository).git("rev-parse", "HEAD").strip()
        url = {"url": f"file://{hook_repository}", "vcs_info": {"vcs": "git", "commit_id": commit}}
        done = project.run("init", "--drift", "--yes", env=installed_from(tmp_path / "git", url))
        assert (done.returncode, done.stderr) == (0, "")
        assert yaml.safe_load(config(project).read_text())["repos"] == [
            {
                "repo": f"file://{hook_repository}",
                "rev": commit,
                "hooks": [
                    {"id": "alembic-check"},
                    {"id": "alembic-push"},
                    {"id": "alembic-drift", "stages": ["pre-push", "manual"]},
                    {"id": "alembic-roundtrip", "stages": ["pre-push", "manual"]},
                ],
            }
        ]
        assert "Other machines cannot reach file://" in paragraphs(done.stdout)

    def test_a_commit_that_was_not_pushed(self, project: Project, tmp_path: Path, hook_repository: Path) -> None:
        url = {"url": f"file://{hook_repository}", "vcs_info": {"vcs": "git", "commit_id": "4f" * 20}}
        done = project.run("init", "--yes", env=installed_from(tmp_path / "git", url))
        assert done.returncode == 2
        assert "does not have: push it" in done.stderr
        assert not config(project).exists()

    def test_a_folder_without_a_program_on_path(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", os.environ["PATH"].replace(f"{BIN}{os.pathsep}", ""))
        done = project.run("init", "--yes")
        assert done.returncode == 2
        assert "so hooks can only run the `git-alembic` on PATH, but there isn't one" in done.stderr
        assert not config(project).exists()


class TestManagers:
    def test_lefthook(self, project: Project) -> None:
        project.write("lefthook.yml", "pre-commit:\n  jobs:\n    - run: 'true'\n")
        done = project.run("init", "--yes")
        assert done.returncode == 0
        assert done.stdout.index("+    - run: git alembic check") < done.stdout.index("In the last year")
        assert done.stdout.endswith(
            "git-alembic: lefthook.yml is written. Next steps:\n\n"
            "    git add lefthook.yml\n    lefthook install    # once in every clone\n"
        )
        assert not config(project).exists()
        subprocess.run([BIN / "lefthook", "install"], cwd=project.path, check=True, capture_output=True)
        refuses_a_fork(project)

    def test_husky(self, project: Project) -> None:
        project.write(".husky/pre-push", "git lfs pre-push\n")
        done = project.run("init", "--yes")
        assert done.returncode == 1
        instruction = "Add this to .husky/pre-push, before every command that reads the refs from its input:\n\n"
        assert done.stdout.index(instruction) < done.stdout.index("In the last year")
        assert done.stdout.endswith(
            "git-alembic: .husky/pre-commit, .husky/pre-merge-commit are written. Next steps:\n\n"
            "    # paste the lines that are shown above\n"
            "    git add .husky/pre-commit .husky/pre-merge-commit\n"
            "    npx husky    # or the project's `prepare` script; once in every clone\n"
        )
        assert (project.path / ".husky/pre-commit").read_text() == "git alembic check\n"
        assert (project.path / ".husky/pre-commit").stat().st_mode & 0o100

    def test_prek_toml(self, project: Project) -> None:
        project.write("prek.toml", '[[repos]]\nrepo = "local"\nhooks = []\n')
        done = project.run("init", "--yes")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("    git add prek.toml\n    prek install    # once in every clone\n")
        subprocess.run([BIN / "prek", "install"], cwd=project.path, check=True, capture_output=True)
        refuses_a_fork(project)

    def test_a_folder_that_core_hooks_path_names(self, project: Project) -> None:
        project.git("config", "core.hooksPath", ".githooks")
        assert project.run("init", "--yes").returncode == 0
        assert not config(project).exists()
        refuses_a_fork(project)

    def test_husky_in_a_folder_of_a_monorepo(self, project: Project) -> None:
        """Before and after its `prepare` script, which recreates `_` each time."""
        project.write("web/package.json", '{"scripts": {"prepare": "cd .. && husky web/.husky"}}')
        project.write("web/.husky/pre-commit", "cd web\nnpx lint-staged\n")
        project.commit("husky")
        before = project.run("init").stdout
        for name in ("h", "pre-commit", "pre-push"):
            project.write(f"web/.husky/_/{name}", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
        project.git("config", "core.hooksPath", "web/.husky/_")
        done = project.run("init", "--yes")
        assert re.findall(r"^\+\+\+ .*", before, re.MULTILINE) == re.findall(r"^\+\+\+ .*", done.stdout, re.MULTILINE)
        assert "    npm --prefix web run prepare    # once in every clone\n" in done.stdout
        assert project.git("status", "--porcelain", "-uall", "--", ":!web/.husky/_").splitlines() == [
            " M web/.husky/pre-commit",
            "?? web/.husky/pre-merge-commit",
            "?? web/.husky/pre-push",
        ]
        assert (project.path / "web/.husky/pre-commit").read_text() == "cd web\nnpx lint-staged\ngit alembic check\n"

    def test_a_folder_of_scripts_that_is_not_huskys(self, project: Project) -> None:
        project.write("template/.husky/pre-commit", "npx lint-staged\n")
        project.commit("a template")
        assert f"+++ b/{FILE}" in project.run("init").stdout

    @pytest.mark.parametrize("manager", ["pre-commit", "prek"])
    def test_a_configuration_beside_the_environment(self, empty: Project, manager: str) -> None:
        file = f"backend/{FILE}"
        empty.write("backend/alembic.ini", INI)
        empty.revision("a", folder="backend/migrations/versions")
        empty.write(file, THEIRS)
        empty.commit("start")
        done = empty.run("init", "--yes")
        assert done.returncode == 0
        assert f"    pre-commit install --config {file}    # or: prek install --config {file}; once" in done.stdout
        assert not config(empty).exists()
        install = [str(BIN / manager), "install", "--config", file]
        subprocess.run(install, cwd=empty.path, check=True, capture_output=True)
        empty.revision("b", "a", folder="backend/migrations/versions")
        empty.revision("c", "a", folder="backend/migrations/versions")
        empty.git("add", "-A")
        assert "multiple-heads: 2 heads" in paragraphs(commit_output(empty))

    def test_a_configuration_beside_something_else(self, project: Project) -> None:
        project.write(f"examples/shop/{FILE}", THEIRS)
        project.commit("an example")
        assert f"+++ b/{FILE}" in project.run("init").stdout

    def test_the_configuration_that_the_installed_hooks_name(self, project: Project) -> None:
        project.write(FILE, THEIRS)
        project.write("tools/hooks.yaml", THEIRS)
        project.commit("hooks")
        assert f"+++ b/{FILE}" in project.run("init").stdout
        install = [str(BIN / "pre-commit"), "install", "--config", "tools/hooks.yaml"]
        subprocess.run(install, cwd=project.path, check=True, capture_output=True)
        assert "+++ b/tools/hooks.yaml" in project.run("init").stdout

    def test_npm_runs_lefthook(self, project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "bin").mkdir()
        for name in ("git", "git-alembic"):
            (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        project.write("lefthook.yml", "")
        project.write("package.json", '{"devDependencies": {"lefthook": "^2"}}')
        assert "    npx lefthook install    # once in every clone\n" in project.run("init", "--yes").stdout

    def test_hooks_in_a_package_json(self, project: Project) -> None:
        project.write("package.json", '{"simple-git-hooks": {"pre-commit": "npx lint-staged"}}')
        done = project.run("init", "--yes")
        assert done.returncode == 1
        instruction = 'Add this to package.json, in "simple-git-hooks", in place of the entries with these names:\n\n'
        assert done.stdout.startswith(f"{FOUND}{instruction}")
        assert done.stdout.endswith("then run:\n\n    npx simple-git-hooks    # once in every clone\n")

    def test_the_installed_manager(self, project: Project) -> None:
        project.write("lefthook.yml", "commit-msg:\n  jobs: []\n")
        project.write(FILE, THEIRS)
        assert f"+++ b/{FILE}" in project.run("init").stdout
        subprocess.run([BIN / "lefthook", "install"], cwd=project.path, check=True, capture_output=True)
        assert "+++ b/lefthook.yml" in project.run("init").stdout

    def test_the_program_is_not_on_path(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", os.environ["PATH"].replace(f"{BIN}{os.pathsep}", ""))
        project.write("lefthook.yml", "")
        assert "git-alembic is not on PATH, where lefthook looks for it." in project.run("init").stdout


def refuses_a_fork(project: Project) -> None:
    project.revision("c", "b")
    project.revision("d", "b")
    project.git("add", "-A")
    assert "multiple-heads: 2 heads" in paragraphs(commit_output(project))


def commit_output(project: Project) -> str:
    """Return the output of a commit that a hook refuses."""
    command = ["git", "commit", "-qm", "fork"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout + done.stderr


class TestEnvironments:
    def test_none(self, empty: Project) -> None:
        empty.write("README", "x")
        empty.commit("start")
        for arguments in (["--yes"], ["--plain", "--yes"]):
            done = empty.run("init", *arguments)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr == (
                "git-alembic: no Alembic environment is staged or committed here, so nothing was written; "
                "`git add` one, or add it to `environments` in [tool.git-alembic]\n"
            )
        assert empty.git("status", "--porcelain") == ""

    def test_several(self, project: Project) -> None:
        project.revision("x", folder="billing/versions")
        project.revision("y", "x", folder="billing/versions")
        project.revision("z", "x", folder="billing/versions")
        project.git("add", "-A")
        assert project.run("init").stdout.startswith(
            "git-alembic found 2 environments:\n"
            "  alembic.ini (migrations): 2 revisions, head 'b'\n"
            "  billing: 3 revisions, heads 'y', 'z'\n\n"
        )


class TestPlain:
    def test_plain_hooks_like_install(self, project: Project) -> None:
        done = project.run("init", "--plain", "--yes")
        assert done.returncode == 0
        hook = project.path / ".git" / "hooks" / "pre-push"
        assert hook.stat().st_mode & 0o111
        installed = project.run("install").stdout.replace("already installed", "written")
        assert done.stdout == f"{FOUND}{QUIET}{installed}"
        assert not config(project).exists()

    def test_without_a_terminal(self, project: Project) -> None:
        before = sorted((project.path / ".git" / "hooks").iterdir())
        done = project.run("init", "--plain")
        assert done.returncode == 1
        end = "git-alembic: nothing was changed (run `git alembic init --plain --yes` to make the changes)\n"
        assert done.stdout.endswith(f"  post-rewrite: written\n\n{QUIET}{end}")
        assert sorted((project.path / ".git" / "hooks").iterdir()) == before


class TestRefusals:
    def test_no_configuration(self, project: Project) -> None:
        project.write(FILE, "nothing\n")
        done = project.run("init", "--yes")
        assert (done.returncode, done.stderr) == (2, f"git-alembic: {FILE}: this is not a mapping\n")
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
            "git-alembic: --drift is only for hook managers; in your own git hook, run `git alembic drift`\n",
        )
        assert not (project.path / ".git" / "hooks" / "pre-push").exists()

    def test_bare(self, project: Project) -> None:
        project.git("clone", "-q", "--bare", ".", "bare.git")
        done = project.run("init", cwd="bare.git")
        assert done.returncode == 2
        assert "this is a bare repository" in done.stderr


@pytest.fixture
def script(empty: Project, monkeypatch: pytest.MonkeyPatch) -> Script:
    empty.write("alembic.ini", INI)
    empty.revision("a")
    empty.revision("b", "a")
    script = Script(empty, monkeypatch)
    script.commit("start")
    return script


class TestLastYear:
    def test_counts(self, script: Script) -> None:
        """A fork that a new id repaired, three intended deletions, and one commit before that year."""
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
        output = project.run("init").stdout
        assert output[output.index("In the last year") :].split("\n\ngit-alembic: nothing")[0] == (
            "In the last year: 5 commits; 5 of them touch an Alembic environment.\n\n"
            "The hooks would have reported:\n\n"
            "rule                 severity  reported  repaired later  repairs  stayed\n"
            "deleted-revision     error     3         0               0        3\n"
            "multiple-heads       error     1         1               0        0\n"
            "changed-revision-id  warning   1         0               1        0\n"
            "misnamed-file        warning   1         0               1        0\n\n"
            "Errors stop the commit; warnings are only printed. `repaired later` marks\n"
            "problems that the hooks would have prevented. `repairs` and `stayed` mark\n"
            "changes that were probably intentional, where the hooks would have been a\n"
            "nuisance.\n`git alembic audit` lists the commits.\n\n"
            "Most of these changes were probably intentional. Consider making the rule a\n"
            "warning in pyproject.toml:\n\n"
            '    [tool.git-alembic.rules]\n    deleted-revision = "warning"'
        )

    def test_older_commits_do_not_count(self, script: Script) -> None:
        script.project.revision("c", "a")
        script.commit("fork")
        script.pause(YEAR)
        script.commit("rest")
        script.commit("rest")
        output = script.project.run("init").stdout.splitlines()
        assert [line for line in output if line.startswith("In the last")] == [
            "In the last year: 2 commits; 0 of them touch an Alembic environment."
        ]

    def test_no_commit(self, empty: Project) -> None:
        empty.write("alembic.ini", INI)
        empty.revision("a")
        empty.git("add", "-A")
        done = empty.run("init", "--yes")
        assert done.returncode == 0
        assert (
            "\n\ngit-alembic: the commits from the last year could not be checked: there are no commits yet\n\n"
        ) in done.stdout

    def test_shallow(self, script: Script, tmp_path: Path) -> None:
        script.commit("more")
        source = f"file://{script.project.path}"
        subprocess.run(["git", "clone", "-q", "--depth=1", source, tmp_path / "shallow"], check=True)
        done = Project(tmp_path / "shallow").run("init", "--yes")
        assert done.returncode == 0
        assert (
            "\n\ngit-alembic: the commits from the last year could not be checked: this shallow clone"
        ) in done.stdout


def test_the_hooks_are_those_of_the_manifest() -> None:
    assert set(HookChoice(drift=True, hint=True).ids) == set(manifest())


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel of the checkout on disk."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(params=["pre-commit", pytest.param("prek", marks=pytest.mark.git(2, 28))])
def framework(request: pytest.FixtureRequest, wheels: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a framework by name. The settings of pip and uv make it install the wheel from a folder."""
    monkeypatch.setenv("PIP_FIND_LINKS", f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}".strip())
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(shared / "pre-commit-of-init"))
    monkeypatch.setenv("PREK_HOME", str(shared / "prek-of-init"))
    name: str = request.param
    return name


def test_the_written_hooks_run(project: Project, framework: str, tmp_path: Path) -> None:
    output = project.run("init", "--hint", "--yes", env={"PYTHONPATH": installed_from(tmp_path / "x")["PYTHONPATH"]})
    assert output.returncode == 0, output.stderr
    project.commit("set up the hooks")
    install = [sys.executable, "-m", MODULES[framework], "install", "--install-hooks"]
    subprocess.run(install, cwd=project.path, check=True, capture_output=True, text=True)
    installed = {path.name for path in (project.path / ".git" / "hooks").iterdir()}
    assert {"pre-commit", "pre-merge-commit", "pre-push", "post-checkout", "post-merge", "post-rewrite"} <= installed
    refuses_a_fork(project)
    project.revision("d", "c")
    project.git("add", "-A")
    subprocess.run(["git", "commit", "-qm", "line"], cwd=project.path, capture_output=True, check=True)


OTHER_HOOKS = """\
- id: of-push
  name: a hook whose manifest names pre-push
  entry: sh -c 'echo of-push >>"$RAN"'
  language: system
  always_run: true
  stages: [pre-commit, pre-push, manual]
- id: silent
  name: a hook whose manifest names no stage
  entry: sh -c 'echo silent >>"$RAN"'
  language: system
  always_run: true
"""
OTHER_CONFIG = """\
repos:
- repo: {}
  rev: {}
  hooks:
  - id: of-push
  - id: silent
- repo: local
  hooks:
  - id: own
    name: own
    entry: sh -c 'echo own >>"$RAN"'
    language: system
    always_run: true
"""


OTHER_TOML = """\
[[repos]]
repo = "{}"
rev = "{}"
hooks = [{{ id = "of-push" }}, {{ id = "silent" }}]

[[repos]]
repo = "local"

[[repos.hooks]]
id = "own"
name = "own"
entry = "sh -c 'echo own >>\\"$RAN\\"'"
language = "system"
always_run = true
"""


@pytest.mark.parametrize(
    ("framework", "file"),
    [
        ("pre-commit", FILE),
        pytest.param("prek", FILE, marks=pytest.mark.git(2, 28)),
        pytest.param("prek", "prek.toml", marks=pytest.mark.git(2, 28)),
    ],
)
def test_the_other_hooks_run_when_they_did_before(
    cloned: Project, framework: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the framework itself, they run at commits, and at no checkout, merge or push."""
    hooks = Project(tmp_path / "hooks")
    hooks.path.mkdir()
    hooks.init()
    hooks.write(".pre-commit-hooks.yaml", OTHER_HOOKS)
    text = OTHER_TOML if file == "prek.toml" else OTHER_CONFIG
    cloned.write(file, text.format(f"file://{hooks.path}", hooks.commit("hooks")))
    cloned.commit("hooks")
    record = tmp_path / "ran"
    monkeypatch.setenv("RAN", str(record))

    def ran(*command: str) -> list[str]:
        record.write_text("")
        done = subprocess.run(command, cwd=cloned.path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return sorted(set(record.read_text().split()))

    every = ["of-push", "own", "silent"]
    install = [sys.executable, "-m", MODULES[framework], "install", "--install-hooks"]
    ran(*install)
    assert ran("git", "commit", "--allow-empty", "-qm", "before") == every
    output = cloned.run("init", "--hint", "--yes")
    assert output.returncode == 0, output.stderr
    stages = (
        'default_stages = ["pre-commit", "manual"]' if file == "prek.toml" else "default_stages: [pre-commit, manual]"
    )
    assert stages in (cloned.path / file).read_text()
    cloned.commit("set up the hooks")
    ran(*install)
    assert ran("git", "commit", "--allow-empty", "-qm", "after") == every
    assert ran("git", "checkout", "-qb", "topic") == []
    cloned.commit("more")
    assert ran("git", "checkout", "-q", "main") == []
    cloned.commit("elsewhere")
    assert ran("git", "merge", "-q", "--no-edit", "topic") == []
    assert ran("git", "push", "-q", "origin", "main") == []
    assert ran(sys.executable, "-m", MODULES[framework], "run", "--hook-stage", "manual", "--all-files") == every
