"""The collisions as annotations of a GitHub workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import collision_sentence
from git_alembic.report.github import workflow_command

if TYPE_CHECKING:
    from git_alembic.conflicts.forecast import ConflictForecast


def render_github(forecast: ConflictForecast) -> str:
    """One annotation per collision: an error with the target, a warning with another branch."""
    target = forecast.target[0]
    found = [
        workflow_command(
            "error" if collision.other is None else "warning",
            {"title": f"git-alembic: {collision.kind}"},
            collision_sentence(collision, target),
        )
        for collision in forecast.collisions
    ]
    found += [
        workflow_command("error", {"title": "git-alembic"}, f"cannot read {path} of {name}")
        for name, path in forecast.unreadable
    ]
    return "\n".join(found)
