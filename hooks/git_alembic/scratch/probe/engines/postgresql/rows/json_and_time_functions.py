"""JSON, array, time and interval functions for SQLite. All these values are text; arrays are JSON."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Iterator

from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import interval_length


class Collect:
    """The functions array_agg and jsonb_agg."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def step(self, value: Any) -> None:
        self.found.append(load_json(value))

    def finalize(self) -> Any:
        return json.dumps(self.found) if self.found else None


def load_json(value: Any) -> Any:
    """Return a value from JSON text, or the value unchanged."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def dump_json(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else int(value) if isinstance(value, bool) else value


def array_json(value: Any) -> Any:
    """Return an array in PostgreSQL's form as JSON."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    items = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)', value[1:-1])
    return json.dumps([re.sub(r"\\(.)", r"\1", first) if first else second for first, second in items])


def get_item(value: Any, key: Any) -> Any:
    document = load_json(value)
    if isinstance(document, dict):
        return document.get(str(key))
    if isinstance(document, list) and re.fullmatch(r"-?\d+", str(key)) and -len(document) <= int(key) < len(document):
        return document[int(key)]
    return None


def get_path(value: Any, path: Any) -> Any:
    for key in json.loads(array_json(path)):
        value = get_item(value, key)
    return value


def to_json(value: Any) -> Any:
    return None if value is None else json.dumps(value)


def to_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def concatenate(left: Any, right: Any) -> Any:
    first, second = load_json(left), load_json(right)
    if isinstance(first, dict) and isinstance(second, dict):
        return json.dumps({**first, **second})
    if isinstance(first, list) or isinstance(second, list):
        lists = [item if isinstance(item, list) else [item] for item in (first, second)]
        return json.dumps(lists[0] + lists[1])
    return str(left) + str(right)


def append(left: Any, right: Any) -> Any:
    """Compute array_append or array_cat."""
    return None if left is None else concatenate(array_json(left), array_json(right))


def contains(whole: Any, part: Any) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and contains(whole[key], item) for key, item in part.items())
    if isinstance(whole, list):
        return all(any(contains(each, item) for each in whole) for item in (part if isinstance(part, list) else [part]))
    return bool(whole == part)


def remove(left: Any, right: Any) -> Any:
    first = load_json(left)
    if isinstance(first, dict):
        return json.dumps({key: item for key, item in first.items() if key != right})
    return json.dumps([item for item in first if item != right])


def type_of(value: Any) -> Any:
    """Compute jsonb_typeof."""
    if value is None:
        return None
    names = {"dict": "object", "list": "array", "str": "string", "bool": "boolean", "NoneType": "null"}
    return names.get(type(json.loads(value)).__name__, "number")


def build_object(*arguments: Any) -> str:
    return json.dumps({str(key): load_json(value) for key, value in zip(arguments[::2], arguments[1::2])})


def set_path(value: Any, path: Any, new: Any, *_: Any) -> Any:
    if value is None:
        return None
    whole = json.loads(value)
    *steps, last = json.loads(array_json(path))
    parent = whole
    for key in steps:
        parent = parent.get(key, {}) if isinstance(parent, dict) else {}
    if isinstance(parent, dict):
        parent[last] = json.loads(new) if isinstance(new, str) else new
    return json.dumps(whole)


def object_keys(value: Any) -> str:
    return json.dumps(list(json.loads(value)))


def moment() -> str:
    """Return the current time."""
    return datetime.now(timezone.utc).isoformat(" ")


def add_interval(left: Any, right: Any, sign: int) -> Any:
    """Return sums and differences of numbers, times, intervals, dates and days."""
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
        return (datetime.fromisoformat(left) + sign * interval_length(right)).isoformat(" ")
    return float(left) + sign * float(right)


def truncate_time(unit: str, value: Any) -> Any:
    """Compute date_trunc."""
    if value is None:
        return None
    found = datetime.fromisoformat(str(value))
    units = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    first = {"month": 1, "day": 1}
    below: dict[str, Any] = {name: first.get(name, 0) for name in units[units.index(unit) + 1 :]}
    return found.replace(**below).isoformat(" ")


def extract(part: str, value: Any) -> Any:
    if value is None:
        return None
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if part == "epoch":
        return moment.timestamp()
    return moment.isoweekday() if part in ("dow", "isodow") else getattr(moment, part)


def series(first: Any, last: Any, step: Any = 1) -> Iterator[Any]:
    """Yield the values of generate_series for numbers or times."""
    if isinstance(first, (int, float)):
        yield from range(int(first), int(last) + (1 if step > 0 else -1), int(step))
        return
    moment, end, length = datetime.fromisoformat(str(first)), datetime.fromisoformat(str(last)), interval_length(step)
    while moment <= end:
        yield moment.isoformat(" ")
        moment += length
