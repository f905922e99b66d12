"""Every repair that `check` prints, pasted into a shell in every layout, works or says what to do by hand.

`test_printed_repairs.py` executes the commands of the JSON report. This file pastes the text.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import forked_programs as forked
from tests.support.project import FLASK_APP, Project

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
SHELLS = [["dash"], ["bash", "--norc"]]
INDENT = "    "


class Layout(NamedTuple):
    """A project layout: the place of its revisions, and a function that makes it."""

    versions: str
    make: Callable[[Project], None]


class Printed(NamedTuple):
    """One repair of a finding: its title, and the lines to paste."""

    title: str
    lines: tuple[str, ...]


def run(project: Project, command: list[str], cwd: str = ".") -> None:
    done = forked.run(command, project.path / cwd, {**os.environ, "PATH": PATH})
    assert done.returncode == 0, done.stdout + done.stderr


def alembic(folder: str, *options: str) -> Callable[[Project], None]:
    """Return a function that runs `alembic init` in a folder. Paths are relative to it."""

    def make(project: Project) -> None:
        (project.path / folder).mkdir(parents=True, exist_ok=True)
        run(project, ["alembic", "init", *options, "migrations"], folder)
        for name in ("alembic.ini", "pyproject.toml"):
            ini = project.path / folder / name
            if ini.exists():
                text = ini.read_text().replace("driver://user:pass@localhost/dbname", "sqlite:///shop.db")
                ini.write_text(text.replace("%(here)s/migrations", "migrations"))

    return make


def two_environments(project: Project) -> None:
    alembic("one")(project)
    alembic("two")(project)
    project.revision("x", folder="two/migrations/versions")


def flask(project: Project) -> None:
    project.write("app.py", FLASK_APP)
    run(project, ["flask", "db", "init"])


LAYOUTS = {
    "root": Layout("migrations/versions", alembic(".")),
    "subfolder": Layout("server/migrations/versions", alembic("server")),
    "spaces and quotes": Layout('my "app"/it\'s $HOME/migrations/versions', alembic('my "app"/it\'s $HOME')),
    "no alembic.ini": Layout("db/revisions", lambda _: None),
    "pyproject.toml": Layout("migrations/versions", alembic(".", "-t", "pyproject")),
    "Flask-Migrate": Layout("migrations/versions", flask),
    "two environments": Layout("one/migrations/versions", two_environments),
}


class Case(NamedTuple):
    """A staged mistake on top of a <- b <- c, and the rule that finds it."""

    rule: str
    stage: Callable[[Project, str], object]
    by_hand: bool = False  # no command can repair it


def revision(id_: str, down: str | None, **fields: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.revision(id_, down, folder=folder, **fields)


def remove(*names: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.git("rm", "-q", "--", *(f":(literal){folder}/{name}" for name in names))


def move(old: str, new: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.git("mv", f"{folder}/{old}", f"{folder}/{new}")


def put_between(project: Project, folder: str) -> None:
    project.revision("n", "a", folder=folder)
    project.revision("b", "n", folder=folder)


def unstaged_parent(project: Project, folder: str) -> None:
    project.git("add", project.revision("e", "d", folder=folder))
    project.revision("d", "c", folder=folder, name="$(d) 'x'.py")


def parent_on_another_branch(project: Project, folder: str) -> None:
    project.switch("topic", "HEAD")
    project.revision("d", "c", folder=folder)
    project.commit()
    project.switch("main")
    project.revision("e", "d", folder=folder)


def stale_docstring(project: Project, folder: str) -> None:
    path = project.path / project.revision("d", "c", folder=folder)
    path.write_text(path.read_text().replace("Revises: c", "Revises: b"))


def misnamed(project: Project, folder: str) -> None:
    project.revision("f00d", "c", folder=folder)
    project.revision("beef", "f00d", folder=folder, name="f00d_add index.py")


def two_labels(project: Project, folder: str) -> None:
    project.revision("d", "c", folder=folder, labels="x")
    project.revision("e", "d", folder=folder, labels="x")


def forked_topic(project: Project, folder: str) -> None:
    project.switch("topic", "HEAD")
    project.revision("d", "c", folder=folder)
    project.commit()
    project.switch("main")
    project.revision("e", "c", folder=folder)
    project.commit()
    project.git("merge", "-q", "--no-commit", "--no-ff", "topic")


def sweep(project: Project, folder: str) -> None:
    ids = [chr(letter) for letter in range(ord("d"), ord("j"))]
    for id_ in ids:
        project.revision(id_, chr(ord(id_) - 1), folder=folder)
    project.commit()
    for id_ in ids:
        project.revision(id_, chr(ord(id_) - 1), folder=folder, body="raise ValueError")


CASES = {
    "fork": Case("multiple-heads", revision("d", "b")),
    "fork in a merge": Case("multiple-heads", forked_topic),
    "deleted in the middle": Case("deleted-revision", remove("b_x.py")),
    "deleted head": Case("deleted-revision", remove("c_x.py")),
    "all deleted": Case("deleted-revision", remove("a_x.py", "b_x.py", "c_x.py")),
    "moved away": Case("deleted-revision", move("c_x.py", "../c_x.py")),
    "another id": Case("changed-revision-id", revision("z", "b", name="c_x.py")),
    "put in between": Case("changed-down-revision", put_between),
    "another file with the id": Case("duplicate-revision", revision("c", "b", name="d_x.py", message="other")),
    "a copy": Case("duplicate-revision", revision("c", "b", name="copy of c.py")),
    "two labels": Case("duplicate-revision", two_labels, by_hand=True),
    "parent not staged": Case("missing-parent", unstaged_parent),
    "parent on another branch": Case("missing-parent", parent_on_another_branch),
    "file name as the parent": Case("missing-parent", revision("d", "c_x")),
    "no such parent": Case("missing-parent", revision("d", "f00d"), by_hand=True),
    "renamed": Case("renamed-revision", move("b_x.py", "b_better name.py")),
    "edited": Case("edited-revision", revision("b", "a", body="raise ValueError")),
    "edited by a sweep": Case("edited-revision", sweep, by_hand=True),
    "long id": Case("long-revision-id", revision("d" * 33, "c"), by_hand=True),
    "misnamed": Case("misnamed-file", misnamed),
    "stale docstring": Case("stale-docstring", stale_docstring),
    "second base": Case("extra-base", revision("d", None)),
    "loop of a published revision": Case("revision-cycle", revision("a", "c")),
    "loop of new revisions": Case("revision-cycle", revision("d", "d"), by_hand=True),
    "unreadable": Case("unreadable-revision", revision("d", "c", body="return return"), by_hand=True),
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make each layout once, with a <- b <- c on main."""
    made: dict[str, Path] = {}

    def template(name: str) -> Path:
        if name not in made:
            project = Project(tmp_path_factory.mktemp("layouts") / "work")
            project.path.mkdir()
            project.init()
            project.write(".gitignore", "*.db\n__pycache__/\n")
            layout = LAYOUTS[name]
            layout.make(project)
            for id_, down in (("a", None), ("b", "a"), ("c", "b")):
                project.revision(id_, down, folder=layout.versions)
            project.commit()
            made[name] = project.path
        return made[name]

    return template


