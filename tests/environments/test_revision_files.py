"""The revision files of a tree, by folder and by environment."""

from __future__ import annotations

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.environments.revision_files import (
    group_by_folder,
    link_target,
    list_compiled_files,
    list_environment_files,
)

PLAIN = Environment("shop", "shop", ("shop/one", "shop/two"))
DEEP = Environment("shop", "shop", ("shop",), recursive=True)
SOURCELESS = PLAIN._replace(sourceless=True)
AROUND = group_by_folder(
    ["a.py", "shop/b.py", "shop/one/c.py", "shop/one/__init__.py", "shop/two/d.py", "shop/two/e.py", "shop/three/f.py"]
)


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


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("versions/a.py", b"b.py", "versions/b.py"),
        ("versions/a.py", b"../shared/b.py", "shared/b.py"),
        ("versions/a.py", b"../../b.py", "../b.py"),
        ("versions/a.py", b"/b.py", "/b.py"),
        ("a.py", b"\xff.py", "\udcff.py"),
    ],
)
def test_the_target_of_a_link(path: str, content: bytes, expected: str) -> None:
    assert link_target(path, content) == expected
