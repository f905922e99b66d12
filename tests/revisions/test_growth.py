"""The work for hostile files grows in proportion to their size. Work is counted in calls, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.revisions.syntax_tree import MOST_TOKENS
from git_alembic.revisions.version_num_widening import widens_version_table

START = "revision = 'a'\ndown_revision = 'b'\n"
FEW, MANY = 100, 400


def count_calls(action: Callable[[], object]) -> int:
    """Return the number of function calls, including functions in C."""
    calls = 0

    def count(_frame: object, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def numbered(line: str, count: int) -> str:
    return "".join(line.replace("#", str(number)) for number in range(count))


FORMS: dict[str, Callable[[int], str]] = {
    "unclosed brackets": lambda count: START + "x = (\n" * count,
    "unclosed parents": lambda count: "down_revision = (\n" * count,
    "unknown conditions": lambda count: START + numbered("if f():\n    n# = 1\n", count),
    "lists under conditions": lambda count: START + numbered("n# = [1]\n", count) + numbered("if f(): n# = 2\n", count),
    "unknown exceptions": lambda count: START + numbered("try: n# = 1\nexcept E as n#: n# = 2\n", count),
    "star imports": lambda count: numbered("n# = 1\nfrom x import *\n", count) + START,
    "parents": lambda count: "revision = 'a'\ndown_revision = (" + numbered("'p#', ", count) + ")\n",
    "lists that are changed": lambda count: START + numbered("n# = ['x']\n", count) + numbered("n#.append(1)\n", count),
    "names of a list": lambda count: START + "n = []\n" + numbered("n# = n\n", count) + "n.append(1)\n" * count,
    "tuples that grow": lambda count: START + "t = ()\n" + "t = (*t, 'x')\n" * count,
    "functions that call the next": lambda count: START + numbered("def f#(): f(f#)\n", count) + "f0()\nglobals\n",
    "newer strings": lambda count: START + "x = f'{'a'}'\n" * count,
    "newer functions": lambda count: START + "def f[T](): pass\n" * count,
    "conflict markers": lambda count: START + "<<<<<<< x\n" * count,
    "strings that do not end": lambda count: START + "x = 1 1\n" + "'''\n" * count,
    "types of the version table": lambda count: START + "x = '" + "version_num char(" * count + "'\n",
    "docstring": lambda count: f"'''Revises: {'a, ' * count}'''\n{START}",
    "allowed rules": lambda count: START + "# git-alembic: allow[a]\n" * count,
    "labels": lambda count: START + "from x import y\nbranch_labels = (" + numbered("y.a#, ", count) + ")\n",
}  # fmt: skip


def read_all(text: str) -> None:
    data = text.encode()
    assert isinstance(read_revision("x.py", "", data), (Revision, Unreadable))
    assert fingerprint(data)
    looks_like_revision(data)
    widens_version_table(data)


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS.keys())
def test_work_grows_with_the_size(make: Callable[[int], str]) -> None:
    read_all(make(FEW))  # the first use compiles patterns and imports modules
    few, many = (count_calls(partial(read_all, make(count))) for count in (FEW, MANY))

    assert many < few * MANY / FEW * 1.25


def test_a_list_of_numbers_is_too_large_to_be_parsed() -> None:
    text = START + f"x = [{'1, ' * (MOST_TOKENS // 2)}]\n"
    found = read_revision("x.py", "", text.encode())

    assert isinstance(found, Revision)
    assert (found.id, found.down) == ("a", ("b",))
    assert found.problem == "too large to parse (more than 500,000 tokens outside strings)"


def test_a_long_string_is_one_token() -> None:
    found = read_revision("x.py", "", f"{START}x = '''{'1, ' * MOST_TOKENS}'''\n".encode())

    assert isinstance(found, Revision)
    assert found.problem is None


def test_more_functions_than_are_compiled() -> None:
    found = read_revision("x.py", "", START.encode() + b"def f(): pass\n" * 3001)

    assert isinstance(found, Revision)
    assert (found.id, found.problem) == ("a", None)
    assert found.doubt == "not compiled here, since it has more than 3,000 functions, classes and loops"


def test_the_parents_of_one_file_may_be_many() -> None:
    parents = tuple(f"p{number}" for number in range(20_000))
    found = read_revision("x.py", "", f"revision = 'a'\ndown_revision = {parents!r}\n".encode())

    assert isinstance(found, Revision)
    assert found.down == parents


def test_chains_of_conditions_are_deep() -> None:
    text = START + "if f(): x = 1\n" + "elif f(): x = 2\n" * 5000

    assert isinstance(read_revision("x.py", "", text.encode()), (Revision, Unreadable))
