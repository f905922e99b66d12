"""Time and interval functions for SQLite. Both kinds of values are text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Iterator

from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import interval_length


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
