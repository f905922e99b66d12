"""Files with the syntax of a newer Python are read. Broken files are not confused with them."""

from __future__ import annotations

import ast
import sys

import pytest

from git_alembic.revisions.newer_to_older_python_syntax import parse_newer
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable

START = "'''m'''\nrevision = 'c'\ndown_revision = 'b'\n"
# Syntax that Python knows since the version. A newer Python parses it itself.
NEWER: list[tuple[tuple[int, int], str]] = [
    ((3, 12), """x = f"select {"x" if op else "y"}"\n"""),
    ((3, 12), """x = f'{f'{'a'}'}' "b" f'{'c'!r:>{'4'}}' 'd'\n"""),
    ((3, 12), 'x = f"""{\n    "a"  # why }\n}"""\n'),
    ((3, 12), 'x = f"""\n{\n    "a"  # why }\n}"""\n'),
    ((3, 12), "# why 'x'\nx = f'{'a'}'\n"),
    ((3, 12), "x = f'{'\\n'.join(y)}'\n"),
    ((3, 12), "x = (rf'{'a'}\\d{{{'b'}}}' rf'\\{'c'}')\n"),
    ((3, 12), "x = f'{'{'}' f'{'}'}'\n"),
    ((3, 12), "x = f'{{ {'a'}'\n"),
    ((3, 12), "x = f'}} {'a'}'\n"),
    ((3, 12), "x = f'\\N{BULLET} {'a'}'\n"),
    ((3, 12), "x = f'\\'{'a'}'\n"),
    ((3, 12), "x = f'{'a'}' '{' \"}\"\n"),
    ((3, 12), "x = f'{y['a']:{(1, [2], {3: 4})[0]}}'\n"),
    ((3, 12), "x = f'{\n    y['a']\n}'\n"),
    ((3, 12), "type X = int | str\n"),
    ((3, 12), "type X[T] = (\n    list[T]\n)\n"),
    ((3, 12), "def f[T: (int, str)](x: T) -> T: return x\n"),
    ((3, 12), "class A[T, *Ts](B[T]):\n    async def f[T](x): pass\n"),
    ((3, 12), "class A[\n    T,\n]: pass\n"),
    ((3, 14), "try: pass\nexcept ValueError, a.TypeError: pass\n"),
    ((3, 14), "x = t'{y!r:>3} {'z'}'\n"),
    ((3, 15), "lazy import os\nlazy from x import y\n"),
]


@pytest.mark.parametrize("text", [text for since, text in NEWER if sys.version_info < since])
def test_code_that_a_newer_python_accepts(text: str) -> None:
    found = read_revision("x.py", "", (START + text + "x = 1\n").encode())

    assert isinstance(found, Revision), found
    assert (found.id, found.down, found.message, found.problem) == ("c", ("b",), "m", None)
    assert found.doubt is not None
    assert found.doubt.startswith("can only be compiled by a Python newer than ")
    tree = parse_newer(text + "last = 1\n")
    assert tree is not None
    assert tree.body[-1].lineno == text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "def (:\n",
        "x = 1 1\n",
        "print 'x'\n",
        "try: pass\nexcept ValueError, error: pass\n",
        "x = f'{'a'\n",
        "x = f'{a b}'\n",
        "x = f'{'a'}\n'\n",
        "x = f'{'a'}' '\\",
        "x = f'{'a'}\\",
        "x = a f'{'a'}'\n",
        "x = f'{y['a'}'\n",
        "x = f'{'a' # '}'\n",
        "x = f'\\N{BULLET {'a'}'\n",
        "type X == 1\n",
        "class A[T: pass\n",
        "lazy x\n",
        "x = f'{'a'}'\nreturn\n",
    ],
)
def test_code_that_no_python_accepts(text: str) -> None:
    found = read_revision("x.py", "", (START + text).encode())

    assert isinstance(found, Revision)
    assert (found.id, found.down, found.doubt) == ("c", ("b",), None)
    assert found.problem is not None
    assert found.problem.startswith("not valid Python ")


HIDING = [
    "if x:\n    down_revision = 'a'\nx = f'{'a'}'\n",
    "def f():\n    global down_revision\n    down_revision = 'a'\nx = f'{'a' + f()}'\n",
    "down_revision = f'{'a'}'\n",
    "down_revision = ['a']\nx = f'{'a' + down_revision.append('b')}'\n",
    "type down_revision = 'a'\n",
    "def down_revision[T](): pass\n",
]


def test_hidden_code_in_newer_syntax_is_not_followed() -> None:
    for text in HIDING if sys.version_info < (3, 12) else ():
        found = read_revision("x.py", "", (START + text).encode())

        assert isinstance(found, Unreadable), found
        assert found.reason.startswith("can only be compiled by a Python newer than ")
        assert "`down_revision`" in found.reason


def test_strings_in_strings_are_followed_to_a_depth() -> None:
    for depth, followed in ((2, True), (21, True), (22, False)) if sys.version_info < (3, 12) else ():
        tree = parse_newer("x = " + "f'{" * depth + "1" + "}'" * depth + "\n")
        assert (tree is not None) is followed, depth


def test_the_syntax_of_this_python_is_left_alone() -> None:
    assert parse_newer("x = f'{1}'\n") is None
    assert isinstance(ast.parse("type = 1\ntype.x = 2\nlazy = 3\n"), ast.Module)
