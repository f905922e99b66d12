"""Every SQLite connection of the process follows the rules. The file that it means, and the URI that only reads it."""

from __future__ import annotations

import _sqlite3
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from git_alembic.scratch.probe.guard.connections.sqlite_connections import (
    Rules,
    SqliteTarget,
    connect_arguments,
    file_of,
    guard_connections,
    is_opening,
    is_read_only_uri,
    memory_of,
    read_only_uri,
)


class Refused(Exception):
    """What the rules raise here."""


class Guarded:
    """Rules that open "scratch.db" instead of "app.db" and refuse "theirs.db". They record what they receive."""

    def __init__(self, **rules: Any) -> None:
        self.chosen: list[tuple[str, bool]] = []
        self.refused: list[str] = []
        self._opened: list[sqlite3.Connection] = []
        guard_connections(Rules(self._choose, self.refused.append, **rules))

    def open(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        self._opened.append(sqlite3.connect(*arguments, **options))
        return self._opened[-1]

    def close(self) -> None:
        for connection in self._opened:
            connection.close()

    def _choose(self, database: str, uri: bool) -> SqliteTarget:
        self.chosen.append((database, uri))
        if "theirs.db" in database:
            raise Refused(database)
        return SqliteTarget("scratch.db", uri=False) if "app.db" in database else SqliteTarget(database, uri=uri)


Guard = Callable[..., Guarded]
DENIED = "not authorized|authorization denied"


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Guard]:
    """Return a function that applies rules until the end of the test."""
    monkeypatch.chdir(tmp_path)
    for module in (sqlite3, sqlite3.dbapi2, _sqlite3):
        for name in ("Connection", "connect"):
            monkeypatch.setattr(module, name, getattr(module, name))
    with ExitStack() as exits:

        def apply(**rules: Any) -> Guarded:
            guarded = Guarded(**rules)
            exits.callback(guarded.close)
            return guarded

        yield apply


class Own(sqlite3.Connection):
    """A class of the project."""


