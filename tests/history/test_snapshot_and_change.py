"""The properties of a change, over literal histories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.history.snapshot_and_change import Change, empty_snapshot
from tests.support.literal_changes import History, change, merge, revision, snapshot

A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
MOVED_B = {"a": "", "b": revision("b", "a", path="versions/new.py")}
OTHER_B = {"a": "", "b": revision("b", "a", path="versions/other.py")}
SHOP: History = {"a": "", "s": revision("s", labels=("shop",)), "t": "s", "u": "s"}
TWICE: History = {"a": "", "a2": revision("a", path="versions/second.py")}
LOOP, MISSING = {"a": "b", "b": "a"}, {"a": "x"}
FOUND_BY_CONTENT = Environment("other", "other", ("other",))


def test_a_change_is_frozen_short_and_equal_only_to_itself() -> None:
    """Its graphs may have ten thousand revisions, so nothing compares or prints them."""
    made = change(A, AB)
    for field in ("environment", "after"):
        with pytest.raises(AttributeError):
            setattr(made, field, None)
    assert made != replace(made)
    assert repr(made) == object.__repr__(made)


class TestExpected:
    def test_the_first_parent_without_another(self) -> None:
        made = change(AB, FORK)
        assert made.expected is made.first_parent is made.baseline_graphs[0]
        assert change(None, AB).expected.ids == change(None, AB).first_parent.ids == ()

    def test_a_published_parent_adds_its_changes(self) -> None:
        made = merge(A, AB, {"a": "", "c": "a"}, FORK, other_is_published=True)
        assert made.expected.ids == ("a", "b", "c")
        assert made.first_parent.ids == ("a", "b")

    def test_an_unpublished_parent_adds_nothing(self) -> None:
        assert merge(A, AB, {"a": "", "c": "a"}, FORK, other_is_published=False).expected.ids == ("a", "b")


class TestDeletedIds:
    @pytest.mark.parametrize(
        ("made", "expected"),
        [
            (change(FORK, A), ("b", "c")),
            (change(FORK, FORK), ()),
            (change(A, AB, published=AB), ()),
            (change(FORK, A, published=AB), ("b",)),
            (change(None, A, published=AB), ()),
            (merge(A, A, AB, A, other_is_published=True), ("b",)),
            (merge(AB, AB, A, A, other_is_published=True), ()),
        ],
    )
    def test_published_ids_that_are_gone(self, made: Change, expected: tuple[str, ...]) -> None:
        assert made.deleted_ids == expected


class TestRepairsGraph:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (FORK, {**FORK, "m": "b c"}, True),
            (FORK, FORK, False),
            (AB, FORK, False),
            (MISSING, A, True),
            (MISSING, MISSING, False),
            (A, MISSING, False),
            (TWICE, A, True),
            (TWICE, TWICE, False),
            (A, TWICE, False),
            ({**LOOP, "c": ""}, {**A, "b": "a", "c": "b"}, True),
            ({**LOOP, "c": ""}, {**LOOP, "c": ""}, False),
            ({**AB, "c": "", "d": "c"}, {**LOOP, "c": "", "d": ""}, False),
            (None, A, False),
        ],
    )
    def test_fewer_faults_than_before(self, before: History | None, after: History, expected: bool) -> None:
        assert change(before, after).repairs_graph is expected

    def test_one_parent_of_a_merge_that_was_worse_is_enough(self) -> None:
        assert merge(A, AB, FORK, {**FORK, "m": "b c"}, other_is_published=True).repairs_graph


class TestChangedRevisions:
    @pytest.mark.parametrize(
        ("made", "expected"),
        [
            (change(AB, MOVED_B), {"versions/new.py": ["versions/b.py", "versions/b.py"]}),
            (change(AB, AB), {}),
            (change(AB, FORK), {}),
            (change(None, MOVED_B, published=AB), {}),
            (change(AB, MOVED_B, published=A), {}),
            (change(A, MOVED_B, published=AB), {}),
            (change(AB, MOVED_B, published=MOVED_B), {}),
            (change(AB, MOVED_B, published=OTHER_B), {"versions/new.py": ["versions/b.py", "versions/other.py"]}),
            (change(AB, {**MOVED_B, "b2": revision("b", "a", path="versions/twice.py")}), {}),
        ],
    )
    def test_each_with_its_earlier_version(self, made: Change, expected: dict[str, list[str]]) -> None:
        assert {now.path: [old.path for old in olds] for now, olds in made.changed_revisions} == expected


class TestNew:
    @pytest.mark.parametrize(
        ("made", "expected"),
        [
            (change(A, FORK), ("b", "c")),
            (change(AB, AB), ()),
            (change(AB, MOVED_B), ()),
            (change(AB, {"a": "", "b": revision("b", "a", blob="edited")}), ("b",)),
            (change(None, AB), ("a", "b")),
            (merge(A, AB, {"a": "", "c": "a"}, FORK, other_is_published=True), ()),
            (merge(A, AB, {"a": "", "c": "a"}, FORK, other_is_published=False), ("c",)),
        ],
    )
    def test_files_that_no_baseline_has(self, made: Change, expected: tuple[str, ...]) -> None:
        assert tuple(file.id for file in made.new) == expected

    def test_a_revision_that_two_trees_share_is_not_new(self) -> None:
        shared = snapshot(AB, "HEAD")
        assert change(AB, shared, baselines=(shared,)).new == ()


def test_an_empty_snapshot_has_the_environment_only() -> None:
    empty = empty_snapshot(snapshot(AB)._replace(environment=FOUND_BY_CONTENT), "HEAD")
    assert (empty.name, empty.environment, empty.graph.ids) == ("HEAD", FOUND_BY_CONTENT, ())
    assert empty_snapshot(snapshot(AB)).name == ""


@pytest.mark.parametrize(("allowed", "expected"), [(1, True), (2, False), ("one-per-label", False)])
def test_whether_only_one_head_is_allowed(allowed: int | str, expected: bool) -> None:
    assert change(A, AB, heads_allowed=allowed).allows_one_head is expected
