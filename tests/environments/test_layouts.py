"""Real projects that Alembic made, in every layout of its configuration, have the environments that Alembic uses."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from git_alembic.config.path_containment import Paths
from git_alembic.config.settings import Settings
from git_alembic.environments.discovery import discover_environments
from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import looks_like_revision, read_revision
from git_alembic.revisions.revision import Revision
from tests.support import forked_programs as forked
from tests.support.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # includes `alembic` and `flask`
FLASK_APP = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["SQLALCHEMY_BINDS"] = {"second": "sqlite://"}
db = SQLAlchemy(app)
Migrate(app, db)
"""


@dataclass(frozen=True)
class Layout:
    """A project: its files, the place of its scripts, Alembic's folder, and the expected environments."""

    files: Mapping[str, str]
    scripts: tuple[str, ...]
    expected: Environment
    version_paths: tuple[str, ...] = ("",)  # one base for each, as for `alembic revision --version-path`
    moved: Mapping[str, str] = field(default_factory=dict)  # made in the one folder, then moved to the other by hand
    template: str = "generic"


def alembic_ini(*lines: str) -> str:
    return "\n".join(("[alembic]", *lines, ""))


def several(separator: str, setting: str, script: str = "migrations") -> Layout:
    return Layout(
        {
            "alembic.ini": alembic_ini(
                f"script_location = {script}",
                f"version_locations = {separator.join(('a/versions', 'b/versions'))}",
                setting,
            )
        },
        ("migrations",),
        Environment("alembic.ini", "migrations", ("a/versions", "b/versions"), config="alembic.ini"),
        ("a/versions", "b/versions"),
    )


