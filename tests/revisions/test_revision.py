"""The values that a revision file becomes."""

from __future__ import annotations

import platform

import pytest

from git_alembic.revisions.revision import (
    PYTHON,
    REFUSED,
    TOO_NEW,
    Revision,
    Unreadable,
    is_python_2_problem,
    is_refused_here,
)

REVISION = Revision("a.py", "", "a", ())


def test_lines_are_unknown_at_first() -> None:
    assert (REVISION.id_line, REVISION.down_line, REVISION.problem_line, REVISION.doubt_line) == (0, 0, 0, 0)
    assert Unreadable("a.py", "", "is computed").line == 0


def test_our_own_python_is_named_by_two_numbers() -> None:
    assert f"Python {'.'.join(platform.python_version_tuple()[:2])}" == PYTHON


@pytest.mark.parametrize(
    ("doubt", "problem", "expected"),
    [
        (None, None, False),
        (f"{TOO_NEW}: x", None, True),
        (None, f"{REFUSED}x", True),
        ("x", "has a parent of ''", False),
    ],
)
def test_a_file_that_only_our_own_python_refuses(doubt: str | None, problem: str | None, *, expected: bool) -> None:
    assert is_refused_here(REVISION._replace(doubt=doubt, problem=problem)) is expected


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (f"{REFUSED}inconsistent use of tabs and spaces in indentation", True),
        (f"{REFUSED}invalid syntax", False),
        ("inconsistent use of tabs and spaces in indentation", False),
    ],
)
def test_problems_of_python_2(why: str, *, expected: bool) -> None:
    assert is_python_2_problem(why) is expected
