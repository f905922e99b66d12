"""Writes queries and data statements for SQLite. Raises NotReplayed if SQLite lacks something."""

from __future__ import annotations

from typing import Callable, Iterator, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Token, Tokens
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_expression_writer import DROPPED_WORDS, ExpressionWriter, Value


class StatementWriter:
    """Writes statements. `value` returns the value of a variable (`@x`, `@@x`)."""

    def __init__(self, text: str, value: Value) -> None:
        self.text = text
        self._expressions = ExpressionWriter(value)

    def statement(self, tokens: Tokens) -> str:
        reader = Reader(_without_ending(tokens), self.text)
        kind = reader.token.value
        writers: Mapping[str, Callable[[Reader], str]] = {
            "INSERT": self._insert, "REPLACE": self._insert, "UPDATE": self._update, "DELETE": self._delete,
        }  # fmt: skip
        return writers[kind](reader) if kind in writers else self._expressions.rest(reader)

    def _insert(self, reader: Reader) -> str:
        tokens = reader.tokens
        pairs = zip(tokens, tokens[1:])
        positions = (
            position
            for position, (item, other) in enumerate(pairs)
            if item.matches("ON") and other.matches("DUPLICATE")
        )
        place = next(positions, len(tokens))
        body, updates = reader.inner(tokens[:place]), reader.inner(tokens[place + 4 :])
        if len(body.tokens) > 2 and body.tokens[-2].matches("AS") and not updates.is_at_end:
            self._expressions.alias = body.tokens[-1].value if body.tokens[-1].kind == "name" else body.tokens[-1].text
            body = reader.inner(body.tokens[:-2])
        text = self._write_insert(body)
        if updates.is_at_end:
            return text
        self._expressions.updating = True
        return f"{text} ON CONFLICT DO UPDATE SET {self._expressions.rest(updates)}"

    def _write_insert(self, reader: Reader) -> str:
        word = reader.next().value
        while reader.take_any(*DROPPED_WORDS):
            continue
        if reader.take("IGNORE"):
            word = "INSERT OR IGNORE"
        reader.take("INTO")
        table = self._expressions.name(reader)
        if reader.take("SET"):
            assigned = [token.split(" = ", 1) for token in self._assignments(reader.tokens[reader.position :])]
            names, values = (", ".join(item) for item in zip(*assigned))
            return f"{word} INTO {table} ({names}) VALUES ({values})"
        if reader.sees("(", ")"):
            reader.group()
        if reader.take("VALUES", "(", ")") or reader.take("VALUE", "(", ")"):
            return f"{word} INTO {table} DEFAULT VALUES {self._expressions.rest(reader)}"
        return f"{word} INTO {table} {self._expressions.rest(reader)}"

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
        if not reader.is_at_end:
            raise NotReplayed("UPDATE with ORDER BY or LIMIT")
        first, others, on = self._join_tables(tables)
        targets = ", ".join(self._assignments(assignments))
        conditions = [*on, *([self._expressions.rest(Reader(condition, self.text))] if condition else [])]
        where = " AND ".join(f"({node})" for node in conditions)
        text = f"{word} {first} SET {targets}" + (f" FROM {others}" if others else "")
        return text + (f" WHERE {where}" if where else "")

    def _join_tables(self, tokens: Tokens) -> tuple[str, str, list[str]]:
        """Return the first table, the others as a FROM clause, and the join conditions."""
        reader = Reader(tokens, self.text)
        words = [
            self._expressions.name(item)
            for item in self._words(reader.until(",", "JOIN", "INNER", "LEFT", "CROSS", "RIGHT"))
        ]
        first = " AS ".join(word for word in words if word.upper() != "AS")
        if reader.is_at_end:
            return first, "", []
        if reader.sees("LEFT") or reader.sees("RIGHT"):
            raise NotReplayed("UPDATE with an outer join")
        reader.take_any("INNER JOIN", "CROSS JOIN", "JOIN", ",")
        other = self._expressions.rest(reader.inner(reader.until("ON", ",", "JOIN", "INNER", "LEFT")))
        on = []
        if reader.take("ON"):
            on.append(self._expressions.rest(reader.inner(reader.until(",", "JOIN", "INNER", "LEFT", "CROSS"))))
        return first, f"{other} {self._expressions.rest(reader)}", on

    def _words(self, tokens: Tokens) -> Iterator[Reader]:
        """Yield the reader at each name."""
        reader = Reader(tokens, self.text)
        while not reader.is_at_end:
            yield reader

    def _assignment(self, clause: Tokens) -> str:
        reader = Reader(clause, self.text)
        name = self._expressions.name(reader).rpartition(".")[2]
        reader.need("=")
        return f"{name} = {self._expressions.rest(reader)}"

    def _delete(self, reader: Reader) -> str:
        reader.next()
        while reader.take_any(*DROPPED_WORDS, "IGNORE"):
            continue
        if reader.sees("FROM"):
            return "DELETE " + self._expressions.rest(reader)
        targets = reader.until("FROM")
        reader.need("FROM")
        sources = reader.until("WHERE")
        if any(token.matches(",") for token in targets):
            raise NotReplayed("DELETE from several tables")
        alias = self._expressions.rest(Reader(targets, self.text)).rpartition(".")[2]
        table = self._table_of_alias(sources, targets[-1])
        source = self._expressions.rest(Reader(sources, self.text))
        query = f"SELECT {alias}.rowid FROM {source} {self._expressions.rest(reader)}"
        return f"DELETE FROM {table} WHERE rowid IN ({query})"

    def _table_of_alias(self, sources: Tokens, alias: Token) -> str:
        """Return the table of an alias."""
        for place, token in enumerate(sources):
            before = sources[place - 1] if place else None
            if _are_same(token, alias) and before is not None and before.kind in ("word", "name"):
                position = place - 2 if before.matches("AS") else place - 1
                if not sources[position].matches("JOIN", "FROM"):
                    return self._expressions.token(sources[position])
        return self._expressions.token(alias)


def _are_same(left: Token, right: Token) -> bool:
    texts = [item.value if item.kind == "name" else item.text for item in (left, right)]
    return texts[0] == texts[1]


def _by_comma(tokens: Tokens) -> list[Tokens]:
    reader, parts = Reader(tokens, ""), []
    while not reader.is_at_end:
        parts.append(reader.until(","))
        reader.take(",")
    return parts


def _without_ending(tokens: Tokens) -> Tokens:
    """Remove FOR UPDATE and similar endings."""
    for place in range(max(len(tokens) - 6, 1), len(tokens) - 1):
        if tokens[place].matches("FOR") and tokens[place + 1].matches("UPDATE", "SHARE"):
            return tokens[:place]
        if tokens[place].matches("LOCK") and tokens[place + 1].matches("IN"):
            return tokens[:place]
    return tokens


def selected_names(tokens: Tokens) -> list[str]:
    """Return the names of a query's columns, as far as its first clause shows them."""
    if not tokens[0].matches("SELECT"):
        return []
    clauses = _by_comma(Reader(tokens[1:], "").until("FROM", "LIMIT", "UNION"))
    return [clause[-1].value if clause[-1].kind == "name" else clause[-1].text for clause in clauses if clause]
