"""PostgreSQL functions and operators that SQLite lacks."""

from __future__ import annotations

import hashlib
import json
import random
import re
import sqlite3
import uuid
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import normalize_literal
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import identifier, plain_literal
from git_alembic.scratch.probe.engines.postgresql.rows.json_and_time_functions import (
    Collect,
    add_interval,
    append,
    array_json,
    build_object,
    concatenate,
    contains,
    dump_json,
    extract,
    get_item,
    get_path,
    load_json,
    moment,
    object_keys,
    remove,
    set_path,
    to_json,
    to_text,
    truncate_time,
    type_of,
)

Function = Callable[..., Any]


def register(connection: sqlite3.Connection, values: Mapping[str, Function]) -> None:
    """Register the functions. `values` are session functions without arguments (`pg_now`, `version`)."""
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(name, count, function)
    connection.create_function("pg_value", 1, lambda word: _value(word, values))
    for name, value in values.items():
        connection.create_function(name, -1, lambda *_, value=value: value())
    connection.create_aggregate("pg_collect", 1, Collect)


def _value(word: str, values: Mapping[str, Function]) -> Any:
    """Return the value of CURRENT_DATE or a similar word."""
    if "TIME" in word or "DATE" in word:
        return values["pg_now"]()[: 10 if word == "CURRENT_DATE" else None]
    return values[word.lower()]() if word.lower() in values else "scratch"


