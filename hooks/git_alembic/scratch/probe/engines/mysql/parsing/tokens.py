"""Splits text into tokens. `/*! … */` is part of the text; other comments are not."""

from __future__ import annotations

import re
from typing import List, NamedTuple

from git_alembic.scratch.probe.engines.mysql.errors import PARSE, ServerError

_PATTERN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*|--(?=\s|$)[^\n]*)
    | (?P<executed>/\*M?!\d*) | (?P<comment>/\*.*?\*/) | (?P<closing>\*/)
    | (?P<string>[nN]?'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*")
    | (?P<hex>[xX]'[0-9a-fA-F]*'|0x[0-9a-fA-F]+) | (?P<bits>[bB]'[01]*'|0b[01]+)
    | (?P<name>`(?:[^`]|``)*`)
    | (?P<variable>@@?(?:(?:global|session|local)\.)?[\w$.]*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))
    | (?P<word>[\w$\u0080-\uffff]+)
    | (?P<symbol>->>|->|<=>|<=|>=|<>|!=|:=|\|\||&&|<<|>>|.)
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


class Token(NamedTuple):
    """`value` is the content of a name or string, or a word in capitals. `start` and `end` are positions."""

    kind: str
    text: str
    value: str
    start: int
    end: int

    def matches(self, *words: str) -> bool:
        """True for one of these words or symbols."""
        return self.kind in ("word", "symbol") and self.value in words


Tokens = List[Token]


def tokenize_text(text: str) -> Tokens:
    """Return the tokens of a text, in order."""
    tokens: Tokens = []
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or ""
        if kind not in ("space", "comment", "executed", "closing"):
            tokens.append(Token(kind, match[0], _value(kind, match[0]), match.start(), match.end()))
    return tokens


def _value(kind: str, text: str) -> str:
    if kind == "word":
        return text.upper()
    if kind == "name":
        return text[1:-1].replace("``", "`")
    if kind == "string":
        quote = text[-1]
        inner = text[text.index(quote) + 1 : -1].replace(quote * 2, quote)
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner, flags=re.DOTALL)
    return text


def split(text: str) -> list[Tokens]:
    """Return the tokens of each statement. The body of a routine or trigger belongs to its statement."""
    statements: list[Tokens] = [[]]
    depth = 0
    for token in tokenize_text(text):
        if token.matches(";") and not depth:
            statements.append([])
            continue
        statements[-1].append(token)
        if _is_routine(statements[-1]):
            depth += _opens(statements[-1])
    return [statement for statement in statements if statement]


def _is_routine(tokens: Tokens) -> bool:
    kinds = ("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT")
    return tokens[0].matches("CREATE", "BEGIN") and any(token.matches(*kinds) for token in tokens[:12])


def _opens(tokens: Tokens) -> int:
    last = tokens[-1]
    after_end = len(tokens) > 1 and tokens[-2].matches("END")
    if last.matches("BEGIN", "CASE") or (last.matches("IF", "LOOP", "REPEAT", "WHILE") and _starts_block(tokens)):
        return 0 if after_end else 1
    return -1 if last.matches("END") else 0


def _starts_block(tokens: Tokens) -> bool:
    """True if IF or a similar word begins a statement. IF() is a function, IF EXISTS a clause."""
    before = tokens[-2] if len(tokens) > 1 else None
    return before is not None and before.matches(";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", ":")


def literal(value: str) -> str:
    """Return a string as SHOW CREATE TABLE prints it."""
    escaped = value.replace("\\", "\\\\").replace("\0", "\\0").replace("\n", "\\n").replace("\r", "\\r")
    return "'{}'".format(escaped.replace("'", "''"))


class Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Tokens, text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.position = 0

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.tokens)

    @property
    def token(self) -> Token:
        if self.is_at_end:
            raise self.error()
        return self.tokens[self.position]

    def error(self) -> ServerError:
        near = self.text[self.tokens[self.position].start :] if not self.is_at_end else ""
        return ServerError(
            PARSE,
            "You have an error in your SQL syntax; check the manual that corresponds to your server version for the "
            f"right syntax to use near '{near[:80]}' at line 1",
        )

    def sees(self, *words: str) -> bool:
        """True if these words or symbols come next."""
        ahead = self.tokens[self.position : self.position + len(words)]
        return len(ahead) == len(words) and all(token.matches(word) for token, word in zip(ahead, words))

    def sees_name(self) -> bool:
        """True if an identifier comes next."""
        return not self.is_at_end and self.token.kind in ("word", "name")

    def sees_string(self) -> bool:
        """True if a string comes next."""
        return not self.is_at_end and self.token.kind == "string"

    def take(self, *words: str) -> bool:
        """Skip these words or symbols and return True if they come next."""
        if self.sees(*words):
            self.position += len(words)
            return True
        return False

    def take_any(self, *words: str) -> str:
        """Skip one of these words and return it, or ""."""
        return next((word for word in words if self.take(*word.split())), "")

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.error()

    def next(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def name(self) -> str:
        """Read an identifier."""
        token = self.token
        if token.kind == "name" or (token.kind == "string" and token.text[0] == '"'):
            return self.next().value
        if token.kind != "word":
            raise self.error()
        return self.next().text

    def string(self) -> str:
        if self.token.kind != "string":
            raise self.error()
        value = self.next().value
        while self.sees_string():
            value += self.next().value
        return value

    def group(self) -> Tokens:
        """Read the tokens in parentheses."""
        self.need("(")
        start, depth = self.position, 1
        while depth:
            token = self.next()
            depth += token.matches("(") - token.matches(")")
        return self.tokens[start : self.position - 1]

    def until(self, *stops: str) -> Tokens:
        """Read up to one of these words outside parentheses."""
        start, depth = self.position, 0
        while not self.is_at_end and not (depth == 0 and self.token.matches(*stops)):
            depth += self.token.matches("(") - self.token.matches(")")
            self.position += 1
        return self.tokens[start : self.position]

    def inner(self, tokens: Tokens) -> Reader:
        return Reader(tokens, self.text)
