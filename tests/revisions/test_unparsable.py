"""Files that Python cannot parse are read by their lines."""

from __future__ import annotations

import pytest

from git_alembic.revisions.revision import PYTHON, Revision
from tests.support.revision_files import revision

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


def test_a_file_that_is_nested_too_deeply_is_read_by_its_lines() -> None:
    found = revision("revision = 'a'\ndown_revision = 'b'\nx = " + "-" * 100000 + "1\n")

    assert (found.id, found.down) == ("a", ("b",))


def test_bytes_that_cannot_be_decoded_are_read_as_latin_1() -> None:
    found = revision(b"'''caf\xe9'''\nrevision = 'a'\ndown_revision = 'b'\n")

    assert (found.id, found.down, found.message) == ("a", ("b",), "café")
    assert found.problem is not None
    assert found.problem.startswith(f"not valid {PYTHON}: ")
    assert "utf-8" in found.problem.lower()  # each version of Python has its own words for it
