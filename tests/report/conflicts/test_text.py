"""The forecast of branches as text."""

from __future__ import annotations

import pytest

from git_alembic.conflicts.conflict_forecast import ConflictForecast
from git_alembic.report.conflicts.text import render_text
from tests.support.example_forecasts import ALL, HOSTILE, LATE, READY, STACK, authored, forecast, in_order
from tests.support.literal_branches import branch

FETCHED = "The remote-tracking branches were last fetched 2 hours ago (`--fetch` fetches them again)."
WHOLE = f"""\
5 unmerged branches compared with main: 4 change the history, and 4 of them collide.

branch           new revisions  author  age                 ahead  behind
origin/clean-up  -              Di      30 days             0      0
    would lose revisions when merged with main, origin/stack and origin/ready; cannot be read:
    v/x.py
pull/7/head      g              Cy      3 months            3      12
    forks with main, origin/stack and origin/ready
origin/ready     c              Ada     1 day               1      0
    would lose revisions when merged with origin/clean-up; forks with pull/7/head
origin/stack     c, d + 2       Bo      less than a minute  2      0
    would lose revisions when merged with origin/clean-up; forks with pull/7/head; stacked on
    origin/ready

This merge order re-parents the fewest revisions (1). Run these commands with main checked out:
  1. origin/ready: clean
       git merge --no-ff origin/ready
  2. origin/stack: clean
       git merge --no-ff origin/stack
  3. pull/7/head: re-parent 'g'
       git merge --no-ff --no-commit pull/7/head && git alembic fix --yes && git commit --no-edit
  4. origin/clean-up: repair it first: origin/clean-up and main would lose 'b'; origin/stack and
     origin/clean-up would lose 'b'

1 of the branches has had no commits in 90 days (`--since 90.days` leaves it out).
{FETCHED}"""
FOCUS = f"""\
5 unmerged branches compared with main: 3 change the history, and 3 of them collide.

branch           new revisions  author  age       ahead  behind
origin/ready     c              Ada     1 day     1      0
    would lose revisions when merged with origin/clean-up; forks with pull/7/head
origin/clean-up  -              Di      30 days   0      0
    would lose revisions when merged with origin/ready; cannot be read: v/x.py
pull/7/head      g              Cy      3 months  3      12
    forks with origin/ready

origin/ready will collide with origin/clean-up by Di, 30 days old: lost revisions 'b'
origin/ready will collide with pull/7/head by Cy, 3 months old: a fork with the heads 'c' and 'g'

{FETCHED}"""
ORDER = f"""\
Merged into main in this order:
  1. pull/7/head: pull/7/head and main would fork the history: heads 'b' and 'g'
  2. origin/ready: clean
  3. origin/stack: clean

{FETCHED}"""
ALONE = f"""\
1 unmerged branch compared with main: 1 changes the history, and 0 of them collide.

branch        new revisions  author  age    ahead  behind
origin/ready  c              Ada     1 day  1      0
    fine

origin/ready does not collide with any branch.

{FETCHED}"""


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(forecast(*ALL), WHOLE, id="all branches"),
        pytest.param(forecast(*ALL, focus="origin/ready"), FOCUS, id="one branch"),
        pytest.param(in_order(LATE, READY, STACK), ORDER, id="a given order"),
        pytest.param(forecast(READY, focus="origin/ready", compared=1), ALONE, id="a branch that collides with none"),
        pytest.param(
            forecast(compared=0), f"There are no unmerged branches to compare with main.\n\n{FETCHED}", id="no branch"
        ),
    ],
)
def test_whole_texts(found: ConflictForecast, text: str) -> None:
    assert render_text(found, 100) == text


LONG = authored(branch("origin/a-branch-with-a-long-name", {"revision_with_a_long_id": "b"}), "Ada Lovelace", 1)


@pytest.mark.parametrize(
    ("width", "rows"),
    [
        (
            80,
            [
                "branch                            new revisio…  author      age    ahead  behind",
                "origin/a-branch-with-a-long-name  revision_wi…  Ada Lovel…  1 day  0      0",
            ],
        ),
        (
            60,
            [
                "branch                    new revisio…  author      age    ahead  behind",
                "origin/a-branch-with-a-…  revision_wi…  Ada Lovel…  1 day  0      0",
            ],
        ),
        (
            0,
            [
                "branch                            new revisions            author        age    ahead  behind",
                "origin/a-branch-with-a-long-name  revision_with_a_long_id  Ada Lovelace  1 day  0      0",
            ],
        ),
    ],
)
def test_the_first_columns_shrink_to_a_limit(width: int, rows: list[str]) -> None:
    assert render_text(forecast(LONG, compared=1), width).splitlines()[2:4] == rows


def test_a_long_order_ends_after_twenty_merges() -> None:
    many = [authored(branch(f"b{number:02}", {f"r{number:02}": "b"}), "Ada", number) for number in range(22)]
    lines = render_text(forecast(*many), 0).splitlines()
    assert [line for line in lines if "re-parent 'r" in line][-1] == " 20. b02: re-parent 'r02'"
    assert "     … and 2 more (`--format json` has them all)" in lines
    given = render_text(in_order(*many), 0).splitlines()
    assert given[22].startswith(" 22. b21: ")
    assert not [line for line in given if "more (" in line]


def test_a_past_moment_has_no_commands_and_no_age_of_the_refs() -> None:
    late = [each._replace(time=0) for each in (READY, STACK._replace(name="beside", changes=LONG.changes))]
    text = render_text(forecast(*late, is_past=True, unrelated=("x", "y")), 0)
    order = (
        "This merge order re-parents the fewest revisions (1):\n  1. beside: clean\n  2. origin/ready: re-parent 'c'"
    )
    notes = (
        "x and y have histories unrelated to main, so git refuses to merge them.\n"
        "2 of the branches have had no commits in 90 days (`--since 90.days` leaves them out)."
    )
    assert text.split("\n\n")[2:] == [order, notes]


def test_names_cannot_forge_lines() -> None:
    text = render_text(forecast(HOSTILE, READY), 0)
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("::error")]
    assert r"git merge --no-ff 'origin/<b>|`x`\x1b[2J\n::error::'" in text
