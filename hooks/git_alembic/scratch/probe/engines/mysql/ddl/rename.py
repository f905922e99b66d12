"""RENAME, and storing a changed table so that foreign keys follow new names."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from git_alembic.scratch.probe.engines.mysql.catalog.model import ForeignKey
from git_alembic.scratch.probe.engines.mysql.ddl.foreign_keys import is_generated_name
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import TableBuilder
from git_alembic.scratch.probe.engines.mysql.parsing import constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader


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
