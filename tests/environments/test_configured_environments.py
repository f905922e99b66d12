"""Environments that the configuration files of literal trees name."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import EnvironmentSettings, Settings
from git_alembic.environments.configured_environments import configured_environments, refuse_broken
from git_alembic.environments.environment import Environment
from tests.support.refusal_message import refusal

PLAIN = "[alembic]\nscript_location = migrations\n"
FLASK = "[alembic]\n# script_location = x\n[logger_flask_migrate]\nlevel = INFO\n"

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
    found = configured_environments(tree, lambda path: tree[path].encode(), Settings())
    assert [(each.name, each.script_location, each.versions) for each in found] == expected


def configured(tree: dict[str, str], *entries: EnvironmentSettings) -> tuple[Environment, ...]:
    return configured_environments(tree, lambda path: tree[path].encode(), Settings(environments=entries))


TABLE = "[tool.alembic]\nscript_location = '%(here)s/m'\n"
WHOLE: dict[str, tuple[dict[str, str], list[Environment]]] = {
    "an ini, run in the folder that its script_location is relative to": (
        {"s/alembic.ini": PLAIN, "s/migrations/env.py": ""},
        [Environment("s/alembic.ini", "s/migrations", ("s/migrations/versions",), config="s/alembic.ini", cwd="s")],
    ),
    "an ini that works in any folder": (
        {"s/alembic.ini": "[alembic]\nscript_location = %(here)s/m\n", "s/m/env.py": ""},
        [Environment("s/alembic.ini", "s/m", ("s/m/versions",), config="s/alembic.ini")],
    ),
    "an ini that works in any folder, but the root has a table that Alembic would read too": (
        {
            "s/alembic.ini": "[alembic]\nscript_location = %(here)s/m\n",
            "s/m/env.py": "",
            "pyproject.toml": "[tool.alembic]\n",
        },
        [Environment("s/alembic.ini", "s/m", ("s/m/versions",), config="s/alembic.ini", cwd="s")],
    ),
    "a table": (
        {"s/pyproject.toml": TABLE, "s/m/env.py": ""},
        [Environment("s/pyproject.toml", "s/m", ("s/m/versions",), config="s/pyproject.toml", cwd="s")],
    ),
    "an ini that the table beside it completes": (
        {
            "alembic.ini": "[alembic]\nscript_location = m\n[more]\nscript_location = n\n",
            "pyproject.toml": "[tool.alembic]\nversion_locations = ['v']\nrecursive_version_locations = true\n",
            "m/env.py": "",
            "n/env.py": "",
        },
        [
            Environment("alembic.ini", "m", ("v",), recursive=True, config="alembic.ini"),
            Environment("alembic.ini:more", "n", ("v",), recursive=True, config="alembic.ini", section="more"),
        ],
    ),
    "only the section [alembic] takes the script_location of the table": (
        {"alembic.ini": "[alembic]\nx = 1\n[more]\nx = 1\n", "pyproject.toml": TABLE, "m/env.py": ""},
        [Environment("pyproject.toml", "m", ("m/versions",), config="pyproject.toml")],
    ),
    "sourceless": (
        {"alembic.ini": f"{PLAIN}sourceless = true\n", "migrations/env.py": ""},
        [
            Environment(
                "alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini", sourceless=True
            )
        ],
    ),
    "versions in a submodule and outside of the tree": (
        {
            ".gitmodules": '[submodule "x"]\n\tpath = vendor/x \n\turl = y\n',
            "alembic.ini": f"{PLAIN}version_locations = vendor/x/v own pkg:v\n",
            "migrations/env.py": "",
        },
        [
            Environment(
                "alembic.ini", "migrations", ("own",), config="alembic.ini", elsewhere=("vendor/x/v", "pkg:v")
            )
        ],
    ),
    "Flask-Migrate beside app.py, which is not the root": (
        {"s/app.py": "", "s/db/migrations/alembic.ini": FLASK, "s/db/migrations/env.py": ""},
        [
            Environment(
                "s/db/migrations/alembic.ini", "s/db/migrations", ("s/db/migrations/versions",),
                config="s/db/migrations/alembic.ini", wrapper="flask", cwd="s",
            )
        ],
    ),
    "Flask-Migrate in nested packages": (
        {
            "src/shop/__init__.py": "",
            "src/shop/db/__init__.py": "",
            "src/shop/db/migrations/alembic.ini": FLASK,
            "src/shop/db/migrations/env.py": "",
        },
        [
            Environment(
                "src/shop/db/migrations/alembic.ini", "src/shop/db/migrations", ("src/shop/db/migrations/versions",),
                config="src/shop/db/migrations/alembic.ini", wrapper="flask", cwd="src",
            )
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tree", "expected"), WHOLE.values(), ids=WHOLE.keys())
def test_whole_environments(tree: dict[str, str], expected: list[Environment]) -> None:
    assert configured(tree) == tuple(expected)


NAMED = {
    "m/env.py": "",
    "alembic.ini": "[alembic]\nx = 1\n[one]\nscript_location = m\n",
    "pyproject.toml": TABLE,
    "flask/alembic.ini": FLASK,
    "flask/env.py": "",
    "plain/alembic.ini": "[alembic]\nx = 1\n",
    "plain/env.py": "",
}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (EnvironmentSettings("x", version_locations=("v/", "./w")), Environment("x", "v", ("v", "w"))),
        (
            EnvironmentSettings("x", version_locations=("v",), section="s", external_parents=True),
            Environment("x", "v", ("v",), section="s", external_parents=True),
        ),
        (
            EnvironmentSettings("x", config="alembic.ini"),
            Environment("x", "m", ("m/versions",), config="alembic.ini"),
        ),
        (
            EnvironmentSettings("x", config="alembic.ini", section="one"),
            Environment("x", "m", ("m/versions",), config="alembic.ini", section="one"),
        ),
        (
            EnvironmentSettings("x", config="alembic.ini", section="one", script_location="plain"),
            Environment("x", "plain", ("plain/versions",), config="alembic.ini", section="one"),
        ),
        (
            EnvironmentSettings("x", config="alembic.ini", section="one", script_location="m"),
            Environment("x", "m", ("m/versions",), config="alembic.ini", section="one"),
        ),
        (EnvironmentSettings("x", script_location="m"), Environment("x", "m", ("m/versions",))),
        (
            EnvironmentSettings("x", config="flask/alembic.ini"),
            Environment("x", "flask", ("flask/versions",), config="flask/alembic.ini", wrapper="flask"),
        ),
    ],
)
def test_environment_of_the_settings(entry: EnvironmentSettings, expected: Environment) -> None:
    assert configured(NAMED, entry) == (expected,)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (EnvironmentSettings("x", config="gone.ini"), "gone.ini is not staged or committed"),
        (EnvironmentSettings("x", config="alembic.ini", section="two"), "alembic.ini has no section [two]"),
        (EnvironmentSettings("x", config="env.py"), "env.py is not staged or committed"),
        (
            EnvironmentSettings("x", config="flask/alembic.ini", section="two"),
            "flask/alembic.ini has no section [two]",
        ),
    ],
)
def test_environment_that_the_tree_lacks(entry: EnvironmentSettings, message: str) -> None:
    assert refusal(lambda: configured(NAMED, entry)) == (
        f'pyproject.toml: [tool.git-alembic] environment "x": {message}'
    )


def test_versions_outside_of_the_repository() -> None:
    entry = EnvironmentSettings("x", version_locations=("v", "../w"))
    assert refusal(lambda: configured(NAMED, entry)) == (
        '[tool.git-alembic] environment "x": version_locations contains ../w, which is outside the repository'
    )


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("s/alembic.ini", "nonsense\n", "s/alembic.ini:1: invalid ini file"),
        ("s/alembic.ini", "{% if x %}\n", ""),
        ("s/other.ini", "nonsense\n", ""),
        ("s/alembic.ini", PLAIN, ""),
        (
            "pyproject.toml",
            "[tool.alembic\n",
            "pyproject.toml:1: invalid TOML: Expected ']' at the end of a table declaration",
        ),
        ("x.toml", "[tool.alembic\n", ""),
    ],
)  # fmt: skip
def test_broken_files(path: str, text: str, message: str) -> None:
    if message:
        assert refusal(lambda: refuse_broken(path, text.encode())).replace('"]"', "']'") == message
    else:
        refuse_broken(path, text.encode())
