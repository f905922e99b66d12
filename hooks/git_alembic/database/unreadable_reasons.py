"""Says in a sentence why a database or a history can't be checked; "" if it can."""

from __future__ import annotations

from git_alembic.database.database_facts import DatabaseFacts
from git_alembic.database.inspection_result import DatabaseState
from git_alembic.scratch.scratch_result import Failure

_WRITES = ("RefusedWrite", "read-only transaction", "READ ONLY transaction", "readonly database")


def describe_foreign_version_table(database: DatabaseState) -> str:
    """Explain that Alembic didn't create the version table."""
    if not database.version.exists or "version_num" in database.version.columns:
        return ""
    columns = ", ".join(database.version.columns)
    return (
        f"the table {database.version_table} was not created by Alembic: it has the columns {columns}, and "
        "no version_num; set a different version_table in env.py, or rename this table"
    )


def describe_broken_history(facts: DatabaseFacts) -> str:
    """Explain that Alembic can't load the history. A database at a lost revision is a separate cause."""
    graph = facts.graph
    if facts.unknown_rows or not (graph.missing or graph.cycles):
        return ""
    problem = "it contains a cycle"
    if graph.missing:
        child, parent = graph.missing[0]
        problem = f"'{child}' comes after '{parent}', which is missing from this checkout"
    return f"Alembic cannot load the history: {problem} (see `git alembic check`)"


def describe_project_failure(failure: Failure) -> str:
    """Explain that a variable isn't set, Flask finds no application, or the project's code tried to write."""
    if failure.kind == "variable":
        return f"the project's settings need the environment variable {failure.name}, which is not set"
    if failure.kind == "application" and failure.name:
        return f"the Flask application was not found: {failure.message} Set FLASK_APP, for example to {failure.name}"
    if not any(mark in f"{failure.type} {failure.message}" for mark in _WRITES):
        return ""
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    problem = failure.message.rpartition("meanwhile: ")[2]
    return f"the project's code tried to write to the database{where}, and git-alembic blocked it: {problem}"
