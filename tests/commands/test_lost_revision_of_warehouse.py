"""A public case, reproduced: revision 5ea52744d154 of PyPI's warehouse in July 2019.

The revision was merged and run. Then a revert of its pull request and another one removed the file ("Revert #6084 and
#6254"). On the same day only the file came back ("restore macaroons migration"), because databases were stamped with
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.database_projects import DatabaseProject, PostgresDatabase
from tests.support.project import Project
from tests.support.servers import PostgresServer

LOST = "5ea52744d154"
PATH = f"migrations/versions/{LOST}_x.py"
MACAROONS = """op.create_table(
        "macaroons",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", deferrable=True), nullable=False),
        sa.Column("caveats", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime(), server_default=sa.text("now()"), nullable=False),
        sa.UniqueConstraint("user_id", "created", name="_user_macaroons_uc"),
    )"""


@pytest.fixture
def app(empty: Project, postgresql: PostgresServer) -> Iterator[DatabaseProject]:
    """The database has run the revision with Alembic itself, and has a newer row. main has reverted the revision."""
    with postgresql.database() as name:
        found = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        found.revision(LOST, "c3", MACAROONS, 'op.drop_table("macaroons")', "Add Macaroons")
        empty.commit("Macaroon-based API keys (#6084)")
        found.execute([{"command": ["alembic", "upgrade", "head"], "cwd": "."}])
        found.database.sql(
            "INSERT INTO users (id, name) VALUES (1, 'Ada')",
            "INSERT INTO macaroons (user_id, caveats) VALUES (1, '[]')",
        )
        empty.git("revert", "--no-edit", "HEAD")
        yield found


def _commands(app: DatabaseProject, *lines: str) -> None:
    app.execute([{"command": line.split(), "cwd": "."} for line in lines])


def _tables(app: DatabaseProject) -> set[str]:
    return set(app.database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) - {"alembic_version"}


def test_doctors_report(app: DatabaseProject) -> None:
    found = app.doctor()
    (cause,) = found["causes"]
    assert (found["verdict"], cause["cause"]) == ("findings", "unknown-revision")
    assert cause["message"] == f"the database is at '{LOST}', whose file was deleted"
    revert, merge = (app.project.git("rev-parse", "--short", rev).strip() for rev in ("HEAD", "HEAD~1"))
    subject = "Macaroon-based API keys (#6084)"
    assert cause["evidence"] == [
        f'{PATH} was deleted in commit {revert} by Ada on 2026-01-02 (Revert "{subject}")',
        (f"'{LOST}' (Add Macaroons) is in git history: {PATH}, from commit {merge} by Ada on 2026-01-02 ({subject})"),
        "the closest ancestor in this checkout is 'c3' (create posts)",
    ]
    ways = [cause["fixes"], *cause["alternatives"]]
    assert [[" ".join(fix["command"]) for fix in way] for way in ways] == [
        [f"git alembic restore {LOST}", "alembic upgrade head"],
        ["git alembic sync"],
    ]


def _as_warehouse_did(app: DatabaseProject) -> None:
    """Restore the file permanently."""
    before = app.project.git("rev-parse", f"HEAD~1:{PATH}")
    _commands(app, f"git alembic restore --stage {LOST}", "alembic upgrade head")
    assert app.project.git("rev-parse", f":{PATH}") == before
    app.project.commit("restore macaroons migration")


def _back_by_hand(app: DatabaseProject) -> None:
    """Restore the file only until the revision is downgraded."""
    _commands(app, f"git alembic restore {LOST}", "alembic downgrade -1")
    (app.project.path / PATH).unlink()


def _back_by_sync(app: DatabaseProject) -> None:
    _commands(app, "git alembic sync")


HOME = {"users", "posts"}
WAYS: list[tuple[Callable[[DatabaseProject], None], str, set[str]]] = [
    (_as_warehouse_did, LOST, {*HOME, "macaroons"}),
    (_back_by_hand, "c3", HOME),
    (_back_by_sync, "c3", HOME),
]


@pytest.mark.parametrize(("way", "row", "tables"), WAYS)
def test_each_repair(app: DatabaseProject, way: Callable[[DatabaseProject], None], row: str, tables: set[str]) -> None:
    way(app)
    assert app.causes(app.doctor()) == ["up-to-date"]
    assert (app.rows(), _tables(app)) == ([row], tables)
    assert app.database.sql("SELECT name FROM users") == ["Ada"]
    assert app.project.git("status", "--porcelain") == ""
    alembic = ["alembic", "current"] if row == LOST else ["alembic", "check"]
    app.execute([{"command": alembic, "cwd": "."}])
