"""The changes that are mutants, and their names."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.mutations import mutant_key, spans_between_words, spans_without_effect

SPANS = {
    "x: int = 1": [((1, 3), (1, 6))],
    "def f(x: int) -> str: ...": [((1, 17), (1, 20)), ((1, 9), (1, 12))],
    "if TYPE_CHECKING:\n    import os": [((1, 3), (1, 16))],
    "zip(x, y, strict=True)": [((1, 10), (1, 21))],
    "def f(x, *, y): ...": [((1, 7), (1, 12))],
    "def f(x, *y, z): ...": [],
    "if x > 1:\n    y = 2": [],
}
ORDERS = {
    "x == 'a'": [((1, 1), (1, 5))],
    "x == y != 'a'": [((1, 6), (1, 10))],
    "x == INDEX": [((1, 1), (1, 5))],
    "x == LIMIT": [],
    "x == 1": [],
}


@pytest.mark.parametrize(("source", "expected"), SPANS.items())
def test_code_without_effect_is_found(source: str, expected: object) -> None:
    assert list(spans_without_effect(ast.parse(source))) == expected


@pytest.mark.parametrize(("source", "expected"), ORDERS.items())
def test_the_order_of_names_is_not_mutated(source: str, expected: object) -> None:
    assert list(spans_between_words(ast.parse(source))) == expected


def test_a_mutant_is_known_by_its_module_and_its_line() -> None:
    before, after = "if x:\n    a < b\n    c\n", "if x:\n    a <= b\n    c\n"
    assert mutant_key("hooks/git_alembic/rules/x.py", before, after) == "rules/x.py: a < b => a <= b"


def test_a_line_that_is_removed_becomes_nothing() -> None:
    assert mutant_key("hooks/git_alembic/rules/x.py", "@cache\nx = 1\n", "x = 1\n") == "rules/x.py: @cache => "
