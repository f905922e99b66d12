"""The names of a module: what each statement binds, and what code that isn't followed can change."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import STAR, Binding
from git_alembic.revisions.static_evaluation.namespace import Namespace


def namespace(source: str = "", **values: object) -> Namespace:
    """Return the names of a module whose statements are known, with some names bound on line 1."""
    data = source.encode()
    made = Namespace(ast.parse(data).body, data)
    for name, value in values.items():
        made.bind(name, Binding(value, 1))
    return made


def values(found: Namespace) -> dict[str, object]:
    """Return the value of each name, or the reason why it is unknown."""
    return {
        name: binding.value.why if isinstance(binding.value, NotConstant) else binding.value
        for name, binding in found.names.items()
    }


def test_binding_and_unbinding() -> None:
    found = namespace(a="x", b=["y"])
    found.bind("a", Binding("z", 2))
    found.unbind("b")
    found.unbind("never bound")
    assert values(found) == {"a": "z"}
    assert found.names["a"].line == 2


class TestLists:
    """A list that unknown code can reach is no longer constant, under any of its names."""

    def test_all_names_of_a_list(self) -> None:
        shared = ["x"]
        found = namespace(a=shared, b=shared, c=["x"], d=("x",))
        found.escape(shared, 5)
        assert values(found) == {"a": "is changed in place", "b": "is changed in place", "c": ["x"], "d": ("x",)}
        assert found.names["a"].value == NotConstant("is changed in place", 5)
        found.bind("e", Binding(shared, 6))
        assert values(found)["e"] == "is changed in place"

    def test_a_name_that_has_another_value_since(self) -> None:
        shared = ["x"]
        found = namespace(a=shared, b=shared)
        found.bind("a", Binding("z", 2))
        found.escape(shared, 5)
        assert values(found) == {"a": "z", "b": "is changed in place"}

    def test_a_name_that_becomes_unknown_may_keep_its_list(self) -> None:
        shared = {"x"}
        found = namespace(a=shared, b=shared)
        found.bind_unknown("a", "is computed", 5)
        assert values(found) == {"a": "is computed", "b": "is changed in place"}

    @pytest.mark.parametrize(
        ("code", "changed"),
        [("f(a)", "a"), ("x[a].y", "a"), ("f(a, b)", "ab"), ("f(c, d)", ""), ("'a'", ""), ("lambda: [b]", "b")],
    )
    def test_names_that_an_expression_mentions(self, code: str, changed: str) -> None:
        found = namespace(a=["x"], b={"y"}, c=("z",))
        found.escape_mentioned(ast.parse(code).body, 5)
        assert [name for name, value in values(found).items() if value == "is changed in place"] == list(changed)


class TestBranches:
    def test_the_bindings_of_a_branch_are_undone(self) -> None:
        found = namespace(a="x", b="y")
        with found.branch() as changes:
            found.bind("a", Binding("z", 2))
            found.bind("c", Binding("new", 2))
            found.unbind("b")
            inner = changes()
            with found.branch() as deeper:
                found.bind("d", Binding("deep", 3))
                assert list(deeper()) == ["d"]
            assert changes() == inner
        assert inner == {"a": Binding("z", 2), "c": Binding("new", 2), "b": None}
        assert values(found) == {"a": "x", "b": "y"}

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ({"a": "z"}, {"a": "z"}, {"a": "z"}),
            ({"a": "z"}, {"a": "w"}, {"a": "depends on `if`"}),
            ({"a": "z"}, {}, {"a": "depends on `if`"}),
            ({"a": "x"}, {}, {"a": "x"}),
            ({"a": None}, {"a": None}, {}),
            ({"a": None}, {}, {"a": "depends on `if`"}),
            ({"new": "z"}, {}, {"a": "x", "new": "depends on `if`"}),
            ({"new": "z"}, {"new": "z"}, {"a": "x", "new": "z"}),
            ({"a": 1}, {"a": True}, {"a": "depends on `if`"}),
        ],
    )
    def test_after_two_branches(
        self, first: dict[str, object], second: dict[str, object], expected: dict[str, object]
    ) -> None:
        found = namespace(a="x")
        ends = [
            {name: None if value is None else Binding(value, 2) for name, value in end.items()}
            for end in (first, second)
        ]
        found.join(ends, "`if`", 3)
        assert values(found) == expected

    def test_a_list_of_one_branch_may_be_shared(self) -> None:
        shared = ["x"]
        found = namespace(a=shared, b=shared)
        found.join([{"a": Binding("z", 2)}, {}], "`if`", 3)
        assert values(found) == {"a": "depends on `if`", "b": "is changed in place"}


class TestStarImports:
    def test_all_earlier_names_may_be_replaced(self) -> None:
        found = namespace(a="x", b="y")
        found.import_star(5, kept=("b",))
        replaced = "may be replaced by `import *`"
        assert values(found) == {"a": replaced, "b": "y", STAR: "may come from `import *`"}
        found.bind("c", Binding("z", 6))
        found.import_star(7)
        assert values(found) == {"a": replaced, "b": replaced, "c": replaced, STAR: "may come from `import *`"}
        assert found.names["a"].line == 5


def test_hidden_effects_override_a_binding() -> None:
    """A function that is called somewhere may bind the name again."""
    source = "def f():\n    global a\n    a = 1\nf()\na = 'x'\n"
    found = namespace(source, a="x", b="y")
    assert (isinstance(found.names["a"].value, NotConstant), values(found)["b"]) == (True, "y")
    found.unbind("a")
    assert "a" in found.names
