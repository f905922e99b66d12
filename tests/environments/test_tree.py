"""The files of a tree before and after a diff."""

from __future__ import annotations

from git_alembic.environments.tree import apply_diff, undo_diff
from git_alembic.git import Entry

FILE = "100644"
BEFORE = {"versions/changed.py": (FILE, "1"), "versions/deleted.py": (FILE, "2"), "versions/same.py": (FILE, "3")}
AFTER = {"versions/changed.py": (FILE, "4"), "versions/same.py": (FILE, "3"), "versions/added.py": (FILE, "5")}
DIFF = [
    Entry("versions/changed.py", FILE, FILE, "1", "4"),
    Entry("versions/deleted.py", FILE, "000000", "2", "0"),
    Entry("versions/added.py", "000000", FILE, "0", "5"),
]
README = Entry("README", FILE, FILE, "6", "7")


def test_a_diff_and_back() -> None:
    assert apply_diff(BEFORE, DIFF) == AFTER
    assert undo_diff(AFTER, DIFF) == BEFORE


def test_only_what_can_matter_comes_back() -> None:
    assert apply_diff({}, [README]) == {"README": (FILE, "7")}
    assert undo_diff({}, [README]) == {}


def test_the_given_files_stay_as_they_are() -> None:
    before = dict(BEFORE)
    apply_diff(before, DIFF)
    undo_diff(before, DIFF)
    assert before == BEFORE
