"""Generated histories: healthy ones compared with Alembic's own map, and broken ones with general assertions."""

# ruff: noqa: SLF001 - half of the oracle's API is private
from __future__ import annotations

import warnings
from itertools import pairwise
from typing import NamedTuple

import alembic.script.revision as alembic_revision
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision


def revision(
    rev_id: str, down: tuple[str, ...], depends: tuple[str, ...] = (), labels: tuple[str, ...] = (), path: str = ""
) -> Revision:
    return Revision(path or f"versions/{rev_id}.py", "blob", rev_id, down, depends=depends, labels=labels)


def alembic_map(revisions: list[Revision]) -> alembic_revision.RevisionMap:
    made = [alembic_revision.Revision(r.id, r.down or None, r.depends or None, r.labels or None) for r in revisions]
    return alembic_revision.RevisionMap(lambda: made)


class Step(NamedTuple):
    """The links of the next revision of a healthy history to the earlier ones. Numbers count backwards."""

    kind: str
    back: int
    other: int
    depends: int | None
    labeled: bool


steps = st.builds(
    Step,
    kind=st.sampled_from(["line"] * 6 + ["fork"] * 3 + ["merge"] * 3 + ["base"]),
    back=st.integers(1, 6),
    other=st.integers(1, 20),
    depends=st.none() | st.none() | st.none() | st.integers(1, 30),
    labeled=st.sampled_from([False] * 5 + [True]),
)


def grown(history: list[Step]) -> list[Revision]:
    """Return the history. Ids run backwards, so that sorting them doesn't make a test pass."""
    made: list[Revision] = []

    def before(back: int) -> Revision:
        return made[-min(back, len(made))]

    for number, step in enumerate(history):
        down: tuple[str, ...] = ()
        if made and step.kind != "base":
            first = before(1 if step.kind == "line" else step.back).id
            second = before(step.other).id
            down = (first, second) if step.kind == "merge" and first != second else (first,)
        needed = before(step.depends) if made and step.depends else None
        name = needed and (needed.labels[0] if needed.labels and step.other % 2 else needed.id)
        labels = (f"label{number}",) if step.labeled else ()
        made.append(revision(f"r{999 - number}", down, (name,) if name else (), labels))
    return made


healthy = st.lists(steps, max_size=40).map(grown) | st.lists(steps, min_size=100, max_size=300).map(grown)


@settings(max_examples=80, deadline=None)
@given(healthy)
def test_answers_match_alembic(revisions: list[Revision]) -> None:
    graph, oracle = RevisionGraph(revisions), alembic_map(revisions)
    theirs = {rev.revision: rev for rev in oracle._revision_map.values() if rev}
    assert graph.ids == tuple(sorted(theirs))
    assert graph.heads == tuple(sorted(oracle.heads))
    effective = {rev_id for rev_id, rev in theirs.items() if rev.is_head and not rev._is_real_head}
    assert graph.effective_heads == tuple(sorted(effective))
    assert graph.bases == tuple(sorted(oracle.bases))
    assert graph.merge_points == tuple(sorted(rev_id for rev_id, rev in theirs.items() if rev.is_merge_point))
    assert graph.branch_points == tuple(sorted(rev_id for rev_id, rev in theirs.items() if rev.is_branch_point))
    for rev_id, rev in theirs.items():
        assert set(graph.labels(rev_id)) == rev.branch_labels
        assert graph.children(rev_id) == tuple(sorted(rev.nextrev))
    assert (graph.missing, graph.missing_dependencies, graph.duplicates, graph.cycles) == ((), (), (), ())


@settings(max_examples=40, deadline=None)
@given(healthy, st.lists(st.integers(0, 400), max_size=4))
def test_lines_are_those_of_alembic(revisions: list[Revision], picks: list[int]) -> None:
    graph, oracle = RevisionGraph(revisions), alembic_map(revisions)
    chosen = sorted({revisions[pick % len(revisions)].id for pick in picks}) if revisions else []
    targets = [oracle._revision_map[rev_id] for rev_id in chosen]
    up = {rev.revision for rev in oracle._get_ancestor_nodes(targets, include_dependencies=False)}
    down = {rev.revision for rev in oracle._get_descendant_nodes(targets, include_dependencies=False)}
    assert set(graph.ancestors(chosen)) == up
    assert set(graph.descendants(chosen)) == down


@settings(max_examples=40, deadline=None)
@given(healthy)
def test_order_has_parents_and_dependencies_first(revisions: list[Revision]) -> None:
    graph, oracle = RevisionGraph(revisions), alembic_map(revisions)
    order = graph.topological()
    assert sorted(order) == list(graph.ids)
    position = {rev_id: number for number, rev_id in enumerate(order)}
    for rev in filter(None, oracle._revision_map.values()):
        assert all(position[up] < position[rev.revision] for up in rev._all_down_revisions)


@settings(max_examples=40, deadline=None)
@given(healthy)
def test_fork_point_is_a_nearest_common_ancestor(revisions: list[Revision]) -> None:
    graph = RevisionGraph(revisions)
    for pair in list(pairwise(graph.heads))[:10]:
        common = graph.ancestors(pair[:1]) & graph.ancestors(pair[1:])
        point = graph.fork_point(pair)
        assert (point in common) if point is not None else not common
        assert point is None or graph.descendants([point]) & common == {point}


