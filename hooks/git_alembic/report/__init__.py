"""Prints reports: as text for people, as JSON and SARIF for programs, as Markdown, and for GitHub and GitLab.

In: a report. Out: bytes on a stream. Nothing else prints findings.
Other packages import `audit`, `audit.json`, `commands.doctor_report`, `commands.markdown_page_in_terminal`,
`commands.restore_report`, `commands.rule_incidents_of_last_year`, `conflicts`, `conflicts.wording`,
`documentation_paths_and_urls`, `graphs`, `text` and `wording`.
"""

from __future__ import annotations

from typing import Literal, get_args

from git_alembic.findings.report import Report
from git_alembic.terminal.output import emit, encoding_of, is_terminal, wants_color

__all__ = ["FORMATS", "Format", "emit", "encoding_of", "is_terminal", "render", "wants_color"]

Format = Literal["text", "json", "github", "gitlab", "sarif", "markdown"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(  # noqa: PLR0913 - one parameter per command line option
    report: Report,
    *,
    format: Format,  # noqa: A002 - the name of the option
    color: bool,
    width: int,
    verbose: bool,
    quiet: bool,
    command: str,
    encoding: str = "utf-8",
    terminal: bool = False,
) -> str:
    """Return the report without its last newline, or "" if there is nothing to report.

    `command`: what the user would repeat with an override before it, for example "git commit"; "" for nothing. `color`,
    `width` (0: lines of any length), `quiet` (one line per finding and nothing else) and `encoding` (which characters a
    drawing can use) concern text only. JSON, SARIF and GitLab's format are always whole documents.
    """
    if format != "text":
        return _document(report, format, verbose=verbose)
    silent = not (report.findings or verbose or report.reason is not None)
    if silent and not (terminal and report.checked and not quiet):
        return ""
    from git_alembic.report.text import Page, clean_line, render_text

    page = Page(color, 0 if quiet else width, command, encoding)
    return clean_line(report) if silent else render_text(report, page, verbose=verbose, quiet=quiet)


def _document(report: Report, format: Format, *, verbose: bool) -> str:  # noqa: A002 - as above
    if format == "json":
        from git_alembic.report.json import render_json

        return render_json(report)
    if format == "sarif":
        from git_alembic.report.sarif import render_sarif

        return render_sarif(report)
    if format == "gitlab":
        from git_alembic.report.gitlab import render_gitlab

        return render_gitlab(report)
    if format == "github":
        from git_alembic.report.github import render_github

        return render_github(report, verbose=verbose)
    from git_alembic.report.markdown import render_markdown

    return render_markdown(report, verbose=verbose)
