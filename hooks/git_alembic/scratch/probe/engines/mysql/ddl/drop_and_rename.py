"""DROP and RENAME."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.scratch.probe.engines.mysql.catalog import ForeignKey
from git_alembic.scratch.probe.engines.mysql.ddl.alter_table import builder_for, put_table, update_references
from git_alembic.scratch.probe.engines.mysql.ddl.foreign_keys import is_generated_name
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


def rename(context: StatementContext, reader: Reader) -> None:
    reader.take_any("TABLE", "TABLES")
    while True:
        database, name = constraint_definitions.table_name(reader)
        reader.need("TO")
        new_database, new_name = constraint_definitions.table_name(reader)
        move(
            context,
            (context.resolve_database(database), name),
            (context.resolve_database(new_database or database), new_name),
        )
        if not reader.take(","):
            return


def move(context: StatementContext, old: tuple[str, str], new: tuple[str, str]) -> None:
    """Rename a table. Generated names and foreign keys to the table follow."""
    if old == new:
        return
    database = context.catalog.databases[old[0]]
    if old[1] in database.views:
        context.claim(*new)
        context.catalog.databases[new[0]].views[new[1]] = database.views.pop(old[1])
        return
    table = context.table(*old)
    context.claim(*new)
    update_references(context, old, lambda item: replace(item, database=new[0], table=new[1]))
    table = context.table(*old)
    foreign_keys = tuple(
        replace(foreign_key, name=new[1] + foreign_key.name[len(old[1]) :])
        if is_generated_name(foreign_key.name, old[1])
        else foreign_key
        for foreign_key in table.foreign_keys
    )
    stem = f"{old[1]}_chk_"
    checks = tuple(
        replace(check, name=f"{new[1]}_chk_{check.name[len(stem) :]}") if check.name.startswith(stem) else check
        for check in table.checks
    )
    del database.tables[old[1]]
    context.catalog.databases[new[0]].tables[new[1]] = replace(table, foreign_keys=foreign_keys, checks=checks)
