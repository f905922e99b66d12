"""Runs the commands of each project in projects/, and compares what they print. README.md explains it."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.support.project_folders import PROJECTS, names, output


@pytest.mark.parametrize("name", names())
def test_project(name: str, tmp_path: Path) -> None:
    expected = (PROJECTS / name / "expected.txt").read_text(encoding="utf-8")
    printed = output(PROJECTS / name, tmp_path)
    difference = unified_diff(expected.splitlines(), printed.splitlines(), "expected.txt", "printed", lineterm="")
    assert printed == expected, "\n".join(difference)
