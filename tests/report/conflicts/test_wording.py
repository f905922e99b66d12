"""Sentences and commands that the formats of a forecast share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.conflicts.branch import EnvironmentChange, UnmergedBranch
from git_alembic.conflicts.collision import Collision
from git_alembic.conflicts.collisions_of_branches import find_collisions
from git_alembic.conflicts.merge_order import MergeStep
from git_alembic.report.conflicts.wording import (
    age,
    collision_sentence,
    counts,
    focus_lines,
    list_names,
    staleness,
    step_commands,
    step_sentence,
    unrelated_branches,
    verdict,
    view_lines,
)
from tests.support.example_forecasts import ALL, DELETES, LATE, NOW, READY, STACK, forecast
from tests.support.literal_branches import branch, revisions, targets

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (MINUTE, "1 minute"),
        (HOUR - 1, "59 minutes"),
        (HOUR, "1 hour"),
        (DAY - 1, "23 hours"),
        (DAY, "1 day"),
        (60 * DAY, "60 days"),
        (61 * DAY, "2 months"),
        (730 * DAY, "23 months"),
        (731 * DAY, "2 years"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    assert age(1_000_000_000 - seconds, 1_000_000_000) == text


@pytest.mark.parametrize(
    ("names", "number", "text"),
    [
        ((), 0, ""),
        (("a",), 0, "a"),
        (("a", "b"), 2, "a and b"),
        (("a", "b", "c"), 3, "a, b and c"),
        (("a", "b", "c", "d"), 0, "a, b, c and 1 more"),
        (("a", "b", "c"), 1_234, "a, b, c and 1,231 more"),
        (("a",), 3, "a and 2 more"),
    ],
)
def test_lists_of_names(names: tuple[str, ...], number: int, text: str) -> None:
    assert list_names(names, number) == text


@pytest.mark.parametrize(
    ("collision", "sentence"),
    [
        (Collision("lost-revision", "x", "y", "db", ("a", "b")), "x and y would lose 'a' and 'b'"),
        (Collision("duplicate-id", "x", None, "db", ("a",)), "x and main both have 'a'"),
        (Collision("fork", "x", "y", "db", ("a", "b")), "x and y would fork the history: heads 'a' and 'b'"),
        (Collision("conflicting-file", "x", None, "", (), ("v/a.py",)), "x and main conflict in 'v/a.py'"),
        (Collision("conflicting-file", "x\n", None, "db", ("a",), ("heads",)), r"x\n and main conflict in 'heads'"),
    ],
)
def test_collisions(collision: Collision, sentence: str) -> None:
    assert collision_sentence(collision, "main") == sentence


FORK = Collision("fork", "x", None, "db", ("a", "b"))
X = branch("it's x", {"x": "b"})
FIX = "git merge --no-ff --no-commit 'it'\"'\"'s x' && git alembic fix --yes"


@pytest.mark.parametrize(
    ("step", "sentence", "commands"),
    [
        (MergeStep(X), "it's x: clean", ["git merge --no-ff 'it'\"'\"'s x'"]),
        (MergeStep(X, ("x", "y")), "it's x: re-parent 'x' and 'y'", [f"{FIX} && git commit --no-edit"]),
        (
            MergeStep(X, ("x",), is_shared=True),
            "it's x: re-parent 'x'",
            [f"{FIX} --strategy rebase --published-too && git commit --no-edit"],
        ),
        (
            MergeStep(X, ("x",), stops_at_heads_file=True),
            "it's x: re-parent 'x'",
            [f"({FIX.replace('&&', '||')}) && git commit --no-edit"],
        ),
        (MergeStep(X, (), (FORK,)), "it's x: x and main would fork the history: heads 'a' and 'b'", []),
        (
            MergeStep(X, ("x",), (FORK, FORK._replace(kind="duplicate-id")), is_planned=True),
            (
                "it's x: repair it first: x and main would fork the history: heads 'a' and 'b'; x and main both have "
                "'a' and 'b'"
            ),
            [],
        ),
    ],
)
def test_steps(step: MergeStep, sentence: str, commands: list[str]) -> None:
    assert (step_sentence(step, "main"), step_commands(step)) == (sentence, commands)


@pytest.mark.parametrize(
    ("branches", "compared", "sentence"),
    [
        ((), 0, "There are no unmerged branches to compare with main"),
        ((), 1, "The only unmerged branch adds no revision to main"),
        ((), 1_200, "None of the 1,200 unmerged branches adds a revision to main"),
        ((READY,), 1, "1 unmerged branch compared with main: 1 changes the history, and 0 of them collide"),
        ((LATE,), 2, "2 unmerged branches compared with main: 1 changes the history, and 1 of them collides"),
        (ALL, 9, "9 unmerged branches compared with main: 4 change the history, and 4 of them collide"),
    ],
)
def test_what_was_compared(branches: tuple[Any, ...], compared: int, sentence: str) -> None:
    assert counts(forecast(*branches, compared=compared)) == sentence


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ((), ""),
        (("x",), "x and main have unrelated histories, so git refuses to merge them."),
        (("x", "y"), "x and y have histories unrelated to main, so git refuses to merge them."),
    ],
)
def test_unrelated_branches(names: tuple[str, ...], sentence: str) -> None:
    assert unrelated_branches(forecast(READY, unrelated=names)) == sentence


def test_the_age_of_the_refs() -> None:
    fetched = forecast(READY, fetched=NOW - DAY)
    assert staleness(fetched) == (
        "The remote-tracking branches were last fetched 1 day ago (`--fetch` fetches them again)."
    )
    assert staleness(forecast(READY, fetched=None)) == (
        "It is not known when the remote-tracking branches were last fetched (`--fetch` fetches them)."
    )
    assert staleness(forecast(READY, is_past=True)) == ""


def test_the_verdict_of_a_branch() -> None:
    found = forecast(*ALL)
    assert verdict(found, READY) == ("would lose revisions when merged with origin/clean-up; forks with pull/7/head")
    assert verdict(found, DELETES) == (
        "would lose revisions when merged with main, origin/stack and origin/ready; cannot be read: v/x.py"
    )
    assert verdict(forecast(READY, STACK), READY) == "fine"


def test_the_lines_of_a_branch_in_focus() -> None:
    found = forecast(READY, LATE, DELETES, focus="pull/7/head")
    fork = "pull/7/head will collide with main: a fork with the heads 'b' and 'g'"
    others = [
        "pull/7/head will collide with origin/ready by Ada, 1 day old: a fork with the heads 'c' and 'g'",
    ]
    assert focus_lines(found) == [fork, *others]
    assert focus_lines(found, with_target=False) == others


def test_the_worst_collision_comes_first() -> None:
    """A conflict in the file with the heads needs no line, because the fork has one."""
    kinds = {
        "conflicting-file": Collision("conflicting-file", "origin/ready", "pull/7/head", "main", (), ("v/x.py",)),
        "heads file": Collision("conflicting-file", "origin/ready", None, "main", ("b", "c"), ("heads.txt",)),
        "fork": Collision("fork", "origin/ready", None, "main", ("b", "c")),
        "duplicate-id": Collision("duplicate-id", "pull/7/head", "origin/ready", "main", ("c",)),
        "lost-revision": Collision("lost-revision", "origin/ready", None, "main", ("a",)),
    }
    late = "origin/ready will collide with pull/7/head by Cy, 3 months old"
    assert view_lines(forecast(READY, LATE), "origin/ready", kinds.values()) == [
        "origin/ready will collide with main: lost revisions 'a'",
        f"{late}: duplicate ids 'c'",
        "origin/ready will collide with main: a fork with the heads 'b' and 'c'",
        f"{late}: conflicts in 'v/x.py'",
    ]


def verdict_beside(made: UnmergedBranch, other: UnmergedBranch) -> str:
    """Return the verdict of a branch. git doesn't confirm that files conflict."""
    collisions = find_collisions(targets({"a": "", "b": "a"}), [made, other])
    return verdict(replace(forecast(made), branches=(made, other), collisions=collisions), made)


def test_other_verdicts() -> None:
    first, second = (branch(name, {"c": "b"}, files={"v/b.py": name}) for name in "xy")
    assert verdict_beside(first, second) == "has a file conflict with y"
    renamed = revisions({"c": "b"})[0]._replace(path="v/z.py")
    third = first._replace(name="z", changes={"main": EnvironmentChange((renamed,), files={"v/z.py": "3"})})
    assert verdict_beside(first, third) == "reuses a revision id from z"
