"""RENAME and DROP: what becomes of names, and of those who refer to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from git_alembic.scratch.probe.engines.mysql.catalog.model import ForeignKey
from git_alembic.scratch.probe.engines.mysql.ddl.context import Work
from git_alembic.scratch.probe.engines.mysql.ddl.foreign_keys import is_made_up
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import Draft
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import constraint_definitions
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader

ROUTINES = ("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "ROLE", "USER", "SEQUENCE", "SERVER", "PACKAGE")


def draft_of(work: Work, database: str, name: str) -> Draft:
    table = work.table(database, name)
    return Draft(work, (work.place(database), name), table, table.collation)


def put(work: Work, draft: Draft) -> None:
    """Have the draft as the table; who refers to renamed columns follows."""
    database, name = draft.place
    table = draft.finish()
    if draft.renamed:
        follow(
            work, draft.place,
            lambda item: replace(item, referred=tuple(draft.renamed.get(part.lower(), part) for part in item.referred)),
        )  # fmt: skip
    work.catalog.databases[database].tables[name] = table


def follow(work: Work, place: tuple[str, str], change: Callable[[ForeignKey], ForeignKey]) -> None:
    for database, name, _ in list(work.pointing_at(*place)):
        table = work.catalog.databases[database].tables[name]
        changed = tuple(
            change(foreign_key) if (foreign_key.database, foreign_key.table) == place else foreign_key
            for foreign_key in table.foreign_keys
        )
        work.catalog.databases[database].tables[name] = replace(table, foreign_keys=changed)


def rename(work: Work, reader: Reader) -> None:
    reader.take_any("TABLE", "TABLES")
    while True:
        database, name = constraint_definitions.table_name(reader)
        reader.need("TO")
        new_database, new_name = constraint_definitions.table_name(reader)
        move(work, (work.place(database), name), (work.place(new_database or database), new_name))
        if not reader.take(","):
            return


def move(work: Work, old: tuple[str, str], new: tuple[str, str]) -> None:
    """Call a table something else; names that were made of its old one follow, as do foreign keys that refer to it."""
    if old == new:
        return
    held = work.catalog.databases[old[0]]
    if old[1] in held.views:
        work.claim(*new)
        work.catalog.databases[new[0]].views[new[1]] = held.views.pop(old[1])
        return
    table = work.table(*old)
    work.claim(*new)
    follow(work, old, lambda item: replace(item, database=new[0], table=new[1]))
    table = work.table(*old)
    foreign_keys = tuple(
        replace(foreign_key, name=new[1] + foreign_key.name[len(old[1]) :])
        if is_made_up(foreign_key.name, old[1])
        else foreign_key
        for foreign_key in table.foreign_keys
    )
    stem = f"{old[1]}_chk_"
    checks = tuple(
        replace(check, name=f"{new[1]}_chk_{check.name[len(stem) :]}") if check.name.startswith(stem) else check
        for check in table.checks
    )
    del held.tables[old[1]]
    work.catalog.databases[new[0]].tables[new[1]] = replace(table, foreign_keys=foreign_keys, checks=checks)


def drop(work: Work, reader: Reader) -> None:
    reader.take("TEMPORARY")
    if reader.take_any("TABLE", "TABLES"):
        _drop_tables(work, reader)
    elif reader.take("VIEW"):
        _drop_views(work, reader)
    elif reader.take("INDEX"):
        missing_ok = reader.take("IF", "EXISTS")
        name = reader.name()
        reader.need("ON")
        draft = draft_of(work, *constraint_definitions.table_name(reader))
        if any(key.name.lower() == name.lower() for key in draft.keys) or not missing_ok:
            draft.drop_key(name)
            put(work, draft)
    elif reader.take_any("DATABASE", "SCHEMA"):
        missing_ok = reader.take("IF", "EXISTS")
        name = reader.name()
        if work.catalog.databases.pop(name, None) is None and not missing_ok:
            raise ServerError(1008, f"Can't drop database '{name}'; database doesn't exist")
    elif not reader.take_any(*ROUTINES):
        raise reader.error()


def _listed(reader: Reader) -> list[tuple[str, str]]:
    found = [constraint_definitions.table_name(reader)]
    while reader.take(","):
        found.append(constraint_definitions.table_name(reader))
    return found


def _drop_tables(work: Work, reader: Reader) -> None:
    missing_ok = reader.take("IF", "EXISTS")
    places = [(work.place(database), name) for database, name in _listed(reader)]
    for place, name in places:
        table = work.find(place, name)
        if table is None and name in work.catalog.databases[place].views and work.mariadb:
            raise ServerError(1965, f"'{place}.{name}' is a view")
        if table is None and not missing_ok:
            raise ServerError(1051, f"Unknown table '{place}.{name}'")
        others = [
            foreign_key
            for foreign_key in work.pointing_at(place, name)
            if (foreign_key[0], foreign_key[1]) not in places
        ]
        if table and others and work.checking:
            raise _referenced(work, name, others[0])
    for place, name in places:
        work.catalog.databases[place].tables.pop(name, None)


def _referenced(work: Work, name: str, other: tuple[str, str, ForeignKey]) -> ServerError:
    if work.mariadb:
        return ServerError(1451, "Cannot delete or update a parent row: a foreign key constraint fails")
    where = f"referenced by a foreign key constraint '{other[2].name}' on table '{other[1]}'."
    return ServerError(3730, f"Cannot drop table '{name}' {where}")


def _drop_views(work: Work, reader: Reader) -> None:
    missing_ok = reader.take("IF", "EXISTS")
    for database, name in _listed(reader):
        place = work.place(database)
        if work.catalog.databases[place].views.pop(name, None) is None and not missing_ok:
            if not work.mariadb:
                raise ServerError(1051, f"Unknown table '{place}.{name}'")
            raise ServerError(4092, f"Unknown VIEW: '{place}.{name}'")