LAYOUTS = {
    "ini at the root": Layout(
        {"alembic.ini": alembic_ini("script_location = migrations")},
        ("migrations",),
        Environment("alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini"),
    ),
    "async template": Layout(
        {"alembic.ini": alembic_ini("script_location = migrations")},
        ("migrations",),
        Environment("alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini"),
        template="async",
    ),
    "relative to the ini": Layout(
        {"server/alembic.ini": alembic_ini("script_location = db/migrations")},
        ("server/db/migrations",),
        Environment(
            "server/alembic.ini",
            "server/db/migrations",
            ("server/db/migrations/versions",),
            config="server/alembic.ini",
            cwd="server",
        ),
    ),
    "relative to the root": Layout(
        {"conf/alembic.ini": alembic_ini("script_location = db/migrations")},
        ("db/migrations",),
        Environment(
            "conf/alembic.ini", "db/migrations", ("db/migrations/versions",), config="conf/alembic.ini", cwd="."
        ),
    ),
    "relative to a folder between": Layout(
        {"server/conf/alembic.ini": alembic_ini("script_location = db")},
        ("server/db",),
        Environment(
            "server/conf/alembic.ini",
            "server/db",
            ("server/db/versions",),
            config="server/conf/alembic.ini",
            cwd="server",
        ),
    ),
    "here": Layout(
        {"server/alembic.ini": alembic_ini("script_location = %(here)s/migrations")},
        ("server/migrations",),
        Environment(
            "server/alembic.ini", "server/migrations", ("server/migrations/versions",), config="server/alembic.ini"
        ),
    ),
    "here and up": Layout(
        {"conf/alembic.ini": alembic_ini("script_location = %(here)s/../migrations")},
        ("migrations",),
        Environment("conf/alembic.ini", "migrations", ("migrations/versions",), config="conf/alembic.ini"),
    ),
    "the ini's own folder": Layout(
        {"migrations/alembic.ini": alembic_ini("script_location = %(here)s")},
        ("migrations",),
        Environment("migrations/alembic.ini", "migrations", ("migrations/versions",), config="migrations/alembic.ini"),
    ),
    "interpolation of other keys": Layout(
        {"alembic.ini": "[DEFAULT]\ntop = db\n" + alembic_ini("what = scripts", "script_location = %(top)s/%(what)s")},
        ("db/scripts",),
        Environment("alembic.ini", "db/scripts", ("db/scripts/versions",), config="alembic.ini"),
    ),
    "escaped percent": Layout(
        {"alembic.ini": alembic_ini("script_location = %(here)s/db%%1")},
        ("db%1",),
        Environment("alembic.ini", "db%1", ("db%1/versions",), config="alembic.ini"),
    ),
    "default section": Layout(
        {"alembic.ini": "[DEFAULT]\nscript_location = migrations\n[alembic]\n[logger_root]\nlevel = WARN\n"},
        ("migrations",),
        Environment("alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini"),
    ),
    "package": Layout(
        {
            "alembic.ini": alembic_ini("script_location = layout_one:db/migrations", "prepend_sys_path = ."),
            "layout_one/__init__.py": "",
        },
        ("layout_one/db/migrations",),
        Environment(
            "alembic.ini", "layout_one/db/migrations", ("layout_one/db/migrations/versions",), config="alembic.ini"
        ),
    ),
    "package of several tokens in a folder of its own": Layout(
        {
            "server/layout_two/alembic.ini": alembic_ini(
                "script_location = layout_two:db:scripts", "prepend_sys_path = ."
            ),
            "server/layout_two/__init__.py": "",
        },
        ("server/layout_two/db/scripts",),
        Environment(
            "server/layout_two/alembic.ini",
            "server/layout_two/db/scripts",
            ("server/layout_two/db/scripts/versions",),
            config="server/layout_two/alembic.ini",
            cwd="server",
        ),
    ),
    "dotted package, a src folder on the path": Layout(
        {
            "alembic.ini": alembic_ini("script_location = layout_three.db:scripts", "prepend_sys_path = src"),
            "src/layout_three/__init__.py": "",
            "src/layout_three/db/__init__.py": "",
        },
        ("src/layout_three/db/scripts",),
        Environment(
            "alembic.ini",
            "src/layout_three/db/scripts",
            ("src/layout_three/db/scripts/versions",),
            config="alembic.ini",
        ),
    ),
    "packages as version locations": Layout(
        {
            "alembic.ini": alembic_ini(
                "script_location = migrations",
                "prepend_sys_path = .",
                "path_separator = space",
                "version_locations = layout_four:one layout_four:two/versions gone/versions",
            ),
            "layout_four/__init__.py": "",
        },
        ("migrations",),
        Environment(
            "alembic.ini",
            "migrations",
            ("layout_four/one", "layout_four/two/versions", "gone/versions"),
            config="alembic.ini",
        ),
        ("layout_four/one", "layout_four/two/versions"),
    ),
    "separator space": several("  ", "path_separator = space"),
    "separator newline": several("\n    ", "path_separator = newline"),
    "separator os": several(os.pathsep, "path_separator = os"),
    "separator colon": several(":", "path_separator = :"),
    "separator semicolon": several(" ; ", "path_separator = ;"),
    "separator by its old name": several(";", "version_path_separator = ;"),
    "new separator before the old one": several(";", "version_path_separator = :\npath_separator = ;"),
    "no separator, comma": several(", ", ""),
    "no separator, space": several(" ", ""),
    "version locations relative, scripts not": Layout(
        {
            "server/alembic.ini": alembic_ini(
                "script_location = %(here)s/scripts",
                "version_locations = a/versions %(here)s/b",
                "path_separator = space",
            )
        },
        ("server/scripts",),
        Environment(
            "server/alembic.ini",
            "server/scripts",
            ("server/a/versions", "server/b"),
            config="server/alembic.ini",
            cwd="server",
        ),
        ("a/versions", "%(here)s/b"),
    ),
    "recursive": Layout(
        {"alembic.ini": alembic_ini("script_location = migrations", "recursive_version_locations = true")},
        ("migrations",),
        Environment("alembic.ini", "migrations", ("migrations/versions",), recursive=True, config="alembic.ini"),
        moved={"migrations/versions": "migrations/versions/2026/may"},
    ),
    "recursive in words that Alembic does not know": Layout(
        {"alembic.ini": alembic_ini("script_location = migrations", "recursive_version_locations = True")},
        ("migrations",),
        Environment("alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini"),
    ),
    "pyproject": Layout(
        {
            "pyproject.toml": "[tool.alembic]\nscript_location = '%(here)s/migrations'\nversion_locations = "
            "['%(here)s/one', 'two']\n"
        },
        ("migrations",),
        Environment("pyproject.toml", "migrations", ("one", "two"), config="pyproject.toml"),
        ("%(here)s/one", "two"),
    ),
    "pyproject in a subfolder, recursive": Layout(
        {
            "server/pyproject.toml": "tool.alembic = { script_location = 'db', recursive_version_locations = true }\n",
        },
        ("server/db",),
        Environment(
            "server/pyproject.toml",
            "server/db",
            ("server/db/versions",),
            recursive=True,
            config="server/pyproject.toml",
            cwd="server",
        ),
        moved={"server/db/versions": "server/db/versions/2026"},
    ),
    "pyproject in a subfolder beside another's ini": Layout(
        {
            "alembic.ini": "[alembic]\n",
            "server/pyproject.toml": "[tool.alembic]\nscript_location = '%(here)s/db'\n",
        },
        ("server/db",),
        Environment(
            "server/pyproject.toml", "server/db", ("server/db/versions",), config="server/pyproject.toml", cwd="server"
        ),
    ),
    "ini and pyproject together": Layout(
        {
            "server/alembic.ini": alembic_ini(
                "sqlalchemy.url = sqlite://", "version_locations = %(here)s/one", "path_separator = os"
            ),
            "server/pyproject.toml": "[tool.alembic]\nscript_location = '%(here)s/db'\nversion_locations = ['two']\n",
        },
        ("server/db",),
        Environment(
            "server/pyproject.toml", "server/db", ("server/one",), config="server/pyproject.toml", cwd="server"
        ),
        ("%(here)s/one",),
    ),
    "ini over pyproject": Layout(
        {
            "alembic.ini": alembic_ini("script_location = db"),
            "pyproject.toml": "[tool.alembic]\nscript_location = 'else'\nversion_locations = ['two']\n",
            "else/env.py": "",
        },
        ("db",),
        Environment("alembic.ini", "db", ("two",), config="alembic.ini"),
        ("two",),
    ),
}


