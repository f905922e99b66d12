"""Changes between literal trees: pairs of environments, what is gone, what moved, and what is published."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git.trees import Tree
from git_alembic.history.environment_matching_between_trees import (
    ComparedTrees,
    TreeSnapshots,
    add_published,
    compare_trees,
    find_moved_ids,
    list_unmatched,
    match,
)
from git_alembic.history.snapshot_and_change import Change, Snapshot
from tests.support.literal_changes import ENVIRONMENT, History, change, graph, snapshot

A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
BLOG, SHOP = (
    Environment(name, name, (f"{name}/versions",), heads_file_path=f"{name}/heads") for name in ("blog", "shop")
)
FOUND_BY_CONTENT = Environment("other", "other", ("other",))


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


def history_in(history: History, environment: Environment = ENVIRONMENT) -> Snapshot:
    return Snapshot("staged", environment, graph(history))


class TestMovedIds:
    @pytest.mark.parametrize(
        ("after", "before", "expected"),
        [
            ((A, {"b": ""}), ((AB, {}),), ({"b"}, set())),
            ((A, {"b": ""}), ((AB, {"b": ""}),), (set(), set())),
            ((AB, {}), ((AB, {}),), (set(), set())),
            ((A, {}), ((AB, {"b": ""}),), (set(), set())),
            ((AB, {"b": ""}), ((AB, {}),), (set(), set())),
            ((AB, {"b": ""}), ((A, {}),), (set(), set())),
            ((A, {}), ((AB, {}),), (set(), set())),
            ((A, {"b": ""}), ((A, {}), (AB, {})), ({"b"}, set())),
            ((A, {"b": ""}), ((AB, {}), (A, {"b": ""})), (set(), set())),
            (({"c": ""}, {"b": "", "a": ""}), ((AB, {"c": ""}),), ({"a", "b"}, {"c"})),
            ((A, {}, {"b": ""}), ((AB, {}, {}),), ({"b"}, set(), set())),
        ],
    )
    def test_ids_that_another_environment_got(
        self, after: Sequence[History], before: Sequence[Sequence[History]], expected: Sequence[set[str]]
    ) -> None:
        held = [history_in(history) for history in after]
        sides = [[history_in(history) for history in parent] for parent in before]
        assert [find_moved_ids(held, sides, at) for at in range(len(held))] == list(expected)

    @pytest.mark.parametrize(
        ("environments", "expected"),
        [
            ((ENVIRONMENT, FOUND_BY_CONTENT), set()),
            ((FOUND_BY_CONTENT, ENVIRONMENT), {"b"}),
            ((FOUND_BY_CONTENT, FOUND_BY_CONTENT), {"b"}),
        ],
    )
    def test_an_environment_without_configuration_takes_none_from_a_configured_one(
        self, environments: Sequence[Environment], expected: set[str]
    ) -> None:
        after = [history_in(A, environments[0]), history_in({"b": ""}, environments[1])]
        before = [history_in(AB, environments[0]), history_in({}, environments[1])]
        assert find_moved_ids(after, [before], 0) == expected


def tree(name: str, files: dict[str, tuple[str, str]] | None = None, **histories: History) -> TreeSnapshots:
    """Return a tree with the environments `blog` and `shop`, or one of them."""
    environments = {"blog": BLOG, "shop": SHOP}
    snapshots = [Snapshot(name, environments[key], graph(history)) for key, history in histories.items()]
    return TreeSnapshots(Tree(name, files or {}), snapshots)


def sides(made: Change) -> tuple[str, dict[str, tuple[str, ...]], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the environment, its history as id -> parents, and (name, ids) of each baseline."""
    history = {revision.id: revision.down for revision in made.after.graph.revisions}
    return made.environment.name, history, tuple((side.name, side.graph.ids) for side in made.baselines)


