"""The forecast as JSON of version 1."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from git_alembic.report.conflicts.markdown import branch_views
from git_alembic.report.conflicts.wording import step_commands
from git_alembic.report.json import VERSION, dumps

if TYPE_CHECKING:
    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.collision import Collision
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

_AT_ONCE = 1_000


def render_json(forecast: ConflictForecast) -> Iterator[str]:
    """Yield the lines of one object, some at a time: there can be a million collisions."""
    name, commit = forecast.target
    first = {
        "version": VERSION,
        "target": {"name": name, "commit": commit},
        "branch": forecast.focus or None,
        "compared": forecast.compared,
        "unrelated": forecast.unrelated,
        "fetched": forecast.fetched,
        "branches": [
            _branch(forecast, branch) | {"comment": comment}
            for branch, comment in zip(forecast.branches, branch_views(forecast), strict=True)
        ],
    }
    last = {
        "order": [
            {
                "branch": step.branch.name,
                "reparented": step.reparented,
                "collisions": [_collision(collision) for collision in step.collisions],
                "commands": [] if forecast.is_past else step_commands(step),
            }
            for step in forecast.steps
        ],
    }
    collisions = map(_collision, forecast.collisions)
    yield dumps(first, indent=2).removesuffix("\n}") + ',\n  "collisions": ['
    before = ""
    while some := list(islice(collisions, _AT_ONCE)):
        lines = dumps(some, indent=2).removeprefix("[\n").removesuffix("\n]")
        yield before + textwrap.indent(lines, "  ")
        before = ",\n"
    yield "  ],\n" + dumps(last, indent=2).removeprefix("{\n")


def _branch(forecast: ConflictForecast, branch: UnmergedBranch) -> dict[str, object]:
    return {
        "name": branch.name,
        "aliases": branch.aliases,
        "commit": branch.commit,
        "author": branch.author,
        "time": branch.time,
        "ahead": branch.ahead,
        "behind": branch.behind,
        "environments": sorted(branch.changes),
        "revisions": branch.new_revisions(forecast.targets),
        "stacked_on": forecast.stacked_on(branch),
        "unreadable": branch.unreadable,
    }


def _collision(collision: Collision) -> dict[str, object]:
    return {
        "kind": collision.kind,
        "branch": collision.branch,
        "other": collision.other,
        "environment": collision.environment,
        "revisions": collision.revisions,
        "paths": collision.paths,
    }
