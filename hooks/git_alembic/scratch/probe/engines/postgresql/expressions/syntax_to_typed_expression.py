"""Turns a parsed expression into a `Term`, like the server's parse analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import TEXT, UNKNOWN, builtin_type
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import BOOL, INT4, Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.operators_and_special_function_syntax import (
    OPERATIONS,
    OperatorCall,
    apply_operator,
    call_in_sql_syntax,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term, cast
from git_alembic.scratch.probe.engines.postgresql.parser import Node, split_name, strings
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import identifier

_SQL_VALUES = {
    "CURRENT_DATE": "date", "CURRENT_TIME": "timetz", "CURRENT_TIMESTAMP": "timestamptz", "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp", "CURRENT_ROLE": "name", "CURRENT_USER": "name", "USER": "name",
    "SESSION_USER": "name", "CURRENT_CATALOG": "name", "CURRENT_SCHEMA": "name",
}  # fmt: skip


def analyze(node: Node, scope: Scope) -> Term:
    """Return the term of a node. Raise NotReplayed for unknown kinds."""
    ((kind, fields),) = node.items()
    analyze_kind = _KINDS.get(kind)
    if analyze_kind is None:
        raise NotReplayed(f"an expression with {kind}")
    return analyze_kind(fields, scope)


def coerce(term: Term, target: Type, scope: Scope) -> Term:
    """Return a term as the server stores it in a column of a type."""
    return cast(term, scope.base(target))


def _all(nodes: Any, scope: Scope) -> list[Term]:
    return [analyze(node, scope) for node in nodes or ()]


def _constant(fields: Node, _: Scope) -> Term:
    if fields.get("isnull"):
        return Term("constant", UNKNOWN, value=None)
    if "ival" in fields:
        return Term("constant", INT4, value=str(fields["ival"].get("ival", 0)))
    if "boolval" in fields:
        return Term("constant", BOOL, value="t" if fields["boolval"].get("boolval") else "f")
    if "fval" in fields:
        text = fields["fval"]["fval"]
        whole = text.lstrip("-").isdigit() and abs(int(text)) < 2**63
        return Term("constant", builtin_type("int8" if whole else "numeric"), value=text)
    if "bsval" in fields:
        return Term("constant", builtin_type("bit"), value=fields["bsval"]["bsval"][1:])
    return Term("constant", UNKNOWN, value=fields.get("sval", {}).get("sval", ""))


def _column(fields: Node, scope: Scope) -> Term:
    name = strings([fields["fields"][-1]])[0] if "String" in fields["fields"][-1] else "*"
    kind = scope.columns.get(name)
    if scope.value and name == "value":
        return Term("verbatim", scope.value, value="VALUE")
    if kind is None:
        raise UndefinedColumn(f'column "{name}" does not exist')
    return Term("column", kind, value=name)


def _type_cast(fields: Node, scope: Scope) -> Term:
    target = scope.read_type(fields["typeName"])
    if "A_ArrayExpr" in fields["arg"] and target.dimensions and not _is_kept(fields["arg"], scope):
        element = replace(target, dimensions=0)
        parts = _all(fields["arg"]["A_ArrayExpr"].get("elements"), scope)
        fitted = tuple(cast(part, element, implicit=False) for part in parts)
        return Term("array", replace(target, modifiers=()), fitted)
    inner = analyze(fields["arg"], scope)
    base = scope.base(target)
    if base != target and inner.is_unknown_literal():
        return cast(cast(inner, base), target, implicit=False)
    return cast(inner, target, implicit=False)


def _is_kept(node: Node, scope: Scope) -> bool:
    """True if a cast applies to a whole array, as in the server's own text."""
    return scope.is_canonical and bool(node["A_ArrayExpr"].get("elements"))


def _call(fields: Node, scope: Scope) -> Term:
    names = strings(fields["funcname"])
    terms = _all(fields.get("args"), scope)
    schema, name = split_name(names)
    if fields.get("funcformat") == "COERCE_SQL_SYNTAX":
        return call_in_sql_syntax(name, terms, scope)
    if schema in (None, "pg_catalog") and name in scope.signatures.functions:
        result, fitted = scope.call(name, terms)
        return Term("function", result, tuple(_qualify_relation(term, scope) for term in fitted), (None, name))
    candidates = scope.catalog.functions.get(name, ())
    function = next((item for item in candidates if len(item.arguments) == len(terms)), None)
    if function is not None:
        fitted = tuple(_argument(term, target, scope) for term, target in zip(terms, function.arguments))
        return Term("function", function.result, fitted, (schema or function.schema, name))
    literal = tuple(cast(term, TEXT) if term.is_unknown_literal() else term for term in terms)
    return Term("function", _EXTENSIONS.get(name), literal, (schema or "public", name))


def _argument(term: Term, target: Type, scope: Scope) -> Term:
    return term if target == UNKNOWN or scope.key(term.type) == scope.key(target) else cast(term, target)


def _qualify_relation(term: Term, scope: Scope) -> Term:
    """Add the schema to the literal name of a relation (`nextval`)."""
    if term.kind != "constant" or term.type != builtin_type("regclass") or not isinstance(term.value, str):
        return term
    return replace(term, value=scope.relation(term.value))


_EXTENSIONS: Mapping[str, Type] = {
    "uuid_generate_v4": builtin_type("uuid"), "uuid_generate_v1": builtin_type("uuid"),
    "uuid_generate_v1mc": builtin_type("uuid"),
    "unaccent": TEXT, "digest": builtin_type("bytea"), "gen_random_bytes": builtin_type("bytea"),
    "similarity": builtin_type("float4"),
}  # fmt: skip


