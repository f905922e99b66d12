"""Projects that keep their revisions in different places. The usual tool makes each of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.support import forked_programs as forked
from tests.support.pasted_repairs import PATH
from tests.support.project import FLASK_APP, Project


class Layout(NamedTuple):
    """A project layout: the places of its revisions and its code, and a function that makes it."""

    versions: str
    make: Callable[[Project], None]
    code: str = "."

    @property
    def env_py(self) -> str:
        return f"{self.versions.rpartition('/')[0]}/env.py"


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
    "subfolder": Layout("server/migrations/versions", alembic("server"), "server"),
    "spaces and quotes": Layout(
        'my "app"/it\'s $HOME/migrations/versions', alembic('my "app"/it\'s $HOME'), 'my "app"/it\'s $HOME'
    ),
    "no alembic.ini": Layout("db/revisions", lambda _: None),
    "pyproject.toml": Layout("migrations/versions", alembic(".", "-t", "pyproject")),
    "Flask-Migrate": Layout("migrations/versions", flask),
    "two environments": Layout("one/migrations/versions", two_environments, "one"),
}


class Templates:
    """Make each layout once, with a <- b <- c on main."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def copy(self, name: str, place: Path) -> Project:
        """Copy the project of this layout."""
        if name not in self._made:
            self._made[name] = self._make(LAYOUTS[name], self._folder / str(len(self._made)))
        return copied(self._made[name], place)

    def _make(self, layout: Layout, path: Path) -> Path:
        project = Project(path)
        path.mkdir()
        project.init()
        project.write(".gitignore", "*.db\n__pycache__/\n")
        layout.make(project)
        for id_, down in (("a", None), ("b", "a"), ("c", "b")):
            project.revision(id_, down, folder=layout.versions)
        project.commit()
        return path


def copied(path: Path, place: Path) -> Project:
    shutil.copytree(path, place, symlinks=True)
    return Project(place)


def add_settings(project: Project, text: str) -> None:
    """Add lines of [tool.git-alembic] to pyproject.toml, and commit them."""
    path = project.path / "pyproject.toml"
    before = path.read_text() if path.exists() else ""
    project.write("pyproject.toml", f"{before}\n[tool.git-alembic]\n{text}\n")
    project.commit("settings")
