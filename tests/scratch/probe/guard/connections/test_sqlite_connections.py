"""The file behind an SQLite connection, and the URI that opens it read-only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from git_alembic.scratch.probe.guard.connections.sqlite_connections import (
    connect_arguments,
    file_of,
    is_read_only_uri,
    memory_of,
    read_only_uri,
)


@pytest.mark.parametrize(
    ("database", "uri", "file"),
    [
        ("x.db", False, "x.db"),
        ("", False, None),
        (":memory:", False, None),
        ("file:x.db", False, "file:x.db"),
        ("file:x.db", True, "x.db"),
        ("file:/a%20b/x.db?mode=ro", True, "/a b/x.db"),
        ("file:///a/x.db", True, "/a/x.db"),
        ("file:x?mode=memory&cache=shared", True, None),
        ("file::memory:", True, None),
        ("file:", True, None),
        ("x.db", True, "x.db"),
    ],
)
def test_file(database: str, uri: bool, file: str | None) -> None:
    assert file_of(database, uri=uri) == file


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        (":memory:", (":memory:", False)),
        ("file:x?mode=memory", (":memory:", False)),
        ("x?cache=shared", (":memory:", False)),
        ("file:x%20y?mode=memory&cache=shared", ("file:x%20y?mode=memory&cache=shared", True)),
        ("file:x?cache=shared", ("file:x?mode=memory&cache=shared", True)),
    ],
)
def test_database_in_memory(database: str, expected: tuple[str, bool]) -> None:
    assert memory_of(database) == expected


def test_arguments_by_name() -> None:
    assert connect_arguments([5.0, 0, None], {"uri": True}) == {
        "timeout": 5.0,
        "detect_types": 0,
        "isolation_level": None,
        "uri": True,
    }
    assert connect_arguments([], {}) == {}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "a b?.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (n)")
    connection.close()
    return file


def test_a_file_is_only_read(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    uri = read_only_uri("a b?.db")
    assert uri == f"file:{str(database.parent).replace(' ', '%20')}/a%20b%3F.db?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO t VALUES (1)")
    connection.close()


def test_a_write_ahead_log_is_not_created(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("INSERT INTO t VALUES (1)")
    connection.commit()
    assert read_only_uri(str(database)).endswith("?mode=ro")  # another process uses the log
    connection.close()
    assert read_only_uri(str(database)).endswith("?mode=ro&immutable=1")
    reader = sqlite3.connect(read_only_uri(str(database)), uri=True)
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (1,)
    reader.close()
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_uris_of_this_form(database: Path) -> None:
    uri = read_only_uri(str(database))
    assert is_read_only_uri(uri)
    assert not any(map(is_read_only_uri, (uri.replace("ro", "rw"), f"{uri}&x=1", "file:x.db?mode=ro", ":memory:")))
