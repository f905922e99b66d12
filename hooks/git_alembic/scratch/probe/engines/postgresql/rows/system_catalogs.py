"""The server's own catalogs as tables of the mirror: what migrations ask of pg_catalog and information_schema."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.sqlite_rows import SQLiteRows, quoted
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Table, View
from git_alembic.scratch.probe.engines.postgresql.catalog.oids import (
    RELATIONS,
    TYPES,
    numbers,
    schema_number,
    schemas,
    type_number,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type

Rows = Iterator[Tuple[Any, ...]]
_FIRST_CONSTRAINT = 500_000
_Source = Tuple[str, Callable[[Catalog], Rows]]


def fill(rows: SQLiteRows, catalog: Catalog, schema: str | None, name: str) -> str | None:
    """Make the table of a system catalog anew; None if there is none of this name here."""
    place = schema or "pg_catalog"
    source = _SOURCES.get((place, name))
    if source is None:
        return None
    columns, make_rows = source
    called = f"{place}.{name}"
    rows.replace_table(quoted(called), columns.split(), make_rows(catalog))
    return called


def _keys(catalog: Catalog) -> Iterator[tuple[Table, str, tuple[str, ...], bool]]:
    for table in catalog.tables.values():
        if table.primary_key:
            yield table, table.primary_key.name, table.primary_key.columns, True
        for key in table.uniques:
            yield table, key.name, key.columns, False


def _constraints(catalog: Catalog) -> Iterator[tuple[Table, str, str, Sequence[str], str]]:
    """Table, name, kind, columns, definition."""
    for table, name, columns, primary in _keys(catalog):
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
    for table, key, _, _ in _keys(catalog):
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
    """The sequences that belong to columns."""
    known = numbers(catalog)
    for sequence in catalog.sequences.values():
        table = catalog.tables.get(sequence.owner[0]) if sequence.owner else None
        for column in table.columns if table else ():
            if sequence.owner and column.name == sequence.owner[1]:
                of = (RELATIONS["pg_class"], known[table.name], column.number) if table else ()
                yield RELATIONS["pg_class"], known[sequence.name], 0, *of, "i" if column.identity else "a"


def _pg_constraint(catalog: Catalog) -> Rows:
    known = numbers(catalog)
    for order, (table, name, kind, _, _) in enumerate(_constraints(catalog)):
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
    for table, _, _, primary in _keys(catalog):
        yield table.number * 1000, table.number, 1, int(primary), 1, None


def _pg_indexes(catalog: Catalog) -> Rows:
    for index in catalog.indexes.values():
        yield index.name.schema, index.table.name, index.name.name, "CREATE INDEX " + index.name.name
    for table, name, _, _ in _keys(catalog):
        yield table.name.schema, table.name.name, name, "CREATE UNIQUE INDEX " + name


def _pg_tables(catalog: Catalog) -> Rows:
    return ((name.schema, name.name, "scratch") for name in catalog.tables)


def _pg_views(catalog: Catalog) -> Rows:
    return ((view.name.schema, view.name.name, view.text) for view in catalog.views.values() if not view.materialized)


def _pg_matviews(catalog: Catalog) -> Rows:
    return ((view.name.schema, view.name.name, view.text) for view in catalog.views.values() if view.materialized)


def _pg_extension(catalog: Catalog) -> Rows:
    return ((number, name, "1.0") for number, name in enumerate([*catalog.extensions, "plpgsql"], 900))


def _pg_proc(catalog: Catalog) -> Rows:
    overloads = [(name, item) for name, held in catalog.functions.items() for item in held]
    for number, (name, item) in enumerate(overloads, 700_000):
        yield number, name, schema_number(catalog, item.schema)


def _nothing(_: Catalog) -> Rows:
    return iter(())


def _tables(catalog: Catalog) -> Rows:
    for name in catalog.tables:
        yield "scratch", name.schema, name.name, "BASE TABLE"
    for view in catalog.views.values():
        if not view.materialized:
            yield "scratch", view.name.schema, view.name.name, "VIEW"


def _columns(catalog: Catalog) -> Rows:
    relations: list[Table | View] = [*catalog.tables.values(), *catalog.views.values()]
    for relation in relations:
        for column in relation.columns:
            kind = column.type
            made = kind.name.schema is not None
            data = "ARRAY" if kind.dimensions else "USER-DEFINED" if made else format_type(kind, (), modifiers=False)
            length = int(kind.modifiers[0]) if kind.name.name in ("varchar", "bpchar") and kind.modifiers else None
            yield (
                "scratch", relation.name.schema, relation.name.name, column.name, column.number, column.default,
                "NO" if column.not_null else "YES", data, ("_" if kind.dimensions else "") + kind.name.name,
                kind.name.schema or "pg_catalog", length, "YES" if column.identity else "NO",
                "ALWAYS" if column.generated else "NEVER",
            )  # fmt: skip


_WORDS = {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}


def _table_constraints(catalog: Catalog) -> Rows:
    for table, name, kind, _, _ in _constraints(catalog):
        yield "scratch", table.name.schema, name, table.name.schema, table.name.name, _WORDS[kind]


def _key_column_usage(catalog: Catalog) -> Rows:
    for table, name, kind, columns, _ in _constraints(catalog):
        for order, column in enumerate(columns if kind != "c" else (), 1):
            yield table.name.schema, name, table.name.schema, table.name.name, column, order


def _constraint_column_usage(catalog: Catalog) -> Rows:
    for table, name, kind, columns, _ in _constraints(catalog):
        target, names = table.name, columns
        if kind == "f":
            foreign = next(foreign_key for foreign_key in table.foreign_keys if foreign_key.name == name)
            target, names = foreign.table, foreign.referred
        for column in names:
            yield target.schema, target.name, column, table.name.schema, name


def _referential_constraints(catalog: Catalog) -> Rows:
    for table in catalog.tables.values():
        for foreign in table.foreign_keys:
            yield table.name.schema, foreign.name, foreign.on_update or "NO ACTION", foreign.on_delete or "NO ACTION"


def definition(catalog: Catalog, number: Any) -> str | None:
    """What pg_get_constraintdef says of a constraint, by its number in pg_constraint."""
    texts = [text for *_, text in _constraints(catalog)]
    place = int(number) - _FIRST_CONSTRAINT
    return texts[place] if 0 <= place < len(texts) else None


def _schemata(catalog: Catalog) -> Rows:
    return (("scratch", name) for name in schemas(catalog))


def _sequences(catalog: Catalog) -> Rows:
    return ((name.schema, name.name) for name in catalog.sequences)


_COLUMNS = """
    table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type udt_name
    udt_schema character_maximum_length is_identity is_generated
