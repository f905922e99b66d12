"""Which files of a tree configure environments, and the listing of their folders."""

from __future__ import annotations

import pytest

from git_alembic.environments.configuration_files import list_matched
from git_alembic.environments.environment import Environment
from git_alembic.environments.tree_entries import (
    drop_strays,
    group_by_folder,
    likely_roots,
    list_compiled_files,
    list_environment_files,
    root_pathspecs,
)

PLAIN = Environment("shop", "shop", ("shop/one", "shop/two"))
DEEP = Environment("shop", "shop", ("shop",), recursive=True)
SOURCELESS = PLAIN._replace(sourceless=True)
AROUND = group_by_folder(
    ["a.py", "shop/b.py", "shop/one/c.py", "shop/one/__init__.py", "shop/two/d.py", "shop/two/e.py", "shop/three/f.py"]
)


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ((), []),
        (("",), ["."]),
        (("db/migrations", "a"), [":(literal)a/", ":(literal)db/migrations/", ":(glob)*.py", ":(glob)db/*.py"]),
        (("a[1]/m",), [":(literal)a[1]/m/", ":(glob)*.py", ":(glob)a\\[1]/*.py"]),
    ],
)
def test_pathspecs_of_roots(roots: tuple[str, ...], expected: list[str]) -> None:
    assert root_pathspecs(roots) == expected


def test_strays_are_dropped_unless_a_root_or_the_code_above_it_has_them() -> None:
    paths = ["db/m/myapp.py", "db/myapp.py", "myapp.py", "other/myapp.py", "other/alembic.ini", "db/m/versions/a.py"]
    listed = {path: ("100644", path) for path in paths}
    kept = [path for path in paths if not path.startswith("other/")]
    assert list(drop_strays(listed, list_matched(listed), ["db/m"])) == kept


def test_likely_roots_are_above_a_folder_of_versions() -> None:
    paths = ["db/m/versions/a.py", "db/m/versions/2024/b.py", "x/versions.py", "versions/c.py", "n/versions/d.py"]
    assert likely_roots(paths) == {"db/m", "n"}


def test_every_folder_has_its_revision_files() -> None:
    paths = ["a.py", "shop/b.py", "shop/__init__.py", "shop/README", "docs/index.md", "shop/c.py"]
    assert group_by_folder(paths) == {"": ["a.py"], "shop": ["shop/b.py", "shop/c.py"], "docs": []}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (PLAIN, ["shop/one/c.py", "shop/two/d.py", "shop/two/e.py"]),
        (DEEP, ["shop/b.py", "shop/one/c.py", "shop/two/d.py", "shop/two/e.py", "shop/three/f.py"]),
        (PLAIN._replace(versions=("shop/four", "shop/one")), ["shop/one/c.py"]),
    ],
    ids=["its folders", "its folders and those below", "a folder without files"],
)
def test_an_environment_holds_the_files_of_its_folders(environment: Environment, expected: list[str]) -> None:
    assert list_environment_files(environment, AROUND) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [(PLAIN, []), (SOURCELESS, ["shop/one/b.pyc"])],
    ids=["an environment with sources", "a sourceless environment"],
)
def test_compiled_files_without_a_source(environment: Environment, expected: list[str]) -> None:
    paths = ("shop/one/a.pyc", "shop/one/a.py", "shop/one/b.pyc", "shop/one/c.py", "shop/d.pyc")
    assert list_compiled_files(environment, dict.fromkeys(paths, ("100644", "blob"))) == expected
