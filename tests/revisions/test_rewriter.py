"""The rewriter changes identifiers in a revision file, and keeps every other byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.errors import CannotCheck
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_depends_on, change_down_revision, change_revision_id

HEALTHY = '''"""add a table

Revision ID: a1
Revises: b2
Create Date: 2026-01-02 03:04:05

"""
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "a1"
down_revision: Union[str, None] = "b2"  # after the others
branch_labels = None


def upgrade() -> None:
    op.execute("Revises: b2; down_revision = 'b2'")
'''


@pytest.mark.parametrize(
    ("down", "line", "revises"),
    [
        (("c3",), 'down_revision: Union[str, None] = "c3"  # after the others', "Revises: c3"),
        (("c3", "d4"), 'down_revision: Union[str, None] = ("c3", "d4")  # after the others', "Revises: c3, d4"),
        ((), "down_revision: Union[str, None] = None  # after the others", "Revises: "),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_only_the_two_lines_change(down: tuple[str, ...], line: str, revises: str, newline: str, encoding: str) -> None:
    data = HEALTHY.replace("\n", newline).encode(encoding)
    expected = HEALTHY.replace('down_revision: Union[str, None] = "b2"  # after the others', line).replace(
        "Revises: b2\n", revises + "\n"
    )

    assert change_down_revision(data, down) == expected.replace("\n", newline).encode(encoding)


START = "revision = 'a1'\n"


@pytest.mark.parametrize(
    ("before", "down", "after"),
    [
        (START + "down_revision = 'b2'\n", ("b2",), START + "down_revision = 'b2'\n"),
        (START + "down_revision = ['b2', 'c3']\n", ("b2", "c3"), START + "down_revision = ['b2', 'c3']\n"),
        (START + "down_revision = u'b2'\n", ("c3", "d4"), START + "down_revision = (u'c3', u'd4')\n"),
        (START + "down_revision = u'b2'\n", ("c3",), START + "down_revision = u'c3'\n"),
        (START + "down_revision = r'b2'\n", ("c3",), START + "down_revision = 'c3'\n"),
        (START + 'down_revision = """b2"""\n', ("c3",), START + 'down_revision = "c3"\n'),
        (START + "down_revision = None\n", ("b2",), START + "down_revision = 'b2'\n"),
        ('revision = "a1"\ndown_revision = None\n', ("b2",), 'revision = "a1"\ndown_revision = "b2"\n'),
        (START + "down_revision = ''\n", (), START + "down_revision = None\n"),
        (START + "down_revision = ''\n", ("b2",), START + "down_revision = 'b2'\n"),
        (START + "down_revision = ('b2', 'c3')\n", ("c3",), START + "down_revision = 'c3'\n"),
        (
            START + "down_revision = (\n    'b2',  # left\n    'c3',\n)  # both\n",
            ("c3",),
            START + "down_revision = 'c3'  # both\n",
        ),
        (START + "down_revision = 'b2', 'c3'\n", ("d4", "e5"), START + "down_revision = 'd4', 'e5'\n"),
        (START + "down_revision = ('b2')\n", ("c3",), START + "down_revision = ('c3')\n"),
        (START + "down_revision = ['b2']\n", ("c3", "d4"), START + "down_revision = ('c3', 'd4')\n"),
        (START + "down_revision = ['z9', 'c3']\n", ("d4", "c3"), START + "down_revision = ['d4', 'c3']\n"),
        (START + "down_revision = 'b2'\n", ("c\\3",), START + "down_revision = 'c\\\\3'\n"),
        (
            "branch_labels, down_revision = None, 'b2'\n" + START,
            ("c3",),
            "branch_labels, down_revision = None, 'c3'\n" + START,
        ),
        (
            "x, y = 'ab'\nx[0] = 1, 2\nx, *y = 1, 2, 3\nx, *y, z = 1, 2\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "x, y = 'ab'\nx[0] = 1, 2\nx, *y = 1, 2, 3\nx, *y, z = 1, 2\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "a = 'éé'\n" + START + "y = 'éé'\ndown_revision = 'b2'\n",
            ("c3",),
            "a = 'éé'\n" + START + "y = 'éé'\ndown_revision = 'c3'\n",
        ),
        (
            START + "down_revision = str('b2')\ndown_revision = 'b2'\n",
            ("c3",),
            START + "down_revision = str('b2')\ndown_revision = 'c3'\n",
        ),
        (
            "'''m\n\nRevises: b2\n'''\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "'''m\n\nRevises: c3\n'''\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "r'''Revises:  b2'''\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "r'''Revises:  c3'''\n" + START + "down_revision = 'c3'\n",
        ),
        (START + "down_revision='b' '2' # x\n", ("c3",), START + "down_revision='c3' # x\n"),
        ("revision, down_revision = 'a1', 'b2'\n", ("c3", "d4"), "revision, down_revision = 'a1', ('c3', 'd4')\n"),
        ("x = 'é'; revision, down_revision = 'é', 'b2'\n", ("c3",), "x = 'é'; revision, down_revision = 'é', 'c3'\n"),
        (
            START + "down_revision = 'x'\ndown_revision = 'b2'\n",
            ("c3",),
            START + "down_revision = 'x'\ndown_revision = 'c3'\n",
        ),
        (
            "'''Revises: b2'''\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "'''Revises: c3'''\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "'''m\n\nRevises:\n'''\n" + START + "down_revision = None\n",
            ("c3",),
            "'''m\n\nRevises: c3\n'''\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "'''m\n\nRevises:   \n'''\n" + START + "down_revision = None\n",
            ("c3",),
            "'''m\n\nRevises: c3  \n'''\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "'''m\n\n  revises : z9 (head) \n'''\n" + START + "down_revision = 'b2'\n",
            ("b2",),
            "'''m\n\n  revises : b2 \n'''\n" + START + "down_revision = 'b2'\n",
        ),
        (
            "'''m\n\nRevises: the first\n'''\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "'''m\n\nRevises: the first\n'''\n" + START + "down_revision = 'c3'\n",
        ),
        (
            "'''m\\n\\nRevises: b2'''\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "'''m\\n\\nRevises: b2'''\n" + START + "down_revision = 'c3'\n",
        ),
    ],
)
def test_the_spelling_of_the_file_stays(before: str, down: tuple[str, ...], after: str) -> None:
    assert change_down_revision(before.encode(), down).decode() == after


def test_the_encoding_of_the_file_stays() -> None:
    text = (
        "# coding: latin-1\n'''caf\xe9\n\nRevises: b2\n'''\nx = '\xe9'; revision = 'a1'; down_revision = 'b2'  # \xe9\n"
    )

    assert change_down_revision(text.encode("latin-1"), ("\xe9",)) == text.replace("b2", "\xe9").encode("latin-1")


@pytest.mark.parametrize(
    ("text", "down", "why"),
    [
        (
            START + "down_revision = f('b2')\n",
            ("c3",),
            "`down_revision` isn't a literal: it is computed by a call (line 2)",
        ),
        (START + "down_revision = 'b' + '2'\n", ("c3",), "it isn't a literal (line 2)"),
        (START + "B = 'b2'\ndown_revision = B\n", ("c3",), "it isn't a literal (line 3)"),
        (START + "down_revision = 'b2'\ndown_revision = 'b' + '2'\n", ("c3",), "it isn't a literal (line 3)"),
        (START + "down_revision = ('b2', 'c' + '3')\n", ("c3",), "it isn't a literal (line 2)"),
        (START + "down_revision = parent = 'b2'\n", ("c3",), "it is not assigned in a separate statement"),
        (
            "# coding: utf-7\nx = '+AGE-'\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "rewriting the file would change its utf-7 text",
        ),
        (
            "# coding: utf-7\nx = '~'\n" + START + "down_revision = 'b2'\n",
            ("c3",),
            "rewriting the file would change its utf-7 text",
        ),
        (START + "parent = down_revision = 'b2'\n", ("c3",), "it is not assigned in a separate statement"),
        (START + "if True:\n    down_revision = 'b2'\n", ("c3",), "it is not assigned in a separate statement"),
        (START + "down_revision = 'b2'\nif True:\n    down_revision = 'c3'\n", ("d4",), "something else depends on it"),
        (START + "down_revision = 'b2'\ndepends_on = down_revision\n", ("c3",), "something else depends on it"),
        (START + "down_revision = 'b2'\ndepends_on = down_revision\n", ("a1",), "something else depends on it"),
        (START + "down_revision = 'b2'\nprint 1\n", ("c3",), "the file is not valid Python"),
        (
            "# coding: latin-1\n" + START + "down_revision = 'b2'\n",
            ("\u0434",),
            "it can't be written in the file's encoding, iso-8859-1",
        ),
        ("", ("c3",), "the file does not assign `down_revision`"),
    ],
)
def test_unsafe_changes_are_refused(text: str, down: tuple[str, ...], why: str) -> None:
    with pytest.raises(CannotCheck) as refused:
        change_down_revision(text.encode(), down)

    assert str(refused.value).startswith(f"`down_revision` has to be changed by hand: {why}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEALTHY, HEALTHY.replace("ID: a1", "ID: z9").replace('revision: str = "a1"', 'revision: str = "z9"')),
        ("revision, down_revision = 'a1', 'b2'\n", "revision, down_revision = 'z9', 'b2'\n"),
        ("revision = 'a-1'\ndown_revision = 'b2'\n", "revision = 'z9'\ndown_revision = 'b2'\n"),
        (
            "'''\nRevision ID: zz\n'''\nrevision = 'z9'\ndown_revision = None\n",
            "'''\nRevision ID: z9\n'''\nrevision = 'z9'\ndown_revision = None\n",
        ),
    ],
)
def test_another_id(before: str, after: str) -> None:
    assert change_revision_id(before.encode(), "z9").decode() == after


@pytest.mark.parametrize(
    ("text", "new_id", "why"),
    [
        (
            "revision = f()\ndown_revision = 'b2'\n",
            "z9",
            "`revision` isn't a literal: it is computed by a call (line 1).",
        ),
        ("down_revision = 'b2'\n", "z9", "it is not assigned in a separate statement."),
        (START + "down_revision = 'b2'\nbranch_labels = revision\n", "z9", "something else depends on it."),
        (START + "down_revision = 'b2'\nbranch_labels = revision\n", "a0", "something else depends on it."),
        (START + "down_revision = 'b2'\n", "z-9", "its identifier 'z-9' contains `-`, which Alembic rejects."),
        (START + "down_revision = 'b2'\n", "", "its identifier '' is empty."),
    ],
)
def test_an_id_that_cannot_be_changed(text: str, new_id: str, why: str) -> None:
    with pytest.raises(CannotCheck) as refused:
        change_revision_id(text.encode(), new_id)

    assert str(refused.value) == f"`revision` has to be changed by hand: {why}"


DEPENDING = START + "down_revision = 'b2'\ndepends_on = {}\n"


@pytest.mark.parametrize(
    ("before", "depends", "after"),
    [
        ("'x'", ("y",), "'y'"),
        ("'x'", ("x",), "'x'"),
        ("['x']", ("y",), "['y']"),
        ("('x', 'y')  # two", ("x", "z"), "('x', 'z')  # two"),
        ("('x', 'y')", ("z",), "'z'"),
        ("'x'", ("y", "z"), "('y', 'z')"),
        ("None", ("y",), "'y'"),
        ("'x'", (), "None"),
    ],
)
def test_other_dependencies(before: str, depends: tuple[str, ...], after: str) -> None:
    assert change_depends_on(DEPENDING.format(before).encode(), depends).decode() == DEPENDING.format(after)


@pytest.mark.parametrize(
    ("text", "depends", "why"),
    [
        (DEPENDING.format("f()"), ("y",), "it isn't a literal (line 3)"),
        (START + "down_revision = 'b2'\n", ("y",), "it is not assigned in a separate statement"),
        (DEPENDING.format("'x'") + "branch_labels = depends_on\n", ("a",), "something else depends on it"),
        (DEPENDING.format("'x'") + "branch_labels = depends_on\n", ("z",), "something else depends on it"),
        (DEPENDING.format("'x'") + "print 1\n", ("y",), "the file is not valid Python"),
        (
            DEPENDING.format("'x'") + "down_revision = g()\n",
            ("y",),
            "`down_revision` isn't a literal: it is computed by a call",
        ),
    ],
)
def test_dependencies_that_cannot_be_changed(text: str, depends: tuple[str, ...], why: str) -> None:
    with pytest.raises(CannotCheck) as refused:
        change_depends_on(text.encode(), depends)

    assert str(refused.value).startswith(f"`depends_on` has to be changed by hand: {why}")


IDS = st.text("abc019_é", min_size=1, max_size=5).map("x1".__add__)
VALUES = st.sampled_from(
    [
        "None",
        "'b2'",
        '"b2"',
        "('b2', 'c3')",
        "['b2']",
        "(\n    'b2',\n    # two\n    'c3'\n)",
        "'b2', 'c3'",
        "'b' '2'",
        "()",
    ]
)
DOCUMENTS = st.sampled_from(
    [
        "",
        "'''é'''\n",
        '"""m\n\nRevision ID: a1\nRevises: b2\n\nmore\n"""\n',
        "'''m\nRevises: \n'''\n",
        "'''\nRevises: `q`, r.'''\n",
    ]
)
PLACES = st.sampled_from(
    [
        ("down_revision = ", "\n"),
        ("down_revision: Union[str, None]=", "  # é\n"),
        ("é = 1; down_revision = ", "; x = 'b2'\n"),
        ("(down_revision) = ", " # \n"),
    ]
)


NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.tuples(PLACES, VALUES), st.tuples(st.booleans(), NEWLINES), st.lists(IDS, max_size=3), IDS)
def test_changes_are_read_back_and_everything_else_stays(
    document: str, spelling: tuple[tuple[str, str], str], layout: tuple[bool, str], down: list[str], new_id: str
) -> None:
    (place, value), (first, newline) = spelling, layout
    start = document + "import x\n" + ("revision = 'a1'\n" if first else "") + place[0]
    end = place[1] + ("" if first else "revision = 'a1'\n") + "branch_labels = 'k'\n\n\ndef upgrade():\n    'b2'\n"
    data, head, tail = (text.replace("\n", newline).encode() for text in (start + value + end, start, end))
    before = _read(data)

    other = change_down_revision(data, tuple(down))

    after = _read(other)
    assert after.down == tuple(down)
    assert after.doc_down == (None if before.doc_down is None else tuple(down))
    assert _without_parents(after) == _without_parents(before)
    assert fingerprint(other) == fingerprint(data)
    if before.doc_down is None:
        assert other.startswith(head)
    else:
        assert _without_claim(other[: other.rindex(place[0].encode())]) == _without_claim(
            head[: head.rindex(place[0].encode())]
        )
    assert other.endswith(tail)
    renamed = _read(change_revision_id(other, new_id))
    assert renamed == after._replace(id=new_id, doc_id=None if after.doc_id is None else new_id)


def _read(data: bytes) -> Revision:
    found = read_revision("x.py", "", data)
    assert isinstance(found, Revision)
    return found


def _without_parents(revision: Revision) -> Revision:
    return revision._replace(id_line=0, down_line=0, down=(), doc_down=None)


def _without_claim(data: bytes) -> list[bytes]:
    return [b"" if line.startswith(b"Revises:") else line for line in data.splitlines(keepends=True)]


def test_ids_that_a_docstring_cannot_name() -> None:
    text = START + "down_revision = None\n"

    assert change_down_revision(text.encode(), ("b 2'\\",)).decode() == START + 'down_revision = "b 2\'\\\\"\n'
    with pytest.raises(CannotCheck):
        change_down_revision(b"'''m\n\nRevises: b2\n'''\n" + text.encode(), ("b 2'\\",))
