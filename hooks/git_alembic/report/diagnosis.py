"""Diagnoses for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.report.json import dumps
from git_alembic.report.text import Page
from git_alembic.report.wording import shell_line

if TYPE_CHECKING:
    from git_alembic.database.cause import Cause, Way
    from git_alembic.database.diagnosis import Diagnosis, Seen
    from git_alembic.findings.finding import Fix

_STYLES = {"ok": "command", "warning": "warning", "error": "error", "cannot-judge": "error"}


def diagnosis_text(diagnosis: Diagnosis, page: Page) -> str:
    """The databases with their causes, what could not be looked at, and what all of it ran with."""
    blocks = [_database(one, diagnosis, page) for one in diagnosis.databases]
    seen = {(one.environment, one.name) for one in diagnosis.databases}
    others = [cause for cause in diagnosis.causes if (cause.environment, cause.database) not in seen]
    blocks += [list(_cause(cause, page, f"{cause.environment or 'git-alembic'}: ")) for cause in others]
    blocks += [list(page.reason(reason)) for reason in diagnosis.reasons]
    blocks.append(list(_setup(diagnosis, page)))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _database(seen: Seen, diagnosis: Diagnosis, page: Page) -> list[str]:
    where = f"{seen.environment} ({seen.name}):" if seen.name else f"{seen.environment}:"
    text = f"{seen.url}, {seen.source}"
    lines = list(page.wrapped(text, page.paint(where, "path"), where))
    for cause in diagnosis.causes:
        if (cause.environment, cause.database) == (seen.environment, seen.name):
            lines += _cause(cause, page, "")
    return lines


def _cause(cause: Cause, page: Page, where: str) -> Iterator[str]:
    what = f"{'warning: ' if cause.severity == 'warning' else ''}{cause.cause}:"
    yield from page.wrapped(
        cause.message, f"{where}{page.paint(what, _STYLES[cause.severity])}", f"{where}{what}", indent="    "
    )
    for line in cause.evidence:
        yield from page.wrapped(line, "   ", "   ", indent="      ")
    for number, way in enumerate(cause.ways):
        yield from _way(way, page, first=not number)


def _way(way: Way, page: Page, *, first: bool) -> Iterator[str]:
    yield "  To repair:" if first else "  Or:"
    for fix in way:
        if fix.note:
            yield from page.wrapped(fix.note, "    #", "    #", indent="    # ")
        yield f"    {page.paint(shell_line(fix), 'command')}"


def _setup(diagnosis: Diagnosis, page: Page) -> Iterator[str]:
    said = []
    for one in diagnosis.runtimes:
        names = {"python": "Python", "alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}
        versions = ", ".join(f"{names[key]} {value}" for key, value in one.versions.items())
        said.append(f"{one.path} ({one.why}){f': {versions}' if versions else ''}")
    said = [*dict.fromkeys(said), f"git {diagnosis.git}" if diagnosis.git else ""]
    hooks = diagnosis.hooks
    by: dict[str, list[str]] = {}
    for hook, installer in hooks.installed.items():
        by.setdefault(installer, []).append(hook)
    said += [f"hooks of {installer}: {', '.join(names)}" for installer, names in by.items()]
    if hooks.missing:
        said.append(f"no hook for {', '.join(hooks.missing)} (`git alembic install`, or docs/hooks.md)")
    for line in filter(None, said):
        yield from page.wrapped(line, page.paint("git-alembic:", "faint"), "git-alembic:")


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """The document of every judging command, with "causes", "databases" and "setup"."""
    return dumps(
        {
            "version": 1,
            "verdict": diagnosis.verdict,
            "reason": diagnosis.reason,
            "environments": [
                {
                    "name": one.name,
                    "script_location": one.script_location,
                    "heads": one.heads,
                    "bases": one.bases,
                    "revisions": one.revisions,
                }
                for one in diagnosis.environments
            ],
            "findings": [],
            "causes": [_cause_object(cause) for cause in diagnosis.causes],
            "databases": [
                {
                    "environment": one.environment,
                    "name": one.name,
                    "url": one.url,
                    "source": one.source,
                    "dialect": one.dialect,
                    "server": one.server,
                    "version_table": one.version_table,
                    "revisions": one.revisions,
                    "tables": one.tables,
                }
                for one in diagnosis.databases
            ],
            "setup": {
                "git": diagnosis.git,
                "interpreters": [
                    {"environment": one.environment, "path": one.path, "why": one.why, "versions": dict(one.versions)}
                    for one in diagnosis.runtimes
                ],
                "hooks": {"installed": dict(diagnosis.hooks.installed), "missing": diagnosis.hooks.missing},
            },
        },
        indent=2,
    )


def _cause_object(cause: Cause) -> dict[str, object]:
    ways = [[_fix_object(fix) for fix in way] for way in cause.ways]
    return {
        "cause": cause.cause,
        "severity": cause.severity,
        "environment": cause.environment,
        "database": cause.database,
        "message": cause.message,
        "evidence": cause.evidence,
        "revisions": cause.revisions,
        "fixes": ways[0] if ways else [],
        "alternatives": ways[1:],
    }


def _fix_object(fix: Fix) -> dict[str, object]:
    return {"command": fix.command, "cwd": fix.cwd, "note": fix.note}
