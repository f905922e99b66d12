"""The forecast as JSON of version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import step_commands
from git_alembic.report.json import VERSION, dumps

if TYPE_CHECKING:
    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.collision import Collision
    from git_alembic.conflicts.forecast import ConflictForecast


def render_json(forecast: ConflictForecast) -> str:
    name, commit = forecast.target
    found = {
        "version": VERSION,
        "target": {"name": name, "commit": commit},
        "branch": forecast.focus or None,
        "compared": forecast.compared,
        "fetched": forecast.fetched,
        "branches": [_branch(forecast, branch) for branch in forecast.branches],
        "collisions": [_collision(collision) for collision in forecast.collisions],
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
    return dumps(found, indent=2)


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
