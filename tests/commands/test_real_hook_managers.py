"""The hook for users: a tagged clone that the real pre-commit and the real prek install and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modeled
from tests.support.project import IDENTITY, Project

CHECKOUT = Path(__file__).resolve().parents[2]
TAG = "v0.0.0"
MODULES = {"pre-commit": "pre_commit", "prek": "prek"}
HOOK_TYPES = ("-t", "pre-commit", "-t", "pre-merge-commit")
CONFIG = """\
repos:
  - repo: file://{}
    rev: {}
    hooks:
      - id: alembic-check
"""
Run = subprocess.CompletedProcess[str]


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, **IDENTITY}
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of one run share. pytest removes it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "frameworks"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def hook_repository(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the checkout on disk, committed and tagged. The first worker makes it."""
    made = tmp_path_factory.mktemp("made") / "git-alembic"
    listed = git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")[:-1]
    for path in listed:
        if (CHECKOUT / path).is_file():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / path, made / path)
    git(made, "init", "-q")
    git(made, "add", "-A")
    git(made, "commit", "-q", "-m", "as it is on disk")
    git(made, "tag", TAG)
    place = shared / "git-alembic"
    if not place.exists():
        try:
            made.rename(place)
        except OSError:  # another worker has made it
            assert place.exists()
    return place


@pytest.fixture(params=["pre-commit", pytest.param("prek", marks=pytest.mark.git(2, 28))])
def framework(request: pytest.FixtureRequest, shared: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a framework by name. Both keep their environments in the shared folder, with a lock for building."""
    name: str = request.param
    for variable in [name for name in os.environ if name.startswith("PREK")] + ["SKIP", "COLUMNS"]:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(shared / "pre-commit"))
    monkeypatch.setenv("PREK_HOME", str(shared / "prek"))
    return name


@pytest.fixture
def hooked(framework: str, hook_repository: Path, project: Project) -> Project:
    """Return the project with the hook: a <- b <- c on main, a <- b <- d on topic, a <- b on healthy."""
    project.write(".pre-commit-config.yaml", CONFIG.format(hook_repository, TAG))
    project.commit("add the hook")
    install = [sys.executable, "-m", MODULES[framework], "install", *HOOK_TYPES, "--install-hooks"]
    subprocess.run(install, cwd=project.path, check=True, capture_output=True, text=True)
    project.git("branch", "healthy")
    project.switch("topic", "HEAD")
    project.revision("d", "b")
    project.commit("add d")
    project.switch("main")
    project.revision("c", "b")
    project.commit("add c")
    return project


def attempt(project: Project, *arguments: str, cwd: str = ".") -> Run:
    return subprocess.run(["git", *arguments], cwd=project.path / cwd, check=False, capture_output=True, text=True)


def output(done: Run) -> str:
    """Return the hook's output without the framework's own text."""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines()]
    start = next((at for at, line in enumerate(lines) if line == "- exit code: 1"), len(lines))
    end = next((at for at, line in enumerate(lines) if line.startswith("Not committing merge")), len(lines))
    return "\n".join(lines[start + 1 : end]).strip()


def blocked(project: Project, done: Run, *reasons: str) -> None:
    """Assert that the hook stopped the command for exactly these reasons, and that nothing was committed."""
    assert done.returncode == 1, done.stdout + done.stderr
    text = output(done)
    assert [" ".join(found.split()) for found in re.findall(HEAD, text)] == list(reasons), text
    assert project.git("log", "-1", "--format=%s").strip() == "add c"


def passed(done: Run) -> None:
    """Assert that the hook ran and passed."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^alembic check\.+Passed$", done.stdout + done.stderr, re.MULTILINE)


# place, rule and sentence; the reason follows
HEAD = r"(?ms)^migrations/[^:]*:(?:\d+:)? .*?(?=^`|^Databases|^Both sides|^'[^']*' ran after|^To repair)"
FORK = """\
migrations/versions/e_x.py:9: multiple-heads: 2 heads: 'c' (HEAD), 'e'
(staged)
`alembic upgrade head` fails with "Multiple head revisions are present".

●    b  add b
├─╮
│ ●  e  add e  (head, staged)
●    c  add c  (head, HEAD)

To repair: put 'e' on top of 'c':
{program} fix
Or: add a merge revision:
alembic merge -m 'merge heads' c e && git add migrations/versions
To allow it once: GIT_ALEMBIC_ALLOW=multiple-heads git commit
More: {program} explain multiple-heads"""
FORKED = "migrations/versions/e_x.py:9: multiple-heads: 2 heads: 'c' (HEAD), 'e' (staged)"
MERGED = "migrations/versions/d_x.py:9: multiple-heads: 2 heads: 'c' (HEAD), 'd' ({})"


