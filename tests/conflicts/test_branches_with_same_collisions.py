"""Comparing groups of branches finds the same collisions as comparing each pair."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.conflicts import merge_order
from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.branches_with_same_collisions import BranchGroups
from git_alembic.conflicts.collision import KINDS, Collision, compare_pair
from git_alembic.conflicts.collisions_of_branches import Collisions, find_collisions
from git_alembic.conflicts.merge_order import MergeStep, plan_order
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

Targets = dict[str, TargetHistory]
HISTORY = {"a": (), "b": ("a",), "c": ("a",)}
NEW = ("p", "q", "r", "s")


def target(heads: int | str, heads_file_path: str, *, forked: bool, lacks_base: bool) -> Targets:
    labels = {"b": ("left",), "c": ("right",)} if forked else {}
    hidden = {*([] if forked else ["c"]), *(["a"] if lacks_base else [])}
    shown = {id_: down for id_, down in HISTORY.items() if id_ not in hidden}
    revisions = [Revision(f"v/{id_}.py", id_, id_, down, labels=labels.get(id_, ())) for id_, down in shown.items()]
    return {"main": TargetHistory("main", RevisionGraph(revisions), heads, heads_file_path)}


@st.composite
def revision_sets(draw: st.DrawFn, name: str) -> tuple[Revision, ...]:
    """Revisions with ids that are the branch's own or those of others, in files of their own or those of others."""
    found: dict[str, Revision] = {}
    for number in range(draw(st.integers(0, 3))):
        id_ = draw(st.sampled_from((*NEW, f"{name}{number}", f"{name}{number}", "c", "a")))
        pool = ("a", "b", "b", "c", *NEW, *found)
        down = tuple(draw(st.lists(st.sampled_from(pool), max_size=2, unique=True)))
        path = draw(st.sampled_from((f"v/{id_}.py", f"v/{id_}_{name}.py")))
        labels = draw(st.sampled_from(((), (), ("left",))))
        found[id_] = Revision(
            path, f"{id_} {down} {labels}", id_, tuple(each for each in down if each != id_), labels=labels
        )
    return tuple(found.values())


@st.composite
def branches(draw: st.DrawFn) -> list[UnmergedBranch]:
    found = []
    for number in range(draw(st.integers(2, 6))):
        name = f"n{number}"
        added = draw(revision_sets(name))
        dropped = frozenset(draw(st.sampled_from(((), (), (), ("a",), ("b",), ("c",)))))
        files = {revision.path: revision.blob for revision in added} | {f"v/{id_}.py": "" for id_ in dropped}
        heads = draw(st.sampled_from(("", "same heads", f"heads of {name}")))
        change = EnvironmentChange(added, dropped, files, heads)
        found.append(UnmergedBranch(name, name, "Ada", draw(st.integers(0, 2)), {"main": change}))
    return found


TARGETS = st.builds(
    target,
    st.sampled_from((1, 2, "one-per-label")),
    st.sampled_from(("", "heads.txt")),
    forked=st.booleans(),
    lacks_base=st.booleans(),
)


@settings(deadline=None)
@given(TARGETS, branches())
def test_groups_list_the_collisions_of_each_pair(targets: Targets, compared: list[UnmergedBranch]) -> None:
    expected = [found for pair in combinations(compared, 2) for found in compare_pair(targets, *pair)]
    found = find_collisions(targets, compared)
    assert [collision for collision in found if collision.other is not None] == expected
    for branch in compared:
        assert_partners(found, branch, expected, compared)


def assert_partners(
    found: Collisions, branch: UnmergedBranch, expected: Sequence[Collision], compared: Sequence[UnmergedBranch]
) -> None:
    times = {each.name: each.time for each in compared}
    own = [each for each in expected if branch.name in (each.branch, each.other)]
    for kind, (number, newest) in found.partners(branch, 2).items():
        names = {each.seen_from(branch.name) or "" for each in own if each.kind == kind}
        assert number == len(names)
        assert newest == tuple(sorted(names, key=lambda name: (-times[name], name))[:2])
    assert found.partners(branch, 0).keys() == {each.kind for each in own}


@settings(deadline=None)
@given(TARGETS, branches())
def test_the_order_is_that_of_all_branches(targets: Targets, compared: list[UnmergedBranch]) -> None:
    def plan() -> list[MergeStep]:
        return plan_order(targets, compared)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_order, "_shape", lambda _, branch: (branch.name,))
        expected = plan()
    assert plan() == expected


@settings(deadline=None)
@given(TARGETS, branches(), st.integers(0, 5))
def test_a_step_has_each_collision_with_earlier_ones_once(
    targets: Targets, compared: list[UnmergedBranch], number: int
) -> None:
    branch, *others = compared
    merged = {each.name for each in others[:number]}
    found = find_collisions(targets, compared).before(branch, {kind: merged for kind in KINDS if kind != "fork"})
    expected = [
        each
        for other in others[:number]
        for each in compare_pair(targets, branch, other)
        if each.kind != "fork"
    ]  # fmt: skip
    what = {(each.kind, each.paths) for each in expected}
    assert {(each.kind, each.paths) for each in found if each.other is not None} == what
    assert len(found) == len({(each.kind, each.other is None, each.revisions, each.paths) for each in found})


def test_branches_on_one_head_are_one_group() -> None:
    def branch(name: str, down: str) -> UnmergedBranch:
        revision = Revision(f"v/{name}.py", name, name, (down,))
        return UnmergedBranch(
            name, name, "Ada", 0, {"main": EnvironmentChange((revision,), files={revision.path: name})}
        )

    compared = [branch(f"x{number}", "b") for number in range(50)] + [branch("late", "a")]
    groups = BranchGroups(target(1, "", forked=False, lacks_base=False), compared)
    assert [len(group) for group in groups.groups] in ([1, 50], [50, 1])
    assert {groups.kinds(first, second) for first in (0, 1) for second in (0, 1)} == {("fork",), ()}


@pytest.mark.parametrize("parent", ["a", "b", "c"])  # 'a' is no head of the target, and 'c' is gone from it
def test_a_branch_on_a_revision_that_another_deletes_is_a_group_of_its_own(parent: str) -> None:
    def branch(name: str, *added: Revision, dropped: str = "") -> UnmergedBranch:
        files = {revision.path: revision.blob for revision in added}
        return UnmergedBranch(name, name, "Ada", 0, {"main": EnvironmentChange(added, frozenset(dropped), files)})

    first = branch("first", Revision("v/r.py", "r", "r", ("x",)))
    second = branch("second", Revision("v/p.py", "p", "p", (parent,)))
    deleting = branch("deleting", dropped=parent)
    found = find_collisions(target(1, "", forked=False, lacks_base=False), [first, second, deleting])
    lost = [(each.branch, each.other, each.revisions) for each in found if each.kind == "lost-revision"]
    assert ("second", "deleting", (parent,)) in lost
    assert ("first", "deleting", (parent,)) not in lost
