"""The verdict of a report."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Severity
from git_alembic.findings.report import Report
from tests.support.example_reports import FORK


@pytest.mark.parametrize(
    ("severities", "reason", "verdict", "exit_code"),
    [
        ((), None, "clean", 0),
        (("warning",), None, "clean", 0),
        (("warning", "error"), None, "findings", 1),
        ((), "Why.", "cannot-judge", 2),
        ((), "", "cannot-judge", 2),
        (("error",), "Why.", "cannot-judge", 2),
    ],
)
def test_verdict(severities: tuple[Severity, ...], reason: str | None, verdict: str, exit_code: int) -> None:
    findings = tuple(FORK._replace(severity=severity) for severity in severities)
    report = Report(findings=findings, reason=reason)
    assert (report.verdict, report.exit_code) == (verdict, exit_code)
