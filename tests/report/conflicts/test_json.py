"""The forecast of branches as JSON."""

from __future__ import annotations

import json
from typing import Any

from git_alembic.conflicts.conflict_forecast import ConflictForecast
from git_alembic.report.conflicts.json import render_json
from tests.support.example_forecasts import ALL, DAY, HOSTILE, LATE, NOW, READY, STACK, authored, forecast, in_order
from tests.support.literal_branches import branch


def read(found: ConflictForecast) -> dict[str, Any]:
    made: dict[str, Any] = json.loads("\n".join(render_json(found)))
    return made


def collision(kind: str, name: str, other: str | None, *revisions: str) -> dict[str, object]:
    return {
        "kind": kind,
        "branch": name,
        "other": other,
        "environment": "main",
        "revisions": list(revisions),
        "paths": [],
    }


def test_the_whole_object() -> None:
    comment = (
        "- #7 will collide with main: a fork with the heads 'b' and 'g'\n"
        "- #7 will collide with origin/ready by Ada, 1 day old: a fork with the heads 'c' and 'g'"
    )
    assert read(forecast(READY, LATE, unrelated=("z",))) == {
        "version": 1,
        "target": {"name": "main", "commit": "0" * 40},
        "branch": None,
        "compared": 5,
        "unrelated": ["z"],
        "fetched": NOW - 7_200,
        "branches": [
            {
                "name": "pull/7/head",
                "aliases": ["origin/late"],
                "commit": "pull/7/head",
                "author": "Cy",
                "time": NOW - 100 * DAY,
                "ahead": 3,
                "behind": 12,
                "environments": ["main"],
                "revisions": ["g"],
                "stacked_on": [],
                "unreadable": [],
                "comment": comment,
            },
            {
                "name": "origin/ready",
                "aliases": [],
                "commit": "origin/ready",
                "author": "Ada",
                "time": NOW - DAY,
                "ahead": 1,
                "behind": 0,
                "environments": ["main"],
                "revisions": ["c"],
                "stacked_on": [],
                "unreadable": [],
                "comment": (
                    "- origin/ready will collide with #7 by Cy, 3 months old: a fork with the heads 'c' and 'g'"
                ),
            },
        ],
        "collisions": [
            collision("fork", "pull/7/head", None, "b", "g"),
            collision("fork", "origin/ready", "pull/7/head", "c", "g"),
        ],
        "order": [
            {
                "branch": "origin/ready",
                "reparented": [],
                "collisions": [],
                "commands": ["git merge --no-ff origin/ready"],
            },
            {
                "branch": "pull/7/head",
                "reparented": ["g"],
                "collisions": [],
                "commands": [
                    "git merge --no-ff --no-commit pull/7/head && git alembic fix --yes && git commit --no-edit"
                ],
            },
        ],
    }


def test_the_view_of_one_branch() -> None:
    made = read(forecast(*ALL, focus="origin/ready", fetched=None))
    assert (made["branch"], made["fetched"], made["order"]) == ("origin/ready", None, [])
    assert made["collisions"] == [
        collision("fork", "origin/ready", "pull/7/head", "c", "g"),
        collision("lost-revision", "origin/ready", "origin/clean-up", "b"),
    ]


def test_a_given_order_has_its_collisions() -> None:
    steps = read(in_order(LATE, READY, STACK))["order"]
    assert [step["collisions"] for step in steps] == [[collision("fork", "pull/7/head", None, "b", "g")], [], []]


def test_a_past_moment_has_no_commands() -> None:
    assert [step["commands"] for step in read(forecast(READY, LATE, is_past=True))["order"]] == [[], []]


def test_nothing_to_compare() -> None:
    made = read(forecast(compared=0))
    assert (made["branches"], made["collisions"], made["order"]) == ([], [], [])


def test_thousands_of_collisions_come_in_parts() -> None:
    many = [authored(branch(f"b{number}", {f"r{number}": "b"}), "Ada", number) for number in range(50)]
    found = forecast(*many)
    assert len(read(found)["collisions"]) == 50 * 49 // 2
    assert len(list(render_json(found))) == 4


def test_names_are_ascii() -> None:
    assert "\n".join(render_json(forecast(HOSTILE._replace(author="Zoë")))).isascii()