class TestComparedTrees:
    def test_each_environment_is_compared_with_its_own_baseline(self) -> None:
        trees = ComparedTrees(tree("staged", blog=AB, shop=A), [tree("HEAD", shop=A, blog=A)])
        assert [sides(made) for made in compare_trees(trees, 1)] == [
            ("blog", {"a": (), "b": ("a",)}, (("HEAD", ("a",)),)),
            ("shop", {"a": ()}, (("HEAD", ("a",)),)),
        ]

    def test_without_a_baseline(self) -> None:
        (made,) = compare_trees(ComparedTrees(tree("main", blog=AB)), "one-per-label")
        assert sides(made) == ("blog", {"a": (), "b": ("a",)}, ())
        assert (made.heads_allowed, made.published.name, made.published.graph.ids) == ("one-per-label", "", ())

    def test_a_new_environment_has_an_empty_baseline(self) -> None:
        (made,) = compare_trees(ComparedTrees(tree("staged", blog=AB), [tree("HEAD")]), 1)
        assert sides(made) == ("blog", {"a": (), "b": ("a",)}, (("HEAD", ()),))

    def test_an_environment_that_is_gone_comes_last_and_is_empty(self) -> None:
        trees = ComparedTrees(tree("staged", shop=A), [tree("HEAD", blog=AB, shop=A)])
        assert [sides(made) for made in compare_trees(trees, 1)] == [
            ("shop", {"a": ()}, (("HEAD", ("a",)),)),
            ("blog", {}, (("HEAD", ("a", "b")),)),
        ]

    def test_an_environment_that_only_another_parent_has_is_not_gone(self) -> None:
        trees = ComparedTrees(
            tree("staged", shop=A), [tree("HEAD", shop=A), tree("main", blog={"z": ""})], [tree("base")]
        )
        assert [made.environment.name for made in compare_trees(trees, 1)] == ["shop"]

    @pytest.mark.parametrize(
        ("files", "expected"),
        [({"blog/heads": ("100644", "b1")}, "b1"), ({"blog/heads": ("120000", "b1")}, ""), ({}, "")],
    )
    def test_the_file_with_the_heads_of_a_gone_environment_may_remain(
        self, files: dict[str, tuple[str, str]], expected: str
    ) -> None:
        (made,) = compare_trees(ComparedTrees(tree("staged", files), [tree("HEAD", blog=AB)]), 1)
        assert (made.after.name, made.after.heads_file_blob) == ("staged", expected)

    def test_a_merge_has_the_merge_base_of_each_published_parent_and_the_other_parents(self) -> None:
        trees = ComparedTrees(
            tree("staged", blog=FORK, shop=A),
            [tree("HEAD", blog=AB, shop=A), tree("main", shop=A, blog=FORK)],
            [tree("base", shop={}, blog=A)],
            [tree("topic", blog={"t": ""}), tree("other", shop=AB)],
        )
        blog, shop = compare_trees(trees, 1)
        assert [(side.name, side.graph.ids) for side in blog.merge_bases] == [("base", ("a",))]
        assert [(side.name, side.graph.ids) for side in blog.unpublished_parents] == [("topic", ("t",)), ("other", ())]
        assert [(side.name, side.graph.ids) for side in shop.merge_bases] == [("base", ())]
        assert [(side.name, side.graph.ids) for side in shop.unpublished_parents] == [
            ("topic", ()),
            ("other", ("a", "b")),
        ]

    def test_ids_that_moved_are_known(self) -> None:
        trees = ComparedTrees(tree("staged", blog=A, shop={"b": ""}), [tree("HEAD", blog=AB, shop={"x": ""})])
        assert [made.moved_ids for made in compare_trees(trees, 1)] == [{"b"}, set()]

    def test_version_locations_outside_the_tree_are_refused_unless_declared(self) -> None:
        outside = BLOG._replace(config="alembic.ini", elsewhere=("../lib", "other"))
        checked = TreeSnapshots(Tree("staged", {}), [Snapshot("staged", outside, graph(A))])
        with pytest.raises(CannotCheck, match=r"^alembic.ini: version_locations names ../lib, which is not in"):
            compare_trees(ComparedTrees(checked), 1)
        declared = checked.snapshots[0]._replace(environment=outside._replace(external_parents=True))
        (made,) = compare_trees(ComparedTrees(checked._replace(snapshots=[declared])), 1)
        assert made.after is declared

    def test_they_are_also_refused_for_an_environment_that_is_gone(self) -> None:
        outside = BLOG._replace(config="alembic.ini", elsewhere=("other",))
        baseline = TreeSnapshots(Tree("HEAD", {}), [Snapshot("HEAD", outside, graph(A))])
        with pytest.raises(CannotCheck, match="names other"):
            compare_trees(ComparedTrees(tree("staged"), [baseline]), 1)


class TestPublished:
    def test_one_ref_is_what_is_published(self) -> None:
        main = snapshot(AB, "origin/main")
        (made,) = add_published([change(A, AB)], [[main]])
        assert made.published is main
        assert made.published_snapshots == (main,)

    def test_several_refs_are_joined_per_environment(self) -> None:
        main, release = [snapshot(A, "main"), snapshot(A, "main")], [snapshot(FORK, "v1"), snapshot({"z": ""}, "v1")]
        first, second = add_published([change(A, AB), change(A, FORK)], [main, release, main])
        assert (first.published.name, sorted(set(first.published.graph.ids))) == ("main, v1", ["a", "b", "c"])
        assert (second.published.name, sorted(set(second.published.graph.ids))) == ("main, v1", ["a", "z"])
        assert second.published_snapshots == (main[1], release[1], main[1])
