"""Collects the definitions of CREATE TABLE or ALTER TABLE, and builds the table from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import Column, ForeignKey, Key, Part, Table
from git_alembic.scratch.probe.engines.mysql.ddl import check_constraints, foreign_keys
from git_alembic.scratch.probe.engines.mysql.ddl.column_from_definition import make_column
from git_alembic.scratch.probe.engines.mysql.ddl.key_order_and_names import arrange_keys, as_spec, find_covering_key
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.stored_expression_text import mentioned_columns, rename_in_expression
from git_alembic.scratch.probe.engines.mysql.errors import ServerError, no_column
from git_alembic.scratch.probe.engines.mysql.parsing.column_definitions import ColumnSpec
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import CheckSpec, ForeignSpec, KeySpec

_TABLE_PRIMARY = "PRIMARY"


class TableBuilder:
    """`place` is the database and name of the table, `before` the table before ALTER TABLE."""

    def __init__(self, context: StatementContext, place: tuple[str, str], before: Table | None, collation: str) -> None:
        self.context = context
        self.place = place
        self.before = before
        self.table = before or Table(context.catalog.next_number(), (), collation=collation)
        self.columns = list(self.table.columns)
        self.keys = [as_spec(key) for key in self.table.keys]
        self.foreign_keys = list(self.table.foreign_keys)
        self.checks = list(self.table.checks)
        self.new_foreign_keys: list[ForeignSpec] = []
        self.new_checks: list[CheckSpec] = []
        self.renamed: dict[str, str] = {}

    def find(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)

    def column(self, name: str) -> Column:
        """Return a column. Raise if it does not exist."""
        column = self.find(name)
        if column is None:
            raise no_column(name, self.place[1])
        return column

    def put(self, column: Column) -> None:
        """Replace the column with the same number."""
        self.columns = [column if item.number == column.number else item for item in self.columns]

    def add(self, spec: Any) -> None:
        """Add a definition that `parsing` read."""
        if isinstance(spec, ColumnSpec):
            self.add_column(spec)
        elif isinstance(spec, KeySpec):
            self.keys.append(spec)
        elif isinstance(spec, CheckSpec):
            self.new_checks.append(spec)
        else:
            self.add_foreign_key(spec)

    def add_column(self, spec: ColumnSpec) -> None:
        if self.find(spec.name):
            if spec.if_not_exists:
                return
            raise ServerError(1060, f"Duplicate column name '{spec.name}'")
        column = make_column(self.context, spec, self.context.catalog.next_number(), self.table.collation)
        self._place(column, spec.position)
        self._add_constraints(spec)

    def _place(self, column: Column, position: str | None) -> None:
        if position is None:
            self.columns.append(column)
        elif position:
            self.columns.insert(self.columns.index(self.column(position)) + 1, column)
        else:
            self.columns.insert(0, column)

    def _add_constraints(self, spec: ColumnSpec) -> None:
        """Add the constraints of a column's definition."""
        self.keys.extend(spec.keys)
        self.new_checks.extend(check for check in spec.checks if check.symbol or not self.context.is_mariadb)
        if spec.references and self.context.is_mariadb:
            self.add_foreign_key(spec.references)

    def change_column(self, old: str, spec: ColumnSpec) -> None:
        """Redefine a column, perhaps with another name."""
        old_column = self.column(old)
        other = self.find(spec.name)
        if other and other.number != old_column.number:
            raise ServerError(1060, f"Duplicate column name '{spec.name}'")
        if old_column.name != spec.name:
            self.rename_column(old_column.name, spec.name)
        new_column = make_column(self.context, spec, old_column.number, self.table.collation)
        if spec.position is None:
            self.put(new_column)
        else:
            self.columns = [column for column in self.columns if column.number != old_column.number]
            self._place(new_column, spec.position)
        self._add_constraints(spec)

    def rename_column(self, old: str, new: str) -> None:
        column = self.column(old)
        if self.find(new) and old.lower() != new.lower():
            raise ServerError(1060, f"Duplicate column name '{new}'")
        old = column.name
        self._check_rename(old)
        self.renamed[old.lower()] = new
        self.put(replace(column, name=new))
        self.columns = [_rename_in_column(item, old, new) for item in self.columns]
        self.checks = [replace(check, text=rename_in_expression(check.text, old, new)) for check in self.checks]
        for key in self.keys:
            key.parts = tuple(replace(part, column=_swap(part.column, old, new)) for part in key.parts)
        self.foreign_keys = [
            replace(foreign_key, columns=tuple(_swap(name, old, new) for name in foreign_key.columns))
            for foreign_key in self.foreign_keys
        ]

    def follow_renamed(self, foreign_key: ForeignKey) -> ForeignKey:
        """Return a foreign key to the table with the new names of its columns."""
        return replace(
            foreign_key, referred=tuple(self.renamed.get(name.lower(), name) for name in foreign_key.referred)
        )

    def _check_rename(self, name: str) -> None:
        if self.context.is_mariadb:
            return
        for check in self.checks:
            if name in mentioned_columns(check.text):
                raise check_constraints.used_by_check(check, name)

    def drop_column(self, name: str) -> None:
        column = self.find(name)
        if column is None:
            raise ServerError(1091, self._cannot_drop("COLUMN", name))
        if len(self.columns) == 1:
            raise ServerError(1090, "You can't delete all columns with ALTER TABLE; use DROP TABLE instead")
        self.columns.remove(column)
        for key in self.keys:
            other_parts = tuple(part for part in key.parts if part.column.lower() != name.lower())
            if (
                self.context.is_mariadb
                and key.kind in ("UNIQUE", "PRIMARY")
                and other_parts
                and other_parts != key.parts
            ):
                raise ServerError(1072, f"Key column '{column.name}' doesn't exist in table")
            key.parts = other_parts
        self.keys = [key for key in self.keys if key.parts]
        own_checks = [check for check in self.checks if mentioned_columns(check.text) == {column.name}]
        if not self.context.is_mariadb:
            self.checks = [check for check in self.checks if check not in own_checks]

    def _cannot_drop(self, kind: str, name: str) -> str:
        if self.context.is_mariadb:
            return f"Can't DROP {kind} {quote_name(name)}; check that it exists"
        return f"Can't DROP '{name}'; check that column/key exists"

    def drop_key(self, name: str) -> None:
        self._drop(self.keys, name, "INDEX")

    def drop_foreign_key(self, name: str) -> None:
        self._drop(self.foreign_keys, name, "FOREIGN KEY")

    def drop_constraint(self, name: str) -> None:
        """Drop a constraint of any kind."""
        for constraints in (
            self.checks,
            self.foreign_keys,
            [key for key in self.keys if key.kind in ("UNIQUE", "PRIMARY")],
        ):
            if any(item.name.lower() == name.lower() for item in constraints):
                self._drop(
                    self.keys if constraints and isinstance(constraints[0], KeySpec) else constraints,
                    name,
                    "CONSTRAINT",
                )
                return
        if self.context.is_mariadb:
            raise ServerError(1091, self._cannot_drop("CONSTRAINT", name))
        raise ServerError(3940, f"Constraint '{name}' does not exist.")

    def drop_check(self, name: str) -> None:
        if not any(check.name.lower() == name.lower() for check in self.checks):
            raise ServerError(3821, f"Check constraint '{name}' is not found in the table.")
        self._drop(self.checks, name, "CONSTRAINT")

    def _drop(self, items: list[Any], name: str, kind: str) -> None:
        other_items = [item for item in items if item.name.lower() != name.lower()]
        if len(other_items) == len(items):
            raise ServerError(1091, self._cannot_drop(kind, name))
        items[:] = other_items

    def add_foreign_key(self, spec: ForeignSpec) -> None:
        parts = tuple(Part(name) for name in spec.columns)
        self.keys.append(KeySpec("", spec.symbol or spec.name, parts, generated=True))
        self.new_foreign_keys.append(spec)

    def finish(self) -> Table:
        """Return the table. Raise if the server rejects it."""
        self._prepare_primary()
        arranged = arrange_keys(self.keys, self.find, self.context.is_mariadb)
        self._check_auto(arranged)
        database, name = self.place
        every = foreign_keys.name_foreign_keys(self.new_foreign_keys, self.foreign_keys, name, database)
        table = replace(
            self.table,
            columns=tuple(self.columns),
            keys=arranged,
            foreign_keys=tuple(every),
            checks=tuple(self.checks),
        )
        table = check_constraints.define_checks(self.context, self.place, table, self.new_checks)
        check_constraints.refuse_unknown_columns(self.context, table)
        table = self._complete(table)
        foreign_keys.check_new(self.context, self.place, table, every[len(self.foreign_keys) :])
        if self.before:
            foreign_keys.check_existing(self.context, self.place, self.before, table)
        return table

    def _complete(self, table: Table) -> Table:
        """Make foreign keys without columns refer to the primary key.

        Foreign keys to the table itself follow its columns.
        """
        complete = []
        for foreign_key in table.foreign_keys:
            is_own = (foreign_key.database, foreign_key.table) == self.place
            referred = table if is_own else self.context.find(foreign_key.database, foreign_key.table)
            names = foreign_key.referred or (referred.keys[0].columns if referred and referred.keys else ())
            if is_own:
                names = tuple(self.renamed.get(name.lower(), name) for name in names)
            complete.append(replace(foreign_key, referred=names))
        return replace(table, foreign_keys=tuple(complete))

    def _prepare_primary(self) -> None:
        primary = [key for key in self.keys if key.kind == _TABLE_PRIMARY]
        if len(primary) > 1:
            raise ServerError(1068, "Multiple primary key defined")
        for part in primary[0].parts if primary else ():
            column = self.find(part.column)
            if column and column.nullable:
                self.put(replace(column, nullable=False))

    def _check_auto(self, arranged: Sequence[Key]) -> None:
        auto = [column for column in self.columns if column.auto]
        if len(auto) > 1 or any(find_covering_key(arranged, (item.name,)) is None for item in auto):
            raise ServerError(
                1075,
                "Incorrect table definition; there can be only one auto column and it must be defined as a key",
            )


def _swap(name: str, old: str, new: str) -> str:
    return new if name.lower() == old.lower() else name


def _rename_in_column(column: Column, old: str, new: str) -> Column:
    """Return the column with another name for a column in its expressions."""
    texts = (rename_in_expression(text, old, new) for text in (column.generated, column.check, column.default))
    generated, check, default = texts
    return replace(column, generated=generated, check=check, default=default)
