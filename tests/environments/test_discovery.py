"""Environments of literal trees. tests/environments/test_layouts.py has the real ones."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from git_alembic.config.repository_paths import Paths
from git_alembic.config.settings import EnvironmentSettings, Settings
from git_alembic.environments.configured_environments import configured_environments
from git_alembic.environments.discovery import discover_environments
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.revisions.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = "[alembic]\nscript_location = migrations\n"
FLASK = "[alembic]\n# script_location = x\n[logger_flask_migrate]\nlevel = INFO\n"
CODE = "config.set_main_option('version_locations', found)\n"


def line(folder: str, *ids: str, after: str = "") -> dict[str, str]:
    """Return the files of a line of revisions. The first one is a base, or follows `after`."""
    return {f"{folder}/{id_}.py": f"{id_}<{parent}" for id_, parent in zip(ids, (after, *ids), strict=False)}


def found(tree: Mapping[str, str], settings: Settings | None = None) -> tuple[Environment, ...]:
    """Return the environments of a tree of path -> text. The text of a revision is "id<parent+dependency=label"."""
    folders: dict[str, list[Revision]] = {}
    for path, text in tree.items():
        id_, sign, parent = text.partition("<")
        if path.endswith(".py") and sign:
            names, _, label = parent.partition("=")
            down, _, depends = names.partition("+")
            downs, dependencies, labels = (tuple(filter(None, [name])) for name in (down, depends, label))
            revision = Revision(path, "", id_, downs, dependencies, labels)
            folders.setdefault(path.rpartition("/")[0], []).append(revision)
    return discover_environments(Paths.of(tree), lambda path: tree[path].encode(), folders, settings or Settings())


def summary(environments: tuple[Environment, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(environment.name, environment.script_location, environment.versions) for environment in environments]


@pytest.mark.parametrize(
    ("path", "flat", "recursive"),
    [
        ("m/versions/a.py", True, True),
        ("m/versions/.hidden.py", True, True),
        ("m/versions/helper.py", True, True),
        ("m/versions/__init__.py", False, False),
        ("m/versions/__init__more.py", False, False),
        ("m/versions/.#a.py", False, False),
        ("m/versions/a.pyc", False, False),
        ("m/versions/a.py.bak", False, False),
        ("m/versions/2026/a.py", False, True),
        ("m/versions/2026/__init__.py", False, False),
        ("m/versions/__pycache__/a.py", False, False),
        ("m/versions_old/a.py", False, False),
        ("m/a.py", False, False),
    ],
)
def test_holds(path: str, *, flat: bool, recursive: bool) -> None:
    assert Environment("m", "m", ("other", "m/versions")).holds(path) is flat
    assert Environment("m", "m", ("other", "m/versions"), recursive=True).holds(path) is recursive


def test_holds_at_the_root() -> None:
    assert Environment(".", "", ("",)).holds("a.py")
    assert not Environment(".", "", ("",)).holds("x/a.py")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (Environment("a", "m", ()), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="alembic.ini"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/alembic.ini", cwd="s"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/pyproject.toml", cwd="s"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/alembic.ini"), ("alembic", "-c", "s/alembic.ini", "merge", "x")),
        (
            Environment("a", "m", (), config="s/c/alembic.ini", cwd="s"),
            ("alembic", "-c", "c/alembic.ini", "merge", "x"),
        ),
        (Environment("a", "m", (), config="db.ini"), ("alembic", "-c", "db.ini", "merge", "x")),
        (
            Environment("a", "m", (), config="s/alembic.ini", section="b"),
            ("alembic", "-c", "s/alembic.ini", "-n", "b", "merge", "x"),
        ),
        (Environment("a", "migrations", (), wrapper="flask"), ("flask", "db", "merge", "x")),
        (Environment("a", "s/migrations", (), wrapper="flask", cwd="s"), ("flask", "db", "merge", "x")),
        (Environment("a", "s/migrations", (), wrapper="flask"), ("flask", "db", "merge", "-d", "s/migrations", "x")),
        (Environment("a", "", (), wrapper="flask"), ("flask", "db", "merge", "-d", ".", "x")),
    ],
)
def test_command(environment: Environment, expected: tuple[str, ...]) -> None:
    assert environment.command("merge", "x") == expected


CONFIGURED: dict[str, tuple[dict[str, str], list[tuple[str, str, tuple[str, ...]]]]] = {
    "absolute, by its longest suffix in the tree": (
        {
            "server/alembic.ini": "[alembic]\nscript_location = /srv/app/db/migrations\n",
            "server/migrations/env.py": "",
            "server/db/migrations/env.py": "",
        },
        [("server/alembic.ini", "server/db/migrations", ("server/db/migrations/versions",))],
    ),
    "absolute on Windows": (
        {"alembic.ini": "[alembic]\nscript_location = C:\\app\\migrations\n", "migrations/env.py": ""},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "absolute, nowhere in the tree": ({"alembic.ini": "[alembic]\nscript_location = /srv/x\n", "a/env.py": ""}, []),
    "relative, both places: the nearer": (
        {"a/alembic.ini": PLAIN, "a/migrations/env.py": "", "migrations/env.py": ""},
        [("a/alembic.ini", "a/migrations", ("a/migrations/versions",))],
    ),
    "relative, env.py before versions": (
        {"a/alembic.ini": PLAIN, "a/migrations/versions/x.py": "", "migrations/env.py": ""},
        [("a/alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "no env.py, but versions": (
        {"alembic.ini": PLAIN, "migrations/versions/x.py": ""},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "out of the repository": ({"alembic.ini": "[alembic]\nscript_location = %(here)s/../m\n", "m/env.py": ""}, []),
    "package: the nearest to the ini": (
        {
            "b/app/alembic.ini": "[alembic]\nscript_location = app:migrations\n",
            "app/migrations/env.py": "",
            "b/app/migrations/env.py": "",
            "c/app/migrations/env.py": "",
        },
        [("b/app/alembic.ini", "b/app/migrations", ("b/app/migrations/versions",))],
    ),
    "package: the shortest": (
        {
            "alembic.ini": "[alembic]\nscript_location = app:migrations\n",
            "vendor/old/app/migrations/env.py": "",
            "src/app/migrations/env.py": "",
            "src/myapp/migrations/env.py": "",
        },
        [("alembic.ini", "src/app/migrations", ("src/app/migrations/versions",))],
    ),
    "a template that is an ini": (
        {"alembic.ini": "[alembic]\nscript_location = {{ cookiecutter.slug }}/migrations\n", "migrations/env.py": ""},
        [],
    ),
    "a template, no ini": ({"alembic.ini": "{% if db %}\n[alembic]\n{% endif %}\n", "migrations/env.py": ""}, []),
    "interpolation that fails": ({"alembic.ini": "[alembic]\nscript_location = %(top)s/m\n", "m/env.py": ""}, []),
    "interpolation in TOML that fails": (
        {"pyproject.toml": "[tool.alembic]\nscript_location = '%(top)s/m'\n", "m/env.py": ""},
        [],
    ),
    "broken ini": ({"alembic.ini": f"<<<<<<< HEAD\n{PLAIN}", "migrations/env.py": ""}, []),
    "other ini files": ({"setup.ini": PLAIN, "my-alembic.ini": PLAIN, "migrations/env.py": ""}, []),
    "two files for one place": (
        {"conf/alembic.ini": PLAIN, "alembic.ini": PLAIN, "migrations/env.py": ""},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "[DEFAULT] is for sections of Alembic only": (
        {
            "alembic.ini": "[DEFAULT]\nscript_location = db/%(db)s\ndb = 1\n[one]\n[two]\ndb = 2\n[loggers]\ndb = 3\n",
            "db/3/env.py": "",
            "db/1/env.py": "",
            "db/2/env.py": "",
        },
        [("alembic.ini:one", "db/1", ("db/1/versions",)), ("alembic.ini:two", "db/2", ("db/2/versions",))],
    ),
    "a comment beside the separator": (
        {
            "alembic.ini": f"{PLAIN}version_path_separator = os  # the default\nversion_locations = %(here)s/v w\n",
            "migrations/env.py": "",
        },
        [("alembic.ini", "migrations", ("v w",))],
    ),
    "a comment beside nothing to separate": (
        {"alembic.ini": f"{PLAIN}version_path_separator = nonsense\n", "migrations/env.py": ""},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "version locations that this part of the tree does not show": (
        {
            "s/alembic.ini": "[alembic]\nscript_location = app:m\nversion_locations = pkg:v w\n",
            "s/app/m/env.py": "",
        },
        [("s/alembic.ini", "s/app/m", ("w",))],
    ),
    "Flask-Migrate": (
        {"app/__init__.py": "", "app/migrations/alembic.ini": FLASK, "app/migrations/env.py": ""},
        [("app/migrations/alembic.ini", "app/migrations", ("app/migrations/versions",))],
    ),
    "no Flask-Migrate without env.py": ({"migrations/alembic.ini": FLASK, "migrations/script.py": ""}, []),
    "no Flask-Migrate where pyproject.toml says where": (
        {
            "x/alembic.ini": FLASK,
            "x/env.py": "",
            "x/pyproject.toml": "[tool.alembic]\nscript_location = '%(here)s/db'\n",
            "x/db/env.py": "",
        },
        [("x/pyproject.toml", "x/db", ("x/db/versions",))],
    ),
    "nothing": ({"pyproject.toml": "[tool.black]\n", "env.py": "", "tox.ini": ""}, []),
}


@pytest.mark.parametrize(("tree", "expected"), CONFIGURED.values(), ids=CONFIGURED.keys())
def test_configured(tree: dict[str, str], expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert summary(configured_environments(tree, lambda path: tree[path].encode(), Settings())) == expected


DISCOVERED: dict[str, tuple[dict[str, str], list[tuple[str, str, tuple[str, ...]]]]] = {
    "configured": (
        {"alembic.ini": PLAIN, "migrations/env.py": "", **line("migrations/versions", "1", "2")},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "configured and still empty": (
        {"alembic.ini": PLAIN, "migrations/env.py": ""},
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "by content, under an env.py": (
        {"db/scripts/env.py": "", **line("db/scripts/versions", "1", "2")},
        [("db/scripts", "db/scripts", ("db/scripts/versions",))],
    ),
    "by content, beside its env.py": (
        {"db/env.py": "", **line("db", "1", "2")},
        [("db", "db", ("db",))],
    ),
    "by content, without env.py": (
        {**line("a/versions", "1"), **line("b/steps", "1")},
        [("a", "a", ("a/versions",)), ("b/steps", "b/steps", ("b/steps",))],
    ),
    "by content, at the root": (line("versions", "1"), [(".", "", ("versions",))]),
    "by content, a broken ini above": (
        {"alembic.ini": f"<<<<<<< HEAD\n{PLAIN}", "migrations/env.py": "", **line("migrations/versions", "1")},
        [("migrations", "migrations", ("migrations/versions",))],
    ),
    "by content, folders that are linked": (
        {
            "m/env.py": "",
            **line("m/expand", "1", "2"),
            **line("m/contract", "3", after="1"),
            **line("m/z", "4", after="3"),
        },
        [("m", "m", ("m/contract", "m/expand", "m/z"))],
    ),
    "by content, folders that are linked by a dependency": (
        {"m/env.py": "", **line("m/a", "1"), **line("m/b", "2", after="+1")},
        [("m", "m", ("m/a", "m/b"))],
    ),
    "by content, a folder for each dialect": (
        {"m/env.py": "", **line("m/pg", "1", "2", "3"), **line("m/lite", "1", "2", "4")},
        [("m/lite", "m", ("m/lite",)), ("m/pg", "m", ("m/pg",))],
    ),
    "by content, a folder for each dialect, one of them broken": (
        {
            "m/env.py": "",
            **line("m/pg", "1", "2", "3", "4"),
            **line("m/lite", "1", "2"),
            **line("m/lite", "4", after="3"),
        },
        [("m/lite", "m", ("m/lite",)), ("m/pg", "m", ("m/pg",))],
    ),
    "by content, an archive inside": (
        {"m/env.py": "", **line("m/versions", "1", "2"), **line("m/versions/old", "8", "9")},
        [("m", "m", ("m/versions",))],
    ),
    "by content, an archive inside, without env.py": (
        {**line("m/versions", "1", "2"), **line("m/versions/old", "8", "9")},
        [("m", "m", ("m/versions",))],
    ),
    "an archive inside a configured environment": (
        {
            "alembic.ini": PLAIN,
            "migrations/env.py": "",
            **line("migrations/versions", "3", "4"),
            **line("migrations/versions/old", "1", "2"),
            **line("migrations/squashed", "1", "2", "3"),
        },
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "moved by mistake": (
        {
            "alembic.ini": PLAIN,
            "migrations/env.py": "",
            **line("migrations/versions", "1"),
            **line("migrations/versions", "3", after="2"),
            **line("migrations", "2", after="1"),
        },
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "extended in code, linked": (
        {
            "db/alembic.ini": "[alembic]\nscript_location = %(here)s/scripts\n",
            "db/cli.py": CODE,
            "db/scripts/env.py": "",
            **line("db/scripts/versions", "1"),
            **line("db/scripts/versions/a/expand", "2", after="1"),
            **line("db/scripts/versions/a/contract", "3", after="1"),
            **line("db/scripts/versions/b/expand", "4", after="2"),
        },
        [
            (
                "db/alembic.ini",
                "db/scripts",
                (
                    "db/scripts/versions",
                    "db/scripts/versions/a/contract",
                    "db/scripts/versions/a/expand",
                    "db/scripts/versions/b/expand",
                ),
            )
        ],
    ),
    "extended in code, of several configured folders": (
        {
            "alembic.ini": f"{PLAIN}version_locations = a b\n",
            "migrations/env.py": CODE,
            **line("a", "1"),
            **line("b", "2"),
            **line("migrations/versions", "3", after="2"),
        },
        [("alembic.ini", "migrations", ("a", "b", "migrations/versions"))],
    ),
    "extended in code, by plugins that depend on it or on each other": (
        {
            "alembic.ini": "[alembic]\nscript_location = app:migrations\n",
            "app/cli.py": CODE,
            "app/migrations/env.py": "",
            "app/migrations/versions/1.py": "1<=core",
            "plugins/a/migrations/env.py": "",
            "plugins/a/migrations/versions/2.py": "2<+core",
            "plugins/b/migrations/versions/3.py": "3<+2",
            "tools/migrations/versions/8.py": "8<+9",
        },
        [
            (
                "alembic.ini",
                "app/migrations",
                ("app/migrations/versions", "plugins/a/migrations/versions", "plugins/b/migrations/versions"),
            ),
            ("tools/migrations", "tools/migrations", ("tools/migrations/versions",)),
        ],
    ),
    "no code extends it, and another depends on it": (
        {
            "alembic.ini": PLAIN,
            "migrations/env.py": "",
            "migrations/versions/1.py": "1<=core",
            "plugins/a/migrations/versions/2.py": "2<+core",
        },
        [
            ("alembic.ini", "migrations", ("migrations/versions",)),
            ("plugins/a/migrations", "plugins/a/migrations", ("plugins/a/migrations/versions",)),
        ],
    ),
    "extended in code, a folder for each dialect": (
        {
            "alembic.ini": PLAIN,
            "migrations/env.py": CODE,
            **line("migrations/versions", "1", "2"),
            **line("migrations/lite", "1", "2"),
        },
        [
            ("alembic.ini", "migrations", ("migrations/versions",)),
            ("migrations/lite", "migrations", ("migrations/lite",)),
        ],
    ),
    "no configuration file, and code adds the folders of plugins": (
        {
            "app/db.py": CODE,
            "app/migrations/env.py": "",
            **line("app/migrations/versions", "1", "2"),
            **line("plugins/a/migrations", "3", after="2"),
            **line("plugins/b/migrations", "4", after="3"),
            **line("plugins/c/migrations", "x", "y"),
        },
        [
            (
                "app/migrations",
                "app/migrations",
                ("app/migrations/versions", "plugins/a/migrations", "plugins/b/migrations"),
            ),
            ("plugins/c/migrations", "plugins/c/migrations", ("plugins/c/migrations",)),
        ],
    ),
    "no configuration file, and no code adds the folders of plugins": (
        {
            "app/migrations/env.py": "",
            **line("app/migrations/versions", "1", "2"),
            **line("plugins/a/migrations", "3", after="2"),
        },
        [
            ("app/migrations", "app/migrations", ("app/migrations/versions",)),
            ("plugins/a/migrations", "plugins/a/migrations", ("plugins/a/migrations",)),
        ],
    ),
    "code elsewhere mentions version_locations": (
        {
            "alembic.ini": PLAIN,
            "tests/tool.py": CODE,
            "migrations/env.py": "",
            **line("migrations/versions", "1"),
            **line("migrations/more", "2", after="1"),
        },
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "nothing in versions, a folder for each dialect below": (
        {
            "db/alembic.ini": "[alembic]\nscript_location = app:db\n",
            "app/db/env.py": "",
            **line("app/db/versions/pg", "1", "2"),
            **line("app/db/versions/lite", "3", "4"),
        },
        [
            ("app/db/versions/lite", "app/db", ("app/db/versions/lite",)),
            ("app/db/versions/pg", "app/db", ("app/db/versions/pg",)),
        ],
    ),
    "nothing in versions, one history elsewhere below": (
        {"alembic.ini": PLAIN, "migrations/env.py": "", **line("migrations/steps", "1", "2")},
        [("alembic.ini", "migrations", ("migrations/steps",))],
    ),
    "nothing in versions, one history elsewhere below and its archive": (
        {
            "alembic.ini": PLAIN,
            "migrations/env.py": "",
            **line("migrations/steps", "1", "2"),
            **line("migrations/steps/old", "8", "9"),
        },
        [("alembic.ini", "migrations", ("migrations/steps",))],
    ),
    "an environment of its own inside another": (
        {
            "alembic.ini": "[alembic]\nscript_location = .\n",
            "env.py": "",
            **line("versions", "1"),
            "services/x/env.py": "",
            **line("services/x/versions", "8", "9"),
        },
        [("alembic.ini", "", ("versions",)), ("services/x", "services/x", ("services/x/versions",))],
    ),
    "recursive includes the folders below": (
        {
            "alembic.ini": f"{PLAIN}recursive_version_locations = true\n",
            "migrations/env.py": "",
            **line("migrations/versions/2025", "1"),
            **line("migrations/versions/2026", "2", after="1"),
        },
        [("alembic.ini", "migrations", ("migrations/versions",))],
    ),
    "configured and not, together": (
        {
            "a/alembic.ini": PLAIN,
            "a/migrations/env.py": "",
            **line("a/migrations/versions", "1"),
            "b/migrations/env.py": "",
            **line("b/migrations/versions", "1"),
        },
        [
            ("a/alembic.ini", "a/migrations", ("a/migrations/versions",)),
            ("b/migrations", "b/migrations", ("b/migrations/versions",)),
        ],
    ),
    "a template that does not parse, and no revision": (
        {"x/alembic.ini": "{% if db %}\n[alembic]\n", "x/migrations/env.py": "", "x/migrations/versions/a.py": ""},
        [],
    ),
    "does not parse, and no revision": ({"x/alembic.ini": "nonsense\n", "x/migrations/env.py": ""}, []),
}


@pytest.mark.parametrize(("tree", "expected"), DISCOVERED.values(), ids=DISCOVERED.keys())
def test_discover(tree: dict[str, str], expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert summary(found(tree)) == expected
    assert found(dict(reversed(tree.items()))) == found(tree)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.alembic]\nscript_location = 'db'\n",
        "  [ tool . 'alembic' ]\nscript_location = 'db'\n",
        '["tool"."alembic"]\nscript_location = "db"\n',
        "[tool]\nalembic = { script_location = 'db' }\n",
        "[tool]\nalembic.script_location = 'db'\n",
        "tool.alembic.script_location = 'db'\n",
        "tool = { alembic = { script_location = 'db' } }\n",
        "[tool.alembic.more]\n[tool.alembic]\nscript_location = 'db'\n",
    ],
)
def test_every_spelling_of_a_table(text: str) -> None:
    assert summary(found({"pyproject.toml": text, "db/env.py": ""})) == [("pyproject.toml", "db", ("db/versions",))]


def test_other_tools_cost_no_toml_parser() -> None:
    code = (
        "import sys; from git_alembic.config.alembic_config import toml_section; "
        "toml_section('pyproject.toml', '[project]\\ndependencies = [\"alembic\"]\\n[tool.git-alembic]\\n[tool.x]'); "
        "print('tomllib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_environment_found_by_content_has_no_config() -> None:
    tree = {"db/env.py": "", **line("db/versions", "1")}
    assert found(tree) == (Environment("db", "db", ("db/versions",)),)


def test_a_replacement_keeps_the_alembic_command() -> None:
    tree = {
        "db/alembic.ini": PLAIN,
        "db/migrations/env.py": "",
        **line("db/migrations/a", "1"),
        **line("db/migrations/b", "2"),
    }
    assert found(tree) == tuple(
        Environment(folder, "db/migrations", (folder,), config="db/alembic.ini", cwd="db")
        for folder in ("db/migrations/a", "db/migrations/b")
    )


def test_flask_in_a_package_runs_from_outside_of_it() -> None:
    tree = {"app/__init__.py": "", "app/migrations/alembic.ini": FLASK, "app/migrations/env.py": ""}
    (environment,) = found(tree)
    assert (environment.cwd, environment.command("heads")) == (".", ("flask", "db", "heads", "-d", "app/migrations"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stray\n", "x/alembic.ini:1: invalid ini file"),
        ("[alembic]\n<<<<<<< HEAD\na = 1\n", "x/alembic.ini:2: invalid ini file"),
        ("[alembic]\na = 1\n[alembic]\n", "x/alembic.ini:3: invalid ini file"),
        ("[alembic]\na = 1\na = 2\n", "x/alembic.ini:3: invalid ini file"),
    ],
)
def test_an_environment_is_not_lost_to_an_ini_that_does_not_parse(text: str, message: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        found({"x/alembic.ini": text, "x/migrations/versions/a.py": "not to be read"})
    assert str(caught.value) == message


def test_an_environment_is_not_lost_to_toml_that_does_not_parse() -> None:
    with pytest.raises(CannotCheck, match=r"^x/pyproject\.toml:2: invalid TOML: "):
        found({"x/pyproject.toml": "[tool.alembic]\n<<<<<<<\n", "x/migrations/versions/a.py": "not to be read"})


TREE = {
    "conf/db.ini": "[billing]\nscript_location = billing\n[gone]\nscript_location = gone\n",
    "alembic.ini": PLAIN,
    "migrations/env.py": "",
    **line("migrations/versions", "1"),
    "billing/env.py": "",
    **line("billing/versions", "1"),
    "auth/migrations/env.py": "",
    **line("auth/migrations/versions", "1"),
    "flask/migrations/env.py": "",
    "flask/migrations/alembic.ini": FLASK,
    "pyproject.toml": "[tool.alembic]\nscript_location = 'billing'\n",
    "broken/alembic.ini": "nonsense\n",
}


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        (
            EnvironmentSettings("b", config="conf/db.ini", section="billing"),
            Environment("b", "billing", ("billing/versions",), config="conf/db.ini", section="billing"),
        ),
        (
            EnvironmentSettings(
                "b", config="./conf/db.ini", section="billing", version_locations=("billing/versions", "two/")
            ),
            Environment("b", "billing", ("billing/versions", "two"), config="conf/db.ini", section="billing"),
        ),
        (
            EnvironmentSettings("b", config="conf/db.ini", section="gone", script_location="auth/migrations"),
            Environment("b", "auth/migrations", ("auth/migrations/versions",), config="conf/db.ini", section="gone"),
        ),
        (
            EnvironmentSettings("a", script_location="auth/migrations/"),
            Environment("a", "auth/migrations", ("auth/migrations/versions",)),
        ),
        (
            EnvironmentSettings("p", config="pyproject.toml"),
            Environment("p", "billing", ("billing/versions",), config="pyproject.toml"),
        ),
        (
            EnvironmentSettings("f", config="flask/migrations/alembic.ini"),
            Environment(
                "f",
                "flask/migrations",
                ("flask/migrations/versions",),
                config="flask/migrations/alembic.ini",
                wrapper="flask",
                cwd="flask",
            ),
        ),
        (
            EnvironmentSettings("f", script_location="flask/migrations"),
            Environment(
                "f",
                "flask/migrations",
                ("flask/migrations/versions",),
                config="flask/migrations/alembic.ini",
                wrapper="flask",
                cwd="flask",
            ),
        ),
    ],
)
def test_settings_replace_discovery(needed: EnvironmentSettings, expected: Environment) -> None:
    assert found(TREE, Settings(environments=(needed,))) == (expected,)


@pytest.mark.parametrize(
    ("needed", "message"),
    [
        (EnvironmentSettings("x", config="no.ini"), "no.ini is not staged or committed"),
        (EnvironmentSettings("x", config="conf/db.ini"), "conf/db.ini has no section [alembic]"),
        (
            EnvironmentSettings("x", config="conf/db.ini", section="gone"),
            "the script_location of conf/db.ini [gone] does not exist",
        ),
        (EnvironmentSettings("x", script_location="auth/no"), "no file in the folder auth/no is staged or committed"),
        (
            EnvironmentSettings("x", script_location="auth/migrations", version_locations=("auth/version",)),
            "its version_locations contain no revisions, but auth/migrations/versions does",
        ),
    ],
)
def test_environments_in_the_settings_must_exist(needed: EnvironmentSettings, message: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        found(TREE, Settings(environments=(needed,)))
    assert str(caught.value) == f'pyproject.toml: [tool.git-alembic] environment "x": {message}'


def test_a_broken_ini_that_the_settings_name_is_refused() -> None:
    with pytest.raises(CannotCheck, match=r"^broken/alembic\.ini:1: invalid ini file$"):
        found(TREE, Settings(environments=(EnvironmentSettings("x", config="broken/alembic.ini"),)))
