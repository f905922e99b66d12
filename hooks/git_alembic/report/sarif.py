"""A report as SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from git_alembic import __version__
from git_alembic.findings.shell_commands import as_bytes
from git_alembic.report.documentation_paths_and_urls import page_address, pages, sentence
from git_alembic.report.json import dumps
from git_alembic.report.wording import finding_fingerprint, paragraphs

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding
    from git_alembic.findings.report import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(report: Report) -> str:
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2)


def _run(report: Report) -> dict[str, object]:
    rules = tuple(dict.fromkeys(finding.rule for finding in report.findings))
    locations = {environment.name: environment.script_location for environment in report.environments}
    return {
        "tool": {
            "driver": {
                "name": "git-alembic",
                "version": __version__,
                "rules": [_rule(rule, report) for rule in rules],
            }
        },
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, rules.index(finding.rule), finding.path or locations.get(finding.environment, ""))
            for finding in report.findings
        ],
    }


def _rule(rule: str, report: Report) -> dict[str, object]:
    """Return the rule as configured in this run. Its level is the level of its worst finding."""
    levels = {finding.severity for finding in report.findings if finding.rule == rule}
    return {
        "id": rule,
        **_help(rule),
        "defaultConfiguration": {"level": "error" if "error" in levels else "warning"},
    }


def _help(rule: str) -> dict[str, object]:
    """Return what `git alembic explain` prints: the page, and its first sentence."""
    path = pages().get(rule)
    if path is None:
        return {"shortDescription": {"text": f"{rule.replace('-', ' ').capitalize()}."}}
    page = path.read_text(encoding="utf-8")
    address = page_address(rule)
    uri = {"helpUri": address} if address else {}
    return {"shortDescription": {"text": sentence(page)}, **uri, "help": {"text": page, "markdown": page}}


def _invocation(report: Report) -> dict[str, object]:
    invocation: dict[str, object] = {
        "executionSuccessful": report.reason is None,
        "exitCode": report.exit_code,
    }
    if report.reason is not None:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": report.reason}}]
    return invocation


def _result(finding: Finding, rule_index: int, path: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": paragraphs(finding)},
    }
    if path:
        artifact = {"uri": _uri(path), "uriBaseId": "%SRCROOT%"}
        region = {"startLine": max(finding.line, 1)}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    result["partialFingerprints"] = {"gitAlembic/v1": finding_fingerprint(finding)}
    return result


def _uri(path: str) -> str:
    return quote(as_bytes(path))