names = st.sampled_from(["", "a", "b", "c", "d", "e", "f", "g", "x", "gone"])
broken_revisions = st.builds(
    revision,
    rev_id=st.sampled_from(["", "a", "b", "c", "d", "e", "f", "g"]),
    down=st.lists(names, max_size=3).map(tuple),
    depends=st.lists(names, max_size=2).map(tuple),
    labels=st.lists(st.sampled_from(["x", "y", "a", ""]), max_size=2).map(tuple),
    path=st.sampled_from(["1.py", "2.py", "3.py", "4.py"]),
)


def counting(revisions: list[Revision]) -> list[Revision]:
    """Return one revision per id. Of duplicates, return the last by path."""
    return list({r.id: r for r in sorted(revisions, key=lambda r: r.path)}.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(broken_revisions, max_size=12))
def test_nothing_raises_and_answers_have_only_existing_ids(revisions: list[Revision]) -> None:
    graph = RevisionGraph(revisions)
    revisions = counting(revisions)
    ids = {r.id for r in revisions}
    down = {(r.id, name) for r in revisions for name in r.down}
    labels = {label for r in revisions for label in r.labels}
    assert set(graph.ids) == ids
    assert len(graph) == len(ids)
    assert sorted(graph.topological()) == list(graph.ids)
    assert graph.heads == tuple(sorted(ids - {name for _, name in down}))
    assert set(graph.effective_heads) <= set(graph.heads)
    assert graph.missing == tuple(sorted((rev_id, name) for rev_id, name in down if name not in ids))
    assert graph.missing_parents == tuple(sorted({rev_id for rev_id, name in down if name not in ids}))
    assert {name for _, name in graph.missing_dependencies} == {n for r in revisions for n in r.depends} - ids - labels
    whole = {(low, up) for low, up in down if up in ids}
    assert {(low, up) for low in ids for up in graph.parents(low)} == whole
    assert {(low, up) for up in ids for low in graph.children(up)} == whole
    for some in filter(None, (graph.ids, graph.heads, graph.ids[:2])):
        common = [low for low in graph.topological() if set(some) <= {low, *graph.descendants([low])}]
        assert graph.fork_point(some) == (common[-1] if common else None)
    for rev_id in ids:
        declared = {label for r in revisions if r.id == rev_id for label in r.labels}
        assert declared <= graph.labels(rev_id) <= labels
        assert {low for low in ids if rev_id in graph.ancestors([low])} == graph.descendants([rev_id])
    once = len({r.path for r in graph.revisions}) == len(graph.revisions)
    same = RevisionGraph(reversed(graph.revisions)) if once else graph
    assert (same.topological(), same.cycles, same.revisions) == (graph.topological(), graph.cycles, graph.revisions)


@settings(max_examples=200, deadline=None)
@given(st.lists(broken_revisions, max_size=12))
def test_cycles_are_the_revisions_that_lead_to_each_other(revisions: list[Revision]) -> None:
    graph = RevisionGraph(revisions)
    revisions = counting(revisions)
    owner = {label: r.id for r in reversed(revisions) for label in r.labels}
    ahead: dict[str, set[str]] = {rev_id: set() for rev_id in graph.ids}
    for r in revisions:
        depends = [name if name in ahead else owner.get(name, name) for name in r.depends]
        ahead[r.id] |= {name for name in (*r.down, *depends) if name in ahead}
    reach = {rev_id: set(ends) for rev_id, ends in ahead.items()}
    for middle in ahead:
        for rev_id in ahead:
            if middle in reach[rev_id]:
                reach[rev_id] |= reach[middle]
    groups = {frozenset(low for low in reach[up] if up in reach[low]) for up in ahead if up in reach[up]}
    assert {frozenset(cycle) for cycle in graph.cycles} == groups
    assert list(graph.cycles) == sorted(graph.cycles)
    assert all(cycle[0] == min(cycle) for cycle in graph.cycles)


arbitrary_parents = st.lists(
    st.tuples(st.lists(st.integers(0, 6), max_size=2), st.lists(st.integers(0, 6), max_size=1)), max_size=7
)


@settings(max_examples=200, deadline=None)
@given(arbitrary_parents)
@example([([0], [])])
@example([([], [0])])
@example([([1], []), ([0], [])])
@example([([], [1]), ([], [0])])
def test_finds_a_cycle_whenever_alembic_rejects_one(edges: list[tuple[list[int], list[int]]]) -> None:
    def ids(numbers: list[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"r{number % len(edges)}" for number in numbers))

    revisions = [revision(f"r{n}", ids(down), ids(depends)) for n, (down, depends) in enumerate(edges)]
    cycles = RevisionGraph(revisions).cycles
    try:
        _ = alembic_map(revisions).heads
    except alembic_revision.CycleDetected:
        assert cycles


@pytest.mark.parametrize("healthy_id", ["a", "b"])
def test_duplicates_are_those_that_alembic_warns_of(healthy_id: str) -> None:
    revisions = [revision("a", (), path="1"), revision("b", ("a",), path="2"), revision(healthy_id, (), path="3")]
    assert RevisionGraph(revisions).duplicates == (healthy_id,)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _ = alembic_map(revisions).heads
    assert [str(warning.message) for warning in caught] == [f"Revision {healthy_id} is present more than once"]


@pytest.mark.parametrize(("down", "depends"), [(("gone",), ()), (("",), ()), ((), ("gone",)), ((), ("",))])
def test_missing_names_are_those_that_make_alembic_fail(down: tuple[str, ...], depends: tuple[str, ...]) -> None:
    revisions = [revision("a", down, depends)]
    graph = RevisionGraph(revisions)
    assert graph.missing + graph.missing_dependencies != ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((KeyError, alembic_revision.CycleDetected)):
            _ = alembic_map(revisions).heads
