"""A cache file returns what was written, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from git_alembic.revisions.checksummed_cache_file import load_body, replace


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("body", [b"", b"x", b"one\ntwo\n", b"\n\n", bytes(range(256))])
def test_written_content_is_read(tmp_path: Path, body: bytes) -> None:
    path = str(tmp_path / "new" / "cache")
    replace(path, body)
    assert load_body(path) == body
    assert names(tmp_path / "new") == ["cache"]


def test_a_missing_file_is_empty(tmp_path: Path) -> None:
    assert load_body(str(tmp_path / "none")) == b""


def test_the_last_writer_wins(tmp_path: Path) -> None:
    path = str(tmp_path / "cache")
    replace(path, b"first")
    replace(path, b"second")
    assert load_body(path) == b"second"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:9] + b"BODY",
        lambda data: b"0" * 8 + data[8:],
        lambda data: data.replace(b"\n", b""),
        lambda _: b"",
    ],
    ids=["truncated", "longer", "another body", "another checksum", "one line", "empty"],
)
def test_a_damaged_file_is_empty(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "cache"
    replace(str(path), b"body")
    path.write_bytes(change(path.read_bytes()))
    assert load_body(str(path)) == b""


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "cache" / "in the way").mkdir(parents=True)
    replace(str(tmp_path / "cache"), b"body")
    assert names(tmp_path) == ["cache"]


def test_a_failure_to_create_the_folder_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    replace(str(tmp_path / "file" / "cache"), b"body")
    assert load_body(str(tmp_path / "file" / "cache")) == b""


def test_an_old_temporary_file_is_removed(tmp_path: Path) -> None:
    old, other = tmp_path / "tmpold.tmp", tmp_path / "kept.tmp"
    for path in (old, other):
        path.write_bytes(b"")
        os.utime(path, (1, 1))
    replace(str(tmp_path / "cache"), b"body")
    assert names(tmp_path) == ["cache", "kept.tmp"]
