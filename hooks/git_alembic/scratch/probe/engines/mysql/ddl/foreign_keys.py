"""Foreign keys: their names, their targets, and the changes that they prevent."""

from __future__ import annotations

import re
from typing import Iterable, Sequence

from git_alembic.scratch.probe.engines.mysql.catalog import Column, ForeignKey, Table
from git_alembic.scratch.probe.engines.mysql.ddl.key_order_and_names import find_covering_key
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import ForeignSpec


def name_foreign_keys(
    specs: Sequence[ForeignSpec], existing: Sequence[ForeignKey], table: str, database: str
) -> list[ForeignKey]:
    """Return existing and new foreign keys. Default names are `t_ibfk_1` and so on."""
    numbers = [int(item.name[len(table) + 6 :]) for item in existing if is_generated_name(item.name, table)]
    last, named_keys = max(numbers, default=0), list(existing)
    for spec in specs:
        if not spec.symbol:
            last += 1
        name = spec.symbol or f"{table}_ibfk_{last}"
        named_keys.append(
            ForeignKey(
                name, spec.columns, spec.database or database, spec.table, spec.referred, _action(spec.on_delete),
                _action(spec.on_update),
            )
        )  # fmt: skip
    return named_keys


def is_generated_name(name: str, table: str) -> bool:
    return re.fullmatch(re.escape(table) + r"_ibfk_\d+", name) is not None


def _action(action: str) -> str:
    return "" if action == "RESTRICT" else action


def check_new(context: StatementContext, place: tuple[str, str], table: Table, new: Iterable[ForeignKey]) -> None:
    """Raise if the server rejects a foreign key."""
    for item in new:
        same = [other for other in table.foreign_keys if other.name.lower() == item.name.lower()]
        if len(same) > 1 or _is_taken(context, place, item):
            raise (
                _malformed_error(place, 121, "Duplicate key on write or update") if context.is_mariadb
                else ServerError(1826, f"Duplicate foreign key constraint name '{item.name}'")
            )  # fmt: skip
        _check_nulls(context, place, table, item)
        is_own = (item.database, item.table) == place
        referred = table if is_own else context.find(item.database, item.table)
        if referred is None:
            if context.checks_foreign_keys:
                raise _foreign_key_error(context, place, 1824, f"Failed to open the referenced table '{item.table}'")
            continue
        _check_referred(context, place, table, referred, item)


def _is_taken(context: StatementContext, place: tuple[str, str], new: ForeignKey) -> bool:
    foreign_keys = (foreign_key for table in context.other_tables(place) for foreign_key in table.foreign_keys)
    return any(foreign_key.name.lower() == new.name.lower() for foreign_key in foreign_keys)


def _foreign_key_error(context: StatementContext, place: tuple[str, str], number: int, message: str) -> ServerError:
    """Return the error. MariaDB has the same error for all mistakes."""
    return _malformed_error(place) if context.is_mariadb else ServerError(number, message)


def _malformed_error(
    place: tuple[str, str], errno: int = 150, text: str = "Foreign key constraint is incorrectly formed"
) -> ServerError:
    return ServerError(1005, f'Can\'t create table `{place[0]}`.`{place[1]}` (errno: {errno} "{text}")')


def _sets_null(foreign_key: ForeignKey) -> bool:
    return "SET NULL" in (foreign_key.on_delete, foreign_key.on_update)


def _check_nulls(context: StatementContext, place: tuple[str, str], table: Table, foreign_key: ForeignKey) -> None:
    if not _sets_null(foreign_key):
        return
    for name in foreign_key.columns:
        column = find_column(table, name)
        if column and not column.nullable:
            message = (
                f"Column '{name}' cannot be NOT NULL: needed in a foreign key constraint '{foreign_key.name}' SET NULL"
            )
            raise _foreign_key_error(context, place, 1830, message)


