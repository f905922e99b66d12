"""Doctor prints only repairs that it has tried, on databases where the usual command fails or loses rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.database_projects import DatabaseProject, SqliteFile

TAGS = "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)"
ADA = "INSERT INTO users (id, name) VALUES (1, 'Ada')"


def _cause(app: DatabaseProject) -> dict[str, Any]:
    found: list[dict[str, Any]] = [cause for cause in app.doctor()["causes"] if cause["severity"] != "warning"]
    assert len(found) == 1, found
    return found[0]


def _commands(cause: dict[str, Any]) -> list[list[str]]:
    """Return each repair as the words after `alembic` or `git alembic`."""
    repairs = [cause["fixes"], *cause["alternatives"]]
    return [[" ".join(fix["command"]) for fix in repair] for repair in repairs if repair]


def test_tables_that_the_application_made_are_stamped(app: DatabaseProject) -> None:
    app.at("c3", ["b2"], ADA)
    cause = _cause(app)
    assert (cause["cause"], _commands(cause)) == ("behind", [["alembic stamp c3"]])
    assert any(line.startswith("`alembic upgrade head` was tried on a scratch") for line in cause["evidence"])
    app.execute(cause["fixes"])
    assert (app.causes(app.doctor()), app.database.sql("SELECT name FROM users")) == (["up-to-date"], ["Ada"])


def test_tables_of_the_first_of_two_pending_revisions_are_stamped_and_the_second_runs(app: DatabaseProject) -> None:
    app.table("d4", "c3", "tags")
    app.project.commit("tags")
    app.at("c3", ["b2"])
    cause = _cause(app)
    assert _commands(cause) == [["alembic stamp c3", "alembic upgrade head"]]
    app.execute(cause["fixes"])
    assert app.causes(app.doctor()) == ["up-to-date"]


def _rebuild_history(app: DatabaseProject, more: str = "") -> None:
    """Replace the three revisions with one revision z9."""
    for path in (app.project.path / "migrations/versions").glob("*.py"):
        path.unlink()
    users = f'op.create_table("users", ID, sa.Column("name", sa.String(30)), sa.Column("email", sa.String(50)){more})'
    app.revision(
        "z9", None, f'{users}\n    op.create_table("posts", ID)', 'op.drop_table("posts")\n    op.drop_table("users")'
    )
    app.project.commit("anew")


def test_a_rebuilt_history_is_stamped_without_losing_a_row(app: DatabaseProject) -> None:
    _rebuild_history(app)
    app.at("c3", ["c3"], ADA)
    cause = _cause(app)
    assert cause["cause"] == "unknown-revision"
    assert _commands(cause) == [["alembic stamp --purge z9"]]
    assert any("`git alembic sync` is not recommended: it drops table" in line for line in cause["evidence"])
    app.execute(cause["fixes"])
    assert (app.causes(app.doctor()), app.database.sql("SELECT name FROM users")) == (["up-to-date"], ["Ada"])


def test_a_rebuilt_and_changed_history_has_no_repair(app: DatabaseProject) -> None:
    _rebuild_history(app, ', sa.Column("age", sa.Integer)')
    app.at("c3", ["c3"], ADA)
    cause = _cause(app)
    assert (cause["cause"], _commands(cause)) == ("unknown-revision", []), str(cause)
    assert "the database is missing the column users.age" in cause["evidence"]


def test_a_last_revision_that_the_models_do_not_know_is_not_skipped(app: DatabaseProject) -> None:
    """The schema matches the models. d4 makes a table that they lack."""
    app.table("d4", "c3", "tags")
    app.project.commit("tags")
    app.at("c3", None)
    cause = _cause(app)
    assert (cause["cause"], _commands(cause)) == ("unstamped", [["alembic stamp c3", "alembic upgrade head"]])
    app.execute(cause["fixes"])
    assert app.causes(app.doctor()) == ["up-to-date"]
    assert app.database.sql("SELECT count(*) FROM tags") == ["0"]


def test_the_same_if_the_history_does_not_run_from_scratch(app: DatabaseProject) -> None:
    app.revision("a1", None, 'raise RuntimeError("long ago")', "pass")
    app.table("d4", "c3", "tags")
    app.project.commit("tags")
    app.at("c3", None)
    assert _commands(_cause(app)) == [["alembic stamp c3", "alembic upgrade head"]]


def test_a_failing_upgrade_is_not_printed(app: DatabaseProject) -> None:
    app.revision("d4", "c3", 'raise RuntimeError("no")', "pass")
    app.project.commit("broken")
    app.at("c3", ["c3"])
    cause = _cause(app)
    assert (cause["cause"], _commands(cause)) == ("behind", [])
    tried = (
        "`alembic upgrade head` was tried on a scratch database with this schema, and failed: revision 'd4' failed at"
    )
    assert any(line.startswith(tried) for line in cause["evidence"])


@pytest.mark.parametrize("rows", [True, False])
def test_a_repair_that_keeps_rows_comes_first(app: DatabaseProject, *, rows: bool) -> None:
    app.project.switch("feature", "HEAD")
    app.table("d4", "c3", "tags")
    app.project.commit("tags")
    app.project.switch("main")
    app.at("c3", ["d4"], TAGS, *(["INSERT INTO tags VALUES (1)"] if rows else []))
    cause = _cause(app)
    order = [["git switch feature"], ["git alembic sync"]]
    assert (cause["cause"], _commands(cause)) == ("ahead", order if rows else order[::-1])
    if rows:
        (sync,) = cause["alternatives"][0]
        assert sync["note"].endswith("; this drops table tags (1 row)")


def test_a_missing_index_prevents_a_match(app: DatabaseProject) -> None:
    app.revision("c3", "b2", 'op.create_table("posts", ID)\n    op.create_index("ix", "users", ["name"])', "pass")
    app.project.commit("an index")
    app.at("c3", None)
    cause = _cause(app)
    assert (cause["cause"], _commands(cause)) == ("unstamped", [])
    assert any(line.startswith("the database is missing the index ix of users") for line in cause["evidence"])


def test_a_repair_that_fails_on_rows_is_not_printed(app: DatabaseProject) -> None:
    """The new constraint rejects existing rows.

    A copy of an SQLite file has these rows. A copy of a server's database doesn't.
    """
    unique = (
        '    with op.batch_alter_table("users") as batch:\n        batch.create_unique_constraint("one_name", ["name"])'
    )
    app.revision("d4", "c3", unique.strip(), "pass")
    app.project.commit("unique names")
    app.at("c3", ["c3"], ADA.replace("VALUES (1, 'Ada')", "VALUES (1, 'Ada'), (2, 'Ada')"))
    cause = _cause(app)
    if isinstance(app.database, SqliteFile):
        assert _commands(cause) == []
        assert any("UNIQUE constraint failed" in line for line in cause["evidence"])
    else:
        assert _commands(cause) == [["alembic upgrade head"]]
        assert "on a scratch database with this schema, without the rows" in cause["evidence"][-1]
    assert app.database.sql("SELECT name FROM users") == ["Ada", "Ada"]
