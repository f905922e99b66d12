"""Environments that the configuration files of literal trees name."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Settings
from git_alembic.environments.configured_environments import configured_environments

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
