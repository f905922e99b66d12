"""Turns a parsed expression into a `Term`, as the server's parse analysis does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import TEXT, UNKNOWN, builtin_type
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import BOOL, INT4, Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.sql_syntax import call_in_sql_syntax
from git_alembic.scratch.probe.engines.postgresql.expressions.terms import Term, cast
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import strings
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node

_SQL_VALUES = {
    "CURRENT_DATE": "date", "CURRENT_TIME": "timetz", "CURRENT_TIMESTAMP": "timestamptz", "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp", "CURRENT_ROLE": "name", "CURRENT_USER": "name", "USER": "name",
    "SESSION_USER": "name", "CURRENT_CATALOG": "name", "CURRENT_SCHEMA": "name",
}  # fmt: skip


def analyze(node: Node, scope: Scope) -> Term:
    """Return the term of a node; raises NotReplayed for unknown kinds."""
    ((kind, fields),) = node.items()
    known = _KINDS.get(kind)
    if known is None:
        raise NotReplayed(f"an expression with {kind}")
    return known(fields, scope)


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
    found = scope.columns.get(name)
    if scope.value and name == "value":
        return Term("verbatim", scope.value, value="VALUE")
    if found is None:
        raise UndefinedColumn(f'column "{name}" does not exist')
    return Term("column", found, value=name)


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
    """Return whether a cast applies to a whole array, as in the server's own text."""
    return scope.canonical and bool(node["A_ArrayExpr"].get("elements"))


def _call(fields: Node, scope: Scope) -> Term:
    names = strings(fields["funcname"])
    terms = _all(fields.get("args"), scope)
    schema, name = (names[-2] if len(names) > 1 else None), names[-1]
    if fields.get("funcformat") == "COERCE_SQL_SYNTAX":
        return call_in_sql_syntax(name, terms, scope)
    if schema in (None, "pg_catalog") and name in scope.known.functions:
        given, fitted = scope.call(name, terms)
        return Term("function", given, tuple(_found(term, scope) for term in fitted), (None, name))
    held = scope.catalog.functions.get(name, ())
    made = next((item for item in held if len(item.arguments) == len(terms)), None)
    if made is not None:
        fitted = tuple(_argument(term, target, scope) for term, target in zip(terms, made.arguments))
        return Term("function", made.result, fitted, (schema or made.schema, name))
    literal = tuple(cast(term, TEXT) if term.is_unknown_literal() else term for term in terms)
    return Term("function", _EXTENSIONS.get(name), literal, (schema or "public", name))


def _argument(term: Term, target: Type, scope: Scope) -> Term:
    return term if target == UNKNOWN or scope.key(term.type) == scope.key(target) else cast(term, target)


def _found(term: Term, scope: Scope) -> Term:
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


def _expression(fields: Node, scope: Scope) -> Term:
    kind = fields["kind"]
    return _EXPRESSIONS[kind](fields, scope)


def _operator(fields: Node, scope: Scope) -> Term:
    name = strings(fields["name"])[-1]
    if name in ("=", "<>") and "RowExpr" in fields.get("lexpr", {}) and "RowExpr" in fields["rexpr"]:
        rows = (_all(fields[side]["RowExpr"]["args"], scope) for side in ("lexpr", "rexpr"))
        return Term(
            "boolean", BOOL, tuple(scope.operate(name, pair) for pair in zip(*rows)), "AND" if name == "=" else "OR"
        )
    terms = [analyze(fields[side], scope) for side in ("lexpr", "rexpr") if side in fields]
    return scope.operate(name, terms)


def _similar(fields: Node, scope: Scope) -> Term:
    left, right = analyze(fields["lexpr"], scope), analyze(fields["rexpr"], scope)
    return scope.operate(strings(fields["name"])[-1], [left, right])


def _between(fields: Node, scope: Scope) -> Term:
    left = analyze(fields["lexpr"], scope)
    low, high = _all(fields["rexpr"]["List"]["items"], scope)
    if "NOT" in fields["kind"]:
        return Term("boolean", BOOL, (scope.operate("<", [left, low]), scope.operate(">", [left, high])), "OR")
    return Term("boolean", BOOL, (scope.operate(">=", [left, low]), scope.operate("<=", [left, high])), "AND")


def _in(fields: Node, scope: Scope) -> Term:
    operator = strings(fields["name"])[-1]
    left, items = analyze(fields["lexpr"], scope), _all(fields["rexpr"]["List"]["items"], scope)
    fixed = [item for item in items if not _has_column(item)]
    if len(fixed) < 2:
        comparisons = tuple(scope.operate(operator, [left, item]) for item in items)
        return (
            comparisons[0]
            if len(comparisons) == 1
            else Term("boolean", BOOL, comparisons, "OR" if operator == "=" else "AND")
        )
    target = scope.common([left, *fixed])
    element = replace(target, modifiers=()) if target else None
    elements = tuple(_element(item, element) for item in fixed)
    array = Term("array", replace(element, dimensions=1) if element else None, elements)
    whole = _compare_array(operator, "ANY" if operator == "=" else "ALL", left, array, scope)
    others = [scope.operate(operator, [left, item]) for item in items if _has_column(item)]
    return Term("boolean", BOOL, (whole, *others), "OR" if operator == "=" else "AND") if others else whole