WAYS = {  # names, because the guard replaces what they mean
    "sqlite3.connect": "sqlite3.connect(path)",
    "sqlite3.Connection": "sqlite3.Connection(path)",
    "sqlite3.dbapi2.connect": "sqlite3.dbapi2.connect(path)",
    "sqlite3.dbapi2.Connection": "sqlite3.dbapi2.Connection(path)",
    "_sqlite3.connect": "_sqlite3.connect(path)",
    "_sqlite3.Connection": "_sqlite3.Connection(path)",
    "a class": "sqlite3.connect(path, factory=Own)",
    "a function": "sqlite3.connect(path, factory=lambda *given, **named: sqlite3.Connection(*given, **named))",
    "all positions": "sqlite3.connect(path, 5.0, 0, None, True, sqlite3.Connection, 128, False)",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_connection(guard: Guard, tmp_path: Path, way: str) -> None:
    guarded = guard()
    connection = eval(WAYS[way], globals(), {"path": "app.db"})  # noqa: S307 - our text
    connection.execute("CREATE TABLE t (n)")
    connection.close()
    assert isinstance(connection, Own) is (way == "a class")
    assert guarded.chosen == [("app.db", False)]
    assert [path.name for path in tmp_path.iterdir()] == ["scratch.db"]
    with pytest.raises(Refused, match=r"theirs\.db"):
        eval(WAYS[way], globals(), {"path": "theirs.db"})  # noqa: S307 - our text
    assert not is_opening()


@pytest.mark.parametrize(
    ("arguments", "options", "chosen"),
    [
        (["app.db"], {}, ("app.db", False)),
        ([b"app.db"], {}, ("app.db", False)),
        ([Path("app.db")], {}, ("app.db", False)),
        (["file:app.db"], {"uri": True}, ("file:app.db", True)),
        (["file:app.db", 5.0, 0, None, True, None, 128, True], {}, ("file:app.db", True)),
        ([":memory:"], {"uri": False}, (":memory:", False)),
    ],
)
def test_what_the_rules_receive(
    guard: Guard, arguments: list[Any], options: dict[str, Any], chosen: tuple[str, bool]
) -> None:
    guarded = guard()
    guarded.open(*arguments, **options)
    assert guarded.chosen == [chosen]


@pytest.mark.parametrize(
    ("options", "longest", "milliseconds"),
    [
        ({}, None, 5000),
        ({}, 2.0, 2000),
        ({"timeout": 9}, 2.0, 2000),
        ({"timeout": 1}, 2.0, 1000),
        ({"timeout": 9}, None, 9000),
    ],
)
def test_wait_for_a_lock(guard: Guard, options: dict[str, Any], longest: float | None, milliseconds: int) -> None:
    guarded = guard(longest_wait=longest)
    assert guarded.open("app.db", **options).execute("PRAGMA busy_timeout").fetchone() == (milliseconds,)


class Cursor(sqlite3.Cursor):
    """The cursor of the guard."""


class OwnCursor(sqlite3.Cursor):
    """A cursor of the project."""


def test_cursor(guard: Guard) -> None:
    guarded = guard(cursor=Cursor)
    connection = guarded.open("app.db")
    assert [type(cursor) for cursor in (connection.cursor(), connection.cursor(OwnCursor))] == [Cursor, OwnCursor]


class TestAttach:
    @pytest.mark.parametrize(
        ("statement", "parameters", "what"),
        [
            ("ATTACH 'theirs.db' AS t", (), "theirs.db"),
            ("ATTACH ? AS t", ("theirs.db",), "attached with ATTACH"),
            ("ATTACH 'file:theirs.db?mode=ro' AS t", (), "file:theirs.db?mode=ro"),
            ("VACUUM INTO 'theirs.db'", (), "theirs.db"),
        ],
    )
    def test_a_file(self, guard: Guard, statement: str, parameters: Sequence[str], what: str) -> None:
        guarded = guard()
        with pytest.raises(sqlite3.DatabaseError, match=DENIED):
            guarded.open(":memory:").execute(statement, parameters)
        assert guarded.refused == [f"the SQLite database {what}"]
        assert not Path("theirs.db").exists()

    @pytest.mark.parametrize("name", ["", ":memory:"])
    def test_a_database_in_memory(self, guard: Guard, name: str) -> None:
        guarded = guard()
        guarded.open(":memory:").execute(f"ATTACH '{name}' AS t").execute("CREATE TABLE t.x (n)")
        assert guarded.refused == []

    def test_what_the_rules_allow(self, guard: Guard) -> None:
        paths: list[str] = []

        def attaches(path: str) -> bool:
            paths.append(path)
            return path == "b.db"

        guarded = guard(attaches=attaches)
        connection = guarded.open(":memory:")
        connection.execute("ATTACH 'b.db' AS b")
        for name in ("'c.db'", "?"):
            with pytest.raises(sqlite3.DatabaseError, match=DENIED):
                connection.execute(f"ATTACH {name} AS c", ("b.db",) if name == "?" else ())
        assert (paths, guarded.refused) == (
            ["b.db", "c.db", ""],
            ["the SQLite database c.db", "the SQLite database attached with ATTACH"],
        )


class TestAuthorizer:
    """The project's authorizer is called after the guard's, and replaces nothing."""

    def test_both(self, guard: Guard) -> None:
        guarded = guard()
        connection, actions = guarded.open(":memory:"), []

        def authorize(action: int, *details: str | None) -> int:
            actions.append((action, details[0]))
            return sqlite3.SQLITE_DENY if details[0] == "mine" else sqlite3.SQLITE_OK

        connection.set_authorizer(authorize)
        connection.execute("PRAGMA user_version")
        with pytest.raises(sqlite3.DatabaseError, match=DENIED):
            connection.execute("PRAGMA mine")
        with pytest.raises(sqlite3.DatabaseError, match=DENIED):
            connection.execute("ATTACH 'theirs.db' AS t")
        assert actions == [(sqlite3.SQLITE_PRAGMA, "user_version"), (sqlite3.SQLITE_PRAGMA, "mine")]
        assert guarded.refused == ["the SQLite database theirs.db"]

    def test_removed(self, guard: Guard) -> None:
        guarded = guard()
        connection = guarded.open(":memory:")
        connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        connection.set_authorizer(None)
        connection.execute("PRAGMA user_version")
        with pytest.raises(sqlite3.DatabaseError, match=DENIED):
            connection.execute("ATTACH 'theirs.db' AS t")

    def test_it_keeps_no_connection_alive(self, guard: Guard) -> None:
        guard()
        connection = sqlite3.connect(":memory:")
        connection.close()
        alive = weakref.ref(connection)
        del connection
        assert alive() is None


class Wait:
    """A timeout that SQLite's module converts while it opens the connection."""

    def __init__(self) -> None:
        self.seen: list[bool] = []

    def __float__(self) -> float:
        self.seen.append(is_opening())
        return 0.0


@pytest.mark.parametrize("database", [":memory:", "gone/x.db"])
def test_only_an_allowed_connection_is_opening(guard: Guard, database: str) -> None:
    guarded = guard()
    wait = Wait()
    assert not is_opening()
    try:
        guarded.open(database, timeout=wait)
    except sqlite3.OperationalError:
        assert database == "gone/x.db"
    assert (wait.seen, is_opening()) == ([True], False)


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
