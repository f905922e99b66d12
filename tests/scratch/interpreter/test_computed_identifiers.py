"""Computed identifiers are loaded in the project's interpreter, and rejected like in Alembic."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from git_alembic.revisions.parser import EMPTY_PARENT
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.scratch.interpreter.computed_identifiers import load_identifiers

FILE = Unreadable("v/x.py", "blob", "`revision` isn't a literal: it is computed by a call", 2, ("edited-revision",))


def load(folder: Path, text: str) -> Revision | Unreadable:
    (found,) = load_identifiers(sys.executable, str(folder), [FILE], {"blob": text.encode()})
    return found


def test_identifiers_of_a_run(tmp_path: Path) -> None:
    text = (
        "'''m'''\nrevision = str.lower('A')\ndown_revision = {'c', 'b'}\ndepends_on = ['d', '']\nbranch_labels = 'e'\n"
    )

    assert load(tmp_path, text) == Revision(
        "v/x.py", "blob", "a", ("b", "c"), ("d",), ("e",), "m", allowed=("edited-revision",)
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "revision = 'HEAD'.lower()\ndown_revision = None\n",
            "its identifier 'head' is reserved by Alembic, so no command can refer to the revision",
        ),
        ("revision = 'a-'.lower()\ndown_revision = None\n", "its identifier 'a-' contains `-`"),
        ("revision = 'a'.lower()\ndown_revision = ''\n", EMPTY_PARENT),
    ],
)
def test_identifiers_that_alembic_rejects(tmp_path: Path, text: str, problem: str) -> None:
    found = load(tmp_path, text)

    assert isinstance(found, Revision)
    assert found.problem is not None
    assert found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("raise SystemExit('no')\n", "SystemExit: no"),
        ("revision = 1\ndown_revision = None\n", "TypeError: an identifier is not a string: 1"),
        ("revision = 'a'\n", "AttributeError: "),
    ],
)
def test_a_file_without_identifiers(tmp_path: Path, text: str, error: str) -> None:
    found = load(tmp_path, text)

    assert isinstance(found, Unreadable)
    assert found.reason.startswith(f"running it failed: {error}")
    assert (found.line, found.allowed) == (FILE.line, FILE.allowed)
