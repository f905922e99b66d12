"""Merges of literal graphs."""

from __future__ import annotations

import pytest

from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.graph_after_git_merge import merge_graphs, merge_published
from tests.support.literal_changes import History, graph, revision

A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
MOVED_B = {"a": "", "b": revision("b", "a", path="versions/new.py")}
OTHER_B = {"a": "", "b": revision("b", "a", path="versions/other.py")}


class TestMergeGraphs:
    """Histories are merged revision by revision. If both sides changed a revision, the version of `theirs` counts."""

    @pytest.mark.parametrize(
        ("base", "ours", "theirs", "expected"),
        [
            (A, AB, A, AB),
            (A, A, AB, AB),
            (A, AB, {"a": "", "c": "a"}, FORK),
            (AB, AB, A, A),
            (AB, A, AB, A),
            (AB, A, A, A),
            (AB, MOVED_B, AB, MOVED_B),
            (AB, AB, MOVED_B, MOVED_B),
            (AB, MOVED_B, OTHER_B, OTHER_B),
            (AB, A, MOVED_B, MOVED_B),
            (AB, MOVED_B, A, A),
        ],
    )
    def test_a_three_way_merge(self, base: History, ours: History, theirs: History, expected: History) -> None:
        assert merge_graphs(graph(base), graph(ours), graph(theirs)).revisions == graph(expected).revisions

    def test_an_unchanged_side_is_not_merged(self) -> None:
        base, side = graph(A), graph(AB)
        assert merge_graphs(base, side, base) is side
        assert merge_graphs(base, base, side) is side
        assert merge_graphs(base, side, side) is side

    def test_our_version_of_an_id_to_keep_counts_if_both_changed_it(self) -> None:
        merged = merge_graphs(graph(AB), graph(MOVED_B), graph(OTHER_B), keep=("b",))
        assert merged.revisions == graph(MOVED_B).revisions


class TestMergePublished:
    """A published version of the first parent stays if another parent has a third one."""

    @pytest.mark.parametrize(
        ("base", "first", "other", "published", "stays"),
        [
            (A, MOVED_B, OTHER_B, (MOVED_B, OTHER_B), {"b"}),
            (AB, MOVED_B, OTHER_B, (MOVED_B, OTHER_B), {"b"}),
            (AB, MOVED_B, OTHER_B, (MOVED_B,), {"b"}),
            (A, MOVED_B, OTHER_B, (OTHER_B,), ()),
            (A, MOVED_B, OTHER_B, (), ()),
            (AB, AB, OTHER_B, (AB, OTHER_B), ()),
            (AB, MOVED_B, AB, (AB, MOVED_B), ()),
            (A, MOVED_B, MOVED_B, (MOVED_B,), ()),
            (AB, A, OTHER_B, (AB, OTHER_B), ()),
            (AB, MOVED_B, A, (AB, MOVED_B), ()),
        ],
    )
    def test_what_stays(
        self, base: History, first: History, other: History, published: tuple[History, ...], stays: set[str]
    ) -> None:
        held = RevisionGraph(file for history in published for file in graph(history).revisions)
        merged, kept = merge_published(graph(first), [(graph(base), graph(other))], held)
        assert kept == frozenset(stays)
        expected = merge_graphs(graph(base), graph(first), graph(other), keep=stays)
        assert merged.revisions == expected.revisions

    def test_every_parent_is_merged(self) -> None:
        others = [(graph(A), graph({"a": "", "c": "a"})), (graph(A), graph({"a": "", "d": "a"}))]
        merged, _ = merge_published(graph(AB), others, graph(A))
        assert merged.ids == ("a", "b", "c", "d")
