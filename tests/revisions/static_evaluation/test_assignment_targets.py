"""Assignments to several names, with as many values or another number of them."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions.static_evaluation import assignment_targets
from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.control_flow import find_bindings


@pytest.mark.parametrize(
    "text",
    [
        "revision, x = 'a', 'b', 'c'",
        "revision, x, y = 'a', 'b'",
        "given = ('a', 'b', 'c'); revision, x = given",
        "given = ('a', 'b'); revision, x, y = given",
    ],
)
def test_another_number_of_values_gives_nothing(text: str) -> None:
    names = find_bindings(ast.parse(text).body, text.encode())
    assert isinstance(names, dict)
    assert names["revision"].value == NotConstant("is unpacked from an expression", 1)


def test_targets_are_followed_to_a_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment_targets, "DEEPEST", 1)
    unpacked = NotConstant("is unpacked from an expression", 1)
    for text, expected in (("((revision,),) = (('a',),)", "a"), ("(((revision,),),) = ((('a',),),)", unpacked)):
        names = find_bindings(ast.parse(text).body, text.encode())
        assert isinstance(names, dict)
        assert names["revision"].value == expected
