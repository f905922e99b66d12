"""Selects the change of the catalog by the first words of a statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.catalog import Database, Table, View
from git_alembic.scratch.probe.engines.mysql.ddl import alter_table, drop_and_rename, table_options
from git_alembic.scratch.probe.engines.mysql.ddl.drop_and_rename import NOT_EMULATED
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import TableBuilder
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import column_definitions, constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader

Columns = Callable[[str], "list[str]"]
_OTHERS = ("GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "CHECK", "REPAIR", "FLUSH", "LOCK", "UNLOCK", "KILL", "RESET",
           "PURGE")  # fmt: skip


def apply(context: StatementContext, reader: Reader, columns: Columns) -> None:
    """Change the catalog. Raise ServerError or NotReplayed.

    `columns` returns the names of a query's columns.
    """
    if reader.take("CREATE"):
        _create(context, reader, columns)
    elif reader.take("ALTER"):
        _alter(context, reader)
    elif reader.take("DROP"):
        drop_and_rename.run_drop(context, reader)
    elif reader.take("RENAME"):
        drop_and_rename.rename(context, reader)
    elif not reader.take_any(*_OTHERS):
        raise reader.error()


def _create(context: StatementContext, reader: Reader, columns: Columns) -> None:
    replacing = reader.take("OR", "REPLACE")
    temporary = reader.take("TEMPORARY")
    if reader.take("TABLE"):
        _create_table(context, reader, columns, (replacing, temporary))
    elif temporary:
        raise reader.error()
    elif reader.take_any("DATABASE", "SCHEMA"):
        _create_database(context, reader)
    elif reader.sees("INDEX") or reader.sees("UNIQUE") or reader.sees("FULLTEXT") or reader.sees("SPATIAL"):
        _create_index(context, reader)
    else:
        _create_other(context, reader, replacing)


def _create_other(context: StatementContext, reader: Reader, replacing: bool) -> None:
    head = [token.value for token in reader.tokens[:14]]
    kind = next((word for word in head if word in ("VIEW", *NOT_EMULATED)), "")
    if not kind:
        raise reader.error()
    while not reader.take(kind):
        reader.next()
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    if kind != "VIEW":
        if kind == "SEQUENCE":
            raise NotReplayed("sequences")
        return
    database, name = constraint_definitions.table_name(reader)
    place = context.resolve_database(database)
    content = context.catalog.databases[place]
    if name in content.tables or (name in content.views and not replacing):
        if not missing_ok:
            context.claim(place, name)
        return
    content.views[name] = View(reader.text[reader.tokens[0].start :])


def _create_database(context: StatementContext, reader: Reader) -> None:
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    name = reader.name()
    collation = context.collation("utf8mb4")
    while not reader.is_at_end:
        reader.take("DEFAULT")
        if reader.take("COLLATE"):
            reader.take("=")
            collation = constraint_definitions.charset_name(reader)
        elif reader.take("CHARACTER", "SET") or reader.take("CHARSET"):
            reader.take("=")
            collation = context.collation(constraint_definitions.charset_name(reader))
        else:
            reader.next()
    if name not in context.catalog.databases:
        context.catalog.databases[name] = Database(collation)
    elif not missing_ok:
        raise ServerError(1007, f"Can't create database '{name}'; database exists")


def _create_table(context: StatementContext, reader: Reader, columns: Columns, explicit: tuple[bool, bool]) -> None:
    replacing, temporary = explicit
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    database, name = constraint_definitions.table_name(reader)
    place = context.resolve_database(database)
    content = context.catalog.databases[place]
    if name in content.tables and missing_ok:
        return
    if not replacing:
        context.claim(place, name)
    in_parentheses = reader.sees("(", "LIKE") and reader.take("(")
    if reader.take("LIKE"):
        content.tables[name] = _like(context, *constraint_definitions.table_name(reader))
        if in_parentheses:
            reader.need(")")
        return
    builder = TableBuilder(context, (place, name), None, content.collation)
    body = reader.inner(reader.group()) if reader.sees("(") and not reader.sees("(", "SELECT") else None
    while not reader.is_at_end and (table_options.take_option(reader, builder) or reader.take(",")):
        continue
    if body is not None:
        _fill(body, builder)
    reader.take_any("IGNORE", "REPLACE")
    if not reader.is_at_end:
        _from_query(reader, builder, columns)
    content.tables[name] = replace(builder.finish(), temporary=temporary)


def _fill(reader: Reader, builder: TableBuilder) -> None:
    while True:
        builder.add(
            constraint_definitions.element(reader) or column_definitions.column(reader, builder.context.is_mariadb)
        )
        if reader.is_at_end:
            return
        reader.need(",")


def _from_query(reader: Reader, builder: TableBuilder, columns: Columns) -> None:
    """Apply CREATE TABLE … AS SELECT. Unchanged columns keep their type."""
    reader.take("AS")
    if not (reader.sees("SELECT") or reader.sees("WITH") or reader.sees("(")):
        raise reader.error()
    text = reader.text[reader.token.start :]
    sources = _sources(builder.context, reader)
    for name in columns(text):
        column = next((item for table in sources for item in table.columns if item.name.lower() == name.lower()), None)
        if column is None:
            raise NotReplayed("a table made from a query with expressions")
        number = builder.context.catalog.next_number()
        builder.columns.append(replace(column, number=number, name=name, auto=False, generated="", check=""))


def _sources(context: StatementContext, reader: Reader) -> list[Table]:
    tables = []
    while not reader.is_at_end:
        if reader.take_any("FROM", "JOIN") and not reader.sees("("):
            tables.append(context.table(*constraint_definitions.table_name(reader)))
        elif not reader.is_at_end:
            reader.next()
    return tables


def _like(context: StatementContext, database: str, name: str) -> Table:
    source = context.table(database, name)
    columns = tuple(replace(column, number=context.catalog.next_number()) for column in source.columns)
    return replace(source, number=context.catalog.next_number(), columns=columns, foreign_keys=())


def _create_index(context: StatementContext, reader: Reader) -> None:
    kind = reader.take_any("UNIQUE", "FULLTEXT", "SPATIAL")
    reader.need("INDEX")
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    name = reader.name()
    if reader.take("USING"):
        reader.next()
    reader.need("ON")
    builder = alter_table.builder_for(context, *constraint_definitions.table_name(reader))
    if missing_ok and any(key.name.lower() == name.lower() for key in builder.keys):
        return
    spec = constraint_definitions.index(reader, kind)
    spec.name = name
    builder.add(spec)
    alter_table.put_table(context, builder)


def _alter(context: StatementContext, reader: Reader) -> None:
    reader.take_any("ONLINE", "IGNORE")
    if reader.take_any("DATABASE", "SCHEMA"):
        _alter_database(context, reader)
        return
    if not reader.take("TABLE"):
        if any(token.matches("VIEW", *NOT_EMULATED, "INSTANCE") for token in reader.tokens[:14]):
            return
        raise reader.error()
    missing_ok = reader.take("IF", "EXISTS")
    database, name = constraint_definitions.table_name(reader)
    if missing_ok and name not in context.database(database).tables:
        return
    builder = alter_table.builder_for(context, database, name)
    new_name = alter_table.apply_clauses(reader, builder)
    alter_table.put_table(context, builder)
    if new_name:
        place, _, other = new_name.rpartition(".")
        drop_and_rename.move(context, builder.place, (context.resolve_database(place or builder.place[0]), other))


def _alter_database(context: StatementContext, reader: Reader) -> None:
    names = ("DEFAULT", "CHARACTER", "CHARSET", "COLLATE")
    database = context.database("" if any(reader.sees(word) for word in names) else reader.name())
    while not reader.is_at_end:
        if reader.take("COLLATE"):
            reader.take("=")
            database.collation = constraint_definitions.charset_name(reader)
        elif reader.take("CHARACTER", "SET") or reader.take("CHARSET"):
            reader.take("=")
            database.collation = context.collation(constraint_definitions.charset_name(reader))
        else:
            reader.next()
