"""Normalizes literals like their types: `TRUE` of a boolean is `t`, `{"b":1}` of a jsonb is `{"b": 1}`."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name, Type

_UNITS: Mapping[str, str] = {
    "y": "years", "yr": "years", "yrs": "years", "year": "years", "mon": "months", "mons": "months",
    "month": "months", "week": "weeks", "w": "weeks", "d": "days", "day": "days", "h": "hours", "hr": "hours",
    "hrs": "hours", "hour": "hours", "m": "minutes", "min": "minutes", "mins": "minutes", "minute": "minutes",
    "s": "seconds", "sec": "seconds", "secs": "seconds", "second": "seconds",
}  # fmt: skip


def normalize_literal(text: str, target: Type) -> str:
    """Return a literal as the server writes it. Unknown forms stay unchanged."""
    if target.dimensions or target.name.schema is not None:
        return text
    writer = _WRITERS.get(target.name.name)
    normalized = writer(text) if writer else None
    return text if normalized is None else normalized


def _bool(text: str) -> str | None:
    word = text.strip().lower()
    if word and ("true".startswith(word) or "yes".startswith(word) or word in ("on", "1")):
        return "t"
    return "f" if word and ("false".startswith(word) or "no".startswith(word) or word in ("off", "of", "0")) else None


def _int(text: str) -> str | None:
    return str(int(text)) if re.fullmatch(r"\s*[+-]?\d+\s*", text) else None


def _float(text: str) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _uuid(text: str) -> str | None:
    digits = re.sub(r"[{}-]", "", text.strip()).lower()
    if not re.fullmatch("[0-9a-f]{32}", digits):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _jsonb(text: str) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return json.dumps(_sort_keys(value), ensure_ascii=False)


def _sort_keys(value: Any) -> Any:
    """Sort keys like jsonb: by length, then by bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: _sort_keys(value[key]) for key in keys}
    return [_sort_keys(item) for item in value] if isinstance(value, list) else value


def _interval(text: str) -> str | None:
    """Read units and clock times. Other forms stay unchanged."""
    amounts: dict[str, float] = {}
    rest = re.sub(r"([+-]?\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?", r"\1 hours \2 minutes \3 seconds", text.strip())
    rest = rest.replace("minutes  seconds", "minutes")
    rest = rest + " seconds" if re.fullmatch(r"[+-]?\d+(\.\d+)?", rest) else rest
    pattern = r"([+-]?\d+(?:\.\d+)?)\s*([a-z]+)\s*"
    if not re.fullmatch(f"(?:{pattern})+", rest, re.IGNORECASE):
        return None
    for number, unit in re.findall(pattern, rest, re.IGNORECASE):
        lower = unit.lower()
        name = _UNITS.get(lower) or _UNITS.get(lower[:-1] if lower.endswith("s") else lower)
        if name is None or ("." in number and name not in ("seconds", "minutes", "hours")):
            return None
        amounts[name] = amounts.get(name, 0) + float(number)
    return _spelled_interval(amounts)


def _spelled_interval(amounts: Mapping[str, float]) -> str:
    months = int(amounts.get("years", 0) * 12 + amounts.get("months", 0))
    days = int(amounts.get("weeks", 0) * 7 + amounts.get("days", 0))
    seconds = amounts.get("hours", 0) * 3600 + amounts.get("minutes", 0) * 60 + amounts.get("seconds", 0)
    words: list[str] = []
    years, months = int(months / 12), months - 12 * int(months / 12)
    for number, word in ((years, "year"), (months, "mon"), (days, "day")):
        if number:
            words.append("{} {}{}".format(number, word, "" if number == 1 else "s"))
    if seconds or not words:
        words.append(_clock(seconds))
    return " ".join(words)


def _clock(seconds: float) -> str:
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    fraction = f"{rest - int(rest):.6f}"[1:].rstrip("0").rstrip(".")
    return f"{sign}{int(hours):02}:{int(minutes):02}:{int(rest):02}{fraction}"


def _date(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip())
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def _timestamp(text: str) -> str | None:
    if text.strip().lower() in ("now", "now()"):
        return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
    match = re.fullmatch(
        r"(\d{4}-\d{1,2}-\d{1,2})(?:[ T](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?(?:Z|[+-]00(?::00)?)?", text.strip()
    )
    if not match:
        return None
    seconds = match[3] or ":00"
    seconds = seconds.rstrip("0").rstrip(".") if "." in seconds else seconds
    return "{} {}{}".format(_date(match[1]), match[2] or "00:00", seconds)


def _timestamptz(text: str) -> str | None:
    timestamp = _timestamp(text)
    return timestamp + "+00" if timestamp else None


def _time(text: str) -> str | None:
    match = re.fullmatch(r"(\d\d):(\d\d)(:\d\d)?", text.strip())
    return "{}:{}{}".format(match[1], match[2], match[3] or ":00") if match else None


def _bytea(text: str) -> str | None:
    return text.lower() if text.startswith("\\x") else "\\x" + text.encode().hex() if "\\" not in text else None


_WRITERS: Mapping[str, Callable[[str], str | None]] = {
    "bool": _bool, "int2": _int, "int4": _int, "int8": _int, "float8": _float, "float4": _float, "uuid": _uuid,
    "jsonb": _jsonb, "interval": _interval, "date": _date, "timestamp": _timestamp, "timestamptz": _timestamptz,
    "time": _time, "bytea": _bytea,
}  # fmt: skip


def interval_length(value: Any) -> timedelta:
    """Return the length of an interval. Months have 30 days."""
    text = normalize_literal(str(value), Type(Name(None, "interval")))
    days = sum(
        int(number) * {"year": 365, "mon": 30, "day": 1}[unit]
        for number, unit in re.findall(r"(-?\d+) (year|mon|day)", text)
    )
    clock = re.search(r"(-?)(\d+):(\d\d):(\d\d)", text)
    if not clock:
        return timedelta(days=days)
    seconds = int(clock[2]) * 3600 + int(clock[3]) * 60 + int(clock[4])
    return timedelta(days=days, seconds=-seconds if clock[1] else seconds)
