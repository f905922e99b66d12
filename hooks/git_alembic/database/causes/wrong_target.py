"""`wrong-target`: this may be the wrong database, or its URL comes from an unexpected place."""

from __future__ import annotations

import os
from collections.abc import Iterator

from git_alembic.database.database_state import DatabaseState, InspectionResult, Origin, Url
from git_alembic.database.diagnosis import Cause
from git_alembic.database.facts_for_causes import DatabaseFacts


def describe_source(database: DatabaseState, config: str | None) -> str:
    """Say in a clause where the URL comes from."""
    origins = [_describe_origin(origin, config) for origin in database.origins]
    return ", ".join(dict.fromkeys(origins)) if origins else "built by code in env.py or in a module that it imports"


def _describe_origin(origin: Origin, config: str | None) -> str:
    if origin.kind == "variable":
        file = (
            f" (set in {origin.file})" if origin.file else " (set by the project's code)" if origin.file == "" else ""
        )
        return f"the environment variable {origin.name}{file}"
    if origin.kind == "parts":
        return f"built from the environment variables {origin.name}{f' of {origin.file}' if origin.file else ''}"
    if origin.kind == "application":
        return f"{origin.name} of the application"
    if origin.kind != "ini":
        return "pyproject.toml"
    ini = f"{config.removesuffix('pyproject.toml')}alembic.ini" if config and config.endswith(".toml") else config
    return f"sqlalchemy.url in {ini or 'the configuration'}"


def find(facts: DatabaseFacts, inspected: InspectionResult, namesakes: tuple[str, ...] = ()) -> Iterator[Cause]:
    """Yield warnings. `namesakes` are files with the name of an SQLite database in other folders."""
    database, config = facts.database, facts.environment.ini
    if database.is_configured is False and inspected.configured and not inspected.configured.is_placeholder:
        file = config if inspected.configured.kind == "ini" else "pyproject.toml"
        yield Cause(
            "wrong-target",
            f"{file} and env.py point to different databases; the one in env.py is used",
            (
                f"{file}: {inspected.configured.url}",
                f"env.py: {database.url.text} ({describe_source(database, config)})",
            ),
            severity="warning",
        )
    if missing := _missing_file(database.url, inspected):
        others = [f"there is {path}, which may be the right one" for path in namesakes]
        relative = [f"{database.url.text} is relative to the current directory, {os.path.dirname(missing)}"]
        yield Cause(
            "wrong-target",
            f"the SQLite file {missing} does not exist; the first upgrade would create it",
            (*(relative if is_relative(database.url) else ()), *others),
            severity="warning",
        )
    elif namesakes and is_relative(database.url):
        same = "files of the same name exist in other folders"
        if len(namesakes) == 1:
            same = "a file of the same name exists in another folder"
        yield Cause(
            "wrong-target",
            f"{database.url.text} is relative to the current directory, and {same}",
            tuple(f"there is also {path}" for path in namesakes),
            severity="warning",
        )
    if database.models and facts.tables and not set(database.models) & set(facts.tables):
        yield Cause(
            "wrong-target",
            "the database and the models have no tables in common",
            (
                f"tables in the database: {_list_some(facts.tables)}",
                f"tables in the models: {_list_some(database.models)}",
                f"the URL is {database.url.text} ({describe_source(database, config)})",
            ),
            severity="warning",
        )


def is_relative(url: Url) -> bool:
    name = url.database or ""
    is_file = url.driver.startswith("sqlite") and bool(name)
    return is_file and not os.path.isabs(name) and not name.startswith((":", "file:"))


def _missing_file(url: Url, inspected: InspectionResult) -> str:
    if not url.driver.startswith("sqlite") or not url.database:
        return ""
    name = os.path.basename(url.database.partition("?")[0])
    return next((path for path in inspected.missing if os.path.basename(path) == name), "")


def _list_some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