def printed(text: str, rule: str) -> list[Printed]:
    """Return the repairs of the first finding of a rule."""
    lines = iter(text.split("\n"))
    found: list[Printed] = []
    for line in lines:
        if f" {rule}: " in f"{line} ":
            break
    for line in lines:
        if not line or line.startswith(("  More:", "  To allow")):
            if not line and not found:
                continue  # skip the drawing
            break
        if line.startswith(("  To repair: ", "  Or: ")):
            found.append(Printed(line.partition(": ")[2], ()))
        elif found and line.startswith(INDENT):
            found[-1] = found[-1]._replace(lines=(*found[-1].lines, line.removeprefix(INDENT)))
        elif found:
            found[-1] = found[-1]._replace(title=f"{found[-1].title} {line.strip()}")
    return found


def paste(project: Project, shell: list[str], lines: tuple[str, ...]) -> None:
    """Paste like a user, and answer yes to `git alembic fix`."""
    text = "\n".join(line.replace("git alembic fix", "git alembic fix --yes") for line in lines)
    environ = {**os.environ, "PATH": PATH}
    done = subprocess.run(shell, cwd=project.path, env=environ, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    assert "not found" not in done.stderr


def committing(project: Project) -> dict[str, str]:
    """Return the variables of a pre-commit hook."""
    return {"GIT_INDEX_FILE": str(project.path / ".git" / "index"), "COLUMNS": "80", "PATH": PATH}


def copied(path: Path, place: Path) -> Project:
    shutil.copytree(path, place, symlinks=True)
    return Project(place)


# Without a configuration, every folder with revisions is an environment, including the new folder of a moved file.
PAIRS = [(layout, name) for layout in LAYOUTS for name in CASES if (layout, name) != ("no alembic.ini", "moved away")]


@pytest.mark.parametrize(("layout", "name"), PAIRS)
def test_every_repair(templates: Callable[[str], Path], tmp_path: Path, layout: str, name: str) -> None:
    case = CASES[name]
    staged = copied(templates(layout), tmp_path / "staged")
    case.stage(staged, LAYOUTS[layout].versions)
    if case.stage is not unstaged_parent:
        staged.git("add", "-A")
    text = staged.run("check", env=committing(staged)).stdout
    repairs = printed(text, case.rule)
    assert repairs, text
    assert all(repair.title for repair in repairs)
    assert not any(repair.lines for repair in repairs) if case.by_hand else any(repair.lines for repair in repairs)
    for number, repair in enumerate(repairs):
        if repair.lines:
            project = copied(staged.path, tmp_path / str(number))
            paste(project, SHELLS[number % 2], repair.lines)
            found = project.judge(env=committing(project))
            assert found["verdict"] != "cannot-judge", found["reason"]
            left = [finding["rule"] for finding in found["findings"] if finding["severity"] == "error"]
            assert (case.rule not in left, left) == (True, LEFT.get((name, number), [])), (repair, left)


# Only the second, harmless finding remains. Its own message says how to continue.
LEFT = {("put in between", 1): ["multiple-heads"]}


class TestCommitsOfTheWorkingTree:
    """`git commit -a` and `git commit -- path` run the hook on a temporary index."""

    @pytest.fixture
    def hooked(self, templates: Callable[[str], Path], tmp_path: Path) -> Project:
        project = copied(templates("root"), tmp_path / "hooked")
        assert project.run("install").returncode == 0
        return project

    def commit(self, project: Project, *arguments: str, code: int = 1) -> str:
        environ = {**os.environ, "PATH": PATH, "COLUMNS": "80"}
        command = ["git", "commit", "-q", "-m", "work", *arguments]
        done = subprocess.run(
            command,
            cwd=project.path,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def test_all(self, hooked: Project) -> None:
        (hooked.path / "migrations/versions/b_x.py").unlink()
        text = self.commit(hooked, "-a")
        assert (
            "  To allow it once: GIT_ALEMBIC_ALLOW=deleted-revision,missing-parent,multiple-heads git commit -a\n"
            in text
        )
        (repair, by_hand) = printed(text, "deleted-revision")
        assert repair.lines == ("git add -u && git alembic fix",)
        paste(hooked, SHELLS[0], repair.lines)
        assert hooked.git("status", "--porcelain") == ""
        (hooked.path / "migrations/versions/b_x.py").unlink()
        paste(hooked, SHELLS[1], by_hand.lines)
        assert hooked.git("status", "--porcelain") == ""

    def test_some_paths(self, hooked: Project) -> None:
        between = hooked.revision("n", "a")
        hooked.git("add", "-N", between)
        edited = hooked.revision("b", "n")
        text = self.commit(hooked, "--", between, edited)
        assert f"GIT_ALEMBIC_ALLOW=changed-down-revision git commit -- {edited} {between}\n" in text
        (repair, _) = printed(text, "changed-down-revision")
        assert repair.lines == (f"git add -- {edited} {between} && git alembic fix",)
        paste(hooked, SHELLS[0], repair.lines)
        self.commit(hooked, "--", between, edited, code=0)
        assert hooked.rules("--rev", "HEAD") == []

    def test_a_path_that_is_gone(self, hooked: Project) -> None:
        path = "migrations/versions/b_x.py"
        hooked.git("rm", "-q", path)
        (repair, _) = printed(self.commit(hooked, "--", path), "deleted-revision")
        assert repair.lines == (f"git rm -q --cached --ignore-unmatch -- {path} && git alembic fix",)
        paste(hooked, SHELLS[1], repair.lines)
        assert hooked.git("status", "--porcelain") == ""
