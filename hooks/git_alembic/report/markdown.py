"""Formats a report as Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from git_alembic.findings.shell_commands import shell_block
from git_alembic.report.text import drawing_lines, list_consequences
from git_alembic.report.wording import (
    escape_controls,
    escape_markdown,
    explanation,
    in_file_override,
    repair_title,
    unicode_only,
)

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding
    from git_alembic.findings.report import Report

_CODE = re.compile(r"(`[^`]+`)")
_WIDTH = 80  # columns in a drawing


def render_markdown(report: Report, *, verbose: bool) -> str:
    """Return a paragraph, the drawing and the commands for each finding, or "" without findings."""
    blocks = [block for finding in report.findings for block in _finding(finding)]
    if report.reason is not None:
        first, *rest = report.reason.split("\n")
        blocks += [f"**cannot check**: {_prose(first)}", *([_fence("text", rest)] if rest else [])]
    blocks += [_prose(note) for note in report.notes] if verbose else []
    return "\n\n".join(blocks)


def _finding(finding: Finding) -> Iterator[str]:
    path = finding.path or finding.environment
    place = f" in {_code(path)}" if path else ""
    line = f", line {finding.line}" if finding.path and finding.line else ""
    yield f"**{finding.rule}** ({finding.severity}){place}{line}: {_prose(finding.message)}"
    if finding.why:
        yield _prose(finding.why)
    for consequence in list_consequences(finding.consequences):
        yield f"It also causes {_prose(consequence)}."
    drawing = drawing_lines(finding.fork, _WIDTH, "utf-8") if finding.fork else ()
    if block := (*finding.details, *drawing):
        yield _fence("text", block)
    for number, repair in enumerate(finding.repairs):
        yield _prose(repair_title(repair, number))
        if repair.commands:
            yield _fence("sh", shell_block(repair.commands))
    override = in_file_override(finding)
    yield _prose(f"{f'To allow it permanently: {override}. ' if override else ''}More: `{explanation(finding)}`")


def _prose(text: str) -> str:
    """Escape a sentence, except the text in backquotes."""
    parts = _CODE.split(escape_controls(text))
    return unicode_only("".join(part if position % 2 else escape_markdown(part) for position, part in enumerate(parts)))


def _code(text: str) -> str:
    return escape_markdown(text) if "`" in text else unicode_only(f"`{escape_controls(text)}`")


def _fence(language: str, lines: Sequence[str]) -> str:
    """Return a block of code with a fence that is longer than any run of backquotes in it."""
    text = unicode_only("\n".join(escape_controls(line).rstrip() for line in lines))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
