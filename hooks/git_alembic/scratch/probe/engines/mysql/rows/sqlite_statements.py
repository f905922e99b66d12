"""Writes queries and data statements for SQLite, token by token; raises NotReplayed for what SQLite cannot do."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_rows import quoted_text
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Token, Tokens
from git_alembic.scratch.probe.engines.mysql.rows import sqlite_functions

_RENAMED = {
    "IF": "iif", "SUBSTRING": "substring_", "SUBSTR": "substring_", "MID": "substring_", "CURRENT_TIMESTAMP": "now",
    "CURRENT_DATE": "curdate", "CURRENT_TIME": "curtime", "LOCALTIMESTAMP": "now",
    "SCHEMA": "database", "DATE_ADD": "date_add_", "DATE_SUB": "date_sub_", "ADDDATE": "date_add_", "LENGTH": "length_",
    "OCTET_LENGTH": "length_",
    "IFNULL": "ifnull", "ISNULL": "isnull_", "USER": "user_", "SESSION_USER": "user_",
}  # fmt: skip
_ANSWERED = frozenset(("DATABASE", "VERSION", "LAST_INSERT_ID", "ROW_COUNT", "FOUND_ROWS", "CONNECTION_ID"))
_KNOWN = frozenset(name.upper() for name in sqlite_functions.names())
_WORDS = {
    "XOR": "<>", "DIV": "/", "MOD": "%", "RLIKE": "REGEXP", "STRAIGHT_JOIN": "JOIN", "&&": "AND", "||": "OR",
    "<=>": "IS",
    "!": "NOT", "CURRENT_USER": "user_()", "LOCALTIME": "now()", "UTC_TIMESTAMP": "now()",
    "SEPARATOR": ",",
}  # fmt: skip
_DROPPED = frozenset(
    ("SQL_NO_CACHE", "SQL_CALC_FOUND_ROWS", "HIGH_PRIORITY", "LOW_PRIORITY", "DELAYED", "QUICK", "SQL_CACHE", "BINARY")
)
_CASTS = {"UNSIGNED": "INTEGER", "SIGNED": "INTEGER", "CHAR": "TEXT", "NCHAR": "TEXT", "DATETIME": "TEXT",
          "DATE": "TEXT", "TIME": "TEXT", "JSON": "TEXT", "DECIMAL": "REAL", "DOUBLE": "REAL",
          "BINARY": "BLOB"}  # fmt: skip
_UNITS = ("MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
Value = Callable[[str], Any]


class StatementWriter:
    """Writes statements; `value` returns the value of a variable (`@x`, `@@x`)."""

    def __init__(self, text: str, value: Value) -> None:
        self.text = text
        self.value = value
        self.alias = "\0"  # the name of the new row in ON DUPLICATE KEY UPDATE
        self.updating = False

    def statement(self, tokens: Tokens) -> str:
        reader = Reader(_without_ending(tokens), self.text)
        kind = reader.token.value
        writers: Mapping[str, Callable[[Reader], str]] = {
            "INSERT": self._insert, "REPLACE": self._insert, "UPDATE": self._update, "DELETE": self._delete,
        }  # fmt: skip
        return writers[kind](reader) if kind in writers else self.rest(reader)

    def rest(self, reader: Reader) -> str:
        """Write all that is left."""
        parts = []
        while not reader.done:
            parts.append(self._one(reader))
        return " ".join(parts)

    def _insert(self, reader: Reader) -> str:
        tokens = reader.tokens
        pairs = zip(tokens, tokens[1:])
        found = (at for at, (item, other) in enumerate(pairs) if item.says("ON") and other.says("DUPLICATE"))
        place = next(found, len(tokens))
        body, updates = reader.inner(tokens[:place]), reader.inner(tokens[place + 4 :])
        if len(body.tokens) > 2 and body.tokens[-2].says("AS") and not updates.done:
            self.alias = body.tokens[-1].value if body.tokens[-1].kind == "name" else body.tokens[-1].text
            body = reader.inner(body.tokens[:-2])
        text = self._inserted(body)
        if updates.done:
            return text
        self.updating = True
        return f"{text} ON CONFLICT DO UPDATE SET {self.rest(updates)}"

    def _inserted(self, reader: Reader) -> str:
        word = reader.next().value
        while reader.take_any(*_DROPPED):
            continue
        if reader.take("IGNORE"):
            word = "INSERT OR IGNORE"
        reader.take("INTO")
        table = self._name(reader)
        if reader.take("SET"):
            assigned = [token.split(" = ", 1) for token in self._assignments(reader.tokens[reader.at :])]
            names, values = (", ".join(item) for item in zip(*assigned))
            return f"{word} INTO {table} ({names}) VALUES ({values})"
        if reader.sees("(", ")"):
            reader.group()
        if reader.take("VALUES", "(", ")") or reader.take("VALUE", "(", ")"):
            return f"{word} INTO {table} DEFAULT VALUES {self.rest(reader)}"
        return f"{word} INTO {table} {self.rest(reader)}"

    def _assignments(self, tokens: Tokens) -> list[str]:
        return [self._assignment(clause) for clause in _by_comma(tokens)]

    def _update(self, reader: Reader) -> str:
        reader.next()
        reader.take("LOW_PRIORITY")
        word = "UPDATE OR IGNORE" if reader.take("IGNORE") else "UPDATE"
        tables = reader.until("SET")
        reader.need("SET")
        assignments = reader.until("WHERE", "ORDER", "LIMIT")
        condition = reader.until("ORDER", "LIMIT")[1:]
        if not reader.done:
            raise NotReplayed("UPDATE with ORDER BY or LIMIT")
        first, others, on = self._joined(tables)
        targets = ", ".join(self._assignments(assignments))
        conditions = [*on, *([self.rest(Reader(condition, self.text))] if condition else [])]
        where = " AND ".join(f"({node})" for node in conditions)
        text = f"{word} {first} SET {targets}" + (f" FROM {others}" if others else "")
        return text + (f" WHERE {where}" if where else "")

    def _joined(self, tokens: Tokens) -> tuple[str, str, list[str]]:
        """Return the first table, the others as a FROM clause, and the join conditions."""
        reader = Reader(tokens, self.text)
        words = [self._name(item) for item in self._words(reader.until(",", "JOIN", "INNER", "LEFT", "CROSS", "RIGHT"))]
        first = " AS ".join(word for word in words if word.upper() != "AS")
        if reader.done:
            return first, "", []
        if reader.sees("LEFT") or reader.sees("RIGHT"):
            raise NotReplayed("UPDATE with an outer join")
        reader.take_any("INNER JOIN", "CROSS JOIN", "JOIN", ",")
        other = self.rest(reader.inner(reader.until("ON", ",", "JOIN", "INNER", "LEFT")))
        on = []
        if reader.take("ON"):
            on.append(self.rest(reader.inner(reader.until(",", "JOIN", "INNER", "LEFT", "CROSS"))))
        return first, f"{other} {self.rest(reader)}", on

    def _words(self, tokens: Tokens) -> Iterator[Reader]:
        """Yield the reader at each name."""
        reader = Reader(tokens, self.text)
        while not reader.done:
            yield reader

    def _assignment(self, clause: Tokens) -> str:
        reader = Reader(clause, self.text)
        name = self._name(reader).rpartition(".")[2]
        reader.need("=")
        return f"{name} = {self.rest(reader)}"

    def _delete(self, reader: Reader) -> str:
        reader.next()
        while reader.take_any(*_DROPPED, "IGNORE"):
            continue
        if reader.sees("FROM"):
            return "DELETE " + self.rest(reader)
        targets = reader.until("FROM")
        reader.need("FROM")
        sources = reader.until("WHERE")
        if any(token.says(",") for token in targets):
            raise NotReplayed("DELETE from several tables")
        alias = self.rest(Reader(targets, self.text)).rpartition(".")[2]
        table = self._named(sources, targets[-1])
        query = f"SELECT {alias}.rowid FROM {self.rest(Reader(sources, self.text))} {self.rest(reader)}"
        return f"DELETE FROM {table} WHERE rowid IN ({query})"

    def _named(self, sources: Tokens, alias: Token) -> str:
        """Return the table of an alias."""
        for place, token in enumerate(sources):
            before = sources[place - 1] if place else None
            if _same(token, alias) and before is not None and before.kind in ("word", "name"):
                at = place - 2 if before.says("AS") else place - 1
                if not sources[at].says("JOIN", "FROM"):
                    return self._token(sources[at])
        return self._token(alias)

    def _name(self, reader: Reader) -> str:
        text = self._token(reader.next())
        while reader.take("."):
            text += "." + self._token(reader.next())
        return text

    def _one(self, reader: Reader) -> str:
        token = reader.next()
        if token.kind == "string" and reader.sees_string():
            return self._token(token._replace(value=token.value + reader.string()))
        for special in (self._system, self._ignored, self._called, self._moved):
            text = special(reader, token)
            if text is not None:
                return text
        return self._token(token)

    def _system(self, reader: Reader, token: Token) -> str | None:
        """Write INFORMATION_SCHEMA's tables, which have other names in SQLite."""
        name = token.value if token.kind == "name" else token.text
        if name.lower() == "information_schema" and reader.take("."):
            return f"information_schema.`is_{reader.name().upper()}`"
        if token.kind in ("word", "name") and name.lower() == self.alias.lower() and reader.sees("."):
            return "excluded"
        return None

    def _ignored(self, reader: Reader, token: Token) -> str | None:
        is_word = token.kind == "word"
        if is_word and token.text[0] == "_" and reader.sees_string():
            return ""
        if token.says("FROM") and reader.take("DUAL"):
            return ""
        if token.says("COLLATE"):
            reader.next()
            return ""
        if token.says("USE", "FORCE", "IGNORE") and (reader.sees("INDEX") or reader.sees("KEY")):
            reader.until("(")
            reader.group()
            return ""
        return "" if is_word and token.value in _DROPPED and not reader.sees(",") else None

    def _called(self, reader: Reader, token: Token) -> str | None:
        if token.kind != "word" or not reader.sees("("):
            return None
        name = token.value
        if name in ("CAST", "CONVERT"):
            return self._cast(reader)
        if name == "VALUES" and self.updating:
            return "excluded." + self.rest(reader.inner(reader.group()))
        if name == "VALUE" and reader.tokens[0].says("INSERT", "REPLACE") and not self.updating:
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

    def _moved(self, reader: Reader, token: Token) -> str | None:
        if token.says("INTERVAL"):
            count = f"({self.rest(reader.inner(reader.group()))})" if reader.sees("(") else self._one(reader)
            if not reader.token.says(*_UNITS):
                raise NotReplayed("an interval")
            return f"{count}, '{reader.next().value}'"
        if token.says("+", "-") and reader.sees("INTERVAL"):
            raise NotReplayed("an interval that is added")
        return None

    def _token(self, token: Token) -> str:
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


def _same(left: Token, right: Token) -> bool:
    texts = [item.value if item.kind == "name" else item.text for item in (left, right)]
    return texts[0] == texts[1]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else quoted_text(str(value))


def _by_comma(tokens: Tokens) -> list[Tokens]:
    reader, found = Reader(tokens, ""), []
    while not reader.done:
        found.append(reader.until(","))
        reader.take(",")
    return found


def _without_ending(tokens: Tokens) -> Tokens:
    """Remove FOR UPDATE and the like."""
    for place in range(max(len(tokens) - 6, 1), len(tokens) - 1):
        if tokens[place].says("FOR") and tokens[place + 1].says("UPDATE", "SHARE"):
            return tokens[:place]
        if tokens[place].says("LOCK") and tokens[place + 1].says("IN"):
            return tokens[:place]
    return tokens


def selected_names(tokens: Tokens) -> list[str]:
    """Return the names of a query's columns, as far as its first clause shows them."""
    if not tokens[0].says("SELECT"):
        return []
    clauses = _by_comma(Reader(tokens[1:], "").until("FROM", "LIMIT", "UNION"))
    return [clause[-1].value if clause[-1].kind == "name" else clause[-1].text for clause in clauses if clause]
