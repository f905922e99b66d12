"""`wrong-target`: warnings that this may be the wrong database, and where its URL comes from."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.database.causes.wrong_target import describe_source, find, is_relative
from git_alembic.database.database_state import ConfiguredUrl, DatabaseState, InspectionResult, Origin, Url
from git_alembic.database.diagnosis import Cause
from tests.support.literal_changes import ENVIRONMENT
from tests.support.whole_diagnoses import facts


def sqlite(name: str | None, driver: str = "sqlite") -> Url:
    return Url(f"{driver}:///{name}", driver, database=name)


@pytest.mark.parametrize(
    ("origins", "config", "source"),
    [
        ((), "alembic.ini", "built by code in env.py or in a module that it imports"),
        ((Origin("variable", "DB"),), None, "the environment variable DB"),
        ((Origin("variable", "DB", ".env"),), None, "the environment variable DB (set in .env)"),
        ((Origin("variable", "DB", ""),), None, "the environment variable DB (set by the project's code)"),
        ((Origin("parts", "USER, HOST"),), None, "built from the environment variables USER, HOST"),
        ((Origin("parts", "USER", ".env"),), None, "built from the environment variables USER of .env"),
        ((Origin("application", "app.config"),), None, "app.config of the application"),
        ((Origin("ini", "sqlalchemy.url"),), "db/alembic.ini", "sqlalchemy.url in db/alembic.ini"),
        ((Origin("ini", "sqlalchemy.url"),), "db/pyproject.toml", "sqlalchemy.url in db/alembic.ini"),
        ((Origin("ini", "sqlalchemy.url"),), None, "sqlalchemy.url in the configuration"),
        ((Origin("pyproject", "url"),), "pyproject.toml", "pyproject.toml"),
        (
            (Origin("variable", "A"), Origin("variable", "B"), Origin("variable", "A")),
            None,
            "the environment variable A, the environment variable B",
        ),
    ],
)
def test_where_the_url_comes_from(origins: tuple[Origin, ...], config: str | None, source: str) -> None:
    assert describe_source(DatabaseState("", sqlite("x.db"), "sqlite", origins=origins), config) == source


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (sqlite("shop.db"), True),
        (sqlite("../shop.db", "sqlite+aiosqlite"), True),
        (sqlite("/srv/shop.db"), False),
        (sqlite(":memory:"), False),
        (sqlite("file:shop.db?uri=true"), False),
        (sqlite(""), False),
        (sqlite(None), False),
        (sqlite("shop", "postgresql"), False),
    ],
)
def test_relative_paths(url: Url, expected: bool) -> None:
    assert is_relative(url) is expected


def warning(message: str, *evidence: str) -> Cause:
    return Cause("wrong-target", message, evidence, severity="warning")


TWO_URLS = "{} and env.py point to different databases; the one in env.py is used"
NEXT = InspectionResult(missing=("/work/other.db", "/work/shop.db"))
RELATIVE = "sqlite:///shop.db is relative to the current directory"


@pytest.mark.parametrize(
    ("fields", "inspected", "namesakes", "expected"),
    [
        pytest.param({}, InspectionResult(), (), [], id="nothing"),
        pytest.param(
            {"is_configured": False}, InspectionResult(configured=ConfiguredUrl("ini", "sqlite:///a.db")), (),
            [
                warning(
                    TWO_URLS.format("alembic.ini"), "alembic.ini: sqlite:///a.db",
                    "env.py: sqlite:///shop.db (sqlalchemy.url in alembic.ini)",
                )
            ],
            id="another URL in the ini file",
        ),
        pytest.param(
            {"is_configured": False}, InspectionResult(configured=ConfiguredUrl("pyproject", "sqlite:///a.db")), (),
            [
                warning(
                    TWO_URLS.format("pyproject.toml"), "pyproject.toml: sqlite:///a.db",
                    "env.py: sqlite:///shop.db (sqlalchemy.url in alembic.ini)",
                )
            ],
            id="another URL in pyproject.toml",
        ),
        pytest.param(
            {"is_configured": False},
            InspectionResult(configured=ConfiguredUrl("ini", "driver://", is_placeholder=True)),
            (),
            [],
            id="the placeholder of the template",
        ),
        pytest.param(
            {"is_configured": None}, InspectionResult(configured=ConfiguredUrl("ini", "x")), (), [], id="no opinion"
        ),
        pytest.param({"is_configured": False}, InspectionResult(), (), [], id="nothing configured"),
        pytest.param(
            {}, NEXT, (),
            [
                warning(
                    "the SQLite file /work/shop.db does not exist; the first upgrade would create it",
                    "sqlite:///shop.db is relative to the current directory, /work",
                )
            ],
            id="no file",
        ),
        pytest.param(
            {"url": sqlite("/work/shop.db?mode=ro")}, NEXT, ("/work/db/shop.db",),
            [
                warning(
                    "the SQLite file /work/shop.db does not exist; the first upgrade would create it",
                    "there is /work/db/shop.db, which may be the right one",
                )
            ],
            id="no file, and one elsewhere",
        ),
        pytest.param({"url": sqlite("new.db")}, NEXT, (), [], id="another file is missing"),
        pytest.param({"url": sqlite("shop.db", "mysql")}, NEXT, (), [], id="a server"),
        pytest.param(
            {}, InspectionResult(), ("/a/shop.db",),
            [warning(f"{RELATIVE}, and a file of the same name exists in another folder", "there is also /a/shop.db")],
            id="a namesake",
        ),
        pytest.param(
            {}, InspectionResult(), ("/a/shop.db", "/b/shop.db"),
            [
                warning(
                    f"{RELATIVE}, and files of the same name exist in other folders", "there is also /a/shop.db",
                    "there is also /b/shop.db",
                )
            ],
            id="two namesakes",
        ),
        pytest.param({"url": sqlite("/shop.db")}, InspectionResult(), ("/a/shop.db",), [], id="an absolute path"),
        pytest.param(
            {"tables": ("t1", "t2", "t3", "t4", "t5", "t6"), "models": ("m1", "m2", "m3", "m4", "m5")},
            InspectionResult(), (),
            [
                warning(
                    "the database and the models have no tables in common",
                    "tables in the database: t1, t2, t3, t4, t5 and 1 more", "tables in the models: m1, m2, m3, m4, m5",
                    "the URL is sqlite:///shop.db (sqlalchemy.url in alembic.ini)",
                )
            ],
            id="other tables",
        ),
        pytest.param({"tables": ("a", "b"), "models": ("b", "c")}, InspectionResult(), (), [], id="a common table"),
        pytest.param({"models": ("c",)}, InspectionResult(), (), [], id="an empty database"),
        pytest.param({"tables": ("a",)}, InspectionResult(), (), [], id="no models"),
    ],
)  # fmt: skip
def test_warnings(
    fields: dict[str, Any], inspected: InspectionResult, namesakes: tuple[str, ...], expected: list[Cause]
) -> None:
    made = facts(("c",), environment=ENVIRONMENT, **fields)
    assert list(find(made, inspected, namesakes)) == expected
