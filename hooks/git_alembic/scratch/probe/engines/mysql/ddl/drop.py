"""DROP."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.mysql.catalog.model import ForeignKey
from git_alembic.scratch.probe.engines.mysql.ddl.rename import builder_for, put_table
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader

NOT_EMULATED = ("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "ROLE", "USER", "SEQUENCE", "SERVER", "PACKAGE")


def run_drop(context: StatementContext, reader: Reader) -> None:
    reader.take("TEMPORARY")
    if reader.take_any("TABLE", "TABLES"):
        _drop_tables(context, reader)
    elif reader.take("VIEW"):
        _drop_views(context, reader)
    elif reader.take("INDEX"):
        missing_ok = reader.take("IF", "EXISTS")
        name = reader.name()
        reader.need("ON")
        builder = builder_for(context, *constraint_definitions.table_name(reader))
        if any(key.name.lower() == name.lower() for key in builder.keys) or not missing_ok:
            builder.drop_key(name)
            put_table(context, builder)
    elif reader.take_any("DATABASE", "SCHEMA"):
        missing_ok = reader.take("IF", "EXISTS")
        name = reader.name()
        if context.catalog.databases.pop(name, None) is None and not missing_ok:
            raise ServerError(1008, f"Can't drop database '{name}'; database doesn't exist")
    elif not reader.take_any(*NOT_EMULATED):
        raise reader.error()


def _read_names(reader: Reader) -> list[tuple[str, str]]:
    names = [constraint_definitions.table_name(reader)]
    while reader.take(","):
        names.append(constraint_definitions.table_name(reader))
    return names


def _drop_tables(context: StatementContext, reader: Reader) -> None:
    missing_ok = reader.take("IF", "EXISTS")
    places = [(context.resolve_database(database), name) for database, name in _read_names(reader)]
    for place, name in places:
        table = context.find(place, name)
        if table is None and name in context.catalog.databases[place].views and context.is_mariadb:
            raise ServerError(1965, f"'{place}.{name}' is a view")
        if table is None and not missing_ok:
            raise ServerError(1051, f"Unknown table '{place}.{name}'")
        others = [
            foreign_key
            for foreign_key in context.foreign_keys_to(place, name)
            if (foreign_key[0], foreign_key[1]) not in places
        ]
        if table and others and context.checks_foreign_keys:
            raise _referenced_error(context, name, others[0])
    for place, name in places:
        context.catalog.databases[place].tables.pop(name, None)


def _referenced_error(context: StatementContext, name: str, other: tuple[str, str, ForeignKey]) -> ServerError:
    if context.is_mariadb:
        return ServerError(1451, "Cannot delete or update a parent row: a foreign key constraint fails")
    where = f"referenced by a foreign key constraint '{other[2].name}' on table '{other[1]}'."
    return ServerError(3730, f"Cannot drop table '{name}' {where}")


def _drop_views(context: StatementContext, reader: Reader) -> None:
    missing_ok = reader.take("IF", "EXISTS")
    for database, name in _read_names(reader):
        place = context.resolve_database(database)
        if context.catalog.databases[place].views.pop(name, None) is None and not missing_ok:
            if not context.is_mariadb:
                raise ServerError(1051, f"Unknown table '{place}.{name}'")
            raise ServerError(4092, f"Unknown VIEW: '{place}.{name}'")
