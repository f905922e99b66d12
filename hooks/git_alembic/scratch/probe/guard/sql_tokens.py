"""Splits SQL into tokens without comments, so that words in strings don't count as code.

A setting of the session decides whether a backslash escapes a quote. To be safe, tokenize both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple


class SqlToken(NamedTuple):
    """`kind` is "word" (in lower case), "name" (a quoted identifier), "text" (a string literal) or "mark"."""

    kind: str
    text: str


_MYSQL = ("mysql", "mariadb")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d][\w$]*")
_NUMBER = re.compile(r"[\d.]*\d\w*")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_PREFIX = re.compile(r"(?:[eEbBxXnN]|[uU]&)(?=')")
_EXECUTED = re.compile(r"/\*M?!\d*")
_MYSQL_COMMENT = re.compile(r"#|--(?=\s|$)")
_COMMENT_ENDS = re.compile(r"/\*|\*/")
_SPLITTING = ("begin", "then", "else", "loop", "do", "declare", "atomic")
_SIMPLE = re.compile(r"[\w.]{0,63}")


def tokenize(sql: str, family: str, *, backslashes: bool) -> list[SqlToken]:
    """Return the tokens of `sql`, which may contain several statements."""
    return list(_Scanner(sql, family in _MYSQL, family == "mssql", backslashes).tokens())


def split(tokens: Sequence[SqlToken]) -> list[list[SqlToken]]:
    """Split tokens at semicolons into statements."""
    statements: list[list[SqlToken]] = [[]]
    for token in tokens:
        if token == ("mark", ";"):
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def segments(statement: Sequence[SqlToken]) -> list[list[SqlToken]]:
    """Split a statement after the words that a statement can follow in a routine or a block."""
    parts: list[list[SqlToken]] = [[]]
    for token in statement:
        parts[-1].append(token)
        if token.kind == "word" and token.text in _SPLITTING:
            parts.append([])
    return [segment for segment in parts if segment]


def render(tokens: Sequence[SqlToken]) -> str:
    """Return tokens in one normal form: lower-case words, one space between tokens, and only simple texts."""
    followers = [*tokens[1:], SqlToken("mark", "")]
    return " ".join(_render(token, after) for token, after in zip(tokens, followers))


def _render(token: SqlToken, after: SqlToken) -> str:
    if token.kind == "text":
        return f"'{token.text.lower()}'" if _SIMPLE.fullmatch(token.text) else "''"
    if token.kind == "name":
        name = re.sub(r"\W", "_", token.text.lower())
        return name if after.text == "(" else f'"{name}"'
    return token.text


def text_of(statement: Any, connection: Any) -> str:
    """Return a statement as text. Drivers also accept bytes and objects."""
    if callable(getattr(statement, "as_string", None)):
        return str(statement.as_string(connection))
    return statement.decode("utf-8", "replace") if isinstance(statement, (bytes, bytearray)) else str(statement)


class _Scanner:
    def __init__(self, sql: str, mysql: bool, brackets: bool, backslashes: bool) -> None:
        self._sql = sql
        self._mysql = mysql
        self._brackets = brackets
        self._backslashes = backslashes
        self._at = 0

    def tokens(self) -> Iterator[SqlToken]:
        while self._at < len(self._sql):
            if not self._skip():
                yield self._token()

    def _skip(self) -> bool:
        """Skip whitespace or a comment. Return False if there is neither."""
        sql, position = self._sql, self._at
        if sql[position].isspace():
            space = _SPACE.match(sql, position)
            self._at = space.end() if space else position + 1
        elif self._is_line_comment():
            end = sql.find("\n", position)
            self._at = len(sql) if end < 0 else end + 1
        elif sql.startswith("/*", position):
            executed = _EXECUTED.match(sql, position) if self._mysql else None
            self._at = executed.end() if executed else self._comment_end()
        elif self._mysql and sql.startswith("*/", position):  # the end of a comment that MySQL executes
            self._at += 2
        else:
            return False
        return True

    def _is_line_comment(self) -> bool:
        if not self._mysql:
            return self._sql.startswith("--", self._at)
        return _MYSQL_COMMENT.match(self._sql, self._at) is not None

    def _comment_end(self) -> int:
        depth, start = 1, self._at + 2
        for mark in _COMMENT_ENDS.finditer(self._sql, start):
            depth += 1 if mark[0] == "/*" and not self._mysql else -1 if mark[0] == "*/" else 0
            if not depth:
                return mark.end()
        return len(self._sql)

    def _token(self) -> SqlToken:
        sql, position = self._sql, self._at
        prefix = _PREFIX.match(sql, position)
        if prefix:
            self._at = prefix.end()
            return SqlToken("text", self._read_quoted("'", escapes=self._backslashes or prefix[0] in "eE"))
        if sql[position] == "'" or (sql[position] == '"' and self._mysql):
            return SqlToken("text", self._read_quoted(sql[position], escapes=self._backslashes))
        if sql[position] in '"`' or (sql[position] == "[" and self._brackets):
            return SqlToken("name", self._read_quoted("]" if sql[position] == "[" else sql[position], escapes=False))
        dollar = None if self._mysql else _DOLLAR.match(sql, position)
        if dollar:
            end = sql.find(dollar[0], dollar.end())
            self._at = len(sql) if end < 0 else end + len(dollar[0])
            return SqlToken("text", sql[dollar.end() : len(sql) if end < 0 else end])
        return self._plain()

    def _plain(self) -> SqlToken:
        word = _WORD.match(self._sql, self._at) or _NUMBER.match(self._sql, self._at)
        if word:
            self._at = word.end()
            return SqlToken("word", word[0].lower())
        self._at += 1
        return SqlToken("mark", self._sql[self._at - 1])

    def _read_quoted(self, quote: str, *, escapes: bool) -> str:
        """Skip a quoted text and return its content."""
        content = _inside(quote, escapes).match(self._sql, self._at + 1)
        inside = content[0] if content else ""
        self._at += len(inside) + 2
        inside = inside.replace(quote * 2, quote)
        return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL) if escapes and "\\" in inside else inside


@lru_cache(maxsize=None)
def _inside(quote: str, escapes: bool) -> re.Pattern[str]:
    ordinary = rf"[^{re.escape(quote)}\\]" if escapes else rf"[^{re.escape(quote)}]"
    other = r"|\\." if escapes else ""
    return re.compile(rf"{ordinary}*(?:(?:{re.escape(quote * 2)}{other}){ordinary}*)*", re.DOTALL)
