"""Which revisions the words of a user can mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.lost_revisions.revision_query import RevisionQuery, folder_pathspecs, list_python_files
from tests.support.literal_changes import revision

LOST = revision("abcd1234", path="db/versions/2026_add_it.py")


@pytest.mark.parametrize(
    ("name", "exact", "loosely"),
    [
        ("abcd1234", True, True),
        ("abcd12345", False, False),
        ("abcd", False, True),
        ("abc", False, False),
        ("bcd1234", False, False),
        ("2026_add_it", False, True),
        ("2026_add_it.py", False, True),
        ("versions/2026_add_it.py", False, True),
        ("db/versions/2026_add_it", False, True),
        ("add_it.py", False, False),
        ("ersions/2026_add_it.py", False, False),
    ],
)
def test_matching_revision(name: str, exact: bool, loosely: bool) -> None:
    assert RevisionQuery(name, is_exact=True).matches(LOST) is exact
    assert RevisionQuery(name).matches(LOST) is loosely


@pytest.mark.parametrize(
    ("name", "path", "data", "expected"),
    [
        ("abcd", "x.py", b"revision = 'abcd'", True),
        ("abcd", "v/abcd_x.py", b"", True),
        ("abcd", "x.py", b"revision = 'abc'", False),
        ("\udcff", "x.py", b"\xff", True),
    ],
)
def test_files_that_are_worth_reading(name: str, path: str, data: bytes, expected: bool) -> None:
    assert RevisionQuery(name).is_worth_reading(path, data) is expected


def test_pathspecs() -> None:
    assert folder_pathspecs(["a*", ""]) == [":(literal)a*/", "."]


def test_python_files(tmp_path: Path) -> None:
    for path in ("a/x.py", "a/b/y.py", "a/b/z.txt", "a/__pycache__/x.py", "a/.git/x.py", "other/x.py", "top.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert list_python_files(str(tmp_path), "a") == ["a/b/y.py", "a/x.py"]
    assert list_python_files(str(tmp_path), "") == ["a/b/y.py", "a/x.py", "other/x.py", "top.py"]
    assert list_python_files(str(tmp_path), "gone") == []
