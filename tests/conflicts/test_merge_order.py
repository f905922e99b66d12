"""The order of merges needs as few re-parented revisions as the best of all orders."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations

import pytest

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.merge_order import check_order, plan_order
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

TARGET = {
    "main": TargetHistory("main", RevisionGraph([Revision("a.py", "a", "a", ()), Revision("b.py", "b", "b", ("a",))]))
}


def branch(name: str, chain: Sequence[tuple[str, str]], time: int = 0) -> UnmergedBranch:
    added = tuple(Revision(f"{id_}.py", f"{id_} on {down}", id_, tuple(down.split())) for id_, down in chain)
    change = EnvironmentChange(added, frozenset(), {revision.path: revision.blob for revision in added})
    return UnmergedBranch(name, name, "Ada", time, {"main": change})


def order(branches: Sequence[UnmergedBranch]) -> list[tuple[str, tuple[str, ...]]]:
    return [(step.branch.name, step.reparented) for step in plan_order(TARGET, branches)]


def test_branch_on_the_head_comes_before_a_late_one() -> None:
    late, ready = branch("late", [("c", "a")]), branch("ready", [("d", "b")], time=1)
    assert order([late, ready]) == [("ready", ()), ("late", ("c",))]


def test_stack_stays_in_its_order() -> None:
    low, high = branch("low", [("c", "b")], time=9), branch("high", [("c", "b"), ("d", "c")])
    assert order([high, low]) == [("low", ()), ("high", ())]


def test_branch_with_several_bases_is_merged_before_one_with_a_single_base() -> None:
    wide = branch("wide", [("c", "b"), ("d", "b"), ("e", "c d")], time=9)
    assert order([branch("one", [("f", "b")]), wide]) == [("wide", ()), ("one", ("f",))]


def test_given_order_is_checked_step_by_step() -> None:
    first, second, third = branch("x", [("c", "b")]), branch("y", [("c", "b"), ("d", "c")]), branch("z", [("e", "b")])
    steps = check_order(TARGET, [first, second, third])
    assert [[each.kind for each in step.collisions] for step in steps] == [[], [], ["fork", "fork"]]


@pytest.mark.parametrize("seed", range(40))
def test_no_other_order_needs_fewer_re_parented_revisions(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same cases every time
    branches: list[UnmergedBranch] = []
    chains: list[list[tuple[str, str]]] = [[]]
    for number in range(chance.randint(2, 5)):
        below = chance.choice(chains)
        top = below[-1][0] if below else chance.choice("ab")
        own = [(f"r{number}", top)]
        if chance.random() < 0.4:
            own += [(f"s{number}", top), (f"m{number}", f"r{number} s{number}")]
        chains.append([*below, *own])
        branches.append(branch(f"x{number}", chains[-1], time=number))
    best = min(_cost(list(each)) for each in permutations(branches))
    assert sum(len(moved) for _, moved in order(branches)) == best


def _cost(branches: list[UnmergedBranch]) -> int:
    """Count the re-parented revisions of an order without the code under test."""
    parents = {"a": set[str](), "b": {"a"}}
    head = "b"
    count = 0
    for each in branches:
        new = {revision.id: set(revision.down) for revision in each.changes["main"].added if revision.id not in parents}
        bases = [id_ for id_, down in new.items() if not down & new.keys()]
        if not new:
            continue
        moved = [id_ for id_ in bases if new[id_] != {head}]
        count += len(moved)
        for id_ in moved:
            new[id_] = {head}
        parents.update(new)
        named = {name for down in parents.values() for name in down}
        (head,) = parents.keys() - named
    return count
