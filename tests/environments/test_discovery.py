"""Environments of literal trees. tests/environments/test_layouts.py has the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from git_alembic.config.path_containment import Paths
from git_alembic.config.settings import EnvironmentSettings, Settings
from git_alembic.environments.discovery import discover_environments, group_folders, without_archives
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import revision

if TYPE_CHECKING:
    from collections.abc import Mapping


PLAIN = "[alembic]\nscript_location = migrations\n"
FLASK = "[alembic]\n# script_location = x\n[logger_flask_migrate]\nlevel = INFO\n"
CODE = "config.set_main_option('version_locations', found)\n"
Folders = dict[str, list[Revision]]


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


def folder(**parents: str) -> list[Revision]:
    """Return a folder with these ids and parents."""
    return [revision(id_, names) for id_, names in parents.items()]


GROUPED: dict[str, tuple[Folders, list[tuple[str, ...]]]] = {
    "nothing": ({}, []),
    "two histories": ({"x": folder(a="", b="a"), "y": folder(c="", d="c")}, [("x",), ("y",)]),
    "a parent in another folder": ({"y": folder(a=""), "x": folder(b="a")}, [("x", "y")]),
    "a chain of three": ({"x": folder(a=""), "y": folder(b="a"), "z": folder(c="b")}, [("x", "y", "z")]),
    "two folders after one, and one alone": (
        {"x": folder(a=""), "y": folder(b="a"), "z": folder(c="a"), "w": folder(q="")},
        [("w",), ("x", "y", "z")],
    ),
    "a dependency": ({"x": folder(a=""), "y": [revision("b", depends=("a",))]}, [("x", "y")]),
    "a dependency by label": (
        {"x": [revision("a", labels=("core",))], "y": [revision("b", depends=("core",))]},
        [("x", "y")],
    ),
    "an own id or label comes first": (
        {"x": [revision("a", labels=("core",))], "y": [revision("b", labels=("core",)), revision("c", "core")]},
        [("x",), ("y",)],
    ),
    "versions for two dialects, of which one lacks a revision": (
        {"x": folder(a="", b="a", c="b"), "y": folder(a="", c="b")},
        [("x",), ("y",)],
    ),
    "the same id, but only one has a base": ({"x": folder(a="", b="a"), "y": folder(b="a")}, [("x", "y")]),
    "a parent that no folder has": ({"x": folder(a="gone"), "y": folder(b="")}, [("x",), ("y",)]),
}


@pytest.mark.parametrize(("folders", "expected"), GROUPED.values(), ids=GROUPED.keys())
def test_folders_of_one_history(folders: Folders, expected: list[tuple[str, ...]]) -> None:
    assert group_folders(folders) == group_folders(dict(reversed(folders.items()))) == expected


def test_folders_that_the_configuration_joins() -> None:
    folders = {name: folder(**{name: ""}) for name in "wxyz"}
    assert group_folders(folders, ["x", "z"]) == [("w",), ("x", "z"), ("y",)]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([("a",), ("b",)], [("a",), ("b",)]),
        ([("a",), ("a/old",)], [("a",)]),
        ([("a",), ("ab",)], [("a",), ("ab",)]),
        ([("a", "b"), ("a/old", "b/old")], [("a", "b")]),
        ([("a",), ("a/old", "b")], [("a",), ("a/old", "b")]),
        ([("",), ("a",)], [("",)]),
    ],
)
def test_groups_inside_folders_of_another_group(groups: list[tuple[str, ...]], expected: list[tuple[str, ...]]) -> None:
    assert without_archives(groups) == expected
