"""Which folders hold one history together, by the ids and parents of their revisions."""

from __future__ import annotations

import pytest

from git_alembic.environments.folders_of_one_history import group_folders, without_archives
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import revision

Folders = dict[str, list[Revision]]


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
