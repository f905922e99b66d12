"""`multiple-heads`: which heads the database has run, and whether a side can move."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.database.causes.multiple_heads import find
from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.findings.finding import Command
from tests.support.whole_diagnoses import FORK, LINE, facts, revision

HEADS = ("c", "d")
UPGRADE, FIX = Command(("alembic", "upgrade", "head")), Command(("git", "alembic", "fix"))
MERGE = Command(("alembic", "merge", "-m", "merge heads", "c", "d"))
SIDE = "put the unpublished side on top of the other, then upgrade"
AB, ABC, ALL = ("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")


def joined(*rows: str) -> CauseRepair:
    return CauseRepair("add a merge revision, then upgrade", (MERGE, UPGRADE), Effect(rows, HEADS))


def moved_back(point: str, title: str, *downgrades: str) -> CauseRepair:
    back = Command(("alembic", "downgrade", point))
    return CauseRepair(f"downgrade to {title}, {SIDE}", (back, FIX, UPGRADE), Effect(("d",), HEADS, downgrades))


@pytest.mark.parametrize(
    ("rows", "published", "which", "reparenting"),
    [
        (("b",), ALL, "neither is", None),
        (("b",), ABC, "neither is", CauseRepair(SIDE, (FIX, UPGRADE), Effect(("b",), HEADS))),
        (("c",), ABC, "'c' is", CauseRepair(SIDE, (FIX, UPGRADE), Effect(("c",), HEADS))),
        (("d",), ABC, "'d' is", moved_back("b", "the common ancestor 'b'", "d")),
        (("d",), ALL, "'d' is", None),
        (("c", "d"), ABC, "both are", None),
    ],
)
def test_two_heads(
    rows: tuple[str, ...], published: tuple[str, ...], which: str, reparenting: CauseRepair | None
) -> None:
    applied = {head: "applied" if head in rows else "not applied" for head in HEADS}
    assert list(find(facts(rows, FORK, published_ids=published))) == [
        Cause(
            "multiple-heads",
            f"the history has 2 heads, 'c' and 'd': {which} applied",
            (
                f"'c' (create table_c), by Bo on 2026-03-05: {applied['c']}",
                f"'d' (create table_d): {applied['d']}",
            ),
            HEADS,
            (joined(*rows), *([reparenting] if reparenting else [])),
        )
    ]


THREE = (*FORK, revision("e", "b"))


@pytest.mark.parametrize(
    ("rows", "which"),
    [(("b",), "none are"), (("c",), "'c' is"), (("c", "e"), "'c' and 'e' are"), (("c", "d", "e"), "all are")],
)
def test_three_heads(rows: tuple[str, ...], which: str) -> None:
    (cause,) = find(facts(rows, THREE))
    assert cause.message == f"the history has 3 heads, 'c', 'd' and 'e': {which} applied"


def test_the_downgrades_of_a_long_side_are_children_first() -> None:
    history = (*FORK, revision("e", "d"))
    (cause,) = find(facts(("e",), history, published_ids=ABC))
    assert cause.repairs[1].effect == Effect(("e",), ("c", "e"), ("e", "d"))


BASES = (revision("a"), revision("c", "a"), revision("d"))


@pytest.mark.parametrize(
    ("rows", "titles"),
    [
        (("c",), ["add a merge revision, then upgrade", SIDE]),
        (("d",), ["add a merge revision, then upgrade"]),
        ((), ["add a merge revision, then upgrade", SIDE]),
    ],
)
def test_without_a_common_ancestor_only_a_side_that_was_not_applied_moves(
    rows: tuple[str, ...], titles: list[str]
) -> None:
    (cause,) = find(facts(rows, BASES, published_ids=("a", "c")))
    assert [repair.title for repair in cause.repairs] == titles


@pytest.mark.parametrize(
    ("history", "fields"), [(LINE, {}), (FORK, {"heads_allowed": 2}), ((), {})], ids=["one head", "two allowed", "none"]
)
def test_heads_that_are_allowed(history: tuple[Any, ...], fields: dict[str, Any]) -> None:
    assert list(find(facts(("b",), history, **fields))) == []
