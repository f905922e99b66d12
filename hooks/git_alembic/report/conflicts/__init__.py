"""The forecast of unmerged branches, as text, JSON, workflow commands, Markdown and Mermaid.

In: a `ConflictForecast`. Out: text. It reads no repository and writes no file.
Other packages import `wording`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

ConflictFormat = Literal["text", "json", "github", "markdown", "mermaid"]
CONFLICT_FORMATS: tuple[ConflictFormat, ...] = get_args(ConflictFormat)


def render_conflicts(forecast: ConflictForecast, format_: ConflictFormat, width: int) -> Iterator[str]:
    """Yield the forecast in parts of whole lines, each without its last newline. `width` concerns text only."""
    if format_ == "json":
        from git_alembic.report.conflicts.json import render_json

        yield from render_json(forecast)
    else:
        yield _render(forecast, format_, width)


def _render(forecast: ConflictForecast, format_: ConflictFormat, width: int) -> str:
    if format_ == "github":
        from git_alembic.report.conflicts.github import render_github

        return render_github(forecast)
    if format_ == "markdown":
        from git_alembic.report.conflicts.markdown import render_markdown

        return render_markdown(forecast)
    if format_ == "mermaid":
        from git_alembic.report.conflicts.mermaid import render_mermaid

        return render_mermaid(forecast)
    from git_alembic.report.conflicts.text import render_text

    return render_text(forecast, width)
