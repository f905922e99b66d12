"""Statements that change the catalog, by the words that they begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.catalog.model import Database, Table, View
from git_alembic.scratch.probe.engines.mysql.ddl import alter_table, drop, table_options
from git_alembic.scratch.probe.engines.mysql.ddl.context import Work
from git_alembic.scratch.probe.engines.mysql.ddl.drop import ROUTINES
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import Draft
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import column_definitions, constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader

Columns = Callable[[str], "list[str]"]
_OTHERS = ("GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "CHECK", "REPAIR", "FLUSH", "LOCK", "UNLOCK", "KILL", "RESET",
           "PURGE")  # fmt: skip


def apply(work: Work, reader: Reader, columns: Columns) -> None:
    """Change the catalog; raises `ServerError` as the server does, or `NotReplayed`.

    `columns` says what a query's columns are called.
    """
    if reader.take("CREATE"):
        _create(work, reader, columns)
    elif reader.take("ALTER"):
        _alter(work, reader)
    elif reader.take("DROP"):
        drop.drop(work, reader)
    elif reader.take("RENAME"):
        drop.rename(work, reader)
    elif not reader.take_any(*_OTHERS):
        raise reader.error()


def _create(work: Work, reader: Reader, columns: Columns) -> None:
    replacing = reader.take("OR", "REPLACE")
    temporary = reader.take("TEMPORARY")
    if reader.take("TABLE"):
        _create_table(work, reader, columns, (replacing, temporary))
    elif temporary:
        raise reader.error()
    elif reader.take_any("DATABASE", "SCHEMA"):
        _create_database(work, reader)
    elif reader.sees("INDEX") or reader.sees("UNIQUE") or reader.sees("FULLTEXT") or reader.sees("SPATIAL"):
        _create_index(work, reader)
    else:
        _create_other(work, reader, replacing)


def _create_other(work: Work, reader: Reader, replacing: bool) -> None:
    head = [token.value for token in reader.tokens[:14]]
    kind = next((word for word in head if word in ("VIEW", *ROUTINES)), "")
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
    place = work.place(database)
    held = work.catalog.databases[place]
    if name in held.tables or (name in held.views and not replacing):
        if not missing_ok:
            work.claim(place, name)
        return
    held.views[name] = View(reader.text[reader.tokens[0].start :])


def _create_database(work: Work, reader: Reader) -> None:
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    name = reader.name()
    collation = work.collation("utf8mb4")
    while not reader.done:
        reader.take("DEFAULT")
        if reader.take("COLLATE"):
            reader.take("=")
            collation = constraint_definitions.charset_name(reader)
        elif reader.take("CHARACTER", "SET") or reader.take("CHARSET"):
            reader.take("=")
            collation = work.collation(constraint_definitions.charset_name(reader))
        else:
            reader.next()
    if name not in work.catalog.databases:
        work.catalog.databases[name] = Database(collation)
    elif not missing_ok:
        raise ServerError(1007, f"Can't create database '{name}'; database exists")


def _create_table(work: Work, reader: Reader, columns: Columns, told: tuple[bool, bool]) -> None:
    replacing, temporary = told
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    database, name = constraint_definitions.table_name(reader)
    place = work.place(database)
    held = work.catalog.databases[place]
    if name in held.tables and missing_ok:
        return
    if not replacing:
        work.claim(place, name)
    in_parentheses = reader.sees("(", "LIKE") and reader.take("(")
    if reader.take("LIKE"):
        held.tables[name] = _like(work, *constraint_definitions.table_name(reader))
        if in_parentheses:
            reader.need(")")
        return
    draft = Draft(work, (place, name), None, held.collation)
    body = reader.inner(reader.group()) if reader.sees("(") and not reader.sees("(", "SELECT") else None
    while not reader.done and (table_options.option(reader, draft) or reader.take(",")):
        continue
    if body is not None:
        _fill(body, draft)
    reader.take_any("IGNORE", "REPLACE")
    if not reader.done:
        _from_query(reader, draft, columns)
    held.tables[name] = replace(draft.finish(), temporary=temporary)


def _fill(reader: Reader, draft: Draft) -> None:
    while True:
        draft.add(constraint_definitions.element(reader) or column_definitions.column(reader, draft.work.mariadb))
        if reader.done:
            return
        reader.need(",")


def _from_query(reader: Reader, draft: Draft, columns: Columns) -> None:
    """CREATE TABLE … AS SELECT: the columns by name; what is taken as it is keeps its type."""
    reader.take("AS")
    if not (reader.sees("SELECT") or reader.sees("WITH") or reader.sees("(")):
        raise reader.error()
    text = reader.text[reader.token.start :]
    sources = _sources(draft.work, reader)
    for name in columns(text):
        column = next((item for table in sources for item in table.columns if item.name.lower() == name.lower()), None)
        if column is None:
            raise NotReplayed("a table made from a query with expressions")
        number = draft.work.catalog.number()
        draft.columns.append(replace(column, number=number, name=name, auto=False, generated="", check=""))


def _sources(work: Work, reader: Reader) -> list[Table]:
    found = []
    while not reader.done:
        if reader.take_any("FROM", "JOIN") and not reader.sees("("):
            found.append(work.table(*constraint_definitions.table_name(reader)))
        elif not reader.done:
            reader.next()
    return found


def _like(work: Work, database: str, name: str) -> Table:
    source = work.table(database, name)
    columns = tuple(replace(column, number=work.catalog.number()) for column in source.columns)
    return replace(source, number=work.catalog.number(), columns=columns, foreign_keys=())


def _create_index(work: Work, reader: Reader) -> None:
    kind = reader.take_any("UNIQUE", "FULLTEXT", "SPATIAL")
    reader.need("INDEX")
    missing_ok = reader.take("IF", "NOT", "EXISTS")
    name = reader.name()
    if reader.take("USING"):
        reader.next()
    reader.need("ON")
    draft = drop.draft_of(work, *constraint_definitions.table_name(reader))
    if missing_ok and any(key.name.lower() == name.lower() for key in draft.keys):
        return
    spec = constraint_definitions.index(reader, kind)
    spec.name = name
    draft.add(spec)
    drop.put(work, draft)


def _alter(work: Work, reader: Reader) -> None:
    reader.take_any("ONLINE", "IGNORE")
    if reader.take_any("DATABASE", "SCHEMA"):
        _alter_database(work, reader)
        return
    if not reader.take("TABLE"):
        if any(token.says("VIEW", *ROUTINES, "INSTANCE") for token in reader.tokens[:14]):
            return
        raise reader.error()
    missing_ok = reader.take("IF", "EXISTS")
    database, name = constraint_definitions.table_name(reader)
    if missing_ok and name not in work.database(database).tables:
        return
    draft = drop.draft_of(work, database, name)
    new_name = alter_table.changed(reader, draft)
    drop.put(work, draft)
    if new_name:
        place, _, other = new_name.rpartition(".")
        drop.move(work, draft.place, (work.place(place or draft.place[0]), other))


def _alter_database(work: Work, reader: Reader) -> None:
    names = ("DEFAULT", "CHARACTER", "CHARSET", "COLLATE")
    database = work.database("" if any(reader.sees(word) for word in names) else reader.name())
    while not reader.done:
        if reader.take("COLLATE"):
            reader.take("=")
            database.collation = constraint_definitions.charset_name(reader)
        elif reader.take("CHARACTER", "SET") or reader.take("CHARSET"):
            reader.take("=")
            database.collation = work.collation(constraint_definitions.charset_name(reader))
        else:
            reader.next()
