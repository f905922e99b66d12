"""The values of single expressions, and of expressions in whole modules, which equal Python's."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Unreadable
from git_alembic.revisions.static_evaluation import constant_expressions
from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant, Unordered
from git_alembic.revisions.static_evaluation.constant_expressions import Binding, evaluate, expression_text
from tests.support.revision_files import revision

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
    ("text", "id_", "down"),
    [
        ("revision = 'a'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = ()\n", "a", ()),
        ("revision = 'a'\ndown_revision = []\n", "a", ()),
        ("revision = 'a'\ndown_revision = ('b')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = ('c', 'b')\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = 'c', 'b'\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = ['c', 'b']\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = {'c', 'b'}\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = frozenset(['c', 'b'])\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = tuple(['c', 'b'])\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = list(('c', 'b'))\n", "a", ("c", "b")),
        ("revision = str(12)\ndown_revision = str('b')\n", "12", ("b",)),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = (*first, 'b')\n", "a", ("c", "b")),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = first + ('b',)\n", "a", ("c", "b")),
        ("a = revision = 'x'\ndown_revision = 'b'\n", "x", ("b",)),
        ("revision, down_revision = 'a', ('b', 'c')\n", "a", ("b", "c")),
        ("[revision, down_revision] = 'a', 'b'\n", "a", ("b",)),
        ("both = ('a', 'b')\nrevision, down_revision = both\n", "a", ("b",)),
        ("revision, down_revision = 'b', 'a'\nrevision, down_revision = down_revision, revision\n", "a", ("b",)),
        ("revision = 'x'\nrevision = 'a'\ndown_revision = 'x'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = 'b' 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = 'b' + 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = (\n    # the fork of May\n    'b',\n    'c',\n)\n", "a", ("b", "c")),
        ("number = 7\nrevision = f'v{number:04d}'\ndown_revision = f'v{6}'\n", "v0007", ("v6",)),
        ("revision = 'v%04d' % 7\ndown_revision = '%s_%s' % ('a', 1)\n", "v0007", ("a_1",)),
        ("revision = '{:04d}'.format(7)\ndown_revision = '{a}_{b}'.format(a='x', b='y')\n", "0007", ("x_y",)),
        ("revision = 'a'\ndown_revision = 'b' if True else 'c'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b' if not None else 'c'\n", "a", ("b",)),
        ("import os\nrevision = 'a'\ndown_revision = 'b' if os.name else 'b'\n", "a", ("b",)),
        ("if True:\n    revision = 'a'\nelse:\n    revision = 'z'\ndown_revision = None\n", "a", ()),
        (
            "import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    raise OSError\n", "a", ("b",)),
        ("try:\n    import x\nexcept ImportError:\n    x = None\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        (
            "try:\n    revision = 'a'\nexcept OSError:\n    revision = 'a'\nfinally:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("try:\n    revision = 'a'\nexcept OSError:\n    raise\ndown_revision = 'b'\n", "a", ("b",)),
        ("with open('x') as file:\n    revision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("for revision in 'xyz':\n    pass\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\nparts = ['x']\nparts.append('y')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ntry:\n    down_revision = 'b'\nfinally:\n    del revision\nrevision = 'c'\n", "c", ("b",)),
        ("many = ['b']\nrevision, down_revision = 'a', [*many, 'c']\n", "a", ("b", "c")),
        ("revision = 'a'; down_revision = 'b'", "a", ("b",)),
        ("revision = 'a'\rdown_revision = 'b'\r", "a", ("b",)),
        ("revision = 'a'\r\ndown_revision = 'b'\r\n", "a", ("b",)),
        ("revision = 'a'\nx = '\\d'\ndown_revision = 'b'\n", "a", ("b",)),
    ],
)
def test_a_constant_form(text: str, id_: str, down: tuple[str, ...]) -> None:
    found = revision(text)

    assert (found.id, found.down, found.problem) == (id_, down, None)


QUOTED = st.text("abc0_'\"\\é\n{}%", max_size=6).map(repr)
STRINGS = st.recursive(
    st.one_of(QUOTED, st.sampled_from(["first", "second"])),
    lambda parts: st.one_of(
        st.tuples(parts, parts).map(lambda two: f"({two[0]} + {two[1]})"),
        st.tuples(parts, parts, st.sampled_from(["True", "not 1", "''", "unknown()"])).map(
            lambda it: f"({it[0]} if {it[2]} else {it[1]})"
        ),
        parts.map(lambda part: f"str({part})"),
        parts.map(lambda part: f"'%s_%%' % ({part},)"),
        parts.map(lambda part: f"'{{}}_{{{{'.format({part})"),
        st.sampled_from(
            ["f'{first}_{second!s}'", "f'{number:03d}{{'", "'%02d' % number", "str(number)", "f'{first!r}'"]
        ),
    ),
    max_leaves=4,
)
SEVERAL = st.lists(STRINGS, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [
            "(" + "".join(f"{part}, " for part in parts) + ")",
            f"[{', '.join(parts)}]",
            f"tuple([{', '.join(parts)}])",
            f"[*many, {', '.join(parts)}]",
            f"many + ({''.join(f'{part}, ' for part in parts)})",
            f"list({{{', '.join(parts)}}})" if len(parts) == 1 else "many",
        ]
    )
)
DOWN = st.one_of(st.just("None"), STRINGS, SEVERAL)
FORMS = st.sampled_from(
    [
        "revision = {id}\ndown_revision = {down}\n",
        "revision: str = {id}\ndown_revision: Union[str, None] = {down}\n",
        "revision, down_revision = {id}, {down}\n",
        "other = revision = {id}\n(down_revision) = another = {down}\n",
        "revision = down_revision = 'z'\nrevision = {id}\ndown_revision = {down}\n",
        "if number:\n    revision = {id}\nelse:\n    revision = 'z'\ndown_revision = {down}\n",
        (
            "if unknown():\n    down_revision = {down}\n    revision = {id}\n"
            "else:\n    revision = {id}\n    down_revision = {down}\n"
        ),
        (
            "try:\n    revision = {id}\nexcept OSError:\n    revision = {id}\n"
            "else:\n    down_revision = {down}\n    x = 1\nfinally:\n    down_revision = {down}\n"
        ),
        "first, revision = {id}, first\nrevision, first = first, revision\ndown_revision = {down}\n",
    ]
)
START = "first = 'f1'\nsecond: str = 's2'\nnumber = 7\nmany = ('m1', 'm2')\nmany_too = many\n"
LISTS = START.replace("('m1', 'm2')", "['m1', 'm2']")


@settings(max_examples=300, deadline=None)
@given(FORMS, STRINGS, DOWN, DOWN, st.sampled_from([START, LISTS]))
def test_values_match_python(form: str, id_: str, down: str, depends: str, start: str) -> None:
    text = start + form.format(id=id_, down=down) + f"depends_on = {depends}\n"
    names: dict[str, Any] = {"Union": dict[Any, Any], "unknown": lambda: True}
    try:
        exec(compile(text, "x.py", "exec"), names)  # noqa: S102 - our own text
    except TypeError:  # a list plus a tuple is an error
        return
    found = read_revision("x.py", "", text.encode())
    if isinstance(found, Unreadable):  # an unknown condition decides a value, or the list that is assigned may change
        may_change = isinstance(names["down_revision"], list) and form.startswith(("if unknown()", "try:"))
        assert "unknown()" in id_ + down or may_change, found
        return
    assert (found.id, found.down) == (names["revision"], tuple(filter(None, _as_tuple(names["down_revision"]))))
    if "unknown()" not in depends:
        assert found.depends == tuple(filter(None, _as_tuple(names["depends_on"])))


def _as_tuple(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
