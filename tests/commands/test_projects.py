"""Runs the commands of each project in projects/, and compares what they print. README.md there explains it."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from git_alembic.cli import COMMANDS
from tests.support.project_folders import PROJECTS, names, output, steps


@pytest.mark.parametrize("name", names())
def test_project(name: str, tmp_path: Path) -> None:
    expected = (PROJECTS / name / "expected.txt").read_text(encoding="utf-8")
    printed = output(PROJECTS / name, tmp_path)
    difference = unified_diff(expected.splitlines(), printed.splitlines(), "expected.txt", "printed", lineterm="")
    assert printed == expected, "\n".join(difference)


def test_every_command_has_a_project() -> None:
    assert sorted(path.name for path in PROJECTS.iterdir() if path.is_dir()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", ["main", "1_main.py", "notes.txt", "unstaged"])
def test_a_name_without_a_meaning_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(AssertionError, match="doesn't explain this name"):
        steps(tmp_path)


def test_a_step_is_a_folder_or_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "1_main").touch()
    with pytest.raises(AssertionError, match="a step is a folder, or a text file with commands"):
        steps(tmp_path)
