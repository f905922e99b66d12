"""A report as workflow commands, which GitHub shows as annotations of lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-a-notice-message
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.wording import escape_controls, paragraphs, unicode_only

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding
    from git_alembic.findings.report import Report


def render_github(report: Report, *, verbose: bool) -> str:
    lines = [_annotation(finding) for finding in report.findings]
    if verbose:
        lines += [workflow_command("notice", {"title": "git-alembic"}, escape_controls(note)) for note in report.notes]
    if report.reason is not None:
        message = f"cannot check: {escape_controls(report.reason)}"
        lines.append(workflow_command("error", {"title": "git-alembic"}, message))
    return "\n".join(lines)


def _annotation(finding: Finding) -> str:
    properties = {
        "file": unicode_only(escape_controls(finding.path)),
        "line": str(finding.line) if finding.path and finding.line else "",
        "title": finding.rule,
    }
    return workflow_command(finding.severity, properties, paragraphs(finding))


def workflow_command(name: str, properties: dict[str, str], message: str) -> str:
    """Escape as https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts does."""
    pairs = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {pairs}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
