"""Functions of MySQL that SQLite lacks."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Mapping


def register(connection: sqlite3.Connection, answers: Mapping[str, Callable[[], Any]]) -> None:
    """Register the functions. `answers` are those that depend on the session."""
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(name, count, function)
    for name, answer in answers.items():
        connection.create_function(name, 0, answer)


def function_names() -> frozenset[str]:
    return frozenset(_FUNCTIONS)


def _now(*digits: int) -> str:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return now.isoformat(" ", "microseconds" if digits and digits[0] else "seconds")


def _datetime_of(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None).isoformat(" ")


def _uuid() -> str:
    return str(uuid.uuid4())


def _concat(*values: Any) -> str | None:
    return None if any(value is None for value in values) else "".join(map(_text, values))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _concat_ws(separator: str, *values: Any) -> str:
    return separator.join(_text(value) for value in values if value is not None)


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that returns NULL for NULL."""
    return lambda *values: None if any(value is None for value in values) else function(*values)


def _regexp(pattern: str, value: str) -> int:
    return int(re.search(pattern, _text(value), re.IGNORECASE) is not None)


def _hash(kind: str) -> Callable[[Any], str]:
    return lambda value: hashlib.new(kind, _text(value).encode()).hexdigest()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text[:26])


_UNITS = {"MICROSECOND": 1e-6, "SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 604800}


def _date_add(text: str, count: float, unit: str) -> str:
    moment = _moment(text)
    if unit in _UNITS:
        moved = moment + timedelta(seconds=float(count) * _UNITS[unit])
    else:
        months = moment.month - 1 + int(count) * {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
        moved = moment.replace(year=moment.year + months // 12, month=months % 12 + 1, day=min(moment.day, 28))
    return moved.isoformat(" ") if len(text) > 10 or moved.time() != moment.time() else moved.date().isoformat()


def _locate(part: str, text: str, *start: int) -> int:
    return text.lower().find(part.lower(), *(item - 1 for item in start)) + 1


def _substring_index(text: str, separator: str, count: int) -> str:
    parts = text.split(separator)
    return separator.join(parts[:count] if count >= 0 else parts[count:])


def _json_unquote(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) and text[:1] == '"' else text


def _field(value: Any, *others: Any) -> int:
    return others.index(value) + 1 if value in others else 0


def _date_format(text: str, form: str) -> str:
    return _moment(text).strftime(form.replace("%i", "%M").replace("%s", "%S").replace("%T", "%H:%M:%S"))


_FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "now": (-1, _now), "current_timestamp_": (-1, _now), "sysdate": (-1, _now), "localtime": (-1, _now),
    "utc_timestamp": (-1, _now), "curdate": (0, lambda: _now()[:10]), "current_date_": (0, lambda: _now()[:10]),
    "utc_date": (0, lambda: _now()[:10]), "curtime": (0, lambda: _now()[11:]),
    "unix_timestamp": (-1, lambda *moment: int(_moment(moment[0]).timestamp() if moment else time.time())),
    "from_unixtime": (1, _strict(_datetime_of)),
    "concat": (-1, _concat), "concat_ws": (-1, _concat_ws), "uuid": (0, _uuid),
    "md5": (1, _strict(_hash("md5"))), "sha1": (1, _strict(_hash("sha1"))), "sha": (1, _strict(_hash("sha1"))),
    "sha2": (2, _strict(lambda value, bits: _hash(f"sha{bits or 256}")(value))),
    "regexp": (2, _strict(_regexp)), "left": (2, _strict(lambda text, count: _text(text)[: max(count, 0)])),
    "right": (2, _strict(lambda text, count: _text(text)[-count:] if count > 0 else "")),
    "length_": (1, _strict(lambda value: len(value if isinstance(value, bytes) else str(value).encode()))),
    "char_length": (1, _strict(lambda text: len(_text(text)))), "lcase": (1, _strict(str.lower)),
    "character_length": (1, _strict(lambda text: len(_text(text)))), "ucase": (1, _strict(str.upper)),
    "substring_": (-1, _strict(lambda text, start, *count: _text(text)[start - 1 :][: count[0] if count else None])),
    "locate": (-1, _strict(_locate)),
    "lpad": (3, _strict(lambda text, size, pad: _text(text).rjust(size, pad)[:size])),
    "rpad": (3, _strict(lambda text, size, pad: _text(text).ljust(size, pad)[:size])),
    "reverse": (1, _strict(lambda text: _text(text)[::-1])), "repeat": (2, _strict(lambda text, count: text * count)),
    "substring_index": (3, _strict(_substring_index)), "find_in_set": (
        2, _strict(lambda value, listed: _field(value, *listed.split(",")))),
    "field": (-1, _field), "greatest": (-1, _strict(max)), "least": (-1, _strict(min)), "rand": (-1, lambda *_: 0.5),
    "json_unquote": (1, _json_unquote), "date_format": (2, _strict(_date_format)),
    "date_add_": (3, _strict(_date_add)),
    "date_sub_": (3, _strict(lambda text, count, unit: _date_add(text, -float(count), unit))),
    "floor": (1, _strict(lambda value: int(value // 1))), "ceil": (1, _strict(lambda value: int(-(-value // 1)))),
    "ceiling": (1, _strict(lambda value: int(-(-value // 1)))), "truncate": (2, _strict(round)),
    "mod": (2, _strict(lambda left, right: left % right)), "power": (2, _strict(pow)), "pow": (2, _strict(pow)),
    "unhex": (1, _strict(bytes.fromhex)), "year": (1, _strict(lambda text: int(text[:4]))),
    "month": (1, _strict(lambda text: int(text[5:7]))), "day": (1, _strict(lambda text: int(text[8:10]))),
    "bin_to_uuid": (-1, _strict(lambda value, *_: str(uuid.UUID(bytes=value)))),
    "uuid_to_bin": (-1, _strict(lambda value, *_: uuid.UUID(value).bytes)),
}  # fmt: skip
