"""A mutant's code replaces the code of existing functions. Code outside functions needs a new import."""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.mutants.code_swap import changed_functions, function_key, live_functions, swap

SOURCE = """
from functools import cached_property

LIMIT = 3

def outer(value):
    def inner(other):
        return other + LIMIT
    return inner(value)

class Pair:
    size = 2

    @cached_property
    def double(self):
        return self.size * 2
"""
IN_FUNCTIONS = {
    "outer": ("other + LIMIT", "other - LIMIT"),
    "double": ("self.size * 2", "self.size * 3"),
}
ELSEWHERE = {
    "a number of the module": ("LIMIT = 3", "LIMIT = 4"),
    "a number of a class": ("size = 2", "size = 3"),
    "a default": ("outer(value)", "outer(value=1)"),
    "a decorator": ("    @cached_property\n", ""),
    "lines that move": ("LIMIT = 3", "LIMIT = (\n3)"),
}


def compiled(source: str) -> CodeType:
    return compile(source, "/made-up.py", "exec", dont_inherit=True)


@pytest.mark.parametrize(("name", "change"), IN_FUNCTIONS.items())
def test_the_changed_function_is_found(name: str, change: tuple[str, str]) -> None:
    changed = changed_functions(compiled(SOURCE), compiled(SOURCE.replace(*change)))
    assert changed is not None
    assert [key[2] for key in changed] == [name]


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE)
def test_code_outside_functions_is_refused(change: tuple[str, str]) -> None:
    assert changed_functions(compiled(SOURCE), compiled(SOURCE.replace(*change))) is None


def test_the_same_source_changes_nothing() -> None:
    assert changed_functions(compiled(SOURCE), compiled(SOURCE)) == {}


def test_functions_and_cached_properties_get_the_new_code() -> None:
    names: dict[str, Any] = {}
    exec(compiled(SOURCE), names)  # noqa: S102 - the source is above
    for change in IN_FUNCTIONS.values():
        changed = changed_functions(compiled(SOURCE), compiled(SOURCE.replace(*change)))
        assert changed is not None
        swap(live_functions("/made-up.py"), changed)
    assert (names["outer"](5), names["Pair"]().double) == (2, 6)


def test_a_function_is_known_by_its_place() -> None:
    names: dict[str, Any] = {}
    exec(compiled(SOURCE), names)  # noqa: S102 - the source is above
    function = names["outer"]
    assert isinstance(function, FunctionType)
    assert function_key(function.__code__) == ("/made-up.py", 6, "outer")
    assert function in live_functions("/made-up.py")["/made-up.py", 6, "outer"]