class TestCommit:
    def test_healthy(self, hooked: Project) -> None:
        hooked.revision("e", "c")
        hooked.git("add", "-A")
        passed(attempt(hooked, "commit", "-m", "add e"))
        assert hooked.git("show", "--format=", "--name-only").split() == ["migrations/versions/e_x.py"]

    def test_fork(self, hooked: Project) -> None:
        """The framework's environment is not on the user's PATH, so the message has a working path of the program."""
        hooked.revision("e", "b")
        hooked.git("add", "-A")
        done = attempt(hooked, "commit", "-m", "add e")
        blocked(hooked, done, FORKED)
        program = re.findall(r"More: (.+) explain", output(done))[0]
        assert output(done) == FORK.format(program=program)
        report = subprocess.run([program, "explain", "multiple-heads"], check=True, capture_output=True, text=True)
        assert "multiple-heads" in report.stdout

    def test_file_with_the_heads(self, hooked: Project) -> None:
        """The hook only checks it. `fix` writes and stages it."""
        hooked.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
        hooked.git("add", "-A")
        done = attempt(hooked, "commit", "-m", "keep the heads")
        missing = "migrations/heads.txt: heads-file: the file does not exist yet; the head is 'c'"
        assert (done.returncode, missing in output(done)) == (1, True)
        program = re.findall(r"To repair: create the file:\n(.+) fix", output(done))[0]
        subprocess.run([program, "fix", "--yes"], cwd=hooked.path, check=True, capture_output=True)
        passed(attempt(hooked, "commit", "-m", "keep the heads"))
        assert hooked.git("show", "HEAD:migrations/heads.txt") == "c\n"

    def test_fork_that_is_not_staged(self, hooked: Project) -> None:
        """pre-commit leaves untracked files in place, so the hook must not read the working tree."""
        hooked.revision("e", "b")
        passed(attempt(hooked, "commit", "--allow-empty", "-m", "nothing"))

    def test_fork_that_only_the_index_has(self, hooked: Project) -> None:
        hooked.git("add", hooked.revision("e", "b"))
        hooked.revision("e", "c")
        blocked(hooked, attempt(hooked, "commit", "-m", "add e"), FORKED)
        assert "down_revision = 'c'" in (hooked.path / "migrations/versions/e_x.py").read_text()

    def test_commit_all(self, hooked: Project) -> None:
        hooked.revision("c", "a")
        blocked(
            hooked, attempt(hooked, "commit", "-a", "-m", "re-parent"),
            "migrations/versions/c_x.py:9: changed-down-revision: published revision 'c' now comes after 'a', "
            "not after 'b'",
        )  # fmt: skip

    def test_named_paths(self, hooked: Project) -> None:
        hooked.revision("e", "b")
        hooked.write("notes.txt", "what else is new\n")
        hooked.git("add", "-A")
        passed(attempt(hooked, "commit", "-m", "notes", "--", "notes.txt"))
        assert hooked.git("show", "--format=", "--name-only").split() == ["notes.txt"]

    def test_commit_that_only_deletes(self, hooked: Project) -> None:
        """No framework passes a deleted file to a hook."""
        hooked.git("rm", "-q", "migrations/versions/c_x.py")
        reason = "migrations/versions/c_x.py: deleted-revision: published revision 'c' (\"add c\") was deleted"
        blocked(hooked, attempt(hooked, "commit", "-m", "drop c"), reason)

    def test_override(self, hooked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        hooked.git("rm", "-q", "migrations/versions/c_x.py")
        monkeypatch.setenv("GIT_ALEMBIC_ALLOW", "deleted-revision")
        passed(attempt(hooked, "commit", "-m", "drop c"))

    def test_amend(self, hooked: Project) -> None:
        hooked.revision("c", "b", message="add c, better")
        hooked.git("add", "-A")
        passed(attempt(hooked, "commit", "--amend", "-m", "add c again"))

    def test_from_a_subfolder(self, hooked: Project) -> None:
        hooked.revision("e", "b")
        hooked.git("add", "-A")
        blocked(hooked, attempt(hooked, "commit", "-m", "add e", cwd="migrations/versions"), FORKED)

    def test_linked_worktree(self, hooked: Project, tmp_path: Path) -> None:
        hooked.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
        linked = Project(tmp_path / "linked")
        linked.revision("e", "b")
        linked.git("add", "-A")
        blocked(linked, attempt(linked, "commit", "-m", "add e"), FORKED)
        linked.revision("e", "c")
        passed(attempt(linked, "commit", "-a", "-m", "add e"))


VERSIONS = "migrations/versions"


def stale(project: Project, revises: str) -> None:
    path = project.path / project.revision("e", "c")
    path.write_text(path.read_text().replace("Revises: c", f"Revises: {revises}"))


# An offense against each rule of a commit, and a similar change without one. c is the head, and HEAD is published.
OFFENSES: dict[str, tuple[Callable[[Project], object], Callable[[Project], object]]] = {
    "multiple-heads": (lambda p: p.revision("e", "b"), lambda p: p.revision("e", "c")),
    "deleted-revision": (
        lambda p: p.git("rm", "-q", f"{VERSIONS}/c_x.py"),
        lambda p: p.git("rm", "-q", "migrations/env.py"),
    ),
    "changed-revision-id": (lambda p: p.revision("z", "b", name="c_x.py"), lambda p: p.revision("c", "b", message="C")),
    "changed-down-revision": (
        lambda p: (p.revision("n", "a"), p.revision("b", "n")),
        lambda p: (p.revision("n", "c"), p.revision("o", "n")),
    ),
    "missing-parent": (lambda p: p.revision("e", "gone"), lambda p: (p.revision("gone", "c"), p.revision("e", "gone"))),
    "duplicate-revision": (
        lambda p: p.revision("c", "b", name="c_again.py"),
        lambda p: p.revision("e", "c", name="c_again.py"),
    ),
    "revision-cycle": (
        lambda p: (p.revision("x", "y"), p.revision("y", "x")),
        lambda p: (p.revision("x", "c"), p.revision("y", "x")),
    ),
    "extra-base": (lambda p: p.revision("x"), lambda p: p.write(f"{VERSIONS}/__init__.py", "")),
    "unreadable-revision": (
        lambda p: p.write(f"{VERSIONS}/e_x.py", "import os\n"),
        lambda p: p.write("migrations/e_x.py", "import os\n"),
    ),
    "edited-revision": (
        lambda p: p.revision("c", "b", body="edit()"),
        lambda p: p.revision("c", "b", body="pass  # ok"),
    ),
    "renamed-revision": (
        lambda p: p.git("mv", f"{VERSIONS}/c_x.py", f"{VERSIONS}/c_y.py"),
        lambda p: p.revision("e", "c", name="c_y.py"),
    ),
    "stale-docstring": (lambda p: stale(p, "b"), lambda p: stale(p, "c")),
}


@pytest.mark.parametrize("rule", OFFENSES)
class TestEachRule:
    """Every rule is an error, because a framework shows nothing of a hook that passes."""

    @pytest.fixture
    def strict(self, hooked: Project, rule: str) -> Project:
        hooked.write("pyproject.toml", f'[tool.git-alembic.rules]\n{rule} = "error"\n')
        hooked.commit("add c")
        return hooked

    def test_fires(self, strict: Project, rule: str) -> None:
        OFFENSES[rule][0](strict)
        strict.git("add", "-A")
        done = attempt(strict, "commit", "-m", "offend")
        assert done.returncode == 1, done.stdout + done.stderr
        assert f"{rule}: " in output(done)

    def test_is_silent(self, strict: Project, rule: str) -> None:
        OFFENSES[rule][1](strict)
        strict.git("add", "-A")
        passed(attempt(strict, "commit", "-m", "behave"))


class TestMerge:
    def test_fork(self, hooked: Project) -> None:
        """The merge itself runs pre-merge-commit. The commit that would finish it runs pre-commit."""
        blocked(hooked, attempt(hooked, "merge", "--no-edit", "topic"), MERGED.format("topic"))
        blocked(hooked, attempt(hooked, "commit", "--no-edit"), MERGED.format("topic"))
        hooked.revision("m", ["c", "d"])
        hooked.git("add", "-A")
        passed(attempt(hooked, "commit", "--no-edit"))
        assert hooked.rules("--rev", "HEAD") == []

    def test_healthy(self, hooked: Project) -> None:
        hooked.switch("healthy")
        hooked.write("app.py", "print()\n")
        hooked.commit("work")
        hooked.switch("main")
        passed(attempt(hooked, "merge", "--no-edit", "healthy"))

    def test_linked_worktree(self, hooked: Project, tmp_path: Path) -> None:
        hooked.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
        linked = Project(tmp_path / "linked")
        blocked(linked, attempt(linked, "merge", "--no-edit", "topic"), MERGED.format("topic"))

    def test_conflict_elsewhere(self, hooked: Project) -> None:
        """`git commit` finishes a merge with a conflict, and runs only pre-commit."""
        hooked.write("notes.txt", "ours\n")
        hooked.commit("add c")
        hooked.switch("topic")
        hooked.write("notes.txt", "theirs\n")
        hooked.commit("theirs")
        hooked.switch("main")
        assert attempt(hooked, "merge", "--no-edit", "topic").returncode == 1
        hooked.write("notes.txt", "both\n")
        hooked.git("add", "notes.txt")
        blocked(hooked, attempt(hooked, "commit", "--no-edit"), MERGED.format("topic"))


@pytest.fixture
def pushing(framework: str, hook_repository: Path, cloned: Project) -> Project:
    """Return a clone of a bare origin with the hooks for pushes, checkouts and merges. Both have a <- b on main."""
    cloned.write(".pre-commit-config.yaml", LATER_CONFIG.format(hook_repository, TAG))
    cloned.commit("add the hooks")
    cloned.git("push", "-q", "origin", "main")
    install = [sys.executable, "-m", MODULES[framework], "install", *LATER_TYPES, "--install-hooks"]
    subprocess.run(install, cwd=cloned.path, check=True, capture_output=True, text=True)
    return cloned


@pytest.fixture
def theirs(pushing: Project, tmp_path: Path) -> Project:
    """Return a second clone without hooks."""
    pushing.git("clone", "-q", str(tmp_path / "origin.git"), str(tmp_path / "theirs"))
    return Project(tmp_path / "theirs")


def publish(theirs: Project, id_: str, down: str) -> None:
    theirs.revision(id_, down)
    theirs.commit(f"add {id_}")
    theirs.git("push", "-q", "origin", "main")


def pushed(project: Project, *arguments: str) -> tuple[bool, list[str]]:
    """Push. Return (whether the push succeeded, the findings). Assert that the hook ran."""
    before = held(project)
    done = attempt(project, "push", *arguments)
    text = done.stdout + done.stderr
    assert re.search(rf"^alembic push\.+{'Failed' if done.returncode else 'Passed'}$", text, re.MULTILINE), text
    assert (held(project) != before) is (done.returncode == 0), text
    return done.returncode == 0, [" ".join(found.split()) for found in re.findall(HEAD, output(done))]


def held(project: Project) -> str:
    """Return the remote's commit."""
    return project.git("ls-remote", "origin")


def hinted(done: Run) -> list[str]:
    """Return the lines about migrations after a checkout or merge. Assert that the hook ran."""
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines()]
    assert any(re.fullmatch(r"alembic hint\.+Passed", line) for line in lines), lines
    return [line for line in lines if line.startswith("git-alembic:")]


