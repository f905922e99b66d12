"""A replayed history as text, Markdown and HTML for people, and as JSON lines for programs.

In: the summary of an audit, or its steps. Out: text. It reads no repository and writes no file.
Other packages import `json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from git_alembic.audit.summary import Summary

AuditFormat = Literal["text", "json", "markdown", "html"]
AUDIT_FORMATS: tuple[AuditFormat, ...] = get_args(AuditFormat)


def render_summary(
    summary: Summary, format_: AuditFormat, project: str, subjects: Mapping[str, str], width: int = 0
) -> str:
    """Return the summary for people, without its last newline.

    `subjects` are those of the commits in the summary. `width` is for text only; 0 allows lines of any length.
    """
    if format_ == "markdown":
        from git_alembic.report.audit.markdown import render_markdown

        return render_markdown(summary, project, subjects)
    if format_ == "html":
        from git_alembic.report.audit.html import render_html

        return render_html(summary, project, subjects)
    from git_alembic.report.audit.text import render_text

    return render_text(summary, width)
