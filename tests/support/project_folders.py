"""Runs the whole small projects in tests/commands/projects, and writes what their commands print: `make expected`.

README.md in that folder explains what a project consists of.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from subprocess import CompletedProcess

from tests.support import forked_programs as forked
from tests.support.project import IDENTITY

PROJECTS = Path(__file__).parents[1] / "commands" / "projects"
HOME = "/home/ada"  # stands for the folder of the repository in the output
_BIN = str(Path(sys.executable).parent)
_START = datetime(2026, 1, 1, 9, tzinfo=timezone.utc)
_STEP = re.compile(r"(\d)_([\w-]+?)(\.txt)?")
_OTHER_ENTRIES = {"staged", "working_tree", "command.txt", "expected.txt"}
_OF_A_SHELL = re.compile(r"[|&;<>()$`*?~]")
_VARIABLE = re.compile(r"([A-Z_]+)=(.*)")
_OF_THE_MACHINE = (  # the setup that `doctor` prints, wherever its lines end, and the copies that `sync` keeps
    (
        r"(?m)^git-alembic:\s+\S+\s+\([^)]*\):\s+Python\s[^:]*(?=\ngit-alembic: git )",
        "git-alembic: <interpreter, versions>",
    ),
    (r"(?m)^git-alembic: git [\d.]+$", "git-alembic: git <version>"),
    (r"(?<=/before-sync/)[^)]+", "<copy>"),
)
_NOT_INHERITED = ("GIT_", "PRE_COMMIT", "ALEMBIC_", "GITHEAD_", "VIRTUAL_ENV", "CONDA_")


class Repository:
    """A new repository in a folder, and a user who types commands there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.resolve() / "work"
        self.path.mkdir()
        self._day = _START
        self.setup("git init -q .")
        (self.path / ".git" / "info").mkdir(exist_ok=True)
        (self.path / ".git" / "info" / "exclude").write_text("__pycache__/\n*.db\n")

    def run(self, line: str) -> CompletedProcess[str]:
        """Run a command line. Only lines with the syntax of a shell need one."""
        environ = self._environ()
        if _OF_A_SHELL.search(line):
            return forked.run(["bash", "-o", "pipefail", "-c", line], self.path, environ)
        words = shlex.split(line)
        while variable := _VARIABLE.fullmatch(words[0]):
            environ[variable[1]] = variable[2]
            del words[0]
        command = ["git-alembic", *words[2:]] if words[:2] == ["git", "alembic"] else words
        return forked.run(command, self.path, environ)

    def setup(self, *lines: str) -> None:
        """Run commands that must succeed."""
        for line in lines:
            done = self.run(line)
            assert done.returncode == 0, f"{line}: exit code {done.returncode}\n{done.stdout}{done.stderr}"

    def commit(self, files: Path, branch: str) -> None:
        """Commit the files on a branch, a day after the last commit. A new branch starts at main."""
        self._day += timedelta(days=1)
        if self.run("git rev-parse -q --verify HEAD").returncode:
            self.setup(f"git symbolic-ref HEAD refs/heads/{branch}")
        elif self.run(f"git rev-parse -q --verify refs/heads/{branch}").returncode:
            self.setup(f"git checkout -q -b {branch} main")
        else:
            self.setup(f"git checkout -q {branch}")
        self.copy(files)
        self.setup("git add -A", f"git commit -q --no-verify -m {files.name}")

    def copy(self, files: Path) -> None:
        """Copy the files with the time of now, by which git notices that they changed."""
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(files, self.path, ignore=ignored, copy_function=shutil.copy, dirs_exist_ok=True)

    def left_over(self) -> list[str]:
        """Return the folders of finished runs, which git-alembic should have deleted."""
        own = self.path / ".git" / "git-alembic"
        return [path.name for pattern in ("run-*", "tree-*") for path in own.glob(pattern)]

    def _environ(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
        now = self._day.isoformat()
        own = {
            "HOME": str(self.path.parent),
            "PATH": os.pathsep.join([_BIN, os.environ["PATH"]]),
            "COLUMNS": "80",
            "GIT_AUTHOR_DATE": now,
            "GIT_COMMITTER_DATE": now,
            "GIT_MERGE_AUTOEDIT": "no",
        }
        if python := os.environ.get("PROJECT_PYTHON"):
            own["GIT_ALEMBIC_PYTHON"] = python
        return {**inherited, **IDENTITY, **own}


def names() -> list[str]:
    """Return the projects as "command/name"."""
    return sorted(str(path.parent.relative_to(PROJECTS)) for path in PROJECTS.glob("*/*/command.txt"))


def steps(project: Path) -> list[tuple[Path, str]]:
    """Return the numbered entries with what their names say after the number. Reject an entry without a meaning."""
    found = []
    for path in sorted(project.iterdir()):
        if step := _STEP.fullmatch(path.name):
            assert path.is_dir() != bool(step[3]), f"{path}: a step is a folder, or a text file with commands"
            found.append((path, step[2]))
        else:
            assert path.name in _OTHER_ENTRIES, f"{path}: README.md doesn't explain this name"
    return found


def output(project: Path, folder: Path) -> str:
    """Make the repository of a project in a folder. Return the commands with their output and exit codes."""
    repository = Repository(folder)
    for path, name in steps(project):
        if path.is_dir():
            repository.commit(path, name)
        else:
            repository.setup(*_lines(path))
    if (project / "staged").exists():
        repository.copy(project / "staged")
        repository.setup("git add -A")
    if (project / "working_tree").exists():
        repository.copy(project / "working_tree")
    blocks = [_block(line, repository.run(line)) for line in _lines(project / "command.txt")]
    assert repository.left_over() == []
    return without_the_machine("\n".join(blocks), str(repository.path.parent))


def without_the_machine(text: str, folder: str) -> str:
    """Replace what differs between machines: the folder, the interpreter, the versions, the times of copies."""
    text = text.replace(folder, HOME)
    for pattern, instead in _OF_THE_MACHINE:
        text = re.sub(pattern, instead, text)
    return text


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _block(line: str, done: CompletedProcess[str]) -> str:
    return "".join(f"{text}\n" for text in _texts(line, done))


def _texts(line: str, done: CompletedProcess[str]) -> Iterator[str]:
    yield f"$ {line}"
    yield from (text.rstrip() for text in done.stdout.splitlines())
    if done.stderr:
        yield "[stderr]"
        yield from (text.rstrip() for text in done.stderr.splitlines())
    yield f"[exit code {done.returncode}]"


def main() -> None:
    """Write the output of the named projects, or of all."""
    for name in sys.argv[1:] or names():
        with tempfile.TemporaryDirectory() as folder:
            text = output(PROJECTS / name, Path(folder))
        (PROJECTS / name / "expected.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