"""
_PG, _INFO = "pg_catalog", "information_schema"
_SOURCES: dict[tuple[str, str], _Source] = {
    (_PG, "pg_namespace"): ("oid nspname", _pg_namespace),
    (_PG, "pg_class"): ("oid relname relnamespace relkind", _pg_class),
    (_PG, "pg_type"): ("oid typname typnamespace typtype typcategory", _pg_type),
    (_PG, "pg_enum"): ("oid enumtypid enumsortorder enumlabel", _pg_enum),
    (_PG, "pg_attribute"): ("attrelid attname atttypid attnum attnotnull atthasdef attisdropped", _pg_attribute),
    (_PG, "pg_constraint"): ("oid conname connamespace contype conrelid confrelid", _pg_constraint),
    (_PG, "pg_depend"): ("classid objid objsubid refclassid refobjid refobjsubid deptype", _pg_depend),
    (_PG, "pg_index"): ("indexrelid indrelid indisunique indisprimary indisvalid indpred", _pg_index),
    (_PG, "pg_indexes"): ("schemaname tablename indexname indexdef", _pg_indexes),
    (_PG, "pg_tables"): ("schemaname tablename tableowner", _pg_tables),
    (_PG, "pg_views"): ("schemaname viewname definition", _pg_views),
    (_PG, "pg_matviews"): ("schemaname matviewname definition", _pg_matviews),
    (_PG, "pg_extension"): ("oid extname extversion", _pg_extension),
    (_PG, "pg_available_extensions"): ("name default_version installed_version", _nothing),
    (_PG, "pg_proc"): ("oid proname pronamespace", _pg_proc),
    (_PG, "pg_trigger"): ("oid tgrelid tgname tgisinternal", _nothing),
    (_PG, "pg_roles"): ("oid rolname rolsuper", _nothing),
    (_PG, "pg_user"): ("usename usesysid", _nothing),
    (_PG, "pg_settings"): ("name setting", _nothing),
    (_PG, "pg_description"): ("objoid classoid objsubid description", _nothing),
    (_PG, "pg_stat_activity"): ("pid datname usename state query", _nothing),
    (_PG, "pg_policies"): ("schemaname tablename policyname", _nothing),
    (_INFO, "tables"): ("table_catalog table_schema table_name table_type", _tables),
    (_INFO, "columns"): (_COLUMNS, _columns),
    (_INFO, "table_constraints"): (
        "constraint_catalog constraint_schema constraint_name table_schema table_name constraint_type",
        _table_constraints,
    ),
    (_INFO, "key_column_usage"): (
        "constraint_schema constraint_name table_schema table_name column_name ordinal_position",
        _key_column_usage,
    ),
    (_INFO, "constraint_column_usage"): (
        "table_schema table_name column_name constraint_schema constraint_name",
        _constraint_column_usage,
    ),
    (_INFO, "referential_constraints"): (
        "constraint_schema constraint_name update_rule delete_rule",
        _referential_constraints,
    ),
    (_INFO, "schemata"): ("catalog_name schema_name", _schemata),
    (_INFO, "sequences"): ("sequence_schema sequence_name", _sequences),
    (_INFO, "views"): ("table_schema table_name view_definition", _pg_views),
    (_INFO, "routines"): ("routine_schema routine_name", _nothing),
    (_INFO, "triggers"): ("trigger_schema trigger_name event_object_table", _nothing),
}
