"""The forecast of branches as annotations of a workflow."""

from __future__ import annotations

from git_alembic.report.conflicts.github import render_github
from tests.support.example_forecasts import ALL, HOSTILE, LATE, READY, STACK, authored, forecast, in_order
from tests.support.literal_branches import branch

TARGET = "::error title=git-alembic%3A fork::pull/7/head and main would fork the history: heads 'b' and 'g'"


def test_all_branches() -> None:
    assert render_github(forecast(*ALL)).splitlines() == [
        TARGET,
        "::error title=git-alembic%3A lost-revision::origin/clean-up and main would lose 'b'",
        "::warning title=git-alembic%3A fork::origin/ready and pull/7/head would fork the history: heads 'c' and 'g'",
        "::warning title=git-alembic%3A lost-revision::origin/ready and origin/clean-up would lose 'b'",
        "::warning title=git-alembic%3A fork::origin/stack and pull/7/head would fork the history: heads 'f' and 'g'",
        "::warning title=git-alembic%3A lost-revision::origin/stack and origin/clean-up would lose 'b'",
        "::error title=git-alembic::cannot read v/x.py of origin/clean-up",
    ]


def test_a_given_order() -> None:
    assert render_github(in_order(LATE, READY, STACK)) == TARGET


def test_more_warnings_than_github_shows_are_one_per_branch_and_kind() -> None:
    many = [authored(branch(f"b{number}", {f"r{number}": "b"}), "Ada", number) for number in range(6)]
    ten = render_github(forecast(*many[:5])).splitlines()
    assert len(ten) == 10
    assert ten[0] == "::warning title=git-alembic%3A fork::b0 and b1 would fork the history: heads 'r0' and 'r1'"
    assert render_github(forecast(*many)).splitlines()[0] == (
        "::warning title=git-alembic%3A fork::b5 forks with b0, b1, b2 and 2 more"
    )
    assert len(render_github(forecast(*many)).splitlines()) == 6
    assert len(render_github(forecast(*many, focus="b0")).splitlines()) == 5


def test_names_cannot_forge_commands() -> None:
    (line,) = render_github(forecast(HOSTILE, READY)).splitlines()
    assert line.startswith(r"::warning title=git-alembic%3A fork::origin/<b>|`x`\x1b[2J\n::error:: and origin/ready ")
