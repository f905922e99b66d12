"""The origin of a URL, and configured URLs that are placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy.engine import make_url

from git_alembic.scratch.probe.project_databases.url_origin import UrlOrigins, is_placeholder, is_same_database


@pytest.mark.parametrize(
    "url",
    [
        "driver://user:pass@localhost/dbname",
        "driver://unused",
        "driver://",
        "dialect+driver://user:pass@localhost/dbname",
        "postgresql://user:pass@localhost/dbname",
        "postgresql+asyncpg://username:password@localhost:5432/database",
        "postgresql://%(DB_USER)s@localhost/app",
        "postgresql://${USER}@localhost/app",
        "postgresql://<user>@localhost/app",
        "set in env.py",
        "",
    ],
)
def test_a_placeholder_stands_for_no_database(url: str) -> None:
    assert is_placeholder(url)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///old.db",
        "sqlite://",
        "postgresql://user:pass@localhost/app",
        "postgresql://ada@localhost/dbname",
        "mysql+pymysql://root@localhost/app",
        "oracle+cx_oracle://scott@localhost/app",  # a real dialect, with or without its driver
    ],
)
def test_a_real_url_is_not_a_placeholder(url: str) -> None:
    assert not is_placeholder(url)


def test_postgres_is_postgresql() -> None:
    assert is_same_database("postgres://ada:secret@db/app", make_url("postgresql+asyncpg://ada@db/app"))
    assert not is_same_database("postgres://ada@db/other", make_url("postgresql://ada@db/app"))


SETTINGS = {
    "a URL": ("APP_URL=postgresql://ada:x@db:5432/app\n", [("variable", "APP_URL")]),
    "quotes and a comment": (
        "export APP_URL = 'postgresql+psycopg://ada:x@db:5432/app'  # local\n",
        [("variable", "APP_URL")],
    ),
    "parts": (
        "POSTGRES_SERVER=db\nPOSTGRES_USER=ada\nPOSTGRES_DB=app\nTITLE=app\n",
        [("parts", "POSTGRES_DB, POSTGRES_SERVER, POSTGRES_USER")],
    ),
    "another database": ("APP_URL=postgresql://ada:x@db:5432/other\n", []),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_key_of_a_settings_file_without_variables_is_named(tmp_path: Path, name: str) -> None:
    """Like pydantic-settings, which sets no variable."""
    text, expected = SETTINGS[name]
    path = tmp_path / ".env"
    path.write_text(text)
    origins = UrlOrigins(Config(), {})
    url = make_url("postgresql+asyncpg://ada:x@db:5432/app")
    assert origins.find(url, None) == []  # no code has read it
    path.read_text()
    found = origins.find(url, None)
    assert [(origin["kind"], origin["name"]) for origin in found] == expected
    assert all(origin["file"] == str(path) for origin in found)
