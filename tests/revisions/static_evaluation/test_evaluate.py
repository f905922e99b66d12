"""The values of single expressions, with the names that a module has bound."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions.static_evaluation import constant_expressions
from git_alembic.revisions.static_evaluation.constant_expressions import Binding, evaluate, expression_text
from git_alembic.revisions.static_evaluation.constant_operations import NotConstant, Unordered, is_same

UNKNOWN, IMPORTED = NotConstant("is unknown", 1), NotConstant("is imported", 1, is_imported=True)
NAMES: dict[str, object] = {
    "one": ("x",),
    "many": ("x",) * 1000,
    "ten": ("x",) * 10,
    "most": ("x",) * 600,
    "number": 7,
    "long": "x" * 999,
    "longest": "x" * 1000,
    "percents": "%%" * 500,
    "too_many_percents": "%%" * 501,
    "braces": "{{" * 500,
    "too_many_braces": "{{" * 501,
    "unknown": UNKNOWN,
    "imported": IMPORTED,
}


def value(text: str, **more: object) -> object:
    names = {name: Binding(bound, 1) for name, bound in {**NAMES, **more}.items()}
    return evaluate(ast.parse(text, mode="eval").body, names)


GIVES: dict[str, object] = {
    "'a' + 'b'": "ab",
    "['a'] + ['b']": ["a", "b"],
    "('a',) + ('b',)": ("a", "b"),
    "tuple({'a'}) + ('b',)": ("a", "b"),
    "('a',) + tuple({'b'})": ("a", "b"),
    "'%s%s' % (('a',) + ('b',))": "ab",
    "'%s_%%' % 'a'": "a_%",
    "'%02d' % number": "07",
    "percents % ()": "%" * 500,
    "braces.format()": "{" * 500,
    "'{}{a}'.format('x', a=1)": "x1",
    "'{:03d}'.format(number)": "007",
    "long + 'y'": "x" * 999 + "y",
    "str(longest)": "x" * 1000,
    "str(None)": "None",
    "str(True)": "True",
    "f'{number:03d}'": "007",
    "f'{1.5}'": "1.5",
    "f'{number!s}{number!r}{\"é\"!a}'": "77'\\xe9'",
    "f'{one[0]}' if 0 else 'b'": "b",
    "(*many,)": ("x",) * 1000,
    "(*one, 'b')": ("x", "b"),
    "('a', 'b', *ten)": ("a", "b", *["x"] * 10),
    "(*'ab', 'c')": ("a", "b", "c"),
    "[*{'a'}]": ["a"],
    "{'a', 'b'}": {"a", "b"},
    "set('ab')": {"a", "b"},
    "frozenset(['a', 'b'])": frozenset({"a", "b"}),
    "tuple('ab')": ("a", "b"),
    "list({'a'})": ["a"],
    "list({*()})": [],
    "not 'a'": False,
    "not ()": True,
    "'a' if number else unknown": "a",
    "unknown if () else 'b'": "b",
    "'a' if unknown else 'a'": "a",
    "('a', 1) if unknown else ('a', 1)": ("a", 1),
}
WHY_CALL, WHY_EXPRESSION = (
    "isn't a literal: it is computed by a call",
    "isn't a literal: it is computed by an expression",
)
UNKNOWN_CALLS = [
    "f.g('a')",
    "str('a', k=1)",
    "f('a')",
    "str()",
    "str('a', 'b')",
    "str(object='a')",
    "str(b'a')",
    "str(('a',))",
    "list(number)",
    "list({'a', 'b'})",
    "set()",
    "len('ab')",
    "too_many_braces.format()",
    "'{}'.format()",
    "'{a}'.format(**one)",
    "'{}'.format(('a',))",
    "'{}'.format(b'a')",
    "'{}'.format('a', **longest)",
    "'{0.real}'.format(1)",
    "'{:>4}'.format('a')",
    "'{:03d}'.format('a')",
    "'a'.join(one)",
    "one.format()",
    "f.a('b')",
]
UNKNOWN_EXPRESSIONS = [
    "1 + 1",
    "'a' + 1",
    "'a' * 2",
    "['a'] + ('b',)",
    "{'a'} + {'b'}",
    "longest + 'y'",
    "too_many_percents % ()",
    "'%s%s' % tuple({'a', 'b'})",
    "'%s%s' % (tuple({'a', 'b'}) + ())",
    "'%s%s%s' % (tuple({'a', 'b'}) + ('c',))",
    "'%s%s%s' % (('c',) + tuple({'a', 'b'}))",
    "'%s' % ()",
    "'%d' % 'a'",
    "'%x' % 7",
    "'%s' % b'a'",
    "b'%s' % 7",
    "f'{number:>4}'",
    "f'{one}'",
    "f'{b\"a\"!r}'",
    "f'{number:{unknown}}'",
    "f'{\"a\":03d}'",
    "(*many, *one)",
    "(*one, *many)",
    "(*most, *most)",
    "(('a',), 'b')",
    "(['a'], 'b')",
    "({'a'}, 'b')",
    "(*number, 'b')",
    "(*{'a', 'b'}, 'c')",
    "-1",
    "not unknown",
    "one[0]",
    "'a' < 'b'",
]


@pytest.mark.parametrize(("text", "expected"), GIVES.items())
def test_the_value_of_an_expression(text: str, expected: object) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("text", UNKNOWN_CALLS)
def test_an_unknown_call(text: str) -> None:
    assert value(text) == NotConstant(WHY_CALL, 1)


@pytest.mark.parametrize("text", UNKNOWN_EXPRESSIONS)
def test_an_unknown_expression(text: str) -> None:
    assert value(text) == NotConstant(WHY_EXPRESSION, 1)


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("tuple({'a', 'b'})", "ab"),
        ("tuple({'a'}) + tuple({'b', 'c'})", "abc"),
        ("tuple({'b', 'c'}) + ('a',)", "abc"),
    ],
)
def test_the_order_of_a_set_is_not_known(text: str, elements: str) -> None:
    found = value(text)
    assert isinstance(found, Unordered)
    assert sorted(map(str, found)) == list(elements)


@pytest.mark.parametrize("names", [{"str": "own"}, {"*": UNKNOWN}])
def test_a_builtin_may_have_been_bound(names: dict[str, object]) -> None:
    assert value("str('a')", **names) == NotConstant(WHY_CALL, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("missing", NotConstant("comes from `missing`, which the file does not assign", 1)),
        ("number.a.b", NotConstant("comes from `number.a.b`", 1)),
        ("imported.a.b", NotConstant("comes from `imported.a.b`", 1, is_imported=True)),
        ("unknown.a", NotConstant("comes from `unknown.a`", 1)),
        ("f().a", NotConstant("comes from `f().a`", 1)),
        (f"number.{'a' * 70}", NotConstant(f"comes from `number.{'a' * 53}`", 1)),
        ("imported + 'a'", IMPORTED),
        ("imported + unknown", UNKNOWN),
        ("unknown + imported", UNKNOWN),
        ("(imported, 'a')", IMPORTED),
        ("(imported, unknown)", UNKNOWN),
        ("('a', imported, b())", NotConstant(WHY_CALL, 1)),
        ("str(unknown)", UNKNOWN),
        ("f'{imported}{unknown}'", UNKNOWN),
        ("f'{unknown}{imported}'", UNKNOWN),
        ("'{}'.format(unknown)", NotConstant(WHY_CALL, 1)),
        ("'{a}'.format(a=unknown)", NotConstant(WHY_CALL, 1)),
        ("'a' if unknown else 'b'", UNKNOWN),
        ("'a' if imported else 'b'", NotConstant("is imported", 1)),
        ("1 if unknown else True", UNKNOWN),
        ("['a'] if unknown else ['a']", UNKNOWN),
        ("('a', 1) if unknown else ('a', True)", UNKNOWN),
        ("unknown if imported else unknown", UNKNOWN),
    ],
)
def test_the_reason_for_an_unknown_value(text: str, expected: NotConstant) -> None:
    found = value(text)
    if text == "unknown if imported else unknown":
        assert found is UNKNOWN
    else:
        assert found == expected


def test_an_expression_that_is_nested_too_deeply_has_no_text() -> None:
    node: ast.expr = ast.Name("x", ast.Load())
    for _ in range(10_000):
        node = ast.Attribute(node, "y", ast.Load())
    assert expression_text(node) == "…"


def test_a_literal_has_at_most_a_hundred_thousand_elements() -> None:
    names: list[ast.expr] = [ast.Constant("a", lineno=1)] * 100_001
    assert evaluate(ast.Tuple(names[1:], ast.Load()), {}) == ("a",) * 100_000
    assert evaluate(ast.Tuple(names, ast.Load()), {}) == NotConstant(WHY_EXPRESSION, 1)


def test_elements_and_depth_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constant_expressions, "MOST_ELEMENTS", 3)
    assert value("('a', 'b', 'c')") == ("a", "b", "c")
    assert value("('a', 'b', 'c', 'd')") == NotConstant(WHY_EXPRESSION, 1)
    monkeypatch.setattr(constant_expressions, "DEEPEST", 2)
    assert value("not not not 'a'") is False
    assert isinstance(value("not not not not 'a'"), NotConstant)
    assert isinstance(value("(*(*(*(*'a',),),),)"), NotConstant)
    assert isinstance(value("str(str(str(str('a'))))"), NotConstant)
    assert isinstance(value("'a' + ('a' + ('a' + ('a' + 'a')))"), NotConstant)
    assert isinstance(value("f'{f\"{str(str(1))}\"}'"), NotConstant)


def test_a_reason_is_small_and_does_not_change() -> None:
    """Many names can share one reason."""
    for field in ("why", "line", "is_imported"):
        with pytest.raises(AttributeError):
            setattr(UNKNOWN, field, "x")
    assert not hasattr(UNKNOWN, "__dict__")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a", True),
        (1, True, False),
        (1, 1.0, False),
        ((1, "a"), (1, "a"), True),
        ((1,), (True,), False),
        (frozenset({"a"}), frozenset({"a"}), True),
        (["a"], ["a"], False),
        ({"a"}, {"a"}, False),
        (UNKNOWN, NotConstant("is unknown", 1), False),
        (UNKNOWN, UNKNOWN, True),
    ],
)
def test_values_that_are_interchangeable(one: object, other: object, same: bool) -> None:
    assert is_same(one, other) is same
