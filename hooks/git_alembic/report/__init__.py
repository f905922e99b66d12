"""Judgements as text for people, as JSON and SARIF for programs, for GitHub and GitLab; and the only print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from git_alembic.terminal.output import emit, encoding_of, is_terminal, wants_color

if TYPE_CHECKING:
    from git_alembic.findings.report import Report

__all__ = ["FORMATS", "Format", "emit", "encoding_of", "is_terminal", "render", "wants_color"]

Format = Literal["text", "json", "github", "gitlab", "sarif"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(  # noqa: PLR0913 - the options of the command line, one each
    report: Report,
    *,
    format: Format,  # noqa: A002 - as the option is called
    color: bool,
    width: int,
    verbose: bool,
    quiet: bool,
    command: str,
    encoding: str = "utf-8",
) -> str:
    """The report without its last newline; "" when there is nothing to say.

    `command` is what the user would run again with an override before it, such as "git commit"; "" if nothing can be.
    `color`, `width` (0: lines of any length), `quiet` (one line per error, nothing else) and `encoding` (what drawings
    may be made of) concern text only; JSON, SARIF and GitLab's are always whole documents.
    """
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
    if not (report.findings or verbose or report.reason is not None):
        return ""
    from git_alembic.report.text import Page, render_text

    return render_text(report, Page(color, width, command, encoding), verbose=verbose, quiet=quiet)
