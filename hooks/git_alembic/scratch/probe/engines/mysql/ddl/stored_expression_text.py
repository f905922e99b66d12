"""Expressions of checks, generated columns and defaults as SHOW CREATE TABLE prints them."""

from __future__ import annotations

import re

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Token, Tokens, literal

_LEVELS: tuple[tuple[str, ...], ...] = (
    ("OR", "||"), ("XOR",), ("AND", "&&"), ("=", "<=>", ">=", ">", "<=", "<", "<>", "!="), ("|",), ("&",), ("<<", ">>"),
    ("+", "-"), ("*", "/", "DIV", "%", "MOD"), ("^",), ("->", "->>"),
)  # fmt: skip
_OPPOSITES = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FUNCTIONS = {
    False: {"SUBSTRING": "substr", "MID": "substr", "CHARACTER_LENGTH": "char_length"},
    True: {"SUBSTRING": "substr", "MID": "substr", "CHARACTER_LENGTH": "char_length", "LENGTH": "octet_length",
           "UPPER": "ucase", "LOWER": "lcase"},
}  # fmt: skip
_SPELLED = {"||": "or", "&&": "and", "!=": "<>", "DIV": "DIV", "MOD": "%"}
_NOW = ("NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_LIST = """
    INTERVAL DISTINCT MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR DAY_HOUR DAY_MINUTE DAY_SECOND
    YEAR_MONTH HOUR_MINUTE HOUR_SECOND BINARY CURRENT_DATE CURRENT_TIME CURRENT_USER UNKNOWN FROM FOR LEADING TRAILING
    BOTH USING COLLATE ESCAPE AS
"""
WORDS = frozenset(_LIST.split())
_NAME = re.compile(r"'(?:[^'\\]|''|\\.)*'|`((?:[^`]|``)*)`")
_COMPARISONS = 3
_TIGHT = 99


def mentioned_columns(text: str) -> set[str]:
    """Return the columns in an expression that `Writer` wrote."""
    return {match[1].replace("``", "`") for match in _NAME.finditer(text) if match[1] is not None}


def rename_in_expression(text: str, old: str, new: str) -> str:
    """Return the expression with another name for a column."""
    return _NAME.sub(lambda match: quote_name(new) if match[0].lower() == quote_name(old).lower() else match[0], text)


class Writer:
    """Writes one server's spelling. MySQL adds the character set to strings."""

    def __init__(self, is_mariadb: bool, charset: str = "utf8mb4") -> None:
        self.is_mariadb = is_mariadb
        self.introducer = "" if is_mariadb else f"_{charset}"

    def write_tokens(self, tokens: Tokens) -> str:
        """Return the expression. MySQL puts each operation in parentheses, MariaDB only if necessary."""
        return self._level(Reader(tokens, ""), 0)[0]

    def default(self, tokens: Tokens) -> str:
        """Return the expression of a default in parentheses."""
        text, level = self._level(Reader(tokens, ""), 0)
        return f"({text})" if level < _TIGHT or not self.is_mariadb else text

    def _level(self, reader: Reader, level: int) -> tuple[str, int]:
        """Return the text of an operation of this level, and its resulting level."""
        if level == _COMPARISONS and reader.take("NOT"):
            return self._read_negation(reader)
        if level == len(_LEVELS):
            return self._unary(reader)
        left = self._level(reader, level + 1)
        while not reader.is_at_end:
            operator = next((item for item in _LEVELS[level] if reader.take(item)), "")
            if operator:
                right = self._level(reader, level + 1)
                left = self._operation(left, operator, right, level)
            elif level == _COMPARISONS and self._sees_suffix(reader):
                left = self._suffix(left, reader)
            else:
                break
        return left

    def _read_negation(self, reader: Reader) -> tuple[str, int]:
        """Read NOT. It inverts a comparison."""
        if reader.sees("("):
            inner = reader.inner(reader.group())
            tokens = [
                token._replace(value=_OPPOSITES[token.value])
                if token.kind == "symbol" and token.value in _OPPOSITES
                else token
                for token in inner.tokens
            ]
            is_comparison = sum(token.matches(*_OPPOSITES) for token in inner.tokens) == 1 and not any(
                token.matches("AND", "OR", "NOT", "(") for token in inner.tokens
            )
            text, level = self._level(reader.inner(tokens if is_comparison else inner.tokens), 0)
            if is_comparison:
                return text, level
            enclosed = self._enclose((text, level), _TIGHT)
        else:
            enclosed = self._enclose(self._level(reader, _COMPARISONS), _TIGHT)
        return self._make_term(f"!{enclosed}" if self.is_mariadb else f"not({enclosed})", _TIGHT)

    def _operation(self, left: tuple[str, int], operator: str, right: tuple[str, int], level: int) -> tuple[str, int]:
        word = _SPELLED.get(operator, operator.lower() if operator.isalpha() else operator)
        if operator in ("->", "->>"):
            text = f"json_extract({left[0]},{right[0]})"
            return (f"json_unquote({text})" if operator == "->>" else text), _TIGHT
        first, second = self._enclose(left, level), self._enclose(right, level + 1)
        return self._make_term(f"{first} {word} {second}", level)

    def _make_term(self, text: str, level: int) -> tuple[str, int]:
        return (text, level) if self.is_mariadb else (f"({text})", _TIGHT)

    def _enclose(self, term: tuple[str, int], level: int) -> str:
        return term[0] if term[1] >= level else f"({term[0]})"

    def _sees_suffix(self, reader: Reader) -> bool:
        words = ("IS", "IN", "LIKE", "BETWEEN", "REGEXP", "RLIKE")
        return any(reader.sees(word) or reader.sees("NOT", word) for word in words)

    def _suffix(self, left: tuple[str, int], reader: Reader) -> tuple[str, int]:
        subject = self._enclose(left, _COMPARISONS)
        if reader.take("IS"):
            negated = "not " if reader.take("NOT") else ""
            return self._make_term(f"{subject} is {negated}{reader.next().text.lower()}", _COMPARISONS)
        negated = " not" if reader.take("NOT") else ""
        if reader.take("IN"):
            return self._make_term(f"{subject}{negated} in ({self._read_list(reader)})", _COMPARISONS)
        if reader.take("BETWEEN"):
            low = self._level(reader, _COMPARISONS + 1)[0]
            reader.take("AND")
            high = self._level(reader, _COMPARISONS + 1)[0]
            return self._make_term(f"{subject}{negated} between {low} and {high}", _COMPARISONS)
        word = "like" if reader.next().value == "LIKE" else "regexp"
        return self._make_term(f"{subject}{negated} {word} {self._level(reader, _COMPARISONS + 1)[0]}", _COMPARISONS)

    def _read_list(self, reader: Reader) -> str:
        inner, texts = reader.inner(reader.group()), []
        while not inner.is_at_end:
            start = inner.position
            texts.append(self._level(inner, 0)[0])
            if inner.position == start:
                texts[-1] = inner.next().text
            texts[-1] += "".join(" " + token.text.lower() for token in inner.until(","))
            inner.take(",")
        return ",".join(texts)

    def _unary(self, reader: Reader) -> tuple[str, int]:
        if reader.sees("("):
            return self._level(reader.inner(reader.group()), 0)
        if reader.take("-"):
            return "-" + self._enclose(self._unary(reader), _TIGHT), _TIGHT
        if reader.take("!"):
            return self._make_term("!" + self._enclose(self._unary(reader), _TIGHT), _TIGHT)
        return self._atom(reader, reader.next()), _TIGHT

    def _atom(self, reader: Reader, token: Token) -> str:
        if token.kind == "string":
            return self.introducer + literal(token.value)
        if token.kind == "word" and token.text[0] == "_" and reader.sees_string():
            return token.text.lower() + literal(reader.next().value)
        if token.kind == "word" and reader.sees("("):
            return self._call(reader, token)
        if token.matches("CASE"):
            return self._case(reader)
        if token.kind == "word" and token.value in ("NULL", "TRUE", "FALSE"):
            return token.text.lower() if token.value != "NULL" else "NULL"
        if token.kind == "word" and token.value in _NOW:
            return "current_timestamp()"
        if token.kind in ("word", "name"):
            return self._column(reader, token)
        return token.text

    def _column(self, reader: Reader, token: Token) -> str:
        name = token.value if token.kind == "name" else token.text
        while reader.take("."):
            name = reader.name()
        return quote_name(name) if token.kind == "name" or token.value not in WORDS else token.text.lower()

    def _call(self, reader: Reader, token: Token) -> str:
        name = token.value
        if name in ("CAST", "CONVERT"):
            return self._cast(reader)
        arguments = self._read_list(reader)
        if name in _NOW:
            return f"current_timestamp({arguments})" if self.is_mariadb else f"now({arguments})"
        return f"{_FUNCTIONS[self.is_mariadb].get(name, token.text.lower())}({arguments})"

    def _cast(self, reader: Reader) -> str:
        inner = reader.inner(reader.group())
        value = self._level(inner, 0)[0]
        inner.take_any("AS", ",")
        words = " ".join(token.text.lower() for token in inner.tokens[inner.position :])
        return f"cast({value} as {words})".replace(" ( ", "(").replace(" )", ")").replace(" , ", ",")

    def _case(self, reader: Reader) -> str:
        parts = ["case"]
        while not reader.is_at_end and not reader.take("END"):
            word = reader.take_any("WHEN", "THEN", "ELSE")
            parts.append(word.lower() if word else self._level(reader, 0)[0])
        return " ".join([*parts, "end"])
