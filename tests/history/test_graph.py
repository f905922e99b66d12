"""The graph, one class per shape. Histories are literals: id -> parents."""

from __future__ import annotations

import pytest

from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision


def rev(
    rev_id: str, *down: str, depends: tuple[str, ...] = (), labels: tuple[str, ...] = (), path: str | None = None
) -> Revision:
    return Revision(path or f"versions/{rev_id}_x.py", f"blob-{rev_id}", rev_id, down, depends=depends, labels=labels)


def faults(graph: RevisionGraph) -> dict[str, object]:
    """Return all faults of a history."""
    names = ("missing", "missing_dependencies", "missing_parents", "duplicates", "cycles")
    return {name: getattr(graph, name) for name in names if getattr(graph, name)}


class TestEmpty:
    graph = RevisionGraph([])

    def test_has_nothing(self) -> None:
        graph = self.graph
        assert (graph.revisions, graph.ids, graph.heads, graph.effective_heads, graph.bases) == ((), (), (), (), ())
        assert (len(graph), dict(graph.by_id), graph.topological()) == (0, {}, ())
        assert (graph.merge_points, graph.branch_points) == ((), ())
        assert faults(graph) == {}

    def test_knows_no_id(self) -> None:
        assert "a" not in self.graph
        with pytest.raises(KeyError):
            self.graph["a"]
        assert (self.graph.parents("a"), self.graph.children("a"), self.graph.labels("a")) == ((), (), frozenset())
        assert (self.graph.ancestors(["a"]), self.graph.descendants(["a"])) == (frozenset(), frozenset())

    def test_has_no_fork_point(self) -> None:
        assert self.graph.fork_point([]) is None
        assert self.graph.fork_point(["a"]) is None


class TestLine:
    graph = RevisionGraph([rev("c", "b"), rev("a"), rev("b", "a")])

    def test_is_sorted_by_path(self) -> None:
        assert self.graph.revisions == (rev("a"), rev("b", "a"), rev("c", "b"))
        assert self.graph.by_id == {"a": (rev("a"),), "b": (rev("b", "a"),), "c": (rev("c", "b"),)}

    def test_ends(self) -> None:
        assert (self.graph.heads, self.graph.bases, self.graph.effective_heads) == (("c",), ("a",), ())
        assert (self.graph.merge_points, self.graph.branch_points) == ((), ())
        assert faults(self.graph) == {}

    def test_container(self) -> None:
        assert len(self.graph) == 3
        assert "b" in self.graph
        assert "d" not in self.graph
        assert None not in self.graph
        assert self.graph["b"] == rev("b", "a")

    def test_lines(self) -> None:
        assert (self.graph.parents("b"), self.graph.children("b")) == (("a",), ("c",))
        assert self.graph.ancestors(["b"]) == {"a", "b"}
        assert self.graph.descendants(["b"]) == {"b", "c"}
        assert self.graph.ancestors(["a", "c", "unknown"]) == {"a", "b", "c"}
        assert self.graph.topological() == ("a", "b", "c")

    def test_cycles_are_ruled_out_without_ordering_the_history(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "b", "c"), rev("e", "d", "gone")])
        assert graph.cycles == ()
        assert "_components" not in vars(graph)

    @pytest.mark.parametrize(
        ("heads", "point"),
        [(["c"], "c"), (["b", "c"], "b"), (["c", "a"], "a"), (["c", "unknown"], None), ([], None)],
    )
    def test_fork_point(self, heads: list[str], point: str | None) -> None:
        assert self.graph.fork_point(heads) == point

    def test_is_long_without_recursion(self) -> None:
        ids = [f"{n:05}" for n in range(5000)]
        graph = RevisionGraph(rev(rev_id, *ids[n - 1 : n]) for n, rev_id in enumerate(ids))
        assert graph.heads == ("04999",)
        assert graph.topological() == tuple(ids)
        assert graph.ancestors(["04999"]) == set(ids)
        assert graph.cycles == ()


