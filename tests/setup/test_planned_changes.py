"""A planned change as a diff, and lines to paste."""

from __future__ import annotations

import pytest

from git_alembic.setup.planned_changes import FileChange, Paste, SetupPlan


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("a\nb\n", "a\nc\n", "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a\n-b\n+c"),
        ("", "a\n", "--- /dev/null\n+++ b/x.yaml\n@@ -0,0 +1 @@\n+a"),
        ("a\r\n", "a\r\nb\r\n", "--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1,2 @@\n a\n+b"),
        ("a\n", "a\n", ""),
    ],
)
def test_diff(old: str, new: str, diff: str) -> None:
    assert FileChange("x.yaml", old, new).diff() == diff


@pytest.mark.parametrize(
    ("paste", "text"),
    [
        (Paste("x.yaml", "a:\n\n  b\n"), "Add this to x.yaml:\n\n    a:\n\n      b"),
        (Paste("x.yaml", "a", "below `repos`"), "Add this to x.yaml, below `repos`:\n\n    a"),
    ],
)
def test_lines_to_paste(paste: Paste, text: str) -> None:
    assert paste.text() == text


def test_files_of_a_plan() -> None:
    changes = (FileChange("b", "", "x"), FileChange("a", "x", "y"))
    assert list(SetupPlan("husky", changes).files) == ["b", "a"]
