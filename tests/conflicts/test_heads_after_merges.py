"""The heads of a target after merges, and which of them are too many."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory
from git_alembic.conflicts.heads_after_merges import MergedHistory
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import heads_by_label
from tests.support.literal_branches import change, revisions, target

LINE, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
LABELS = {"a": "", "b": "", "c": "a", "d": "b"}
LEFT_RIGHT = {"a": "left", "b": "right"}


def merged(start: TargetHistory, changes: Sequence[EnvironmentChange]) -> MergedHistory:
    history = MergedHistory(start)
    for each in changes:
        history = history.merge(each)
    return history


@pytest.mark.parametrize(
    ("start", "changes", "heads", "crowded"),
    [
        pytest.param(target(LINE), [], "b", "", id="no branch"),
        pytest.param(target(LINE), [change({"c": "b"})], "c", "", id="on the head"),
        pytest.param(target(LINE), [change({"c": "a"})], "b c", "b c", id="below the head"),
        pytest.param(target(LINE), [change({"c": "b"}), change({"d": "b"})], "c d", "c d", id="two branches"),
        pytest.param(
            target(LINE), [change({"c": "b"}), change({"d": "b"}), change({"c": "b", "d": "b", "m": "c d"})], "m", "",
            id="a merge revision",
        ),
        pytest.param(target(LINE), [change({}, "b")], "a", "", id="the head is deleted"),
        pytest.param(target(LINE), [change({}, "a", "b")], "", "", id="everything is deleted"),
        pytest.param(target({**LINE, "c": "b"}), [change({}, "b")], "a c", "a c", id="one in between is deleted"),
        pytest.param(target({**LINE, "c": "b"}), [change({"c": "a"}, "c")], "b c", "b c", id="re-parented"),
        pytest.param(target(FORK), [change({"c": "b"}, "c")], "c", "", id="a repair"),
        pytest.param(target(FORK), [change({"d": "c"})], "b d", "", id="the target forks already"),
        pytest.param(target(FORK), [change({"d": "a"})], "b c d", "b c d", id="one more than the target has"),
        pytest.param(target(LINE, 2), [change({"c": "a"})], "b c", "", id="two are allowed"),
        pytest.param(target(LINE, 2), [change({"c": "a", "d": "a"})], "b c d", "b c d", id="three are not"),
        pytest.param(
            target(LABELS, "one-per-label", LEFT_RIGHT), [change({"e": "c", "f": "d"})], "e f", "", id="one per label"
        ),
        pytest.param(
            target(LABELS, "one-per-label", LEFT_RIGHT), [change({"e": "c", "f": "c"})], "d e f", "e f",
            id="two of one label",
        ),
        pytest.param(
            target(LABELS, "one-per-label", LEFT_RIGHT), [change({"e": ""}, labels={"e": "new"})], "c d e", "",
            id="a new label",
        ),
        pytest.param(
            target({**LABELS, "e": "a"}, "one-per-label", LEFT_RIGHT), [change({"f": "e"})], "c d f", "",
            id="the label had two already",
        ),
        pytest.param(target({}, "one-per-label"), [change({"a": "b", "b": "a"})], "", "", id="a loop"),
        pytest.param(
            target({}, "one-per-label"), [change({"a": "b", "b": "a", "c": "a", "d": "a"})], "c d", "c d",
            id="after a loop",
        ),
    ],
)  # fmt: skip
def test_heads(start: TargetHistory, changes: list[EnvironmentChange], heads: str, crowded: str) -> None:
    history = merged(start, changes)
    assert (history.heads, history.crowded_heads) == (tuple(heads.split()), tuple(crowded.split()))


def test_re_parented_revisions_replace_those_of_the_branch() -> None:
    late = change({"c": "a"})
    assert MergedHistory(target(LINE)).merge(late, revisions({"c": "b"})).heads == ("c",)
    assert MergedHistory(target(LINE)).merge(late, ()).heads == ("b",)


def test_what_the_history_has() -> None:
    history = MergedHistory(target(LINE)).merge(change({"c": "b"}, "b"))
    assert [history.has(id_) for id_ in "abcx"] == [True, False, True, False]
    assert MergedHistory(target(LINE)).merge(change({"b": "a"}, "b")).has("b")


def test_a_head_has_the_first_of_its_labels() -> None:
    start = target(LABELS, "one-per-label", {"a": "left", "b": "right other"})
    added = change({"e": "c d", "f": "e", "g": "b", "h": ""}, labels={"f": "own", "h": "new"})
    history = MergedHistory(start).merge(added)
    assert [history.label(id_) for id_ in "efghc"] == ["left", "left", "other", "new", "left"]


IDS = "abcdef"
HISTORIES = st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(IDS), max_size=2).map(" ".join), max_size=5)
CHANGES = st.lists(st.tuples(HISTORIES, st.sets(st.sampled_from(IDS), max_size=2)), max_size=3)


@settings(deadline=None)
@given(HISTORIES, CHANGES, st.sampled_from([1, 2, "one-per-label"]))
def test_heads_are_those_of_the_whole_graph(
    before: dict[str, str], changes: list[tuple[dict[str, str], set[str]]], allowed: int | str
) -> None:
    """A deleted revision of a branch itself stays, because the branch brings it again."""
    start = target(before, allowed)
    history = merged(start, [change(added, *dropped) for added, dropped in changes])
    gone = {id_ for _, dropped in changes for id_ in dropped}
    whole = {id_: down for id_, down in before.items() if id_ not in gone}
    for added, _ in changes:
        whole.update(added)
    graph = RevisionGraph(revisions(whole))
    assert history.heads == graph.heads
    if isinstance(allowed, int):
        limit = max(allowed, len(start.graph.heads))
        assert history.crowded_heads == (graph.heads if len(graph.heads) > limit else ())
    elif not graph.cycles:
        assert {history.label(head) for head in history.heads} == set(heads_by_label(graph))
