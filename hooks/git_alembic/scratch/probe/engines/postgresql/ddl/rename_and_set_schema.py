"""ALTER … RENAME and ALTER … SET SCHEMA. Everything that uses the old name follows."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import truncate_name, type_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.functions import (
    move_functions_of_schema,
    rename_function,
    set_function_schema,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.constraints import claim, has_constraint
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.rename_column import run_rename_column
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
    DuplicateTable,
    UndefinedObject,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, split_name, strings
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify


def rename(context: StatementContext, node: Node) -> None:
    """Run a RenameStmt."""
    change = _RENAMES.get(node["renameType"])
    if change is None:
        raise NotReplayed("RENAME of {}".format(node["renameType"]))
    change(context, node, truncate_name(node["newname"]))


def set_schema(context: StatementContext, node: Node) -> None:
    """Run an AlterObjectSchemaStmt."""
    schema, kind = node["newschema"], node["objectType"]
    if schema not in context.catalog.schemas:
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    if "relation" in node:
        old_name = _relation(context, node)
        if old_name and not context.is_free(Name(schema, old_name.name)):
            raise DuplicateTable(f'relation "{old_name.name}" already exists in schema "{schema}"')
        if old_name:
            _move(context, old_name, Name(schema, old_name.name))
    elif kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        old_name = _type(context, node)
        move_everywhere(context, old_name, Name(schema, old_name.name))
    elif kind in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE"):
        set_function_schema(context, node, schema)
    elif kind != "OBJECT_EXTENSION":
        raise NotReplayed(f"SET SCHEMA of {kind}")


def _relation(context: StatementContext, node: Node) -> Name | None:
    catalog = context.catalog
    for kind in (catalog.tables, catalog.views, catalog.sequences, catalog.indexes):
        name = context.find(node["relation"], kind)
        if name:
            return name
    if has_flag(node, "missing_ok"):
        return None
    raise missing(node["relation"].get("schemaname"), node["relation"]["relname"])


def _move(context: StatementContext, old: Name, new: Name) -> None:
    """Rename a relation. Indexes and sequences follow into another schema."""
    context.claim(new)
    catalog = context.catalog
    if old in catalog.tables and old.schema != new.schema:
        along = [owned for owned in catalog.sequences.values() if owned.owner and owned.owner[0] == old]
        for sequence in along:
            move_everywhere(context, sequence.name, Name(new.schema, sequence.name.name))
    move_everywhere(context, old, new)
    if old.schema != new.schema:
        for index in [candidate for candidate in catalog.indexes.values() if candidate.table == new]:
            del catalog.indexes[index.name]
            moved = Name(new.schema, index.name.name)
            catalog.indexes[moved] = replace(index, name=moved)


def move_everywhere(context: StatementContext, old: Name, new: Name) -> None:
    """Replace a name in all values and texts."""
    old_text, new_text = qualify(old.schema, old.name), qualify(new.schema, new.name)
    spoken = re.compile(r"(?:(?<=::)|(?<='))" + re.escape(old_text) + r"(?![\w\"])")

    def text_moved(text: str) -> str:
        return spoken.sub(lambda _: new_text, text)

    def moved(value: Any) -> Any:
        if isinstance(value, Name):
            return new if value == old else value
        if isinstance(value, str):
            return text_moved(value) if old_text in value else value
        if isinstance(value, tuple):
            items = tuple(moved(item) for item in value)
            return value if items == value else items
        if is_dataclass(value):
            changes = {field.name: moved(getattr(value, field.name)) for field in fields(value)}
            changes = {name: item for name, item in changes.items() if item is not getattr(value, name)}
            changed: Any = value
            return replace(changed, **changes) if changes else value
        return value

    for name, kind in vars(context.catalog).items():
        if isinstance(kind, dict) and name not in ("schemas", "functions", "trigger_functions", "extensions"):
            setattr(context.catalog, name, {moved(key): moved(value) for key, value in kind.items()})


def _rename_relation(context: StatementContext, node: Node, new: str) -> None:
    old_name = _relation(context, node)
    if old_name:
        _move(context, old_name, Name(old_name.schema, new))


def _rename_constraint(context: StatementContext, node: Node, new: str) -> None:
    if has_flag(node, "missing_ok") and not context.find(node["relation"], context.catalog.tables):
        return
    table, old = context.table(node["relation"]), node["subname"]
    index = Name(table.name.schema, old)
    if index in context.catalog.indexes and context.catalog.indexes[index].excludes:
        move_everywhere(context, index, Name(index.schema, new))
        return
    if not has_constraint(table, old):
        raise UndefinedObject(f'constraint "{old}" for table "{table.name.name}" does not exist')
    if any(key.name == old for key in (*table.uniques, *((table.primary_key,) if table.primary_key else ()))):
        context.claim(Name(table.name.schema, new))
    claim(context, table, new)
    context.put(_rename_in_keys_and_checks(table, old, new))


def _rename_in_keys_and_checks(table: Table, old: str, new: str) -> Table:
    return table.map_constraints(lambda item: replace(item, name=new) if item.name == old else item)


def _rename_index(context: StatementContext, node: Node, new: str) -> None:
    """Rename an index and its constraint."""
    relation = node["relation"]
    places = (relation["schemaname"],) if "schemaname" in relation else context.catalog.search_path
    for table in context.catalog.tables.values():
        keys = (*table.uniques, *((table.primary_key,) if table.primary_key else ()))
        if table.name.schema in places and any(key.name == relation["relname"] for key in keys):
            context.claim(Name(table.name.schema, new))
            context.put(_rename_in_keys_and_checks(table, relation["relname"], new))
            return
    _rename_relation(context, node, new)


def _type(context: StatementContext, node: Node) -> Name:
    names = strings(node["object"]["List"]["items"])
    catalog: Catalog = context.catalog
    kinds: Mapping[Name, Any] = {**catalog.enums, **catalog.domains, **catalog.composites}
    name = find(*split_name(names), kinds, catalog)
    if name is None:
        raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))
    return name


def _rename_type(context: StatementContext, node: Node, new: str) -> None:
    old_name = _type(context, node)
    if new in type_names(context.catalog, old_name.schema or ""):
        raise DuplicateObject(f'type "{new}" already exists')
    move_everywhere(context, old_name, Name(old_name.schema, new))


def _rename_schema(context: StatementContext, node: Node, new: str) -> None:
    old, catalog = node["subname"], context.catalog
    if old not in catalog.schemas:
        raise UndefinedSchema(f'schema "{old}" does not exist')
    if new in catalog.schemas:
        raise DuplicateSchema(f'schema "{new}" already exists')
    catalog.schemas[new] = catalog.schemas.pop(old)
    kinds: Sequence[Mapping[Name, Any]] = (
        catalog.tables, catalog.views, catalog.sequences, catalog.indexes, catalog.enums, catalog.domains,
        catalog.composites,
    )  # fmt: skip
    for name in [name for kind in kinds for name in kind if name.schema == old]:
        move_everywhere(context, name, Name(new, name.name))
    move_functions_of_schema(catalog, old, new)


def _ignore(*_: Any) -> None:
    """Do nothing, because reflection does not show the object."""


_RENAMES: dict[str, Callable[[StatementContext, Node, str], None]] = {
    "OBJECT_TABLE": _rename_relation, "OBJECT_VIEW": _rename_relation, "OBJECT_MATVIEW": _rename_relation,
    "OBJECT_SEQUENCE": _rename_relation, "OBJECT_COLUMN": run_rename_column, "OBJECT_INDEX": _rename_index,
    "OBJECT_TABCONSTRAINT": _rename_constraint, "OBJECT_TYPE": _rename_type, "OBJECT_DOMAIN": _rename_type,
    "OBJECT_SCHEMA": _rename_schema, "OBJECT_FUNCTION": rename_function, "OBJECT_TRIGGER": _ignore,
    "OBJECT_POLICY": _ignore, "OBJECT_ROLE": _ignore, "OBJECT_RULE": _ignore,
}  # fmt: skip
