"""Paths of a tree, without a file system."""

from __future__ import annotations

import pytest

from git_alembic.config.path_containment import (
    HERE,
    NO_PATH,
    Paths,
    ancestors,
    inside,
    is_within,
    is_within_any,
    join_path,
)


@pytest.mark.parametrize(("folder", "expected"), [("", ("",)), ("a", ("a", "")), ("a/b/c", ("a/b/c", "a/b", "a", ""))])
def test_folder_and_its_parents(folder: str, expected: tuple[str, ...]) -> None:
    assert ancestors(folder) == expected


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a/b", "a", True),
        ("a", "a", True),
        ("ab", "a", False),
        ("a", "a/b", False),
        ("b/a", "a", False),
        ("a", "", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_path_in_a_folder(path: str, folder: str, expected: bool) -> None:
    assert is_within(path, folder) is expected
    assert is_within_any(path, ["x", folder]) is expected
    assert is_within_any(path, []) is False


@pytest.mark.parametrize(
    ("base", "location", "expected"),
    [
        ("", "m", "m"),
        ("a", "m/n", "a/m/n"),
        ("a", "m\\n", "a/m/n"),
        ("a", "./m/", "a/m"),
        ("a/b", "../m", "a/m"),
        ("a", "..", ""),
        ("", ".", ""),
        ("", "", ""),
        ("a", "../../m", "../m"),
        ("a", "/m", "m"),
        ("a", f"{HERE}/m", f"a/{NO_PATH}/m"),
    ],
)
def test_location_relative_to_a_folder(base: str, location: str, expected: str) -> None:
    assert join_path(base, location) == expected


def test_name_in_a_folder() -> None:
    assert [inside("", "x"), inside("a/b", "x")] == ["x", "a/b/x"]


def test_paths_of_a_tree() -> None:
    tree = Paths.of(["a/b/env.py", "c.py"])
    assert tree == Paths(frozenset({"a/b/env.py", "c.py"}), frozenset({"", "a", "a/b"}))
    assert [tree.has_scripts(folder) for folder in ("a/b", "a", "")] == [True, False, False]
    assert Paths.of([]) == Paths(frozenset(), frozenset())
    assert Paths.of(["a/x"], ["b/c"]) == Paths(frozenset({"a/x"}), frozenset({"", "b", "b/c"}))
