"""A planned change as a diff, lines to paste, and files that are read as they are and replaced in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.setup.planned_file_changes import (
    FileChange,
    Paste,
    SetupPlan,
    is_within_real_path,
    read_bytes,
    read_text,
    write_text,
)
from tests.support.refusal_message import refusal


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


def test_reading(tmp_path: Path) -> None:
    file = tmp_path / "x"
    assert (read_bytes(str(file)), read_text(str(file))) == (b"", "")
    file.write_bytes("ä\r\nb".encode())
    assert (read_bytes(str(file)), read_text(str(file))) == ("ä\r\nb".encode(), "ä\r\nb")
    file.write_bytes(b"\xff")
    assert read_bytes(str(file)) == b"\xff"
    assert refusal(lambda: read_text(str(file))).startswith(f"{file} cannot be read: 'utf-8' codec")
    assert read_bytes(str(tmp_path)) == b""
    assert refusal(lambda: read_text(str(tmp_path))).startswith(f"{tmp_path} cannot be read: ")


def test_a_new_file_in_a_new_folder(tmp_path: Path) -> None:
    file, program = tmp_path / "a/b/x", tmp_path / "y"
    write_text(str(file), "ä\r\n")
    write_text(str(program), "#!/bin/sh\n", executable=True)
    assert file.read_bytes() == "ä\r\n".encode()
    assert [path.stat().st_mode & 0o100 for path in (file, program)] == [0, 0o100]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "x", "y"]


@pytest.mark.parametrize("mode", [0o600, 0o755])
def test_the_mode_of_a_file_stays(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "x"
    file.write_text("old")
    file.chmod(mode)
    write_text(str(file), "new", executable=True)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", mode)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    write_text(str(tmp_path / "link"), "new")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "target").read_text()) == (True, "new")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").write_text("")
    assert refusal(lambda: write_text(str(tmp_path / "folder"), "x")) == (
        f"{tmp_path}/folder could not be written: Is a directory"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a", "a", True),
        ("a/b", "a", True),
        ("ab", "a", False),
        ("a", "a/b", False),
        ("link", "a", True),
        ("link/b", "a", True),
    ],
)
def test_within_a_folder(tmp_path: Path, path: str, folder: str, expected: bool) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    (tmp_path / "link").symlink_to("a")
    assert is_within_real_path(str(tmp_path / path), str(tmp_path / folder)) is expected
