"""`git alembic install` and `uninstall`: the hooks when git runs them, and the earlier hooks."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.commands.install import main
from git_alembic.commands.uninstall import main as uninstall
from git_alembic.setup.hook_script import COMMANDS, hook_script
from tests.support.project import Project

BARE_PATH = f"{Path(shutil.which('git') or '').parent}:/usr/bin:/bin"  # the PATH of a GUI client
SAYS = '#!/bin/sh\necho "was here: $*" >>"$(git rev-parse --git-common-dir)/log"\n'
BINARY = b"\x7fELF\x00\xff\x00not really\r\n"
Tree = dict[str, tuple[int, bytes]]


@pytest.fixture(autouse=True)
def _in_the_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)


def hooks(project: Project, name: str = "") -> Path:
    return project.path / ".git" / "hooks" / name


def existing(project: Project, name: str, content: str | bytes = SAYS, mode: int = 0o755) -> Path:
    file = hooks(project, name)
    project.write(str(file), content)
    file.chmod(mode)
    return file


def tree(folder: Path) -> Tree:
    """Return everything in a folder: (mode, content), or (mode, target) of a link."""
    return {
        path.name: (path.lstat().st_mode, os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes())
        for path in sorted(folder.iterdir())
    }


def log(project: Project) -> str:
    return (project.path / ".git" / "log").read_text()


def call(
    project: Project, *command: str, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command like a GUI client."""
    return subprocess.run(
        command,
        cwd=cwd or project.path,
        env={**os.environ, "PATH": BARE_PATH, **variables},
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def git(
    project: Project, *arguments: str, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    return call(project, "git", *arguments, cwd=cwd, **variables)


def fork(project: Project) -> None:
    """Stage two heads."""
    project.revision("c", "b")
    project.revision("d", "b")
    project.git("add", "-A")


class TestWrittenHooks:
    def test_fresh(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        shutil.rmtree(hooks(project))
        assert main([]) == 0
        assert sorted(tree(hooks(project))) == sorted(COMMANDS)
        assert capsys.readouterr().out == (
            f"git-alembic: hooks in {hooks(project)}\n"
            "  pre-commit: written\n  pre-merge-commit: written\n  pre-push: written\n"
            "  post-checkout: written\n  post-merge: written\n  post-rewrite: written\n"
        )

    def test_twice_is_once(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        existing(project, "pre-push")
        main([])
        before = tree(hooks(project))
        capsys.readouterr()
        assert main([]) == 0
        assert tree(hooks(project)) == before
        assert capsys.readouterr().out.count("already installed") == len(COMMANDS)

    def test_dry_run(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        existing(project, "pre-push")
        before = tree(hooks(project))
        assert main(["--dry-run"]) == 0
        assert uninstall(["--dry-run"]) == 0
        assert tree(hooks(project)) == before
        output = capsys.readouterr().out
        assert f"hooks in {hooks(project)} (nothing was changed)\n" in output
        assert "  pre-push: written; the existing hook runs first, as pre-push.before-git-alembic\n" in output

    def test_older_version_of_ours_is_replaced(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        existing(project, "pre-commit", SAYS)
        main([])
        old = hooks(project, "pre-commit")
        old.write_text("#!/bin/sh\n# git-alembic hook of old\nexit 1\n")
        hooks(project, "pre-merge-commit").chmod(0o644)
        capsys.readouterr()
        assert main([]) == 0
        assert old.read_bytes() == hook_script("pre-commit")
        assert hooks(project, "pre-commit.before-git-alembic").read_text() == SAYS
        assert os.access(hooks(project, "pre-merge-commit"), os.X_OK)
        assert capsys.readouterr().out.count("updated") == 2

    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o755), (0o077, 0o700), (0o002, 0o775)])
    def test_mode(self, project: Project, umask: int, mode: int) -> None:
        before = os.umask(umask)
        try:
            main([])
        finally:
            os.umask(before)
        assert stat.S_IMODE(hooks(project, "pre-push").stat().st_mode) == mode


class TestExistingHooks:
    @pytest.mark.parametrize(
        ("content", "mode"),
        [(SAYS, 0o755), (SAYS, 0o644), (SAYS, 0o500), (BINARY, 0o755), (SAYS.replace("\n", "\r\n"), 0o755), ("", 0o755),
         ("# mentions git-alembic hook\n", 0o755), ("echo no shebang\n", 0o755)],
        ids=["plain", "not executable", "read only", "binary", "CRLF", "empty", "mentions us", "no shebang"],
    )  # fmt: skip
    def test_comes_back_byte_for_byte(self, project: Project, content: str | bytes, mode: int) -> None:
        for name in ("pre-commit", "pre-push", "post-merge", "commit-msg", "pre-commit.sample"):
            existing(project, name, content, mode)
        before = tree(hooks(project))
        assert main([]) == 0
        after = tree(hooks(project))
        assert after["pre-push.before-git-alembic"] == before["pre-push"]
        assert after["commit-msg"] == before["commit-msg"]
        assert uninstall([]) == 0
        assert tree(hooks(project)) == before

    @pytest.mark.parametrize("target", ["../../tools/hook", "nowhere"])
    def test_links_come_back(self, project: Project, target: str) -> None:
        project.write("tools/hook", SAYS)
        (project.path / "tools/hook").chmod(0o755)
        hooks(project).mkdir(exist_ok=True)
        hooks(project, "pre-commit").symlink_to(target)
        before = tree(hooks(project))
        main([])
        assert hooks(project, "pre-commit.before-git-alembic").is_symlink()
        git(project, "commit", "-q", "--allow-empty", "-m", "x")
        assert (project.path / ".git" / "log").exists() == (target != "nowhere")
        uninstall([])
        assert tree(hooks(project)) == before
        assert (project.path / "tools/hook").read_text() == SAYS

    def test_two_existing_hooks(self, project: Project) -> None:
        existing(project, "post-merge", SAYS)
        kept = existing(project, "post-merge.before-git-alembic", "older\n")
        before = tree(hooks(project))
        done = project.run("install")
        assert (done.returncode, done.stderr) == (2, (
            f"git-alembic: {hooks(project, 'post-merge')} is not git-alembic's, and {kept} is left over from an "
            "earlier install: remove one of the two\n"
        ))  # fmt: skip
        assert tree(hooks(project)) == before

    def test_interrupted_install_is_finished(self, project: Project) -> None:
        existing(project, "pre-commit.before-git-alembic", SAYS)
        main([])
        git(project, "commit", "-q", "--allow-empty", "-m", "x")
        assert log(project) == "was here: \n"

    def test_asks_for_its_name(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        existing(project, "pre-commit", '#!/bin/sh\nexec "tools/$(basename "$0")"\n')
        main([])
        assert capsys.readouterr().out.splitlines()[-1] == (
            "pre-commit.before-git-alembic seems to use its own file name, which has changed: "
            "check that it still works."
        )


class TestHooksInGit:
    def test_commit(self, project: Project) -> None:
        main([])
        fork(project)
        done = git(project, "commit", "-q", "-m", "fork")
        assert done.returncode == 1
        assert "multiple-heads: 2 heads: 'c' (staged), 'd'" in done.stdout + done.stderr
        (project.path / "migrations/versions/d_x.py").unlink()
        project.git("add", "-A")
        assert git(project, "commit", "-q", "-m", "line").returncode == 0

    def test_merge(self, project: Project) -> None:
        project.switch("topic", "HEAD")
        project.revision("d", "b")
        project.commit()
        project.switch("main")
        project.revision("c", "b")
        project.commit()
        main([])
        done = git(project, "merge", "--no-edit", "topic")
        assert done.returncode != 0
        assert "2 heads: 'c' (HEAD), 'd' (topic)" in " ".join(done.stderr.split())

    def test_checkout_merge_rebase(self, project: Project) -> None:
        project.switch("topic", "HEAD")
        project.write("app.py", "x = 1\n")
        project.commit()
        project.switch("main")
        project.revision("c", "b")
        project.commit()
        main([])
        came = "git-alembic: migrations: 1 new revision ('c'): run `alembic upgrade head`\n"
        assert "'c' is not in this checkout" in git(project, "checkout", "-q", "topic").stderr
        assert git(project, "rebase", "-q", "main").stderr == came
        git(project, "checkout", "-q", "-b", "behind", "main~1")
        done = git(project, "merge", "-q", "main")
        assert done.stdout + done.stderr == came

    def test_linked_worktree_and_subfolder(self, project: Project, tmp_path: Path) -> None:
        project.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
        linked = Project(tmp_path / "linked")
        done = linked.run("install", cwd="migrations")
        assert done.returncode == 0, done.stderr
        assert sorted(COMMANDS) == sorted(set(tree(hooks(project))).intersection(COMMANDS))
        fork(linked)
        assert git(project, "commit", "-q", "-m", "fork", cwd=linked.path / "migrations").returncode == 1

    @pytest.mark.parametrize("folder", [".githooks", "my 'own' hooks"])
    def test_hooks_path_inside(self, project: Project, folder: str) -> None:
        project.git("config", "core.hooksPath", folder)
        project.write(f"{folder}/pre-commit", SAYS)
        (project.path / folder / "pre-commit").chmod(0o755)
        assert main([]) == 0
        assert not any(hooks(project, name).exists() for name in COMMANDS)
        fork(project)
        assert git(project, "commit", "-q", "-m", "fork").returncode == 1
        assert log(project) == "was here: \n"

    def test_awkward_repository_and_interpreter(self, project: Project, tmp_path: Path) -> None:
        odd = Project(tmp_path / 'it\'s a "re po" $(x)')
        project.path.rename(odd.path)
        python = tmp_path / "py 'th' on" / "bin"
        python.mkdir(parents=True)
        (python / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        (python / "python").chmod(0o755)
        main_in = (
            f"import sys; sys.executable = {str(python / 'python')!r}; "
            "from git_alembic.commands.install import main; main([])"
        )
        subprocess.run([sys.executable, "-c", main_in], cwd=odd.path, check=True, capture_output=True)
        existing(odd, "pre-commit.before-git-alembic")
        fork(odd)
        assert git(odd, "commit", "-q", "-m", "fork").returncode == 1
        assert log(odd) == "was here: \n"

    def test_the_projects_modules_are_not_ours(self, project: Project) -> None:
        """`python -m` would import the project's modules."""
        main([])
        for name in ("git_alembic/__init__.py", "git.py", "argparse.py", "sitecustomize.py"):
            project.write(name, "open('ran', 'w')\nraise SystemExit(0)\n")
        fork(project)
        assert git(project, "commit", "-q", "-m", "fork").returncode == 1
        assert not (project.path / "ran").exists()


class TestBoth:
    """The earlier hook runs first. Both get arguments and input, and either can refuse."""

    def test_the_first_refuses(self, project: Project) -> None:
        existing(project, "pre-commit", "#!/bin/sh\necho no >&2\nexit 7\n")
        main([])
        fork(project)
        done = git(project, "commit", "-q", "-m", "x")
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "no\n")
        assert call(project, ".git/hooks/pre-commit").returncode == 7

    def test_real_push_and_rebase(self, project: Project, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "o.git")], check=True)
        project.git("remote", "add", "origin", str(tmp_path / "o.git"))
        reads = '#!/bin/sh\n{ echo "$0: $*"; cat; } >"$(git rev-parse --git-common-dir)/log"\n'
        existing(project, "pre-push", reads)
        existing(project, "post-rewrite", reads)
        main([])
        old = project.git("rev-parse", "HEAD").strip()
        git(project, "push", "-q", "origin", "HEAD:x")
        assert log(project) == (
            f".git/hooks/pre-push.before-git-alembic: origin {tmp_path}/o.git\nHEAD {old} refs/heads/x {'0' * 40}\n"
        )
        assert git(project, "commit", "-q", "--amend", "-m", "y").returncode == 0
        new = project.git("rev-parse", "HEAD").strip()
        assert log(project) == f".git/hooks/post-rewrite.before-git-alembic: amend\n{old} {new}\n"


def test_the_printed_repair_of_a_missing_interpreter(project: Project) -> None:
    main([])
    hook = hooks(project, "pre-commit")
    hook.write_text(hook.read_text().replace(shlex.quote(sys.executable), "'/no such/python'"))
    existing(project, "pre-commit.before-git-alembic", SAYS)
    done = git(project, "commit", "-q", "--allow-empty", "-m", "x")
    assert done.returncode == 1
    call(project, "sh", "-c", done.stderr.splitlines()[-1])
    assert hook.read_text() == SAYS


class TestRefusals:
    def test_hooks_of_other_repositories(self, project: Project, tmp_path: Path) -> None:
        project.git("config", "core.hooksPath", str(tmp_path / "all hooks"))
        done = project.run("install")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"git-alembic: git runs the hooks in {tmp_path}/all hooks (core.hooksPath), which is outside this "
            "repository and may be shared. To install there, use --force. To give this repository its own hooks: "
            f"git config --local core.hooksPath {project.path}/.git/hooks\n"
        )
        assert not (tmp_path / "all hooks").exists()
        call(project, "sh", "-c", done.stderr.rpartition(": ")[2])
        assert main([]) == 0
        assert hooks(project, "pre-push").exists()

    def test_force(self, project: Project, tmp_path: Path) -> None:
        project.git("config", "core.hooksPath", str(tmp_path / "all"))
        assert main(["--force"]) == 0
        assert sorted(tree(tmp_path / "all")) == sorted(COMMANDS)

    def test_husky(self, project: Project) -> None:
        project.write(".husky/_/h", "")
        project.git("config", "core.hooksPath", ".husky/_")
        done = project.run("install")
        assert (done.returncode, done.stderr) == (2, (
            f"git-alembic: husky manages the hooks in {project.path}/.husky/_ and overwrites them; "
            f"add `git alembic check` to {project.path}/.husky/pre-commit instead (`git alembic init` does)\n"
        ))  # fmt: skip

    def test_bare(self, project: Project, tmp_path: Path) -> None:
        project.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
        done = Project(tmp_path / "bare.git").run("install")
        assert done.returncode == 2
        assert done.stderr == (
            "git-alembic: this is a bare repository, where commit hooks never run; on a server, use `git alembic "
            "pre-receive`\n"
        )

    def test_folder_that_cannot_be_made(self, project: Project) -> None:
        shutil.rmtree(hooks(project))
        hooks(project).write_text("a file")
        done = project.run("install")
        assert (done.returncode, done.stderr) == (
            2,
            f"git-alembic: {hooks(project)} could not be written: File exists\n",
        )


@pytest.mark.parametrize("module", ["pre_commit", pytest.param("prek", marks=pytest.mark.git(2, 28))])
class TestWithFrameworks:
    """The hooks of frameworks are ordinary hooks.

    Installed again over ours, the hooks don't call each other in a loop.
    """

    CONFIG = (
        "repos:\n- repo: local\n  hooks:\n  - {id: note, name: note, language: system, "
        "entry: sh -c 'echo note >>.git/log', always_run: true, pass_filenames: false}\n"
    )

    def framework(self, project: Project, module: str) -> None:
        project.write(".pre-commit-config.yaml", self.CONFIG)
        project.commit()
        done = call(project, sys.executable, "-m", module, "install", HOME=str(project.path.parent))
        assert done.returncode == 0, done.stderr

    def commit(self, project: Project, code: int) -> None:
        (project.path / ".git/log").unlink(missing_ok=True)
        done = git(project, "commit", "-q", "--allow-empty", "-m", "x", HOME=str(project.path.parent))
        assert done.returncode == code, done.stdout + done.stderr
        assert log(project) == "note\n"

    def test_theirs_then_ours_then_theirs_again(
        self, project: Project, module: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.framework(project, module)
        main([])
        name = module.replace("_", "-")
        assert capsys.readouterr().out.splitlines()[-1] == (
            f"These are {name}'s hooks: it is better to add git-alembic to .pre-commit-config.yaml "
            "(run `git alembic init`)."
        )
        self.commit(project, 0)
        self.framework(project, module)
        self.commit(project, 0)
        assert main([]) == 0
        fork(project)
        self.commit(project, 1)

    def test_ours_then_theirs(self, project: Project, module: str) -> None:
        main([])
        self.framework(project, module)
        self.commit(project, 0)
        before = tree(hooks(project))
        assert main([]) == 0
        assert tree(hooks(project)) == before
        fork(project)
        self.commit(project, 1)
        assert uninstall([]) == 0
        self.commit(project, 0)


class TestRecipes:
    """The recipes in docs/hooks.md, executed."""

    DOCS = Path(__file__).resolve().parents[2] / "docs" / "hooks.md"

    @pytest.fixture(autouse=True)
    def _activated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    def git(self, project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
        return git(project, *arguments, PATH=os.environ["PATH"])

    def recipe(self, first: str) -> str:
        """Return the part of a code block from this line (exclusive) to the next empty line."""
        _, _, rest = self.DOCS.read_text(encoding="utf-8").partition(f"\n{first}\n")
        return rest.partition("\n```")[0].partition("\n\n")[0] + "\n"

    def scenario(self, project: Project, tmp_path: Path) -> None:
        """Assert that a fork is refused at commit and at push, and that a checkout prints the hint."""
        project.git("init", "-q", "--bare", str(tmp_path / "o.git"))
        project.git("remote", "add", "origin", str(tmp_path / "o.git"))
        project.commit("hooks")
        assert self.git(project, "push", "-q", "origin", "main").returncode == 0
        project.switch("topic", "main")
        project.revision("d", "b")
        project.commit()
        done = self.git(project, "checkout", "main")
        assert (
            "'d' is not in this checkout: run `git alembic sync` if 'd' was applied to your database"
            in done.stdout + done.stderr
        )
        project.revision("c", "b")
        project.revision("e", "b")
        project.git("add", "-A")
        done = self.git(project, "commit", "-q", "-m", "fork")
        assert done.returncode == 1
        assert "multiple-heads" in done.stdout + done.stderr
        project.git("rm", "-qf", "migrations/versions/e_x.py")
        assert self.git(project, "commit", "-q", "-m", "line").returncode == 0
        assert self.git(project, "push", "-q", "origin", "main").returncode == 0
        done = self.git(project, "push", "origin", "main:copy", "topic")
        assert done.returncode == 1
        assert "divergent-heads" in done.stdout + done.stderr
        done = self.git(project, "merge", "--no-edit", "topic")
        assert done.returncode != 0
        assert "multiple-heads" in done.stdout + done.stderr

    def test_install(self, project: Project, tmp_path: Path) -> None:
        main([])
        self.scenario(project, tmp_path)

    @pytest.mark.git(2, 31)
    def test_lefthook(self, project: Project, tmp_path: Path) -> None:
        project.write("lefthook.yml", self.recipe("# lefthook.yml"))
        lefthook = shutil.which("lefthook", path=Path(sys.executable).parent)
        assert lefthook is not None
        assert call(project, lefthook, "install").returncode == 0
        self.scenario(project, tmp_path)

    def test_husky(self, project: Project, tmp_path: Path) -> None:
        """husky itself comes from npm. Its replacement here runs the files like its `.husky/_/h`."""
        for hook in COMMANDS:
            project.write(f".husky/{hook}", self.recipe(f"# .husky/{hook}"))
            runner = project.path / project.write(f".husky/_/{hook}", '#!/bin/sh\nsh -e ".husky/${0##*/}" "$@"\n')
            runner.chmod(0o755)
        project.git("config", "core.hooksPath", ".husky/_")
        self.scenario(project, tmp_path)

    @pytest.mark.parametrize("place", ["pre-receive", "pre-receive.d/git-alembic"])
    def test_server(self, project: Project, tmp_path: Path, place: str) -> None:
        """A bare repository, and Gitea, whose own hook gives its input to each file in `pre-receive.d`."""
        project.git("clone", "-q", "--bare", ".", str(tmp_path / "o.git"))
        server = Project(tmp_path / "o.git")
        script = "#!/bin/sh\n" + self.recipe("#!/bin/sh")
        program = Path(sys.executable).parent / "git-alembic"
        assert "/opt/git-alembic/bin/git-alembic" in script
        server.write(f"hooks/{place}", script.replace("/opt/git-alembic/bin/git-alembic", str(program)))
        if "/" in place:
            server.write(
                "hooks/pre-receive", 'refs=$(cat)\necho "$refs" | "$(dirname "$0")/pre-receive.d/git-alembic"\n'
            )
        for name in ("pre-receive", place):
            (server.path / "hooks" / name).chmod(0o755)
        project.git("remote", "add", "origin", str(server.path))
        project.revision("c", "b")
        project.commit()
        assert self.git(project, "push", "-q", "origin", "main").returncode == 0
        project.revision("d", "b")
        project.commit()
        done = self.git(project, "push", "origin", "main")
        assert done.returncode == 1
        assert "remote: migrations/versions/d_x.py:9: multiple-heads: 2 heads" in done.stderr