def _operation(fields: Node, scope: Scope) -> Term:
    operate = OPERATIONS[fields["kind"]]
    operator, left, right = strings(fields["name"])[-1], fields.get("lexpr"), fields["rexpr"]
    if operate is apply_operator and operator in ("=", "<>") and "RowExpr" in (left or {}) and "RowExpr" in right:
        rows = (_all(fields[side]["RowExpr"]["args"], scope) for side in ("lexpr", "rexpr"))
        return Term(
            "boolean",
            BOOL,
            tuple(scope.operate(operator, pair) for pair in zip(*rows)),
            "AND" if operator == "=" else "OR",
        )
    operands = [analyze(node, scope) for node in ([left] if left else [])]
    operands += _all(right["List"]["items"] if "List" in right else [right], scope)
    return operate(OperatorCall(fields["kind"], operator, operands), scope)


def _boolean(fields: Node, scope: Scope) -> Term:
    word = fields["boolop"].partition("_")[0]
    terms = tuple(_as_truth(term) for term in _all(fields["args"], scope))
    return Term("boolean", BOOL, terms, word)


def _as_truth(term: Term) -> Term:
    return cast(term, BOOL) if term.is_unknown_literal() else term


def _null_test(fields: Node, scope: Scope) -> Term:
    word = "IS NULL" if fields["nulltesttype"] == "IS_NULL" else "IS NOT NULL"
    return Term("suffixed", BOOL, (analyze(fields["arg"], scope),), word)


def _boolean_test(fields: Node, scope: Scope) -> Term:
    return Term("suffixed", BOOL, (analyze(fields["arg"], scope),), fields["booltesttype"].replace("_", " "))


def _sql_value(fields: Node, _: Scope) -> Term:
    name = fields["op"].replace("SVFOP_", "")
    word = name[:-2] if name.endswith("_N") else name
    precision = "({})".format(fields["typmod"]) if name.endswith("_N") else ""
    return Term("verbatim", builtin_type(_SQL_VALUES[word]), value=word + precision)


def _array(fields: Node, scope: Scope) -> Term:
    terms = _all(fields.get("elements"), scope)
    if not terms:
        return Term("array", replace(TEXT, dimensions=1))
    element, fitted = scope.alike(terms)
    whole = replace(element, dimensions=1) if element else None
    return Term("array", whole, fitted)


def _coalesce(fields: Node, scope: Scope) -> Term:
    return _analyze_call("COALESCE", fields, scope)


def _min_max(fields: Node, scope: Scope) -> Term:
    return _analyze_call(fields["op"].replace("IS_", ""), fields, scope)


def _analyze_call(name: str, fields: Node, scope: Scope) -> Term:
    kind, terms = scope.alike(_all(fields["args"], scope))
    return Term("called", kind, terms, name)


def _case(fields: Node, scope: Scope) -> Term:
    operand = [analyze(fields["arg"], scope)] if "arg" in fields else []
    conditions, results = [], []
    for when in fields["args"]:
        condition = analyze(when["CaseWhen"]["expr"], scope)
        conditions.append(scope.operate("=", [*operand, condition]).parts[1] if operand else condition)
        results.append(analyze(when["CaseWhen"]["result"], scope))
    otherwise = analyze(fields["defresult"], scope) if "defresult" in fields else Term("constant", UNKNOWN)
    kind, fitted = scope.alike([otherwise, *results])
    pairs = [part for pair in zip(conditions, fitted[1:]) for part in pair]
    return Term("case", kind, (*operand, *pairs, fitted[0]), bool(operand))


def _collate(fields: Node, scope: Scope) -> Term:
    inner = analyze(fields["arg"], scope)
    inner = cast(inner, TEXT) if inner.is_unknown_literal() else inner
    return Term("collate", inner.type, (inner,), "COLLATE " + identifier(strings(fields["collname"])[-1]))


def _row(fields: Node, scope: Scope) -> Term:
    return Term("called", builtin_type("record"), tuple(_all(fields.get("args"), scope)), "ROW")


def _indirection(fields: Node, scope: Scope) -> Term:
    term = analyze(fields["arg"], scope)
    for step in fields["indirection"]:
        if "A_Indices" not in step:
            term = Term("field", None, (term,), strings([step])[0])
            continue
        index = analyze(step["A_Indices"]["uidx"], scope)
        jsonb = term.type == builtin_type("jsonb")
        target = TEXT if jsonb and index.is_unknown_literal() else INT4
        kind = term.type if jsonb else replace(term.type, dimensions=0) if term.type else None
        term = Term("subscript", kind, (term, cast(index, target) if index.is_unknown_literal() else index))
    return term


def _set_to_default(_: Node, __: Scope) -> Term:
    return Term("constant", UNKNOWN)


_Kind = Callable[[Node, Scope], Term]
_KINDS: dict[str, _Kind] = {
    "A_Const": _constant, "ColumnRef": _column, "TypeCast": _type_cast, "FuncCall": _call, "A_Expr": _operation,
    "BoolExpr": _boolean, "NullTest": _null_test, "BooleanTest": _boolean_test, "SQLValueFunction": _sql_value,
    "A_ArrayExpr": _array, "CoalesceExpr": _coalesce, "MinMaxExpr": _min_max, "CaseExpr": _case,
    "CollateClause": _collate, "RowExpr": _row, "A_Indirection": _indirection, "SetToDefault": _set_to_default,
}  # fmt: skip
