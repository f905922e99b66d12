"""Writes expressions for SQLite, token by token. Raises NotReplayed if SQLite lacks something."""

from __future__ import annotations

from typing import Any, Callable

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quoted_text
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Token
from git_alembic.scratch.probe.engines.mysql.rows import sqlite_functions

_RENAMED = {
    "IF": "iif", "SUBSTRING": "substring_", "SUBSTR": "substring_", "MID": "substring_", "CURRENT_TIMESTAMP": "now",
    "CURRENT_DATE": "curdate", "CURRENT_TIME": "curtime", "LOCALTIMESTAMP": "now",
    "SCHEMA": "database", "DATE_ADD": "date_add_", "DATE_SUB": "date_sub_", "ADDDATE": "date_add_", "LENGTH": "length_",
    "OCTET_LENGTH": "length_",
    "IFNULL": "ifnull", "ISNULL": "isnull_", "USER": "user_", "SESSION_USER": "user_",
}  # fmt: skip
_ANSWERED = frozenset(("DATABASE", "VERSION", "LAST_INSERT_ID", "ROW_COUNT", "FOUND_ROWS", "CONNECTION_ID"))
_KNOWN = frozenset(name.upper() for name in sqlite_functions.function_names())
_WORDS = {
    "XOR": "<>", "DIV": "/", "MOD": "%", "RLIKE": "REGEXP", "STRAIGHT_JOIN": "JOIN", "&&": "AND", "||": "OR",
    "<=>": "IS",
    "!": "NOT", "CURRENT_USER": "user_()", "LOCALTIME": "now()", "UTC_TIMESTAMP": "now()",
    "SEPARATOR": ",",
}  # fmt: skip
DROPPED_WORDS = frozenset(
    ("SQL_NO_CACHE", "SQL_CALC_FOUND_ROWS", "HIGH_PRIORITY", "LOW_PRIORITY", "DELAYED", "QUICK", "SQL_CACHE", "BINARY")
)
_CASTS = {"UNSIGNED": "INTEGER", "SIGNED": "INTEGER", "CHAR": "TEXT", "NCHAR": "TEXT", "DATETIME": "TEXT",
          "DATE": "TEXT", "TIME": "TEXT", "JSON": "TEXT", "DECIMAL": "REAL", "DOUBLE": "REAL",
          "BINARY": "BLOB"}  # fmt: skip
_UNITS = ("MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
Value = Callable[[str], Any]


class ExpressionWriter:
    """Writes the rest of a statement. `value` returns the value of a variable (`@x`, `@@x`)."""

    def __init__(self, value: Value) -> None:
        self.value = value
        self.alias = "\0"  # the name of the new row in ON DUPLICATE KEY UPDATE
        self.updating = False

    def rest(self, reader: Reader) -> str:
        """Write the rest of the tokens."""
        parts = []
        while not reader.is_at_end:
            parts.append(self._expression(reader))
        return " ".join(parts)

    def name(self, reader: Reader) -> str:
        text = self.token(reader.next())
        while reader.take("."):
            text += "." + self.token(reader.next())
        return text

    def _expression(self, reader: Reader) -> str:
        token = reader.next()
        if token.kind == "string" and reader.sees_string():
            return self.token(token._replace(value=token.value + reader.string()))
        for special in (self._renamed_table, self._drop_word, self._function, self._interval):
            text = special(reader, token)
            if text is not None:
                return text
        return self.token(token)

    def _renamed_table(self, reader: Reader, token: Token) -> str | None:
        """Write a table of INFORMATION_SCHEMA, which has another name in SQLite."""
        name = token.value if token.kind == "name" else token.text
        if name.lower() == "information_schema" and reader.take("."):
            return f"information_schema.`is_{reader.name().upper()}`"
        if token.kind in ("word", "name") and name.lower() == self.alias.lower() and reader.sees("."):
            return "excluded"
        return None

    def _drop_word(self, reader: Reader, token: Token) -> str | None:
        is_word = token.kind == "word"
        if is_word and token.text[0] == "_" and reader.sees_string():
            return ""
        if token.matches("FROM") and reader.take("DUAL"):
            return ""
        if token.matches("COLLATE"):
            reader.next()
            return ""
        if token.matches("USE", "FORCE", "IGNORE") and (reader.sees("INDEX") or reader.sees("KEY")):
            reader.until("(")
            reader.group()
            return ""
        return "" if is_word and token.value in DROPPED_WORDS and not reader.sees(",") else None

    def _function(self, reader: Reader, token: Token) -> str | None:
        if token.kind != "word" or not reader.sees("("):
            return None
        name = token.value
        if name in ("CAST", "CONVERT"):
            return self._cast(reader)
        if name == "VALUES" and self.updating:
            return "excluded." + self.rest(reader.inner(reader.group()))
        if name == "VALUE" and reader.tokens[0].matches("INSERT", "REPLACE") and not self.updating:
            return "VALUES"
        if name in _RENAMED or name in _KNOWN or name in _ANSWERED:
            return f'"{_RENAMED.get(name, name.lower())}"'
        return None

    def _cast(self, reader: Reader) -> str:
        inner = reader.inner(reader.group())
        value = self.rest(inner.inner(inner.until("AS", "USING", ",")))
        if inner.take("USING"):
            return f"({value})"
        inner.next()
        kind = _CASTS.get(inner.next().value)
        if kind is None:
            raise NotReplayed("a CAST to another type")
        return f"CAST({value} AS {kind})"

    def _interval(self, reader: Reader, token: Token) -> str | None:
        if token.matches("INTERVAL"):
            count = f"({self.rest(reader.inner(reader.group()))})" if reader.sees("(") else self._expression(reader)
            if not reader.token.matches(*_UNITS):
                raise NotReplayed("an interval")
            return f"{count}, '{reader.next().value}'"
        if token.matches("+", "-") and reader.sees("INTERVAL"):
            raise NotReplayed("an interval that is added")
        return None

    def token(self, token: Token) -> str:
        if token.kind == "string":
            return quoted_text(token.value)
        if token.kind == "variable":
            return _literal(self.value(token.text))
        if token.kind == "hex":
            return token.text if token.text[0] in "xX" else f"x'{token.text[2:]}'"
        if token.kind == "bits":
            return str(int(token.text.strip("'").lstrip("bB0'") or "0", 2))
        if token.kind == "name":
            return token.text
        return _WORDS.get(token.value, token.text)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else quoted_text(str(value))