@contextmanager
def at_home(root: Path, cwd: str) -> Iterator[None]:
    """Run in Alembic's folder. At the end, undo its effects on the interpreter."""
    before, path = os.getcwd(), list(sys.path)  # noqa: PTH109 - the counterpart of os.chdir
    os.chdir(root / cwd)
    sys.path_importer_cache.clear()  # it caches the meaning of "."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the test uses deprecated spellings
            yield
    finally:
        os.chdir(before)
        sys.path[:] = path


def configuration(root: Path, environment: Environment) -> Config:
    """Return Alembic's own view of the environment's configuration. Call it inside `at_home`."""
    assert environment.config
    folder = (root / environment.config).parent
    ini, pyproject = folder / "alembic.ini", folder / "pyproject.toml"
    return Config(str(ini) if ini.exists() else None, str(pyproject), environment.section, stdout=StringIO())


def build(root: Path, layout: Layout, environment: Environment) -> None:
    for script in layout.scripts:
        with at_home(root, "."):
            (root / script).parent.mkdir(parents=True, exist_ok=True)
            command.init(Config(str(root / "discarded.ini"), stdout=StringIO()), script, layout.template)
    (root / "discarded.ini").unlink()
    for name, text in layout.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    add_revisions(root, layout, environment)


def add_revisions(root: Path, layout: Layout, environment: Environment) -> None:
    """Write two revisions in a line for each version path. Each line has its own base."""
    with at_home(root, environment.cwd):
        config = configuration(root, environment)
        here = (root / environment.config).parent if environment.config else root
        for number, written in enumerate(layout.version_paths):
            path = written.replace("%(here)s", str(here)) or None
            base, head = f"{number}a{len(environment.section)}", f"{number}b{len(environment.section)}"
            command.revision(config, "first", rev_id=base, head="base", version_path=path)
            command.revision(config, "second", rev_id=head, head=base)
    for source, target in layout.moved.items():
        (root / target).mkdir(parents=True)
        for file in sorted((root / source).glob("*_second.py")):
            file.rename(root / target / file.name)


def found(root: Path) -> tuple[tuple[Environment, ...], list[Revision]]:
    """Return the environments of a folder on disk, and all revisions in it."""
    contents = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    files = [path for path in contents if path.endswith((".py", ".ini", ".toml"))]
    readings = [
        read_revision(path, "", contents[path])
        for path in files
        if path.endswith(".py") and looks_like_revision(contents[path])
    ]
    revisions = [reading for reading in readings if isinstance(reading, Revision)]
    folders: dict[str, list[Revision]] = {}
    for revision in revisions:
        folders.setdefault(revision.path.rpartition("/")[0], []).append(revision)
    environments = discover_environments(Paths.of(files), contents.__getitem__, folders, Settings())
    states = {environment.name: heads(environment, revisions) for environment in environments}
    assert checked(root) == {name: state for name, state in states.items() if state[1]}
    return environments, revisions


def checked(root: Path) -> dict[str, tuple[list[str], int]]:
    """Commit the folder. Return heads and number of revisions by environment from `check --rev HEAD`."""
    project = Project(root)
    project.git("init", "-q")
    try:
        project.git("add", "-A", "-f")
        project.git("commit", "-q", "--no-verify", "-m", "as it is")
        states = project.check("--rev", "HEAD")["environments"]
    finally:
        shutil.rmtree(root / ".git")
    return {state["name"]: (state["heads"], state["revisions"]) for state in states if state["revisions"]}


def heads(environment: Environment, revisions: list[Revision]) -> tuple[list[str], int]:
    graph = RevisionGraph(revision for revision in revisions if environment.holds(revision.path))
    return sorted(graph.heads), len(graph)


def alembic_heads(root: Path, environment: Environment) -> tuple[list[str], int]:
    with at_home(root, environment.cwd):
        scripts = ScriptDirectory.from_config(configuration(root, environment))
        return sorted(scripts.get_heads()), len(list(scripts.walk_revisions()))


