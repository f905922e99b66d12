"""Python's builtins and operators on constants."""

from __future__ import annotations

import pytest

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import (
    LONGEST,
    NotConstant,
    Unordered,
    add,
    call_builtin,
    format_percent,
    format_scalar,
    has_order,
    is_same,
    list_elements,
)

UNKNOWN = NotConstant("is unknown", 1)


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


@pytest.mark.parametrize(
    ("value", "ordered", "elements"),
    [
        ("ab", True, ["a", "b"]),
        (("a", "b"), True, ["a", "b"]),
        (["a"], True, ["a"]),
        ({"a"}, True, ["a"]),
        ({"a", "b"}, False, None),
        (frozenset(), True, []),
        (Unordered(("a",)), True, ["a"]),
        (Unordered(("a", "b")), False, ["a", "b"]),
        (7, False, []),
        (None, False, []),
    ],
)
def test_order_and_elements(value: object, ordered: bool, elements: list[object] | None) -> None:
    assert has_order(value) is ordered
    if elements is not None:
        assert list_elements(value) == elements


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("str", 7, "7"),
        ("str", None, "None"),
        ("str", ("a",), None),
        ("tuple", "ab", ("a", "b")),
        ("tuple", ["a"], ("a",)),
        ("list", ("a", "b"), ["a", "b"]),
        ("set", ["a", "a"], {"a"}),
        ("frozenset", "ab", frozenset("ab")),
        ("set", {"a", "b"}, {"a", "b"}),
        ("tuple", {"b", "a"}, Unordered(("a", "b"))),
        ("tuple", {"a"}, ("a",)),
        ("list", {"a", "b"}, None),
        ("list", Unordered(("a", "b")), None),
        ("tuple", 7, None),
        ("len", "ab", None),
    ],
)
def test_builtins(name: str, value: object, expected: object) -> None:
    found = call_builtin(name, value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        ("a", "", "a"),
        (7, "03d", "007"),
        (7, "3", "  7"),
        ("a", "3s", "a  "),
        (1.5, "", "1.5"),
        (True, "", "True"),
        (None, "", "None"),
        (None, "3", None),  # Python raises
        ("a", "3d", None),
        (7, "x", None),
        (7, "100", None),
        (7, "+d", None),
        (("a",), "", None),
        ("x" * LONGEST, "", "x" * LONGEST),
        ("x" * (LONGEST + 1), "", None),
    ],
)
def test_format(value: object, spec: str, expected: str | None) -> None:
    assert format_scalar(value, spec) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a", "b", "ab"),
        (("a",), ("b",), ("a", "b")),
        (["a"], ["b"], ["a", "b"]),
        (Unordered(("a", "b")), ("c",), Unordered(("a", "b", "c"))),
        (("c",), Unordered(("a", "b")), Unordered(("c", "a", "b"))),
        (Unordered(("a",)), ("c",), ("a", "c")),
        ("a", ("b",), None),
        (("a",), ["b"], None),
        (["a"], ("b",), None),
        ({"a"}, {"b"}, None),
        (1, 2, None),
    ],
)
def test_sums(left: object, right: object, expected: object) -> None:
    found = add(left, right)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a", (), "a"),
        ("%s-%d", ("a", 7), "a-7"),
        ("%03d%%", (7,), "007%"),
        ("%s", (None,), "None"),
        ("%s", (), None),
        ("%s", ("a", "b"), None),
        ("%d", ("a",), None),
        ("%s", (("a",),), None),
        ("%r", ("a",), None),
        ("%(x)s", ("a",), None),
        ("%5s", ("a",), None),
        ("%", (), None),
    ],
)
def test_percent(text: str, values: tuple[object, ...], expected: str | None) -> None:
    assert format_percent(text, values) == expected
