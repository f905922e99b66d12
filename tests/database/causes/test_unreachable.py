"""`unreachable`: each kind of failure has its own sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.database.causes import unreachable
from git_alembic.database.causes.unreachable import find_missing_package
from git_alembic.database.database_state import Attempt, ConfiguredUrl, InspectionResult
from git_alembic.database.diagnosis import Cause, CauseRepair
from git_alembic.findings.finding import Command
from git_alembic.scratch.scratch_result import Failure
from tests.support.whole_diagnoses import URL

AT = Attempt("postgresql", "psycopg2", "db.example.org", 5432, "app", "ada", is_connected=False)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            'could not translate host name "db.example.org" to address: Name or service not known',
            "the hostname db.example.org could not be resolved",
        ),
        ("connection refused", "no server is listening at db.example.org:5432"),
        (
            'FATAL: password authentication failed for user "ada"',
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        (
            "(1045, \"Access denied for user 'ada'\")",
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        ('FATAL: database "app" does not exist', "the server at db.example.org:5432 has no database named app"),
        ("timeout expired", "the server at db.example.org:5432 did not answer in time"),
        ("FATAL: sorry, too many clients already", "the server at db.example.org:5432 has too many connections"),
        (
            "SSL error: certificate verify failed",
            "a secure connection to the server at db.example.org:5432 failed",
        ),
        ("[Errno -3] Temporary failure in name resolution", "the hostname db.example.org could not be resolved"),
        ("Unknown MySQL server host 'db.example.org' (-2)", "the hostname db.example.org could not be resolved"),
        ("failed to resolve host 'db.example.org'", "the hostname db.example.org could not be resolved"),
        ("[Errno 111] Connect call failed ('10.0.0.1', 5432)", "no server is listening at db.example.org:5432"),
        ("Is the server running on that host?", "no server is listening at db.example.org:5432"),
        ("Multiple exceptions: [Errno 10061] x", "no server is listening at db.example.org:5432"),
        (
            'FATAL: role "ada" does not exist',
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        ("role ada is not permitted to log in", "the server at db.example.org:5432 rejected the login of user ada"),
        ("no pg_hba.conf entry for host", "the server at db.example.org:5432 rejected the login of user ada"),
        ("(1049, \"Unknown database 'app'\")", "the server at db.example.org:5432 has no database named app"),
        ("InvalidCatalogName", "the server at db.example.org:5432 has no database named app"),
        (
            "canceling statement due to statement timeout",
            "the server at db.example.org:5432 did not answer in time",
        ),
        ("remaining connection slots are reserved", "the server at db.example.org:5432 has too many connections"),
        ("something new", "cannot connect to db.example.org:5432"),
    ],
)
def test_each_failure_to_connect_has_its_sentence(message: str, sentence: str) -> None:
    failure = Failure("error", "environment", "OperationalError", message)
    found = unreachable.find(InspectionResult(failure=failure, attempts=(AT,)), ("pip",))
    assert found is not None
    assert (found.cause, found.message, found.severity) == ("unreachable", sentence, "cannot-judge")


def find(failure: Failure, *attempts: Attempt, **inspected: Any) -> Cause | None:
    return unreachable.find(InspectionResult(failure=failure, attempts=attempts, **inspected), ("py", "-m", "pip"))


def failed(type_: str, message: str, **fields: Any) -> Failure:
    return Failure(**{"kind": "project", "stage": "environment", "type": type_, "message": message, **fields})


def cannot_check(message: str, *evidence: str, repairs: tuple[CauseRepair, ...] = ()) -> Cause:
    return Cause("unreachable", message, evidence, repairs=repairs, severity="cannot-judge")


def test_no_failure() -> None:
    assert unreachable.find(InspectionResult(), ("pip",)) is None


NO_DRIVER = failed("ModuleNotFoundError", "No module named 'psycopg2'", kind="module", name="psycopg2")
DRIVER_URL = ConfiguredUrl("ini", "driver://user:***@localhost/dbname")
NO_SUCH = "Can't load plugin: sqlalchemy.dialects:{}"
SET_NOTHING = "Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set."


@pytest.mark.parametrize(
    ("failure", "inspected", "cause"),
    [
        pytest.param(
            NO_DRIVER, {},
            cannot_check(
                "the driver psycopg2 is not installed in the project's Python",
                "ModuleNotFoundError: No module named 'psycopg2'",
                repairs=(
                    CauseRepair(
                        "install psycopg2-binary into the project's Python",
                        (Command(("py", "-m", "pip", "install", "psycopg2-binary")),),
                    ),
                ),
            ),
            id="no driver",
        ),
        pytest.param(
            failed("NoSuchModuleError", NO_SUCH.format("driver")), {"configured": DRIVER_URL},
            cannot_check(
                "no database is configured: sqlalchemy.url is still the placeholder from Alembic's template",
                "driver://user:***@localhost/dbname",
            ),
            id="the placeholder",
        ),
        pytest.param(
            failed("NoSuchModuleError", NO_SUCH.format("postgresql.psycopg9")), {},
            cannot_check("SQLAlchemy's dialect postgresql has no driver called psycopg9, as in postgresql+psycopg9://"),
            id="an unknown driver",
        ),
        pytest.param(
            failed("NoSuchModuleError", NO_SUCH.format("postgres")), {},
            cannot_check(
                "SQLAlchemy has no dialect named postgres: it has been named postgresql since SQLAlchemy 1.4"
            ),
            id="an old dialect",
        ),
        pytest.param(
            failed("NoSuchModuleError", NO_SUCH.format("nosuch.driver")), {},
            cannot_check("SQLAlchemy has no dialect named nosuch"), id="an unknown dialect",
        ),
        pytest.param(
            failed("ArgumentError", "Could not parse SQLAlchemy URL from given URL string"), {},
            cannot_check(
                "no database is configured: the configured URL is not a valid URL",
                "Could not parse SQLAlchemy URL from given URL string",
            ),
            id="no URL",
        ),
        pytest.param(
            failed("ArgumentError", "Expected string or URL object, got None", path="env.py", line=3), {},
            cannot_check(
                "no database is configured: there is no URL",
                "ArgumentError at env.py:3: Expected string or URL object, got None",
            ),
            id="None",
        ),
        pytest.param(
            failed("KeyError", "'url'"), {},
            cannot_check("no database is configured: there is no sqlalchemy.url", "KeyError: 'url'"), id="no setting",
        ),
        pytest.param(failed("KeyError", "'url'"), {"urls": (URL,)}, None, id="another key"),
        pytest.param(
            failed("RuntimeError", SET_NOTHING), {},
            cannot_check("no database is configured: the application has no SQLALCHEMY_DATABASE_URI", SET_NOTHING),
            id="Flask-SQLAlchemy",
        ),
        pytest.param(
            failed("OperationalError", "attempt to write a readonly database", path="env.py", line=3),
            {"interrupted": ("/srv/shop.db",)},
            cannot_check(
                "the last write to /srv/shop.db was interrupted; open it once with a program that can write to it, to "
                "roll that write back",
                "OperationalError at env.py:3: attempt to write a readonly database",
                repairs=(
                    CauseRepair(
                        "open the file with any program that can write to it",
                        (Command(("sqlite3", "/srv/shop.db", "PRAGMA quick_check")),),
                    ),
                ),
            ),
            id="an interrupted write",
        ),
        pytest.param(failed("ValueError", "no"), {"interrupted": ("/srv/shop.db",)}, None, id="something else"),
    ],
)  # fmt: skip
def test_failures_before_a_connection(failure: Failure, inspected: dict[str, Any], cause: Cause | None) -> None:
    assert find(failure, **inspected) == cause


SQLITE = Attempt("sqlite", "pysqlite", None, None, "/srv/shop.db", None, is_connected=True)
CONNECTED = replace(AT, is_connected=True)


@pytest.mark.parametrize(
    ("failure", "attempt", "message"),
    [
        (failed("OperationalError", "database is locked"), SQLITE, "the SQLite file is locked by another program"),
        (
            failed("DatabaseError", "file is not a database"),
            SQLITE,
            "the file is not an SQLite database, or is damaged",
        ),
        (
            failed("OperationalError", "unable to open database file"),
            SQLITE,
            "the SQLite file /srv/shop.db cannot be opened",
        ),
        (
            failed("OperationalError", "unable to open database file"),
            replace(SQLITE, database=None),
            "the SQLite file cannot be opened",
        ),
        (
            failed("OperationalError", "Access denied"),
            replace(AT, user=None, host=None, port=None),
            "the server at the default location rejected the login",
        ),
        (failed("PoolTimeout", "gave up"), AT, "the server at db.example.org:5432 did not answer in time"),
        (failed("OperationalError", "no such table: x"), CONNECTED, None),
        (failed("ValueError", "connection refused"), CONNECTED, None),
        (failed("ValueError", "something"), AT, "cannot connect to db.example.org:5432"),
        (failed("OperationalError", "connection refused", kind="refused"), AT, None),
    ],
)
def test_failures_of_a_connection(failure: Failure, attempt: Attempt, message: str | None) -> None:
    cause = find(failure, attempt)
    assert (cause and cause.message) == message
    assert find(failure) is None  # nothing tried to connect


GREENLET = ("an asynchronous engine needs greenlet", "greenlet")


def failure(kind: str, message: str, name: str | None = None) -> Failure:
    return Failure(kind, "environment", "ModuleNotFoundError", message, name=name)


@pytest.mark.parametrize(
    ("raised", "found"),
    [
        (
            failure("module", "No module named 'psycopg2'", "psycopg2"),
            ("the driver psycopg2 is not installed in the project's Python", "psycopg2-binary"),
        ),
        (
            failure("module", "No module named 'mysql.connector'", "mysql.connector"),
            ("the driver mysql is not installed in the project's Python", "mysql-connector-python"),
        ),
        (failure("module", "No module named 'shop'", "shop"), None),
        (failure("module", "cannot import", None), None),
        (failure("project", "psycopg2 is not happy", "psycopg2"), None),
        (failure("module", "No module named 'greenlet'", "greenlet"), GREENLET),
        (failure("project", "the greenlet library is required to use this function"), GREENLET),
        (failure("project", "greenlet_spawn has not been called"), None),
        (failure("project", "a password is required"), None),
    ],
)
def test_packages(raised: Failure, found: tuple[str, str] | None) -> None:
    assert find_missing_package(raised) == found