def _cast(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind in ("int2", "int4", "int8", "integer", "bigint"):
        return int(value) if not isinstance(value, str) or re.fullmatch(r"\s*-?\d+\s*", value) else int(float(value))
    if kind in ("float4", "float8", "numeric"):
        return float(value)
    if kind == "bool":
        return (
            int(normalize_literal(str(value), builtin_type("bool")) == "t")
            if isinstance(value, str)
            else int(bool(value))
        )
    if kind == "date":
        return str(value)[:10]
    if kind in ("text", "varchar", "bpchar"):
        return str(value)
    return normalize_literal(value, builtin_type(kind)) if isinstance(value, str) else value


def _is_like(text: Any, pattern: Any, ignoring_case: bool) -> bool:
    expression = "".join(".*" if item == "%" else "." if item == "_" else re.escape(item) for item in str(pattern))
    flags = re.DOTALL | (re.IGNORECASE if ignoring_case else 0)
    return re.fullmatch(expression, str(text), flags) is not None


_OPERATORS: Mapping[str, Function] = {
    "~~": lambda a, b: _is_like(a, b, False), "!~~": lambda a, b: not _is_like(a, b, False),
    "~~*": lambda a, b: _is_like(a, b, True), "!~~*": lambda a, b: not _is_like(a, b, True),
    "~": lambda a, b: re.search(b, str(a)) is not None, "!~": lambda a, b: re.search(b, str(a)) is None,
    "~*": lambda a, b: re.search(b, str(a), re.IGNORECASE) is not None,
    "!~*": lambda a, b: re.search(b, str(a), re.IGNORECASE) is None,
    "->": lambda a, b: to_json(get_item(a, b)), "->>": lambda a, b: to_text(get_item(a, b)),
    "#>": lambda a, b: to_json(get_path(a, b)), "#>>": lambda a, b: to_text(get_path(a, b)),
    "||": concatenate, "?": lambda a, b: b in (load_json(a) or ()),
    "@>": lambda a, b: contains(load_json(array_json(a)), load_json(array_json(b))),
    "<@": lambda a, b: contains(load_json(array_json(b)), load_json(array_json(a))),
    "&&": lambda a, b: bool(set(load_json(array_json(a))) & set(load_json(array_json(b)))),
    "^": lambda a, b: a**b,
}  # fmt: skip


def _operate(name: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if name in ("+", "-") and not (isinstance(left, str) and left[:1] in "[{"):
        return add_interval(left, right, 1 if name == "+" else -1)
    if name in ("-", "#-"):
        return remove(left, right)
    return dump_json(_OPERATORS[name](left, right))


def _match(text: Any, pattern: str, flags: str = "") -> Any:
    """Compute regexp_match."""
    match = None if text is None else re.search(pattern, str(text), re.IGNORECASE if "i" in flags else 0)
    return json.dumps(list(match.groups()) or [match[0]]) if match else None


def _translate(text: Any, old: str, new: str) -> Any:
    """Replace each character with the one at its position, or with nothing."""
    places = {ord(item): new[place] if place < len(new) else None for place, item in enumerate(old)}
    return None if text is None else str(text).translate(places)


_COMPARISONS: Mapping[str, Function] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, **_OPERATORS,
}  # fmt: skip


def _compare(name: str, word: str, left: Any, array: Any) -> Any:
    if left is None or array is None:
        return None
    items = load_json(array_json(array))
    compare = _COMPARISONS[name]
    return int((any if word == "any" else all)(compare(left, node) for node in items))


def _format(text: str, *arguments: Any) -> str:
    rest = list(arguments)

    def replacement(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        value = rest.pop(0)
        writers: Mapping[str, Callable[[str], str]] = {"I": identifier, "L": plain_literal, "s": str}
        return writers[match[1]]("" if value is None else str(value))

    return re.sub(r"%([ILs%])", replacement, text)


def _replace(text: Any, old: str, new: str, flags: str = "") -> Any:
    """Compute regexp_replace."""
    if text is None:
        return None
    groups = re.sub(r"\\(\d)", r"\\g<\1>", new)
    return re.sub(old, groups, str(text), count=0 if "g" in flags else 1, flags=re.IGNORECASE if "i" in flags else 0)


def _split_part(text: Any, by: str, number: int) -> Any:
    return None if text is None else [*str(text).split(by), *[""] * number][number - 1]


def _found_at(text: Any, part: str) -> int:
    return str(text).find(part) + 1


def _greatest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


_FUNCTIONS: dict[str, tuple[int, Function]] = {
    "pg_keys": (1, object_keys), "uuid_in": (1, lambda text: normalize_literal(str(text), builtin_type("uuid"))),
    "clock_timestamp": (0, moment), "pg_timezone": (2, lambda _, value: value), "pg_cast": (2, _cast),
    "pg_array": (1, array_json), "pg_operate": (3, _operate), "pg_compare": (4, _compare), "pg_extract": (2, extract),
    "pg_make_array": (-1, lambda *items: json.dumps([load_json(node) for node in items])),
    "pg_item": (2, lambda value, index: dump_json(get_item(value, index - 1))), "pg_random": (0, random.random),
    "pg_concat": (-1, lambda *items: "".join(str(node) for node in items if node is not None)),
    "pg_greatest": (-1, _greatest), "pg_least": (-1, _least), "pg_format": (-1, _format),
    "pg_left": (2, lambda text, count: None if text is None else str(text)[:count]),
    "pg_right": (2, lambda text, count: None if text is None else str(text)[-count:]),
    "md5": (1, lambda text: None if text is None else hashlib.md5(str(text).encode()).hexdigest()),  # noqa: S324 - the server's function
    "gen_random_uuid": (0, lambda: str(uuid.uuid4())), "uuid_generate_v4": (0, lambda: str(uuid.uuid4())),
    "uuid_generate_v1": (0, lambda: str(uuid.uuid1())), "uuid_generate_v1mc": (0, lambda: str(uuid.uuid1())),
    "jsonb_build_object": (-1, build_object), "json_build_object": (-1, build_object), "jsonb_set": (-1, set_path),
    "to_jsonb": (1, lambda value: json.dumps(load_json(value))),
    "to_json": (1, lambda value: json.dumps(load_json(value))),
    "jsonb_build_array": (-1, lambda *items: json.dumps([load_json(node) for node in items])),
    "jsonb_array_length": (1, lambda value: None if value is None else len(json.loads(value))),
    "array_length": (2, lambda value, _: (len(json.loads(array_json(value))) or None) if value else None),
    "cardinality": (1, lambda value: None if value is None else len(json.loads(array_json(value)))),
    "array_append": (2, append), "array_cat": (2, append),
    "array_remove": (2, lambda value, item: None if value is None else remove(value, item)),
    "regexp_replace": (-1, _replace),
    "json_typeof": (1, type_of), "lpad": (-1, lambda text, size, by=" ": str(text).rjust(size, by)[:size]),
    "rpad": (-1, lambda text, size, by=" ": str(text).ljust(size, by)[:size]), "repeat": (2, lambda text, n: text * n),
    "translate": (3, _translate), "floor": (1, lambda x: None if x is None else int(x // 1)),
    "ceil": (1, lambda x: None if x is None else -int(-x // 1)), "power": (2, lambda a, b: a**b),
    "sqrt": (1, lambda x: x**0.5), "mod": (2, lambda a, b: a % b),
    "initcap": (1, lambda text: None if text is None else str(text).title()),
    "split_part": (3, _split_part), "position": (2, _found_at), "strpos": (2, _found_at),
    "quote_ident": (1, identifier), "quote_literal": (1, plain_literal), "pg_advisory_lock": (-1, lambda *_: ""),
    "pg_advisory_xact_lock": (-1, lambda *_: ""), "pg_try_advisory_lock": (-1, lambda *_: 1),
    "pg_advisory_unlock": (-1, lambda *_: 1), "set_config": (-1, lambda *arguments: arguments[1]),
    "pg_sleep": (1, lambda _: ""),
    "hashtext": (1, lambda text: len(str(text))),
    "pg_get_expr": (-1, lambda *of: of[0]),
    "obj_description": (-1, lambda *_: None), "date_trunc": (2, truncate_time), "regexp_match": (-1, _match),
    "jsonb_typeof": (1, type_of),
    "concat_ws": (-1, lambda by, *items: by.join(str(node) for node in items if node is not None)),
    "reverse": (1, lambda text: str(text)[::-1]),
    "pg_table_is_visible": (1, lambda _: 1), "pg_type_is_visible": (1, lambda _: 1),
    "encode": (2, lambda value, _: value),
    "has_schema_privilege": (-1, lambda *_: 1), "has_table_privilege": (-1, lambda *_: 1),
}  # fmt: skip
