"""PostgreSQL's functions and operators for SQLite: those that data migrations use."""

from __future__ import annotations

import hashlib
import json
import random
import re
import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Iterator, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import normalize_literal
from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import identifier, plain_literal

_SETTINGS = {"server_version_num": "150000", "server_version": "15.0", "TimeZone": "UTC"}
Function = Callable[..., Any]


def register(connection: sqlite3.Connection, values: Mapping[str, Function]) -> None:
    """Teach SQLite the functions. `values` are those without arguments that the session knows: `pg_now`, `version`."""
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(name, count, function)
    connection.create_function("pg_value", 1, lambda word: _value(word, values))
    for name, value in values.items():
        connection.create_function(name, -1, lambda *_, value=value: value())
    connection.create_aggregate("pg_collect", 1, _Collect)


class _Collect:
    """array_agg, jsonb_agg."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def step(self, value: Any) -> None:
        self.found.append(_loaded(value))

    def finalize(self) -> Any:
        return json.dumps(self.found) if self.found else None


def _loaded(value: Any) -> Any:
    """A value out of JSON text, or as it is."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _dumped(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else int(value) if isinstance(value, bool) else value


def moment() -> str:
    """This moment."""
    return datetime.now(timezone.utc).isoformat(" ")


def _value(word: str, values: Mapping[str, Function]) -> Any:
    """CURRENT_DATE and its like."""
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


def _array(value: Any) -> Any:
    """The text of an array in PostgreSQL's form as JSON."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    items = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)', value[1:-1])
    return json.dumps([re.sub(r"\\(.)", r"\1", first) if first else second for first, second in items])


def _like(text: Any, pattern: Any, ignoring_case: bool) -> bool:
    expression = "".join(".*" if item == "%" else "." if item == "_" else re.escape(item) for item in str(pattern))
    flags = re.DOTALL | (re.IGNORECASE if ignoring_case else 0)
    return re.fullmatch(expression, str(text), flags) is not None


def _step(value: Any, key: Any) -> Any:
    loaded = _loaded(value)
    if isinstance(loaded, dict):
        return loaded.get(str(key))
    if isinstance(loaded, list) and re.fullmatch(r"-?\d+", str(key)) and -len(loaded) <= int(key) < len(loaded):
        return loaded[int(key)]
    return None


def _path(value: Any, path: Any) -> Any:
    for key in json.loads(_array(path)):
        value = _step(value, key)
    return value


def _json(value: Any) -> Any:
    return None if value is None else json.dumps(value)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def _joined(left: Any, right: Any) -> Any:
    first, second = _loaded(left), _loaded(right)
    if isinstance(first, dict) and isinstance(second, dict):
        return json.dumps({**first, **second})
    if isinstance(first, list) or isinstance(second, list):
        lists = [item if isinstance(item, list) else [item] for item in (first, second)]
        return json.dumps(lists[0] + lists[1])
    return str(left) + str(right)


def _appended(left: Any, right: Any) -> Any:
    """array_append, array_cat."""
    return None if left is None else _joined(_array(left), _array(right))


def _contains(whole: Any, part: Any) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _contains(whole[key], item) for key, item in part.items())
    if isinstance(whole, list):
        return all(
            any(_contains(each, item) for each in whole) for item in (part if isinstance(part, list) else [part])
        )
    return bool(whole == part)


def _without(left: Any, right: Any) -> Any:
    first = _loaded(left)
    if isinstance(first, dict):
        return json.dumps({key: item for key, item in first.items() if key != right})
    return json.dumps([item for item in first if item != right])


def seconds(value: Any) -> timedelta:
    """An interval as a length of time; months have 30 days."""
    text = normalize_literal(str(value), builtin_type("interval"))
    days = sum(
        int(number) * {"year": 365, "mon": 30, "day": 1}[unit]
        for number, unit in re.findall(r"(-?\d+) (year|mon|day)", text)
    )
    clock = re.search(r"(-?)(\d+):(\d\d):(\d\d)", text)
    if not clock:
        return timedelta(days=days)
    seconds = int(clock[2]) * 3600 + int(clock[3]) * 60 + int(clock[4])
    return timedelta(days=days, seconds=-seconds if clock[1] else seconds)


_OPERATORS: Mapping[str, Function] = {
    "~~": lambda a, b: _like(a, b, False), "!~~": lambda a, b: not _like(a, b, False),
    "~~*": lambda a, b: _like(a, b, True), "!~~*": lambda a, b: not _like(a, b, True),
    "~": lambda a, b: re.search(b, str(a)) is not None, "!~": lambda a, b: re.search(b, str(a)) is None,
    "~*": lambda a, b: re.search(b, str(a), re.IGNORECASE) is not None,
    "!~*": lambda a, b: re.search(b, str(a), re.IGNORECASE) is None,
    "->": lambda a, b: _json(_step(a, b)), "->>": lambda a, b: _text(_step(a, b)),
    "#>": lambda a, b: _json(_path(a, b)), "#>>": lambda a, b: _text(_path(a, b)),
    "||": _joined, "?": lambda a, b: b in (_loaded(a) or ()),
    "@>": lambda a, b: _contains(_loaded(_array(a)), _loaded(_array(b))),
    "<@": lambda a, b: _contains(_loaded(_array(b)), _loaded(_array(a))),
    "&&": lambda a, b: bool(set(_loaded(_array(a))) & set(_loaded(_array(b)))),
    "^": lambda a, b: a**b,
}  # fmt: skip


def _operate(name: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if name in ("+", "-") and not (isinstance(left, str) and left[:1] in "[{"):
        return _sum(left, right, 1 if name == "+" else -1)
    if name in ("-", "#-"):
        return _without(left, right)
    return _dumped(_OPERATORS[name](left, right))


def _sum(left: Any, right: Any, sign: int) -> Any:
    """Sums and differences, of numbers, of moments and lengths of time, of dates and days."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left + sign * right
    if isinstance(left, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", left):
        if isinstance(right, int):
            return (datetime.fromisoformat(left) + sign * timedelta(days=right)).date().isoformat()
        if re.match(r"\d{4}-", str(right)):
            return (datetime.fromisoformat(left) - datetime.fromisoformat(right)).days
    if isinstance(left, str) and re.match(r"\d{4}-", left):
        if re.match(r"\d{4}-", str(right)):
            return str(datetime.fromisoformat(left) - datetime.fromisoformat(right))
        return (datetime.fromisoformat(left) + sign * seconds(right)).isoformat(" ")
    return float(left) + sign * float(right)


def _truncated(unit: str, value: Any) -> Any:
    """date_trunc."""
    if value is None:
        return None
    found = datetime.fromisoformat(str(value))
    units = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    first = {"month": 1, "day": 1}
    below: dict[str, Any] = {name: first.get(name, 0) for name in units[units.index(unit) + 1 :]}
    return found.replace(**below).isoformat(" ")


def _matched(text: Any, pattern: str, flags: str = "") -> Any:
    """regexp_match."""
    found = None if text is None else re.search(pattern, str(text), re.IGNORECASE if "i" in flags else 0)
    return json.dumps(list(found.groups()) or [found[0]]) if found else None


def _translated(text: Any, old: str, new: str) -> Any:
    """translate: each character for the one at its place, or for none."""
    places = {ord(item): new[place] if place < len(new) else None for place, item in enumerate(old)}
    return None if text is None else str(text).translate(places)


def _type_of(value: Any) -> Any:
    """jsonb_typeof."""
    if value is None:
        return None
    known = {"dict": "object", "list": "array", "str": "string", "bool": "boolean", "NoneType": "null"}
    return known.get(type(json.loads(value)).__name__, "number")


_COMPARISONS: Mapping[str, Function] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, **_OPERATORS,
}  # fmt: skip


