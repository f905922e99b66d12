"""The tables of pg_catalog that migrations read."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Sequence, Tuple

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import (
    RELATIONS,
    TYPES,
    numbers,
    schema_number,
    schemas,
    type_number,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Table

Rows = Iterator[Tuple[Any, ...]]
_FIRST_CONSTRAINT = 500_000


def list_keys(catalog: Catalog) -> Iterator[tuple[Table, str, tuple[str, ...], bool]]:
    for table in catalog.tables.values():
        if table.primary_key:
            yield table, table.primary_key.name, table.primary_key.columns, True
        for key in table.uniques:
            yield table, key.name, key.columns, False


def list_constraints(catalog: Catalog) -> Iterator[tuple[Table, str, str, Sequence[str], str]]:
    """Yield table, name, kind, columns and definition of each constraint."""
    for table, name, columns, primary in list_keys(catalog):
        word = "PRIMARY KEY" if primary else "UNIQUE"
        yield table, name, "p" if primary else "u", columns, "{} ({})".format(word, ", ".join(columns))
    for table in catalog.tables.values():
        for foreign in table.foreign_keys:
            text = "FOREIGN KEY ({}) REFERENCES {}({})".format(
                ", ".join(foreign.columns), foreign.table.name, ", ".join(foreign.referred)
            )
            yield table, foreign.name, "f", foreign.columns, text
        for check in table.checks:
            yield table, check.name, "c", check.columns, f"CHECK ({check.text})"


def _pg_namespace(catalog: Catalog) -> Rows:
    return ((schema_number(catalog, name), name) for name in schemas(catalog))


def _pg_class(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    kinds: Sequence[tuple[Mapping[Name, Any], str]] = (
        (catalog.tables, "r"), (catalog.indexes, "i"), (catalog.sequences, "S"),
    )  # fmt: skip
    for kind, letter in kinds:
        for name in kind:
            yield known[name], name.name, schema_number(catalog, name.schema), letter
    for view in catalog.views.values():
        kind_of = "m" if view.materialized else "v"
        yield known[view.name], view.name.name, schema_number(catalog, view.name.schema), kind_of
    for table, key, _, _ in list_keys(catalog):
        yield table.number * 1000, key, schema_number(catalog, table.name.schema), "i"


def _pg_type(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    kinds: Sequence[tuple[Mapping[Name, Any], str]] = (
        (catalog.enums, "e"),
        (catalog.domains, "d"),
        (catalog.composites, "c"),
        (catalog.tables, "c"),
    )
    for kind, letter in kinds:
        for name in kind:
            yield known[name], name.name, schema_number(catalog, name.schema), letter, "E" if letter == "e" else "U"
    for own, number in TYPES.items():
        yield number, own, schema_number(catalog, None), "b", "U"


def _pg_enum(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    for enum in catalog.enums.values():
        for order, label in enumerate(enum.labels, 1):
            yield known[enum.name] * 1000 + order, known[enum.name], order, label


def _pg_attribute(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    for table in catalog.tables.values():
        for column in table.columns:
            kind = type_number(column.type, known)
            has_default = int(column.default is not None or column.generated is not None)
            yield table.number, column.name, kind, column.number, int(column.not_null), has_default, 0


def _pg_depend(catalog: Catalog) -> Rows:
    """Yield the sequences that columns own."""
    known = numbers(catalog)
    for sequence in catalog.sequences.values():
        table = catalog.tables.get(sequence.owner[0]) if sequence.owner else None
        for column in table.columns if table else ():
            if sequence.owner and column.name == sequence.owner[1]:
                of = (RELATIONS["pg_class"], known[table.name], column.number) if table else ()
                yield RELATIONS["pg_class"], known[sequence.name], 0, *of, "i" if column.identity else "a"


def _pg_constraint(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    for order, (table, name, kind, _, _) in enumerate(list_constraints(catalog)):
        target = (
            next((foreign_key.table for foreign_key in table.foreign_keys if foreign_key.name == name), None)
            if kind == "f"
            else None
        )
        referred = known.get(target, 0) if target else 0
        yield _FIRST_CONSTRAINT + order, name, schema_number(catalog, table.name.schema), kind, table.number, referred


def _pg_index(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    for index in catalog.indexes.values():
        yield known[index.name], known.get(index.table, 0), int(index.unique), 0, 1, index.where
    for table, _, _, primary in list_keys(catalog):
        yield table.number * 1000, table.number, 1, int(primary), 1, None


def _pg_indexes(catalog: Catalog) -> Rows:
    for index in catalog.indexes.values():
        yield index.name.schema, index.table.name, index.name.name, "CREATE INDEX " + index.name.name
    for table, name, _, _ in list_keys(catalog):
        yield table.name.schema, table.name.name, name, "CREATE UNIQUE INDEX " + name


def _pg_tables(catalog: Catalog) -> Rows:
    return ((name.schema, name.name, "scratch") for name in catalog.tables)


def list_views(catalog: Catalog) -> Rows:
    return ((view.name.schema, view.name.name, view.text) for view in catalog.views.values() if not view.materialized)


def _pg_matviews(catalog: Catalog) -> Rows:
    return ((view.name.schema, view.name.name, view.text) for view in catalog.views.values() if view.materialized)


def _pg_extension(catalog: Catalog) -> Rows:
    return ((number, name, "1.0") for number, name in enumerate([*catalog.extensions, "plpgsql"], 900))


def _pg_proc(catalog: Catalog) -> Rows:
    overloads = [(name, item) for name, held in catalog.functions.items() for item in held]
    for number, (name, item) in enumerate(overloads, 700_000):
        yield number, name, schema_number(catalog, item.schema)


def definition(catalog: Catalog, number: Any) -> str | None:
    """Return the definition of a constraint by its number in pg_constraint."""
    texts = [text for *_, text in list_constraints(catalog)]
    place = int(number) - _FIRST_CONSTRAINT
    return texts[place] if 0 <= place < len(texts) else None


def no_rows(_: Catalog) -> Rows:
    return iter(())


TABLES: Mapping[str, tuple[str, Callable[[Catalog], Rows]]] = {
    "pg_namespace": ("oid nspname", _pg_namespace),
    "pg_class": ("oid relname relnamespace relkind", _pg_class),
    "pg_type": ("oid typname typnamespace typtype typcategory", _pg_type),
    "pg_enum": ("oid enumtypid enumsortorder enumlabel", _pg_enum),
    "pg_attribute": ("attrelid attname atttypid attnum attnotnull atthasdef attisdropped", _pg_attribute),
    "pg_constraint": ("oid conname connamespace contype conrelid confrelid", _pg_constraint),
    "pg_depend": ("classid objid objsubid refclassid refobjid refobjsubid deptype", _pg_depend),
    "pg_index": ("indexrelid indrelid indisunique indisprimary indisvalid indpred", _pg_index),
    "pg_indexes": ("schemaname tablename indexname indexdef", _pg_indexes),
    "pg_tables": ("schemaname tablename tableowner", _pg_tables),
    "pg_views": ("schemaname viewname definition", list_views),
    "pg_matviews": ("schemaname matviewname definition", _pg_matviews),
    "pg_extension": ("oid extname extversion", _pg_extension),
    "pg_available_extensions": ("name default_version installed_version", no_rows),
    "pg_proc": ("oid proname pronamespace", _pg_proc),
    "pg_trigger": ("oid tgrelid tgname tgisinternal", no_rows),
    "pg_roles": ("oid rolname rolsuper", no_rows),
    "pg_user": ("usename usesysid", no_rows),
    "pg_settings": ("name setting", no_rows),
    "pg_description": ("objoid classoid objsubid description", no_rows),
    "pg_stat_activity": ("pid datname usename state query", no_rows),
    "pg_policies": ("schemaname tablename policyname", no_rows),
}
