"""Reads types from parsed names, and formats them like the server's format_type."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Type
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, UndefinedObject, UndefinedSchema
from git_alembic.scratch.probe.engines.postgresql.parser import split_name, strings
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import identifier, qualify

_ALIASES = {
    "int": "int4", "integer": "int4", "smallint": "int2", "bigint": "int8", "real": "float4", "decimal": "numeric",
    "boolean": "bool", "character": "bpchar", "serial": "int4", "serial4": "int4", "bigserial": "int8",
    "serial8": "int8", "smallserial": "int2", "serial2": "int2",
}  # fmt: skip
SERIALS = frozenset(("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"))
_FORMATTED = {
    "int4": "integer", "int2": "smallint", "int8": "bigint", "float4": "real", "float8": "double precision",
    "bool": "boolean", "bpchar": "character", "varchar": "character varying", "varbit": "bit varying",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone", "char": '"char"', "numeric": "numeric",
}  # fmt: skip
_EXTENSION_LIST = """
    citext hstore ltree lquery ltxtquery cube seg isbn isbn13 ean13 issn vector halfvec sparsevec geometry geography
    box2d box3d raster semver uint1 uint2 uint4 uint8 earth agtype bpchar_pattern tablefunc_crosstab_2 lo
    roaringbitmap
"""
# Types of extensions. A project may have installed them outside its revisions.
EXTENSION_TYPES = frozenset(_EXTENSION_LIST.split())
_INTERVALS = {
    4: "year", 2: "month", 8: "day", 1024: "hour", 2048: "minute", 4096: "second", 6: "year to month",
    1032: "day to hour", 3080: "day to minute", 7176: "day to second", 3072: "hour to minute",
    7168: "hour to second", 6144: "minute to second",
}  # fmt: skip


def builtin_type(name: str) -> Type:
    """Return a built-in type."""
    return Type(Name(None, name))


TEXT = builtin_type("text")
UNKNOWN = builtin_type("unknown")


def read_type(node: Mapping[str, Any], catalog: Catalog, builtin_types: Mapping[str, Any]) -> Type:
    """Return the type of a TypeName node. `builtin_types` has the built-in types. Raise if there is none."""
    names = strings(node["names"])
    name = find_type(names, catalog, builtin_types)
    dimensions = len(node.get("arrayBounds", ()))
    modifiers = _modifiers(name, node.get("typmods", ()))
    if name == Name(None, "interval"):
        modifiers = _interval(modifiers)
    if name.schema is None and name.name.startswith("_") and name.name[1:] in builtin_types:
        return Type(Name(None, name.name[1:]), modifiers, dimensions + 1)
    return Type(name, modifiers, dimensions)


def find_type(names: list[str], catalog: Catalog, builtin_types: Mapping[str, Any]) -> Name:
    """Return the type of a name, with or without its schema."""
    schema, name = split_name(names)
    if schema is None:
        of_user = user_type(name, catalog)
        if of_user:
            return of_user
        name = _ALIASES.get(name, name)
    if schema in (None, "pg_catalog") and (name in builtin_types or (name[:1] == "_" and name[1:] in builtin_types)):
        return Name(None, name)
    if schema not in (None, "pg_catalog") and Name(schema, name) in user_types(catalog):
        return Name(schema, name)
    if name in EXTENSION_TYPES or (name[:1] == "_" and name[1:] in EXTENSION_TYPES):
        return Name(None, name)
    if schema is not None and schema not in catalog.schemas and schema not in ("pg_catalog", "information_schema"):
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))


def user_type(name: str, catalog: Catalog) -> Name | None:
    """Return the user's type that the search path finds first."""
    types = user_types(catalog)
    return next((Name(schema, name) for schema in catalog.search_path if Name(schema, name) in types), None)


def user_types(catalog: Catalog) -> dict[Name, Any]:
    """Return all user objects that can be a column's type."""
    return {**catalog.tables, **catalog.views, **catalog.composites, **catalog.domains, **catalog.enums}


def _modifiers(name: Name, nodes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    arguments = tuple(str(_constant(node)) for node in nodes)
    if name == Name(None, "numeric") and len(arguments) == 1:
        return (*arguments, "0")
    if name in (Name(None, "timestamp"), Name(None, "timestamptz"), Name(None, "time"), Name(None, "timetz")):
        return tuple(str(min(int(item), 6)) for item in arguments)
    return arguments


def _constant(node: Mapping[str, Any]) -> Any:
    constant = node.get("A_Const")
    if constant is None:
        return strings([node["ColumnRef"]["fields"][-1]])[0] if "ColumnRef" in node else ""
    for kind, attribute in (("ival", "ival"), ("fval", "fval"), ("sval", "sval")):
        if kind in constant:
            return constant[kind].get(attribute, 0)
    return ""


def _interval(modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields (or "") and the precision of an interval."""
    if not modifiers:
        return ()
    fields = _INTERVALS.get(int(modifiers[0]), "")
    precision = modifiers[1:]
    return (fields, *precision) if fields or precision else ()


def length_of(kind: Type, catalog: Catalog) -> int | None:
    """Return the maximum number of characters of a value, or None without a limit."""
    kind = base_type(kind, catalog)
    limited = kind.name in (Name(None, "varchar"), Name(None, "bpchar")) and kind.modifiers and not kind.dimensions
    return int(kind.modifiers[0]) if limited else None


def too_long_error(kind: Type, catalog: Catalog) -> ServerError:
    """Return the error for a value that is too long for a type."""
    return ServerError(f"value too long for type {format_type(base_type(kind, catalog))}", "22001")


def base_type(kind: Type, catalog: Catalog) -> Type:
    """Return the base type of a domain, or the type itself."""
    while kind.name in catalog.domains and not kind.dimensions:
        kind = catalog.domains[kind.name].type
    return kind


def format_type(item: Type, path: Iterable[str] = (), modifiers: bool = True) -> str:
    """Return the text of a type without the schemas in `path`."""
    name, arguments = item.name, item.modifiers if modifiers else ()
    if name.schema is not None:
        text = qualify(None if name.schema in path else name.schema, name.name)
        return text + _brackets(item)
    return _format_builtin(name.name, arguments) + _brackets(item)


def _brackets(item: Type) -> str:
    return "[]" if item.dimensions else ""


def _format_builtin(name: str, arguments: tuple[str, ...]) -> str:
    if name == "interval":
        fields, precision = (arguments[0] if arguments else ""), arguments[1:]
        return " ".join(filter(None, ("interval", fields))) + ("({})".format(*precision) if precision else "")
    if name == "bpchar" and not arguments:
        return "bpchar"
    text = _FORMATTED.get(name) or ("bit" if name == "bit" and arguments else identifier(name))
    if not arguments:
        return text
    in_parentheses = "({})".format(",".join(arguments))
    first, _, rest = text.partition(" ")
    return first + in_parentheses + " " + rest if name.startswith("time") else text + in_parentheses