LATER_TYPES = ("-t", "pre-push", "-t", "post-checkout", "-t", "post-merge")
LATER_CONFIG = CONFIG.replace("alembic-check", "alembic-push") + "      - id: alembic-hint\n"
DIVERGENT = (
    "migrations/versions/d_x.py:9: divergent-heads: merging origin/main would create 2 heads: "
    "'c' (origin/main), 'd' (topic)"
)
CAME = "git-alembic: migrations: 1 new revision ('c'): run `alembic upgrade head`"


class TestPush:
    def test_healthy(self, pushing: Project) -> None:
        pushing.switch("topic", "main")
        pushing.revision("c", "b")
        pushing.commit("add c")
        assert pushed(pushing, "origin", "topic") == (True, [])

    @pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
    def test_fork_with_a_main_that_was_not_fetched(self, pushing: Project, theirs: Project, known: bool) -> None:
        pushing.switch("topic", "main")
        pushing.write("notes.txt", "what is to come\n")
        pushing.commit("notes")
        if known:
            assert pushed(pushing, "origin", "topic") == (True, [])
        publish(theirs, "c", "b")
        pushing.revision("d", "b")
        pushing.commit("add d")
        assert pushed(pushing, "origin", "topic") == (False, [DIVERGENT])

    @pytest.mark.git(2, 31)  # of pre-commit
    def test_first_push_of_a_whole_history(self, pushing: Project, tmp_path: Path) -> None:
        pushing.git("init", "-q", "--bare", str(tmp_path / "new.git"))
        pushing.git("remote", "remove", "origin")
        pushing.git("remote", "add", "origin", str(tmp_path / "new.git"))
        assert pushed(pushing, "origin", "main") == (True, [])

    @pytest.mark.parametrize("seen", [True, False], ids=["seen", "unseen"])
    def test_forced_push_that_drops_a_published_revision(self, pushing: Project, theirs: Project, seen: bool) -> None:
        publish(theirs, "c", "b")
        if seen:
            pushing.git("fetch", "-q")
        pushing.git("commit", "-q", "--amend", "-m", "rewritten")
        dropped = "migrations/versions/c_x.py: deleted-revision: published revision 'c' (\"add c\") was deleted"
        assert pushed(pushing, "--force", "origin", "main") == (False, [dropped])