def _compare(name: str, word: str, left: Any, array: Any) -> Any:
    if left is None or array is None:
        return None
    items = _loaded(_array(array))
    compare = _COMPARISONS[name]
    return int((any if word == "any" else all)(compare(left, node) for node in items))


def _extract(part: str, value: Any) -> Any:
    if value is None:
        return None
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if part == "epoch":
        return moment.timestamp()
    return moment.isoweekday() if part in ("dow", "isodow") else getattr(moment, part)


def _built(*arguments: Any) -> str:
    return json.dumps({str(key): _loaded(value) for key, value in zip(arguments[::2], arguments[1::2])})


def _set(value: Any, path: Any, new: Any, *_: Any) -> Any:
    if value is None:
        return None
    whole = json.loads(value)
    *steps, last = json.loads(_array(path))
    held = whole
    for key in steps:
        held = held.get(key, {}) if isinstance(held, dict) else {}
    if isinstance(held, dict):
        held[last] = json.loads(new) if isinstance(new, str) else new
    return json.dumps(whole)


def _format(text: str, *arguments: Any) -> str:
    rest = list(arguments)

    def replacement(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        value = rest.pop(0)
        writers: Mapping[str, Callable[[str], str]] = {"I": identifier, "L": plain_literal, "s": str}
        return writers[match[1]]("" if value is None else str(value))

    return re.sub(r"%([ILs%])", replacement, text)


def _replaced(text: Any, old: str, new: str, flags: str = "") -> Any:
    """regexp_replace."""
    if text is None:
        return None
    groups = re.sub(r"\\(\d)", r"\\g<\1>", new)
    return re.sub(old, groups, str(text), count=0 if "g" in flags else 1, flags=re.IGNORECASE if "i" in flags else 0)


def _split_part(text: Any, by: str, number: int) -> Any:
    return None if text is None else [*str(text).split(by), *[""] * number][number - 1]


def _found_at(text: Any, part: str) -> int:
    return str(text).find(part) + 1


def series(first: Any, last: Any, step: Any = 1) -> Iterator[Any]:
    """Yield generate_series of numbers or of times."""
    if isinstance(first, (int, float)):
        yield from range(int(first), int(last) + (1 if step > 0 else -1), int(step))
        return
    moment, end, length = datetime.fromisoformat(str(first)), datetime.fromisoformat(str(last)), seconds(step)
    while moment <= end:
        yield moment.isoformat(" ")
        moment += length


def _keys(value: Any) -> str:
    return json.dumps(list(json.loads(value)))


def _greatest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


_FUNCTIONS: dict[str, tuple[int, Function]] = {
    "pg_keys": (1, _keys), "uuid_in": (1, lambda text: normalize_literal(str(text), builtin_type("uuid"))),
    "clock_timestamp": (0, moment), "pg_timezone": (2, lambda _, value: value), "pg_cast": (2, _cast),
    "pg_array": (1, _array), "pg_operate": (3, _operate), "pg_compare": (4, _compare), "pg_extract": (2, _extract),
    "pg_make_array": (-1, lambda *items: json.dumps([_loaded(node) for node in items])),
    "pg_item": (2, lambda value, index: _dumped(_step(value, index - 1))), "pg_random": (0, random.random),
    "pg_concat": (-1, lambda *items: "".join(str(node) for node in items if node is not None)),
    "pg_greatest": (-1, _greatest), "pg_least": (-1, _least), "pg_format": (-1, _format),
    "pg_left": (2, lambda text, count: None if text is None else str(text)[:count]),
    "pg_right": (2, lambda text, count: None if text is None else str(text)[-count:]),
    "md5": (1, lambda text: None if text is None else hashlib.md5(str(text).encode()).hexdigest()),  # noqa: S324
    "gen_random_uuid": (0, lambda: str(uuid.uuid4())), "uuid_generate_v4": (0, lambda: str(uuid.uuid4())),
    "uuid_generate_v1": (0, lambda: str(uuid.uuid1())), "uuid_generate_v1mc": (0, lambda: str(uuid.uuid1())),
    "jsonb_build_object": (-1, _built), "json_build_object": (-1, _built), "jsonb_set": (-1, _set),
    "to_jsonb": (1, lambda value: json.dumps(_loaded(value))), "to_json": (1, lambda value: json.dumps(_loaded(value))),
    "jsonb_build_array": (-1, lambda *items: json.dumps([_loaded(node) for node in items])),
    "jsonb_array_length": (1, lambda value: None if value is None else len(json.loads(value))),
    "array_length": (2, lambda value, _: (len(json.loads(_array(value))) or None) if value else None),
    "cardinality": (1, lambda value: None if value is None else len(json.loads(_array(value)))),
    "array_append": (2, _appended), "array_cat": (2, _appended),
    "array_remove": (2, lambda value, item: None if value is None else _without(value, item)),
    "regexp_replace": (-1, _replaced),
    "json_typeof": (1, _type_of), "lpad": (-1, lambda text, size, by=" ": str(text).rjust(size, by)[:size]),
    "rpad": (-1, lambda text, size, by=" ": str(text).ljust(size, by)[:size]), "repeat": (2, lambda text, n: text * n),
    "translate": (3, _translated), "floor": (1, lambda x: None if x is None else int(x // 1)),
    "ceil": (1, lambda x: None if x is None else -int(-x // 1)), "power": (2, lambda a, b: a**b),
    "sqrt": (1, lambda x: x**0.5), "mod": (2, lambda a, b: a % b),
    "initcap": (1, lambda text: None if text is None else str(text).title()),
    "split_part": (3, _split_part), "position": (2, _found_at), "strpos": (2, _found_at),
    "quote_ident": (1, identifier), "quote_literal": (1, plain_literal), "pg_advisory_lock": (-1, lambda *_: ""),
    "pg_advisory_xact_lock": (-1, lambda *_: ""), "pg_try_advisory_lock": (-1, lambda *_: 1),
    "pg_advisory_unlock": (-1, lambda *_: 1), "set_config": (-1, lambda *arguments: arguments[1]),
    "pg_sleep": (1, lambda _: ""), "current_setting": (-1, lambda name, *_: _SETTINGS.get(name, "")),
    "hashtext": (1, lambda text: len(str(text))),
    "pg_get_expr": (-1, lambda *of: of[0]),
    "obj_description": (-1, lambda *_: None), "date_trunc": (2, _truncated), "regexp_match": (-1, _matched),
    "jsonb_typeof": (1, _type_of),
    "concat_ws": (-1, lambda by, *items: by.join(str(node) for node in items if node is not None)),
    "reverse": (1, lambda text: str(text)[::-1]),
    "pg_table_is_visible": (1, lambda _: 1), "pg_type_is_visible": (1, lambda _: 1),
    "encode": (2, lambda value, _: value),
    "has_schema_privilege": (-1, lambda *_: 1), "has_table_privilege": (-1, lambda *_: 1),
}  # fmt: skip