def printed_heads(root: Path, environment: Environment) -> list[str]:
    done = forked.run(environment.command("heads"), root / environment.cwd, {**os.environ, "PATH": PATH})
    assert done.returncode == 0, done.stderr
    return sorted(line.split()[0] for line in done.stdout.splitlines() if "(head)" in line)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_layout_is_found_as_alembic_finds_it(layout: Layout, tmp_path: Path) -> None:
    build(tmp_path, layout, layout.expected)
    environments, revisions = found(tmp_path)
    assert environments == (layout.expected,)
    lines = len(layout.version_paths)
    assert heads(layout.expected, revisions) == ([f"{number}b7" for number in range(lines)], 2 * lines)
    assert alembic_heads(tmp_path, layout.expected) == heads(layout.expected, revisions)
    assert printed_heads(tmp_path, layout.expected) == heads(layout.expected, revisions)[0]


def test_each_section_is_an_environment(tmp_path: Path) -> None:
    text = "[DEFAULT]\nprepend_sys_path = .\n[billing]\nscript_location = billing\n[auth-1]\nscript_location = auth\n"
    billing = Environment(
        "db/alembic.ini:billing", "db/billing", ("db/billing/versions",), False, "db/alembic.ini", "billing", cwd="db"
    )
    auth = Environment("db/alembic.ini:auth-1", "auth", ("auth/versions",), False, "db/alembic.ini", "auth-1", cwd=".")
    layout = Layout({"db/alembic.ini": text}, ("db/billing", "auth"), billing)
    build(tmp_path, layout, billing)
    add_revisions(tmp_path, layout, auth)
    environments, revisions = found(tmp_path)
    assert environments == (auth, billing)
    for environment, head in ((billing, "0b7"), (auth, "0b6")):
        assert alembic_heads(tmp_path, environment) == heads(environment, revisions) == ([head], 2)
        assert printed_heads(tmp_path, environment) == [head]
    assert billing.command("heads") == ("alembic", "-n", "billing", "heads")
    assert auth.command("heads") == ("alembic", "-c", "db/alembic.ini", "-n", "auth-1", "heads")


def test_alembics_own_templates(tmp_path: Path) -> None:
    """The ini files and pyproject.toml of `alembic init`, in the folder where it ran."""
    expected = []
    for template in ("generic", "async", "multidb", "pyproject", "pyproject_async"):
        folder = tmp_path / template
        folder.mkdir()
        with at_home(tmp_path, template):
            config = Config("alembic.ini", "pyproject.toml", stdout=StringIO())
            command.init(config, "alembic", template)
            command.revision(Config("alembic.ini", "pyproject.toml", stdout=StringIO()), "one", rev_id="0a7")
        name = f"{template}/pyproject.toml" if "pyproject" in template else f"{template}/alembic.ini"
        scripts = f"{template}/alembic"
        cwd = template if "pyproject" in template else "."
        expected.append(Environment(name, scripts, (f"{scripts}/versions",), config=name, cwd=cwd))
    environments, revisions = found(tmp_path)
    assert environments == tuple(sorted(expected, key=lambda environment: environment.name))
    for environment in environments:
        assert alembic_heads(tmp_path, environment) == heads(environment, revisions) == (["0a7"], 1)
    for environment in (environments[0], environments[-1]):
        assert printed_heads(tmp_path, environment) == ["0a7"]


@pytest.mark.parametrize(
    ("directory", "options", "output"),
    [
        ("migrations", (), ("flask", "db", "heads")),
        ("db/scripts", (), ("flask", "db", "heads", "-d", "db/scripts")),
        ("server/migrations", ("--multidb",), ("flask", "db", "heads", "-d", "server/migrations")),
    ],
)
def test_flask_migrate(
    directory: str, options: tuple[str, ...], output: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text(FLASK_APP)
    monkeypatch.setenv("FLASK_APP", str(tmp_path / "app.py"))

    def flask(*arguments: str) -> None:
        forked.run(("flask", "db", *arguments), tmp_path, {**os.environ, "PATH": PATH}).check_returncode()

    flask("init", "-d", directory, *options)
    flask("revision", "-d", directory, "--rev-id", "0a7")
    ini, versions = f"{directory}/alembic.ini", (f"{directory}/versions",)
    expected = Environment(ini, directory, versions, config=ini, wrapper="flask", cwd=".")
    environments, revisions = found(tmp_path)
    assert environments == (expected,)
    assert heads(expected, revisions) == (["0a7"], 1)
    assert expected.command("heads") == output
    assert printed_heads(tmp_path, expected) == ["0a7"]
