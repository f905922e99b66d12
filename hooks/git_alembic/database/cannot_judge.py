"""Why a database or a history cannot be judged, as sentences; "" where it can."""

from __future__ import annotations

from git_alembic.database.facts import Case
from git_alembic.database.state import Sight
from git_alembic.scratch.result import Failure

_WRITES = ("RefusedWrite", "read-only transaction", "READ ONLY transaction", "readonly database")


def foreign(sight: Sight) -> str:
    """The version table has not the shape of one."""
    if not sight.version.exists or "version_num" in sight.version.columns:
        return ""
    columns = ", ".join(sight.version.columns)
    return (
        f"the table {sight.version_table} is none of Alembic's: it has the columns {columns}, and no version_num; name "
        "another with version_table in env.py, or rename it"
    )


def broken(case: Case) -> str:
    """Alembic would not load the history; where a revision of the database is lost, that is the cause."""
    graph = case.graph
    if case.unknown or not (graph.missing or graph.cycles):
        return ""
    what = "it has a loop"
    if graph.missing:
        child, parent = graph.missing[0]
        what = f"'{child}' comes after '{parent}', which is not here"
    return f"the history does not load: {what} (`git alembic check` says more)"


def misbehaved(failure: Failure) -> str:
    """A variable is not set, or code wanted to write."""
    if failure.kind == "variable":
        return f"the project's settings want the variable {failure.name}, which is not set"
    if not any(mark in f"{failure.type} {failure.message}" for mark in _WRITES):
        return ""
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    what = failure.message.rpartition("meanwhile: ")[2]
    return f"the project's code wants to write{where} while the database is only read, and was not let: {what}"
