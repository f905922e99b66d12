"""The collisions as annotations of a GitHub workflow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal

from git_alembic.report.conflicts.wording import MOST_NAMED, VERBS, collision_sentence, list_names
from git_alembic.report.github import workflow_command
from git_alembic.report.wording import escape_controls

if TYPE_CHECKING:
    from git_alembic.conflicts.collision import Collision
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

_MOST_SHOWN = 10  # warnings of one step of a workflow


def render_github(forecast: ConflictForecast) -> str:
    """Return one annotation per collision: an error with the target or in a given order, else a warning.

    If there are more warnings than GitHub shows, each branch has one for each kind of collision.
    """
    target = forecast.target[0]
    pairs: list[Collision] = []
    if forecast.is_given_order:
        errors = [collision for step in forecast.steps for collision in step.collisions]
    else:
        errors = [collision for collision in forecast.collisions.listed if collision.other is None]
        others = (collision for collision in forecast.collisions if collision.other is not None)
        pairs = list(islice(others, _MOST_SHOWN + 1))
    lines = [_annotation("error", collision.kind, collision_sentence(collision, target)) for collision in errors]
    if len(pairs) > _MOST_SHOWN and not forecast.focus:
        lines += (_annotation("warning", kind, sentence) for kind, sentence in _summaries(forecast))
    else:
        lines += (_annotation("warning", pair.kind, collision_sentence(pair, target)) for pair in pairs)
    lines += [
        workflow_command("error", {"title": "git-alembic"}, f"cannot read {path} of {name}")
        for name, path in forecast.unreadable
    ]
    return "\n".join(lines)


def _annotation(level: Literal["error", "warning"], kind: str, sentence: str) -> str:
    return workflow_command(level, {"title": f"git-alembic: {kind}"}, sentence)


def _summaries(forecast: ConflictForecast) -> Iterator[tuple[str, str]]:
    """Yield (kind, sentence) for each branch that collides with others."""
    for branch in forecast.branches:
        for kind, partners in forecast.collisions.partners(branch, MOST_NAMED).items():
            yield kind, escape_controls(f"{branch.name} {VERBS[kind]} {list_names(partners.newest, partners.number)}")
