"""Repairs that several rules print: which of them apply, and which comes first."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.findings import shared_repairs
from git_alembic.findings.finding import Command, Repair
from git_alembic.findings.shared_repairs import RUN_FIX
from git_alembic.history.change import Change
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import ENVIRONMENT, History, change, graph, revision, snapshot

A, OURS, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}


def merge_of(*heads: str) -> Repair:
    command = ("alembic", "merge", "-m", "merge heads", *heads)
    return Repair("add a merge revision", (Command(command), Command(("git", "add", "versions"))))


MERGE = merge_of("b", "c")
MOVE_C = Repair("put 'c' on top of 'b'", (RUN_FIX,))
SHOP = {"a": "", "b": "a", "c": revision("c", labels=("shop",))}
OWN_LINE = Repair("""keep 'c' as a separate branch: set `heads = "one-per-label"` in [tool.git-alembic]""")


def repairs(made: Change) -> tuple[Repair, ...]:
    after = made.after.graph
    return shared_repairs.fork_repairs(made, after, after.heads)


def forked(after: History = FORK, **evidence: Any) -> Change:
    return change(OURS, after, **evidence)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(forked(), (MOVE_C, MERGE), id="an unpublished side"),
        pytest.param(forked(published=FORK), (MERGE,), id="both are published"),
        pytest.param(forked(once_published=frozenset({"c"})), (MERGE,), id="published once"),
        pytest.param(forked(held_elsewhere={"c": ("origin/release",)}), (MERGE, MOVE_C), id="on another branch"),
        pytest.param(forked(held_elsewhere={"b": ("origin/release",)}), (MOVE_C, MERGE), id="the other side is"),
        pytest.param(
            forked({**FORK, "d": "c"}, held_elsewhere={"d": ("origin/release",)}),
            (merge_of("b", "d"), MOVE_C),
            id="its child is on another branch",
        ),
        pytest.param(forked(SHOP), (OWN_LINE, MERGE), id="a labeled base"),
        pytest.param(
            forked({**SHOP, "d": revision("d", labels=("blog",))}),
            (OWN_LINE, merge_of("b", "c", "d")),
            id="two labeled bases",
        ),
        pytest.param(forked(SHOP, heads_allowed="one-per-label"), (MERGE,), id="a labeled base, with labels allowed"),
        pytest.param(forked({**OURS, "c": ""}), (MOVE_C, MERGE), id="a base without a label"),
        pytest.param(forked({**OURS, "c": "x"}), (), id="a missing parent"),
        pytest.param(forked({**FORK, "2": revision("c", "b", path="versions/c2.py")}), (), id="a duplicate"),
        pytest.param(forked({**FORK, "d": "e", "e": "d"}), (), id="a loop"),
        pytest.param(
            change(OURS, snapshot(FORK, unreadable=(Unreadable("x.py", "x", "no"),))), (), id="an unreadable file"
        ),
    ],
)
def test_fork_repairs(made: Change, expected: tuple[Repair, ...]) -> None:
    assert repairs(made) == expected


MOVABLE: dict[str, tuple[History, str, int | str, tuple[str, str] | None]] = {
    "the side that is not published": (FORK, "a b", 1, ("c", "b")),
    "the side that is not published, though its id is lower": (FORK, "a c", 1, ("b", "c")),
    "its lowest revision": ({**FORK, "d": "c", "e": "d"}, "a b", 1, ("c", "b")),
    "of two, the one that is not committed": (FORK, "a", 1, ("c", "b")),
    "of two that are not committed, the later by id": ({**FORK, "d": "a"}, "a b", 1, ("c", "b")),
    "none": (FORK, "a b c", 1, None),
    "a side that is published in part": ({**FORK, "d": "c"}, "a b c", 1, None),
    "a side of two lines": ({**FORK, "d": "a", "m": "c d"}, "a b", 1, None),
    "a base": ({"a": "", "b": ""}, "a", 1, ("b", "a")),
    "a base where two lines are allowed": ({"a": "", "b": ""}, "a", 2, None),
    "a base with a label": ({"a": "", "b": revision("b", labels=("shop",))}, "a", 1, None),
    "a labeled revision on another": ({**OURS, "c": revision("c", "a", labels=("shop",))}, "a b", 1, ("c", "b")),
    "a fork where two lines are allowed": (FORK, "a b", 2, ("c", "b")),
    "one head": (OURS, "", 1, None),
    "a side that hangs on a loop": ({**OURS, "d": "e", "e": "f", "f": "e"}, "a b", 1, None),
}


@pytest.mark.parametrize(("history", "published", "allowed", "expected"), MOVABLE.values(), ids=MOVABLE)
def test_movable(history: History, published: str, allowed: int | str, expected: tuple[str, str] | None) -> None:
    made = graph(history)
    known = {id_: parents for id_, parents in history.items() if id_ in published.split()}
    at = change(None, history, published=known, heads_allowed=allowed)
    assert shared_repairs.find_fork_move(at, made, made.heads, graph({"a": "", "b": "a"})) == expected


LABELED: dict[str, tuple[History, str, bool]] = {
    "a base with a label": (SHOP, "c", True),
    "a line above it": ({**SHOP, "d": "c"}, "d", True),
    "a base without": (SHOP, "b", False),
    "a label in the middle of a line": ({**OURS, "c": "", "d": revision("d", "c", labels=("shop",))}, "d", False),
    "a line that another head shares": ({**SHOP, "d": "c", "e": "c"}, "d", False),
    "the other head of that line": ({**SHOP, "d": "c", "e": "c"}, "e", False),
}


@pytest.mark.parametrize(("history", "head", "expected"), LABELED.values(), ids=LABELED)
def test_labeled_lines(history: History, head: str, expected: bool) -> None:
    made = graph(history)
    assert (head in shared_repairs.labeled_lines(made, made.heads)) is expected


def test_a_fork_with_more_heads_than_fix_moves_is_joined() -> None:
    heads = {f"h{number}": "a" for number in range(101)}
    assert repairs(change(A, {**A, **heads}, published=A)) == (Repair("add a merge revision", (shared_repairs.JOIN,)),)
    del heads["h0"]
    first, _ = repairs(change(A, {**A, **heads}, published=A))
    assert first.commands == (RUN_FIX,)


def test_an_environment_without_configuration_merges_with_fix() -> None:
    bare = ENVIRONMENT._replace(config=None)
    merge = Command(("git", "alembic", "fix", "--strategy", "merge"))
    assert shared_repairs.merge_repair(bare, ("b", "c")) == Repair("add a merge revision", (merge,))


def test_after_the_merge_command_the_file_with_the_heads_is_written() -> None:
    with_file = ENVIRONMENT._replace(heads_file_path="migrations/heads.txt")
    *_, last = shared_repairs.merge_repair(with_file, ("b", "c")).commands
    assert last == Command(("git", "alembic", "fix", "--yes"))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [("x", "y", True), ("x", "x", False), ("x", "", False), ("", "y", False)]
)
def test_merges_that_stop_at_the_heads_file(ours: str, theirs: str, expected: bool) -> None:
    made = change(None, snapshot({"a": ""})._replace(heads_file_blob=ours))
    assert shared_repairs.stops_at_heads_file(made, snapshot({"a": ""})._replace(heads_file_blob=theirs)) is expected


def test_the_merge_command_runs_in_the_projects_folder() -> None:
    flask = ENVIRONMENT._replace(wrapper="flask", cwd="web", script_location="web/migrations", versions=("v", "w"))
    assert shared_repairs.merge_repair(flask, ("b", "c")).commands == (
        Command(("flask", "db", "merge", "-m", "merge heads", "b", "c"), "web"),
        Command(("git", "add", "v", "w")),
    )


def test_holders_name_refs_before_the_checked_commit() -> None:
    made = change(
        OURS,
        {**FORK, "d": "a"},
        published_snapshots=(snapshot(OURS, "refs/remotes/origin/main"), snapshot(OURS, "refs/tags/v1")),
        unpublished_parents=(snapshot({**A, "c": "a"}, "refs/heads/topic"),),
    )
    after = made.after.graph
    target = snapshot({"d": ""}, "0123abc")
    assert shared_repairs.holders(made, after, ("b", "c", "d", "x")) == {
        "b": "origin/main, v1, HEAD",
        "c": "topic",
        "d": "staged",
    }
    assert shared_repairs.holders(made, after, ("d",), target) == {"d": "staged"}
    assert shared_repairs.holders(made, after, ("d",), target._replace(name="main")) == {"d": "main"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("main", True), ("", False), ("0123abc", False), ("0" * 64, False), ("abc", True), ("facade1x", True)],
)
def test_a_commit_id_is_not_a_name(name: str, expected: bool) -> None:
    assert shared_repairs.is_name(name) is expected


def checkout(source: str, *ids: str) -> Command:
    return Command(("git", "checkout", source, "--", *(f"versions/{id_}.py" for id_ in ids)))


def test_bring_back_takes_the_side_that_has_every_file() -> None:
    made = change(OURS, A, published_snapshots=(snapshot(FORK, "origin/main"),))
    before, main = snapshot(OURS).graph, snapshot(FORK).graph
    assert shared_repairs.bring_back(made, (before["b"],)) == (checkout("HEAD", "b"),)
    assert shared_repairs.bring_back(made, (main["b"], main["c"])) == (checkout("origin/main", "b", "c"),)
    assert shared_repairs.bring_back(made, (revision("x"),)) == (checkout("HEAD", "x"),)


def test_bring_back_takes_the_side_whose_file_is_the_expected_one() -> None:
    made = change(OURS, A, published_snapshots=(snapshot({**A, "b": "", "c": "a"}, "origin/main"),))
    assert shared_repairs.bring_back(made, (revision("b"),)) == (checkout("origin/main", "b"),)
    assert shared_repairs.bring_back(made, (revision("b", "a"), revision("c", "a"))) == (
        checkout("HEAD", "b"),
        checkout("origin/main", "c"),
    )


def test_published_ids_include_former_ones() -> None:
    assert set(shared_repairs.published_ids(forked(once_published=frozenset({"z"})))) == {"a", "b", "z"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refs/heads/main", "main"),
        ("refs/remotes/origin/main", "origin/main"),
        ("refs/tags/v1", "v1"),
        ("0123456789abcdef" * 2 + "01234567", "0123456789"),
        ("staged", "staged"),
    ],
)
def test_a_ref_is_named_as_git_shows_it(name: str, expected: str) -> None:
    assert shared_repairs.short_ref(name) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "stops"),
    [
        ("blob", "other", True),
        ("other", "blob", True),
        ("blob", "blob", False),
        ("", "blob", False),
        ("blob", "", False),
    ],
)
def test_a_merge_stops_if_the_heads_files_differ(ours: str, theirs: str, stops: bool) -> None:
    made = change({}, snapshot({"a": ""}, heads_file_blob=ours))
    assert shared_repairs.stops_at_heads_file(made, snapshot({"a": ""}, heads_file_blob=theirs)) is stops
