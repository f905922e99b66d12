"""Creates what models describe on a database that has none of it, with the schemas that they are in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import MetaData, event, text

_OF_TYPES = "_on_metadata_create"  # what SQLAlchemy itself listens with, to create enums


def create_models(metadata: MetaData, connection: Any) -> None:
    """Create the tables as `metadata.create_all` does, and their schemas, which it doesn't create.

    Some projects create schemas themselves before the tables, with functions that only a new schema gets. Their
    listeners run first.
    """
    schemas = schemas_of([metadata]) if connection.dialect.name != "sqlite" else set()
    if creates_schemas(metadata):

        def create_missing_schemas(*_: Any, **__: Any) -> None:
            create_schemas(connection, schemas)

        event.listen(metadata, "before_create", create_missing_schemas, once=True)
    else:
        create_schemas(connection, schemas)
    metadata.create_all(connection)


def schemas_of(every: Iterable[MetaData]) -> set[str | None]:
    return {table.schema for metadata in every for table in metadata.tables.values()}


def creates_schemas(metadata: MetaData) -> bool:
    """True if the project has code that runs before the tables are created, which may create schemas."""
    return any(map(_is_of_project, metadata.dispatch.before_create))


def create_schemas(connection: Any, schemas: Iterable[str | None]) -> None:
    """Create the schemas that are missing."""
    quote = connection.dialect.identifier_preparer.quote
    for schema in sorted(filter(None, schemas)):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}"))


def _is_of_project(listener: Any) -> bool:
    return _OF_TYPES not in (getattr(listener, "__name__", ""), getattr(listener, "name", ""))