class TestHint:
    @pytest.fixture
    def ahead(self, pushing: Project) -> Project:
        """main is checked out. topic has c on b, and docs has no revision of its own."""
        pushing.switch("docs", "main")
        pushing.write("notes.txt", "words\n")
        pushing.commit("notes")
        pushing.switch("topic", "main")
        pushing.revision("c", "b")
        pushing.commit("add c")
        pushing.switch("main")
        return pushing

    def test_checkout(self, ahead: Project) -> None:
        assert hinted(attempt(ahead, "checkout", "topic")) == [CAME]

    def test_checkout_that_changes_no_revision(self, ahead: Project) -> None:
        done = attempt(ahead, "checkout", "docs")
        assert hinted(done) == []
        assert "migrations" not in done.stdout + done.stderr

    def test_fast_forward(self, ahead: Project) -> None:
        assert hinted(attempt(ahead, "merge", "--ff-only", "topic")) == [CAME]

    def test_true_merge(self, ahead: Project) -> None:
        ahead.git("merge", "-q", "docs")
        assert hinted(attempt(ahead, "merge", "--no-ff", "--no-edit", "topic")) == [CAME]

    def test_merge_without_revisions(self, ahead: Project) -> None:
        assert hinted(attempt(ahead, "merge", "--no-edit", "docs")) == []