class TestFork:
    graph = RevisionGraph([rev("a"), rev("b", "a"), rev("c", "b"), rev("d", "b"), rev("e", "a")])

    def test_ends(self) -> None:
        assert (self.graph.heads, self.graph.branch_points) == (("c", "d", "e"), ("a", "b"))
        assert self.graph.children("b") == ("c", "d")

    @pytest.mark.parametrize(("heads", "point"), [(["c", "d"], "b"), (["d", "c", "e"], "a"), (["e", "d"], "a")])
    def test_fork_point(self, heads: list[str], point: str) -> None:
        assert self.graph.fork_point(heads) == point


class TestDiamond:
    graph = RevisionGraph([rev("a"), rev("c", "a"), rev("b", "a"), rev("d", "c", "b"), rev("e", "d")])

    def test_ends(self) -> None:
        graph = self.graph
        assert (graph.heads, graph.bases, graph.merge_points, graph.branch_points) == (("e",), ("a",), ("d",), ("a",))
        assert graph.parents("d") == ("b", "c")
        assert graph.topological() == ("a", "b", "c", "d", "e")
        assert graph.fork_point(["b", "c"]) == "a"
        assert faults(graph) == {}

    def test_a_parent_named_twice_is_one_parent(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a", "a")])
        assert (graph.parents("b"), graph.merge_points, graph.heads) == (("a",), (), ("b",))


class TestCrissCross:
    """Two lines merged each other, so two ancestors are equally near."""

    graph = RevisionGraph([rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "b", "c"), rev("e", "b", "c")])

    def test_fork_point_is_one_of_the_nearest(self) -> None:
        assert self.graph.fork_point(["d", "e"]) == "c"


class TestSeveralBases:
    graph = RevisionGraph([rev("a"), rev("b", "a"), rev("x"), rev("y", "x")])

    def test_ends(self) -> None:
        assert (self.graph.heads, self.graph.bases) == (("b", "y"), ("a", "x"))
        assert faults(self.graph) == {}

    def test_unrelated_heads_have_no_fork_point(self) -> None:
        assert self.graph.fork_point(["b", "y"]) is None

    def test_a_merge_relates_them(self) -> None:
        graph = RevisionGraph([*self.graph.revisions, rev("m", "b", "y"), rev("n", "y")])
        assert (graph.heads, graph.bases) == (("m", "n"), ("a", "x"))
        assert graph.fork_point(["m", "n"]) == "y"


