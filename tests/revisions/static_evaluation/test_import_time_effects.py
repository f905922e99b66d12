"""Code that runs at import and may change any name of the module."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions.static_evaluation.import_time_effects import find_effects, is_main_guard


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("getattr(f, 'locals')", "locals"),
        ("def g():\n    getattr(f, 'locals')\ng()", "locals"),
        ("locals()", "locals"),
        ("def g():\n    exec(x)\ng()", "exec"),
        ("def g():\n    locals()\ng()", ""),
        ("h(lambda: g())\ndef g():\n    locals()\n", ""),
        ("def g():\n    exec(x)\n", ""),
        ("f('exec', 1)", ""),
        ("f(1, 2, 'exec')", ""),
    ],
)
def test_code_that_can_change_any_name(text: str, name: str) -> None:
    dynamic = find_effects(ast.parse(text).body).dynamic
    assert (dynamic.why if dynamic else "") == (f"can be changed by `{name}`" if name else "")


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("__name__ == '__main__'", True),
        ("'__main__' == __name__", True),
        ("__name__ == '__main__' == x", False),
        ("__name__ != '__main__'", False),
        ("__name__ == __main__", False),
        ("name == '__main__'", False),
        ("'__main__' == '__name__'", False),
        ("__name__", False),
    ],
)
def test_the_guard_of_a_script(test: str, *, expected: bool) -> None:
    assert is_main_guard(ast.parse(test, mode="eval").body) is expected
