"""Files that Python cannot parse are read line by line."""

from __future__ import annotations

import pytest

from git_alembic.revisions import unparsable_file_reader
from git_alembic.revisions.revision import PYTHON, Revision
from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.unparsable_file_reader import (
    blank_strings,
    find_assignments,
    find_docstring,
    has_conflict_around,
    read_bindings,
)
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
                "x.py", "", "a", ("b",), id_line=1, down_line=2, problem="has merge conflict markers", problem_line=3
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
    assert "utf-8" in found.problem.lower()  # each version of Python has a different message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a = 1", [(0, 1)]),
        ("\na = 1\n\nb: int = 2\n", [(1, 2), (3, 4)]),
        ("a += 1\na, b = 1, 2\n(a) = 3\n", [(0, 1), (1, 2), (2, 3)]),
        (" a = 1\nf(a=1)\n1 = a\n", []),
        ("a = (\n1,\n)\nb = 2\n", [(0, 3), (3, 4)]),
        ("a = [{\n}]\nb = 2\n", [(0, 2), (2, 3)]),
        ("a = f(\nb = 2,\nc = 3)\nd = 4\n", [(0, 3), (3, 4)]),
        ("a = 1)\nb = 2\n", [(0, 1), (1, 2)]),
        ("a = \\\n1\nb = 2\n", [(0, 2), (2, 3)]),
        ("a = (\nb = 2\n", [(0, 1), (1, 2)]),
        ("a = 1)\nb = (\n", [(0, 1), (1, 2)]),
        ("a = (" + "\n" * 19 + ")\n", [(0, 20)]),
        ("\n\n\n\na = (" + "\n" * 19 + ")\n", [(4, 24)]),
        ("a = (" + "\n" * 20 + ")\n", [(0, 1)]),
    ],
)
def test_assignments_of_lines(text: str, expected: list[tuple[int, int]]) -> None:
    assert list(find_assignments(text.split("\n"))) == expected


def test_strings_and_comments_are_blanked() -> None:
    assert blank_strings("a = 'b'  # c\n'''d\ne'''\n") == ["a =         ", "    ", "    ", ""]


def test_bindings_of_lines() -> None:
    names = read_bindings("a = 1\n\nb = (\n  2,\n)\nc = 1 1\na = 2 2\n(d = 3\nd = 4\n")
    assert isinstance(names, dict)
    found = {name: (binding.value, binding.line) for name, binding in names.items()}
    assert found == {
        "a": (NotConstant("can't be read from its assignment", 7), 7),
        "b": ((2,), 3),
        "c": (NotConstant("can't be read from its assignment", 6), 6),
        "d": (4, 9),
    }


def test_the_number_of_assignments_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unparsable_file_reader, "_MOST_ASSIGNMENTS", 2)
    assert isinstance(read_bindings("a = 1\nb = 2\n"), dict)
    why = "can't be read: the file assigns more than 2 names"
    assert read_bindings("a = 1\nb = 2\n\nc = 3\n") == NotConstant(why, 4)


def test_at_most_two_thousand_assignments_are_read() -> None:
    assert isinstance(read_bindings("a = 1\n" * 2_000), dict)
    assert isinstance(read_bindings("a = 1\n" * 2_001), NotConstant)


@pytest.mark.parametrize(
    ("line", "expected"), [(1, False), (2, True), (3, True), (5, True), (6, False), (7, False), (9, True)]
)
def test_lines_around_a_conflict(line: int, expected: bool) -> None:
    text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\nd\n<<<<<<< HEAD\ne\n"
    assert has_conflict_around(text, {line}) is expected
    assert has_conflict_around(text, {line, 100}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'''one'''\nx = 'two'\n", "one"),
        ('# comment\n\n"one"\n', "one"),
        ("\ufeffR'one'\n", "one"),
        ("x = 'one'\n", ""),
        ("# 'one'\n", ""),
        ("", ""),
    ],
)
def test_the_docstring_of_a_text(text: str, expected: str) -> None:
    assert find_docstring(text) == expected