class TestCrossDependsOn:
    def test_a_head_that_something_depends_on_is_effective(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a"), rev("x"), rev("y", "x", depends=("b",))])
        assert (graph.heads, graph.effective_heads, graph.bases) == (("b", "y"), ("b",), ("a", "x"))
        assert (graph.parents("y"), graph.children("b")) == (("x",), ())
        assert graph.ancestors(["y"]) == {"x", "y"}
        assert graph.fork_point(["b", "y"]) is None
        assert faults(graph) == {}

    def test_a_label_may_be_named(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a", labels=("orders",)), rev("x", depends=("orders",))])
        assert (graph.effective_heads, faults(graph)) == (("b",), {})

    def test_a_label_means_the_revision_that_declares_it_not_the_tip(self) -> None:
        graph = RevisionGraph([rev("a", labels=("orders",)), rev("b", "a"), rev("x", depends=("orders",))])
        assert graph.effective_heads == ()

    def test_depending_on_an_inner_revision_makes_no_effective_head(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a"), rev("x", depends=("a",))])
        assert graph.effective_heads == ()

    def test_a_dependency_comes_first(self) -> None:
        graph = RevisionGraph([rev("a", depends=("z",)), rev("b", "a"), rev("z")])
        assert graph.topological() == ("z", "a", "b")


class TestMissing:
    graph = RevisionGraph([rev("a", "gone"), rev("b", "a", "lost", "gone"), rev("x", depends=("a", "gone"))])

    def test_pairs(self) -> None:
        assert faults(self.graph) == {
            "missing": (("a", "gone"), ("b", "gone"), ("b", "lost")),
            "missing_dependencies": (("x", "gone"),),
            "missing_parents": ("a", "b"),
        }

    def test_the_rest_still_stands(self) -> None:
        graph = self.graph
        assert (graph.heads, graph.bases, graph.merge_points) == (("b", "x"), ("x",), ("b",))
        assert (graph.parents("a"), graph.parents("b")) == ((), ("a",))
        assert graph.topological() == ("a", "b", "x")

    def test_an_empty_name_is_a_name(self) -> None:
        assert faults(RevisionGraph([rev("a", "")])) == {"missing": (("a", ""),), "missing_parents": ("a",)}

    @pytest.mark.parametrize("name", ["orders", "a1b2", "orders@a1b2c3", "head", "base", "A1B2C3"])
    def test_a_parent_is_a_whole_id(self, name: str) -> None:
        graph = RevisionGraph([rev("a1b2c3", labels=("orders",)), rev("b", name)])
        assert (graph.missing, graph.heads) == ((("b", name),), ("a1b2c3", "b"))

    @pytest.mark.parametrize("name", ["a1b2", "orders@a1b2c3", "orders@head", "head", "heads", "base", ""])
    def test_a_dependency_is_a_whole_id_or_a_label(self, name: str) -> None:
        graph = RevisionGraph([rev("a1b2c3", labels=("orders",)), rev("b", "a1b2c3", depends=(name,))])
        assert faults(graph) == {"missing_dependencies": (("b", name),)}


class TestDuplicates:
    first, second = rev("b", "a", path="versions/1_b.py"), rev("b", "c", "gone", path="versions/2_b.py")
    graph = RevisionGraph([second, rev("a"), rev("c", "a"), first])

    def test_the_last_by_path_counts(self) -> None:
        assert faults(self.graph) == {"missing": (("b", "gone"),), "missing_parents": ("b",), "duplicates": ("b",)}
        assert (self.graph.parents("b"), self.graph.heads) == (("c",), ("b",))

    def test_files(self) -> None:
        assert self.graph.by_id["b"] == (self.first, self.second)
        assert self.graph["b"] == self.second
        assert (len(self.graph), len(self.graph.revisions)) == (3, 4)

    def test_a_base_in_one_file_is_a_base(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a"), rev("b", path="versions/other.py")])
        assert graph.bases == ("a", "b")


class TestLoop:
    def test_own_parent(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "b"), rev("c", "b")])
        assert faults(graph) == {"cycles": (("b",),)}
        assert (graph.heads, graph.bases) == (("a", "c"), ("a",))
        assert graph.ancestors(["c"]) == {"b", "c"}

    def test_own_dependency(self) -> None:
        assert faults(RevisionGraph([rev("a", depends=("a",))])) == {"cycles": (("a",),)}

    def test_own_dependency_by_label(self) -> None:
        assert faults(RevisionGraph([rev("a", depends=("it",), labels=("it",))])) == {"cycles": (("a",),)}


class TestCycle:
    def test_starts_with_the_smallest_and_goes_on_to_the_parent(self) -> None:
        graph = RevisionGraph([rev("c", "b"), rev("b", "d"), rev("d", "c")])
        assert faults(graph) == {"cycles": (("b", "d", "c"),)}
        assert (graph.heads, graph.bases) == ((), ())
        assert graph.topological() == ("b", "c", "d")

    def test_with_a_way_in_and_a_way_out(self) -> None:
        """Alembic accepts this loop, because each revision has a base below and a head above."""
        graph = RevisionGraph([rev("z"), rev("b", "z", "c"), rev("c", "b"), rev("a", "c")])
        assert faults(graph) == {"cycles": (("b", "c"),)}
        assert graph.topological() == ("z", "b", "c", "a")
        assert graph.fork_point(["a", "z"]) == "z"

    def test_several(self) -> None:
        graph = RevisionGraph([rev("d", "c"), rev("c", "d"), rev("b", "a"), rev("a", "b"), rev("e", "e", "a")])
        assert graph.cycles == (("a", "b"), ("c", "d"), ("e",))

    def test_a_cycle_continues_with_the_smaller_parent(self) -> None:
        graph = RevisionGraph([rev("a", "d", "b"), rev("b", "c"), rev("c", "a"), rev("d", "a")])
        assert graph.cycles == (("a", "b", "c", "d"),)

    def test_through_a_dependency(self) -> None:
        graph = RevisionGraph([rev("a"), rev("b", "a", depends=("y",)), rev("x"), rev("y", "x", depends=("b",))])
        assert faults(graph) == {"cycles": (("b", "y"),)}

    def test_a_diamond_is_no_cycle(self) -> None:
        assert faults(RevisionGraph([rev("a"), rev("b", "a"), rev("c", "a", "b"), rev("d", "a", "b", "c")])) == {}

    def test_fork_point_inside(self) -> None:
        assert RevisionGraph([rev("a", "b"), rev("b", "a"), rev("c", "a"), rev("d", "b")]).fork_point(["c", "d"]) == "b"


class TestLabels:
    @staticmethod
    def held(*revisions: Revision) -> dict[str, set[str]]:
        graph = RevisionGraph(revisions)
        return {rev_id: set(graph.labels(rev_id)) for rev_id in graph.ids if graph.labels(rev_id)}

    def test_a_line_has_the_label_everywhere(self) -> None:
        assert self.held(rev("a"), rev("b", "a", labels=("x",)), rev("c", "b")) == {"a": {"x"}, "b": {"x"}, "c": {"x"}}

    def test_above_it_ends_at_the_fork(self) -> None:
        revisions = (rev("a"), rev("b", "a"), rev("c", "b", labels=("x",)), rev("d", "a", labels=("y", "z")))
        assert self.held(*revisions) == {"b": {"x"}, "c": {"x"}, "d": {"y", "z"}}

    def test_above_it_ends_at_the_merge(self) -> None:
        revisions = (rev("a"), rev("b"), rev("m", "a", "b"), rev("n", "m"), rev("o", "n", labels=("x",)))
        assert self.held(*revisions) == {"n": {"x"}, "o": {"x"}}

    def test_a_fork_below_keeps_it_from_going_above(self) -> None:
        revisions = (rev("a"), rev("b", "a", labels=("x",)), rev("c", "b"), rev("d", "b"))
        assert self.held(*revisions) == {"b": {"x"}, "c": {"x"}, "d": {"x"}}

    def test_a_dependent_counts_as_a_fork_above(self) -> None:
        revisions = (rev("a"), rev("b", "a"), rev("c", "b", labels=("x",)), rev("o", depends=("b",)))
        assert self.held(*revisions) == {"c": {"x"}}

    def test_merged_lines_have_both(self) -> None:
        revisions = (rev("a", labels=("x",)), rev("b", labels=("y",)), rev("m", "a", "b"))
        assert self.held(*revisions) == {"a": {"x"}, "b": {"y"}, "m": {"x", "y"}}

    def test_a_dependency_passes_nothing_on(self) -> None:
        assert self.held(rev("a", labels=("x",)), rev("b", depends=("x",))) == {"a": {"x"}}

    def test_a_cycle_ends_somewhere(self) -> None:
        assert self.held(rev("a", "b", labels=("x",)), rev("b", "a")) == {"a": {"x"}, "b": {"x"}}

    def test_the_first_file_has_a_label_that_two_declare(self) -> None:
        graph = RevisionGraph([rev("a", labels=("x",)), rev("b", labels=("x",)), rev("c", depends=("x",))])
        assert graph.effective_heads == ("a",)