def _element(term: Term, target: Type | None) -> Term:
    return term if term.type == target or target is None else cast(term, target)


def _has_column(term: Term) -> bool:
    return term.kind == "column" or any(_has_column(part) for part in term.parts)


def _quantified(fields: Node, scope: Scope) -> Term:
    left, right = analyze(fields["lexpr"], scope), analyze(fields["rexpr"], scope)
    quantifier = "ANY" if fields["kind"] == "AEXPR_OP_ANY" else "ALL"
    if right.is_unknown_literal() and left.type:
        right = cast(right, replace(left.type, dimensions=1, modifiers=()))
    return _compare_array(strings(fields["name"])[-1], quantifier, left, right, scope)


def _compare_array(operator: str, quantifier: str, left: Term, array: Term, scope: Scope) -> Term:
    """Compare with one element first, then cast the array as that comparison needs it."""
    element = replace(array.type, dimensions=0) if array.type else None
    comparisons = scope.operate(operator, [left, Term("column", element, value="")])
    fitted_left, fitted_right = comparisons.parts
    if fitted_right.kind == "cast" and fitted_right.type:
        array = cast(array, replace(fitted_right.type, dimensions=1))
    return Term("array_comparison", BOOL, (fitted_left, array), (operator, quantifier))


def _distinct(fields: Node, scope: Scope) -> Term:
    comparisons = scope.operate("=", [analyze(fields["lexpr"], scope), analyze(fields["rexpr"], scope)])
    whole = Term("suffixed", BOOL, comparisons.parts, "IS DISTINCT FROM")
    return whole if fields["kind"] == "AEXPR_DISTINCT" else Term("boolean", BOOL, (whole,), "NOT")


def _nullif(fields: Node, scope: Scope) -> Term:
    comparisons = scope.operate("=", [analyze(fields["lexpr"], scope), analyze(fields["rexpr"], scope)])
    return Term("called", comparisons.parts[0].type, comparisons.parts, "NULLIF")


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
    return _called("COALESCE", fields, scope)


def _min_max(fields: Node, scope: Scope) -> Term:
    return _called(fields["op"].replace("IS_", ""), fields, scope)


def _called(name: str, fields: Node, scope: Scope) -> Term:
    found, terms = scope.alike(_all(fields["args"], scope))
    return Term("called", found, terms, name)


def _case(fields: Node, scope: Scope) -> Term:
    operand = [analyze(fields["arg"], scope)] if "arg" in fields else []
    conditions, results = [], []
    for when in fields["args"]:
        condition = analyze(when["CaseWhen"]["expr"], scope)
        conditions.append(scope.operate("=", [*operand, condition]).parts[1] if operand else condition)
        results.append(analyze(when["CaseWhen"]["result"], scope))
    otherwise = analyze(fields["defresult"], scope) if "defresult" in fields else Term("constant", UNKNOWN)
    found, fitted = scope.alike([otherwise, *results])
    pairs = [part for pair in zip(conditions, fitted[1:]) for part in pair]
    return Term("case", found, (*operand, *pairs, fitted[0]), bool(operand))


def _collate(fields: Node, scope: Scope) -> Term:
    from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import identifier

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
_EXPRESSIONS: dict[str, _Kind] = {
    "AEXPR_OP": _operator, "AEXPR_LIKE": _operator, "AEXPR_ILIKE": _operator, "AEXPR_SIMILAR": _similar,
    "AEXPR_BETWEEN": _between, "AEXPR_NOT_BETWEEN": _between, "AEXPR_IN": _in, "AEXPR_OP_ANY": _quantified,
    "AEXPR_OP_ALL": _quantified, "AEXPR_DISTINCT": _distinct, "AEXPR_NOT_DISTINCT": _distinct,
    "AEXPR_NULLIF": _nullif, "AEXPR_BETWEEN_SYM": _between, "AEXPR_NOT_BETWEEN_SYM": _between,
}  # fmt: skip
_KINDS: dict[str, _Kind] = {
    "A_Const": _constant, "ColumnRef": _column, "TypeCast": _type_cast, "FuncCall": _call, "A_Expr": _expression,
    "BoolExpr": _boolean, "NullTest": _null_test, "BooleanTest": _boolean_test, "SQLValueFunction": _sql_value,
    "A_ArrayExpr": _array, "CoalesceExpr": _coalesce, "MinMaxExpr": _min_max, "CaseExpr": _case,
    "CollateClause": _collate, "RowExpr": _row, "A_Indirection": _indirection, "SetToDefault": _set_to_default,
}  # fmt: skip
