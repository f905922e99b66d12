"""Writes a term like the server's pg_get_expr: all operators in parentheses, all implicit casts visible."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Iterable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type, format_type
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import CallsFunction, Term, is_simple
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import identifier, plain_literal, qualify

_UNSIGNED = {"int4": re.compile(r"\d+"), "numeric": re.compile(r"\d+\.\d*")}


def deparse(term: Term, path: Sequence[str] = (), calls_function: CallsFunction | None = None) -> str:
    """Return the text of a term without the schemas in `path`.

    With `calls_function` (see `is_simple`), only the necessary parentheses are written.
    """
    writer = _Writer(path, calls_function)
    writer.write(term, showing=False)
    return "".join(writer.out)


class _Writer:
    def __init__(self, path: Sequence[str], calls_function: CallsFunction | None) -> None:
        self.calls_function = calls_function
        self.out: list[str] = []
        self.path = path
        self.indent = 0

    def write(self, term: Term, showing: bool = True) -> None:
        """Append a term. With `showing`, also append implicit casts."""
        _KINDS[term.kind](self, term, showing)

    def open(self) -> None:
        """Append a parenthesis of the plain form."""
        if self.calls_function is None:
            self.put("(")

    def close(self) -> None:
        if self.calls_function is None:
            self.put(")")

    def within(self, term: Term, parent: Term, showing: bool = True) -> None:
        """Append a term inside another, in parentheses if it needs them."""
        if self.calls_function is None or is_simple(term, parent, self.calls_function):
            self.write(term, showing)
        else:
            self.put("(")
            self.write(term, showing)
            self.put(")")

    def put(self, *texts: str) -> None:
        self.out.extend(texts)

    def write_list(self, terms: Iterable[Term]) -> None:
        for number, term in enumerate(terms):
            self.put(", " if number else "")
            self.write(term)

    def line(self, text: str, after: int = 0) -> None:
        """Append a keyword on its own line, as the server breaks CASE."""
        while self.out and self.out[-1].endswith(" "):
            self.out[-1] = self.out[-1].rstrip(" ")
            if self.out[-1]:
                break
            self.out.pop()
        self.put("\n", " " * self.indent, text)
        self.indent += after

    def type(self, term: Term) -> str:
        return format_type(term.type, self.path) if term.type else "text"


def _constant(writer: _Writer, term: Term, _: bool) -> None:
    text, bare = constant_text(_without_schema(term, writer.path))
    writer.put(text)
    if not bare:
        writer.put("::", writer.type(term))


def _without_schema(term: Term, path: Sequence[str]) -> Term:
    """Remove the schema from the literal name of a relation that the search path finds."""
    if term.type != builtin_type("regclass") or not isinstance(term.value, str):
        return term
    schema = next((item for item in path if term.value.startswith(identifier(item) + ".")), None)
    return replace(term, value=term.value[len(identifier(schema)) + 1 :]) if schema else term


def constant_text(term: Term) -> tuple[str, bool]:
    """Return the text of a constant, and whether it needs no type."""
    value, name = term.value, term.type.name.name if term.type and term.type.name.schema is None else ""
    if term.type and term.type.dimensions:
        name = ""
    if value is None:
        return "NULL", False
    if name == "bool":
        return ("true" if str(value).lower() in ("t", "true", "1", "on", "yes", "y") else "false"), True
    if name in _UNSIGNED and _UNSIGNED[name].fullmatch(str(value)):
        return str(value), True
    return plain_literal(str(value)), name == "unknown"


def _column(writer: _Writer, term: Term, _: bool) -> None:
    writer.put(identifier(term.value))


def _operator(writer: _Writer, term: Term, _: bool) -> None:
    writer.open()
    if len(term.parts) == 1:
        writer.put(term.value, " ")
        writer.within(term.parts[0], term)
    else:
        writer.within(term.parts[0], term)
        writer.put(" ", term.value, " ")
        writer.within(term.parts[1], term)
    writer.close()


def _cast(writer: _Writer, term: Term, showing: bool) -> None:
    (inner,) = term.parts
    if term.implicit and not showing:
        writer.within(inner, term, False)
        return
    if inner.kind == "constant" and inner.type and term.type and replace(term.type, modifiers=()) == inner.type:
        writer.put(constant_text(inner)[0])
    else:
        writer.open()
        writer.within(inner, term, False)
        writer.close()
    writer.put("::", writer.type(term))


def _function(writer: _Writer, term: Term, _: bool) -> None:
    schema, name = term.value
    writer.put(qualify(None if schema in writer.path else schema, name), "(")
    writer.write_list(term.parts)
    writer.put(")")


def _boolean(writer: _Writer, term: Term, _: bool) -> None:
    writer.open()
    if term.value == "NOT":
        writer.put("NOT ")
    for number, part in enumerate(term.parts):
        if number:
            writer.put(" ", term.value, " ")
        writer.within(part, term, False)
    writer.close()


def _array_comparison(writer: _Writer, term: Term, _: bool) -> None:
    operator, quantifier = term.value
    writer.open()
    writer.within(term.parts[0], term)
    writer.put(" ", operator, " ", quantifier, " (")
    writer.within(term.parts[1], term)
    writer.put(")")
    writer.close()


def _write_suffixed(writer: _Writer, term: Term, _: bool) -> None:
    writer.open()
    writer.within(term.parts[0], term)
    writer.put(" ", term.value)
    if len(term.parts) > 1:
        writer.put(" ")
        writer.within(term.parts[1], term)
    writer.close()


def _array(writer: _Writer, term: Term, _: bool) -> None:
    writer.put("ARRAY[")
    writer.write_list(term.parts)
    writer.put("]" if term.parts else "]::" + writer.type(term))


def _write_call(writer: _Writer, term: Term, _: bool) -> None:
    writer.put(term.value, "(")
    writer.write_list(term.parts)
    writer.put(")")


def _verbatim(writer: _Writer, term: Term, _: bool) -> None:
    writer.put(term.value)


def _case(writer: _Writer, term: Term, _: bool) -> None:
    """Write CASE. `parts` are the operand if `value` is true, then conditions and results in turn, then the ELSE."""
    parts = list(term.parts)
    writer.line("CASE", 4)
    if term.value:
        writer.put(" ")
        writer.write(parts.pop(0))
    otherwise = parts.pop()
    for condition, result in zip(parts[::2], parts[1::2]):
        writer.line("WHEN ")
        writer.write(condition, False)
        writer.put(" THEN ")
        writer.write(result)
    writer.line("ELSE ")
    writer.write(otherwise)
    writer.indent -= 4
    writer.line("END")


def _syntax(writer: _Writer, term: Term, _: bool) -> None:
    """Write a function in SQL's own syntax. `value` has a word before each part, and one after the last part."""
    for word, part in zip(term.value, term.parts):
        writer.put(word)
        if term.value[1] == " AT TIME ZONE ":
            writer.within(part, term, False)
        else:
            writer.write(part, False)
    writer.put(term.value[-1])


def _subscript(writer: _Writer, term: Term, _: bool) -> None:
    base, *indices = term.parts
    simple = base.kind == "column"
    writer.put("" if simple else "(")
    writer.write(base)
    writer.put("" if simple else ")")
    for index in indices:
        writer.put("[")
        writer.write(index)
        writer.put("]")


def _field(writer: _Writer, term: Term, _: bool) -> None:
    writer.put("(")
    writer.write(term.parts[0])
    writer.put(").", identifier(term.value))


_KINDS: Mapping[str, Callable[[_Writer, Term, bool], None]] = {
    "constant": _constant, "column": _column, "operator": _operator, "cast": _cast, "function": _function,
    "boolean": _boolean,
    "array_comparison": _array_comparison, "suffixed": _write_suffixed, "array": _array, "called": _write_call,
    "verbatim": _verbatim,
    "case": _case, "syntax": _syntax, "collate": _write_suffixed, "subscript": _subscript, "field": _field,
}  # fmt: skip
