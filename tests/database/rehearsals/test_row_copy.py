"""Copies of SQLite files for rehearsals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from git_alembic.database.rehearsals.row_copy import copy_rows


def test_a_file_with_its_rows(tmp_path: Path) -> None:
    path, copy = tmp_path / "my shop?#.db", tmp_path / "copy"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
        connection.commit()
    before = path.read_bytes()
    assert copy_rows(str(path), str(copy))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
    assert path.read_bytes() == before


def test_no_copy(tmp_path: Path) -> None:
    copy = str(tmp_path / "copy")
    assert not copy_rows("", copy)
    assert not copy_rows(str(tmp_path / "missing.db"), copy)
    assert not (tmp_path / "missing.db").exists()
    text = tmp_path / "text.db"
    text.write_bytes(b"not a database, but long enough for SQLite to read its first page" * 20)
    assert not copy_rows(str(text), copy)


def test_a_large_file_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with path.open("r+b") as stream:
        stream.truncate((64 << 20) + 1)  # a sparse file
    assert not copy_rows(str(path), str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()
