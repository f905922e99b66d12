"""model-drift: the models have something that no revision creates, or a revision creates what no model has."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.config.settings import Severity
from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.scratch.scratch_result import Operation, ScratchResult

SLUG = "model-drift"
_PERMANENT = "no revision can fix this: autogenerate also reports it on a database created from the models"
WHY = "A database that is up to date does not match the models."


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield one finding per file and severity, with everything that autogenerate would write.

    An operation that several databases need, such as the schemas of tenants, is listed once.
    """
    groups: dict[tuple[str, Severity], dict[Operation, None]] = {}
    for operation, is_from_models in result.new_operations():
        groups.setdefault((operation.path, "error" if is_from_models else "warning"), {})[operation] = None
    for (path, severity), operations in sorted(groups.items(), key=lambda item: item[0]):
        yield _finding(result, path, severity, list(operations))


def _finding(result: ScratchResult, path: str, severity: Severity, operations: list[Operation]) -> Finding:
    lines = sorted({operation.line for operation in operations if operation.line})
    number = format_count(len(operations), "change")
    if severity == "warning":
        text, lead = f"the new revisions make {number} that the models don't include", "Autogenerate would generate:"
    else:
        text = f"{number} in the models {'have' if operations[1:] else 'has'} no revision"
        lead = "`alembic check` reports:"
    return Finding(
        SLUG,
        path or result.environment.script_location,
        lines[0] if lines else 0,
        (),
        text,
        why=f"{WHY[:-1]} ({result.caveat}). {lead}" if result.caveat else f"{WHY} {lead}",
        repairs=_repairs(result, severity, operations),
        details=tuple(_line(operation, result) for operation in operations),
        severity=severity,
    )


def _line(operation: Operation, result: ScratchResult) -> str:
    place = f"line {operation.line}: " if operation.line else ""
    permanent = f"  # {_PERMANENT}" if operation.text in result.permanent else ""
    return f"{place}{operation.text}{permanent}"


def _repairs(result: ScratchResult, severity: Severity, operations: list[Operation]) -> tuple[Repair, ...]:
    if severity == "warning":
        return (
            Repair(
                "if the difference isn't intended, make the same change in the models, or remove it from the revision"
            ),
        )
    if all(operation.text in result.permanent for operation in operations):
        words = (
            "change the model, or suppress the difference with include_object or a custom comparator in "
            "env.py: no revision can fix this"
        )
        return (Repair(words),)
    environment = result.environment
    staged = [Repair("stage the revision", (Command(("git", "add", path)),)) for path in result.unstaged]
    alembic = environment.command("revision" if environment.wrapper == "alembic" else "migrate")
    automatic = ("--autogenerate",) if environment.wrapper == "alembic" else ()
    command = (*alembic, *automatic, "-m", "describe the change")
    # Autogenerate refuses a database that lacks a revision.
    upgrade = Command(environment.command("upgrade", "heads"), environment.cwd)
    title = "upgrade your database and generate a revision; review it before you commit it"
    add = Command(("git", "add", *environment.versions[:1]))
    return (*staged, Repair(title, (upgrade, Command(command, environment.cwd), add)))
