"""Revision files are read without being run, and the same whether they are healthy, odd or broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.revisions import parser as reading
from git_alembic.revisions.fingerprint import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read
from git_alembic.revisions.revision import Revision, Unreadable

PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
HEALTHY = b'''"""add a table

Revision ID: 1a2b
Revises: 0f0f
Create Date: 2026-01-02 03:04:05

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision: str = "1a2b"
down_revision: Union[str, Sequence[str], None] = "0f0f"
branch_labels: Union[str, Sequence[str], None] = ("billing",)
depends_on: Union[str, Sequence[str], None] = ["9c9c", "8d8d"]


def upgrade() -> None:
    revision = "not this one"
    op.create_table("a")
'''


def revision(text: str | bytes, name: str = "x.py") -> Revision:
    found = read(f"migrations/versions/{name}", "0123", text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Revision), found
    return found


def unreadable(text: str | bytes, name: str = "x.py") -> Unreadable:
    found = read(f"migrations/versions/{name}", "0123", text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Unreadable), found
    return found


def test_everything_that_a_healthy_file_declares() -> None:
    assert read("migrations/versions/1a2b_add_a_table.py", "0123", HEALTHY) == Revision(
        path="migrations/versions/1a2b_add_a_table.py",
        blob="0123",
        id="1a2b",
        down=("0f0f",),
        depends=("9c9c", "8d8d"),
        labels=("billing",),
        message="add a table",
        id_line=14,
        down_line=15,
        doc_id="1a2b",
        doc_down=("0f0f",),
    )


@pytest.mark.parametrize(
    ("text", "id_", "down"),
    [
        ("revision = 'a'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = ()\n", "a", ()),
        ("revision = 'a'\ndown_revision = []\n", "a", ()),
        ("revision = 'a'\ndown_revision = ('b')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = ('c', 'b')\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = 'c', 'b'\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = ['c', 'b']\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = {'c', 'b'}\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = frozenset(['c', 'b'])\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = tuple(['c', 'b'])\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = list(('c', 'b'))\n", "a", ("c", "b")),
        ("revision = str(12)\ndown_revision = str('b')\n", "12", ("b",)),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = (*first, 'b')\n", "a", ("c", "b")),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = first + ('b',)\n", "a", ("c", "b")),
        ("a = revision = 'x'\ndown_revision = 'b'\n", "x", ("b",)),
        ("revision, down_revision = 'a', ('b', 'c')\n", "a", ("b", "c")),
        ("[revision, down_revision] = 'a', 'b'\n", "a", ("b",)),
        ("both = ('a', 'b')\nrevision, down_revision = both\n", "a", ("b",)),
        ("revision, down_revision = 'b', 'a'\nrevision, down_revision = down_revision, revision\n", "a", ("b",)),
        ("revision = 'x'\nrevision = 'a'\ndown_revision = 'x'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = 'b' 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = 'b' + 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = (\n    # the fork of May\n    'b',\n    'c',\n)\n", "a", ("b", "c")),
        ("number = 7\nrevision = f'v{number:04d}'\ndown_revision = f'v{6}'\n", "v0007", ("v6",)),
        ("revision = 'v%04d' % 7\ndown_revision = '%s_%s' % ('a', 1)\n", "v0007", ("a_1",)),
        ("revision = '{:04d}'.format(7)\ndown_revision = '{a}_{b}'.format(a='x', b='y')\n", "0007", ("x_y",)),
        ("revision = 'a'\ndown_revision = 'b' if True else 'c'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b' if not None else 'c'\n", "a", ("b",)),
        ("import os\nrevision = 'a'\ndown_revision = 'b' if os.name else 'b'\n", "a", ("b",)),
        ("if True:\n    revision = 'a'\nelse:\n    revision = 'z'\ndown_revision = None\n", "a", ()),
        (
            "import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    raise OSError\n", "a", ("b",)),
        ("try:\n    import x\nexcept ImportError:\n    x = None\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        (
            "try:\n    revision = 'a'\nexcept OSError:\n    revision = 'a'\nfinally:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("try:\n    revision = 'a'\nexcept OSError:\n    raise\ndown_revision = 'b'\n", "a", ("b",)),
        ("with open('x') as file:\n    revision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("for revision in 'xyz':\n    pass\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\nparts = ['x']\nparts.append('y')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ntry:\n    down_revision = 'b'\nfinally:\n    del revision\nrevision = 'c'\n", "c", ("b",)),
        ("many = ['b']\nrevision, down_revision = 'a', [*many, 'c']\n", "a", ("b", "c")),
        ("revision = 'a'; down_revision = 'b'", "a", ("b",)),
        ("revision = 'a'\rdown_revision = 'b'\r", "a", ("b",)),
        ("revision = 'a'\r\ndown_revision = 'b'\r\n", "a", ("b",)),
        ("revision = 'a'\nx = '\\d'\ndown_revision = 'b'\n", "a", ("b",)),
    ],
)
def test_a_form_that_is_folded(text: str, id_: str, down: tuple[str, ...]) -> None:
    found = revision(text)

    assert (found.id, found.down, found.problem) == (id_, down, None)


NOT_ASSIGNED = "assigns no `revision`: Alembic refuses every command until it is moved out of the version folder"


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", NOT_ASSIGNED, 0),
        ("# nothing\n", NOT_ASSIGNED, 0),
        ("def f():\n    revision = 'a'\n    down_revision = 'b'\n", NOT_ASSIGNED, 0),
        ("revision: str\ndown_revision = None\n", NOT_ASSIGNED, 0),
        ("revision = 'a'\ndel revision\ndown_revision = None\n", NOT_ASSIGNED, 0),
        ("revision = 'a'\n", "assigns no `down_revision`: Alembic fails on it with an AttributeError", 1),
        (
            "revision = 123\ndown_revision = None\n",
            "`revision` holds a value of type `int`, which is no string (line 1)",
            1,
        ),
        ("revision = None\ndown_revision = None\n", "`revision` holds None, which is no string (line 1)", 1),
        (
            "revision = ('a',)\ndown_revision = None\n",
            "`revision` holds a value of type `tuple`, which is no string (line 1)",
            1,
        ),
        (
            "revision = 'a'\ndown_revision = 1\n",
            "`down_revision` holds a value of type `int`, which is no string (line 2)",
            2,
        ),
        ("revision = 'a'\ndown_revision = ('b', None)\n", "`down_revision` holds None, which is no string (line 2)", 2),
        ("revision = 'a'\n\ndown_revision = latest()\n", "`down_revision` is computed by a call (line 3)", 3),
        ("revision = 'a'\ndown_revision = ('b', latest())\n", "`down_revision` is computed by a call (line 2)", 2),
        (
            "import os\nrevision = os.path.basename(__file__)\ndown_revision = None\n",
            "`revision` is computed by a call (line 2)",
            2,
        ),
        ("revision = 'a'\ndown_revision = other.revision\n", "`down_revision` comes from `other.revision` (line 2)", 2),
        (
            "from other import revision as r\nrevision = 'a'\ndown_revision = r\n",
            "`down_revision` comes from the imported name `r` (line 1)",
            1,
        ),
        (
            "from other import revision\ndown_revision = None\n",
            "`revision` comes from the imported name `revision` (line 1)",
            1,
        ),
        (
            "revision = 'a'\ndown_revision = parent\n",
            "`down_revision` comes from `parent`, which the file does not assign (line 2)",
            2,
        ),
        ("def revision(): ...\ndown_revision = None\n", "`revision` is a function (line 1)", 1),
        ("revision = 'a'\ndown_revision = {'b': 1}\n", "`down_revision` is computed by an expression (line 2)", 2),
        (
            "revision = 'a'\ndown_revision = f'{x}'\n",
            "`down_revision` comes from `x`, which the file does not assign (line 2)",
            2,
        ),
        ("str = repr\nrevision = str('a')\ndown_revision = None\n", "`revision` is computed by a call (line 2)", 2),
        (
            "import os\nrevision = 'a'\ndown_revision = 'b' if os.name else 'c'\n",
            "`down_revision` comes from `os.name` (line 3)",
            3,
        ),
        (
            "import os\nrevision = 'a'\ndown_revision = 'b'\nif os.name:\n    down_revision = 'c'\n",
            "`down_revision` depends on an `if` (line 4)",
            4,
        ),
        (
            "import os\nrevision = 'a'\nif os.name:\n    down_revision = 'c'\n",
            "`down_revision` depends on an `if` (line 3)",
            3,
        ),
        (
            "revision = 'a'\ntry:\n    down_revision = 'b'\nexcept OSError:\n    down_revision = 'c'\n",
            "`down_revision` depends on a `try` (line 2)",
            2,
        ),
        (
            "revision = 'a'\nfor down_revision in 'bc':\n    pass\n",
            "`down_revision` is set in a loop or a `match` (line 2)",
            2,
        ),
        ("revision = 'a'\nwith f() as down_revision:\n    pass\n", "`down_revision` is given by a `with` (line 2)", 2),
        ("revision = 'a'\ndown_revision = x = []\nx.append('b')\n", "`down_revision` is changed in place (line 3)", 3),
        (
            "revision = 'a'\ndown_revision = ['b']\ndown_revision[0] = f()\n",
            "`down_revision` is changed in place (line 3)",
            3,
        ),
        (
            "x = 1 if f() else True\nrevision = str(x)\ndown_revision = 'b'\n",
            "`revision` is computed by a call (line 1)",
            1,
        ),
        (
            "revision = 'a'\ndown_revision = 'c'\ntry:\n    down_revision = 'b'\nexcept OSError:\n    pass\n",
            "`down_revision` depends on a `try` (line 3)",
            3,
        ),
        (
            "revision = 'a'\nwhile f():\n    down_revision = 'b'\n",
            "`down_revision` is set in a loop or a `match` (line 3)",
            3,
        ),
        (
            "revision = 'a'\ndown_revision = 'b'\nfor x in 'x':\n    from x import revision\n",
            "`revision` is set in a loop or a `match` (line 4)",
            4,
        ),
        (
            "revision = 'a'" + " + 'b'" * 100 + "\ndown_revision = None\n",
            "`revision` is computed by an expression (line 1)",
            1,
        ),
        (
            "revision = 'a'\nx = ['b']\ndown_revision, y = x, x.append('c')\n",
            "`down_revision` is changed in place (line 3)",
            3,
        ),
        (
            "revision = 'a'\ndown_revision = x = ['b']\nx = f(x)\n",
            "`down_revision` is changed in place (line 3)",
            3,
        ),
        (
            "revision = 'a'\ndown_revision = 'b'\ndown_revision = 1 1\n",
            f"not valid {PYTHON}: invalid syntax (line 3), and `down_revision` cannot be read from its line (line 3)",
            3,
        ),
        ("revision = '%r' % 'a'\ndown_revision = None\n", "`revision` is computed by an expression (line 1)", 1),
        ("revision = '{.real}'.format(1)\ndown_revision = None\n", "`revision` is computed by a call (line 1)", 1),
        (
            "revision = 'a'\ndown_revision = 'b'\nx = [down_revision := 'c']\n",
            "`down_revision` is set by a `:=` (line 3)",
            3,
        ),
        (
            "x = 'b'\nrevision = 'a'\nprint(x := 'c')\ndown_revision = x\n",
            "`down_revision` is set by a `:=` (line 3)",
            3,
        ),
        ("revision, *down_revision = f()\n", "`revision` is computed by a call (line 1)", 1),
        ("revision = 'a' * 10 ** 9\ndown_revision = None\n", "`revision` is computed by an expression (line 1)", 1),
        ("revision = '%999999999d' % 1\ndown_revision = None\n", "`revision` is computed by an expression (line 1)", 1),
        ("revision = 'a'\0\n", "contains NUL bytes, it is no text (line 1)", 1),
        (
            "revision = 'a'\n<<<<<<< HEAD\ndown_revision = 'b'\n=======\ndown_revision = 'c'\n>>>>>>> topic\n",
            "has merge conflict markers around its identifiers (line 2)",
            2,
        ),
        (
            "revision = 'a'\ndown_revision = f(\nprint 1\n",
            (
                f"not valid {PYTHON}: '(' was never closed (line 2), and `down_revision` cannot be read from its line "
                "(line 2)"
            ),
            2,
        ),
    ],
)
def test_a_file_that_only_running_it_would_explain(text: str, reason: str, line: int) -> None:
    assert unreadable(text) == Unreadable("migrations/versions/x.py", "0123", reason, line)


def test_a_name_of_hexadecimal_digits_is_the_id_where_a_file_assigns_none() -> None:
    found = revision("down_revision = 'b'\n", name="1a2b.py")

    assert (found.id, found.down, found.id_line, found.down_line) == ("1a2b", ("b",), 0, 1)
    assert (
        unreadable("pass\n", name="1a2b.py").reason
        == "assigns no `down_revision`: Alembic fails on it with an AttributeError"
    )
    assert unreadable("down_revision = 'b'\n", name="1a2b_add.py").reason == NOT_ASSIGNED


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("None", ()),
        ("'billing'", ("billing",)),
        ("('billing', 'auth')", ("billing", "auth")),
        ("{'b', 'a'}", ("a", "b")),
        ("(cli.EXPAND_BRANCH,)", ("<cli.EXPAND_BRANCH>",)),
        ("(NAME, EXPAND, 'x')", ("name", "<EXPAND>", "x")),
        ("cli.labels()", ("<cli.labels()>",)),
        ("NAME", ("name",)),
    ],
)
def test_labels_and_dependencies_may_be_symbols(value: str, labels: tuple[str, ...]) -> None:
    start = "from x import cli, EXPAND\nNAME = 'name'\nrevision = 'a'\ndown_revision = None\n"

    assert revision(f"{start}branch_labels = {value}\n").labels == labels
    assert revision(f"{start}depends_on = {value}\n").depends == labels


@pytest.mark.parametrize("value", ["''", "('',)"])
def test_an_empty_parent_is_refused_by_alembic(value: str) -> None:
    found = revision(f"revision = 'a'\ndown_revision = {value}\n")

    assert (found.down, found.problem_line) == ((), 2)
    assert found.problem == "given an empty `down_revision`, which Alembic refuses: a base has None"


def test_an_empty_dependency_is_none() -> None:
    assert revision("revision = 'a'\ndown_revision = None\ndepends_on = ''\n").depends == ()


@pytest.mark.parametrize(
    ("id_", "problem"),
    [
        ("a-b", "its identifier 'a-b' contains `-`, which Alembic refuses"),
        ("a@b+c", "its identifier 'a@b+c' contains `+`, `@`, which Alembic refuses"),
        ("a:b", "its identifier 'a:b' contains `:`, which Alembic refuses"),
        ("", "its identifier '' is empty"),
        ("a_b.c" * 10, None),
        ("é", None),
    ],
)
def test_an_identifier_that_alembic_refuses(id_: str, problem: str | None) -> None:
    found = revision(f"\nrevision = {id_!r}\ndown_revision = None\n")

    assert (found.id, found.problem, found.problem_line) == (id_, problem, 2 if problem else 0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("'''é'''\nrevision = 'é'\ndown_revision = 'b'\n".encode(), "é"),
        (b"\xef\xbb\xbf" + "'''é'''\nrevision = 'é'\ndown_revision = 'b'\n".encode(), "é"),
        ("# -*- coding: latin-1 -*-\n'''é'''\nrevision = 'é'\ndown_revision = 'b'\n".encode("latin-1"), "é"),
        (
            "#!/usr/bin/python\n# vim: fileencoding=cp1251 :\n'''д'''\nrevision = 'é'\ndown_revision = 'b'\n".replace(
                "é", "д"
            ).encode("cp1251"),
            "д",
        ),
    ],
)
def test_encodings_are_python_s(data: bytes, message: str) -> None:
    found = revision(data)

    assert (found.id, found.down, found.message, found.problem) == (message, ("b",), message, None)


PYTHON_2 = "not valid {}: Missing parentheses in call to 'print'. Did you mean print(...)?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                '"""old\n\nRevision ID: a\nRevises: b\nrevision = \'doc\'\n"""\nrevision = "a"\n'
                'down_revision = u\'b\'\nbranch_labels = ("x",)\n\ndef upgrade():\n    print "hi"\n'
            ),
            Revision("x.py", "", "a", ("b",), (), ("x",), "old", 7, 8, "a", ("b",), (), PYTHON_2.format(PYTHON), 12),
        ),
        (
            (
                "revision: str = 'a'\ndown_revision: Union[str, None] = (\n    'b',  # one\n    'c',\n)\n"
                "sql = '''\nrevision = 'z'\n'''\nx = 1 1\n"
            ),
            Revision(
                "x.py",
                "",
                "a",
                ("b", "c"),
                id_line=1,
                down_line=2,
                problem=f"not valid {PYTHON}: invalid syntax",
                problem_line=9,
            ),
        ),
        (
            "ID = 'a'\nrevision, down_revision = ID, \\\n    'b'\nx = 1 1\n",
            Revision(
                "x.py",
                "",
                "a",
                ("b",),
                id_line=2,
                down_line=2,
                problem=f"not valid {PYTHON}: invalid syntax",
                problem_line=4,
            ),
        ),
        (
            "revision = 'a'\ndown_revision = 'b'\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> topic\n",
            Revision(
                "x.py", "", "a", ("b",), id_line=1, down_line=2, problem="holds merge conflict markers", problem_line=3
            ),
        ),
    ],
)
def test_a_file_that_does_not_parse_is_read_by_its_lines(text: str, expected: Revision) -> None:
    assert revision(text)._replace(path="x.py", blob="") == expected


@pytest.mark.parametrize(
    "text",
    [
        "revision = 'a'\rdown_revision = 'b'\rx = 1 1\r",
        "revision = 'a'\r\ndown_revision = 'b'\r\nx = 1 1\r\n",
        "down_revision = 1 1\nrevision = 'a'\ndown_revision = 'b'\n",
        "x = (\nrevision = 'a'\ndown_revision = 'b'\n",
    ],
)
def test_the_lines_of_a_file_that_does_not_parse(text: str) -> None:
    assert (revision(text).id, revision(text).down) == ("a", ("b",))


def test_a_group_of_exceptions_is_a_try() -> None:
    """Or no Python, before 3.11."""
    text = "revision = 'a'\ntry:\n    down_revision = 'b'\nexcept* OSError:\n    down_revision = 'c'\n"
    old = sys.version_info < (3, 11)

    expected = f"not valid {PYTHON}" if old else "`down_revision` depends on a `try` (line 2)"
    assert unreadable(text).reason.startswith(expected)


def test_a_file_that_is_nested_too_deeply_is_read_by_its_lines() -> None:
    found = revision("revision = 'a'\ndown_revision = 'b'\nx = " + "-" * 100000 + "1\n")

    assert (found.id, found.down) == ("a", ("b",))


def test_bytes_that_cannot_be_decoded_are_read_as_latin_1() -> None:
    found = revision(b"'''caf\xe9'''\nrevision = 'a'\ndown_revision = 'b'\n")

    assert (found.id, found.down, found.message) == ("a", ("b",), "café")
    assert found.problem is not None
    assert found.problem.startswith(f"not valid {PYTHON}: ")
    assert "utf-8" in found.problem.lower()  # each version of Python has its own words for it


@pytest.mark.parametrize(
    ("document", "message", "doc_id", "doc_down"),
    [
        ("", "", None, None),
        ("add a table", "add a table", None, None),
        ("\n\n  add a table  \nmore\n", "add a table", None, None),
        ("m\n\nRevision ID: a1\nRevises: b2\n", "m", "a1", ("b2",)),
        ("m\n\nRevises: b2, c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: b2 and c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: b2 c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: ('b2', 'c3',)\n", "m", None, ("b2", "c3")),
        ("m\n\nrevision id: `a1`.\nREVISES: 'b2'.\n", "m", "a1", ("b2",)),
        ("m\n\nRevises: b2 (head), c3 (billing)\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: \n", "m", None, ()),
        ("m\n\nRevises:\nCreate Date: 2026\n", "m", None, ()),
        ("m\n\nRevises: None\n", "m", None, ()),
        ("m\n\nRevises: <base>\n", "m", None, ()),
        ("m\n\nRevises: kilo\n", "m", None, ("kilo",)),
        ("m\n\nRevises: the first table\n", "m", None, None),
        ("m\n\nRevises: the table of ticket 12\n", "m", None, None),
        ("m\n\nRevises: b2,\n", "m", None, None),
        ("m\n\nRevision ID: a1, b2\n", "m", None, None),
        ("m, which Revises: nothing\n", "m, which Revises: nothing", None, None),
        ("Revision ID: a1\nRevises: b2\n", "", "a1", ("b2",)),
    ],
)
def test_what_the_docstring_claims(
    document: str, message: str, doc_id: str | None, doc_down: tuple[str, ...] | None
) -> None:
    found = revision(f'"""{document}"""\nrevision = "a"\ndown_revision = None\n')

    assert (found.message, found.doc_id, found.doc_down) == (message, doc_id, doc_down)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("# git-alembic: allow[edited-revision] the data was wrong\n", ("edited-revision",)),
        ("x = 1  #git-alembic:allow[a, b]\n", ("a", "b")),
        ("# git-alembic: allow[a] allow[b]\n# git-alembic: allow[c,a]\n", ("a", "c")),
        ("x = '# git-alembic: allow[a]'\n", ()),
        ('"""\n# git-alembic: allow[a]\n"""\n', ()),
        ("# allow[a]\n", ()),
        ("# git-alembic: a\n", ()),
        ("# git-alembic: allow[]\n", ()),
    ],
)
def test_overrides_are_comments(text: str, allowed: tuple[str, ...]) -> None:
    assert revision(f"revision = 'a'\ndown_revision = None\n{text}").allowed == allowed
    assert unreadable(f"revision = f()\n{text}").allowed == allowed
    assert revision(f"revision = 'a'\ndown_revision = None\n{text}print 1\n").allowed == allowed


def test_a_lone_surrogate_is_spelt_out() -> None:
    found = revision("'''\\udc80'''\nrevision = '\\ud800'\ndown_revision = '\\ud801'\nbranch_labels = '\\ud802'\n")

    assert (found.message, found.id, found.down, found.labels) == ("\\udc80", "\\ud800", ("\\ud801",), ("\\ud802",))


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 10000,
        b"x = a" + b".b" * 50000,
        b"if a: pass\n" + b"elif b: pass\n" * 5000,
        b"if a:\n    revision = 'a'\n" + b"elif b: revision = 'b'\n" * 800,
        b"revision = " + b" + ".join([b"'a'"] * 900) + b"\ndown_revision = None\n",
        b"a = ('x',)\n" + b"a = a + a\n" * 1000 + b"revision, down_revision = a\n",
        b"# coding: nonsense\nrevision = 'a'\n",
        b"# coding: hex\nrevision = 'a'\n",
        b"# coding: utf-16\nrevision = 'a'\n",
        b"\xef\xbb\xbf# coding: latin-1\nrevision = 'a'\n",
        b"revision = " + b"9" * 5000 + b"\n",
        b"revision = str(0x" + b"f" * 5000 + b")\ndown_revision = None\n",
        bytes(range(1, 256)) * 20,
        "revision = '\ud800'".encode("utf-8", "surrogatepass"),
        b"revision = 'a'\nfoo = (\n" * 2000,
        b'x = 1 1\n"""\\' * 5000,
        b"# git-alembic: allow[" * 5000,
    ],
    ids=range(17),
)
def test_it_never_raises(data: bytes) -> None:
    assert isinstance(read("x.py", "", data), Unreadable)
    assert len(fingerprint(data)) == 16
    assert looks_like_revision(data) is (b"\ndown_revision" in data or b"revision, down" in data)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    b"revision",
                    b"down_revision",
                    b" = ",
                    b"'a'",
                    b"(",
                    b")",
                    b",",
                    b"\n",
                    b"\r",
                    b"    ",
                    b'"""',
                    b"#",
                    b"\\",
                    b"if x:",
                    b"else:",
                    b":",
                    b"f'{x}'",
                    b"<<<<<<< x\n",
                    b">>>>>>> x\n",
                    b"\xe9",
                    b"# coding: latin-1\n",
                    b"# git-alembic: allow[a]",
                    b"*",
                    b"try:",
                    b"+=",
                    b"lambda x: ",
                ]
            ),
            max_size=25,
        ).map(b"".join),
    )
)
def test_it_never_raises_on_noise(data: bytes) -> None:
    for question in (fingerprint, looks_like_revision):
        assert question(data) == question(data)
    assert read("x.py", "", data) == read("y/x.py", "", data)._replace(path="x.py")


QUOTED = st.text("abc0_'\"\\é\n{}%", max_size=6).map(repr)
STRINGS = st.recursive(
    st.one_of(QUOTED, st.sampled_from(["first", "second"])),
    lambda parts: st.one_of(
        st.tuples(parts, parts).map(lambda two: f"({two[0]} + {two[1]})"),
        st.tuples(parts, parts, st.sampled_from(["True", "not 1", "''", "unknown()"])).map(
            lambda it: f"({it[0]} if {it[2]} else {it[1]})"
        ),
        parts.map(lambda part: f"str({part})"),
        parts.map(lambda part: f"'%s_%%' % ({part},)"),
        parts.map(lambda part: f"'{{}}_{{{{'.format({part})"),
        st.sampled_from(
            ["f'{first}_{second!s}'", "f'{number:03d}{{'", "'%02d' % number", "str(number)", "f'{first!r}'"]
        ),
    ),
    max_leaves=4,
)
SEVERAL = st.lists(STRINGS, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [
            "(" + "".join(f"{part}, " for part in parts) + ")",
            f"[{', '.join(parts)}]",
            f"tuple([{', '.join(parts)}])",
            f"[*many, {', '.join(parts)}]",
            f"many + ({''.join(f'{part}, ' for part in parts)})",
            f"list({{{', '.join(parts)}}})" if len(parts) == 1 else "many",
        ]
    )
)
DOWN = st.one_of(st.just("None"), STRINGS, SEVERAL)
FORMS = st.sampled_from(
    [
        "revision = {id}\ndown_revision = {down}\n",
        "revision: str = {id}\ndown_revision: Union[str, None] = {down}\n",
        "revision, down_revision = {id}, {down}\n",
        "other = revision = {id}\n(down_revision) = another = {down}\n",
        "revision = down_revision = 'z'\nrevision = {id}\ndown_revision = {down}\n",
        "if number:\n    revision = {id}\nelse:\n    revision = 'z'\ndown_revision = {down}\n",
        (
            "if unknown():\n    down_revision = {down}\n    revision = {id}\n"
            "else:\n    revision = {id}\n    down_revision = {down}\n"
        ),
        (
            "try:\n    revision = {id}\nexcept OSError:\n    revision = {id}\n"
            "else:\n    down_revision = {down}\n    x = 1\nfinally:\n    down_revision = {down}\n"
        ),
        "first, revision = {id}, first\nrevision, first = first, revision\ndown_revision = {down}\n",
    ]
)
START = "first = 'f1'\nsecond: str = 's2'\nnumber = 7\nmany = ('m1', 'm2')\nmany_too = many\n"
LISTS = START.replace("('m1', 'm2')", "['m1', 'm2']")


@settings(max_examples=300, deadline=None)
@given(FORMS, STRINGS, DOWN, DOWN, st.sampled_from([START, LISTS]))
def test_what_is_read_is_what_python_would_assign(form: str, id_: str, down: str, depends: str, start: str) -> None:
    text = start + form.format(id=id_, down=down) + f"depends_on = {depends}\n"
    names: dict[str, Any] = {"Union": dict[Any, Any], "unknown": lambda: True}
    try:
        exec(compile(text, "x.py", "exec"), names)  # noqa: S102 - the text is our own
    except TypeError:  # a list and a tuple do not add up
        return
    found = read("x.py", "", text.encode())

    if isinstance(found, Unreadable):  # only for what an unknown condition decides
        assert "unknown()" in text, found
        return
    assert (found.id, found.down) == (names["revision"], tuple(filter(None, _as_tuple(names["down_revision"]))))
    if "unknown()" not in depends:
        assert found.depends == tuple(filter(None, _as_tuple(names["depends_on"])))


def _as_tuple(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def test_nothing_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    write = f"__import__('pathlib').Path({str(marker)!r}).touch()"
    text = (
        f"{write}\nrevision = 'a'\ndown_revision = None\nx: {write} = {write}\nbranch_labels = ({write},)\n"
        f"def f(x={write}): ...\n@{write}\nclass C:\n    {write}\n"
        f"if {write}: pass\nf'{{{write}}}'\n__import__('os').system('touch {marker}')\n"
    )
    exec(write)  # noqa: S102 - it would write
    marker.unlink()

    found = revision(text)
    fingerprint(text.encode())
    revision(text + "print 1\n")

    assert (found.id, found.down) == ("a", ())
    assert not marker.exists()


def test_the_same_bytes_give_the_same_values_in_every_process_and_no_warning() -> None:
    program = (
        "from git_alembic.revisions.fingerprint import fingerprint; import sys; "
        "from git_alembic.revisions.parser import read; "
        "data = sys.stdin.buffer.read(); print(read('x.py', '', data), fingerprint(data))"
    )
    data = (
        b"revision = 'a'\nother = {'x', 'y', 'z', '\\d'}\ndown_revision = tuple({'b', 'c', 'd', 'e'})\n"
        b"branch_labels = {'k', 'l', 'm', 'n', 'o', 'p'}\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            input=data,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(reading.__file__).parents[2])},
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(said) == 1
    assert b"down=('b', 'c', 'd', 'e')" in said.pop()


@pytest.mark.parametrize(
    "text",
    [
        HEALTHY.decode(),
        "down_revision = None\n",
        "\ufeffdown_revision = None\n",
        "import x\rdown_revision='a'\r",
        "down_revision: Union[str, None] = 'a'\n",
        "revision, down_revision = 'a', 'b'\n",
        "(revision, down_revision) = 'a', 'b'\n",
        "revision = down_revision = 'a'\n",
        "down_revision = {'a', 'b'}\n",
        "print 'two'\n<<<<<<< x\ndown_revision = 'a'\n",
        '"""doc"""\nSQL = """\n"""\ndown_revision = f()\n',
        "down_revision = (\n",
    ],
)
def test_content_that_looks_like_a_revision(text: str) -> None:
    assert looks_like_revision(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "revision = 'a'\n",
        "def f():\n    down_revision = None\n",
        "def f(down_revision=None): ...\n",
        "down_revision == 'a'\n",
        "down_revision: str\n",
        "down_revisions = []\n",
        "my_down_revision = 'a'\n",
        "print(down_revision)\n",
        "self.down_revision = 'a'\n",
        "# down_revision = 'a'\n",
        'TEMPLATE = """\nrevision = \'%s\'\ndown_revision = None\n"""\n',
        "write('''\ndown_revision = None\n''')\n",
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n",
        "down_revision = '%s'\n",
        'down_revision = "{down}"\n',
        "down_revision = {{ down }}\n",
    ],
)
def test_content_that_does_not_look_like_a_revision(text: str) -> None:
    assert not looks_like_revision(text.encode())


CODE = (
    '"""doc"""\nfrom alembic import op\nrevision = "a"\ndown_revision = "b"\nx = 1\n\n'
    'def upgrade():\n    """doc"""\n    op.drop("t", 1)\n'
)


@pytest.mark.parametrize(
    "text",
    [
        CODE.replace('"""doc"""\n', ""),
        CODE.replace('    """doc"""\n', ""),
        CODE.replace("doc", "other"),
        CODE.replace("\n", "\r\n"),
        CODE.replace("x = 1", "x = (  # one\n    0x1\n)"),
        CODE.replace("x = 1", "x = revision = 1"),
        CODE.replace('"t"', "u't'"),
        CODE.replace('"t"', "'' 't'"),
        CODE.replace(
            'revision = "a"\ndown_revision = "b"\n', 'down_revision: str = ("b", "c")\nrevision = other = "z"\n'
        ).replace('other = "z"', '"z"'),
        CODE.replace('revision = "a"\ndown_revision = "b"\n', 'revision, down_revision = "z", None\n'),
        CODE.replace('revision = "a"\n', "").replace("x = 1\n", 'x = 1\nrevision = "q"\n'),
        "\ufeff" + CODE,
        CODE.replace("x = 1", "x: int = 1"),
        CODE.replace("x = 1", "x = 1\ny: int"),
        CODE.replace("def upgrade():", "def upgrade() -> None:"),
        CODE.replace("from alembic import op\n", "import sqlalchemy as sa\nfrom alembic import op, context\n"),
        CODE.replace("from alembic import op\n", ""),
        CODE.replace("    op.drop", "    from x import y\n    op.drop"),
    ],
)
def test_a_cosmetic_edit_keeps_the_fingerprint(text: str) -> None:
    assert fingerprint(text.encode()) == fingerprint(CODE.encode())


def test_a_docstring_is_as_good_as_pass() -> None:
    assert fingerprint(b'def downgrade():\n    """Nothing."""\n') == fingerprint(b"def downgrade():\n    pass\n")


EDITS = [
    CODE,
    CODE.replace("x = 1", "x = True"),
    CODE.replace("x = 1", "x = 1.0"),
    CODE.replace("x = 1", "x = '1'"),
    CODE.replace("x = 1", "x = b'1'"),
    CODE.replace("x = 1", "x = None"),
    CODE.replace("x = 1", "x = -1"),
    CODE.replace("x = 1", "x = (1,)"),
    CODE.replace("x = 1", "x = [1]"),
    CODE.replace("x = 1", "x = 1\ny = 1"),
    CODE.replace("x = 1", "x = [revision]"),
    CODE.replace("x = 1", "x = {**a, b: None}"),
    CODE.replace("x = 1", "x = {**a, None: b}"),
    CODE.replace("x = 1\n", ""),
    CODE.replace('"t", 1', '1, "t"'),
    CODE.replace('    op.drop("t", 1)\n', ""),
    CODE.replace('    op.drop("t", 1)\n', "    return None\n"),
    CODE.replace('    op.drop("t", 1)\n', "    return\n"),
    CODE.replace('    op.drop("t", 1)\n', '    op.drop("t", 1)\n    """doc"""\n'),
    CODE.replace("def upgrade():", "def upgrade(*, a, b=None):"),
    CODE.replace("def upgrade():", "def upgrade(*, a=None, b):"),
    CODE.replace("def upgrade():", "async def upgrade():"),
    CODE.replace("    op.drop", "    revision = 'inside'\n    op.drop"),
    CODE.replace("    op.drop", "    revision = 'other'\n    op.drop"),
    CODE + "branch_labels = None\n",
    CODE + "print 1\n",
    CODE + "print 2\n",
]


def test_every_other_edit_changes_the_fingerprint() -> None:
    assert len(set(EDITS)) == len(EDITS)
    assert len({fingerprint(text.encode()) for text in EDITS}) == len(EDITS)


def test_annotations_of_arguments_are_cosmetic() -> None:
    assert fingerprint(b"def f(a: int, *b: str, c: int = 1): x\n") == fingerprint(b"def f(a, *b, c=1): x\n")
    assert fingerprint(b"if x:\n    import y\nelse:\n    z\n") == fingerprint(b"if x:\n    pass\nelse:\n    z\n")


def test_the_fingerprint_of_what_does_not_parse_leaves_out_the_same() -> None:
    one = "# one\nrevision = 'a'\ndown_revision = ('b',\n  'c')\nprint 1  # two\n\nprint '#'\n"
    other = "import x\nfrom y import z\nrevision = 'z'\ndown_revision = None\n\n\nprint 1\r\nprint '#' \n"

    assert fingerprint(one.encode()) == fingerprint(other.encode())
    assert fingerprint(one.encode()) != fingerprint(other.replace("'#'", "''").encode())


def test_the_fingerprint_is_the_same_on_every_python() -> None:
    assert fingerprint(HEALTHY) == "7a70f20e9046f036"
