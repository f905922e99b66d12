"""Contents are compiled and never run."""

from __future__ import annotations

import sys

import pytest

from git_alembic.scratch.remote.relay.revision_syntax_check import compile_contents


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("x = 1\n", None),
        ("raise ValueError\n", None),
        ("x = '\\d'\n", None),
        ("# \xc3\xa4\n", None),
        ("x = 1\nreturn\n", 2),
        ("x = (\n", 1),
        ("def f(a, a): pass\n", 1),
        ("# -*- coding: nonsense -*-\n", 0),
    ],
)
def test_line_of_a_problem(content: str, line: int | None) -> None:
    answer = compile_contents({"x": content})
    assert answer["version"] == sys.version_info[:2]
    problem = answer["problems"]["x"]
    assert (problem and problem[1]) == line


def test_the_problem_of_each_content() -> None:
    problems = compile_contents({"good": "x = 1\n", "bad": "x = 1\nreturn\n", "deep": "(" * 10_000})["problems"]
    assert (problems["good"], problems["bad"]) == (None, ["'return' outside function", 2])
    assert problems["deep"] is not None
