"""A report in GitLab's code quality format. A merge request shows it as a list and at the lines.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from git_alembic.report.json import dumps
from git_alembic.report.wording import escape_controls, explanation, finding_fingerprint

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding
    from git_alembic.findings.report import Report

_SEVERITIES = {"error": "critical", "warning": "minor"}


def render_gitlab(report: Report) -> str:
    """Return an array of issues. A failed check is an issue too, because an empty array would mean that all is well."""
    locations = {environment.name: environment.script_location for environment in report.environments}
    seen = Counter[str]()
    issues = []
    for finding in report.findings:
        print_ = finding_fingerprint(finding)
        seen[print_] += 1
        count = f"-{seen[print_]}" if seen[print_] > 1 else ""  # GitLab shows only the first issue with a fingerprint
        issues.append(_issue(finding, print_ + count, finding.path or locations.get(finding.environment, "")))
    if report.reason is not None:
        words = f"git-alembic cannot check: {escape_controls(report.reason)}"
        issues.append(_object("cannot-judge", words, "blocker", "cannot-judge", (".", 1)))
    return dumps(issues, indent=2)


def _issue(finding: Finding, print_: str, path: str) -> dict[str, object]:
    why = f" ({escape_controls(finding.why)})" if finding.why else ""
    words = f"{escape_controls(finding.message)}{why}. More: {explanation(finding)}"
    return _object(finding.rule, words, _SEVERITIES[finding.severity], print_, (path or ".", max(finding.line, 1)))


def _object(rule: str, words: str, severity: str, print_: str, place: tuple[str, int]) -> dict[str, object]:
    path, line = place
    return {
        "check_name": rule,
        "description": words,
        "severity": severity,
        "fingerprint": print_,
        "location": {"path": path, "lines": {"begin": line}},
    }
