"""The collisions as annotations of a GitHub workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import collision_sentence
from git_alembic.report.github import workflow_command

if TYPE_CHECKING:
    from git_alembic.conflicts.forecast import ConflictForecast


def render_github(forecast: ConflictForecast) -> str:
    """Return one annotation per collision: an error with the target or in a given order, else a warning."""
    target = forecast.target[0]
    collisions = forecast.collisions
    if forecast.is_given_order:
        collisions = tuple(collision for step in forecast.steps for collision in step.collisions)
    found = [
        workflow_command(
            "error" if collision.other is None or forecast.is_given_order else "warning",
            {"title": f"git-alembic: {collision.kind}"},
            collision_sentence(collision, target),
        )
        for collision in collisions
    ]
    found += [
        workflow_command("error", {"title": "git-alembic"}, f"cannot read {path} of {name}")
        for name, path in forecast.unreadable
    ]
    return "\n".join(found)
