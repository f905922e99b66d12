"""Cosmetic edits keep the fingerprint of a file. All other edits change it."""

from __future__ import annotations

import pytest

from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from tests.support.revision_files import HEALTHY

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


def test_a_docstring_equals_pass() -> None:
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
    CODE.replace("x = 1", "x, y = 1, 2"),
    CODE.replace("x = 1", "x = 1\ny = 2"),
    CODE.replace("x = 1", "(revision, x) = y = 'a', 1"),
    CODE.replace("x = 1", "(revision, x) = y = 'b', 1"),
    CODE.replace("x = 1", "revision, *x = 'a', 1, 2"),
    CODE.replace("x = 1", "revision, *x = 'a', 1, 3"),
    CODE.replace("x = 1", "revision, x, *y = 'a', 1"),
    CODE.replace("x = 1", "revision, x, *y = 'b', 1"),
    CODE.replace("    op.drop", "    if x:\n        revision = 'inside'\n    op.drop"),
    CODE.replace("    op.drop", "    if x:\n        revision = 'other'\n    op.drop"),
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


def test_the_fingerprint_of_an_unparsable_file_omits_the_same() -> None:
    first = "# one\nrevision = 'a'\ndown_revision = ('b',\n  'c')\nprint 1  # two\n\nprint '#'\n"
    other = "import x\nfrom y import z\nrevision = 'z'\ndown_revision = None\n\n\nprint 1\r\nprint '#' \n"

    assert fingerprint(first.encode()) == fingerprint(other.encode())
    assert fingerprint(first.encode()) != fingerprint(other.replace("'#'", "''").encode())


def test_the_fingerprint_is_the_same_on_every_python() -> None:
    assert fingerprint(HEALTHY) == "7a70f20e9046f036"
