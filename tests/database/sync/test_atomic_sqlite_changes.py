"""SQLite files change as copies, in one step or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from git_alembic.database.sync.atomic_sqlite_changes import SqliteCopy
from git_alembic.errors import CannotCheck


def run(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM t ORDER BY name")]


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "my shop?.db"
    run(path, "CREATE TABLE t AS SELECT 'before' AS name")
    return path


def test_the_copy_replaces_the_original(original: Path, tmp_path: Path) -> None:
    copy, kept = tmp_path / "copy", tmp_path / "kept"
    with SqliteCopy(str(original), str(copy)) as changes:
        run(copy, "UPDATE t SET name = 'after'")
        assert names(original) == ["before"]
        changes.keep(str(kept))
        changes.put_back()
    assert [names(path) for path in (original, copy, kept)] == [["after"], ["after"], ["before"]]


def test_without_put_back_nothing_changes(original: Path, tmp_path: Path) -> None:
    content = original.read_bytes()
    with SqliteCopy(str(original), str(tmp_path / "copy")):
        run(tmp_path / "copy", "DELETE FROM t")
    assert original.read_bytes() == content


def test_a_file_that_another_program_changed_is_not_touched(original: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with SqliteCopy(str(original), str(copy)) as changes:
        run(copy, "DELETE FROM t")
        run(original, "INSERT INTO t VALUES ('meanwhile')")
        with pytest.raises(CannotCheck) as refusal:
            changes.put_back()
    assert str(refusal.value) == (
        f"another program changed {original} in the meantime, so git-alembic did not touch it: stop that program"
    )
    assert names(original) == ["before", "meanwhile"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"not a database, but long enough for SQLite to read its first page" * 20)
    with pytest.raises(CannotCheck, match=f"^{path} cannot be copied: file is not a database$"):
        SqliteCopy(str(path), str(tmp_path / "copy"))


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with pytest.raises(CannotCheck, match=f"^{path} cannot be written to$"):
        SqliteCopy(str(path), str(tmp_path / "copy"))
    assert not path.exists()