SCRATCH_CONFIG = """\
repos:
  - repo: file://{}
    rev: {}
    hooks:
      - id: alembic-drift
        stages: [pre-commit]
      - id: alembic-roundtrip
        stages: [pre-commit]
"""


def test_drift_and_roundtrip_with_the_projects_own_python(
    framework: str, hook_repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frameworks activate their own environment first, but the developer's environment is the right one."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.start()
    project.write("pyproject.toml", "")
    project.write(".pre-commit-config.yaml", SCRATCH_CONFIG.format(hook_repository, TAG))
    project.commit("add the hooks")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    install = [sys.executable, "-m", MODULES[framework], "install", "--install-hooks"]
    subprocess.run(install, cwd=project.path, check=True, capture_output=True, text=True)

    project.models(EMAIL)
    done = attempt(project, "commit", "-m", "no revision")
    assert done.returncode == 1
    assert "op.add_column('users', sa.Column('email', sa.String(length=100), nullable=True))" in output(done)

    project.step("b", "a", ADD_EMAIL, 'op.drop_column("users", "mail")')
    done = attempt(project, "commit", "-m", "a downgrade that fails")
    assert done.returncode == 1
    assert re.search(r"^alembic drift\.+Passed$", done.stdout + done.stderr, re.MULTILINE)
    assert "broken-downgrade: `downgrade()` in 'b' fails: OperationalError" in " ".join(output(done).split())

    project.models(EMAIL + "    unstaged = Column(Integer)\n", stage=False)
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    done = attempt(project, "commit", "-m", "all is well")
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.git("status", "--short") == " M app/models.py\n"
