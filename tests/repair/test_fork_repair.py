"""Forks are repaired by moving unpublished revisions, else by merging the heads."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from git_alembic.history.snapshot_and_change import Change
from git_alembic.repair.fork_repair import unfork
from git_alembic.repair.plan_builder import Choices, PlanBuilder
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import change, revision, snapshot
from tests.support.revision_files import file_of

NONE, MERGE, REBASE = Choices(), Choices("merge"), Choices("rebase")
EVEN_PUBLISHED = Choices("rebase", published_too=True)
A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
SHOP = {**AB, "s": revision("s", labels=("shop",))}
LABELS = {"s": revision("s", labels=("shop",)), "t": revision("t", labels=("blog",))}
MANY = {"a": "", **{f"h{number}": "a" for number in range(102)}}
C_ON_B = "versions/c.py: 'c' comes after 'b' instead of 'a'"


class Repaired(NamedTuple):
    """The sentences of the plan, and the heads of the history after it. A merge revision has the id "merge" here."""

    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()


def repaired(made: Change, choices: Choices = NONE) -> Repaired:
    builder = PlanBuilder(made, file_of, choices)
    unfork(builder)
    ids = {merge.id for merge in builder.merges}
    steps = tuple(
        " ".join("'merge'" if word.strip("'") in ids else word for word in step.split(" ")) for step in builder.steps
    )
    heads = tuple("merge" if head in ids else head for head in builder.graph.heads)
    return Repaired(steps, tuple(builder.notes), heads)


def merged(heads: str) -> str:
    return f"versions: a new merge revision 'merge' that merges {heads}"


MOVED = Repaired((C_ON_B,), (), ("c",))
JOINED = Repaired((merged("'b' and 'c'"),), (), ("merge",))
CASES: dict[str, tuple[Change, Choices, Repaired]] = {
    "one head": (change(AB, AB), NONE, Repaired((), (), ("b",))),
    "an unpublished side": (change(AB, FORK), NONE, MOVED),
    "an unpublished side, and the user wants a merge": (change(AB, FORK), MERGE, JOINED),
    "both sides are published": (change(FORK, FORK), NONE, JOINED),
    "both sides are published, and the user wants a rebase": (
        change(FORK, FORK),
        REBASE,
        Repaired(
            (),
            (
                (
                    "neither of 'b' and 'c' can be re-parented; `--strategy merge` merges published branches, and "
                    "`--published-too` re-parents them anyway"
                ),
            ),
            ("b", "c"),
        ),
    ),
    "three published sides, and the user wants a rebase": (
        change({**FORK, "d": "a"}, {**FORK, "d": "a"}),
        REBASE,
        Repaired(
            (),
            (
                (
                    "none of 'b', 'c' and 'd' can be re-parented; `--strategy merge` merges published branches, and "
                    "`--published-too` re-parents them anyway"
                ),
            ),
            ("b", "c", "d"),
        ),
    ),
    "both sides are published and may be rebased": (
        change(FORK, FORK),
        EVEN_PUBLISHED,
        MOVED,
    ),
    "without the word rebase, published sides are merged": (change(FORK, FORK), Choices(published_too=True), JOINED),
    "a side on another branch": (change(AB, FORK, held_elsewhere={"c": ("origin/v1",)}), NONE, JOINED),
    "a side on another branch that may be rebased": (
        change(AB, FORK, held_elsewhere={"c": ("origin/v1",)}),
        EVEN_PUBLISHED,
        MOVED,
    ),
    "such a side goes on top of a published one, whatever their ids": (
        change({"a": "", "c": "a"}, FORK, held_elsewhere={"b": ("origin/v1",)}),
        EVEN_PUBLISHED,
        Repaired(("versions/b.py: 'b' comes after 'c' instead of 'a'",), (), ("b",)),
    ),
    "a side that is staged goes on top of one that is committed": (
        change(A, FORK),
        Choices(fresh=("versions/b.py",)),
        Repaired(("versions/b.py: 'b' comes after 'c' instead of 'a'",), (), ("b",)),
    ),
    "several sides are chained": (
        change(AB, {**FORK, "d": "a"}),
        NONE,
        Repaired((C_ON_B, "versions/d.py: 'd' comes after 'c' instead of 'a'"), (), ("d",)),
    ),
    "one of three can move": (
        change({**FORK}, {**FORK, "d": "a"}),
        NONE,
        Repaired(("versions/d.py: 'd' comes after 'b' instead of 'a'", merged("'c' and 'd'")), (), ("merge",)),
    ),
    "a second base": (
        change(AB, {**AB, "c": ""}),
        NONE,
        Repaired(("versions/c.py: 'c' comes after 'b', and is no longer a base",), (), ("c",)),
    ),
    "a new line with a label": (
        change(AB, SHOP),
        NONE,
        Repaired(
            (),
            (
                (
                    "'s' starts a separate branch with a branch label: set `heads = \"one-per-label\"` in "
                    "[tool.git-alembic], or merge the branches with `--strategy merge`"
                ),
            ),
            ("b", "s"),
        ),
    ),
    "a new line with a label is merged if the user wants it": (
        change(AB, SHOP),
        MERGE,
        Repaired((merged("'b' and 's'"),), (), ("merge",)),
    ),
    "a published line with a label": (change(SHOP, SHOP), NONE, Repaired((merged("'b' and 's'"),), (), ("merge",))),
    "one head per label": (change(AB, LABELS, heads_allowed="one-per-label"), NONE, Repaired((), (), ("s", "t"))),
    "two heads of a label": (
        change(LABELS, {**LABELS, "u": "t", "v": "t"}, heads_allowed="one-per-label"),
        NONE,
        Repaired(("versions/v.py: 'v' comes after 'u' instead of 't'",), (), ("s", "v")),
    ),
    "a second base stays where several heads are allowed": (
        change(FORK, {**FORK, "d": ""}, heads_allowed=2),
        NONE,
        Repaired((merged("'b' and 'c'"),), (), ("d", "merge")),
    ),
    "a line with a label stays where several heads are allowed": (
        change(FORK, {**FORK, **SHOP}, heads_allowed=2),
        NONE,
        Repaired((merged("'b' and 'c'"),), (), ("merge", "s")),
    ),
    "nothing in common where several heads are allowed, and the user wants a rebase": (
        change({}, {"a": "", "b": "", "c": ""}, heads_allowed=2),
        EVEN_PUBLISHED,
        Repaired((), ("none of 'a', 'b' and 'c' can be re-parented",), ("a", "b", "c")),
    ),
    "nothing in common where several heads are allowed": (
        change({}, {"a": "", "b": "", "c": ""}, heads_allowed=2),
        NONE,
        Repaired((), ("none of 'a', 'b' and 'c' can be re-parented",), ("a", "b", "c")),
    ),
    "a missing parent": (
        change(AB, {**FORK, "c": "x"}),
        NONE,
        Repaired((), ("the fork can be repaired once the parent of 'c', 'x', exists",), ("b", "c")),
    ),
    "an unreadable file": (
        change(AB, snapshot(FORK, unreadable=(Unreadable("x.py", "", "no id"),))),
        NONE,
        Repaired((), ("the fork can be repaired once x.py can be read",), ("b", "c")),
    ),
    "more heads than a line can have": (
        change(A, {id_: parent for id_, parent in MANY.items() if id_ != "h101"}),
        REBASE,
        Repaired(
            (),
            (
                (
                    "`git alembic fix` re-parents at most 100 heads, and there are 101: `--strategy merge` merges them "
                    "instead"
                ),
            ),
            tuple(sorted(id_ for id_ in MANY if id_ not in ("a", "h101"))),
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_plans(case: str) -> None:
    made, choices, expected = CASES[case]
    assert repaired(made, choices) == expected


def test_a_merge_revision_can_have_more_heads_than_a_line() -> None:
    made = repaired(change(A, MANY), MERGE)
    assert (made.heads, made.notes, len(made.steps)) == (("merge",), (), 1)


def test_a_file_that_spells_no_parent_is_merged() -> None:
    made = change(AB, FORK)
    data = {"c": b"revision = 'c'\ndown_revision = parent()\n"}
    builder = PlanBuilder(made, lambda file: data.get(file.id, file_of(file)), Choices())
    unfork(builder)
    (merge,) = builder.merges
    assert merge.heads == ("b", "c")
    assert builder.graph.heads == (merge.id,)
    assert builder.steps == [f"versions: a new merge revision '{merge.id}' that merges 'b' and 'c'"]
    assert [note.partition(":")[0] for note in builder.notes] == ["versions/c.py"]


def test_a_merge_revision_in_the_root_of_the_repository() -> None:
    made = change(FORK, {**FORK, "c": revision("c", "a", path="c.py")})
    assert repaired(made).steps == (".: a new merge revision 'merge' that merges 'b' and 'c'",)


def test_the_merge_revision_looks_like_the_last_head() -> None:
    made = change(FORK, {**FORK, "c": revision("c", "a", path="db/c.py")})
    builder = PlanBuilder(made, lambda file: file_of(file).replace(b"'", b'"'), Choices(now="2026-01-02"))
    unfork(builder)
    (merge,) = builder.merges
    assert builder.steps == [f"db: a new merge revision '{merge.id}' that merges 'b' and 'c'"]
    assert merge.path == f"db/{merge.id}_merge_heads.py"
    assert b'down_revision = ("b", "c")' in merge.data
    assert b"Create Date: 2026-01-02" in merge.data
