"""Parameters written into the text, as MySQL's drivers do it themselves."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from typing import Any, Mapping

_PLACE = re.compile(r"%%|%s|%\((?P<name>[^)]+)\)s")


def filled(text: str, parameters: Any) -> str:
    """The text with its parameters; without any (None) it stays as it is."""
    if parameters is None:
        return text
    values = iter(()) if isinstance(parameters, Mapping) else iter(parameters)

    def one(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return written(parameters[match["name"]] if match["name"] else next(values))

    try:
        return _PLACE.sub(one, text)
    except (StopIteration, KeyError, TypeError) as error:
        raise TypeError("not enough arguments for format string") from error


def written(value: Any) -> str:
    """A value as a literal."""
    if value is None:
        return "NULL"
    if isinstance(value, enum.Enum):
        value = value.name
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"x'{bytes(value).hex()}'"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "({})".format(",".join(written(one) for one in value))
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None).isoformat(" ")
    elif isinstance(value, (date, time)):
        value = value.isoformat()
    elif isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        value = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    elif not isinstance(value, str):
        return str(value) if isinstance(value, int) or type(value).__name__ == "Decimal" else written(str(value))
    return "'{}'".format(value.replace("\\", "\\\\").replace("'", "''"))
