"""`git alembic sync` names the rows that it drops, keeps a copy of them, and drops no other rows."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from tests.support.database_projects import DatabaseProject, MariaDatabase, PostgresDatabase, SqliteFile
from tests.support.project import Project

CREATE = {
    "sqlite": "CREATE TABLE stars (id INTEGER NOT NULL PRIMARY KEY, name TEXT)",
    "postgresql": (
        "CREATE TABLE stars (id SERIAL PRIMARY KEY, name TEXT, raw BYTEA, tags TEXT[], seen TIMESTAMPTZ, data JSONB, "
        "twice INTEGER GENERATED ALWAYS AS (id * 2) STORED)"
    ),
    "mariadb": (
        "CREATE TABLE stars (id INTEGER PRIMARY KEY AUTO_INCREMENT, name TEXT, raw BLOB, bits BIT(4), seen DATETIME, "
        "price DECIMAL(8, 2))"
    ),
}
INSERT = {
    "sqlite": ["INSERT INTO stars (name) VALUES ('it''s')"],
    "postgresql": [
        r"INSERT INTO stars (name, raw, tags, seen, data) VALUES ('it''s \ %', '\xdeadbeef', '{a,b c}', now(), '[1]')",
        "INSERT INTO stars (name) VALUES (NULL)",
    ],
    "mariadb": [
        r"INSERT INTO stars (name, raw, bits, seen, price) VALUES ('it''s \\ %', x'de00', b'1010', '2026-01-02', 1.50)",
        "INSERT INTO stars (name) VALUES (NULL)",
    ],
}
READ = {
    "sqlite": "SELECT * FROM stars",
    "postgresql": "SELECT * FROM stars ORDER BY id",
    "mariadb": (
        "SELECT MD5(CONCAT(HEX(COALESCE(name, '')), HEX(COALESCE(raw, '')), HEX(COALESCE(bits, 0)), "
        "HEX(COALESCE(price, 0)), HEX(COALESCE(seen, '2000-01-01')))) FROM stars ORDER BY id"
    ),
}


def _family(app: DatabaseProject) -> str:
    kinds = {SqliteFile: "sqlite", PostgresDatabase: "postgresql", MariaDatabase: "mariadb"}
    return kinds[type(app.database)]


def _leave_on_feature(app: DatabaseProject, back: str) -> None:
    """Leave the database at d4 of feature, which has the table stars with rows, and check out main."""
    app.project.switch("feature", "HEAD")
    app.revision("d4", "c3", 'op.create_table("stars", ID)', back)
    app.project.commit("stars")
    app.project.switch("main")
    app.at("c3", ["d4"])
    app.database.sql(CREATE[_family(app)])
    app.database.sql(*INSERT[_family(app)])


def _sync(app: DatabaseProject, code: int = 0) -> str:
    done = app.project.run("sync", "--yes", env=app.variables())
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _copies(app: DatabaseProject) -> list[Path]:
    return sorted((app.project.path / ".git/git-alembic/before-sync").iterdir())


def test_the_rows_are_named_and_come_back_from_the_copy(app: DatabaseProject) -> None:
    _leave_on_feature(app, 'op.drop_table("stars")')
    rows = app.database.sql(READ[_family(app)])
    text = _sync(app)
    count = len(rows)
    assert f"  data that will be lost: table stars ({count} row{'s' * (count > 1)}); " in text
    (copy,) = _copies(app)
    assert f"the database is at c3 (previously: {copy})" in text
    if isinstance(app.database, SqliteFile):
        assert SqliteFile(copy).sql("SELECT name FROM stars") == ["it's"]
        return
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    app.database.sql(copy.read_text())
    assert app.database.sql(READ[_family(app)]) == rows


def test_a_table_that_no_plan_names_stays(app: DatabaseProject) -> None:
    """The file doesn't name the table, and the scratch has no rows of a server, so the guard stops the statement."""
    hidden = (
        "bind = op.get_bind()\n    name = 'st' + 'ars'\n    if bind.exec_driver_sql(f'SELECT * FROM {name}').first():"
    )
    _leave_on_feature(app, hidden + "\n        op.execute('DROP ' + 'TABLE ' + name)")
    if isinstance(app.database, SqliteFile):  # the rehearsal uses a copy of the file
        assert "  data that will be lost: table stars (1 row); a copy of the file is kept\n" in _sync(app)
        return
    text = _sync(app, code=2)
    assert re.search(
        r"revision 'd4' failed: DropsRows: it drops the table stars with \d rows?, which is not in the plan", text
    )
    assert app.rows() == ["d4"]
    assert app.database.sql("SELECT count(*) FROM stars") == [str(len(INSERT[_family(app)]))]


def test_an_upgrade_that_drops_rows_is_named(app: DatabaseProject) -> None:
    app.revision("d4", "c3", 'op.drop_table("users")', "pass")
    app.project.commit("no users")
    app.at("c3", ["c3"], "INSERT INTO users (id, name) VALUES (1, 'Ada')")
    text = _sync(app)
    assert "  data that will be lost: table users (1 row); " in text
    assert len(_copies(app)) == 1


def test_values_of_a_column_are_named(app: DatabaseProject) -> None:
    app.project.switch("feature", "HEAD")
    app.revision("d4", "c3", "pass", 'op.drop_column("users", "email")')
    app.project.commit("d4")
    app.project.switch("main")
    app.at("c3", ["d4"], "INSERT INTO users (id, email) VALUES (1, 'ada@example.org')")
    assert "  data that will be lost: column users.email (1 value); " in _sync(app)
    assert "ada@example.org" in _copies(app)[0].read_bytes().decode("latin-1")


def test_an_empty_table_needs_no_copy(app: DatabaseProject) -> None:
    _leave_on_feature(app, 'op.drop_table("stars")')
    app.database.sql("DELETE FROM stars")
    text = _sync(app)
    assert "data that will be lost" not in text
    if not isinstance(app.database, SqliteFile):
        assert "previously" not in text


def test_a_table_that_alembic_copies_on_sqlite_is_not_dropped(empty: Project) -> None:
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    batch = "with op.batch_alter_table('users', recreate='always') as batch:\n        batch.{}"
    column = "sa.Column('age', sa.Integer)"
    app.revision("d4", "c3", batch.format(f"add_column({column})"), batch.format("drop_column('age')"))
    app.project.commit("age")
    app.at("c3", ["c3"], "INSERT INTO users (id, name) VALUES (1, 'Ada')")
    assert "data that will be lost" not in _sync(app)
    assert app.database.sql("SELECT name FROM users WHERE age IS NULL") == ["Ada"]