def _check_referred(
    context: StatementContext, place: tuple[str, str], table: Table, referred: Table, foreign_key: ForeignKey
) -> None:
    if len(foreign_key.columns) != len(foreign_key.referred):
        message = "Incorrect foreign key definition: Key reference and table reference don't match"
        raise _foreign_key_error(context, place, 1239, message)
    for name, referred_name in zip(foreign_key.columns, foreign_key.referred):
        left, right = find_column(table, name), find_column(referred, referred_name)
        if right is None:
            message = f"Failed to add the foreign key constraint. Missing column '{referred_name}' for constraint"
            raise _foreign_key_error(
                context, place, 3734, f"{message} '{foreign_key.name}' in the referenced table '{foreign_key.table}'"
            )
        if left and not are_compatible(left, right):
            message = f"Referencing column '{name}' and referenced column '{referred_name}' in foreign key constraint"
            raise _foreign_key_error(context, place, 3780, f"{message} '{foreign_key.name}' are incompatible.")
    if context.checks_foreign_keys and find_covering_key(referred.keys, foreign_key.referred) is None:
        message = f"Failed to add the foreign key constraint. Missing index for constraint '{foreign_key.name}'"
        raise _foreign_key_error(context, place, 1822, f"{message} in the referenced table '{foreign_key.table}'")


def are_compatible(left: Column, right: Column) -> bool:
    """True if a column can refer to another."""
    if left.collation or right.collation:
        texts = ("char", "varchar")
        same = left.type.name == right.type.name or (left.type.name in texts and right.type.name in texts)
        return same and left.collation == right.collation
    if left.type.name == "decimal":
        return left.type == right.type
    return (left.type.name, left.type.unsigned) == (right.type.name, right.type.unsigned)


def find_column(table: Table, name: str) -> Column | None:
    return next((column for column in table.columns if column.name.lower() == name.lower()), None)


def check_existing(context: StatementContext, place: tuple[str, str], before: Table, after: Table) -> None:
    """Raise if a change of a table removes something that a foreign key needs.

    MariaDB checks the types of columns even if foreign_key_checks is off.
    """
    if not context.checks_foreign_keys and not context.is_mariadb:
        return
    names = {foreign_key.name for foreign_key in after.foreign_keys}
    for foreign_key in before.foreign_keys:
        if foreign_key.name in names:
            _check_columns(
                context,
                before,
                after,
                foreign_key.columns,
                numbers=(1828, 1832),
                where=f"'{foreign_key.name}'",
                nulls=_sets_null(foreign_key),
            )
    for database, name, item in context.foreign_keys_to(*place):
        if (database, name) != place or item.name in names:
            table = f"{database}.{name}" if context.is_mariadb else name
            where = f"'{item.name}' of table '{table}'"
            _check_columns(context, before, after, item.referred, numbers=(1829, 1833), where=where)


def _check_columns(  # noqa: PLR0913 - the compared columns, and the words of the error
    context: StatementContext,
    before: Table,
    after: Table,
    columns: Sequence[str],
    *,
    numbers: tuple[int, int],
    where: str,
    nulls: bool = False,
) -> None:
    names_after = []
    for name in columns:
        old = find_column(before, name)
        new = next((column for column in after.columns if old and column.number == old.number), None)
        if new is None and not context.is_mariadb:
            raise ServerError(numbers[0], f"Cannot drop column '{name}': needed in a foreign key constraint {where}")
        if old and new and _is_changed(old, new):
            raise ServerError(numbers[1], f"Cannot change column '{name}': used in a foreign key constraint {where}")
        if new and not new.nullable and nulls:
            message = f"Column '{name}' cannot be NOT NULL: needed in a foreign key constraint {where} SET NULL"
            raise ServerError(1830, message)
        names_after.append(new.name if new else "")
    had = find_covering_key(before.keys, columns)
    if context.checks_foreign_keys and had and find_covering_key(after.keys, names_after) is None:
        raise ServerError(1553, f"Cannot drop index '{had.name}': needed in a foreign key constraint")


def _is_changed(old: Column, new: Column) -> bool:
    """True if a foreign key forbids a change. A longer string is allowed."""
    if old.type == new.type:
        return False
    if old.type.name == new.type.name and old.type.name in ("char", "varchar") and old.collation == new.collation:
        return int(new.type.arguments[0]) < int(old.type.arguments[0])
    return not are_compatible(old, new)
