"""PostgreSQL's own parser: libpg_query's shared library, at a path from the parent process.

A statement has libpg_query's JSON: `{"CreateStmt": {…}}`. The functions below `Parser` read and change these trees. The
structures are those of pg_query.h.
"""

from __future__ import annotations

import ctypes
import json
from typing import Any, Callable, Dict, Iterable, Iterator, Mapping, NamedTuple, Sequence

Node = Dict[str, Any]


class _Error(ctypes.Structure):
    _fields_ = [
        ("message", ctypes.c_char_p),
        ("funcname", ctypes.c_char_p),
        ("filename", ctypes.c_char_p),
        ("lineno", ctypes.c_int),
        ("cursorpos", ctypes.c_int),
        ("context", ctypes.c_char_p),
    ]


class _Tree(ctypes.Structure):
    _fields_ = [
        ("tree", ctypes.c_void_p),
        ("stderr_buffer", ctypes.c_void_p),
        ("error", ctypes.POINTER(_Error)),
    ]


class _Functions(ctypes.Structure):
    _fields_ = [("tree", ctypes.c_void_p), ("error", ctypes.POINTER(_Error))]


class ParseError(Exception):
    """The text is no SQL. The message is the server's."""


class Statement(NamedTuple):
    """One statement of a text: its kind (`CreateStmt`), its fields, and its own text."""

    kind: str
    fields: Node
    text: str


class Parser:
    """The parser at `path`. It caches answers by text, because projects repeat statements."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        self._parse = _function(library.pg_query_parse, _Tree, ctypes.c_char_p)
        self._free = _function(library.pg_query_free_parse_result, None, _Tree)
        self._parse_plpgsql = _function(library.pg_query_parse_plpgsql, _Functions, ctypes.c_char_p)
        self._free_plpgsql = _function(library.pg_query_free_plpgsql_parse_result, None, _Functions)
        self._statements: dict[str, tuple[Statement, ...]] = {}
        self._expressions: dict[str, Node] = {}

    def statements(self, text: str) -> tuple[Statement, ...]:
        """Return the statements of a text, in order. Raise `ParseError`. The result must not be changed."""
        statements = self._statements.get(text)
        if statements is None:
            statements = self._statements[text] = tuple(self._split(text.replace("\0", "")))
        return statements

    def expression(self, text: str) -> Node:
        """Return the node of an expression."""
        node = self._expressions.get(text)
        if node is None:
            (statement,) = self.statements("SELECT " + text)
            node = self._expressions[text] = statement.fields["targetList"][0]["ResTarget"]["val"]
        return node

    def functions(self, text: str) -> list[Node]:
        """Return the PL/pgSQL functions (or the block) in a CREATE FUNCTION (or DO) statement."""
        result = self._parse_plpgsql(text.encode())
        try:
            _raise(result)
            functions: list[Node] = json.loads(ctypes.string_at(result.tree))
        finally:
            self._free_plpgsql(result)
        return functions

    def _split(self, text: str) -> list[Statement]:
        encoded = text.encode()
        result = self._parse(encoded)
        try:
            _raise(result)
            tree = json.loads(ctypes.string_at(result.tree))
        finally:
            self._free(result)
        return [_statement(raw, encoded) for raw in tree["stmts"] if "stmt" in raw]


def _statement(raw: Node, encoded: bytes) -> Statement:
    ((kind, fields),) = raw["stmt"].items()
    start = raw.get("stmt_location", 0)
    length: int | None = raw.get("stmt_len")
    part = encoded[start : start + length] if length else encoded[start:]
    return Statement(kind, fields, part.decode().strip())


def _raise(result: Any) -> None:
    if result.error:
        raise ParseError(result.error.contents.message.decode())


def _function(function: Any, result: Any, *arguments: Any) -> Any:
    function.restype = result
    function.argtypes = arguments
    return function


def columns_of(node: Any) -> frozenset[str]:
    """Return the names of all columns in an expression."""
    return frozenset(
        strings([fields["fields"][-1]])[0] for kind, fields in walk(node)
        if kind == "ColumnRef" and "String" in fields["fields"][-1]
    )  # fmt: skip


def transform(node: Any, change: Callable[[Node], Node]) -> Any:
    """Apply `change` to all parts of a node, innermost first."""
    if isinstance(node, list):
        return [transform(item, change) for item in node]
    if isinstance(node, dict):
        return change({key: transform(item, change) for key, item in node.items()})
    return node


def walk(node: Any) -> Iterator[Any]:
    """Yield (key, value) of a node and all nodes below it, in order. Parents come first."""
    todo: list[Any] = [list(node) if isinstance(node, tuple) else node]
    while todo:
        current = todo.pop()
        if isinstance(current, tuple):
            yield current
            current = current[1]
        if isinstance(current, dict):
            todo.extend(reversed(list(current.items())))
        elif isinstance(current, list):
            todo.extend(reversed(current))


def strings(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the strings of String nodes."""
    return [node["String"].get("sval", "") for node in nodes]


def split_name(names: Sequence[str]) -> tuple[str | None, str]:
    """Return the schema, or None, and the name."""
    return (names[-2] if len(names) > 1 else None), names[-1]


def range_of(names: list[str]) -> Node:
    """Return the RangeVar of a name."""
    relation: Node = {"relname": names[-1]}
    if len(names) > 1:
        relation["schemaname"] = names[-2]
    return relation


def object_names(node: Node) -> list[str]:
    """Return the parts of the name of an object."""
    ((kind, fields),) = node.items()
    if kind == "List":
        return strings(field for field in fields["items"] if "String" in field)
    if kind == "TypeName":
        return strings(fields["names"])
    if kind == "ObjectWithArgs":
        return strings(fields["objname"])
    return [fields.get("sval", "")]


def has_flag(node: Node, name: str) -> bool:
    return bool(node.get(name))


def cascades(node: Node) -> bool:
    return node.get("behavior") == "DROP_CASCADE"
