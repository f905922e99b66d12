"""Files that are too large to parse or compile, and the decoding of files."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions import syntax_tree
from git_alembic.revisions.revision import PYTHON, REFUSED, Problem
from git_alembic.revisions.syntax_tree import decode, find_compile_limit, find_compile_problem, parse

TOKENS = [
    ("a = b + 1234567\n", 5),
    ("a = 'some words in a string'\n", 3),
    ('a = """some\nwords"""\n', 3),
    ("a = 1  # some words in a comment\n", 3),
    ("ab.cd(ef)[0]\n", 9),
    ("a = -b\n", 4),
]


@pytest.mark.parametrize(("text", "count"), TOKENS)
@pytest.mark.parametrize("as_bytes", [True, False])
def test_the_limit_of_tokens(monkeypatch: pytest.MonkeyPatch, text: str, count: int, *, as_bytes: bool) -> None:
    data = text.encode() if as_bytes else text
    monkeypatch.setattr(syntax_tree, "MOST_TOKENS", count)
    assert isinstance(parse(data), ast.Module)
    monkeypatch.setattr(syntax_tree, "MOST_TOKENS", count - 1)
    why = f"too large to parse (more than {count - 1:,} tokens outside strings)"
    assert parse(data) == Problem(why, 0)


@pytest.mark.parametrize("word", ["def f(): pass", "class A: pass", "x = lambda: 1", "for x in y: pass"])
def test_the_limit_of_scopes(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr(syntax_tree, "_MOST_SCOPES", 3)
    assert find_compile_limit(f"{word}\n".encode() * 3) is None
    why = "not compiled here, since it has more than 3 functions, classes and loops"
    assert find_compile_limit(f"{word}\n".encode() * 4) == Problem(why, 0)


def test_words_that_only_contain_a_keyword_do_not_count_as_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax_tree, "_MOST_SCOPES", 0)
    assert find_compile_limit(b"default = before = classes = lambdas\n") is None


def test_problems_have_their_line() -> None:
    problem = find_compile_problem(b"x = 1\nreturn\n")
    assert problem is not None
    assert problem.line == 2
    assert problem.why.endswith(": 'return' outside function")
    assert find_compile_problem(b"x = '\\d'\n") is None
    assert parse(b"x = 1\ny = (\n") == Problem(f"{REFUSED}'(' was never closed", 2)


@pytest.mark.parametrize(
    ("error", "why", "line"),
    [
        (SyntaxError("bad"), f"{REFUSED}bad", 0),
        (SyntaxError("bad", ("file", -3, 0, "")), f"{REFUSED}bad", 0),
        (ValueError("bad"), f"{REFUSED}bad", 0),
        (LookupError("bad"), f"{REFUSED}bad", 0),
        (OverflowError("bad"), f"{REFUSED}bad", 0),
        (RecursionError("bad"), f"nested too deeply for {PYTHON}", 0),
        (MemoryError("bad"), f"nested too deeply for {PYTHON}", 0),
    ],
)
def test_each_error_of_the_compiler_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, error: Exception, why: str, line: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(syntax_tree, "compile", fail, raising=False)
    assert find_compile_problem(b"x = 1\n") == Problem(why, line)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = 1\n", ("x = 1\n", "utf-8")),
        ("x = 'é'\n".encode(), ("x = 'é'\n", "utf-8")),
        (b"\xef\xbb\xbfx = 1\n", ("x = 1\n", "utf-8-sig")),
        (b"# coding: latin-1\nx = '\xe9'\n", ("# coding: latin-1\nx = 'é'\n", "iso-8859-1")),
        (b"x = '\xe9'\n", ("x = 'é'\n", "latin-1")),
        (b"\xef\xbb\xbfx = '\xe9'\n", ("x = 'é'\n", "latin-1")),
        (b"# coding: nonsense\n", ("# coding: nonsense\n", "latin-1")),
    ],
)
def test_a_file_is_decoded_as_python_does(data: bytes, expected: tuple[str, str]) -> None:
    assert decode(data) == expected


START = "revision = 'c'\ndown_revision = 'b'\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("return\n", 3),
        ("break\n", 3),
        ("continue\n", 3),
        ("await x\n", 3),
        ("yield 1\n", 3),
        ("async with x: pass\n", 3),
        ("[await y for y in x]\n", 3),
        ("nonlocal x\n", 3),
        ("x = 1\nfrom __future__ import annotations\n", 4),
        ("from __future__ import braces\n", 3),
        ("def f(a, a): pass\n", 3),
        ("def f(a): global a\n", 3),
        ("def f():\n    def g():\n        nonlocal x\n", 5),
        ("def upgrade():\n    pass\nfor x in y:\n    pass\n    return\n", 7),
        ("class X:\n    return\n", 4),
        ("*a\n", 3),
        ("def f():\n    print(x)\n    global x\n", 5),
        ("del (yield)\n", 3),
    ],
)
def test_code_that_only_the_compiler_rejects(text: str, line: int) -> None:
    problem = find_compile_problem((START + text).encode())
    assert problem is not None
    assert (problem.why.startswith(REFUSED), problem.line) == (True, line)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    for x in y:\n        break\n    yield y\n    return\n",
        "async def f():\n    await x\n",
        "a, *b = 'xy'\n",
        "x = '\\d'\nassert (x, 'always true')\nx is 'x'\n",
        "def f() -> undefined: pass\n",
    ],
)
def test_code_that_the_compiler_accepts(text: str) -> None:
    assert find_compile_problem((START + text).encode()) is None


def test_a_future_import_that_comes_first() -> None:
    assert find_compile_problem(f"'''m'''\nfrom __future__ import annotations\n{START}".encode()) is None
