"""The pairs of environments in two trees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.history.environment_change import Snapshot
from git_alembic.history.tree_comparison import list_unmatched, match
from tests.support.literal_changes import graph


def side(name: str, folders: str, ids: str = "") -> Snapshot:
    """Return an environment with its name, its version folders and its revision ids."""
    environment = Environment(name, "migrations", tuple(folders.split()))
    return Snapshot("tree", environment, graph(dict.fromkeys(ids, "")))


PAIRS = {
    "the same folder": ([side("a", "v")], [side("a", "v")], ["a"]),
    "the same folder under another name": ([side("a", "v")], [side("b", "v")], ["b"]),
    "the same folder before the same name": ([side("a", "v", "x")], [side("a", "w", "x"), side("b", "v")], ["b"]),
    "more of the folders": ([side("a", "u v w")], [side("b", "u"), side("c", "v w")], ["c"]),
    "of as many folders the same name": ([side("a", "v")], [side("b", "v"), side("a", "v")], ["a"]),
    "of as many folders the same name, in another order": ([side("b", "v")], [side("a", "v"), side("b", "v")], ["b"]),
    "the same name that sorts later": ([side("b", "v")], [side("a", "w"), side("b", "w")], ["b"]),
    "the same name": ([side("a", "v")], [side("b", "w"), side("a", "w")], ["a"]),
    "the same name with some of the ids": ([side("a", "v", "xy")], [side("b", "w", "xy"), side("a", "w", "x")], ["a"]),
    "the same name for an empty history": ([side("a", "v")], [side("b", "w", "x"), side("a", "w", "x")], ["a"]),
    "the same name of an empty history": ([side("a", "v", "x")], [side("b", "w"), side("a", "w")], ["a"]),
    "the same name with no id in common": ([side("a", "v", "x")], [side("a", "w", "y")], [""]),
    "an id in common": ([side("a", "v", "x")], [side("b", "w", "y"), side("c", "w", "x")], ["c"]),
    "more ids in common": ([side("a", "v", "xyz")], [side("b", "w", "xy"), side("c", "w", "z")], ["b"]),
    "nothing in common": ([side("a", "v", "x")], [side("b", "w", "y")], [""]),
    "no other": ([side("a", "v", "x")], [], [""]),
    "each once": ([side("a", "v", "x"), side("b", "w", "x")], [side("c", "u", "x")], ["c", ""]),
    "the best of several": ([side("a", "v"), side("b", "w x")], [side("c", "w x"), side("d", "x")], ["", "c"]),
    "several": ([side("a", "v"), side("b", "w")], [side("b", "w"), side("a", "v")], ["a", "b"]),
}


@pytest.mark.parametrize(("snapshots", "others", "expected"), PAIRS.values(), ids=PAIRS)
def test_a_counterpart_is_found(snapshots: Sequence[Snapshot], others: Sequence[Snapshot], expected: list[str]) -> None:
    found = match(snapshots, others, "HEAD")
    assert [counterpart.environment.name if counterpart in others else "" for counterpart in found] == expected


def test_without_a_counterpart_it_is_an_empty_snapshot() -> None:
    (found,) = match([side("a", "v", "x")], [], "HEAD")
    assert (found.name, found.environment.name, found.graph.ids) == ("HEAD", "a", ())


def test_environments_that_are_gone() -> None:
    here, gone, empty = side("a", "v", "x"), side("b", "w", "y"), side("c", "u")
    assert list_unmatched([here], [gone, here, empty]) == [gone]
    assert list_unmatched([], [here]) == [here]
    first = side("0", "x", "z")
    assert list_unmatched([here], [first, here]) == [first]
    assert list_unmatched([here], [here]) == []
