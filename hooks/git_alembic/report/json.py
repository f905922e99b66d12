"""A report as JSON of version 1: keys are never renamed or removed under one version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from git_alembic.findings.finding import Command
from git_alembic.report.wording import unicode_only

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding, Repair
    from git_alembic.findings.report import Report

VERSION = 1


def render_json(report: Report) -> str:
    return dumps(report_object(report), indent=2)


def report_object(report: Report) -> dict[str, object]:
    return {
        "version": VERSION,
        "verdict": report.verdict,
        "reason": report.reason,
        "environments": [
            {
                "name": environment.name,
                "script_location": environment.script_location,
                "heads": environment.heads,
                "bases": environment.bases,
                "revisions": environment.revisions,
            }
            for environment in report.environments
        ],
        "findings": [finding_object(finding) for finding in report.findings],
    }


def finding_object(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "environment": finding.environment,
        "path": finding.path,
        "line": finding.line or None,
        "revisions": finding.revisions,
        "message": finding.message,
        "details": finding.details,
        "why": finding.why,
        "fixes": [
            {
                "command": command.argv,
                "cwd": command.cwd,
                "note": command.note if first == 0 else "",
                "alternative": number,
            }
            for number, repair in enumerate(finding.repairs)
            for first, command in enumerate(_commands_with_title(repair))
        ],
        "consequences": [finding_object(consequence) for consequence in finding.consequences],
    }


def _commands_with_title(repair: Repair) -> tuple[Command, ...]:
    """Return the commands of a repair. The first one has the repair's title as its note."""
    first, *rest = repair.commands or (Command(()),)
    return (first._replace(note=repair.title), *rest)


def dumps(value: object, *, indent: int | None = None) -> str:
    """Return ASCII JSON without lone surrogates: it is the same on every stream, and every parser accepts it."""
    return json.dumps(_without_surrogates(value), indent=indent)


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return unicode_only(value)
    if isinstance(value, dict):
        return {unicode_only(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(item) for item in value]
    return value
