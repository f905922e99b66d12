"""ALTER TABLE, and storing a changed table."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.catalog import ForeignKey
from git_alembic.scratch.probe.engines.mysql.ddl import table_options
from git_alembic.scratch.probe.engines.mysql.ddl.column_from_definition import default_text, invalid_default
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import TableBuilder
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import column_definitions, constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.column_definitions import ColumnSpec
from git_alembic.scratch.probe.engines.mysql.parsing.data_types import ParsedType
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens

_WITHOUT_EFFECT = ("ENABLE KEYS", "DISABLE KEYS", "FORCE", "WITH VALIDATION", "WITHOUT VALIDATION", "NOWAIT")


def apply_clauses(reader: Reader, builder: TableBuilder) -> str:
    """Apply the clauses after the table's name. Return the new name of the table, or "".

    The server applies all drops first.
    """
    clauses: list[Tokens] = []
    while not reader.is_at_end:
        clauses.append(reader.until(","))
        reader.take(",")
    clauses.sort(key=lambda clause: not clause[0].matches("DROP"))
    new_name = ""
    for clause in clauses:
        inner = reader.inner(clause)
        while not inner.is_at_end:
            new_name = _clause(inner, builder) or new_name
    return new_name


def _clause(reader: Reader, builder: TableBuilder) -> str:
    if reader.sees("RENAME") and not any(reader.sees("RENAME", word) for word in ("COLUMN", "INDEX", "KEY")):
        reader.next()
        reader.take_any("TO", "AS", "=")
        return ".".join(filter(None, constraint_definitions.table_name(reader)))
    word = reader.take_any(*_CLAUSES)
    if word:
        _CLAUSES[word](reader, builder)
    elif reader.take_any("ALGORITHM", "LOCK"):
        reader.take("=")
        reader.next()
    elif any(reader.sees(word, "PARTITION") for word in ("TRUNCATE", "REORGANIZE", "COALESCE", "EXCHANGE")):
        raise NotReplayed("partitions")
    elif not table_options.take_option(reader, builder) and not reader.take_any(*_WITHOUT_EFFECT):
        raise reader.error()
    return ""


def _add(reader: Reader, builder: TableBuilder) -> None:
    is_mariadb = builder.context.is_mariadb
    if reader.sees("PARTITION"):
        raise NotReplayed("partitions")
    constraint = constraint_definitions.element(reader)
    if constraint is not None:
        if not (constraint.if_not_exists and _is_there(builder, constraint)):
            builder.add(constraint)
        return
    reader.take("COLUMN")
    if not reader.sees("("):
        builder.add(column_definitions.column(reader, is_mariadb))
        return
    inner = reader.inner(reader.group())
    while not inner.is_at_end:
        builder.add(constraint_definitions.element(inner) or column_definitions.column(inner, is_mariadb))
        if not inner.is_at_end:
            inner.need(",")


def _is_there(builder: TableBuilder, constraint: object) -> bool:
    name = (getattr(constraint, "symbol", "") or getattr(constraint, "name", "")).lower()
    return any(
        name == item.name.lower()
        for existing in (builder.keys, builder.foreign_keys, builder.checks)
        for item in existing
    )


def _drop(reader: Reader, builder: TableBuilder) -> None:
    if reader.sees("PARTITION"):
        raise NotReplayed("partitions")
    if reader.take("PRIMARY", "KEY"):
        builder.drop_key("PRIMARY")
        return
    kinds: dict[str, Callable[[str], None]] = {
        "FOREIGN KEY": builder.drop_foreign_key, "INDEX": builder.drop_key, "KEY": builder.drop_key,
        "CONSTRAINT": builder.drop_constraint, "CHECK": builder.drop_check, "COLUMN": builder.drop_column,
    }  # fmt: skip
    if builder.context.is_mariadb:
        del kinds["CHECK"]
    kind = reader.take_any(*kinds) or "COLUMN"
    missing_ok = reader.take("IF", "EXISTS")
    name = reader.name()
    reader.take_any("CASCADE", "RESTRICT")
    try:
        kinds[kind](name)
    except ServerError as error:
        if not (missing_ok and error.number in (1091, 3940, 3821)):
            raise


def _modify(reader: Reader, builder: TableBuilder) -> None:
    reader.take("COLUMN")
    missing_ok = reader.take("IF", "EXISTS")
    spec = column_definitions.column(reader, builder.context.is_mariadb)
    if builder.find(spec.name) or not missing_ok:
        column = builder.column(spec.name)
        builder.change_column(spec.name, replace(spec, name=column.name))


def _change(reader: Reader, builder: TableBuilder) -> None:
    reader.take("COLUMN")
    missing_ok = reader.take("IF", "EXISTS")
    old = reader.name()
    spec = column_definitions.column(reader, builder.context.is_mariadb)
    if builder.find(old) or not missing_ok:
        builder.change_column(old, spec)


def _alter(reader: Reader, builder: TableBuilder) -> None:
    if reader.take("INDEX") or reader.take("KEY"):
        reader.name()
        reader.take_any("VISIBLE", "INVISIBLE", "IGNORED", "NOT IGNORED")
        return
    if reader.take("CHECK") or reader.take("CONSTRAINT"):
        _enforce(reader, builder)
        return
    reader.take("COLUMN")
    reader.take("IF", "EXISTS")
    column = builder.column(reader.name())
    if reader.take("DROP", "DEFAULT"):
        builder.put(replace(column, default="", on_update=column.on_update))
    elif reader.take("SET", "DEFAULT"):
        spec = ColumnSpec(column.name, ParsedType(column.type), default=column_definitions.read_default(reader))
        spec.nullable = column.nullable
        is_null = len(spec.default or ()) == 1 and (spec.default or [])[0].matches("NULL")
        if is_null and not column.nullable:
            raise invalid_default(column.name)
        text = "" if is_null else default_text(builder.context, spec, column.type, column.collation)
        builder.put(replace(column, default=text))
    elif not reader.take("SET", "VISIBLE") and not reader.take("SET", "INVISIBLE"):
        raise reader.error()


def _enforce(reader: Reader, builder: TableBuilder) -> None:
    name, enforced = reader.name(), not reader.take("NOT")
    reader.need("ENFORCED")
    builder.checks = [replace(check, enforced=enforced) if check.name == name else check for check in builder.checks]


def _rename(reader: Reader, builder: TableBuilder) -> None:
    if reader.take("COLUMN"):
        missing_ok = reader.take("IF", "EXISTS")
        old = reader.name()
        reader.need("TO")
        new = reader.name()
        if builder.find(old) or not missing_ok:
            builder.rename_column(old, new)
        return
    reader.take_any("INDEX", "KEY")
    missing_ok = reader.take("IF", "EXISTS")
    old = reader.name()
    reader.need("TO")
    new = reader.name()
    if not any(key.name.lower() == old.lower() for key in builder.keys) and not missing_ok:
        raise ServerError(1176, f"Key '{old}' doesn't exist in table '{builder.place[1]}'")
    for key in builder.keys:
        if key.name.lower() == old.lower():
            key.name = new


def _convert(reader: Reader, builder: TableBuilder) -> None:
    reader.need("TO")
    if not reader.take("CHARACTER", "SET"):
        reader.need("CHARSET")
    table_options.convert(reader, builder)


def _order(reader: Reader, _: TableBuilder) -> None:
    reader.position = len(reader.tokens)


_CLAUSES: dict[str, Callable[[Reader, TableBuilder], None]] = {
    "ADD": _add, "DROP": _drop, "MODIFY": _modify, "CHANGE": _change, "ALTER": _alter, "RENAME": _rename,
    "CONVERT": _convert, "ORDER": _order,
}  # fmt: skip


def builder_for(context: StatementContext, database: str, name: str) -> TableBuilder:
    table = context.table(database, name)
    return TableBuilder(context, (context.resolve_database(database), name), table, table.collation)


def put_table(context: StatementContext, builder: TableBuilder) -> None:
    """Store the finished table. Foreign keys follow renamed columns."""
    database, name = builder.place
    table = builder.finish()
    if builder.renamed:
        update_references(context, builder.place, builder.follow_renamed)
    context.catalog.databases[database].tables[name] = table


def update_references(
    context: StatementContext, place: tuple[str, str], change: Callable[[ForeignKey], ForeignKey]
) -> None:
    for database, name, _ in list(context.foreign_keys_to(*place)):
        table = context.catalog.databases[database].tables[name]
        changed = tuple(
            change(foreign_key) if (foreign_key.database, foreign_key.table) == place else foreign_key
            for foreign_key in table.foreign_keys
        )
        context.catalog.databases[database].tables[name] = replace(table, foreign_keys=changed)
