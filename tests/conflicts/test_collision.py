"""Two tables over literal histories: branches that collide, and branches that don't."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.collisions_of_branches import find_collisions
from git_alembic.revisions.revision import Revision
from tests.support.literal_branches import branch, targets

Found = list[tuple[str, str, str | None, str]]


def found(target: dict[str, TargetHistory], branches: Sequence[UnmergedBranch]) -> Found:
    return [
        (each.kind, each.branch, each.other, " ".join(each.revisions or each.paths))
        for each in find_collisions(target, branches)
    ]


LINE = {"a": "", "b": "a"}
COLLIDE: dict[str, tuple[dict[str, TargetHistory], list[UnmergedBranch], Found]] = {
    "two branches on one head": (
        targets(LINE),
        [branch("x", {"c": "b"}), branch("y", {"d": "b"})],
        [("fork", "x", "y", "c d")],
    ),
    "a branch below the head": (targets(LINE), [branch("x", {"c": "a"})], [("fork", "x", None, "b c")]),
    "a second base": (targets(LINE), [branch("x", {"c": ""})], [("fork", "x", None, "b c")]),
    "two late branches": (
        targets(LINE),
        [branch("x", {"c": "a"}), branch("y", {"d": "a"})],
        [("fork", "x", None, "b c"), ("fork", "y", None, "b d"), ("fork", "x", "y", "b c d")],
    ),
    "three heads where two are allowed": (
        targets({"a": "", "b": "a", "c": "a"}, 2),
        [branch("x", {"d": "b"}), branch("y", {"e": "b"})],
        [("fork", "x", "y", "c d e")],
    ),
    "two heads with one label": (
        targets({"a": "", "b": "", "c": "a", "d": "b"}, "one-per-label", {"a": "left", "b": "right"}),
        [branch("x", {"e": "c"}), branch("y", {"f": "c"})],
        [("fork", "x", "y", "e f")],
    ),
    "one id in two files": (
        targets(LINE),
        [branch("x", {"c": "b"}), UnmergedBranch("y", "y", "Bob", 0, {"main": EnvironmentChange(
            (Revision("v/other.py", "1", "c", ("b",)),), frozenset(), {"v/other.py": "1"})})],
        [("duplicate-id", "x", "y", "c")],
    ),
    "one file with two contents": (
        targets(LINE),
        [branch("x", {"c": "b"}), branch("y", {"c": "b"}, files={"v/c.py": "different"})],
        [("conflicting-file", "x", "y", "v/c.py")],
    ),
    "a deleted revision": (targets(LINE), [branch("x", {}, "b")], [("lost-revision", "x", None, "b")]),
    "a deleted revision that another branch builds on": (
        targets(LINE),
        [branch("x", {}, "b"), branch("y", {"c": "b"})],
        [("lost-revision", "x", None, "b"), ("lost-revision", "x", "y", "b")],
    ),
}  # fmt: skip
SILENT: dict[str, tuple[dict[str, TargetHistory], list[UnmergedBranch]]] = {
    "one branch on the head": (targets(LINE), [branch("x", {"c": "b", "d": "c"})]),
    "a stack": (targets(LINE), [branch("x", {"c": "b"}), branch("y", {"c": "b", "d": "c"})]),
    "a merge revision over both": (
        targets(LINE),
        [branch("x", {"c": "b"}), branch("y", {"c": "b", "d": "b", "e": "c d"})],
    ),
    "a merge of a head and a late revision": (targets(LINE), [branch("x", {"c": "a", "d": "b c"})]),
    "a fork that the target has already": (targets({"a": "", "b": "a", "c": "a"}), [branch("x", {"d": "b"})]),
    "one branch per allowed head": (
        targets({"a": "", "b": "a", "c": "a"}, 2),
        [branch("x", {"d": "b"}), branch("y", {"e": "c"})],
    ),
    "one branch per label": (
        targets({"a": "", "b": "", "c": "a", "d": "b"}, "one-per-label", {"a": "left", "b": "right"}),
        [branch("x", {"e": "c"}), branch("y", {"f": "d"})],
    ),
    "a revision that is put on top of the head": (
        targets({"a": "", "b": "a", "c": "a"}),
        [branch("x", {"c": "b"}, "c")],
    ),
    "a branch brings the missing parent": (targets({"b": "a"}), [branch("x", {"a": ""})]),
    "two branches bring the missing parent and a revision": (
        targets({"b": "a"}),
        [branch("x", {"a": "", "c": "b"}), branch("y", {"a": ""})],
    ),
    "an edited file": (targets(LINE), [branch("x", {}, files={"v/b.py": "new"}), branch("y", {"c": "b"})]),
}  # fmt: skip


@pytest.mark.parametrize("case", COLLIDE)
def test_collides(case: str) -> None:
    target, branches, expected = COLLIDE[case]
    assert found(target, branches) == expected


@pytest.mark.parametrize("case", SILENT)
def test_stays_silent(case: str) -> None:
    assert found(*SILENT[case]) == []
