"""Revision files are read without a run: healthy, odd and broken ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.revisions import parser
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read_revision
from git_alembic.revisions.revision import PYTHON, Revision, Unreadable
from tests.support.revision_files import HEALTHY, revision, unreadable


def test_everything_that_a_healthy_file_declares() -> None:
    assert read_revision("migrations/versions/1a2b_add_a_table.py", "0123", HEALTHY) == Revision(
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


NOT_ASSIGNED = (
    "does not assign `revision`, so every Alembic command fails until the file is moved out of the version folder"
)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", NOT_ASSIGNED, 0),
        ("# nothing\n", NOT_ASSIGNED, 0),
        ("def f():\n    revision = 'a'\n    down_revision = 'b'\n", NOT_ASSIGNED, 0),
        ("revision: str\ndown_revision = None\n", NOT_ASSIGNED, 0),
        ("revision = 'a'\ndel revision\ndown_revision = None\n", NOT_ASSIGNED, 0),
        ("revision = 'a'\n", "does not assign `down_revision`, so Alembic fails with an AttributeError", 1),
        (
            "revision = 123\ndown_revision = None\n",
            "`revision` holds a value of type `int`, which isn't a string (line 1)",
            1,
        ),
        ("revision = None\ndown_revision = None\n", "`revision` holds None, which isn't a string (line 1)", 1),
        (
            "revision = ('a',)\ndown_revision = None\n",
            "`revision` holds a value of type `tuple`, which isn't a string (line 1)",
            1,
        ),
        (
            "revision = 'a'\ndown_revision = 1\n",
            "`down_revision` holds a value of type `int`, which isn't a string (line 2)",
            2,
        ),
        (
            "revision = 'a'\ndown_revision = ('b', None)\n",
            "`down_revision` holds None, which isn't a string (line 2)",
            2,
        ),
        (
            "revision = 'a'\n\ndown_revision = latest()\n",
            "`down_revision` isn't a literal: it is computed by a call (line 3)",
            3,
        ),
        (
            "revision = 'a'\ndown_revision = ('b', latest())\n",
            "`down_revision` isn't a literal: it is computed by a call (line 2)",
            2,
        ),
        (
            "import os\nrevision = os.path.basename(__file__)\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by a call (line 2)",
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
        (
            "revision = 'a'\ndown_revision = {'b': 1}\n",
            "`down_revision` isn't a literal: it is computed by an expression (line 2)",
            2,
        ),
        (
            "revision = 'a'\ndown_revision = f'{x}'\n",
            "`down_revision` comes from `x`, which the file does not assign (line 2)",
            2,
        ),
        (
            "str = repr\nrevision = str('a')\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by a call (line 2)",
            2,
        ),
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
        (
            "revision = 'a'\nwith f() as down_revision:\n    pass\n",
            "`down_revision` is bound by a `with` statement (line 2)",
            2,
        ),
        ("revision = 'a'\ndown_revision = x = []\nx.append('b')\n", "`down_revision` is changed in place (line 3)", 3),
        (
            "revision = 'a'\ndown_revision = ['b']\ndown_revision[0] = f()\n",
            "`down_revision` is changed in place (line 3)",
            3,
        ),
        (
            "x = 1 if f() else True\nrevision = str(x)\ndown_revision = 'b'\n",
            "`revision` isn't a literal: it is computed by a call (line 1)",
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
            "`revision` isn't a literal: it is computed by an expression (line 1)",
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
            (
                f"not valid {PYTHON}: invalid syntax (line 3), "
                "and `down_revision` can't be read from its assignment (line 3)"
            ),
            3,
        ),
        (
            "revision = '%r' % 'a'\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by an expression (line 1)",
            1,
        ),
        (
            "revision = '{.real}'.format(1)\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by a call (line 1)",
            1,
        ),
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
        ("revision, *down_revision = f()\n", "`revision` isn't a literal: it is computed by a call (line 1)", 1),
        (
            "revision = 'a' * 10 ** 9\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by an expression (line 1)",
            1,
        ),
        (
            "revision = '%999999999d' % 1\ndown_revision = None\n",
            "`revision` isn't a literal: it is computed by an expression (line 1)",
            1,
        ),
        ("revision = 'a'\0\n", "contains NUL bytes, so it isn't text (line 1)", 1),
        ("\nrevision = 'a'\0\n", "contains NUL bytes, so it isn't text (line 2)", 2),
        ("x = 1\nrevision = 'a'\0\n", "contains NUL bytes, so it isn't text (line 2)", 2),
        (
            "revision = 'a'\n<<<<<<< HEAD\ndown_revision = 'b'\n=======\ndown_revision = 'c'\n>>>>>>> topic\n",
            "has merge conflict markers around its identifiers (line 2)",
            2,
        ),
        (
            "\n<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n>>>>>>> topic\ndown_revision = None\n",
            "has merge conflict markers around its identifiers (line 2)",
            2,
        ),
        (
            "revision = 'a'\ndown_revision = f(\nprint 1\n",
            (
                f"not valid {PYTHON}: '(' was never closed (line 2), "
                "and `down_revision` can't be read from its assignment (line 2)"
            ),
            2,
        ),
    ],
)
def test_a_file_with_computed_identifiers(text: str, reason: str, line: int) -> None:
    assert unreadable(text) == Unreadable("migrations/versions/x.py", "0123", reason, line)


def test_a_docstring_is_read_as_it_is_written() -> None:
    """Alembic shows the message with its tabs. A line with two ids is prose."""
    text = "'''add\ta table\n\nRevision ID: a1, b2\n'''\nrevision = 'a1'\ndown_revision = None\n"
    found = revision(text)
    assert (found.message, found.doc_id) == ("add\ta table", None)


def test_a_hexadecimal_name_is_the_id_if_a_file_assigns_none() -> None:
    found = revision("down_revision = 'b'\n", name="1a2b.py")

    assert (found.id, found.down, found.id_line, found.down_line) == ("1a2b", ("b",), 0, 1)
    assert (
        unreadable("pass\n", name="1a2b.py").reason
        == "does not assign `down_revision`, so Alembic fails with an AttributeError"
    )
    assert unreadable("down_revision = 'b'\n", name="1a2b_add.py").reason == NOT_ASSIGNED
    for start in ("from x import *\n", "def __getattr__(name): return 'a'\n"):
        assert unreadable(f"{start}down_revision = 'b'\n", name="1a2b.py").reason == NOT_ASSIGNED


def test_blocks_that_are_nested_too_deeply(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(parser, "find_bindings", fail)
    found = unreadable(HEALTHY)
    assert (found.reason, found.line) == ("has `if` or `try` blocks nested too deeply", 0)


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
    assert found.problem == "has an empty `down_revision`, which Alembic 1.13 and newer reject: use None for a base"


def test_an_empty_dependency_is_no_dependency() -> None:
    assert revision("revision = 'a'\ndown_revision = None\ndepends_on = ''\n").depends == ()


@pytest.mark.parametrize(
    ("id_", "problem"),
    [
        ("a-b", "its identifier 'a-b' contains `-`, which Alembic rejects"),
        ("a@b+c", "its identifier 'a@b+c' contains `+`, `@`, which Alembic rejects"),
        ("a:b", "its identifier 'a:b' contains `:`, which Alembic rejects"),
        ("", "its identifier '' is empty"),
        ("base", "its identifier 'base' is reserved by Alembic, so no command can refer to the revision"),
        ("head", "its identifier 'head' is reserved by Alembic, so no command can refer to the revision"),
        ("heads", "its identifier 'heads' is reserved by Alembic, so no command can refer to the revision"),
        ("headed", None),
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
def test_encodings_match_python(data: bytes, message: str) -> None:
    found = revision(data)

    assert (found.id, found.down, found.message, found.problem) == (message, ("b",), message, None)


def test_a_group_of_exceptions_is_a_try() -> None:
    """Before Python 3.11, it is no Python."""
    text = "revision = 'a'\ntry:\n    down_revision = 'b'\nexcept* OSError:\n    down_revision = 'c'\n"
    old = sys.version_info < (3, 11)

    expected = f"not valid {PYTHON}" if old else "`down_revision` depends on a `try` (line 2)"
    assert unreadable(text).reason.startswith(expected)


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


def test_a_lone_surrogate_is_escaped() -> None:
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
    assert isinstance(read_revision("x.py", "", data), Unreadable)
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
    assert read_revision("x.py", "", data) == read_revision("y/x.py", "", data)._replace(path="x.py")


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
        "from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint; import sys; "
        "from git_alembic.revisions.parser import read_revision; "
        "data = sys.stdin.buffer.read(); print(read_revision('x.py', '', data), fingerprint(data))"
    )
    data = (
        b"revision = 'a'\nother = {'x', 'y', 'z', '\\d'}\ndown_revision = tuple({'b', 'c', 'd', 'e'})\n"
        b"branch_labels = {'k', 'l', 'm', 'n', 'o', 'p'}\n"
    )
    output = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            input=data,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(parser.__file__).parents[2])},
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(output) == 1
    assert b"down=('b', 'c', 'd', 'e')" in output.pop()


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


@pytest.mark.parametrize(("before", "expected"), [(0, True), (1, True), (10, True), (11, False)])
def test_a_few_places_in_strings_are_skipped(before: int, expected: bool) -> None:
    text = "'''" + "\ndown_revision = 'x'" * before + "\n'''\ndown_revision = 'a'\n"
    assert looks_like_revision(text.encode()) is expected


def test_a_problem_and_an_unknown_id_are_both_reported() -> None:
    found = read_revision("x.py", "", b"revision = 'a'\ndown_revision = 'b'\nglobals()[f()] = 1\nreturn\n")
    assert isinstance(found, Unreadable)
    problem, _, unknown = found.reason.partition(" (line 4), and ")
    assert (problem, found.line) == (f"not valid {PYTHON}: 'return' outside function", 4)
    assert unknown.startswith("`revision` ")
