"""SQL as tokens, for each family of servers."""

from __future__ import annotations

import pytest

from git_alembic.scratch.probe.guard.sql_tokens import (
    SqlToken,
    render,
    segments,
    split,
    text_of,
    tokenize,
)

ALL = ("sqlite", "postgresql", "mysql", "mssql")


def tokens(sql: str, family: str = "postgresql", *, backslashes: bool = False) -> list[str]:
    """Return the tokens with a letter for their kinds: word, name, text and mark."""
    return [f"{kind[0]}:{text}" for kind, text in tokenize(sql, family, backslashes=backslashes)]


@pytest.mark.parametrize("family", ALL)
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        ("  \n\t\u00a0 ", []),
        ("SELECT a1_$ FROM T;", ["w:select", "w:a1_$", "w:from", "w:t", "m:;"]),
        ("1.5 .5 0x1f 1e10", ["w:1.5", "w:.5", "w:0x1f", "w:1e10"]),
        ("a.b=1", ["w:a", "m:.", "w:b", "m:=", "w:1"]),
        ("größe", ["w:größe"]),
        ("'a''b' 'c'", ["t:a'b", "t:c"]),
        ("'open", ["t:open"]),
        ("E'a' b'1' X'1f' n'x'", ["t:a", "t:1", "t:1f", "t:x"]),
        ("U&'x'", ["t:x"]),
        ("`a``b`", ["n:a`b"]),
        ("a -- b\nc", ["w:a", "w:c"]),
        ("a -- b", ["w:a"]),
        ("a /* b */ c", ["w:a", "w:c"]),
        ("a /* b", ["w:a"]),
    ],
)
def test_what_all_servers_share(family: str, sql: str, expected: list[str]) -> None:
    assert tokens(sql, family) == expected


@pytest.mark.parametrize(
    ("family", "sql", "expected"),
    [
        ("postgresql", '"a""B"', ['n:a"B']),
        ("mysql", '"a""B"', ['t:a"B']),
        ("mariadb", '"a"', ["t:a"]),
        ("mssql", "[a b]", ["n:a b"]),
        ("postgresql", "[1]", ["m:[", "w:1", "m:]"]),
        ("postgresql", "$$a 'b$$ c", ["t:a 'b", "w:c"]),
        ("postgresql", "$x$a $$ $y$ b$x$", ["t:a $$ $y$ b"]),
        ("postgresql", "$x$open", ["t:open"]),
        ("mysql", "$$a$$", ["m:$", "m:$", "w:a$$"]),
        ("postgresql", "a /* b /* c */ d */ e", ["w:a", "w:e"]),
        ("mysql", "a /* b /* c */ d", ["w:a", "w:d"]),
        ("mysql", "/*!50100 DROP */ x /*M!100 y */", ["w:drop", "w:x", "w:y"]),
        ("mysql", "/*! a */b", ["w:a", "w:b"]),
        ("postgresql", "/*! DROP */ x", ["w:x"]),
        ("mysql", "a # b\nc", ["w:a", "w:c"]),
        ("postgresql", "a # b", ["w:a", "m:#", "w:b"]),
        ("mysql", "1--1", ["w:1", "m:-", "m:-", "w:1"]),
        ("mysql", "1 --\n2", ["w:1", "w:2"]),
        ("postgresql", "1--1", ["w:1"]),
    ],
)
def test_what_servers_do_differently(family: str, sql: str, expected: list[str]) -> None:
    assert tokens(sql, family) == expected


@pytest.mark.parametrize(
    ("sql", "with_escapes", "without"),
    [
        (r"'a\'c'", ["t:a'c"], ["t:a\\", "w:c", "t:"]),
        (r"'a\\' b", ["t:a\\", "w:b"], ["t:a\\\\", "w:b"]),
        (r"E'a\'c'", ["t:a'c"], ["t:a'c"]),
        (r"X'a\'c'", ["t:a'c"], ["t:a\\", "w:c", "t:"]),
        (r'"a\"', ["n:a\\"], ["n:a\\"]),
        ("'a\\\nc'", ["t:a\nc"], ["t:a\\\nc"]),
    ],
)
def test_the_session_decides_on_backslashes(sql: str, with_escapes: list[str], without: list[str]) -> None:
    assert tokens(sql, backslashes=True) == with_escapes
    assert tokens(sql, backslashes=False) == without


def parts(found: list[list[SqlToken]]) -> list[str]:
    return [" ".join(token.text for token in part) for part in found]


def test_statements_and_segments() -> None:
    found = tokenize(";a b;; 'x;y' ;c", "postgresql", backslashes=False)
    assert parts(split(found)) == ["a b", "x;y", "c"]
    block = tokenize("DO BEGIN IF a THEN b ELSE 'then' END", "postgresql", backslashes=False)
    assert parts(segments(block)) == ["do", "begin", "if a then", "b else", "then end"]
    assert segments([]) == split([]) == []


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP  Table\n a -- x", "drop table a"),
        ('DROP TABLE "A b"', 'drop table "a_b"'),
        ('"Pg_Cancel" (1)', "pg_cancel ( 1 )"),
        ("x = 'Ab.1'", "x = 'ab.1'"),
        ("x = 'a b'", "x = ''"),
        (f"x = '{'a' * 64}'", "x = ''"),
        ("", ""),
    ],
)
def test_normal_form(sql: str, expected: str) -> None:
    assert render(tokenize(sql, "postgresql", backslashes=False)) == expected


class Composed:
    """A statement of psycopg, which needs a connection to become text."""

    def as_string(self, connection: object) -> str:
        return f"SELECT {connection}"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("a", "a"), (b"a\xff", "a\ufffd"), (bytearray(b"a"), "a"), (Composed(), "SELECT 1"), (7, "7")],
)
def test_text_of_a_statement(statement: object, expected: str) -> None:
    assert text_of(statement, 1) == expected
