"""Diagnoses as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.shell_commands import shell_block
from git_alembic.report.json import dumps
from git_alembic.report.text import Page

if TYPE_CHECKING:
    from git_alembic.database.diagnosis import Cause, CauseRepair, DatabaseSummary, Diagnosis, ProjectRuntime

_STYLES = {"ok": "command", "warning": "warning", "error": "error", "cannot-judge": "error"}


def diagnosis_text(diagnosis: Diagnosis, page: Page) -> str:
    """Return the databases with their causes, what couldn't be inspected, and the versions of the tools."""
    blocks = [_database(summary, diagnosis, page) for summary in diagnosis.databases]
    seen = {(summary.environment, summary.position) for summary in diagnosis.databases}
    others = [cause for cause in diagnosis.causes if (cause.environment, cause.position) not in seen]
    blocks += [list(_cause(cause, page, f"{cause.environment or 'git-alembic'}: ")) for cause in others]
    blocks += [list(page.reason(reason)) for reason in diagnosis.reasons]
    blocks.append(list(_setup(diagnosis, page)))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _database(summary: DatabaseSummary, diagnosis: Diagnosis, page: Page) -> list[str]:
    where = f"{summary.environment} ({summary.label}):" if summary.label else f"{summary.environment}:"
    text = f"{summary.url} ({summary.source})"
    lines = list(page.wrap(text, page.paint(where, "path"), where))
    for cause in diagnosis.causes:
        if (cause.environment, cause.position) == (summary.environment, summary.position):
            lines += _cause(cause, page, "")
    return lines


def _cause(cause: Cause, page: Page, where: str) -> Iterator[str]:
    label = f"{'warning: ' if cause.severity == 'warning' else ''}{cause.cause}:"
    yield from page.wrap(
        cause.message, f"{where}{page.paint(label, _STYLES[cause.severity])}", f"{where}{label}", indent="    "
    )
    for line in cause.evidence:
        yield from page.wrap(line, "   ", "   ", indent="      ")
    for number, repair in enumerate(cause.repairs):
        yield from _repair(repair, page, first=not number)


def _repair(repair: CauseRepair, page: Page, *, first: bool) -> Iterator[str]:
    yield from page.wrap(f"{'To repair' if first else 'Or'}: {repair.title}:")
    for line in shell_block(repair.commands):
        yield f"    {page.paint(line, 'command')}"


def _setup(diagnosis: Diagnosis, page: Page) -> Iterator[str]:
    lines = []
    for runtime in diagnosis.runtimes:
        names = {"python": "Python", "alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}
        versions = ", ".join(f"{names[key]} {value}" for key, value in runtime.versions.items())
        lines.append(f"{runtime.path} ({runtime.why}){f': {versions}' if versions else ''}")
    lines = [*dict.fromkeys(lines), f"git {diagnosis.git}" if diagnosis.git else ""]
    hooks = diagnosis.hooks
    by: dict[str, list[str]] = {}
    for hook, installer in hooks.installed.items():
        by.setdefault(installer, []).append(hook)
    lines += [f"hooks of {installer}: {', '.join(names)}" for installer, names in by.items()]
    if hooks.missing:
        lines.append(f"no hook for {', '.join(hooks.missing)} (run `git alembic init` to set it up)")
    for line in filter(None, lines):
        yield from page.wrap(line, page.paint("git-alembic:", "faint"), "git-alembic:")


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """Return the document of the checking commands, with "causes", "databases" and "setup"."""
    return dumps(
        {
            "version": 1,
            "verdict": diagnosis.verdict,
            "reason": diagnosis.reason,
            "environments": [
                {
                    "name": entry.name,
                    "script_location": entry.script_location,
                    "heads": entry.heads,
                    "bases": entry.bases,
                    "revisions": entry.revisions,
                }
                for entry in diagnosis.environments
            ],
            "findings": [],
            "causes": [_cause_object(cause) for cause in diagnosis.causes],
            "databases": [
                {
                    "environment": entry.environment,
                    "name": entry.name,
                    "url": entry.url,
                    "source": entry.source,
                    "dialect": entry.dialect,
                    "server": entry.server,
                    "schema": entry.schema,
                    "version_table": entry.version_table,
                    "revisions": entry.revisions,
                    "tables": entry.tables,
                }
                for entry in diagnosis.databases
            ],
            "setup": {
                "git": diagnosis.git,
                "interpreters": [_runtime_object(entry) for entry in diagnosis.runtimes],
                "hooks": {"installed": dict(diagnosis.hooks.installed), "missing": diagnosis.hooks.missing},
            },
        },
        indent=2,
    )


def _cause_object(cause: Cause) -> dict[str, object]:
    repairs = [_repair_object(repair) for repair in cause.repairs]
    return {
        "cause": cause.cause,
        "severity": cause.severity,
        "environment": cause.environment,
        "database": cause.database,
        "schema": cause.schema,
        "version_table": cause.version_table,
        "message": cause.message,
        "evidence": cause.evidence,
        "revisions": cause.revisions,
        "fixes": repairs[0] if repairs else [],
        "alternatives": repairs[1:],
    }


def _repair_object(repair: CauseRepair) -> list[dict[str, object]]:
    """Return the commands. The first has the title as its note."""
    notes = (repair.title, *("" for _ in repair.commands[1:]))
    return [
        {"command": command.argv, "cwd": command.cwd, "note": note}
        for command, note in zip(repair.commands, notes, strict=True)
    ]


def _runtime_object(runtime: ProjectRuntime) -> dict[str, object]:
    versions = dict(runtime.versions)
    return {"environment": runtime.environment, "path": runtime.path, "why": runtime.why, "versions": versions}
